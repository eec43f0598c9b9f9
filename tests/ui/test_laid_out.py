"""What is cut or covered on a window is found, and the places where it was found stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now
from tests.ui.town_store import open_town
from ui.demo.laid_out import layout_faults
from ui.places.households.list_place import HouseholdsPlace
from ui.widgets import Button, ConflictCard, Label, Scroll, Side
from ui.widgets.reading_page import ReadingPage

SENTENCE = "Khóa lại hỏi mật khẩu, việc chưa gửi vẫn còn. Luyện tập mở cửa sổ riêng. " * 4


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile", households=2)
    yield profile.store
    profile.close()


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int = 600) -> QWidget:
    """A widget as it stands in a window of this size."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    QApplication.processEvents()
    return widget


def test_a_button_that_is_cut_and_one_that_covers_another_are_told(
    qtbot: QtBot, light: QApplication
) -> None:
    page = QWidget()
    row = QHBoxLayout(page)
    cut = Button("Giữ hồ sơ này, gộp bản kia")
    cut.setFixedWidth(60)
    wide = Button("Phân công")
    wide.setMinimumWidth(300)
    for button in (cut, wide):
        row.addWidget(button)
    shown(qtbot, page, 800)
    assert [fault.partition(" is cut")[0] for fault in layout_faults(page)] == [
        "Button “Giữ hồ sơ này, gộp bản kia”"
    ]
    wide.setGeometry(cut.geometry())
    assert any("covers Button “Phân công”" in fault for fault in layout_faults(page))


def test_the_filter_of_the_households_gives_way_to_the_buttons_of_a_desk(
    qtbot: QtBot, light: QApplication, store: Store, window: Elsewhere
) -> None:
    place = HouseholdsPlace(store, Words("vi"), Now(), window)
    shown(qtbot, place.widget, 1182)
    place.view.offer_desk(True)
    QApplication.processEvents()
    assert layout_faults(place.widget) == []
    assert place.view.search.width() < 360


def test_a_page_that_was_wide_scrolls_its_broken_lines_without_squeezing_them(
    qtbot: QtBot, light: QApplication
) -> None:
    inner = ReadingPage(widest=400)
    column = QVBoxLayout(inner)
    for _ in range(6):
        column.addWidget(Label(SENTENCE, wrap=True))
    scroll = shown(qtbot, Scroll(inner), 1600, 200)
    scroll.resize(500, 200)
    QApplication.processEvents()
    assert inner.width() <= 500
    assert layout_faults(scroll) == []


def test_who_wrote_a_side_stands_whole_beside_the_suggestion_at_125_percent(
    qtbot: QtBot, light: QApplication
) -> None:
    side = Side("Chị Lan", "Trần Quốc Khôi", mark="đang dùng", action="Giữ", suggested=True)
    card = shown(qtbot, ConflictCard(side), 212)
    assert layout_faults(card) == []
