"""Cash handed in at the desk, receipt by receipt, and what the desk said to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sqlalchemy import JSON, Index
from sqlmodel import Field

from fieldapp.model.derived import derived_id
from fieldapp.model.merging import NEVER, Refers
from fieldapp.model.record import Moment, Record

CONFIRMED = "confirmed"
"""The desk counted the money and has it."""
REVERSED = "reversed"
"""It was noted by mistake: its receipts are in hand again."""
ANSWERS = (CONFIRMED, REVERSED)


class Remittance(Record, table=True):
    """Cash that a collector hands in, for the receipts that it names. Never changed: whoever noted
    it by mistake reverses it by an answer.

    Attributes:
        handed_by: user name of the collector.
        amount_dong: what the receipts added up to when it was noted.
        receipts: ids of receipts of the ward. Not references that have to be there: a receipt may
            still be on its way, or held.
        noted_by: who wrote it down: the collector, or the desk for her.
    """

    __tablename__ = "remittance"

    handed_by: Annotated[str, NEVER] = ""
    amount_dong: Annotated[int, NEVER] = 0
    receipts: Annotated[list[str], NEVER] = Field(default_factory=list, sa_type=JSON)
    noted_by: Annotated[str, NEVER] = ""
    noted_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)


class RemittanceAnswer(Record, table=True):
    """What the desk said to a remittance. Its id is derived from it, `how` and what was counted, so
    that two desks that answer alike make one answer, and two that count differently make two, which
    a person decides between; a reversal counts over a confirmation.

    Attributes:
        how: one of `ANSWERS`.
        counted_dong: what was counted, of a confirmation.
        note: why, where it is reversed or less was counted.
    """

    __tablename__ = "remittance_answer"
    __table_args__ = (Index("ix_remittance_answer_remittance", "ward", "remittance"),)

    remittance: Annotated[str, Refers("remittance"), NEVER] = Field(default="", max_length=36)
    how: Annotated[str, NEVER] = CONFIRMED
    counted_dong: Annotated[int, NEVER] = 0
    note: Annotated[str, NEVER] = ""
    answered_by: Annotated[str, NEVER] = ""
    answered_at: Annotated[datetime, NEVER] = Field(sa_type=Moment)


def answer_id(ward: str, remittance: str, how: str, counted_dong: int = 0) -> str:
    """The id of an answer: the same at every desk that counted the same."""
    said = (str(counted_dong),) if how == CONFIRMED else ()
    return derived_id(RemittanceAnswer.type_name(), ward, remittance, how, *said)


def settled_id(ward: str, remittance: str, counted_dong: int) -> str:
    """The id of the remittance in place of one that was counted differently: the same wherever the
    same was decided."""
    return derived_id(Remittance.type_name(), ward, remittance, str(counted_dong))
