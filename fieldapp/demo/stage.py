"""The demo's stage: where its files lie, and how the invented town gets into a laptop.

What the ward's paper lists held is registered by the clerk, through the same use cases as by hand;
only what canvassers did before today is written as an import, since nobody can knock yesterday.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fieldapp.demo.people import Town, TownCoverage, TownHousehold, TownPerson, TownVisit
from fieldapp.demo.town_clock import TownClock
from fieldapp.model import Visit
from fieldapp.model.city import stream_of
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases.assignments import assign
from fieldapp.usecases.people import register_household

PASSWORD = "mot-ngay-lam-viec"
"""Everybody's in the demo. It protects invented data only."""
BOOKS = (("AB/2026", "lan"), ("AC/2026", "phuc"))
MADE_BY = ".made-by-fieldapp-demo"
"""A folder that carries this file is the demo's own, and may be emptied by it."""
BATCH = 100
OUTCOMES = {"absent": "not_at_home"}

Told = Callable[[int, int], None]


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


def clear(out: Path) -> None:
    """Makes the folder empty and the demo's own.

    Raises:
        FileExistsError: there is something in it that the demo did not make.
    """
    if out.exists() and any(out.iterdir()) and not (out / MADE_BY).exists():
        raise FileExistsError(out)
    if out.exists():
        for entry in out.iterdir():
            if entry.name != MADE_BY:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    (out / "run" / "server").mkdir(parents=True, exist_ok=True)
    (out / MADE_BY).touch()


def streams(town: Town) -> dict[str, str]:
    """The stream of each ward by its code."""
    return {ward.code: stream_of(ward.code, ward.valid_from) for ward in town.wards}


def fill(store: Store, town: Town, told: Told = lambda done, total: None) -> None:
    """Registers the whole town on the clerk's laptop: households, who holds them, past visits."""
    wards = streams(town)
    ids: dict[str, str] = {}
    for number, home in enumerate(town.households, start=1):
        ids[home.key] = _register(store, wards[home.ward_code], home)
        told(number, len(town.households))
    _assign(store, town, ids)
    for code, ward in wards.items():
        homes = [home for home in town.households if home.ward_code == code]
        _import_visits(store, ward, [(ids[h.key], visit) for h in homes for visit in h.visits])


def _register(store: Store, ward: str, home: TownHousehold) -> str:
    address = {"house_number": home.house_number, "street": home.street}
    fields = address | {"neighbourhood": home.neighbourhood, "phone": home.phone}
    members = [_member(person) for person in home.persons]
    return register_household(store, ward, fields, members, evidence={"kind": "paper_list"})


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


def _assign(store: Store, town: Town, ids: dict[str, str]) -> None:
    """Who visits which households until the end of next month."""
    until = town.day + timedelta(days=40)
    wards = streams(town)
    held: dict[tuple[str, str], list[str]] = {}
    for home in town.households:
        if home.assigned_to:
            held.setdefault((wards[home.ward_code], home.assigned_to), []).append(ids[home.key])
    for (ward, canvasser), households in sorted(held.items()):
        assign(store, ward, households, canvasser, until=until)


def _import_visits(store: Store, ward: str, visits: Sequence[tuple[str, TownVisit]]) -> None:
    for batch in _batches(visits):
        with store.work(Intent("visit.import", ward, {"kind": "paper_list"})) as work:
            for household, visit in batch:
                work.create(_visit(work.fresh_id(), ward, household, visit))


def _visit(identity: str, ward: str, household: str, visit: TownVisit) -> Visit:
    return Visit(
        ward=ward,
        id=identity,
        household=household,
        canvasser=visit.canvasser,
        visited_at=visit.visited_at,
        outcome=OUTCOMES.get(visit.outcome, visit.outcome),
        next_on=visit.next_on,
        note=visit.note,
    )


def _batches(
    visits: Sequence[tuple[str, TownVisit]],
) -> Iterator[Sequence[tuple[str, TownVisit]]]:
    for first in range(0, len(visits), BATCH):
        yield visits[first : first + BATCH]


def day_of(text: str, today: date) -> date:
    """The day to play: as typed, else today. Raises ValueError for what is no day."""
    return date.fromisoformat(text) if text else today
