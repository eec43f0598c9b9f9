"""How each place of the window is made. Modules are imported when their place is first opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.theme import is_dark, words

if TYPE_CHECKING:
    from ui.navigator import Deed, Maker, OpenPlace
    from ui.window import MainWindow

OTHER_LANGUAGE = {"vi": "en", "en": "vi"}

PLACES: Mapping[str, tuple[str, str]] = {
    "today": ("ui.places.today.place", "TodayPlace"),
    "households": ("ui.places.households.list_place", "HouseholdsPlace"),
    "household": ("ui.places.households.page_place", "HouseholdPlace"),
    "assign": ("ui.places.assign.place", "AssignPlace"),
    "imports": ("ui.places.imports.place", "ImportsPlace"),
    "enrol": ("ui.places.enrol.place", "EnrolPlace"),
    "dossiers": ("ui.places.records.place", "RecordsPlace"),
    "people": ("ui.places.people.place", "PeoplePlace"),
    "lists": ("ui.places.lists.place", "ListsPlace"),
    "list": ("ui.places.lists.lines_place", "ListPlace"),
    "receipts": ("ui.places.receipts.place", "ReceiptsPlace"),
    "day_end": ("ui.places.day_end.place", "DayEndPlace"),
    "held": ("ui.places.held.place", "HeldPlace"),
    "erasures": ("ui.places.erasures.place", "ErasuresPlace"),
    "money": ("ui.places.money.place", "MoneyPlace"),
    "inbox": ("ui.places.inbox.place", "InboxPlace"),
    "agreements": ("ui.places.agreements.place", "AgreementsPlace"),
    "progress": ("ui.places.progress.place", "ProgressPlace"),
    "flags": ("ui.places.flags.place", "FlagsPlace"),
    "reports": ("ui.places.reports.place", "ReportsPlace"),
    "settings": ("ui.places.settings.place", "SettingsPlace"),
    "staff": ("ui.places.staff.place", "StaffPlace"),
    "sync": ("ui.places.sync.place", "SyncPlace"),
    "help": ("ui.places.help.place", "HelpPlace"),
}
"""Where a place stands, by the code under which one goes there. All take the same four things."""


def makers(window: MainWindow) -> dict[str, Maker]:
    """The makers of all places, of the rail's and of the pages above them."""
    return {code: partial(_make, window, code) for code in PLACES}


def _make(window: MainWindow, code: str) -> OpenPlace:
    module, name = PLACES[code]
    kind = getattr(import_module(module), name)
    more = _more(window, code)
    made: OpenPlace = kind(window.store, words(), window.tasks, window.navigator, *more)
    return made


def _more(window: MainWindow, code: str) -> tuple[object, ...]:
    """What a few places need besides."""
    ports = window.ports
    besides: Mapping[str, Callable[[], object]] = {
        "household": lambda: ports.driver,
        "inbox": lambda: ports.driver,
        "sync": lambda: window,
        "day_end": lambda: window,
        "settings": lambda: ports.program,
        "agreements": ports.driver.agreements,
        "staff": ports.driver.people,
        "progress": ports.driver.people,
        "reports": lambda: ports.driver.visits,
        "help": lambda: PagesOfWindow(window),
    }
    return (besides[code](),) if code in besides else ()


class PagesOfWindow:
    """The pages of a window for the help, which tells the keys that they bind."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._unseen: dict[str, OpenPlace] = {}

    def widget_of(self, code: str) -> QWidget | None:
        """The page of a place: the one that is open, else one that nobody sees."""
        navigator = self._window.navigator
        shown = navigator.shown(code)
        if shown is None and code in PLACES:
            if code not in self._unseen:
                self._unseen[code] = navigator.makers[code]()
            shown = self._unseen[code]
        return shown.widget if shown is not None else None

    def frame(self) -> QWidget:
        """What stands around every page."""
        return self._window.shell


def deeds(window: MainWindow) -> dict[str, Deed]:
    """What one can go to that is no place: it is done, and the window stays where it is."""
    program = window.ports.program

    def add_member(**target: object) -> None:
        window.navigator.go("household", **target)
        window.when_calm(lambda: window.ask_place("add_member"))

    return {
        "add_member": add_member,
        "scan_clipboard": lambda **_: window.cards.from_clipboard(),
        "scan_picture": lambda **_: window.cards.from_file(),
        "theme": lambda **_: program.change_light("light" if is_dark() else "dark"),
        "language": lambda **_: program.change_language(OTHER_LANGUAGE[words().language]),
        "training": lambda **_: program.open_training(),
        "lock": lambda **_: program.lock(),
        "guide": lambda **_: window.ask_place("help"),
    }
