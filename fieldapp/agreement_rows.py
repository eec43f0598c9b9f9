"""What laptop and server read alike of the agreements of wards, and of visits planned there; and
what the one tells the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from fieldapp.model import Household, Visit
from fieldapp.model.agreements import Agreement, agreement_id
from fieldapp.model.record import table_behind

agreements = table_behind(Agreement)
households, visits = table_behind(Household), table_behind(Visit)


@dataclass(frozen=True)
class FarAgreement:
    """The agreement of a ward that is not on this laptop, at server time `at`, and how many doors
    there have an appointment."""

    agreement: Agreement
    planned: int
    at: datetime


def agreement_rows(connection: Connection, wards: Sequence[str]) -> dict[str, Any]:
    """The agreement of each of these wards that has one, by ward."""
    wanted = {agreement_id(ward): ward for ward in wards}
    query = select(agreements).where(agreements.c.ward.in_(wards), agreements.c.id.in_(wanted))
    rows = connection.execute(query).all()
    return {row.ward: row for row in rows if wanted[row.id] == row.ward}


def planned_visits(connection: Connection, wards: Sequence[str], since: date) -> dict[str, int]:
    """How many doors of each ward have an appointment on this day or later as their last visit."""
    later = visits.alias("later")
    same = (later.c.ward == visits.c.ward) & (later.c.household == visits.c.household)
    newer = (later.c.visited_at > visits.c.visited_at) | (
        (later.c.visited_at == visits.c.visited_at) & (later.c.id > visits.c.id)
    )
    overtaken = select(later.c.id).where(same, newer, later.c.withdrawn.is_(False)).exists()
    home = (households.c.ward == visits.c.ward) & (households.c.id == visits.c.household)
    query = (
        select(visits.c.ward, func.count())
        .join(households, home)
        .where(
            visits.c.ward.in_(wards),
            visits.c.outcome == "appointment",
            visits.c.next_on >= since,
            visits.c.withdrawn.is_(False),
            households.c.withdrawn.is_(False),
            ~overtaken,
        )
        .group_by(visits.c.ward)
    )
    return {ward: count for ward, count in connection.execute(query).all()}
