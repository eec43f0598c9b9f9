"""The visits behind a figure: what one canvasser did in one ward since the campaign began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from fieldapp.clock import VIETNAM
from fieldapp.errors import UserMends
from fieldapp.store.queries.progress import visits_by
from fieldapp.store.store import Store
from fieldapp.usecases.me import me, name_of, staff_names
from fieldapp.usecases.progress import campaign_of

MOST = 500
"""Visits in one list: the newest. Who wants all of them exports the visit log."""


@dataclass(frozen=True)
class VisitSeen:
    """One visit; `people`: who joined by its money, and still count."""

    ward: str
    visit: str
    household: str
    visited_at: datetime
    outcome: str
    address: str
    head: str
    people: int


@dataclass(frozen=True)
class CanvasserVisits:
    """Visits of one canvasser in one ward.

    Attributes:
        count: how many there are; `visits` has the newest `MOST` of them.
    """

    ward: str
    canvasser: str
    name: str
    count: int = 0
    visits: tuple[VisitSeen, ...] = ()


def visits_of_canvasser(
    store: Store, ward: str, canvasser: str, *, campaign: str = ""
) -> CanvasserVisits:
    """The visits of somebody in a ward of this laptop, newest first; none without a campaign.

    Raises:
        UserMends: `visit_log.not_granted`, `targets.campaign_unknown`.
    """
    if ward not in me(store).streams:
        raise UserMends("visit_log.not_granted", field="wards", ward=ward)
    name = name_of(staff_names(store), canvasser)
    chosen = campaign_of(store, campaign)
    if chosen is None:
        return CanvasserVisits(ward, canvasser, name)
    last = min(chosen.ends_on or store.today(), store.today())
    days = (
        datetime.combine(chosen.starts_on, time(), VIETNAM),
        datetime.combine(last, time(), VIETNAM) + timedelta(days=1, milliseconds=-1),
    )
    count, found = store.read(visits_by, ward, canvasser, days, MOST)
    visits = tuple(
        VisitSeen(
            ward=one.ward,
            visit=one.id,
            household=one.household,
            visited_at=one.visited_at,
            outcome=one.outcome,
            address=f"{one.house_number} {one.street}".strip(),
            head=one.head or "",
            people=one.people,
        )
        for one in found
    )
    return CanvasserVisits(ward, canvasser, name, count, visits)
