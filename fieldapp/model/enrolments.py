"""Enrolments and the receipts for their money."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from fieldapp.model.merging import NEVER, Refers, advance
from fieldapp.model.record import Moment, Record


class Enrolment(Record, table=True):
    """One person joining one scheme for one period. What was quoted can never be changed."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("ix_enrolment_household", "ward", "household"),
        Index("ix_enrolment_person", "ward", "person"),
        Index("ix_enrolment_receipt", "ward", "receipt"),
    )

    person: Annotated[str, Refers("person"), NEVER] = Field(default="", max_length=36)
    household: Annotated[str, Refers("household"), NEVER] = Field(default="", max_length=36)
    receipt: Annotated[str, Refers("receipt"), NEVER] = Field(default="", max_length=36)
    scheme: Annotated[str, NEVER] = "hhi"
    kind: Annotated[str, NEVER] = "new"
    """`new`, `renewal` or `rejoin`."""
    months: Annotated[int, NEVER] = 12
    paid_on: Annotated[date, NEVER]
    valid_from: Annotated[date | None, NEVER] = None
    valid_to: Annotated[date | None, NEVER] = None
    rank: Annotated[int | None, NEVER] = None
    """Place in the household's ladder of this calendar year; None where the ladder is not used."""
    percent: Annotated[int | None, NEVER] = None
    """Per cent of the first person's premium."""
    group: Annotated[str, NEVER] = ""
    """The group whose support counted, a key of the table of supports; "" for none."""
    method: Annotated[str, NEVER] = "periodic"
    """How voluntary social insurance is paid: `periodic`, `years_ahead`, `missing` or `late`."""
    income_dong: Annotated[int | None, NEVER] = None
    """Chosen monthly income (voluntary social insurance)."""
    base_dong: Annotated[int | None, NEVER] = None
    """Base salary (HHI) or rural poverty line (VSI) on the day of payment."""
    state_percent: Annotated[str | None, NEVER] = None
    """Support in per cent as a decimal text ("12.5"): for VSI of 22 % of the poverty line."""
    local_percent: Annotated[str | None, NEVER] = None
    other_percent: Annotated[str | None, NEVER] = None
    gross_dong: Annotated[int, NEVER] = 0
    state_dong: Annotated[int, NEVER] = 0
    local_dong: Annotated[int, NEVER] = 0
    other_dong: Annotated[int, NEVER] = 0
    """What sponsors pay; gross = state + local + other + participant."""
    participant_dong: Annotated[int, NEVER] = 0
    quote_basis: Annotated[list[Any], NEVER] = Field(default_factory=list, sa_type=JSON)
    """The steps of the quote: code, values, source. What the resident was told."""
    tables_version: Annotated[str, NEVER] = ""
    """Which edition of the dated tables priced it."""
    state: Annotated[str, advance("paid", "listed", "sent", "accepted")] = "paid"
    """How far it ever got. It never steps back, so that a list taken back is one question and not
    one a line; where it stands today is told by its lines (`rules.official_lists.listing`)."""
    withdrawn: bool = False


class Receipt(Record, table=True):
    """Proof of money. Numbers ascend in a book, none is skipped, none is used twice."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_number", "book", "number"),
        Index("ix_receipt_household", "ward", "household"),
    )

    household: Annotated[str, Refers("household"), NEVER] = Field(default="", max_length=36)
    book: Annotated[str, NEVER] = ""
    number: Annotated[int, NEVER] = 0
    payer: Annotated[str, NEVER] = ""
    amount_dong: Annotated[int, NEVER] = 0
    method: Annotated[str, NEVER] = "cash"
    """`cash` or `transfer`."""
    issued_by: Annotated[str, NEVER] = ""
    issued_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
    check_code: Annotated[str, NEVER] = ""
    """Four signs that differ when two machines print the same number."""


class ReceiptVoid(Record, table=True):
    """A receipt crossed out: it keeps its number in the book and counts for nothing.

    Its id is derived from the receipt's, so that two desks make one void, not two.
    """

    __tablename__ = "receipt_void"
    __table_args__ = (Index("ix_receipt_void_receipt", "ward", "receipt"),)

    receipt: Annotated[str, Refers("receipt"), NEVER] = Field(default="", max_length=36)
    reason: Annotated[str, NEVER] = ""
    voided_by: Annotated[str, NEVER] = ""
    """User name."""
    voided_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)
