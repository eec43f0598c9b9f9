"""`python -m tests.simulation.planted [NAME ...]`: plants each bug, or those named."""

from __future__ import annotations

import sys

from tests.simulation.planted.catching import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
