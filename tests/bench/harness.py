"""Prints what we take beside what the file itself takes: ours, the floor, and how often it fits."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path("bench-out")
"""Beside the tables on the screen: what was measured, for comparing with other days."""


@dataclass
class Taken:
    """Seconds of a measured block, by the wall's clock and by the processors that were at it.

    The second tells more on a machine that has other work to do.
    """

    seconds: float = 0.0
    busy: float = 0.0


@contextmanager
def timed(others: Callable[[], float] = lambda: 0.0) -> Iterator[Taken]:
    """Measures the block. `others`: seconds that the processes on the other side were busy so far,
    which count beside those of this one."""
    taken, busy = Taken(), time.process_time() + others()
    began = time.perf_counter()
    try:
        yield taken
    finally:
        taken.seconds = time.perf_counter() - began
        taken.busy = time.process_time() + others() - busy


def busy_of(process: int) -> float:
    """Seconds that a process and all below it have been busy; 0 where the system does not tell."""
    found, waiting = 0.0, [process]
    while waiting:
        folder = Path("/proc", str(waiting.pop()), "task")
        with suppress(OSError):  # it has just ended
            for thread in folder.iterdir():
                found += int((thread / "schedstat").read_text().split()[0]) / 1e9
                waiting += map(int, (thread / "children").read_text().split())
    return found


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
