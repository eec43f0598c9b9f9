"""`python -m tests.simulation --seeds N --first S`: plays histories and says what came of them.

Each tenth seed is played twice, and must leave the same trace. The last line is `violations: K`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.play import Played, play
from tests.simulation.script import (
    AT_A_DESK,
    BY_HAND,
    FAULTS,
    PRUNING,
    History,
    draw,
    told,
)
from tests.simulation.shrink import shrink

SINCE = ("another_program", "server_backed_up", "snapshot_piece")
TWICE_EVERY = 10
TOLD = 25
"""Failing seeds beyond these are counted, not shrunk."""


@dataclass(frozen=True)
class Result:
    """What a seed came to."""

    seed: int
    steps: int
    landed: Counter[str]
    broken: str = ""
    invariant: str = ""


def of_seed(seed: int) -> Result:
    """Plays a seed's history; each tenth one twice."""
    played = play(draw(seed))
    steps, landed = len(played.history.steps), played.landed
    if played.violation is not None:
        violation = played.violation
        return Result(seed, steps, landed, str(violation), violation.invariant)
    if seed % TWICE_EVERY == 0 and play(played.history).trace != played.trace:
        broken = "same seed, same trace"
        return Result(seed, steps, landed, broken, broken)
    return Result(seed, steps, landed)


def results(seeds: range, workers: int) -> Iterator[Result]:
    """The results of all seeds, in the order in which they come."""
    if workers < 2:
        yield from map(of_seed, seeds)
        return
    with multiprocessing.Pool(workers) as pool:
        yield from pool.imap_unordered(of_seed, seeds, chunksize=8)


def shrunk(seed: int, invariant: str) -> Played:
    """The seed's history made short, as long as it breaks the same thing."""

    def fails(history: History) -> bool:
        violation = play(history).violation
        return violation is not None and violation.invariant == invariant

    return play(shrink(draw(seed), fails))


def main(arguments: list[str] | None = None) -> int:
    """Plays, prints, and says with its exit code whether anything broke."""
    parser = argparse.ArgumentParser(prog="make simulate")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the shrunk histories")
    asked = parser.parse_args(arguments)
    began, steps, landed, broken = time.monotonic(), 0, Counter[str](), list[Result]()
    seeds = range(asked.first, asked.first + asked.seeds)
    for count, result in enumerate(results(seeds, asked.workers), 1):
        steps += result.steps
        landed += result.landed
        if result.broken:
            broken.append(result)
            print(f"seed {result.seed}: {result.broken}", flush=True)
        if count % 100 == 0:
            print(f"... {count} histories, violations so far: {len(broken)}", flush=True)
    _tell_landed(landed)
    for result in sorted(broken, key=lambda one: one.seed)[:TOLD]:
        _tell_broken(result, asked.keep)
    seconds = time.monotonic() - began
    print(f"histories: {asked.seeds} ({seeds.start} to {seeds.stop - 1}), steps: {steps},")
    print(f"seconds: {seconds:.0f}, {1000 * seconds / max(asked.seeds, 1):.0f} ms a history")
    print(f"violations: {len(broken)}")
    return 1 if broken else 0


def _tell_landed(landed: Counter[str]) -> None:
    print("faults that landed:")
    for fault in (*FAULTS, *SINCE, *BY_HAND, *AT_A_DESK, *PRUNING):
        print(f"  {fault:24} {landed[fault]}")


def _tell_broken(result: Result, keep: Path | None) -> None:
    print(f"\nseed {result.seed} breaks '{result.invariant}', made short:")
    if result.invariant == "same seed, same trace":
        return
    played = shrunk(result.seed, result.invariant)
    for step in played.history.steps:
        print(f"  {told(step)}")
    print(f"  -> {played.violation}")
    if keep is not None:
        name = f"seed_{result.seed}.json"
        (keep / name).write_text(played.history.to_json(), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
