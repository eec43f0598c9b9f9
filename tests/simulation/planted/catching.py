"""Plants bugs and plays histories until each is caught.

`caught.json` beside this file keeps for each bug the first seed, from 0 on, whose history caught
it: that one is played first. Where the code has moved on and it no longer does, the others follow.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from tests.simulation import town
from tests.simulation.memory import Violation
from tests.simulation.planted import laptop, pruning, restore, screens, server, transfers
from tests.simulation.planted.registry import BUGS, REACHED, Bug
from tests.simulation.play import play
from tests.simulation.script import History, directed, draw

__all__ = ["BUGS", "laptop", "pruning", "restore", "screens", "server", "transfers"]

MOST = 1_000
"""Histories within which a bug must be caught."""
Task = tuple[str, int, int | None]
"""A bug's name, how many histories, and the seed that is known to catch it."""
BREAKS = "the program does not break"
PATIENCE = 40
"""A bug over which the program stops by itself is caught; but so many histories more are played to
find one in which a judge says so."""
RECORD = Path(__file__).with_name("caught.json")


@dataclass(frozen=True)
class Catch:
    """What came of a planted bug.

    Attributes:
        seed: of the history that caught it; None where none did.
        invariant: what that history broke.
        played: how many histories were played.
        reached: how often each piece of the planted code was reached in them.
        fault: why it does not count; empty where it does.
    """

    seed: int | None
    invariant: str = ""
    played: int = 0
    reached: dict[str, int] = field(default_factory=dict)
    fault: str = ""

    def __str__(self) -> str:
        if self.seed is not None and not self.fault:
            return f"caught by history {self.seed + 1}: {self.invariant}"
        if self.fault:
            return f"NOT CAUGHT: history {(self.seed or 0) + 1}, {self.invariant}: {self.fault}"
        never = [where for where, times in self.reached.items() if not times]
        if never:
            return f"NEVER REACHED in {self.played} histories: {', '.join(never)}"
        times = ", ".join(f"{where} {times} times" for where, times in self.reached.items())
        return f"NOT CAUGHT in {self.played} histories; reached: {times}"


def history_of(one: Bug, seed: int) -> History:
    """The history of a seed for a bug."""
    return directed(seed, one.about) if one.about else draw(seed)


def catch(one: Bug, first: int = 0, most: int = MOST, known: int | None = None) -> Catch:
    """Plays histories with the bug planted: the `known` seed, then `most` from `first` on."""
    town.town()
    REACHED.clear()
    broke: Catch | None = None
    for count, seed in enumerate(_seeds(first, most, known), 1):
        with one.plant():
            violation = play(history_of(one, seed)).violation
        if violation is not None:
            fault = _fault(one, seed, violation)
            came = Catch(seed, violation.invariant, count, dict(REACHED), fault)
            if violation.invariant != BREAKS or fault:
                return came
            broke = broke or came
        if broke is not None and count >= broke.played + PATIENCE:
            break
    return broke or Catch(None, "", most, dict(REACHED))


def _broke_itself(violation: Violation) -> bool:
    """Whether it is the planted code that does not run."""
    return violation.invariant == BREAKS and "planted/" in violation.detail.rpartition(" > ")[2]


def _seeds(first: int, most: int, known: int | None) -> Iterator[int]:
    seeds = range(first, first + most)
    if known is None:
        yield from seeds
    else:
        yield from chain([known], (seed for seed in seeds if seed != known))


def _fault(one: Bug, seed: int, violation: Violation) -> str:
    """Why a catch is none: it is not the bug that was caught."""
    if _broke_itself(violation):
        return f"the planted code does not run: {violation.detail}"
    if not any(REACHED.values()):
        return "the bug was never reached"
    without = play(history_of(one, seed)).violation
    return "" if without is None else f"it breaks without the bug: {without}"


def _catches(tasks: list[Task], workers: int) -> Iterator[Catch]:
    """What comes of each, in their order."""
    if workers < 2:
        yield from map(_catch_named, tasks)
        return
    with multiprocessing.Pool(workers) as pool:
        yield from pool.imap(_catch_named, tasks)


def _catch_named(task: Task) -> Catch:
    name, most, known = task
    return catch(next(one for one in BUGS if one.name == name), most=most, known=known)


def recorded() -> dict[str, int]:
    """The seeds that are known to catch, by bug."""
    return dict(json.loads(RECORD.read_text("utf-8"))) if RECORD.exists() else {}


def _record(found: dict[str, int]) -> None:
    known = {one.name for one in BUGS}
    kept = {name: seed for name, seed in sorted((recorded() | found).items()) if name in known}
    RECORD.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Plants each bug (or those named) and says whether and how it was caught."""
    parser = argparse.ArgumentParser(prog="make planted")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--most", type=int, default=MOST, help="histories for each bug")
    parser.add_argument("--anew", action="store_true", help="from seed 0 on, whatever is known")
    parser.add_argument("--keep", action="store_true", help="note the seeds that caught")
    asked = parser.parse_args(arguments)
    chosen = [one for one in BUGS if not asked.names or one.name in asked.names]
    known = {} if asked.anew else recorded()
    began, found = time.monotonic(), dict[str, int]()
    tasks = [(one.name, asked.most, known.get(one.name)) for one in chosen]
    for one, came in zip(chosen, _catches(tasks, asked.workers), strict=True):
        if came.seed is not None and not came.fault:
            found[one.name] = came.seed
        number = f" ({one.number})" if one.number else ""
        drawn = ", directed" if one.about else ""
        print(f"{one.name + number:58} {came}{drawn}", flush=True)
        if asked.keep:
            _record(found)
    print(f"planted: {len(chosen)}, caught: {len(found)}, {time.monotonic() - began:.0f} seconds")
    return 0 if len(found) == len(chosen) else 1
