"""What people said to a question about their work (`rules.visiting.plausibility`).

The question itself is computed from the records and stored nowhere; its id is derived, so that all
laptops speak of the same one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import JSON, Index
from sqlmodel import Field

from fieldapp.model.derived import derived_id
from fieldapp.model.merging import NEVER
from fieldapp.model.record import Moment, Record


class FlagReply(Record, table=True):
    """What the person concerned said to it. It stands as it was said; who has more to say says it.

    Attributes:
        flag: id of the question (`flag_id`).
        day: the day that it is about; None for what has none.
        canvasser: whom it concerns; nobody else replies.
    """

    __tablename__ = "flag_reply"
    __table_args__ = (Index("ix_flag_reply_flag", "ward", "flag"),)

    flag: Annotated[str, NEVER] = Field(default="", max_length=36)
    kind: Annotated[str, NEVER] = ""
    day: Annotated[date | None, NEVER] = None
    canvasser: Annotated[str, NEVER] = ""
    text: Annotated[str, NEVER] = ""
    replied_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)


class FlagClearing(Record, table=True):
    """A supervisor looked at it, and nothing is wrong. Withdrawn, the question is open again.

    Attributes:
        seen: ids of the evidence that was looked at: what is added later is asked about anew.
    """

    __tablename__ = "flag_clearing"
    __table_args__ = (Index("ix_flag_clearing_flag", "ward", "flag"),)

    flag: Annotated[str, NEVER] = Field(default="", max_length=36)
    kind: Annotated[str, NEVER] = ""
    day: Annotated[date | None, NEVER] = None
    canvasser: Annotated[str, NEVER] = ""
    seen: Annotated[list[str], NEVER] = Field(default_factory=list, sa_type=JSON)
    note: Annotated[str, NEVER] = ""
    cleared_by: Annotated[str, NEVER] = ""
    cleared_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
    withdrawn: bool = False


def flag_id(ward: str, kind: str, canvasser: str, subject: str) -> str:
    """The id of a question: the same on every laptop."""
    return derived_id("flag", ward, kind, canvasser, subject)
