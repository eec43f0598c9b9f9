"""The demo's stage: where its files lie, and how the invented town gets into a laptop.

Everything goes through the use cases that people use: the clerk registers what the ward's paper
lists held, and the past visits are recorded on their canvassers' laptops, each at its own time.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from fieldapp.clock import VIETNAM, business_date
from fieldapp.demo.people import Town, TownCoverage, TownHousehold, TownPerson, TownVisit
from fieldapp.demo.town_clock import TownClock
from fieldapp.errors import SurroundingsMend
from fieldapp.model.city import stream_of
from fieldapp.store.file.profile import Card, card_of
from fieldapp.store.store import Store
from fieldapp.usecases.agreements.recording import record_agreement
from fieldapp.usecases.households.people import register_household
from fieldapp.usecases.me import desk_wards
from fieldapp.usecases.visiting.assignments import assign
from fieldapp.usecases.visiting.visits import record_visit

PASSWORD = "mot-ngay-lam-viec"
"""Everybody's in the demo. It protects invented data only."""
BOOKS = (("AB/2026", "lan"), ("AC/2026", "phuc"))
ORGANISATION = {
    "code": "BD7901",
    "name": "Bưu điện Thành phố Hồ Chí Minh (thử)",
    "tax_code": "0300000000",
    "address": "125 Công xã Paris, Phường Sài Gòn, Thành phố Hồ Chí Minh",
    "phone": "02800000000",
    "email": "bhxh@vi-du.test",
}
"""Who collects in the demo: the post office, with numbers that nobody has."""
COLLECTOR_CODES = {"lan": "NVT7900001", "phuc": "NVT7900002"}
MADE_BY = ".made-by-fieldapp-demo"
"""A folder that carries this file is the demo's own, and may be emptied by it."""
HERE = "http://127.0.0.1:"
"""Where every address of a demo's server begins."""
LOCK = ".lock"
"""Held while a demo runs in the folder."""
MORNING = time(7, 45)


@dataclass(frozen=True)
class Stage:
    """Where the demo lies: `run/` holds server and laptops, the rest of `out` what it shows."""

    out: Path
    town: Town

    @property
    def run(self) -> Path:
        """Server and laptops."""
        return self.out / "run"

    @property
    def server(self) -> Path:
        """The server's folder."""
        return self.run / "server"

    @property
    def clock(self) -> TownClock:
        """The town's clock."""
        return TownClock(self.run / "clock")

    def laptop(self, username: str) -> Path:
        """The profile folder of somebody's laptop."""
        return self.run / username


def is_foreign(out: Path) -> bool:
    """Whether there is something in the folder that the demo did not make: anything without its
    mark; with it, a profile that is none of the demo's."""

    runs = out / "run", out / "run" / "real-training" / "run"

    def is_ours(folder: Path, card: Card | None) -> bool:
        if card is None:
            return folder.parent in runs
        own = folder == out / "run" / str(card.username) and str(card.server).startswith(HERE)
        return own or card.training is True

    if not out.exists():
        return False
    unmarked = not (out / MADE_BY).exists() and any(_found(out))
    return unmarked or foreign_profile(out, is_ours) is not None


def foreign_profile(folder: Path, is_ours: Callable[[Path, Card | None], bool]) -> Path | None:
    """A profile anywhere in a folder that is not of those who want to clear it.

    None for a card stands for a profile that has none, or one that can't be read: its making was
    broken off, or somebody's file has lost it."""
    marks = [*folder.rglob("profile.json"), *folder.rglob("key.json")]
    for inside in sorted({mark.parent for mark in marks}):
        try:
            card = card_of(inside)
        except SurroundingsMend:
            card = None
        if not is_ours(inside, card):
            return inside
    return None


def _found(out: Path) -> list[Path]:
    return [entry for entry in out.iterdir() if entry.name not in (MADE_BY, LOCK)]


def clear(out: Path) -> None:
    """Makes the folder empty and the demo's own.

    Raises:
        FileExistsError: there is something in it that the demo did not make.
    """
    if is_foreign(out):
        raise FileExistsError(out)
    out.mkdir(parents=True, exist_ok=True)
    for entry in _found(out):
        is_folder = entry.is_dir() and not entry.is_symlink()
        shutil.rmtree(entry) if is_folder else entry.unlink()
    (out / "run" / "server").mkdir(parents=True)
    (out / MADE_BY).touch()


def streams(town: Town) -> dict[str, str]:
    """The stream of each ward by its code."""
    return {ward.code: stream_of(ward.code, ward.valid_from) for ward in town.wards}


def first_morning(town: Town) -> datetime:
    """The morning on which the program came to town: a day before the first visit it knows of."""
    first = min((v.visited_at for home in town.households for v in home.visits), default=None)
    if first is None:
        return datetime.combine(town.day, MORNING, VIETNAM)
    day = first.astimezone(VIETNAM).date() - timedelta(days=1)
    return datetime.combine(day, MORNING, VIETNAM)


def is_new(home: TownHousehold, on: date) -> bool:
    """Whether somebody in the household was born after that day: it is registered later."""
    return any(person.born_on > on for person in home.persons)


def register(store: Store, town: Town, homes: Sequence[TownHousehold]) -> dict[str, str]:
    """Registers households on the clerk's laptop, from the ward's paper lists; their ids by key."""
    wards = streams(town)
    return {home.key: _register(store, wards[home.ward_code], home) for home in homes}


