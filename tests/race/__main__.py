"""`python -m tests.race --commits N`: a race on a PostgreSQL of its own; exit code 1: a fault."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.race.course import Race, run
from tests.support.postgres import running_postgres


def main() -> int:
    """The program."""
    reads = argparse.ArgumentParser()
    reads.add_argument("--commits", type=int, default=20_000)
    reads.add_argument("--writers", type=int, default=16)
    reads.add_argument("--processes", type=int, default=4)
    reads.add_argument("--batch", type=int, default=1)
    reads.add_argument("--seed", type=int, default=1)
    reads.add_argument("--planted", action="store_true", help="on a server with the plain sequence")
    said = reads.parse_args()
    race = Race(**vars(said))
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        result = run(race, postgres.url(postgres.create()), Path(folder))
    print(f"{race.writers} writers in {race.processes} processes, {result.commits} commits")
    per_second = result.commits / result.seconds
    print(f"{result.rows} rows in {result.seconds:.1f} s ({per_second:.0f} commits/s)")
    print(f"{result.pulls} pulls by the followers meanwhile")
    for finding in result.found[:20]:
        print(" ", finding)
    print(f"gaps: {result.gaps}, doubled: {result.doubled}, unasked: {result.unasked}")
    print(f"missed: {result.missed}")
    return 0 if result.clean else 1


if __name__ == "__main__":
    sys.exit(main())
