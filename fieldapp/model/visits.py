"""Visits, who holds which household, and which privacy wording people were shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from fieldapp.model.merging import NEVER, TEXT, Refers
from fieldapp.model.record import Moment, Record


class Visit(Record, table=True):
    """One knock at one door by one canvasser. When and by whom can never be changed."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_household", "ward", "household"),
        Index("ix_visit_visited_at", "ward", "visited_at"),
    )

    household: Annotated[str, Refers("household"), NEVER] = Field(default="", max_length=36)
    canvasser: Annotated[str, NEVER] = ""
    """User name of who knocked."""
    visited_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
    receipt: Annotated[str | None, Refers("receipt"), NEVER] = Field(default=None, max_length=36)
    """The receipt for money that was taken at this visit."""
    outcome: str = ""
    next_on: date | None = None
    next_time: str | None = None
    """`HH:MM` in Ho Chi Minh City, where a time was agreed."""
    note: Annotated[str, TEXT] = ""
    withdrawn: bool = False


class Assignment(Record, table=True):
    """A household held by a canvasser until a day: visible to all, never blocking."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_household", "ward", "household"),)

    household: Annotated[str, Refers("household")] = Field(default="", max_length=36)
    canvasser: str = ""
    until: date | None = None
    withdrawn: bool = False


class Notice(Record, table=True):
    """Which privacy wording a household was shown, by whom, and what was consented to."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_household", "ward", "household"),
        Index("ix_notice_receipt", "ward", "receipt"),
        Index("ix_notice_signed_by", "ward", "signed_by"),
    )

    household: Annotated[str, Refers("household"), NEVER] = Field(default="", max_length=36)
    wording: Annotated[str, NEVER] = ""
    """Version of the text."""
    consented: Annotated[bool, NEVER] = False
    how: Annotated[str, NEVER] = ""
    """`spoken`, `signed` (on the screen, or before there was one on paper), `paper`."""
    receipt: Annotated[str | None, Refers("receipt"), NEVER] = Field(default=None, max_length=36)
    """The receipt with which it was given."""
    signed_by: Annotated[str | None, Refers("person"), NEVER] = Field(default=None, max_length=36)
    """The member who signed; None: somebody else, or nobody."""
    signature: Annotated[list[Any], NEVER] = Field(default_factory=list, sa_type=JSON)
    """The strokes of the signature (`rules.people.signature`); empty without one."""
    shown_by: Annotated[str, NEVER] = ""
    shown_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
