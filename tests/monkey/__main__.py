"""`python -m tests.monkey --events N --seed S`: the monkey plays on a profile for each role."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.monkey.play import Monkey, sound
from tests.ui.alone import surroundings
from tests.ui.town_store import PASSWORD, open_town
from ui.app import make_application
from ui.program import Program

ROLES = ("canvasser", "clerk", "supervisor")


def main() -> int:
    """Plays; prints what was done and what broke. 1 if anything broke."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--households", type=int, default=60)
    said = parser.parse_args()
    broke = 0
    for number, role in enumerate(ROLES):
        with TemporaryDirectory() as folder:
            home = Path(folder) / role
            profile = open_town(home, households=said.households)
            profile.store.remember(role=role)
            profile.close()
            program = Program(make_application(), home, surroundings(), "vi")
            program.start(PASSWORD)
            monkey = Monkey(make_application(), program, said.seed + number, PASSWORD)
            monkey.play(said.events // len(ROLES))
            program.stop()
            faults = [*monkey.faults, *sound(home, PASSWORD, surroundings().machine())]
            broke += len(faults)
            done = ", ".join(f"{deed} {count}" for deed, count in monkey.deeds.most_common())
            print(f"{role}, seed {said.seed + number}: {done}")
            print(f"  slowest event {monkey.slowest * 1000:.0f} ms ({monkey.slow_deed})")
            for fault in faults:
                print(f"  {fault}")
    print(f"faults: {broke}")
    return 1 if broke else 0


if __name__ == "__main__":
    sys.exit(main())
