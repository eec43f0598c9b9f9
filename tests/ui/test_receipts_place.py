"""Receipts and enrolments on a real file: tables that sort, the book in use, the paper again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.file.profile import Profile
from fieldapp.store.receipts import NewLease
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.words import Words
from fieldapp.words.format import money
from tests.ui.doubles import Elsewhere, Now
from tests.ui.town_store import open_town
from ui.places.receipts.paper import SETTING
from ui.places.receipts.place import ReceiptsPlace
from ui.places.receipts.sorting import Sorting
from ui.places.records.place import RecordsPlace

Key = Qt.Key
METHODS = ("cash", "transfer", "cash")


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    made = open_town(tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture
def store(profile: Profile) -> Store:
    """Three receipts, of three households."""
    store, wanted = profile.store, list(METHODS)
    store.take_lease(NewLease("BL 26-07", 41900, 41949, store.setting("incarnation"), 41907))
    for line in households(store):
        home = household_page(store, line.ward, line.household)
        able = tuple(m.person for m in home.members if m.hhi_why_not is None)
        vsi = [m.person for m in home.members if m.vsi_why_not is None]
        if not able or not vsi or not wanted:
            continue
        picks = (enrol.VsiChoice(vsi[0], 1_500_000, 3),) if len(wanted) == 3 else ()
        choice = enrol.Choice(hhi=able[: len(wanted)], vsi=picks)
        method = wanted.pop(0)
        enrol.enrol(store, home, choice, method=method, payer=home.head_name, consent="spoken")
    return store


@dataclass
class Page:
    """A place with what it was given."""

    place: Any
    window: Elsewhere

    def column(self, number: int) -> list[str]:
        model = self.place.widget.table.model()
        return [model.index(row, number).data() for row in range(model.rowCount())]


def open_page(qtbot: QtBot, kind: type, store: Store, language: str = "vi") -> Page:
    window = Elsewhere()
    place = kind(store, Words(language), Now(), window)
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    place.widget.focus_first()
    return Page(place, window)


NUMBER, PAYER, AMOUNT = 0, 3, 6


def test_receipts_stand_newest_first_with_their_sum_in_the_header(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    assert page.column(NUMBER) == ["0041909", "0041908", "0041907"]
    total = sum(int(text.replace(".", "")) for text in page.column(AMOUNT))
    assert page.place.widget.head().context == f"3 biên lai, {money(total)}"


def test_the_columns_that_were_chosen_are_there_again_and_are_what_is_copied(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    table = page.place.widget.table
    action = next(one for one in table.menu().actions() if one.text() == "Người nộp")
    action.trigger()
    assert table.isColumnHidden(PAYER)
    again = open_page(qtbot, ReceiptsPlace, store)
    table = again.place.widget.table
    assert table.isColumnHidden(PAYER) and not table.isColumnHidden(AMOUNT)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, *rows = QGuiApplication.clipboard().text().splitlines()
    assert "Người nộp" not in head.split("\t") and len(rows) == 2
    assert again.window.toasts[-1][0] == "Đã chép 2 dòng, dán được vào bảng tính"
    table.menu().actions()[0].trigger()
    assert len(table.shown()) == len(head.split("\t")) - 1


def test_a_click_on_a_head_sorts_and_a_second_turns_it_round(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    page.place.widget.table.sort_asked.emit("amount")
    upwards = [int(text.replace(".", "")) for text in page.column(AMOUNT)]
    assert upwards == sorted(upwards)
    page.place.widget.table.sort_asked.emit("amount")
    assert page.column(AMOUNT)[0] == f"{max(upwards):,}".replace(",", ".")
    assert page.place.widget.table.sorted_by() == ("amount", False)


def test_a_filter_shows_its_receipts_and_their_sum_only(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    page.place.widget.filters.chosen.emit("transfer")
    assert page.column(NUMBER) == ["0041908"]
    assert page.place.widget.head().context.startswith("1 biên lai, ")


def test_the_selected_receipt_stands_at_the_right_and_enter_opens_its_household(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    qtbot.keyClick(page.place.widget.table, Key.Key_Down)
    row = page.place.current()
    assert page.place.widget.receipt.title.text() == f"Biên lai {row.number}"
    assert page.place.widget.receipt.amount.text() == money(row.amount_dong)
    qtbot.keyClick(page.place.widget.table, Key.Key_Return)
    target = {"ward": row.ward, "household": row.household}
    assert page.window.gone == [("household", target)]


def test_the_book_in_use_says_the_next_number_and_what_is_left(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    book = open_page(qtbot, ReceiptsPlace, store).place.widget.receipt.book
    assert book.next.value() == "0041910"
    assert book.left.text() == "còn 40 số"
    assert book.none.isHidden()


def test_without_a_book_one_is_told_to_sync(
    qtbot: QtBot, light: QApplication, profile: Profile
) -> None:
    page = open_page(qtbot, ReceiptsPlace, profile.store)
    book = page.place.widget.receipt.book
    assert not book.none.isHidden()
    book.sync.click()
    assert page.window.gone == [("sync", {})]


def test_no_receipt_yet_is_an_empty_state_and_nothing_can_be_printed(
    qtbot: QtBot, light: QApplication, profile: Profile
) -> None:
    page = open_page(qtbot, ReceiptsPlace, profile.store)
    assert page.place.widget.below.currentWidget() is page.place.widget.empty
    assert not page.place.widget.receipt.print.isEnabled()
    page.place.print_paper()
    assert page.window.toasts == []


def test_the_paper_is_saved_again_and_its_folder_remembered(
    qtbot: QtBot, light: QApplication, store: Store, tmp_path: Path
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    folder = tmp_path / "giấy tờ"
    folder.mkdir()
    asked: list[Path] = []

    def ask(usual: Path) -> Path:
        asked.append(usual)
        return folder / usual.name

    page.place.papers.ask = ask
    page.place.print_paper()
    page.place.print_paper()
    assert (folder / "bien-lai-0041909.pdf").read_bytes().startswith(b"%PDF")
    assert store.setting(SETTING) == str(folder)
    assert asked[1].parent == folder
    assert page.window.toasts[0][0] == "Đã lưu bien-lai-0041909.pdf"


def test_a_paper_that_cannot_be_written_is_told_in_the_banner(
    qtbot: QtBot, light: QApplication, store: Store, tmp_path: Path
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    page.place.papers.ask = lambda usual: tmp_path / "nowhere" / usual.name
    page.place.print_paper()
    assert [error.code for error in page.window.banners] == ["reports.folder_missing"]


def test_giving_up_the_file_dialog_saves_nothing(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    page.place.papers.ask = lambda _: None
    page.place.print_paper()
    assert page.window.toasts == []


def test_a_receipt_can_be_opened_by_its_printed_number(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, ReceiptsPlace, store)
    page.place.open(receipt="0041907")
    assert page.place.current().number == "0041907"


def test_enrolments_stand_with_scheme_kind_and_end(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, RecordsPlace, store)
    assert len(page.column(0)) == 3 + 1 + 2 + 1
    page.place.widget.filters.chosen.emit("vsi")
    assert page.column(1) == ["BHXH TN"]
    assert page.column(6) == ["3"]


def test_the_enrolments_add_up_to_the_receipts(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    enrolments = open_page(qtbot, RecordsPlace, store)
    receipts = open_page(qtbot, ReceiptsPlace, store)
    assert enrolments.place.state.total_dong() == receipts.place.state.total_dong() > 0


def test_enter_on_an_enrolment_opens_its_household(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, RecordsPlace, store)
    qtbot.keyClick(page.place.widget.table, Key.Key_Return)
    assert page.window.gone[0][0] == "household"


def test_no_enrolment_yet_is_an_empty_state(
    qtbot: QtBot, light: QApplication, profile: Profile
) -> None:
    page = open_page(qtbot, RecordsPlace, profile.store)
    assert page.place.widget.below.currentWidget() is page.place.widget.empty


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", [ReceiptsPlace, RecordsPlace])
def test_every_head_has_room_for_its_title(
    qtbot: QtBot, light: QApplication, store: Store, kind: type, language: str
) -> None:
    from ui.widgets.table import column_fits

    page = open_page(qtbot, kind, store, language)
    columns = [column for column in page.place.widget.table.columns if column.title]
    cut = [column.title for column in columns if not column_fits(column)]
    assert cut == []


def test_empty_values_come_last_in_both_directions() -> None:
    rows = ("", "An", "Đức", "Bình")
    values = {"name": lambda row: row}
    assert Sorting("name", upwards=True).sorted(rows, values) == ("An", "Bình", "Đức", "")
    assert Sorting("name").sorted(rows, values) == ("Đức", "Bình", "An", "")
    assert Sorting("name").clicked("name") == Sorting("name", upwards=True)
    assert Sorting("name").clicked("other") == Sorting("other", upwards=True)
