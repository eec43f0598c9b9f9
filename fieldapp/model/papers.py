"""A paper that was scanned or photographed at the door.

The record says what it is and names its content by hash; the content itself is an attachment, which
travels in a lane of its own (`sync/PROTOCOL.md`, 7a) and is no part of any changeset.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from fieldapp.model.merging import NEVER, Refers
from fieldapp.model.record import Moment, Record

KINDS = ("id_card", "hi_card", "declaration", "residence", "receipt", "other")


class Paper(Record, table=True):
    """A scan of one sheet. It never changes; one that was wrong is withdrawn.

    Attributes:
        person: whom it is about; None: the whole household.
        kind: one of `KINDS`.
        sha256: hash of the content, in hex; "" once it was erased.
        media, size: its type, as its own bytes say, and its length in bytes.
    """

    __tablename__ = "paper"
    __table_args__ = (
        Index("ix_paper_household", "ward", "household"),
        Index("ix_paper_person", "ward", "person"),
        Index("ix_paper_sha256", "ward", "sha256"),
    )

    household: Annotated[str, Refers("household"), NEVER] = Field(default="", max_length=36)
    person: Annotated[str | None, Refers("person"), NEVER] = Field(default=None, max_length=36)
    kind: Annotated[str, NEVER] = ""
    title: Annotated[str, NEVER] = ""
    sha256: Annotated[str, NEVER] = Field(default="", max_length=64)
    media: Annotated[str, NEVER] = ""
    size: Annotated[int, NEVER] = Field(default=0, sa_type=BigInteger)
    added_by: Annotated[str, NEVER] = ""
    added_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
    withdrawn: bool = False
