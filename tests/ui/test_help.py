"""The help: a page and a picture for each place, keys that the places bind, a way back."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImageReader, QShortcut
from pytestqt.qtbot import QtBot

from fieldapp.words import LANGUAGES, Words
from tests.ui.alone import surroundings
from tests.ui.town_store import PASSWORD, open_town
from ui.app import make_application
from ui.demo.screens import SCREENS
from ui.demo.training_screens import TRAINING_SCREENS
from ui.places.help.keys import cap_of, keys_of
from ui.places.help.place import HelpPlace
from ui.places.help.state import BY_CODE, GUIDES, KeyUse, found_in, grouped, page_of
from ui.places.help.view import PICTURES, picture_path
from ui.places_of_window import PLACES
from ui.program import Program
from ui.window import MainWindow

Start = Callable[[], MainWindow]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The main window of a canvasser, without a network."""
    open_town(tmp_path / "lan", households=12).close()
    hooks = sys.excepthook, threading.excepthook
    program = Program(make_application(), tmp_path / "lan", surroundings())
    program.start(PASSWORD)
    qtbot.waitUntil(lambda: program.window is not None, timeout=20_000)
    assert program.window is not None
    program.window.come_to_front()
    qtbot.waitUntil(program.window.shell.isActiveWindow, timeout=10_000)
    settled(program.window, qtbot)
    yield program.window
    program.stop()
    assert [defect.kind for defect in program.hook.told if defect.kind != "LookupError"] == []
    sys.excepthook, threading.excepthook = hooks


def settled(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=20_000)


def the_help(window: MainWindow) -> HelpPlace:
    place = window.navigator.current()
    assert isinstance(place, HelpPlace)
    return place


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_has_a_page_with_words_and_a_picture(language: str) -> None:
    assert PLACES.keys() - {"help"} <= BY_CODE.keys()
    words, screens = Words(language), {s.name for s in SCREENS} | TRAINING_SCREENS.keys()
    for guide in GUIDES:
        page = page_of(words, guide)
        assert page.title and page.lead and len(page.steps) >= 3, guide.code
        assert guide.screen in screens
        assert set(guide.links) <= BY_CODE.keys() - {guide.code} and guide.links
        size = QImageReader(str(picture_path(language, guide.screen))).size()
        assert size.width() >= 700, guide.screen


def test_no_picture_is_kept_that_no_page_shows() -> None:
    kept = {path.relative_to(PICTURES) for path in PICTURES.rglob("*.webp")}
    shown = {
        picture_path(lang, g.screen).relative_to(PICTURES) for lang in LANGUAGES for g in GUIDES
    }
    assert kept == shown
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.webp")) < 1_500_000


def test_words_are_found_without_tones_and_titles_come_first() -> None:
    pages = [page_of(Words("vi"), guide) for guide in GUIDES]
    assert found_in(pages, "bien lai")[0].guide.code == "receipts"
    assert [p.guide.code for p in found_in(pages, "XUNG ĐỘT lịch sử")] == ["inbox"]
    assert found_in(pages, "không có từ nào như vậy") == ()
    assert len(found_in(pages, "")) == len(GUIDES)


def test_keys_of_one_meaning_stand_together() -> None:
    told = grouped([("1", "a"), ("F", "b"), ("2", "a"), ("1", "a")])
    assert told == (KeyUse(("1", "2"), "a"), KeyUse(("F",), "b"))


def test_f1_tells_of_the_place_that_is_shown_and_esc_leads_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(window.shell, Qt.Key.Key_F1)
    shown = the_help(window)
    assert shown.shown == "today" and window.shell.header.title.text() == "Trợ giúp"
    qtbot.keyClick(window.shell, Qt.Key.Key_Escape)
    assert window.navigator.current_code() == "today"
    window.navigator.go("receipts")
    settled(window, qtbot)
    qtbot.keyClicks(window.shell, "?")
    assert the_help(window).shown == "receipts"
    the_help(window).widget.links[0].click()
    assert the_help(window).shown == "enrol"
    settled(window, qtbot)
    assert window.shell.isActiveWindow()  # nothing of the help is a window of its own
    qtbot.keyClick(window.shell, Qt.Key.Key_F1)
    assert window.navigator.current_code() == "receipts"


def test_the_keys_told_are_those_that_the_place_binds(window: MainWindow, qtbot: QtBot) -> None:
    window.navigator.go("help", page="today")
    texts = {label for label in key_texts(window)}
    assert {"Vắng nhà", "Ghi danh", "Chọn bộ lọc, rồi mũi tên ngang", "Đồng bộ"} <= texts
    the_help(window).show("inbox")
    assert "Không phải một người" in set(key_texts(window))
    for code in BY_CODE:
        the_help(window).show(code)
        assert key_texts(window), code


MOVES = {"Esc", "Enter", "↓", "PgDown", "PgUp", "Del"}
"""Keys that do everywhere what one expects of them."""


def test_no_key_of_a_page_is_untold(window: MainWindow, qtbot: QtBot) -> None:
    window.navigator.go("help", page="today")
    untold = {}
    for code in PLACES.keys() - {"help"}:
        page = the_help(window).places.widget_of(code)
        assert page is not None
        told = {cap for use in keys_of(page, Words("vi")) for cap in use.caps}
        bound = {cap_of(one.key().toString()) for one in page.findChildren(QShortcut)}
        if bound - told - MOVES:
            untold[code] = bound - told - MOVES
    assert untold == {}


def key_texts(window: MainWindow) -> list[str]:
    """What the band with the keys says."""
    from ui.widgets import Label

    band = the_help(window).widget.band
    return [label.text() for label in band.findChildren(Label) if not label.isHidden()]


def test_what_is_typed_narrows_the_pages_and_enter_opens_the_first(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.navigator.go("help", page="today")
    view = the_help(window).widget
    qtbot.keyClicks(view.search.edit, "xung dot")
    assert the_help(window).shown == "today"
    qtbot.keyClick(view.search.edit, Qt.Key.Key_Return)
    assert the_help(window).shown == "inbox"
    qtbot.keyClicks(view.search.edit, "zzz")
    assert view.none.isVisible()


def test_another_language_is_taken_with_the_help_open(window: MainWindow, qtbot: QtBot) -> None:
    window.navigator.go("help", page="inbox")
    settled(window, qtbot)
    program = window.ports.program
    assert isinstance(program, Program)
    program.change_language("en")
    qtbot.waitUntil(lambda: program.window is not window, timeout=10_000)
    assert program.window is not None
    settled(program.window, qtbot)
    qtbot.keyClick(program.window.shell, Qt.Key.Key_F1)
    assert program.window.shell.header.title.text() == "Help"
    assert the_help(program.window).widget.list.current_key() == the_help(program.window).shown
