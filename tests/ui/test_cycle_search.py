"""Cycles are looked for on the window's thread alone; a palette outlives the page below it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.garbage import much_is_made, settled, without_cycle_search
from ui.cycle_search import CycleSearch
from ui.widgets.palette import Palette


class Knot:
    """Refers to itself; `freed` says on which thread it went."""

    freed: list[int] = []  # noqa: RUF012 - one list for all

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.freed.append(threading.get_ident())


@pytest.fixture
def search(qapp: QApplication) -> Iterator[CycleSearch]:
    made = CycleSearch()
    Knot.freed.clear()
    yield made
    made.end()


def test_what_another_thread_makes_by_the_thousand_frees_no_cycle_there(
    search: CycleSearch,
) -> None:
    search.begin()
    Knot()
    made: list[list[int]] = []
    other = threading.Thread(target=lambda: made.extend([] for _ in range(50_000)))
    other.start()
    other.join()
    assert Knot.freed == []
    search.search()
    assert Knot.freed == [threading.get_ident()]


def test_the_search_rests_while_a_long_list_is_read(search: CycleSearch) -> None:
    search.begin()
    Knot()
    with without_cycle_search():
        made: list[list[int]] = [[] for _ in range(5_000)]
        search.search()
        assert Knot.freed == []
    assert not gc.isenabled()
    made += [[] for _ in range(5_000)]
    search.search()
    assert Knot.freed == [threading.get_ident()]


def test_what_has_settled_is_looked_through_no_more(search: CycleSearch) -> None:
    search.begin()
    lasting: list[list[int]] = [[] for _ in range(5_000)]
    settled()
    with much_is_made():
        assert gc.get_freeze_count() > len(lasting)
    assert gc.get_freeze_count() > len(lasting)
    Knot()
    made: list[list[int]] = [[] for _ in range(5_000)]
    search.search()
    assert Knot.freed == [threading.get_ident()]
    search.end()
    assert gc.get_freeze_count() == 0
    assert len(made) == len(lasting)


def test_python_searches_by_itself_again_after_the_end(search: CycleSearch) -> None:
    search.begin()
    assert not gc.isenabled()
    search.end()
    assert gc.isenabled()


def test_the_palette_closes_over_a_page_that_was_left(qtbot: QtBot, light: QApplication) -> None:
    window, page = QWidget(), QLineEdit()
    QVBoxLayout(window).addWidget(page)
    qtbot.addWidget(window)
    window.show()
    page.setFocus()
    palette = Palette(window)
    palette.open()
    page.deleteLater()
    QApplication.sendPostedEvents(page, 52)  # QEvent.DeferredDelete
    palette.close_box()
    assert not palette.isVisible()
