"""What a log of a million visits costs: as a file, and page by page on the screen.

Files are written by a process of its own each, which tells how much memory it ever had: once of a
tenth of the rows and once of all. The floor is the library alone (csv, XlsxWriter) writing rows of
the same values, without a database, a hash or a second look. The floor of a page is one bare
question for as many rows by their keys.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection
from xlsxwriter import Workbook

from fieldapp.reports.visit_cells import columns, values_of
from fieldapp.reports.workbook import write_cell
from fieldapp.store.file import profile as profiles
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.store import Store
from fieldapp.usecases.households import people_table
from fieldapp.usecases.visiting import visit_log, visit_table
from fieldapp.usecases.visiting.visit_log import KINDS
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from tests.bench.city import PER_HOUSEHOLD, city_of
from tests.bench.harness import Measured, Taken, keep, table, timed
from tests.support.laptops import PASSWORD, WARD, machine

VI = Words("vi")
DAYS = 300
LAST = datetime(2026, 11, 23, 10, tzinfo=UTC)
VISITS_A_HOME = 20
PAGES = 300
PAGE = visit_table.PAGE
BUDGET_MS = 50.0
OUTCOMES = ("not_at_home", "considering", "refused", "appointment")


def town(folder: Path, count: int) -> Profile:
    """A ward in which so many visits were made, by twelve people, over most of a year."""
    homes = max(count // VISITS_A_HOME, 1)
    profile = city_of(folder, homes * PER_HOUSEHOLD)
    random = Random(3)
    step = timedelta(days=DAYS) / count

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            at = LAST - timedelta(days=DAYS) + step * number
            home = random.randrange(homes) * PER_HOUSEHOLD
            yield (
                *(WARD, f"v{number:035d}", f"h{home:035d}", f"user{number % 12}"),
                f"{at.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z",
                *(random.choice(OUTCOMES), f"Hẹn lại sau, lần {number}"),
            )

    with profile.store._write() as connection:
        found = rows()
        while piece := list(islice(found, 20_000)):
            connection.exec_driver_sql(
                "INSERT INTO visit (ward, id, household, canvasser, visited_at, outcome, note,"
                " changeset, unknown, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?, '', '{}', 0)",
                piece,
            )
        connection.exec_driver_sql(
            "INSERT INTO position (ward, epoch, revision, chain) VALUES (?, 'e', 0, '')", (WARD,)
        )
    return profile


def chosen(part: int) -> VisitFilter:
    """The last of so many parts of the visits."""
    until = LAST.date() + timedelta(days=1)
    return VisitFilter(
        (WARD,), until - timedelta(days=DAYS // part + (2 if part == 1 else 1)), until
    )


def written(folder: Path, kind: str, part: int, out: Path) -> None:
    """What the process of its own does: one file, and what that took."""
    made = machine(seed=2 + 100 * part + KINDS.index(kind))  # ids that nobody made before
    here = Machine(made.clock, made.ids, NoKeystore(), made.cost)
    profile = profiles.unlock(folder, PASSWORD, here)
    with timed() as taken:
        file = visit_log.export(profile.store, chosen(part), out, kind, VI)
    most = most_memory()
    told = {"rows": file.rows, "seconds": taken.seconds, "busy": taken.busy, "mb": most}
    profile.close()
    print(json.dumps(told | {"bytes": out.stat().st_size}))


def most_memory() -> float:
    """Megabytes that this process ever had; not those of the one that started it."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def in_a_process(folder: Path, kind: str, part: int) -> dict[str, float]:
    """The same, from here."""
    out = folder.parent / f"log.{kind}"
    said = [sys.executable, "-m", "tests.bench.bench_reports", "write", str(folder), kind]
    done = subprocess.run([*said, str(part), str(out)], capture_output=True, text=True, check=True)
    out.unlink()
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def floor_of(kind: str, sample: Sequence[tuple[Any, ...]], count: int, out: Path) -> Taken:
    """The library alone."""
    rows = islice(cycle(sample), count)
    with timed() as taken:
        if kind == "csv":
            with out.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
        else:
            with Workbook(str(out), {"constant_memory": True}) as book:
                look, place = book.add_format({"valign": "top"}), 0
                sheet = book.add_worksheet()
                for row in rows:
                    place = place + 1 if place < 1_048_575 else 1
                    for column, value in enumerate(row):
                        write_cell(sheet, (place, column), value, look)
    out.unlink()
    return taken


