"""Money that was taken in the weeks before the demo's day, so that its campaign has a course.

After each visit of the month the same canvasser knocks at one more door, where people join. The
supervisor last looked two mornings ago; what one canvasser sent since has changed what was reported
then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from fieldapp.clock import business_date
from fieldapp.demo.people import TownVisit
from fieldapp.demo.stage import Stage, streams
from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import Choice, enrol
from fieldapp.usecases.households.household import household_page

MOST_PEOPLE = 4
LEFT = 24
"""Doors of each ward at which nobody has been yet."""
FURTHER = timedelta(minutes=14)
"""How long it takes to the next door and to an agreement there."""


class PastMoney:
    """Told of each past visit (`stage.AfterVisit`); the visit itself is left to whoever plays it.

    Args:
        ids: the households that are registered, by their key in the town.
        sync: one whole sync of somebody's laptop.
    """

    def __init__(
        self,
        place: Stage,
        stores: Mapping[str, Store],
        ids: Mapping[str, str],
        sync: Callable[[str], None],
    ) -> None:
        self._place, self._stores, self._sync = place, stores, sync
        self._reported = False
        wards, self._doors = streams(place.town), dict[str, list[str]]()
        for home in reversed(place.town.households):  # the walks of the day are among the first
            if home.key in ids and not home.visits and home is not place.town.story:
                self._doors.setdefault(wards[home.ward_code], []).append(ids[home.key])
        self._doors = {ward: doors[:-LEFT] for ward, doors in self._doors.items()}

    def __call__(self, visit: TownVisit, ward: str, household: str) -> None:
        """Somebody else joins, a while after this visit."""
        on, day = business_date(visit.visited_at), self._place.town.day
        if on >= day - timedelta(days=2) and not self._reported:
            self._report()
        doors = self._doors.get(ward)
        if on >= day.replace(day=1) and doors:
            self._place.clock.set_to(visit.visited_at + FURTHER)
            self._take(visit.canvasser, ward, doors.pop(0))

    def _report(self) -> None:
        """One canvasser sends, then the supervisor reads; the other one's work comes later."""
        self._reported = True
        for username in ("lan", "hien", "tri"):
            self._sync(username)

    def _take(self, username: str, ward: str, household: str) -> None:
        store = self._stores[username]
        page = household_page(store, ward, household)
        people = tuple(m.person for m in page.members if m.hhi_why_not is None)[:MOST_PEOPLE]
        if not people:
            return
        choice = Choice(people)
        try:
            enrol(store, page, choice, method="cash", payer=page.head_name, consent="spoken")
        except UserMends:  # nobody of them can join on that day, or the book is used up
            return
