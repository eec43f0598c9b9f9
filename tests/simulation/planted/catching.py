"""Plants bugs and plays histories until each is caught."""

from __future__ import annotations

from tests.simulation import town
from tests.simulation.planted import laptop, restore, server, transfers
from tests.simulation.planted.registry import BUGS, Bug
from tests.simulation.play import play
from tests.simulation.script import directed, draw

__all__ = ["BUGS", "MOST", "caught", "laptop", "main", "restore", "server", "transfers"]

MOST = 1_000
"""Histories within which a bug must be caught."""


def caught(one: Bug, first: int = 0, most: int = MOST) -> tuple[int, str]:
    """After how many histories the bug was caught, and by which invariant; 0 if it was not."""
    town.town()
    with one.plant():
        for count in range(1, most + 1):
            seed = first + count - 1
            history = directed(seed, one.about) if one.about else draw(seed)
            violation = play(history).violation
            if violation is not None:
                return count, violation.invariant
    return 0, ""


def main(names: list[str]) -> int:
    """Plants each bug (or those named) and says whether and how it was caught."""
    chosen = [one for one in BUGS if not names or one.name in names]
    found = 0
    for one in chosen:
        count, invariant = caught(one)
        found += bool(count)
        number = f"({one.number})" if one.number else ""
        came = f"{count:4} histories: {invariant}" if count else f"NOT in {MOST} histories"
        drawn = ", directed" if one.about else ""
        print(f"{one.name + ' ' + number:62} {came}{drawn}", flush=True)
    print(f"planted: {len(chosen)}, caught: {found}")
    return 0 if found == len(chosen) else 1
