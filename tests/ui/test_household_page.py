"""The page of a household with a real file behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.usecases.households import people
from fieldapp.usecases.households.households_table import households
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now
from tests.ui.town_store import open_town
from ui.places.households.form_bands import HouseBand
from ui.places.households.page_place import HouseholdPlace
from ui.widgets import LabeledInput
from ui.widgets.inputs import NoteField


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A laptop with the town on it."""
    profile = open_town(tmp_path / "profile", households=8)
    yield profile.store
    profile.close()


@pytest.fixture
def place(light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere) -> HouseholdPlace:
    """The household of the story, open."""
    made = HouseholdPlace(store, Words("vi"), Now(), window)
    made.widget.resize(1182, 684)
    qtbot.addWidget(made.widget)
    made.widget.show()
    made.open(**story_of(store))
    made.view.focus_first()
    return made


def story_of(store: Store) -> dict[str, str]:
    """Where the household of the story is."""
    (line,) = households(store, text="Nguyen Thi Bich Hang 123/4/5A")
    return {"ward": line.ward, "household": line.household}


def edit_of(place: HouseholdPlace, name: str) -> LabeledInput:
    """An input of the form of a member."""
    widget = place.view.person.inputs[name]
    assert isinstance(widget, LabeledInput)
    return widget


def type_over(field: LabeledInput, text: str) -> None:
    """Types a text as a person would, over what stands there."""
    field.edit.selectAll()
    field.edit.insert(text)


def test_the_page_shows_people_with_what_they_should_do(place: HouseholdPlace) -> None:
    assert place.page is not None
    assert place.page.members[0].name == "Nguyễn Thị Bích Hằng"
    assert place.view.head().title == "Nguyễn Thị Bích Hằng"
    model = place.view.members.model()
    spoken = [
        model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(model.rowCount())
    ]
    assert len(spoken) == 5
    assert "Gia hạn trước" in spoken[0]


def test_a_visit_is_recorded_without_leaving_the_page(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    assert place.page is not None
    before = place.page.visits
    qtbot.keyClick(place.view.members, Qt.Key.Key_3)
    assert place.view.visit.choices.current_key() == "considering"
    place.view.visit.note.set_text("Chờ con trai về cùng đóng")
    qtbot.keyClick(place.view.visit.choices, Qt.Key.Key_Return)
    assert place.page.visits == before + 1
    assert place.page.history[0].text.code == "history.considering_noted"
    assert window.toasts[-1][0] == "Đã ghi: suy nghĩ thêm, ghé lại 30/11"
    assert place.view.visit.form().outcome == ""


def test_an_appointment_takes_the_day_that_is_typed_and_shows_what_else_is_agreed(
    qtbot: QtBot, place: HouseholdPlace
) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_2)
    visit = place.view.visit
    assert visit.day.edit.hasFocus()
    qtbot.keyClick(visit.day.edit, Qt.Key.Key_Right)
    qtbot.keyClick(visit.day.edit, Qt.Key.Key_Return)
    assert place.page is not None
    assert place.page.history[0].text.values["day"].isoformat() == "2026-11-29"  # type: ignore[union-attr]  # it is open by now


def test_five_goes_to_the_enrolment(qtbot: QtBot, place: HouseholdPlace, window: Elsewhere) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_5)
    assert place.page is not None
    target = {"ward": place.page.ward, "household": place.page.household}
    assert window.gone == [("enrol", target)]


def test_a_member_is_edited_and_the_edit_taken_back(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_Down)
    qtbot.keyClick(place.view.members, Qt.Key.Key_E)
    name = edit_of(place, "full_name")
    assert name.text() == "Trần Quốc Khoi"
    assert not place.view.person.save.isEnabled()
    type_over(name, "Trần Quốc Khôi")
    qtbot.keyClick(name.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert place.page is not None
    assert place.page.members[1].name == "Trần Quốc Khôi"
    assert not place.view.form_is_open()
    text, undo = window.toasts[-1]
    assert text == "Đã sửa thông tin Quốc Khôi"
    assert undo is not None
    undo()
    assert place.page.members[1].name == "Trần Quốc Khoi"


def test_escape_keeps_the_half_filled_form_and_offers_it_again(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_E)
    type_over(edit_of(place, "phone"), "0903000999")
    qtbot.keyClick(edit_of(place, "phone").edit, Qt.Key.Key_Escape)
    assert not place.view.form_is_open()
    assert window.toasts[-1][0] == "Đã giữ phiếu dở của Bích Hằng"
    qtbot.keyClick(place.view.members, Qt.Key.Key_E)
    assert edit_of(place, "phone").text() == "0903000999"
    assert place.view.person.draft.isVisible()
    place.view.person.drop.click()
    assert edit_of(place, "phone").text() == "0903000123"
    place.forms.leave()
    qtbot.keyClick(place.view.members, Qt.Key.Key_E)
    assert not place.view.person.draft.isVisible()


def test_a_visit_that_was_not_saved_is_there_when_the_page_opens_again(
    qtbot: QtBot, place: HouseholdPlace, store: Store
) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_2)
    place.view.visit.note.set_text("Đợi Đức đưa căn cước")
    qtbot.keyClick(place.view.visit.day.edit, Qt.Key.Key_Right)
    place.widget.hide()
    place.open(**story_of(store))
    form = place.view.visit.form()
    assert (form.outcome, form.note) == ("appointment", "Đợi Đức đưa căn cước")
    assert f"{form.next_on:%d/%m}" == "29/11"
    place.view.visit.submit()
    place.open(**story_of(store))
    assert place.view.visit.form().outcome == ""


