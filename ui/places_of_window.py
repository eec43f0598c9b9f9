"""How each place of the window is made. Modules are imported when their place is first opened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from ui.theme import words

if TYPE_CHECKING:
    from ui.navigator import Maker, OpenPlace
    from ui.window import MainWindow

PLACES: Mapping[str, tuple[str, str]] = {
    "today": ("ui.places.today.place", "TodayPlace"),
    "enrol": ("ui.places.enrol.place", "EnrolPlace"),
}
"""Where a place stands, by the code under which one goes there. All take the same four things."""


def makers(window: MainWindow) -> dict[str, Maker]:
    """The makers of all places, of the rail's and of the pages above them."""
    return {code: partial(_make, window, code) for code in PLACES}


def _make(window: MainWindow, code: str) -> OpenPlace:
    module, name = PLACES[code]
    kind = getattr(import_module(module), name)
    made: OpenPlace = kind(window.store, words(), window.tasks, window.navigator)
    return made
