"""`python -m tests.simulation --seeds N --first S`: plays histories and says what came of them.

Each tenth seed is played twice, and must leave the same trace. The last line is `violations: K`.
With `--results FILE` what was played is kept there, and a run that was ended goes on: seeds that
the same code has played are counted, not played again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.simulation.kept import Block, Result, Results
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
SAME_TRACE = "same seed, same trace"
TOLD = 25
"""Failing seeds beyond these are counted, not shrunk."""


def of_seed(seed: int) -> Result:
    """Plays a seed's history; each tenth one twice."""
    once = play(draw(seed))
    steps, landed = len(once.history.steps), once.landed
    if once.violation is not None:
        return Result(seed, steps, landed, str(once.violation), once.violation.invariant)
    if seed % TWICE_EVERY == 0 and play(once.history).trace != once.trace:
        return Result(seed, steps, landed, SAME_TRACE, SAME_TRACE)
    return Result(seed, steps, landed)


def of_block(seeds: range) -> Block:
    """Plays some seeds after one another."""
    return Block.of(seeds, [of_seed(seed) for seed in seeds])


def played(blocks: Sequence[range], workers: int) -> Iterator[Block]:
    """What the blocks come to, in the order in which they come."""
    if workers < 2:
        yield from map(of_block, blocks)
        return
    with multiprocessing.Pool(workers) as pool:
        yield from pool.imap_unordered(of_block, blocks)


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
    parser.add_argument("--results", type=Path, help="a file of what was played, to go on from")
    asked = parser.parse_args(arguments)
    seeds = range(asked.first, asked.first + asked.seeds)
    kept, began = Results(asked.results), time.monotonic()
    total = Block.together(seeds, kept.of(seeds))
    count = before = sum(len(block.seeds) for block in kept.of(seeds))
    for block in played(kept.lacking(seeds), asked.workers):
        kept.add(block)
        total += block
        for seed, (what, _) in block.broken.items():
            print(f"seed {seed}: {what}", flush=True)
        count += len(block.seeds)
        if count % 100 == 0:
            print(f"... {count} histories, violations so far: {len(total.broken)}", flush=True)
    _tell_landed(total.landed)
    for seed, (_, invariant) in sorted(total.broken.items())[:TOLD]:
        _tell_broken(seed, invariant, asked.keep)
    seconds = time.monotonic() - began
    fresh = max(asked.seeds - before, 1)
    print(f"histories: {asked.seeds} ({seeds.start} to {seeds.stop - 1}), steps: {total.steps},")
    print(f"{before} of them played before, code {kept.code[:12]}")
    print(f"seconds: {seconds:.0f}, {1000 * seconds / fresh:.0f} ms a history")
    print(f"violations: {len(total.broken)}")
    return 1 if total.broken else 0


def _tell_landed(landed: Counter[str]) -> None:
    print("faults that landed:")
    for fault in (*FAULTS, *SINCE, *BY_HAND, *AT_A_DESK, *PRUNING):
        print(f"  {fault:24} {landed[fault]}")


def _tell_broken(seed: int, invariant: str, keep: Path | None) -> None:
    print(f"\nseed {seed} breaks '{invariant}', made short:")
    if invariant == SAME_TRACE:
        return
    short = shrunk(seed, invariant)
    for step in short.history.steps:
        print(f"  {told(step)}")
    print(f"  -> {short.violation}")
    if keep is not None:
        (keep / f"seed_{seed}.json").write_text(short.history.to_json(), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
