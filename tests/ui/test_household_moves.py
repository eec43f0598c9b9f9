"""People who leave, move, split off and become head, from the household's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.usecases.households import household, moves, people
from fieldapp.usecases.households.households_table import households
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.ui.doubles import Elsewhere, Now
from tests.ui.household_page import shown_page
from tests.ui.town_store import open_town
from ui.places.households.moves_band import MovesBand
from ui.places.households.moves_desk import ASK_AFTER_MS
from ui.places.households.page_place import HouseholdPlace

Key, Modifier = Qt.Key, Qt.KeyboardModifier
FAMILY = [
    {"full_name": "Trần Văn Tư", "relationship": "00", "sex": "male"},
    {"full_name": "Lê Thị Hoa", "relationship": "01", "sex": "female"},
    {"full_name": "Trần Thị Năm", "relationship": "08", "born_on": date(2016, 1, 1)},
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile", households=2)
    people.register_household(profile.store, WARD, {"house_number": "9", "street": "D2"}, FAMILY)
    other = [{"full_name": "Võ Thị Sáu", "relationship": "00"}]
    people.register_household(profile.store, WARD, {"house_number": "7", "street": "D2"}, other)
    yield profile.store
    profile.close()


@pytest.fixture
def place(light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere) -> HouseholdPlace:
    """The family's page, open, with its head selected."""
    return shown_page(qtbot, store, window, "Tran Van Tu 9 D2")


def choose(band: MovesBand, **chosen: str) -> None:
    """Chooses in the combos of the form, as a person does."""
    for name, key in chosen.items():
        widget = band.inputs[name]
        widget.set_text(key)
        widget.edited.emit(key)


def save(qtbot: QtBot, band: MovesBand) -> None:
    assert band.save.isEnabled(), band.missing.text()
    qtbot.keyClick(band.kind.combo, Key.Key_Return, Modifier.ControlModifier)


def lives_here(place: HouseholdPlace) -> dict[str, str]:
    assert place.page is not None
    return {m.name: m.relationship for m in place.page.members}


def ids(place: HouseholdPlace) -> dict[str, str]:
    assert place.page is not None
    return {m.name: m.person for m in place.page.members}


