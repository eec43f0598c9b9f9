"""Going places: the rail, pages above it, the way back, toast, banner, deeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.errors import SurroundingsMend
from fieldapp.words import Words
from ui.navigator import WindowNavigator
from ui.say import Teller
from ui.shell import Head, ShellState, ShellWindow


@dataclass
class Noted:
    """A place that notes what it was asked."""

    title: str
    targets: list[dict[str, Any]] = field(default_factory=list)
    refreshed: int = 0

    def __post_init__(self) -> None:
        self.widget = QWidget()

    def open(self, **target: Any) -> None:
        """Notes a target."""
        self.targets.append(target)

    def refresh(self) -> None:
        """Notes a refresh."""
        self.refreshed += 1

    def head(self) -> Head:
        """Its title."""
        return Head(self.title)


@dataclass
class Set:
    """A frame with a navigator, and what was made."""

    navigator: WindowNavigator
    shell: ShellWindow
    made: dict[str, list[Noted]]

    def last(self, code: str) -> Noted:
        """The place that was made last under a code."""
        return self.made[code][-1]

    def title(self) -> str:
        """What the header says."""
        return self.shell.header.title.text()


@pytest.fixture
def window(qtbot: QtBot, light: QApplication) -> Set:
    shell = ShellWindow()
    qtbot.addWidget(shell)
    navigator = WindowNavigator(shell, Teller(Words("vi"), date(2026, 11, 23)))
    made: dict[str, list[Noted]] = {}

    def maker(code: str) -> Any:
        def make() -> Noted:
            made.setdefault(code, []).append(Noted(code))
            return made[code][-1]

        return make

    codes = ("today", "households")
    navigator.add_rail(codes, {code: maker(code) for code in (*codes, "household", "enrol")})
    shell.set_state(ShellState(codes, "today"))
    shell.show()
    return Set(navigator, shell, made)


def test_a_place_of_the_rail_is_made_once_and_gets_each_target(window: Set) -> None:
    window.navigator.go("households", text="hang")
    window.navigator.go("today")
    window.navigator.go("households", text="nga")
    assert len(window.made["households"]) == 1
    assert window.last("households").targets == [{"text": "hang"}, {"text": "nga"}]
    assert (window.title(), window.navigator.current_code()) == ("households", "households")


def test_a_page_opens_above_and_back_reads_again_what_lies_below(window: Set) -> None:
    window.navigator.go("household", household="h1")
    assert window.title() == "household"
    before = window.last("today").refreshed
    window.shell.back_requested.emit()
    assert (window.title(), window.navigator.current_code()) == ("today", "today")
    assert window.last("today").refreshed == before + 1


def test_going_to_a_page_below_closes_what_stands_above_it(window: Set) -> None:
    window.navigator.go("household", household="h1")
    window.navigator.go("enrol", household="h1")
    window.navigator.go("household", household="h1")
    assert len(window.made["household"]) == 1
    assert window.navigator.current_code() == "household"
    window.navigator.back()
    assert window.navigator.current_code() == "today"


def test_a_page_that_takes_long_to_make_is_used_again(window: Set, qtbot: QtBot) -> None:
    window.navigator.go("enrol", household="h1")
    window.navigator.go("today")
    window.navigator.go("enrol", household="h2")
    window.navigator.back()
    window.navigator.go("household", household="h3")
    window.navigator.go("enrol", household="h3")
    qtbot.wait(0)  # what was thrown away is gone
    assert len(window.made["enrol"]) == 1
    asked = [target["household"] for target in window.last("enrol").targets]
    assert asked == ["h1", "h2", "h3"]
    assert window.last("enrol").widget.isVisible()


def test_a_place_chosen_by_a_person_is_read_again_and_closes_pages(window: Set) -> None:
    window.navigator.go("household", household="h1")
    window.shell.rail.chosen.emit("households")
    assert window.navigator.current_code() == "households"
    assert window.last("households").refreshed == 1


def test_a_place_that_does_not_exist_changes_nothing(window: Set) -> None:
    window.navigator.go("progress")
    assert window.navigator.current_code() == "today"


def test_undo_takes_back_what_the_last_toast_told_once(window: Set) -> None:
    undone: list[str] = []
    window.navigator.toast("Đã ghi: vắng nhà", lambda: undone.append("first"))
    window.navigator.toast("Đã ghi: từ chối", lambda: undone.append("second"))
    window.shell.undo_requested.emit()
    window.shell.undo_requested.emit()
    assert undone == ["second"]


def test_an_error_stays_until_it_is_left(window: Set) -> None:
    window.navigator.banner(SurroundingsMend("store.disk_full"))
    assert window.navigator.box.isVisible()
    assert window.navigator.box.banner.title.text()
    window.navigator.go("households")
    assert not window.navigator.box.isVisible()
    assert window.navigator.shown_error() is None


def test_a_deed_is_done_where_one_is(window: Set) -> None:
    done: list[dict[str, Any]] = []
    window.navigator.deeds = {"theme": lambda **target: done.append(target)}
    window.navigator.go("theme", now=True)
    assert done == [{"now": True}]
    assert window.navigator.current_code() == "today"
