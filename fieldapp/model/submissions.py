"""Official lists handed to the agency, line by line, and what the agency said of each line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from fieldapp.model.merging import NEVER, TEXT, Refers, advance
from fieldapp.model.record import Moment, Record


class Submission(Record, table=True):
    """One official list as it was drawn up: which form, in which layout, of which day."""

    __tablename__ = "submission"

    form: Annotated[str, NEVER] = ""
    """`d03`, `d05`, `mau3`, `mau4`."""
    layout: Annotated[str, NEVER] = ""
    """Generation of the form, chosen by `listed_on`: "2023" or "2026"."""
    number: Annotated[str, NEVER] = ""
    """Number that stands in the head of the list."""
    listed_on: Annotated[date, NEVER]
    organisation: Annotated[str, NEVER] = ""
    """Code of the organisation."""
    collector: Annotated[str, NEVER] = ""
    """User name of the collector in the head; "" where the lines have several."""
    made_by: Annotated[str, NEVER] = ""
    made_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
    head: Annotated[dict[str, Any], NEVER] = Field(default_factory=dict, sa_type=JSON)
    """Organisation and collector as they were named on that day
    (`usecases.official_lists.content`)."""
    state: Annotated[str, advance("drawn", "sent", "answered")] = "drawn"
    sent_on: date | None = None
    note: Annotated[str, TEXT] = ""
    withdrawn: bool = False


class SubmissionLine(Record, table=True):
    """One enrolment on one list. Returned by the agency, it waits for who can mend it.

    Its id is derived from the enrolment and the count of its lines so far, so that two desks which
    draw up the same list without a network make one line, not two: the second one's is history.
    A line is withdrawn with its list; its own `withdrawn` says that its enrolment fell away.
    """

    __tablename__ = "submission_line"
    __table_args__ = (
        Index("ix_submission_line_submission", "ward", "submission"),
        Index("ix_submission_line_enrolment", "ward", "enrolment"),
    )

    submission: Annotated[str, Refers("submission"), NEVER] = Field(default="", max_length=36)
    enrolment: Annotated[str, Refers("enrolment"), NEVER] = Field(default="", max_length=36)
    number: Annotated[int, NEVER] = 0
    """Place on the list, from 1."""
    content: Annotated[dict[str, Any], NEVER] = Field(default_factory=dict, sa_type=JSON)
    """What the line said of the person and the household: it stays what was handed in, whatever
    is mended later (`usecases.official_lists.content`)."""
    answer: str | None = None
    """`accepted` or `returned`; None while the agency has not answered."""
    reason: str = ""
    """Why it was returned, as the agency wrote it."""
    answered_on: date | None = None
    mended_on: date | None = None
    """When the canvasser said that what was wrong is right now."""
    mended_note: Annotated[str, TEXT] = ""
    withdrawn: bool = False
