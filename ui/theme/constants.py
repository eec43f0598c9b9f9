"""Keep None, True and False alive under a Qt binding that was built for newer Pythons.

PySide6 6.12 returns them without counting the reference, which is right from Python 3.12 on, where
they are immortal. Python 3.11 counts down to zero and aborts after some thousand paint calls.
"""

from __future__ import annotations

import ctypes
import sys

import PySide6

_ENOUGH = 1 << 40


def keep_constants_alive() -> bool:
    """Give the constants so many references that no session uses them up; says whether it was
    needed. Does nothing on Python 3.12 and newer or with an older PySide6."""
    needed = sys.version_info < (3, 12) and PySide6.__version_info__[:2] >= (6, 12)
    if not needed:
        return False
    for constant in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(constant))
        if count.value < _ENOUGH:
            count.value += _ENOUGH
    return True
