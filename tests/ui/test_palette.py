"""The palette over a real file: typing, scanning, acting, and answers that come too late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.rules.people.cards import CitizenCard
from fieldapp.store.store import Store
from fieldapp.usecases.households import search
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now, WhenTold
from tests.ui.town_store import open_town, town
from ui.palette.search import SearchPalette
from ui.widgets import Palette


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A laptop with the town on it."""
    profile = open_town(tmp_path / "profile", households=12)
    yield profile.store
    profile.close()


@pytest.fixture
def elsewhere() -> Elsewhere:
    """A window that notes."""
    return Elsewhere()


@pytest.fixture
def box(light: QApplication, qtbot: QtBot) -> Palette:
    """The box over a window with an input of its own."""
    window = QWidget()
    window.resize(1366, 768)
    QVBoxLayout(window).addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    return Palette(window)


@pytest.fixture
def palette(store: Store, elsewhere: Elsewhere, box: Palette) -> SearchPalette:
    """The palette, open."""
    made = SearchPalette(store, Words("vi"), Now(), elsewhere, box)
    made.open()
    return made


def ask(qtbot: QtBot, palette: SearchPalette, text: str) -> None:
    """Types a text and waits for its answer."""
    palette.widget.input.setText(text)
    palette.refresh()


def test_people_are_found_without_tones_and_enter_opens_the_household(
    qtbot: QtBot, palette: SearchPalette, elsewhere: Elsewhere
) -> None:
    ask(qtbot, palette, "bich hang")
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_Return)
    ((place, target),) = elsewhere.gone
    assert place == "household"
    assert set(target) == {"ward", "household", "person"}
    assert not palette.widget.isVisible()


def test_nothing_acts_on_an_older_answer(
    qtbot: QtBot, store: Store, elsewhere: Elsewhere, box: Palette
) -> None:
    tasks = WhenTold()
    palette = SearchPalette(store, Words("vi"), tasks, elsewhere, box)
    palette.open()
    ask(qtbot, palette, "bich hang")
    tasks.answer()
    ask(qtbot, palette, "quoc kho")
    qtbot.keyClick(box.input, Qt.Key.Key_Return)
    assert elsewhere.gone == []
    tasks.answer()
    ((_, target),) = elsewhere.gone
    (hit,) = search.find(store, "quoc kho").hits
    assert target["person"] == hit.person


def test_a_late_answer_of_an_old_query_is_dropped(
    qtbot: QtBot, store: Store, elsewhere: Elsewhere, box: Palette
) -> None:
    tasks = WhenTold()
    palette = SearchPalette(store, Words("vi"), tasks, elsewhere, box)
    palette.open()
    ask(qtbot, palette, "bich")
    ask(qtbot, palette, "minh duc")
    tasks.answer(1)
    shown = box.results.keys()
    tasks.answer(0)
    assert box.results.keys() == shown


def test_tab_goes_to_the_actions_where_the_printed_keys_act(
    qtbot: QtBot, palette: SearchPalette, elsewhere: Elsewhere
) -> None:
    ask(qtbot, palette, "bich hang")
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_Tab)
    assert palette.widget.results.current_key() == "do/enrol"
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_2)
    ((place, target),) = elsewhere.gone
    assert (place, target["outcome"]) == ("household", "appointment")


def test_a_digit_typed_among_people_stays_a_digit(
    qtbot: QtBot, palette: SearchPalette, elsewhere: Elsewhere
) -> None:
    ask(qtbot, palette, "bich hang")
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_5)
    assert palette.widget.input.text() == "bich hang5"
    assert elsewhere.gone == []


def test_the_actions_follow_the_selected_person(qtbot: QtBot, palette: SearchPalette) -> None:
    ask(qtbot, palette, "tran")
    results = palette._results
    assert results is not None
    assert len(results.hits) > 1
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_Down)
    second = results.hits[1].name
    qtbot.waitUntil(lambda: palette._selected is results.hits[1])
    model = palette.widget.results.model()

    def texts() -> list[str]:
        return [str(model.index(n, 0).data()) for n in range(model.rowCount())]

    qtbot.waitUntil(lambda: f"Ghi danh cho hộ {second}" in texts())


def test_a_scanned_card_of_somebody_known_opens_her_household(
    qtbot: QtBot, palette: SearchPalette, store: Store, elsewhere: Elsewhere
) -> None:
    number = town(12).story.persons[0].id_number
    palette.widget.input.setText(f"{number}||Nguyễn Thị Bích Hằng|17051968|Nữ|123 D2|16082021")
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(elsewhere.gone) == 1)
    assert elsewhere.gone[0][0] == "household"


def test_a_scanned_card_of_a_stranger_begins_a_household_with_the_card(
    qtbot: QtBot, palette: SearchPalette, elsewhere: Elsewhere
) -> None:
    palette.widget.input.setText("079065000002||Lý Thị Mới|02101965|Nữ|1 D2|16082021")
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(elsewhere.gone) == 1)
    place, target = elsewhere.gone[0]
    card = target["card"]
    assert place == "households"
    assert isinstance(card, CitizenCard)
    assert card.name == "Lý Thị Mới"


def test_a_card_scanned_elsewhere_in_the_window_opens_its_person(
    store: Store, elsewhere: Elsewhere, palette: SearchPalette
) -> None:
    palette.widget.close_box()
    number = town(12).story.persons[0].id_number
    palette.scan(f"{number}||Nguyễn Thị Bích Hằng|17051968|Nữ|123 D2|16082021")
    assert [place for place, _ in elsewhere.gone] == ["household"]
    assert not palette.widget.isVisible()


def test_ctrl_n_begins_a_household_for_what_was_typed(
    qtbot: QtBot, palette: SearchPalette, elsewhere: Elsewhere
) -> None:
    ask(qtbot, palette, "le van moi")
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert elsewhere.gone == [("households", {"new": True, "text": "le van moi"})]


def test_a_command_is_run(qtbot: QtBot, palette: SearchPalette, elsewhere: Elsewhere) -> None:
    palette.widget.input.setText("> dong bo")
    qtbot.keyClick(palette.widget.input, Qt.Key.Key_Return)
    assert elsewhere.gone == [("sync", {"now": True})]


def test_a_receipt_number_without_receipts_says_so(qtbot: QtBot, palette: SearchPalette) -> None:
    ask(qtbot, palette, "#41906")
    model = palette.widget.results.model()
    assert model.index(0, 0).data() == "Không có biên lai nào có đuôi 41906"
