"""How long a new laptop takes until a full ward is on it: as the ward stands, beside the bare file.

The server has a backup, so that the ward comes without its log. Of two new laptops the first waits
for the snapshot to be made. A third one is cut after half of its pieces.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from sqlalchemy import text

from sync.client.runner import sync_once
from sync.client.transport import HttpTransport
from sync.protocol import FetchPieces, Pieces
from sync.server.lives.backups import make_backup
from tests.bench import floors
from tests.bench.harness import Measured, keep, table, timed
from tests.bench.metered import metered
from tests.bench.stage import City, Laptop, city
from tests.bench.workload import homes

PUSHED_AT_ONCE = 10_000


def fill(on: City, folder: Path, ward: str, count: int) -> None:
    """Registers the people of a ward, and makes a backup of it."""
    busy = on.laptop("lan", ward)
    busy.sync()
    with timed() as taken:
        for first in range(0, count, PUSHED_AT_ONCE):
            busy.register(ward, homes(first, min(PUSHED_AT_ONCE, count - first), busy.ids))
            busy.sync()
    found = make_backup(on.admin.service, folder / "bench.backup")
    assert not found, found
    print(f"    (filled the ward in {taken.seconds:.1f} s)", flush=True)


class Cut(HttpTransport):
    """A way that breaks after so many calls for pieces."""

    left = 0

    def pieces(self, request: FetchPieces) -> Pieces:
        """Carries it while there are any left."""
        self.left -= 1
        if not self.left:
            self.close()
        return super().pieces(request)


def measured(on: City, folder: Path, count: int) -> list[Measured]:
    """The lines of the table, for a ward with so many people."""
    ward = on.ward(26956)
    fill(on, folder, ward, count)
    bare = floors.bare_file(folder / "bare.db", floors.rows(count))
    found = []

    def note(metric: str, unit: str, ours: float, floor: float) -> None:
        found.append(Measured(f"first sync: {metric}", unit, ours, floor))
        table(found[-1:])

    for name, metric in (("thu", f"{count}, snapshot to be made"), ("hien", f"{count}")):
        laptop = on.laptop(name, ward)
        with timed() as taken:
            laptop.sync()
        note(metric, "s", taken.seconds, bare.seconds)
        note(f"{metric}, this process busy", "s", taken.busy, bare.busy)
        _must_be_whole(laptop, ward, count)
    laptop = on.laptop("minh", ward)
    with metered(on.server.url) as meter:
        laptop.sync(meter.url)
        each = (meter.up + meter.down) / count
    note("wire", "bytes/record", each, each)
    laptop = on.laptop("phuc", ward)
    way = Cut(on.server.url, str(laptop.profile.store.setting("token")))
    way.left = 4
    assert sync_once(laptop.profile.store, way, random=laptop.random).trouble is not None
    with timed() as taken:
        laptop.sync()
    note(f"{count}, the rest after a cut", "s", taken.seconds, bare.seconds)
    _must_be_whole(laptop, ward, count)
    return found


def _must_be_whole(laptop: Laptop, ward: str, count: int) -> None:
    def count_of(table: str) -> int:
        statement = text(f"SELECT count(*) FROM {table} WHERE ward = :ward")
        return int(
            laptop.profile.store.read(lambda c: c.execute(statement, {"ward": ward}).scalar_one())
        )

    people, log = count_of("person"), count_of("log_entry")
    assert people == count and log <= max(count // 100, 1), (people, log)


def main() -> None:
    """Measures and prints."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--first", type=int, default=100_000, help="people in the ward")
    sizes = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, city(Path(folder)) as on:
        keep(measured(on, Path(folder), sizes.first))


if __name__ == "__main__":
    main()