def test_leaving_the_page_keeps_a_half_filled_form_at_once(
    qtbot: QtBot, place: HouseholdPlace, store: Store
) -> None:
    assert place.page is not None
    qtbot.keyClick(place.view.members, Qt.Key.Key_E)
    type_over(edit_of(place, "phone"), "0903000111")
    place.widget.hide()
    subject = f"{place.page.ward}/{place.page.members[0].person}"
    assert store.draft("household", subject)["phone"] == "0903000111"


def test_a_scan_into_any_field_leaves_that_field_alone_and_offers_what_the_card_says(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_Down)
    qtbot.keyClick(place.view.members, Qt.Key.Key_E)
    phone = edit_of(place, "phone")
    number = place.page.members[1].id_number if place.page else ""
    phone.edit.setFocus()
    phone.edit.end(False)
    before = phone.text()
    phone.edit.insert(f"{number}||Trần Quốc Khôi|02101965|Nam|123 Ung Văn Khiêm|16082021")
    qtbot.keyClick(phone.edit, Qt.Key.Key_Return)
    assert phone.text() == before
    assert edit_of(place, "full_name").text() == "Trần Quốc Khoi"
    assert "Trần Quốc Khôi, đang ghi Trần Quốc Khoi" in place.view.person.card.notice.text.text()
    qtbot.keyClick(phone.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert edit_of(place, "full_name").text() == "Trần Quốc Khôi"
    assert place.view.person.form().evidence == "card_scan"
    assert window.toasts == []


def test_the_phone_of_the_household_is_edited_in_place(qtbot: QtBot, place: HouseholdPlace) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_H)
    field = place.view.house.inputs["phone"]
    assert isinstance(field, LabeledInput)
    type_over(field, "0903 555 214")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert place.page is not None
    assert place.page.phone == "0903555214"
    assert place.page.own_pending == 1


def test_n_adds_a_member_who_can_be_taken_back(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    qtbot.keyClick(place.view.members, Qt.Key.Key_N)
    name = place.view.adding.inputs["full_name"]
    assert isinstance(name, LabeledInput)
    type_over(name, "Lê Thị Mận")
    place.view.adding.inputs["relationship"].set_text("19")
    qtbot.keyClick(name.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert place.page is not None
    added = next(m for m in place.page.members if m.name == "Lê Thị Mận")
    assert added.relationship == "19"
    undo = window.toasts[-1][1]
    assert undo is not None
    assert place.view.findChildren(HouseBand) == []  # it would hold up the window for nothing


def test_saving_stands_on_what_the_screen_showed_when_the_form_opened(
    qtbot: QtBot, place: HouseholdPlace, store: Store
) -> None:
    assert place.page is not None
    head = place.page.members[0]
    qtbot.keyClick(place.view.members, Qt.Key.Key_E)
    people.edit_person(store, place.page.ward, head.person, {"phone": "0903000777"})
    place.refresh()
    type_over(edit_of(place, "full_name"), "Nguyễn Bích Hằng")
    place.view.person.saved.emit()
    assert place.page.members[0].name == "Nguyễn Bích Hằng"
    assert place.page.members[0].phone == "0903000777"


def test_a_household_that_is_gone_says_so(place: HouseholdPlace) -> None:
    place.open(ward="26956.20250701", household="nobody")
    assert place.view.banner.isVisible()
    assert place.view.banner.title.text() == "Hộ này không còn trên máy"


def test_a_household_that_is_opened_again_keeps_the_focus_on_its_people(
    qtbot: QtBot, place: HouseholdPlace, store: Store
) -> None:
    with qtbot.waitActive(place.widget):
        place.widget.activateWindow()
    place.open(**story_of(store))
    assert place.view.members.hasFocus()


def test_the_note_of_a_household_stands_where_one_looks_first(
    qtbot: QtBot, place: HouseholdPlace
) -> None:
    assert not place.view.strip.note.isVisible()
    qtbot.keyClick(place.view.members, Qt.Key.Key_H)
    field = place.view.house.inputs["note"]
    assert isinstance(field, NoteField)
    field.edit.setPlainText("Cổng xanh")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert place.view.strip.note.isVisible()
    assert place.view.strip.note.accessibleName() == "Cổng xanh"