def files(folder: Path, sample: Sequence[tuple[Any, ...]]) -> list[Measured]:
    """Files of a tenth and of all rows."""
    found = []
    for kind in ("csv", "xlsx"):
        tenth, whole = (in_a_process(folder, kind, part) for part in (10, 1))
        rows = int(whole["rows"])
        floor = floor_of(kind, sample, rows, folder.parent / f"floor.{kind}")
        name = f"export {kind}: {rows} visits"
        found.append(Measured(f"{name}, busy", "s", whole["busy"], floor.busy))
        found.append(
            Measured(f"{name}, most memory by {tenth['rows']}", "MB", whole["mb"], tenth["mb"])
        )
        print(f"    {name}: {whole['seconds']:.0f} s, {whole['bytes'] / 1e6:.0f} MB")
    tenth = in_a_process(folder, "pdf", 10)
    rows, busy, most = tenth["rows"], tenth["busy"], tenth["mb"]
    print(f"    export pdf: {rows} visits in {busy:.0f} s busy, {most:.0f} MB")
    return found


def part_of(taken: list[float], percent: int) -> float:
    """So many of a hundred are no slower."""
    return sorted(taken)[len(taken) * percent // 100]


def pages(
    name: str, count: int, ask: Callable[[int], object], bare: Callable[[int], object]
) -> Measured:
    """Pages anywhere in a table, in milliseconds of this process: nine of ten look elsewhere."""
    random, ours, floor = Random(5), list[float](), list[float]()
    for _ in range(PAGES):
        first = random.randrange(max(count - PAGE, 1))
        for call, times in ((ask, ours), (bare, floor)):
            began = time.process_time()
            call(first)
            times.append((time.process_time() - began) * 1000)
    verdict = "kept" if part_of(ours, 95) <= BUDGET_MS else "MISSED"
    print(f"    {name}: budget p95 {BUDGET_MS:.0f} ms: {verdict}")
    return Measured(f"{name}, page p95", "ms", part_of(ours, 95), part_of(floor, 95))


def in_order(store: Store, sort: str) -> visit_table.VisitTable:
    """A table, piece by piece; prints when its first page stood, and the longest piece."""
    began, pieces, first = time.perf_counter(), list[float](), 0.0
    made = visit_table.begin_visit_table(store, chosen(1), sort, upwards=False)
    while True:
        if made.count and not first:
            visit_table.rows_of_table(store, made, 0)
            first = time.perf_counter() - began
        at = time.perf_counter()
        if visit_table.take_more(store, made) is None:
            break
        pieces.append(time.perf_counter() - at)
    print(
        f"    {made.count} visits by {sort}: first page after {first:.2f} s, all in order after"
        f" {time.perf_counter() - began:.1f} s, longest piece {max(pieces, default=0.0):.2f} s"
    )
    return made


def tables(profile: Profile) -> list[Measured]:
    """The table of visits by time and by outcome, and that of people by name."""
    store, found = profile.store, list[Measured]()

    def bare(kind: str, keys: list[tuple[str, str]]) -> Callable[[Connection], object]:
        ids = json.dumps([record for _, record in keys])
        query = f"SELECT * FROM {kind} WHERE ward = ? AND id IN (SELECT value FROM json_each(?))"
        return lambda connection: connection.exec_driver_sql(query, (WARD, ids)).all()

    for sort in ("visited_at", "outcome"):
        made = in_order(store, sort)
        found.append(
            pages(
                f"table of {made.count} visits by {sort}",
                made.count,
                lambda first, made=made: visit_table.rows_of_table(store, made, first),  # type: ignore[misc]  # mypy infers no lambda with a default
                lambda first, made=made: store.read(bare("visit", made.order.keys(first, PAGE))),  # type: ignore[misc]  # mypy infers no lambda with a default
            )
        )
    began = time.perf_counter()
    people = people_table.people_table(store)
    print(f"    {people.count} people by name: in order in {time.perf_counter() - began:.1f} s")
    found.append(
        pages(
            f"table of {people.count} people",
            people.count,
            lambda first: people_table.lines_of_people(store, people, first),
            lambda first: store.read(bare("person", people.order.keys(first, PAGE))),
        )
    )
    return found


def main(count: int) -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "city"
        profile = town(folder, count)
        shown = visit_log.preview(profile.store, chosen(1), 1_000)
        sample = [tuple(told) for told in map(values_of(VI), shown)]
        assert len(sample[0]) == len(columns(VI))
        measured = tables(profile)
        profile.close()
        measured += files(folder, sample)
    table(measured)
    print(f"kept in {keep(measured)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        written(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), Path(sys.argv[5]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
