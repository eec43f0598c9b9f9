"""A scanner typing into a list presses no key; a person typing does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from ui.palette.scanner import READS_SCANS, ScanCatcher
from ui.widgets import Row, RowList, on_key

CARD = "079168000001||Nguyen Thi Bich Hang|17051968|Nu|123 D2|16082021"


class Page(QWidget):
    """A list whose digits are outcomes, and an input."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []
        self.list, self.edit = RowList("list"), QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addWidget(self.edit)
        self.list.set_items([Row("a", "A"), Row("b", "B")])
        self.list.opened.connect(lambda key: self.pressed.append(f"open {key}"))
        for digit in "1234567":
            on_key(self.list, digit, lambda d=digit: self.pressed.append(d))


@pytest.fixture
def catcher(light: QApplication) -> Iterator[ScanCatcher]:
    """The catcher, for one test."""
    made = ScanCatcher(light)
    made._timer.setInterval(60_000)
    yield made
    light.removeEventFilter(made)
    made.deleteLater()


@pytest.fixture
def page(qtbot: QtBot, catcher: ScanCatcher) -> Page:
    """The page, shown, with the focus in the list."""
    made = Page()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.list.setFocus()
    qtbot.waitUntil(made.list.hasFocus)
    return made


def test_a_scan_into_a_list_goes_out_as_one_text_and_presses_nothing(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    heard: list[str] = []
    catcher.scanned.connect(heard.append)
    qtbot.keyClicks(page.list, CARD)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert heard == [CARD]
    assert page.pressed == []
    assert catcher.held() == ""


def test_a_single_key_acts_when_nothing_follows(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    qtbot.keyClick(page.list, Qt.Key.Key_3)
    assert page.pressed == []
    catcher.release()
    assert page.pressed == ["3"]


def test_enter_after_a_single_key_is_an_enter_of_its_own(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    qtbot.keyClick(page.list, Qt.Key.Key_4)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.pressed == ["4", "open a"]


def test_text_is_typed_as_ever_where_text_is_typed(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    page.edit.setFocus()
    qtbot.keyClicks(page.edit, "0903")
    assert page.edit.text() == "0903"
    assert catcher.held() == ""


def test_a_key_with_control_is_not_held(qtbot: QtBot, catcher: ScanCatcher, page: Page) -> None:
    qtbot.keyClick(page.list, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert catcher.held() == ""


def test_a_scan_into_an_input_that_is_not_for_cards_leaves_it_as_it_was(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    heard: list[str] = []
    edited: list[str] = []
    catcher.scanned.connect(heard.append)
    page.edit.textEdited.connect(edited.append)
    page.edit.setFocus()
    page.edit.insert("ghi chú cũ " + CARD)
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)
    assert heard == [CARD]
    assert page.edit.text() == "ghi chú cũ " == edited[-1]


def test_an_input_that_reads_cards_by_itself_keeps_them(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    heard: list[str] = []
    catcher.scanned.connect(heard.append)
    page.edit.setProperty(READS_SCANS, True)
    page.edit.setFocus()
    page.edit.setText(CARD)
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)
    assert (heard, page.edit.text()) == ([], CARD)


def test_enter_in_an_input_without_a_card_is_an_enter(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    entered: list[bool] = []
    page.edit.returnPressed.connect(lambda: entered.append(True))
    page.edit.setFocus()
    qtbot.keyClicks(page.edit, "0903")
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)
    assert entered == [True]


def test_a_key_for_a_list_that_is_gone_acts_nowhere(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    page.list.setFocus()
    qtbot.keyClick(page.list, "1")
    page.layout().removeWidget(page.list)
    delete(page.list)
    catcher.release()
    assert page.pressed == []


def test_a_shortcut_right_after_a_key_finds_done_what_the_key_does(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    """D for the consent and Ctrl+Enter for the money, faster than a scanner's letters are told."""
    on_key(page, "Ctrl+Return", lambda: page.pressed.append("save"))
    qtbot.keyClick(page.list, Qt.Key.Key_3)
    qtbot.keyClick(page.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.pressed == ["3", "save"]


def test_the_enter_of_a_scan_is_nobodys_shortcut(
    qtbot: QtBot, catcher: ScanCatcher, page: Page
) -> None:
    heard: list[str] = []
    catcher.scanned.connect(heard.append)
    on_key(page, "Return", lambda: page.pressed.append("button"))
    qtbot.keyClicks(page.list, CARD)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert (heard, page.pressed) == ([CARD], [])
