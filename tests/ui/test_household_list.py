"""The list of households with a real file behind it: filtering, opening, a new household."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.rules.people.cards import read_citizen_card
from fieldapp.store.store import Store
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.visiting import visits
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now, WhenTold
from tests.ui.town_store import open_town
from ui.places.households.list_place import HouseholdsPlace
from ui.widgets import LabeledInput


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A laptop with the town on it."""
    profile = open_town(tmp_path / "profile", households=12)
    yield profile.store
    profile.close()


@pytest.fixture
def place(light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere) -> HouseholdsPlace:
    """The list, shown."""
    made = HouseholdsPlace(store, Words("vi"), Now(), window)
    made.widget.resize(1182, 684)
    qtbot.addWidget(made.widget)
    made.widget.show()
    made.open()
    made.view.focus_first()
    return made


def write(place: HouseholdsPlace, name: str, text: str) -> None:
    """Types into the form of a new household."""
    assert place.view.new_form is not None
    field = place.view.new_form.inputs[name]
    assert isinstance(field, LabeledInput)
    field.edit.selectAll()
    field.edit.insert(text)


def title(place: HouseholdsPlace, line: int) -> str:
    """What stands in a line of the list."""
    return str(place.view.list.model().index(line, 0).data())


def test_typing_without_tones_narrows_the_list(qtbot: QtBot, place: HouseholdsPlace) -> None:
    whole = len(place.view.list.keys())
    place.view.search.edit.insert("bich hang")
    qtbot.waitUntil(lambda: len(place.view.list.keys()) == 1)
    assert whole > 1
    qtbot.keyClick(place.view.search.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(place.view.list.keys()) == whole)


def test_of_a_long_list_rows_are_read_where_one_looks(
    light: QApplication, qtbot: QtBot, tmp_path: Path, window: Elsewhere
) -> None:
    profile = open_town(tmp_path / "long", households=230)
    tasks = WhenTold()
    place = HouseholdsPlace(profile.store, Words("vi"), tasks, window)
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    place.widget.show()
    place.open()
    tasks.answer()
    found, last = place.view.list, len(place.view.list.keys()) - 1
    assert last > 150
    qtbot.keyClick(found, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: len(tasks.waiting) == 1)
    assert title(place, last) == ""
    tasks.answer()
    end = found.current_key()
    assert title(place, last) == household_page(profile.store, *end.split("/")).head_name
    place.refresh()
    tasks.answer()
    assert found.current_key() == end
    assert title(place, last)
    qtbot.keyClick(found, Qt.Key.Key_Return)
    assert window.gone[-1][1] == dict(zip(("ward", "household"), end.split("/"), strict=True))
    profile.close()


def test_a_door_where_nobody_may_knock_bears_the_word(place: HouseholdsPlace, store: Store) -> None:
    ward, _, home = place.view.list.keys()[0].partition("/")
    visits.record_visit(store, ward, home, "do_not_contact")
    place.refresh()
    spoken = place.view.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Đừng liên hệ" in str(spoken)


def test_enter_in_the_filter_opens_the_selected_household(
    qtbot: QtBot, place: HouseholdsPlace, window: Elsewhere
) -> None:
    qtbot.keyClick(place.view.search.edit, Qt.Key.Key_Down)
    second = place.view.list.keys()[1]
    assert place.view.list.current_key() == second
    qtbot.keyClick(place.view.search.edit, Qt.Key.Key_Return)
    ward, _, home = second.partition("/")
    assert window.gone == [("household", {"ward": ward, "household": home})]


def test_what_is_not_found_offers_a_new_household_with_that_name(
    qtbot: QtBot, place: HouseholdsPlace
) -> None:
    place.view.search.edit.insert("lê văn tám mươi")
    qtbot.waitUntil(lambda: place.view.list.keys() == [])
    place.view.empty_acted.emit("nothing_found")
    assert place.view.new_form is not None
    assert place.view.new_form.forms()[1].full_name == "Lê Văn Tám Mươi"


def test_a_new_household_is_registered_with_its_head_and_opened(
    qtbot: QtBot, place: HouseholdsPlace, store: Store, window: Elsewhere
) -> None:
    place.begin_new()
    assert place.view.new_form is not None
    assert not place.view.new_form.save.isEnabled()
    write(place, "house_number", "9/12")
    write(place, "street", "Xô Viết Nghệ Tĩnh")
    write(place, "head_full_name", "Phạm Hoàng Bích Hằng")
    write(place, "head_born_on", "01/02/1984")
    place.view.new_form.save.click()
    (line,) = households(store, text="Pham Hoang Bich Hang")
    assert line.address == "9/12 Xô Viết Nghệ Tĩnh"
    assert window.gone == [("household", {"ward": line.ward, "household": line.household})]


def test_a_scanned_card_fills_the_head_of_a_new_household(place: HouseholdsPlace) -> None:
    card = read_citizen_card("079065000002||Trần Quốc Khôi|02101965|Nam|1 D2|16082021")
    place.open(new=True, card=card)
    assert place.view.new_form is not None
    head = place.view.new_form.forms()[1]
    assert (head.full_name, head.id_number) == ("Trần Quốc Khôi", "079065000002")


def test_a_half_filled_new_household_is_offered_again(
    qtbot: QtBot, place: HouseholdsPlace, window: Elsewhere
) -> None:
    place.begin_new()
    write(place, "street", "Đường D2")
    place.leave_new()
    assert window.toasts[-1][0] == "Đã giữ phiếu dở"
    place.begin_new()
    assert place.view.new_form is not None
    assert place.view.new_form.forms()[0].street == "Đường D2"
    place.view.new_form.drop.click()
    assert place.view.new_form.forms()[0].street == ""


def test_a_wrong_birth_date_stands_below_its_input_and_stops_saving(
    place: HouseholdsPlace,
) -> None:
    place.begin_new()
    write(place, "head_full_name", "Lê Văn Tám")
    write(place, "house_number", "1")
    write(place, "street", "D2")
    write(place, "head_born_on", "31/02/1968")
    form = place.view.new_form
    assert form is not None
    field = form.inputs["head_born_on"]
    assert isinstance(field, LabeledInput)
    assert field.has_error()
    assert not form.save.isEnabled()


def test_a_laptop_without_a_list_offers_to_sync(
    light: QApplication, qtbot: QtBot, tmp_path: Path, window: Elsewhere
) -> None:
    profile = open_town(tmp_path / "empty", households=0)
    place = HouseholdsPlace(profile.store, Words("vi"), Now(), window)
    qtbot.addWidget(place.widget)
    place.open()
    place.view.empty_acted.emit("empty")
    assert window.gone == [("sync", {"now": True})]
    profile.close()
