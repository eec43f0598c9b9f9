"""Whether this process works on the invented data of the training: its papers then say so.

One for the whole process, like the dated tables in force: a training profile that is open counts
itself in, whoever opened it, so that no paper of it can be written without the word across it.
"""

from __future__ import annotations

import threading

SERVER = "training:this-laptop"
"""The only address that a training profile knows. It is none of the network."""
BOOK = "LUYENTAP-"
"""How the receipt books of the training begin. No other server takes such a book."""
PAPER_WORD = "LUYỆN TẬP"
"""What stands across every paper, whatever the language of the window: papers are Vietnamese."""


class _Open:
    """How many training profiles this process has open."""

    count = 0
    lock = threading.Lock()


def enter() -> None:
    """A training profile was opened."""
    with _Open.lock:
        _Open.count += 1


def leave() -> None:
    """It was closed."""
    with _Open.lock:
        _Open.count -= 1


def is_on() -> bool:
    """Whether a training profile is open in this process."""
    return _Open.count > 0
