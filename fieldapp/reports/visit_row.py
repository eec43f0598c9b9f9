"""One row of the visit log."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class VisitRow(NamedTuple):
    """One visit as it is printed. `outcome` is a code, `amount_dong` what its receipts add up to.

    `id_number` is that of the head of the household, as text and in full: a file masks it unless
    the log says otherwise. `visit` and its stream `ward` name the record and stand in no file.
    """

    visited_at: datetime
    visited_on: date
    ward_code: str
    ward_name: str
    canvasser: str
    head: str
    house_number: str
    street: str
    neighbourhood: str
    members: int
    outcome: str
    next_on: date | None
    note: str
    enrolments: int
    receipts: tuple[str, ...]
    amount_dong: int
    id_number: str
    phone: str
    visit: str = ""
    ward: str = ""


FIELDS = tuple(name for name in VisitRow._fields if name not in ("visit", "ward"))
"""What a file may tell of a visit, and in which order the content hash takes it."""