def test_a_head_who_dies_is_followed_and_it_is_taken_back(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    who = ids(place)
    qtbot.keyClick(place.view.members, Key.Key_B)
    band = place.view.moves
    assert band.kind.combo.hasFocus() and band.person.text() == who["Trần Văn Tư"]
    assert band.missing.text() == "Chọn vì sao rời hộ" and not band.save.isEnabled()
    assert "3 người" in band.prices.text() and "2 người" in band.prices.text()
    choose(band, reason="died")
    assert band.head.isVisible() and band.missing.text() == "Chọn chủ hộ mới"
    choose(band, head=who["Trần Thị Năm"])
    assert "10 tuổi" not in band.head.combo.accessibleDescription(), "nobody's age is known"
    choose(band, head=who["Lê Thị Hoa"])
    assert band.kin.codes() == {who["Trần Thị Năm"]: "08"}, "a wife's child, as it seems"
    save(qtbot, band)
    assert lives_here(place) == {"Lê Thị Hoa": "00", "Trần Thị Năm": "08"}
    text, undo = window.toasts[-1]
    assert text == "Văn Tư đã rời hộ" or text == "Tư đã rời hộ"
    assert undo is not None
    undo()
    assert lives_here(place)["Trần Văn Tư"] == "00" and len(lives_here(place)) == 3


def test_a_member_moves_to_a_household_that_was_searched(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere, store: Store
) -> None:
    place.view.members.select_key(ids(place)["Trần Thị Năm"])
    place.moves.open("move")
    band = place.view.moves
    assert not band.target.isVisible()
    band.search.edit.insert("vo thi sau")
    place.moves._search()
    assert band.target.isVisible() and "7 D2" in band.target.combo.currentText()
    choose(band, target=band.target.text())
    assert "Sáu" in band.prices.text()
    choose(band, relationship="09")
    save(qtbot, band)
    assert "Trần Thị Năm" not in lives_here(place)
    (line,) = households(store, text="Vo Thi Sau")
    page = household.household_page(store, line.ward, line.household)
    assert {m.name: m.relationship for m in page.members}["Trần Thị Năm"] == "09"


def test_who_lives_in_no_household_has_a_price_when_she_joins(
    qtbot: QtBot, place: HouseholdPlace, store: Store
) -> None:
    page, nam = place.page, ids(place)["Trần Thị Năm"]
    assert page is not None
    moves.leave_household(store, page.ward, page.household, nam, "moved_away")
    place.refresh()
    place.moves.open("join")
    band = place.view.moves
    band.search.edit.insert("tran thi nam")
    place.moves._search()
    choose(band, target=nam)
    assert "3 người" in band.prices.text()


def test_a_page_that_goes_while_a_name_was_typed_asks_for_nothing_more(
    light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere
) -> None:
    (line,) = households(store, text="Tran Van Tu 9 D2")
    place = HouseholdPlace(store, Words("vi"), Now(), window)
    place.open(ward=line.ward, household=line.household)
    place.moves.open("join")
    qtbot.keyClicks(place.view.moves.search.edit, "tran thi nam")
    shiboken6.delete(place.view)
    with qtbot.captureExceptions() as told:
        QTest.qWait(2 * ASK_AFTER_MS)
    assert told == []


def test_moving_to_another_ward_says_what_happens_and_asks_for_ward_and_day(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    place.view.members.select_key(ids(place)["Trần Thị Năm"])
    place.moves.open("ward")
    band = place.view.moves
    assert "Năm chưa có số căn cước" in band.means.text()
    assert band.missing.text() == "Hỏi tên phường, xã nơi đến rồi ghi"
    band.to_ward.edit.insert("Phường Bình Thạnh")
    band.moved_on.edit.setText("31/2")
    band.moved_on.edit.textEdited.emit("31/2")
    assert band.missing.text() == "Ghi ngày đến ở, hôm nay hoặc trước đó"
    band.moved_on.edit.setText("20/11")
    band.moved_on.edit.textEdited.emit("20/11")
    save(qtbot, band)
    assert "Trần Thị Năm" not in lives_here(place)
    assert window.toasts[-1][0] == "Năm đã chuyển sang phường, xã khác"


def test_a_split_and_a_new_head_ask_for_each_relation(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    who = ids(place)
    place.moves.open("head")
    band = place.view.moves
    choose(band, head=who["Lê Thị Hoa"])
    assert band.kin.codes() == {who["Trần Văn Tư"]: "02", who["Trần Thị Năm"]: "08"}
    save(qtbot, band)
    assert place.page is not None and place.page.head_name == "Lê Thị Hoa"
    place.moves.open("split")
    assert band.missing.text() == "Chọn ai sang hộ mới"
    for person, code in ((who["Trần Văn Tư"], "00"), (who["Trần Thị Năm"], "")):
        band.going.combos[person].set_text(code)
    band.going.chosen.emit()
    save(qtbot, band)
    assert lives_here(place) == {"Lê Thị Hoa": "00", "Trần Thị Năm": "08"}
    assert window.toasts[-1][0] == "Đã tách hộ, 1 người sang hộ mới"
    assert place.page.history[0].text.code == "history.split"


def test_esc_leaves_the_form_and_nothing_is_saved(qtbot: QtBot, place: HouseholdPlace) -> None:
    qtbot.keyClick(place.view.members, Key.Key_B)
    qtbot.keyClick(place.view.moves.kind.combo, Key.Key_Escape)
    assert place.view.forms.currentWidget() is place.view.visit and len(lives_here(place)) == 3


def test_an_action_of_the_history_is_opened_and_taken_back(
    qtbot: QtBot, place: HouseholdPlace, store: Store
) -> None:
    assert place.page is not None
    (head, *_) = place.page.members
    people.edit_person(store, WARD, head.person, {"full_name": "Trần Văn Tứ"})
    place.refresh()
    rows, band = place.view.rows, place.view.change
    rows.setFocus()
    rows.setCurrentIndex(rows.model().index(0, 0))
    qtbot.keyClick(rows, Key.Key_Return)
    assert place.view.forms.currentWidget() is band and band.save.hasFocus()
    assert "Trần Văn Tư thành Trần Văn Tứ" in band.what.text()
    qtbot.keyClick(band.save, Key.Key_Return, Modifier.ControlModifier)
    assert "Trần Văn Tư" in lives_here(place)
    assert place.view.forms.currentWidget() is place.view.visit
    rows.setCurrentIndex(rows.model().index(0, 0))
    qtbot.keyClick(rows, Key.Key_Return)
    assert not band.save.isEnabled() and "không hoàn tác được" in band.way_back.text()
    qtbot.keyClick(band.close_button, Key.Key_Escape)
    assert place.view.forms.currentWidget() is place.view.visit
