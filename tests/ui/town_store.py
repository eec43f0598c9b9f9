"""A laptop with the invented town on it, taken in as the server's log: everything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from fieldapp.clock import Ids, SetClock
from fieldapp.demo.people import HEAD, TownHousehold
from fieldapp.demo.town import Town, make_town
from fieldapp.model import Assignment, Coverage, Household, Membership, Person, Visit
from fieldapp.model.changesets import Change, Changeset, Position, canonical, encode
from fieldapp.model.city import Staff, Ward, stream_of
from fieldapp.model.entries import FIRST_CHAIN, Entry, next_chain
from fieldapp.model.record import CITY, Record, fields_of
from fieldapp.store.file import profile
from fieldapp.store.file.keys import Cost, NoKeystore
from fieldapp.store.file.profile import Card, Machine, Profile
from fieldapp.store.log.reading import Run
from fieldapp.store.store import Store

NOW = datetime(2026, 11, 23, 3, 7, tzinfo=UTC)
"""10:07 in Ho Chi Minh City."""
EPOCH = "epoch-1"
OUTCOMES = {"absent": "not_at_home"}
"""The town's word for what the records call otherwise."""
PASSWORD = "sáng nay trời mưa"


@cache
def town(households: int = 40) -> Town:
    """The town, the same for every test."""
    return make_town(NOW.date(), seed=1, households=households)


class Filler:
    """Turns the town into pages of the log."""

    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids
        self._logs: dict[str, list[bytes]] = {}

    def create(self, ward: str, records: Sequence[Record], author: str, at: datetime) -> None:
        """One changeset that creates these records."""
        changes = []
        for record in records:
            values = {n: (None, v) for n, v in fields_of(record).items() if v is not None}
            changes.append(Change("create", record.type_name(), record.id, values))
        log = self._logs.setdefault(ward, [])
        changeset = Changeset(
            id=self._ids.new(),
            ward=ward,
            device="office",
            incarnation="office",
            number=len(log) + 1,
            author=author,
            action="visit.record" if isinstance(records[0], Visit) else "household.register",
            made_at=at,
            base=Position(EPOCH, len(log)),
            changes=tuple(changes),
        )
        log.append(encode(changeset))

    def flush(self) -> None:
        """Takes all pages in."""
        from fieldapp.model.changesets import decode

        outcome = canonical({"status": "applied"})
        for ward, log in self._logs.items():
            chain, entries = FIRST_CHAIN, []
            for number, content in enumerate(log, start=1):
                chain = next_chain(chain, decode(content).id, content, outcome)
                entries.append(Entry(number, content, outcome, chain))
            self._store.take_run(Run(ward, EPOCH, 0, FIRST_CHAIN, entries))

    def household(self, ward: str, home: TownHousehold, at: datetime) -> None:
        """A household with its people, cards, visits and who holds it."""
        ids = {person.key: self._ids.new() for person in home.persons}
        house = Household(
            ward=ward,
            id=self._ids.new(),
            head=ids[home.head.key],
            house_number=home.house_number,
            street=home.street,
            neighbourhood=home.neighbourhood,
            phone=home.phone or None,
        )
        made: list[Record] = [house]
        for person in home.persons:
            made += self._person(ward, person, ids[person.key], house.id)
        if home.assigned_to:
            made.append(
                Assignment(
                    ward=ward,
                    id=self._ids.new(),
                    household=house.id,
                    canvasser=home.assigned_to,
                )
            )
        self.create(ward, made, "hien", at)
        for visit in home.visits:
            self.visit(ward, house.id, visit)

    def visit(self, ward: str, household: str, told: Any) -> None:
        """One past visit."""
        visit = Visit(
            ward=ward,
            id=self._ids.new(),
            household=household,
            canvasser=told.canvasser,
            visited_at=told.visited_at,
            outcome=OUTCOMES.get(told.outcome, told.outcome),
            next_on=told.next_on,
            note=told.note,
        )
        self.create(ward, [visit], told.canvasser, told.visited_at)

    def _person(self, ward: str, person: Any, person_id: str, household: str) -> list[Record]:
        made: list[Record] = [
            Person(
                ward=ward,
                id=person_id,
                full_name=person.name,
                sex=person.sex,
                born_on=person.born_on,
                id_number=person.id_number,
                si_number=person.si_number,
                group=person.group,
                phone=person.phone or None,
            ),
            Membership(
                ward=ward,
                id=self._ids.new(),
                person=person_id,
                household=household,
                relationship=person.relationship or HEAD,
            ),
        ]
        for cover in person.coverages:
            made.append(
                Coverage(
                    ward=ward,
                    id=self._ids.new(),
                    person=person_id,
                    scheme=cover.scheme,
                    payer=cover.payer,
                    valid_from=cover.valid_from,
                    valid_to=cover.valid_to,
                    five_year_on=cover.five_year_on,
                )
            )
        return made


def open_town(
    folder: Path,
    *,
    households: int = 40,
    username: str = "lan",
    clock: SetClock | None = None,
) -> Profile:
    """A profile with the town of so many households; none gives a laptop without a list."""
    clock = clock or SetClock(NOW)
    ids = Ids(clock, Random(1).randbytes)
    machine = Machine(clock, ids, NoKeystore(), Cost(64, 1, 1))
    people = town(households or 1)
    staff = next(s for s in people.staff if s.username == username)
    streams = {w.code: stream_of(w.code, w.valid_from) for w in people.wards}
    made = profile.create(
        folder,
        Card(f"device-{username}", "https://sync.test", username, staff.name, "Máy của Lan"),
        PASSWORD,
        machine,
        {
            "device": f"device-{username}",
            "username": username,
            "full_name": staff.name,
            "role": staff.role,
            "grants": [{"ward": streams[c], "role": staff.role} for c in staff.ward_codes],
        },
    )
    filler = Filler(made.store, ids)
    wards: list[Record] = [
        Ward(ward=CITY, id=ids.new(), stream=streams[w.code], code=w.code, name=w.name)
        for w in people.wards
    ]
    filler.create(CITY, wards, "hien", NOW)
    crew: list[Record] = [
        Staff(
            ward=CITY, id=ids.new(), username=s.username, full_name=s.name, sex=s.sex, role=s.role
        )
        for s in people.staff
    ]
    filler.create(CITY, crew, "hien", NOW)
    before = datetime(2026, 8, 1, tzinfo=UTC)
    for home in people.households if households else ():
        filler.household(streams[home.ward_code], home, before)
    filler.flush()
    return made
