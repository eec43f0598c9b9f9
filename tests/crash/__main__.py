"""`python -m tests.crash`: every image of every step; exit code 1 for a fault."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.steps import recordings
from tests.crash.sweep import Depth, Found, sweep_all

CHECKPOINTS = (None, 20)
"""As the product has it, and with a log that is written back all the time."""


def main() -> int:
    """The program."""
    reads = argparse.ArgumentParser()
    reads.add_argument("--cuts", type=int, default=5, help="power cuts at each moment")
    reads.add_argument("--every", type=int, default=1, help="each how many acts")
    reads.add_argument("--starts", type=int, default=20, help="start on each how many images")
    reads.add_argument("--seed", type=int, default=1)
    reads.add_argument("--workers", type=int, default=2)
    said = reads.parse_args()
    depth = Depth(said.cuts, said.every, said.starts, said.seed)
    total, began = Found(), time.monotonic()
    for checkpoint in CHECKPOINTS:
        with tempfile.TemporaryDirectory() as folder:
            made = recordings(Path(folder), checkpoint=checkpoint)
        total.add(sweep_all(made, depth, workers=said.workers, told=_tell))
    print(f"seed {said.seed}: {dict(total.images)} in {time.monotonic() - began:.0f} s")
    print(f"faults: {len(total.faults)}")
    return 1 if total.faults else 0


def _tell(found: Found) -> None:
    print(f"{found.label}: {dict(found.images)}", flush=True)
    for fault in found.faults[:5]:
        print("  ", fault, flush=True)


if __name__ == "__main__":
    sys.exit(main())
