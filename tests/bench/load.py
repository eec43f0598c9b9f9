"""The evening of a city on this machine, then everybody back at once after an outage.

What it takes is printed beside the goals of a city's server and kept in `bench-out/load.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from random import Random

from fieldapp.clock import Ids, SystemClock
from sync.server.cli.parts import opened
from tests.bench.filled import Person, fill, hire
from tests.bench.harness import OUT, busy_of, timed
from tests.bench.stage import process_of
from tests.bench.visitors import CHANGES, Told, Visitor
from tests.support.postgres import MEASURED, running_postgres
from tests.support.server_process import ServerProcess

PROCESSES = 2


@dataclass(frozen=True)
class Figure:
    """What was measured, and what it should be at most (or at least, where `more`)."""

    metric: str
    unit: str
    ours: float
    goal: float
    more: bool = False

    @property
    def met(self) -> bool:
        """Whether it is as it should be."""
        return self.ours >= self.goal if self.more else self.ours <= self.goal


@contextmanager
def processes(url: str, folder: Path) -> Iterator[list[ServerProcess]]:
    """Several API processes on one database."""
    with ExitStack() as ends:
        made = [ServerProcess(url, data=folder, log=folder / "log") for _ in range(PROCESSES)]
        for server in made:
            server.start()
            ends.callback(server.stop)
        yield made


def visitors(people: Sequence[Person], servers: Sequence[ServerProcess]) -> list[Visitor]:
    """A laptop for each of them, on the processes in turn."""
    ids, addresses = Ids(SystemClock()), cycle([server.url for server in servers])
    return [
        Visitor(one, address, ids, Random(number))
        for number, (one, address) in enumerate(zip(people, addresses, strict=False))
    ]


async def evening(all_of_them: Sequence[Visitor], a_second: float, seconds: float) -> Told:
    """Pushes at an even pace, from one laptop after the other, each at its time."""
    told, loop = Told(), asyncio.get_running_loop()
    await asyncio.gather(*(one.open() for one in all_of_them))
    began = loop.time()
    count = int(a_second * seconds)
    under_way = []
    for number, one in zip(range(count), cycle(all_of_them), strict=False):
        due = began + number / a_second
        await asyncio.sleep(max(due - loop.time(), 0))
        under_way.append(asyncio.create_task(one.push(due, told)))
    await asyncio.gather(*under_way)
    await asyncio.gather(*(one.close() for one in all_of_them))
    return told


async def back_at_once(all_of_them: Sequence[Visitor]) -> Told:
    """Everybody hands in what waited, at the same moment."""
    told, due = Told(), asyncio.get_running_loop().time()

    async def comes_back(one: Visitor) -> None:
        await one.push(due, told)
        await one.close()

    await asyncio.gather(*(comes_back(one) for one in all_of_them))
    return told


def memory_mb(server: ServerProcess) -> float:
    """The most memory that a process has held."""
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    [most] = [line for line in lines if line.startswith("VmHWM")]
    return int(most.split()[1]) / 1024


def measured(asked: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """All figures, as they come."""
    with running_postgres(MEASURED) as postgres:
        url = postgres.url(postgres.create())
        with opened(url, folder) as admin, timed() as filling:
            wards = fill(admin, url, asked.wards, asked.visits)
        print(f"    ({asked.visits} visits in {asked.wards} wards: {filling.seconds:.0f} s)")
        people = hire(url, wards, asked.sessions, "s")
        waiting = hire(url, wards, asked.laptops, "l")
        with processes(url, folder) as servers:
            database = process_of(postgres, url.rpartition("/")[2])
            yield from _evening(asked, visitors(people, servers), servers, database)
            yield from _outage(asked, visitors(waiting, servers))
            for number, server in enumerate(servers):
                yield Figure(f"memory of process {number + 1}", "MB", memory_mb(server), 512)


def _evening(
    asked: argparse.Namespace,
    laptops: list[Visitor],
    servers: Sequence[ServerProcess],
    database: int,
) -> Iterator[Figure]:
    before = sum(busy_of(one.pid) for one in servers), busy_of(database)
    with timed() as taken:
        told = asyncio.run(evening(laptops, asked.pushes, asked.seconds))
    ours = sum(busy_of(one.pid) for one in servers) - before[0]
    theirs = busy_of(database) - before[1]
    what = f"evening, {asked.sessions} sessions, {asked.pushes:g} pushes/s"
    changes = len(told.seconds) * CHANGES / taken.seconds
    yield Figure(f"{what}: changes", "1/s", changes, 0.95 * asked.pushes * CHANGES, more=True)
    yield Figure(f"{what}: half within", "ms", 1000 * told.at(0.5), 800)
    yield Figure(f"{what}: p95", "ms", 1000 * told.at(0.95), 800)
    yield Figure(f"{what}: worst", "ms", 1000 * max(told.seconds), 30_000)
    yield Figure(f"{what}: errors but 429/503", "", len(told.errors), 0)
    yield Figure(f"{what}: sent away", "", told.sent_away, 0)
    free = 1000 / asked.pushes  # of one processor, between two pushes
    each = 1000 / len(told.seconds)
    yield Figure("a push: processor's time of the processes", "ms", ours * each, free)
    yield Figure("a push: of PostgreSQL", "ms", theirs * each, free)
    if told.errors:
        print(f"    (errors: {sorted(set(told.errors))})")


def _outage(asked: argparse.Namespace, laptops: list[Visitor]) -> Iterator[Figure]:
    with timed() as taken:
        told = asyncio.run(back_at_once(laptops))
    what = f"{asked.laptops} laptops back at once"
    within = 1800 * asked.laptops / 10_000
    yield Figure(f"{what}: all drained", "s", taken.seconds, within)
    yield Figure(f"{what}: half within", "s", told.at(0.5), within)
    yield Figure(f"{what}: not drained", "", len(laptops) - len(told.seconds), 0)
    yield Figure(f"{what}: sent away", "", told.sent_away, float("inf"))
    yield Figure(f"{what}: errors but 429/503", "", len(told.errors), 0)
    if told.errors:
        print(f"    (errors: {sorted(set(told.errors))})")


def keep(figures: Sequence[Figure], asked: argparse.Namespace, folder: Path = OUT) -> Path:
    """Files them."""
    folder.mkdir(exist_ok=True)
    path = folder / "load.json"
    rows = [asdict(one) | {"met": one.met} for one in figures]
    rows = [row | {"goal": None if row["goal"] == float("inf") else row["goal"]} for row in rows]
    said = {"asked": vars(asked), "processors": os.cpu_count(), "figures": rows}
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="make load")
    parser.add_argument("--visits", type=int, default=17_000_000)
    parser.add_argument("--wards", type=int, default=168)
    parser.add_argument("--sessions", type=int, default=600)
    parser.add_argument("--pushes", type=float, default=60, help="a second")
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--laptops", type=int, default=10_000)
    asked = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory(prefix="fieldapp-load-") as name:
        for one in measured(asked, Path(name)):
            figures.append(one)
            mark = "" if one.met else "  short of the goal"
            print(
                f"{one.metric:<64}{one.ours:>10.4g} {one.unit:<4}{one.goal:>10.4g}{mark}",
                flush=True,
            )
    print(f"kept in {keep(figures, asked)}")


if __name__ == "__main__":
    main()
