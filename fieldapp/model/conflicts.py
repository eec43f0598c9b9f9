"""Conflicts: two people changed the same thing differently, and a person must decide.

Not a record that changesets edit: a conflict is what the log adds up to. There is one per record
and field, its id is derived from both, and it has as many sides as there are.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from fieldapp.model.derived import derived_id


class Conflict(SQLModel, table=True):
    """An open or settled conflict on one field of one record.

    Attributes:
        sides: in order of arrival, each a mapping of `changeset`, `value`, `old` (what its author
            saw), `author`, `device`, `made_at`, `evidence`, `open` (waits for a decision),
            `standing` (its value is in force) and `settled` (None, or which changeset of whom
            settled it when with which value).
        open: whether a side waits for a decision.
        revision: of the entry that last changed it; 0 while it is only on this laptop.
    """

    __tablename__ = "conflict"
    __table_args__ = (Index("ix_conflict_open", "ward", "open"),)

    ward: str = Field(primary_key=True, max_length=32)
    id: str = Field(primary_key=True, max_length=36)
    record_type: str = ""
    record: str = Field(default="", max_length=36)
    field: str = ""
    sides: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    open: bool = True
    revision: int = 0


def conflict_id(ward: str, record_type: str, record: str, field: str) -> str:
    """The id that every machine derives alike, before and after a restore."""
    return derived_id("conflict", ward, record_type, record, field)
