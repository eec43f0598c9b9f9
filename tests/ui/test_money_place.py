"""The desk's money on a real file that has synced: tabs, taking cash, gaps, files, thousands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from fieldapp.model import Receipt
from fieldapp.store.work import Intent
from fieldapp.usecases.receipts import remittances
from fieldapp.words import Words
from fieldapp.words.format import money
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, Listing, open_listing
from tests.sync.test_money_desk import counted_at_two_desks, skip_a_number
from tests.ui.doubles import Elsewhere, Now, on_screen
from ui.places.money.place import MoneyPlace
from ui.places.receipts.place import ReceiptsPlace
from ui.widgets.table import column_fits

Key = Qt.Key


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        yield opened


@dataclass
class Page:
    """The place with what it was given."""

    place: MoneyPlace
    window: Elsewhere

    def rows(self, tab: str) -> list[list[str]]:
        model = self.place.widget.tables[tab].model()
        columns = range(model.columnCount())
        return [
            [model.index(row, column).data() for column in columns]
            for row in range(model.rowCount())
        ]


def open_page(qtbot: QtBot, office: Listing, tab: str = "", language: str = "vi") -> Page:
    office.hien.synced()
    window = Elsewhere()
    place = MoneyPlace(office.hien.store, Words(language), Now(), window)
    on_screen(qtbot, place.widget)
    place.open(tab=tab)
    return Page(place, window)


def test_cash_is_taken_with_two_keys_and_stands_under_handed_in(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    paid = office.pays(office.lan, HANG)
    office.lan.synced()
    page = open_page(qtbot, office)
    [row] = page.rows("cash")
    assert (row[0], row[-1].replace(".", "")) == ("Lan", str(paid.amount_dong))
    band = page.place.widget.money_band
    assert band.take.text() == f"Nhận {money(paid.amount_dong)}"
    page.place.widget.focus_first()
    qtbot.keyClick(
        page.place.widget.tables["cash"], Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    assert page.window.toasts[0][0] == f"Đã nhận {money(paid.amount_dong)} của Lan"
    assert page.place.widget.below.currentWidget() is page.place.widget.empty["cash"]
    page.place.choose_tab("remittances")
    assert page.rows("remittances")[0][-1] == "đã nhận đủ"


def test_another_sum_needs_a_reason_and_is_said_at_the_field(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    paid = office.pays(office.lan, HANG)
    remittances.hand_in(office.lan.store, WARD)
    office.lan.synced()
    page = open_page(qtbot, office, "remittances")
    band = page.place.widget.money_band
    band.counted.set_text("mười")
    band.confirm.click()
    assert "1.263.600" in band.counted.message()
    band.counted.set_text(money(paid.amount_dong - 1_000))
    band.confirm.click()
    assert band.banner.title.text() == f"Số đếm được khác {money(paid.amount_dong)}"
    band.note.set_text("Thiếu một tờ")
    band.confirm.click()
    assert page.rows("remittances")[0][-1] == f"thiếu {money(1_000)}"
    page.place.ask_reason = lambda dong, name: "Ghi nhầm"
    page.place.reverse()
    assert page.rows("remittances")[0][-1] == "đã bỏ"


def test_a_gap_is_what_one_sees_first_with_its_reason_and_the_next_step(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    office.pays(office.lan, HANG)
    office.lan.synced()
    skip_a_number(office)
    office.pays(office.lan, HUSBAND)
    office.lan.synced()
    page = open_page(qtbot, office)
    assert page.place.state.tab == "faults"
    assert [row[0] for row in page.rows("faults")] == ["Thiếu số"]
    band = page.place.widget.money_band
    assert band.title.text().startswith("Thiếu số 00")
    assert not band.next.isHidden()
    [book] = [row for row in page.rows("books") if row[0] == "Lan"]
    assert book[5] == "1"


def test_figures_say_as_of_when_and_whose_machine_was_not_heard_from(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    for clock in (office.team.clock, office.hien.clock):
        clock.forward(days=1)
    told = open_page(qtbot, office).place.widget.told.text()
    assert told.startswith("Số liệu đến 08:00 ngày 24/11.")
    assert "3 máy chưa liên lạc hôm nay" in told and "Lan (23/11)" in told


def many(office: Listing, count: int) -> None:
    """Receipts of a busy month, straight through the journal of the clerk's own file."""
    store = office.hien.store
    with store.work(Intent("test", WARD)) as work:
        for n in range(count):
            work.create(
                Receipt(
                    ward=WARD,
                    id=f"r{n:05d}",
                    household=office.home,
                    book="X",
                    number=n + 1,
                    payer=f"Người {n:05d}",
                    amount_dong=1_000 + n,
                    issued_by="lan",
                    issued_at=store.server_now() - timedelta(minutes=n),
                )
            )


