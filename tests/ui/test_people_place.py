"""Bảng thành viên: filter, order, copying, a file of what is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from fieldapp.errors import SurroundingsMend
from fieldapp.store.store import Store
from fieldapp.usecases.households.people_table import people_lines, write_people_table
from fieldapp.usecases.visiting import visits
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere
from tests.ui.test_reports_place import Long
from tests.ui.town_store import open_town
from ui.places.people import PeoplePlace


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile", households=80)
    yield profile.store
    profile.close()


@dataclass
class Page:
    place: PeoplePlace
    tasks: Long
    window: Elsewhere
    qtbot: QtBot

    def cell(self, row: int, key: str) -> str:
        table = self.place.widget.table
        column = [one.key for one in table.columns].index(key)
        return str(table.model().index(row, column).data())

    def shows(self, row: int, key: str, text: str) -> None:
        self.qtbot.waitUntil(lambda: self.cell(row, key) == text)


@pytest.fixture
def page(qtbot: QtBot, light: QApplication, store: Store) -> Page:
    tasks, window = Long(), Elsewhere()
    place = PeoplePlace(store, Words("vi"), tasks, window)
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    return Page(place, tasks, window, qtbot)


def test_the_table_shows_everybody_and_brings_what_is_looked_at(page: Page, store: Store) -> None:
    lines = people_lines(store, limit=9_999)
    table = page.place.widget.table
    assert table.model().rowCount() == len(lines) > 150
    assert page.place.widget.count.text() == f"{len(lines)} người"
    page.shows(0, "name", lines[0].name)
    last = len(lines) - 1
    page.shows(last, "name", lines[last].name)


def test_typing_filters_and_a_head_sorts(page: Page, store: Store, qtbot: QtBot) -> None:
    page.place.widget.field.typed.emit("tran")
    page.place._timer.timeout.emit()
    found = people_lines(store, text="tran", sort="born_on", upwards=False, limit=9_999)
    assert page.place.widget.table.model().rowCount() == len(found)
    page.place.widget.table.sort_asked.emit("born_on")
    page.place.widget.table.sort_asked.emit("born_on")
    page.shows(0, "name", found[0].name)
    page.place.widget.field.typed.emit("không có ai")
    page.place._timer.timeout.emit()
    assert page.place.widget.below.currentWidget() is page.place.widget.empty


def test_no_phone_is_shown_of_who_wants_no_call(page: Page, store: Store, tmp_path: Path) -> None:
    line = next(one for one in people_lines(store, limit=500) if one.phone)
    visits.record_visit(store, line.ward, line.household, "do_not_contact")
    page.place.widget.field.edit.insert(line.name)
    page.place.refresh()
    page.shows(0, "name", line.name)
    page.shows(0, "phone", "Đừng liên hệ")
    written = write_people_table(store, tmp_path / "a.xlsx", Words("vi"), text=line.name)
    rows = CalamineWorkbook.from_path(str(written.path)).get_sheet_by_index(0).to_python()
    assert line.phone not in {cell for row in rows for cell in row}
    assert any("Đừng liên hệ" in row for row in rows)


def test_rows_are_copied_and_enter_opens_the_household(
    page: Page, store: Store, qtbot: QtBot
) -> None:
    first, second = people_lines(store, limit=2)
    table = page.place.widget.table
    page.shows(0, "name", first.name)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, *rows = QGuiApplication.clipboard().text().splitlines()
    assert head == "Họ tên\tNgày sinh\tĐiện thoại\tĐịa chỉ\tBHYT đến"
    assert [row.split("\t")[0] for row in rows] == [first.name, second.name]
    assert rows[0].split("\t")[1] == str(first.born_on)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.window.gone[-1][0] == "household"


def test_a_file_holds_what_is_seen(page: Page, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    page.place.ask_path = lambda _: path
    page.place.export()
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    count = len(people_lines(store, limit=9_999))
    assert sum(bool(row[0]) for row in rows) >= count
    assert page.window.toasts[-1][0] == f"Đã ghi {count} dòng vào a.xlsx"
    page.tasks.fails = SurroundingsMend("reports.disk_full", name="a.xlsx")
    page.place.export()
    assert page.place.widget.banner.title.text().startswith("Ổ đĩa đầy")
    assert page.place.widget.export.isEnabled()
