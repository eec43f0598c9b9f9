"""Prints what we take beside what the file itself takes: ours, the floor, and how often it fits."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path("bench-out")
"""Beside the tables on the screen: what was measured, for comparing with other days."""


@dataclass
class Taken:
    """Seconds of a measured block, by the wall's clock and of this process alone.

    The second tells more on a machine that has other work to do.
    """

    seconds: float = 0.0
    busy: float = 0.0


@contextmanager
def timed() -> Iterator[Taken]:
    """Measures the block."""
    taken, began, busy = Taken(), time.perf_counter(), time.process_time()
    try:
        yield taken
    finally:
        taken.seconds = time.perf_counter() - began
        taken.busy = time.process_time() - busy


@dataclass(frozen=True)
class Measured:
    """What we take, what the floor takes in the same run, and how often the floor fits into it."""

    metric: str
    unit: str
    ours: float
    floor: float

    @property
    def ratio(self) -> float:
        """Ours by the floor."""
        return self.ours / self.floor


def keep(measured: Iterable[Measured], folder: Path = OUT) -> Path:
    """Files the figures in `bench.json`; those of other metrics stay."""
    folder.mkdir(exist_ok=True)
    path = folder / "bench.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    rows = [asdict(one) | {"ratio": round(one.ratio, 2)} for one in measured]
    fresh = {row["metric"] for row in rows}
    rows = [row for row in known if row["metric"] not in fresh] + rows
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def table(measured: Iterable[Measured]) -> None:
    """Lines of the table of all measures."""
    for one in measured:
        figures = f"{one.ours:>10.4g}{one.floor:>10.4g}{one.ratio:>7.1f}"
        print(f"{one.metric:<44}{one.unit:<13}{figures}", flush=True)


def memory_mb() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def heading() -> None:
    """The head of the table."""
    print(f"{'what':<44}{'ours s':>9}{'floor s':>9}{'ratio':>7}{'MB':>7}")


def line(what: str, ours: float, floor: float) -> None:
    """One line of the table."""
    print(f"{what:<44}{ours:>9.2f}{floor:>9.2f}{ours / floor:>7.1f}{memory_mb():>7.0f}", flush=True)
