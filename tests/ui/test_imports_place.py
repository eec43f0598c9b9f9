"""A list on the screen: looked at, corrected, written; a file is chosen, dropped or refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from fieldapp.usecases.households import people
from fieldapp.usecases.importing.preview import Preview
from fieldapp.words import Words
from tests.support.books import BAO, DUE_HEADS, HANG, due_book, register_book, write_book
from tests.support.laptops import WARD, machine, new_profile
from tests.ui.doubles import Elsewhere
from ui.places.imports import ImportsPlace
from ui.tasks import TaskRunner

Key = Qt.Key
CLERK = [{"ward": WARD, "role": "clerk", "until": None}]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Store]:
    profile = new_profile(tmp_path / "hien", machine(), "hien", role="clerk", grants=CLERK)
    yield profile.store
    profile.close()


@pytest.fixture
def place(
    qtbot: QtBot, light: QApplication, desk: Store, window: Elsewhere
) -> Iterator[ImportsPlace]:
    tasks = TaskRunner()
    made = ImportsPlace(desk, Words("vi"), tasks, window)
    qtbot.addWidget(made.widget)
    made.widget.resize(1182, 684)
    made.widget.show()
    made.open()
    qtbot.waitUntil(tasks.is_idle)
    yield made
    assert tasks.close()


def looked(qtbot: QtBot, place: ImportsPlace, path: Path) -> None:
    place.look(path)
    qtbot.waitUntil(lambda: not place.state.busy)


def preview(place: ImportsPlace) -> Preview:
    assert place.state.preview is not None
    return place.state.preview


def rows(place: ImportsPlace, tab: str) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in place.widget.tables[tab]._lines.lines]


def known(store: Store, name: str) -> int:
    return len(store.read(find_people, name))


def test_nothing_is_written_by_looking_and_all_of_it_by_writing(
    qtbot: QtBot, place: ImportsPlace, desk: Store, window: Elsewhere, tmp_path: Path
) -> None:
    assert place.widget.stack.currentWidget() is place.widget.empty
    looked(qtbot, place, due_book(tmp_path / "den han.xlsx", HANG, BAO))
    band, found = place.widget.import_band, preview(place)
    assert (found.new, found.wrong) == (2, 0)
    assert "người mới 2" in place.widget.counts.accessibleDescription()
    assert band.write.text() == "Ghi 2 người vào máy" and band.write.isVisible()
    assert known(desk, "Hằng") == 0

    place.write()
    qtbot.waitUntil(lambda: place.state.step == "written")
    assert known(desk, "Hằng") == 1
    assert window.toasts[-1][0] == "Đã ghi 2 người từ den han.xlsx"
    assert band.done.isVisible() and not band.write.isVisible()

    looked(qtbot, place, tmp_path / "den han.xlsx")
    assert preview(place).same == 2
    assert not band.write.isEnabled() and band.missing.text() == "Không có gì mới để ghi."


def test_a_line_that_is_left_out_says_why_and_goes_to_a_file_to_correct(
    qtbot: QtBot, place: ImportsPlace, window: Elsewhere, tmp_path: Path
) -> None:
    wrong = (*HANG[:1], "", *HANG[2:])
    looked(qtbot, place, due_book(tmp_path / "list.xlsx", wrong, BAO))
    assert place.state.tab == "wrong" and preview(place).wrong == 1
    ((row, _, why),) = rows(place, "wrong")
    assert why == "Chưa có họ tên" and row.isdigit()

    target = tmp_path / "left.xlsx"
    asked: list[Path] = []
    place.ask_errors = lambda proposed: asked.append(proposed) or target  # type: ignore[func-returns-value]  # `append` gives None, on purpose
    place.widget.import_band.errors.click()
    qtbot.waitUntil(lambda: bool(window.toasts))
    assert asked[0].name == "list chưa nhập.xlsx" and target.exists()
    assert "1 dòng chưa nhập nằm trong left.xlsx" in window.toasts[-1][0]


def test_an_unknown_column_is_named_by_hand_and_remembered_for_the_next_list(
    qtbot: QtBot, place: ImportsPlace, tmp_path: Path
) -> None:
    heads = ["Ông bà" if head == DUE_HEADS[1] else head for head in DUE_HEADS]
    path = write_book(tmp_path / "odd.xlsx", [heads, HANG, BAO])
    looked(qtbot, place, path)
    band, columns = place.widget.import_band, place.widget.tables["columns"]
    assert place.state.step == "columns" and "Họ tên" in place.widget.note.text()
    columns.select_key("B")
    assert band.field.isVisible()
    combo = band.field.combo
    combo.setCurrentIndex(combo.findData("full_name"))
    combo.activated.emit(combo.currentIndex())
    qtbot.waitUntil(lambda: place.state.step == "looked")
    assert preview(place).wrong == 2 and band.scheme.isVisible()
    assert "BHXH tự nguyện hay BHYT" in rows(place, "wrong")[0][2]
    band.scheme.combo.setCurrentIndex(1)
    band.scheme.combo.activated.emit(1)
    qtbot.waitUntil(lambda: not place.state.busy)
    assert preview(place).new == 2
    place.write()
    qtbot.waitUntil(lambda: place.state.step == "written")
    looked(qtbot, place, write_book(tmp_path / "next.xlsx", [heads, HANG, BAO]))
    assert place.state.step == "looked" and preview(place).same == 2


def test_values_that_people_wrote_stand_unless_the_list_is_to_count(
    qtbot: QtBot, place: ImportsPlace, desk: Store, tmp_path: Path
) -> None:
    looked(qtbot, place, due_book(tmp_path / "list.xlsx", HANG))
    place.write()
    qtbot.waitUntil(lambda: place.state.step == "written")
    (hit,) = desk.read(find_people, "Hằng")
    people.edit_person(desk, WARD, hit.person, {"born_on": date(1968, 11, 20)})

    looked(qtbot, place, tmp_path / "list.xlsx")
    assert place.state.tab == "differs"
    (line,) = rows(place, "differs")
    assert line[2:] == ["Ngày sinh", "20/11/1968", "21/11/1968"]
    band = place.widget.import_band
    assert not band.write.isEnabled()
    band.overwrite.click()
    qtbot.waitUntil(lambda: not place.state.busy)
    assert preview(place).changed == 1 and band.write.isEnabled()


def test_a_refused_file_says_why_and_leaves_the_page_usable(
    qtbot: QtBot, place: ImportsPlace, tmp_path: Path
) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(b"not a workbook")
    looked(qtbot, place, path)
    band = place.widget.import_band
    assert band.banner.isVisible() and "Chưa nhập gì" in band.banner.text.text()
    looked(qtbot, place, due_book(tmp_path / "good.xlsx", BAO))
    assert not band.banner.isVisible() and preview(place).new == 1


def test_a_choice_that_fails_is_taken_back_so_that_what_is_shown_would_be_written(
    qtbot: QtBot, place: ImportsPlace, tmp_path: Path
) -> None:
    looked(qtbot, place, due_book(tmp_path / "list.xlsx", HANG, BAO))
    place.widget.import_band.ward.edited.emit("26740.20250701")
    qtbot.waitUntil(lambda: not place.state.busy)
    band = place.widget.import_band
    assert band.banner.isVisible() and band.write.isEnabled()
    assert place.state.step == "looked"
    assert place.state.choice == preview(place).choice
    assert band.ward.combo.currentData() == ""


def test_a_second_file_that_is_refused_offers_nothing_of_the_first(
    qtbot: QtBot, place: ImportsPlace, tmp_path: Path
) -> None:
    looked(qtbot, place, due_book(tmp_path / "good.xlsx", BAO))
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"not a workbook")
    looked(qtbot, place, bad)
    band = place.widget.import_band
    assert place.state.step == "choose" and band.banner.isVisible()
    assert not band.write.isVisible() and not band.missing.isVisible()


def test_the_ward_that_was_chosen_is_shown_when_the_page_is_opened_again(
    qtbot: QtBot, light: QApplication, window: Elsewhere, tmp_path: Path
) -> None:
    two = [*CLERK, {"ward": "26737.20250701", "role": "clerk", "until": None}]
    profile = new_profile(tmp_path / "two", machine(), "hien", role="clerk", grants=two)
    tasks = TaskRunner()
    made = ImportsPlace(profile.store, Words("vi"), tasks, window)
    qtbot.addWidget(made.widget)
    made.widget.show()
    combo = made.widget.import_band.ward.combo
    made.open()
    qtbot.waitUntil(tasks.is_idle)
    made.widget.import_band.ward.edited.emit(WARD)
    made.open()
    qtbot.waitUntil(tasks.is_idle)
    assert made.state.ward == WARD and combo.currentData() == WARD
    made.widget.import_band.ward.edited.emit("26740.20250701")
    made.open()
    qtbot.waitUntil(tasks.is_idle)
    assert made.state.ward == "" and combo.currentData() == ""
    assert tasks.close()
    profile.close()


def test_the_left_lines_of_a_text_list_are_proposed_as_text(
    qtbot: QtBot, place: ImportsPlace, window: Elsewhere, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    wrong = (*HANG[:1], "", *HANG[2:])
    rows = [";".join(str(cell or "") for cell in row) for row in (DUE_HEADS, wrong, BAO)]
    path.write_text("\n".join(rows), "utf-8-sig")
    looked(qtbot, place, path)
    asked: list[Path] = []
    target = tmp_path / "left.csv"
    place.ask_errors = lambda proposed: asked.append(proposed) or target  # type: ignore[func-returns-value]  # `append` gives None, on purpose
    place.save_errors()
    qtbot.waitUntil(lambda: bool(window.toasts))
    assert asked[0].name == "list chưa nhập.csv"
    assert "Chưa có họ tên" in target.read_text("utf-8-sig")


def test_on_a_narrow_screen_the_next_step_is_in_sight(
    qtbot: QtBot, place: ImportsPlace, tmp_path: Path
) -> None:
    place.widget.resize(910, 600)
    band = place.widget.import_band
    looked(qtbot, place, due_book(tmp_path / "list.xlsx", HANG, BAO))
    assert band.write.isVisible() and band.write.hasFocus()
    heads = ["Ông bà" if head == DUE_HEADS[1] else head for head in DUE_HEADS]
    looked(qtbot, place, write_book(tmp_path / "odd.xlsx", [heads, HANG]))
    assert place.widget.tables["columns"].isVisible() and not band.isVisible()


def test_cancel_writes_nothing(
    qtbot: QtBot, place: ImportsPlace, desk: Store, tmp_path: Path
) -> None:
    looked(qtbot, place, due_book(tmp_path / "list.xlsx", HANG, BAO))
    place.write()
    place.cancel()
    qtbot.waitUntil(lambda: not place.state.busy)
    if place.state.step == "looked":  # stopped before the end: nothing is there
        assert known(desk, "Hằng") == 0
        assert place.widget.import_band.banner.isVisible()
    else:
        assert known(desk, "Hằng") == 1


def test_a_register_of_households_is_another_kind_and_a_dropped_file_is_looked_at(
    qtbot: QtBot, place: ImportsPlace, tmp_path: Path
) -> None:
    head = (1, "H01", "Nguyễn Thị Bích Hằng", "Chủ hộ", "21/11/1968", "Nữ", "079168000001",
            "123/4/5A", "Ung Văn Khiêm", "Khu phố 3", "0903555214")  # fmt: skip
    path = register_book(tmp_path / "ho.xlsx", head)
    place.widget.import_band.kind.chosen.emit("households")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    move, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    drop = QDropEvent(QPointF(9, 9), move, mime, button, Qt.KeyboardModifier.NoModifier)
    place.widget.dropEvent(drop)
    qtbot.waitUntil(lambda: place.state.step == "looked")
    assert preview(place).kind == "households" and preview(place).households_new == 1
