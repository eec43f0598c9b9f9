"""How far the tables may be trusted: a premium is quoted for the days that they are known for."""

from __future__ import annotations

from datetime import date
from typing import Literal

from fieldapp.errors import UserMends
from fieldapp.rules import tables

Scheme = Literal["hhi", "vsi"]


def must_be_known(scheme: Scheme, paid_on: date) -> None:
    """Raises UserMends("rules.date_out_of_range") for a day of payment outside the table `horizon`.

    A row in force has no end, but nobody knows the base salary of the year after next: beyond the
    horizon there is no premium until a new edition of the tables arrives.
    """
    if tables.find("horizon", scheme, paid_on) is None:
        raise UserMends("rules.date_out_of_range", field="paid_on", day=paid_on)


def last_known_day(scheme: Scheme) -> date:
    """The last day for which premiums are quoted: its rows are the newest law that is known."""
    rows = tables.load("horizon")
    return max(row.valid_to or row.valid_from for row in rows if row.key == scheme)