AfterVisit = Callable[[TownVisit, str, str], None]
"""Told of a visit, its ward and its household, once it is recorded."""


def nothing_more(visit: TownVisit, ward: str, household: str) -> None:
    """Nothing but the visit happens."""


def play_past(
    stores: Mapping[str, Store],
    place: Stage,
    ids: Mapping[str, str],
    after: AfterVisit = nothing_more,
) -> None:
    """Each past visit on its canvasser's own laptop, at its own time."""
    wards = streams(place.town)
    past = [
        (visit, wards[home.ward_code], ids[home.key])
        for home in place.town.households
        if home.key in ids
        for visit in home.visits
    ]
    for visit, ward, household in sorted(past, key=lambda one: one[0].visited_at):
        place.clock.set_to(visit.visited_at)
        next_on = visit.next_on
        if next_on is not None and next_on < business_date(visit.visited_at):
            next_on = None
        record_visit(
            stores[visit.canvasser],
            ward,
            household,
            visit.outcome,
            next_on=next_on,
            note=visit.note,
        )
        after(visit, ward, household)


def _register(store: Store, ward: str, home: TownHousehold) -> str:
    address = {"house_number": home.house_number, "street": home.street}
    fields = address | {"neighbourhood": home.neighbourhood, "phone": home.phone}
    members = [_member(person) for person in home.persons]
    return register_household(store, ward, fields, members, evidence={"kind": "list"})


def _member(person: TownPerson) -> dict[str, Any]:
    return {
        "full_name": person.name,
        "sex": person.sex,
        "born_on": person.born_on,
        "id_number": person.id_number,
        "old_id_number": person.old_id_number,
        "si_number": person.si_number,
        "phone": person.phone,
        "group": person.group,
        "relationship": person.relationship,
        "covers": [_cover(cover) for cover in person.coverages],
    }


def _cover(cover: TownCoverage) -> dict[str, Any]:
    return {
        "scheme": cover.scheme,
        "payer": cover.payer,
        "valid_from": cover.valid_from,
        "valid_to": cover.valid_to,
        "five_year_on": cover.five_year_on,
    }


@dataclass(frozen=True)
class TownTarget:
    """How many people are to join in the month of the day: in a ward (its code), or by one
    collector in all of them; the other is ""."""

    scheme: str
    kind: str
    people: int
    ward_code: str = ""
    collector: str = ""


def town_targets(town: Town) -> tuple[TownTarget, ...]:
    """Targets of the size of the town: who pays at the door is to go on, a tenth to be won."""
    found: list[TownTarget] = []
    for ward in town.wards:
        homes = [home for home in town.households if home.ward_code == ward.code]
        found += [
            TownTarget(scheme, kind, people, ward.code)
            for scheme, kind, people in _aims([p for home in homes for p in home.persons])
        ]
    for collector in COLLECTOR_CODES:
        found += [
            TownTarget(scheme, kind, people // len(COLLECTOR_CODES), collector=collector)
            for scheme, kind, people in _aims(list(town.persons()))
        ]
    return tuple(found)


def _aims(people: Sequence[TownPerson]) -> tuple[tuple[str, str, int], ...]:
    paying = sum(person.group == "household" for person in people)
    aims = ("hhi", "renewal", paying), ("hhi", "new", paying // 10)
    return (*aims, ("vsi", "new", max(1, paying // 25)))


A_WALK = 26
"""Households that one canvasser is given in one ward: what can be walked in a day or two."""


def hand_out(store: Store, town: Town, ids: Mapping[str, str]) -> None:
    """Who visits which households in the next weeks: a walk for each canvasser and ward."""
    until = town.day + timedelta(days=40)
    wards = streams(town)
    held: dict[tuple[str, str], list[str]] = {}
    for home in town.households:
        if home.assigned_to:
            held.setdefault((wards[home.ward_code], home.assigned_to), []).append(ids[home.key])
    for (ward, canvasser), households in sorted(held.items()):
        assign(store, ward, households[:A_WALK], canvasser, until=until)


def agree(stores: Mapping[str, Store], town: Town, *, early: bool) -> None:
    """The wards' agreements: the first signed long ago (recorded `early`), the second waits for its
    committee, the third signed this week for a month. Names and numbers are invented."""
    day, wards = town.day, [streams(town)[ward.code] for ward in town.wards]
    paper = {"committee_contact": "Ngô Thị Sáu", "committee_phone": "02800000006"}
    said: list[dict[str, Any]] = [
        {
            "state": "signed",
            "signed_on": day - timedelta(days=120),
            "valid_until": day + timedelta(days=245),
            "document": "12/TT-BHXH",
            "insurance_contact": "Trần Văn Bảy",
            "post_contact": "Lê Thị Chín",
        },
        {"waiting_for": "committee", "waiting_since": day - timedelta(days=9)},
        {
            "state": "signed",
            "signed_on": day - timedelta(days=3),
            "valid_until": day + timedelta(days=27),
            "document": "31/TT-BHXH",
        },
    ]
    for ward, fields in list(zip(wards, said, strict=False))[: 1 if early else None]:
        desk = next((store for store in stores.values() if _is_desk(store, ward)), None)
        if desk is not None:
            record_agreement(desk, ward, fields | paper)


def _is_desk(store: Store, ward: str) -> bool:
    return ward in {one.stream for one in desk_wards(store)}


def day_of(text: str, today: date) -> date:
    """The day to play: as typed, else today. Raises ValueError for what is no day."""
    return date.fromisoformat(text) if text else today
