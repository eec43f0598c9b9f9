"""Giving households to canvassers until a day: visible to all, never blocking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.model import Assignment
from fieldapp.store.store import Store
from fieldapp.store.work import Intent


def assign(
    store: Store, ward: str, households: Sequence[str], canvasser: str, *, until: date
) -> str:
    """Gives households of one ward to a canvasser; returns the changeset's id.

    Raises:
        UserMends: `entry.nothing_to_assign`, `visits.next_in_the_past`.
    """
    if not households:
        raise UserMends("entry.nothing_to_assign", field="households")
    if until < store.today():
        raise UserMends("visits.next_in_the_past", field="until", day=until)
    with store.work(Intent("household.assign", ward)) as work:
        for household in households:
            work.create(
                Assignment(
                    ward=ward,
                    id=work.fresh_id(),
                    household=household,
                    canvasser=canvasser,
                    until=until,
                )
            )
    assert work.saved.changeset is not None
    return work.saved.changeset.id
