"""How long a day's work takes over bad links: up on a worn one, up and down on a thin one.

The floor is the time that the packed records alone need on that link, and one round trip.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import floors
from tests.bench.harness import Measured, keep, table, timed
from tests.bench.narrow import THIN, WORN, Link, narrowed
from tests.bench.stage import City, city
from tests.bench.workload import singles

UP, SENT, CAME = 1_000, 20, 60


def measured(on: City) -> list[Measured]:
    """The lines of the table."""
    return [_up(on, WORN, 27_100), _up_and_down(on, THIN, 27_101)]


def _up(on: City, link: Link, code: int) -> Measured:
    ward = on.ward(code)
    laptop = on.laptop(f"w{code}", ward)
    laptop.sync()
    laptop.register(ward, singles(code * 10**5, UP, laptop.ids))
    with narrowed(on.server.url, link) as url, timed() as taken:
        laptop.sync(url)
    return _line(link, f"{UP} changes", taken.seconds, UP)


def _up_and_down(on: City, link: Link, code: int) -> Measured:
    ward = on.ward(code)
    laptop, other = on.laptop(f"w{code}", ward), on.laptop(f"o{code}", ward)
    for one in (laptop, other):
        one.sync()
    other.register(ward, singles(code * 10**5, CAME, other.ids))
    other.sync()
    laptop.register(ward, singles(code * 10**5 + CAME, SENT, laptop.ids))
    with narrowed(on.server.url, link) as url, timed() as taken:
        laptop.sync(url)
    return _line(link, f"{SENT} changes and {CAME} entries", taken.seconds, SENT + CAME)


def _line(link: Link, what: str, seconds: float, records: int) -> Measured:
    bits = 8 * floors.packed_bytes(records) * records
    floor = bits / link.bits_a_second + 2 * link.delay
    found = Measured(f"{link.name}: {what}", "s", seconds, floor)
    table([found])
    return found


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder, city(Path(folder)) as on:
        keep(measured(on))


if __name__ == "__main__":
    main()