def test_thousands_of_receipts_come_page_by_page_as_one_looks(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    many(office, 2_345)
    office.hien.synced()
    page = open_page(qtbot, office, "receipts")
    table = page.place.widget.paged
    assert table.model().rowCount() == 2_345
    qtbot.waitUntil(lambda: table.model().index(0, 3).data() == "Người 00000")
    assert len(page.place._rows) <= 200
    qtbot.keyClick(table, Key.Key_End)
    qtbot.waitUntil(lambda: table.model().index(2_344, 3).data() == "Người 02344")
    assert page.place.widget.money_band.title.text() == "Biên lai 0002345"
    table.sort_asked.emit("amount")
    qtbot.waitUntil(lambda: table.model().index(0, 3).data() == "Người 00000")
    total = sum(1_000 + n for n in range(2_345))
    assert page.place.widget.sums.text() == f"2.345 biên lai, {money(total)}"


def test_what_is_seen_is_written_with_all_its_rows_and_c17_beside_it(
    qtbot: QtBot, light: QApplication, office: Listing, tmp_path: Path
) -> None:
    many(office, 1_234)
    office.hien.synced()
    page = open_page(qtbot, office, "receipts")
    page.place.ask_path = lambda usual: tmp_path / usual.name
    page.place.export()
    name = "Biên lai 2026-11-01 đến 2026-11-23.xlsx"
    rows = CalamineWorkbook.from_path(str(tmp_path / name)).get_sheet_by_index(0).to_python()
    payers = [row[3] for row in rows if str(row[3]).startswith("Người 0")]
    assert payers == [f"Người {n:05d}" for n in range(1_234)]
    assert "1.234 dòng" in str(rows[-1][0])
    page.place.save_c17()
    assert ZipFile(tmp_path / "C17-TS 2026-11-01 đến 2026-11-23.xlsx").testzip() is None
    page.place.ask_path = lambda _: tmp_path / "nowhere" / "a.xlsx"
    page.place.export()
    assert not page.place.widget.money_band.banner.isHidden()


def test_a_canvasser_notes_her_cash_as_handed_in_and_is_offered_no_desk(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    paid = office.pays(office.lan, HANG)
    window = Elsewhere()
    place = ReceiptsPlace(office.lan.store, Words("vi"), Now(), window)
    on_screen(qtbot, place.widget)
    place.open()
    card = place.widget.receipt.cash
    assert card.dong.text() == money(paid.amount_dong)
    assert place.widget.desk.isHidden()
    place.hands.ask = lambda dong: True
    card.hand_in.click()
    assert card.waiting.text() == f"đã ghi nộp {money(paid.amount_dong)}, chờ phường đếm"
    assert card.hand_in.isHidden()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_head_has_room_for_its_title(
    qtbot: QtBot, light: QApplication, office: Listing, language: str
) -> None:
    page = open_page(qtbot, office, language=language)
    tables = page.place.widget.tables.values()
    columns = [column for table in tables for column in table.columns if column.title]
    assert [column.title for column in columns if not column_fits(column)] == []


def test_two_counts_are_told_and_the_right_one_is_written_with_its_reason(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    _, amount = counted_at_two_desks(office, 0, 50_000)
    page = open_page(qtbot, office, "remittances")
    band = page.place.widget.money_band
    assert page.rows("remittances")[0][-1] == "hai số đếm khác nhau"
    assert f"{money(amount)} (Hien), {money(amount - 50_000)} (Tri)" in band.text.text()
    assert band.counted.text() == ""
    band.confirm.click()
    assert band.counted.has_error()
    band.counted.set_text(money(amount))
    band.note.set_text("Đếm lại với Lan")
    band.confirm.click()
    assert page.window.toasts[-1][0] == f"Đã ghi số đúng {money(amount)} của Lan"
    assert {row[-1] for row in page.rows("remittances")} == {"đã nhận đủ", "đã bỏ"}
