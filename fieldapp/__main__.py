"""`fieldapp`: without a command it opens the window, with one it is the program for scripts.

Only what the window's first paint needs is imported here; everything else where it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main() -> None:
    """The entry point of the installed program."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs the program; returns the exit code."""
    from fieldapp.cli.options import take_common, usual_profile

    common, rest = take_common(arguments)
    if rest or common.json or common.fault:
        from fieldapp.cli.program import run_command

        return run_command(common, rest)
    from ui.app import run_app

    return run_app(common.profile or usual_profile(), common.asked_language)


if __name__ == "__main__":
    main()
