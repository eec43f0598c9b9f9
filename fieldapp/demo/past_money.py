"""Money that was taken in the weeks before the demo's day, so that its campaign has a course.

After visits of the month the same canvasser knocks at one more door, where people join. The
supervisor last looked two mornings ago; what one canvasser sent since has changed what was reported
then, and the other was asked about an evening's entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from fieldapp.clock import business_date
from fieldapp.demo.people import TownVisit
from fieldapp.demo.stage import Stage, streams
from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import Choice, enrol
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.me import me
from fieldapp.usecases.visiting.flags import flags, reply_to_flag
from fieldapp.usecases.visiting.visits import record_visit

MOST_PEOPLE = 4
LEFT = 24
"""Doors of each ward at which nobody joins."""
FURTHER = timedelta(minutes=14)
"""How long it takes to the next door and to an agreement there."""
WRITTEN_UP = 14
WHY = "Hôm đó mưa, tôi ghi sổ tay, tối về nhập một lượt. Sổ tay còn giữ."


class PastMoney:
    """Told of each past visit (`stage.AfterVisit`).

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
        wards, free = streams(place.town), dict[str, list[str]]()
        for home in reversed(place.town.households):  # the walks of the day are among the first
            if home.key in ids and not home.visits and home is not place.town.story:
                free.setdefault(wards[home.ward_code], []).append(ids[home.key])
        self._doors = {ward: doors[:-LEFT] for ward, doors in free.items()}
        self._left = {ward: doors[-LEFT:] for ward, doors in free.items()}
        self._joined = dict.fromkeys(free, 0)

    def __call__(self, visit: TownVisit, ward: str, household: str) -> None:
        """Somebody else joins, a while after this visit."""
        on, day = business_date(visit.visited_at), self._place.town.day
        if on >= day - timedelta(days=2) and not self._reported:
            self._report()
        doors = self._doors.get(ward, [])
        if on >= day.replace(day=1) and self._joined.get(ward, 0) < self._share(on, len(doors)):
            self._place.clock.set_to(visit.visited_at + FURTHER)
            self._take(visit.canvasser, ward, doors[self._joined[ward]])
            self._joined[ward] += 1

    def _share(self, on: date, doors: int) -> int:
        """How many doors are due by a day, so that they last until the day of the demo."""
        return -(-doors * on.day // self._place.town.day.day)

    def _report(self) -> None:
        """One canvasser sends, then the supervisor reads; the other one's work comes later."""
        self._reported = True
        self._write_up("lan")
        for username in ("lan", "hien", "tri"):
            self._sync(username)

    def _write_up(self, username: str) -> None:
        """Somebody enters a notebook at a sitting, is asked about it, and says so."""
        store, clock = self._stores[username], self._place.clock
        ward = max(me(store).streams, key=lambda one: len(self._left.get(one, ())))
        for door in self._left.get(ward, ())[:WRITTEN_UP]:
            record_visit(store, ward, door, "not_at_home")
            clock.set_to(clock.now() + timedelta(seconds=20))
        for flag in flags(store):
            reply_to_flag(store, flag.ward, flag.flag, WHY)

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
