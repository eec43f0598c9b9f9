"""A table of visits that is put in order a piece at a time, on a real file: what is seen then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.reports.visit_row import VisitRow
from fieldapp.store.file.profile import Profile
from fieldapp.store.queries import visit_order
from fieldapp.usecases.me import me
from fieldapp.usecases.visiting import visit_log
from fieldapp.usecases.visiting.visit_table import (
    VisitTable,
    begin_visit_table,
    rows_of_table,
    take_more,
)
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, WhenTold, on_screen
from tests.ui.town_store import open_town
from ui.places.reports.view import SHOWN, OrderingStrip, table_columns, visit_line, visit_values
from ui.places.table_desk import Source, TableDesk
from ui.say import Teller
from ui.widgets.paged import PagedTable

VI = Words("vi")
PIECE = 20


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    profile = open_town(tmp_path_factory.mktemp("town"), households=300)
    yield profile
    profile.close()


@dataclass
class Table:
    """The table, its controller, and what waits to be answered."""

    seen: PagedTable
    desk: TableDesk[VisitTable, VisitRow]
    tasks: WhenTold
    whole: list[str]

    def rows(self) -> int:
        return self.seen.model().rowCount()

    def answer_all(self) -> None:
        while self.tasks.waiting:
            self.tasks.answer()
            QApplication.processEvents()  # what is painted asks for its page


@pytest.fixture
def table(
    qtbot: QtBot, light: QApplication, town: Profile, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Table]:
    for name in ("PIECE", "FIRST_PIECE", "LEAST"):
        monkeypatch.setattr(visit_order, name, PIECE)
    store, found = town.store, visit_log.choices(town.store)
    chosen = VisitFilter((me(store).streams[0],), found.first_day, found.last_day)
    seen, teller, tasks = PagedTable("", table_columns(VI)), Teller(VI, store.today()), WhenTold()
    source = Source[VisitTable, VisitRow](
        lambda sort, upwards: begin_visit_table(store, chosen, sort, upwards=upwards),
        lambda made, first, most: rows_of_table(store, made, first, most),
        lambda row: visit_line(row, teller),
        lambda row: visit_values(row, teller),
        lambda made: take_more(store, made),
    )
    desk = TableDesk(store, VI, tasks, Elsewhere(), seen, source, *("visits", "visited_at", SHOWN))
    on_screen(qtbot, seen)
    whole = [row.visit for row in visit_log.preview(store, chosen, 9_999)]
    assert len(whole) > 2 * PIECE
    yield Table(seen, desk, tasks, whole)
    store.remember(table_visits=None)


def test_the_first_page_is_seen_before_the_rest_is_looked_at(table: Table) -> None:
    begun = list[int]()
    table.desk.refresh(begun=lambda: begun.append(len(table.tasks.waiting)))
    table.tasks.answer()
    assert 0 < table.rows() <= PIECE
    assert begun == [1], "the page is asked for first, then whatever else is read"
    table.tasks.answer()
    assert table.seen.current_key() == table.whole[0]
    table.answer_all()
    assert table.rows() == len(table.whole) and table.desk.made is not None
    keys = table.desk.made.order.keys(0, 9_999)
    assert [visit for _, visit in keys] == table.whole


def test_what_one_looks_at_does_not_jump_while_the_lines_are_taken_anew(table: Table) -> None:
    table.desk.refresh()
    table.answer_all()
    table.seen.selectRow(PIECE + 5)
    QApplication.processEvents()
    table.answer_all()
    looked_at = table.seen.current_key()
    assert looked_at == table.whole[PIECE + 5]
    table.desk.refresh()
    while table.tasks.waiting:
        assert table.rows() > PIECE + 5
        table.tasks.answer()
        QApplication.processEvents()
    assert table.seen.current_key() == looked_at and table.rows() == len(table.whole)


def test_another_order_tells_how_far_it_is_and_can_be_given_up(table: Table) -> None:
    table.desk.refresh()
    table.answer_all()
    told = list[int | None]()
    table.desk.looked = told.append
    table.desk.sort_by("head")
    table.tasks.answer(0)  # what is remembered
    table.tasks.answer()
    table.tasks.answer()
    assert told[-1] == 2 * PIECE and table.seen.sorted_by()[0] == "visited_at"
    table.desk.cancel()
    table.answer_all()
    assert told[-1] is None and table.seen.sorted_by() == ("visited_at", True)
    assert table.desk.sort == "visited_at" and table.rows() == len(table.whole)
    table.desk.sort_by("head")
    table.answer_all()
    assert told[-1] is None and table.seen.sorted_by() == ("head", True)
    assert table.rows() == len(table.whole)


def test_an_order_given_up_before_anything_was_seen_leads_to_that_by_time(table: Table) -> None:
    table.desk.sort_by("outcome")
    table.tasks.answer(0)
    table.tasks.answer()
    table.desk.cancel()
    table.answer_all()
    assert table.seen.sorted_by() == ("visited_at", True) and table.rows() == len(table.whole)


def test_only_what_takes_its_time_is_told(qtbot: QtBot, light: QApplication) -> None:
    strip = OrderingStrip(VI)
    qtbot.addWidget(strip)
    strip.show_looked(500)
    assert strip.isHidden()
    strip.show_looked(320_000)
    assert not strip.isHidden() and strip.text.text() == "Đang sắp xếp, đã xem 320.000 lượt"
    strip.show_looked(None)
    assert strip.isHidden()
