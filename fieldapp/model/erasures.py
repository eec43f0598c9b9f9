"""That a person was erased by right: the one record that takes out of all others what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import JSON
from sqlmodel import Field

from fieldapp.model.derived import derived_id
from fieldapp.model.merging import NEVER, Refers
from fieldapp.model.record import Moment, Record


class Erasure(Record, table=True):
    """A person's data is erased (Law 91/2025/QH15, Art. 4): blanked in rows, logs and held work.

    Its id is derived from the person's, so that two desks make one erasure; asked for again after
    it was refused, from how often it was, too.

    Attributes:
        reason: one of `REASONS`; "" where nobody said.
        withdrawn: it was refused: nobody is erased by it.
        blanks: what is blanked besides the records made for the person: each a list of record type,
            id and fields; without fields all that `model.erasing` calls personal.
    """

    __tablename__ = "erasure"

    person: Annotated[str, Refers("person"), NEVER] = Field(default="", max_length=36)
    blanks: Annotated[list[Any], NEVER] = Field(default_factory=list, sa_type=JSON)
    erased_by: Annotated[str, NEVER] = ""
    """User name."""
    erased_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
    reason: Annotated[str, NEVER] = ""
    withdrawn: bool = False


REASONS = ("asked", "consent_withdrawn", "not_needed", "ordered")
"""Why data goes: the person asked for it; took her consent back; what it was for is done; an
authority ordered it."""


def erasure_id(ward: str, person: str, refused: int = 0) -> str:
    """The id of a person's erasure, on every machine, after so many that were refused."""
    return derived_id("erasure", ward, person, *([str(refused)] if refused else []))
