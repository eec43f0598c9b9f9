"""Official lists on the screen: drawn up with their file, handed in, answered line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from fieldapp.usecases.households import people
from fieldapp.usecases.official_lists.answers import AnswersPreview
from fieldapp.usecases.official_lists.lists import official_list, official_lists
from fieldapp.usecases.official_lists.returned import returned_lines
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.ui.doubles import Elsewhere, Now, WhenTold, on_screen
from ui.places.lists.lines_place import ListPlace
from ui.places.lists.place import ListsPlace

Key = Qt.Key


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    """Lan has taken the money of three members and of a pension; the clerks have it."""
    with open_listing(tmp_path) as opened:
        opened.pays(opened.lan, HANG, HUSBAND, SON, vsi=SON)
        opened.sync()
        yield opened


@pytest.fixture
def place(qtbot: QtBot, light: QApplication, office: Listing, window: Elsewhere) -> ListsPlace:
    made = ListsPlace(office.hien.store, Words("vi"), Now(), window)
    on_screen(qtbot, made.widget)
    made.open()
    return made


@pytest.fixture
def opened(
    qtbot: QtBot, light: QApplication, office: Listing, window: Elsewhere, place: ListsPlace,
    tmp_path: Path,
) -> ListPlace:  # fmt: skip
    """The list that was drawn up and handed in."""
    drawn(place, tmp_path / "list.xlsx")
    place.mark_sent()
    (row,) = official_lists(office.hien.store)
    made = ListPlace(office.hien.store, Words("vi"), Now(), window)
    on_screen(qtbot, made.widget)
    made.open(ward=WARD, submission=row.submission)
    return made


def drawn(place: ListsPlace, path: Path) -> None:
    place.ask_path = lambda proposed: path
    place.widget.waiting.select_key(f"{WARD}/mau4")
    place.draw()


def cells(table: object, column: int) -> list[str]:
    return [line.cells[column].text for line in table._lines.lines]  # type: ignore[attr-defined]  # the shape is known here


def test_what_waits_stands_by_form_and_is_drawn_up_with_its_file(
    qtbot: QtBot, place: ListsPlace, window: Elsewhere, tmp_path: Path
) -> None:
    assert cells(place.widget.waiting, 0) == ["Mẫu 4", "D05-TS"]
    assert place.state.counts()["ready"] == sum(map(int, cells(place.widget.waiting, 1)))
    band = place.widget.lists_band
    place.widget.waiting.select_key(f"{WARD}/mau4")
    ready = len(place.state.waiting[0].ready.lines)
    assert band.draw.text() == f"Lập danh sách {ready} dòng"

    asked: list[Path] = []
    path = tmp_path / "nop.xlsx"
    place.ask_path = lambda proposed: asked.append(proposed) or path  # type: ignore[func-returns-value]  # `append` gives None, on purpose
    qtbot.keyClick(place.widget.waiting, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked[0].name == "Mẫu 4 2026-11-23.xlsx"
    assert CalamineWorkbook.from_path(str(path)).sheet_names
    assert window.toasts[-1][0] == f"Đã lập danh sách {ready} dòng, tệp nop.xlsx"
    assert place.state.tab == "open" and cells(place.widget.table, 5) == ["chưa nộp"]
    assert band.sent.isVisible() and band.withdraw.isVisible() and band.save.isVisible()


def test_who_lacks_something_is_named_with_what_and_opened_by_enter(
    qtbot: QtBot, office: Listing, place: ListsPlace, window: Elsewhere
) -> None:
    store = office.hien.store
    husband = next(m for m in office.page(office.hien).members if m.name == HUSBAND)
    people.edit_person(store, WARD, husband.person, {"born_on": None})
    place.refresh()
    place.widget.waiting.select_key(f"{WARD}/mau4")
    band = place.widget.lists_band
    assert band.missing.isVisible() and band.missing_title.text() == "1 hồ sơ còn thiếu"
    band.missing.setFocus()
    band.missing.select_key(f"{office.home}/{husband.person}")
    qtbot.keyClick(band.missing, Key.Key_Return)
    target = {"ward": WARD, "household": office.home, "person": husband.person}
    assert window.gone == [("household", target)]


def test_a_list_is_handed_in_by_a_key_and_the_toast_takes_it_back(
    qtbot: QtBot, office: Listing, place: ListsPlace, window: Elsewhere, tmp_path: Path
) -> None:
    drawn(place, tmp_path / "list.xlsx")
    qtbot.keyClick(place.widget.table, Key.Key_S)
    (row,) = official_lists(office.hien.store)
    assert row.state == "sent" and not place.widget.lists_band.withdraw.isVisible()
    undo = window.toasts[-1][1]
    assert undo is not None
    undo()
    assert official_lists(office.hien.store)[0].state == "drawn"
    qtbot.keyClick(place.widget.table, Key.Key_B)
    assert official_lists(office.hien.store)[0].state == "withdrawn"
    assert place.state.counts()["done"] == 1


def test_a_list_whose_lines_all_went_elsewhere_is_not_offered_to_be_opened(
    office: Listing, place: ListsPlace, tmp_path: Path
) -> None:
    drawn(place, tmp_path / "list.xlsx")
    (row,) = official_lists(office.hien.store)
    band = place.widget.lists_band
    assert band.open.isVisible()
    band.show_list(replace(row, lines=0))
    assert not band.open.isVisible() and band.withdraw.isVisible()


def test_a_file_that_cannot_be_written_leaves_no_list_behind(
    office: Listing, place: ListsPlace, tmp_path: Path
) -> None:
    before = place.state.counts()["ready"]
    drawn(place, tmp_path / "nowhere" / "list.xlsx")
    assert place.widget.lists_band.banner.isVisible()
    assert [row.state for row in official_lists(office.hien.store)] == ["withdrawn"]
    assert place.state.counts()["ready"] == before


def test_the_agencys_word_is_noted_line_by_line_and_finds_its_canvasser(
    qtbot: QtBot, office: Listing, opened: ListPlace, window: Elsewhere
) -> None:
    table, band = opened.widget.table, opened.widget.answers
    assert set(cells(table, 5)) == {"chưa trả lời"}
    qtbot.keyClick(table, Key.Key_A)
    assert cells(table, 5)[0] == "đã nhận" and not band.accept.isVisible()

    opened.ask_reason = lambda line: "Sai ngày sinh"
    qtbot.keyClick(table, Key.Key_Down)
    qtbot.keyClick(table, Key.Key_R)
    assert cells(table, 5)[1] == "trả lại: Sai ngày sinh"
    rest = opened.page.row.waiting if opened.page else 0
    assert band.rest.text() == f"Cơ quan nhận {rest} dòng còn lại"
    qtbot.keyClick(table, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert opened.page is not None and opened.page.row.state == "answered"
    assert not band.rest.isVisible()
    office.sync()
    assert [line.reason for line in returned_lines(office.lan.store)] == ["Sai ngày sinh"]


def test_without_a_reason_nothing_is_returned(
    qtbot: QtBot, opened: ListPlace, window: Elsewhere
) -> None:
    before = len(window.toasts)
    opened.ask_reason = lambda line: None
    qtbot.keyClick(opened.widget.table, Key.Key_R)
    assert len(window.toasts) == before and set(cells(opened.widget.table, 5)) == {"chưa trả lời"}


def test_a_file_of_answers_is_confirmed_and_says_what_it_could_not_use(
    office: Listing, opened: ListPlace, tmp_path: Path
) -> None:
    assert opened.page is not None
    first, *_ = opened.page.lines
    path = tmp_path / "answers.csv"
    rows = ["STT;Họ và tên;Kết quả;Lý do", f"1;{first.person_name};Đạt;", "99;Ai đó;Đạt;"]
    path.write_text("\n".join(rows), "utf-8")
    opened.ask_file = lambda: path
    seen: list[AnswersPreview] = []
    opened.confirm = lambda found: bool(seen.append(found))
    opened.take_file()
    assert seen and not any(line.answer for line in opened.page.lines)
    opened.confirm = lambda found: True
    opened.take_file()
    page = official_list(office.hien.store, WARD, opened.page.row.submission)
    assert page.lines[0].answer == "accepted"
    notice = opened.widget.answers.unmatched
    assert notice.isVisible() and "Dòng 3: không có trong danh sách" in notice.text.text()
    assert date(2026, 11, 23) == page.lines[0].answered_on


def test_nothing_is_asked_while_a_list_is_being_written(place: ListsPlace, tmp_path: Path) -> None:
    later, asked = WhenTold(), list[Path]()
    place._tasks = later
    drawn(place, tmp_path / "list.xlsx")
    place.ask_path = asked.append  # type: ignore[assignment]  # the answer is not looked at here
    place.draw()
    place.choose_tab("open")
    place.save()
    assert asked == [] and len(later.waiting) == 1


def test_no_reason_is_asked_while_an_answer_is_being_written(opened: ListPlace) -> None:
    later, asked = WhenTold(), list[object]()
    opened._tasks = later
    opened.accept()
    opened.ask_reason = asked.append  # type: ignore[assignment]  # the answer is not looked at here
    opened.ask_file = lambda: asked.append("file")  # type: ignore[func-returns-value]  # `append` gives None, on purpose
    opened.give_back()
    opened.take_file()
    assert asked == [] and len(later.waiting) == 1


def test_a_file_is_asked_for_once_while_one_is_read(opened: ListPlace, tmp_path: Path) -> None:
    later, asked = WhenTold(), list[str]()
    opened._tasks = later
    opened.ask_file = lambda: asked.append("file") or tmp_path / "a.csv"  # type: ignore[func-returns-value]  # `append` gives None, on purpose
    opened.take_file()
    opened.take_file()
    opened.accept()
    assert asked == ["file"] and len(later.waiting) == 1
    later.answer()
    assert opened.widget.answers.banner.isVisible()
    opened.take_file()
    assert asked == ["file", "file"]


def test_an_answer_goes_to_the_list_that_is_shown_while_another_is_read(
    office: Listing, opened: ListPlace
) -> None:
    assert opened.page is not None
    shown, later = opened.page.row, WhenTold()
    opened._tasks = later
    opened.open(ward=WARD, submission="another")
    opened.accept()
    later.answer(1)
    page = official_list(office.hien.store, WARD, shown.submission)
    assert page.lines[0].answer == "accepted"


def test_another_list_shows_nothing_that_was_said_of_the_last_one(
    opened: ListPlace, tmp_path: Path
) -> None:
    assert opened.page is not None
    path, band = tmp_path / "answers.csv", opened.widget.answers
    path.write_text("STT;Họ và tên;Kết quả;Lý do\n99;Ai đó;Đạt;", "utf-8")
    opened.ask_file = lambda: path
    opened.take_file()
    assert band.unmatched.isVisible()
    opened.ask_file = lambda: tmp_path / "nowhere.csv"
    opened.take_file()
    assert band.banner.isVisible()
    shown = opened.page.row.submission
    opened.open(ward=WARD, submission=shown)
    assert not band.unmatched.isVisible() and not band.banner.isVisible()
