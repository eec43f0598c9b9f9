"""How long the sync takes: the real client on its encrypted file, a server process, PostgreSQL.

A record is a person with all that a visit notes, her membership and every fourth time a household:
about 730 bytes. One action registers a household of four, as a list that is taken in does; `alone`
in a line's name says that each person was an action, a changeset and a log entry of her own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, select

from fieldapp.model import Person
from fieldapp.store.file.salvage import DATA
from fieldapp.store.queries.sync import all_own
from fieldapp.store.rows import table_of
from fieldapp.store.work import Intent
from tests.bench import floors
from tests.bench.following import Follower
from tests.bench.harness import Measured, Taken, keep, table, timed
from tests.bench.metered import metered
from tests.bench.stage import City, Laptop, city
from tests.bench.workload import homes, singles

Floor = floors.BareFile | floors.BareTable
CROWD = 20
EDITS = 100


class Cases:
    """The cases of one run, on one server, with the floors that they are compared with."""

    def __init__(self, on: City, folder: Path, sizes: argparse.Namespace) -> None:
        self._city, push, first = on, sizes.push, sizes.first
        self._push, self._first, self._each = push, first, sizes.each
        self.measured: list[Measured] = []
        self._row = floors.rows(max(push, first))
        url = on.postgres.url(on.database)
        self._table = floors.bare_table(url, self._row[:push], on.busy)
        self._file = floors.bare_file(folder / "bare.db", self._row[:first])

    def all(self) -> None:
        """Runs them in turn."""
        ward = self._city.ward(26956)
        busy, other = self._city.laptop("lan", ward), self._city.laptop("hien", ward)
        for laptop in (busy, other):
            laptop.sync()
        self.push(busy, ward)
        self.first_sync(busy, ward)
        self.edits(busy, other, ward)
        self.nothing(other)
        self.crowd([self._city.ward(27000)], 28_000)
        self.crowd([self._city.ward(27001 + n) for n in range(CROWD)], 29_000)
        self.wire()
        self.disk(other)

    def note(self, metric: str, unit: str, ours: float, floor: float) -> None:
        """One line of the table."""
        self.measured.append(Measured(f"sync: {metric}", unit, ours, floor))
        table(self.measured[-1:])

    def both(self, metric: str, ours: Taken, floor: Floor) -> None:
        """Two lines: how long it took, and how long the processors of all sides were busy."""
        self.note(metric, "s", ours.seconds, floor.seconds)
        self.note(f"{metric}, busy", "s", ours.busy, floor.busy)

    def push(self, busy: Laptop, ward: str) -> None:
        """A first large upload, by household and person by person."""
        busy.register(ward, homes(0, self._push, busy.ids))
        with timed(self._city.busy) as taken:
            busy.sync()
        known = "SELECT count(*) FROM person WHERE ward = %(ward)s"
        assert self._city.count(known, {"ward": ward}) == self._push
        self.both(f"push {self._push}", taken, self._table)
        alone = self._city.ward(26957)
        one = self._city.laptop("phuc", alone)
        one.sync()
        one.register(alone, singles(10**6, self._push, one.ids))
        with timed(self._city.busy) as taken:
            one.sync()
        self.both(f"push {self._push} alone", taken, self._table)

    def first_sync(self, busy: Laptop, ward: str) -> None:
        """A new laptop in a full ward."""
        if self._first > self._push:
            busy.register(ward, homes(self._push, self._first - self._push, busy.ids))
            with timed() as taken:
                busy.sync()
            print(f"    (filled the ward in {taken.seconds:.1f} s)", flush=True)
        fresh = self._city.laptop("thu", ward)
        with timed(self._city.busy) as taken:
            report = fresh.sync()
        assert report.pulled, report
        self.both(f"first sync of {self._first} by its log", taken, self._file)
        newcomer = self._city.laptop("minh", self._city.ward(26958))
        with timed() as taken:
            newcomer.sync()
        self.note("first sync of an empty ward", "s", taken.seconds, taken.seconds)

    def edits(self, busy: Laptop, other: Laptop, ward: str) -> None:
        """A morning's work up from one laptop and down to another."""
        other.sync()
        people = busy.profile.store.read(_some_people, ward)
        ids = [row[0] for row in self._row[:EDITS]]
        ups, downs, bare, spent = [], [], [], []
        for turn in range(3):
            for person in people:
                _edit(busy, ward, person, f"Lần thăm thứ {turn + 2}")
            with timed(self._city.busy) as up:
                busy.sync()
            with timed(self._city.busy) as down:
                other.sync()
            spent.append(up.busy + down.busy)
            ups.append(up.seconds)
            downs.append(down.seconds)
            bare.append(2 * self._file.edit(ids) + self._table.edit(ids))
        both = median(map(sum, zip(ups, downs, strict=True)))
        self.note(f"{EDITS} edits up and down", "ms", 1000 * both, 1000 * median(bare))
        self.note(f"{EDITS} edits, busy", "ms", 1000 * median(spent), 1000 * median(bare))
        print(f"    (up {1000 * median(ups):.0f} ms, down {1000 * median(downs):.0f} ms)")

    def nothing(self, other: Laptop) -> None:
        """A run that has nothing to do."""
        times, spent = [], []
        for _ in range(20):
            with timed(self._city.busy) as taken:
                other.sync()
            times.append(taken.seconds)
            spent.append(taken.busy)
        floor = floors.round_trip(self._city.server.url)
        self.note("nothing to do", "ms", 1000 * median(times), 1000 * floor)
        self.note("nothing to do, busy", "ms", 1000 * median(spent), 1000 * floor)
        with metered(self._city.server.url) as meter:
            other.sync(meter.url)
            meter.reset()
            other.sync(meter.url)
            total = meter.up + meter.down
        self.note("nothing to do", "bytes", total, total)

    def crowd(self, wards: list[str], first: int) -> None:
        """Everybody comes back at once; somebody follows and must miss nothing."""
        laptops = []
        for number in range(CROWD):
            ward = wards[number % len(wards)]
            laptop = self._city.laptop(f"u{first + number}", ward)
            laptop.sync()
            laptop.register(ward, homes(first * 100 + number * self._each, self._each, laptop.ids))
            laptops.append(laptop)
        follower = Follower(self._city.laptop(f"f{first}", *wards), wards)
        began = time.perf_counter()
        with follower.watching(), ThreadPoolExecutor(CROWD) as pool, timed() as taken:
            list(pool.map(Laptop.sync, laptops))
        handed_in = follower.last_seen_at - began
        missed = follower.missed(set().union(*map(_own, laptops)))
        assert not missed, f"the follower missed {len(missed)}"
        wanted = CROWD * self._each
        held = self._city.count("SELECT count(*) FROM held")
        people = "SELECT count(*) FROM person WHERE ward = ANY(%(wards)s)"
        assert not held and self._city.count(people, {"wards": wards}) == wanted
        floor = self._table.seconds * wanted / self._push
        where = "one ward" if len(wards) == 1 else f"{len(wards)} wards"
        self.note(f"{CROWD} x {self._each} into {where}, up", "s", handed_in, floor)
        self.note(f"{CROWD} x {self._each} into {where}, all to all", "s", taken.seconds, floor)

    def wire(self) -> None:
        """Bytes a record, with everything that goes over the line for it."""
        count = 2_000
        floor = floors.packed_bytes(count)
        for name, code, made in (("", 26960, homes), (" alone", 26961, singles)):
            ward = self._city.ward(code)
            one, two = self._city.laptop(f"a{code}", ward), self._city.laptop(f"b{code}", ward)
            one.sync()
            one.register(ward, made(10**7 + code * 10_000, count, one.ids))
            with metered(self._city.server.url) as meter:
                one.sync(meter.url)
                self.note(f"wire up{name}", "bytes/record", meter.up / count, floor)
                self.note(f"wire back{name}", "bytes/record", meter.down / count, floor)
                meter.reset()
                two.sync(meter.url)
                self.note(f"wire down{name}", "bytes/record", meter.down / count, floor)

    def disk(self, other: Laptop) -> None:
        """What the records take in a laptop's file, with log, indexes and search."""
        other.profile.close()
        size = sum(path.stat().st_size for path in other.profile.folder.glob(f"{DATA}*"))
        ours = size / self._first
        self.note("client disk", "bytes/record", ours, self._file.bytes_a_row)


def _own(laptop: Laptop) -> set[str]:
    return {name for name, _ in laptop.profile.store.read(all_own)}


def _some_people(connection: Connection, ward: str) -> list[str]:
    person = table_of("person").c
    some = select(person.id).where(person.ward == ward).order_by(person.id).limit(EDITS)
    return list(connection.execute(some).scalars())


def _edit(laptop: Laptop, ward: str, person: str, note: str) -> None:
    store = laptop.profile.store
    basis = store.basis(ward, ("person", person))
    with store.work(Intent("edit", ward), basis) as unit:
        unit.edit(Person, person, note=note)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--push", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as name:
        folder = Path(name)
        with city(folder) as made:
            cases = Cases(made, folder, asked)
            cases.all()
    print(f"kept in {keep(cases.measured)}")


if __name__ == "__main__":
    main()
