"""A member's cover by somebody else has ended: recorded on the household's page, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.usecases.households import household, people
from tests.support.laptops import WARD
from tests.ui.doubles import Elsewhere
from tests.ui.household_page import shown_page
from tests.ui.town_store import open_town
from ui.places.households.page_place import HouseholdPlace
from ui.widgets import LabeledInput

Key, Modifier = Qt.Key, Qt.KeyboardModifier
FAMILY = [
    {"full_name": "Trần Văn Tư", "relationship": "00", "group": "household"},
    {
        "full_name": "Lê Thị Hoa",
        "relationship": "01",
        "group": "household",
        "covers": [{"scheme": "hhi", "payer": "employer", "valid_from": date(2024, 1, 1)}],
    },
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A laptop with a family of which one has an open card by her employer."""
    profile = open_town(tmp_path / "profile", households=2)
    fields = {"house_number": "9", "street": "D2"}
    people.register_household(profile.store, WARD, fields, FAMILY)
    yield profile.store
    profile.close()


@pytest.fixture
def place(light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere) -> HouseholdPlace:
    """The family's page, open, with its second member selected."""
    made = shown_page(qtbot, store, window, "Tran Van Tu 9 D2")
    assert made.page is not None
    made.view.members.select_key(made.page.members[1].person)
    return made


def wife(place: HouseholdPlace) -> household.MemberRow:
    assert place.page is not None
    (member,) = [m for m in place.page.members if m.name == "Lê Thị Hoa"]
    return member


def test_the_end_of_a_card_is_recorded_with_the_keyboard_and_taken_back(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    assert wife(place).hhi_why_not is not None
    qtbot.keyClick(place.view.members, Key.Key_K)
    band = place.view.cover_end
    assert place.view.forms.currentWidget() is band and band.ended_on.edit.hasFocus()
    assert "Hoa" in band.who.text() and not band.save.isEnabled()
    assert band.missing.text() == "Ghi ngày cuối của thẻ cũ"

    band.ended_on.edit.insert("31/10")
    qtbot.keyClick(band.ended_on.edit, Key.Key_Return, Modifier.ControlModifier)
    assert wife(place).covers[0].ends_on == date(2026, 10, 31)
    assert wife(place).hhi_why_not is None
    assert place.view.forms.currentWidget() is place.view.visit
    text, undo = window.toasts[-1]
    assert text == "BHYT nơi khác của Hoa hết 31/10" and undo is not None
    assert place.page is not None
    assert "history.cover_ended" in [row.text.code for row in place.page.history]
    assert not place.view.tabs.cover.isVisible()

    undo()
    assert wife(place).covers[0].ends_on is None
    assert wife(place).hhi_why_not is not None


def test_the_button_stands_only_where_it_can_do_something(
    qtbot: QtBot, place: HouseholdPlace, window: Elsewhere
) -> None:
    button = place.view.tabs.cover
    assert button.isVisible()
    assert place.page is not None
    place.view.members.select_key(place.page.members[0].person)
    assert not button.isVisible()
    qtbot.keyClick(place.view.members, Key.Key_K)
    assert window.toasts[-1][0] == "Tư không có BHYT nơi khác nào chưa ghi ngày hết"
    assert place.view.forms.currentWidget() is place.view.visit
    place.view.members.select_key(place.page.members[1].person)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert place.view.forms.currentWidget() is place.view.cover_end


def test_a_day_that_cannot_be_is_said_below_it_and_the_form_stays(
    qtbot: QtBot, place: HouseholdPlace
) -> None:
    qtbot.keyClick(place.view.members, Key.Key_K)
    band = place.view.cover_end
    band.ended_on.edit.insert("31/02/2026")
    assert not band.save.isEnabled()
    assert "không đọc được" in band.ended_on.edit.accessibleDescription()
    band.ended_on.edit.selectAll()
    band.ended_on.edit.insert("31/12/2023")
    qtbot.keyClick(band.ended_on.edit, Key.Key_Return, Modifier.ControlModifier)
    assert "không hết trước ngày đó" in band.ended_on.edit.accessibleDescription()
    assert wife(place).covers[0].ends_on is None
    qtbot.keyClick(band.ended_on.edit, Key.Key_Escape)
    assert place.view.forms.currentWidget() is place.view.visit


def test_an_outcome_of_the_visit_closes_the_form(qtbot: QtBot, place: HouseholdPlace) -> None:
    qtbot.keyClick(place.view.members, Key.Key_K)
    place.choose_outcome("considering")
    assert place.view.forms.currentWidget() is place.view.visit


def test_further_groups_are_typed_by_name_when_a_member_is_added(
    qtbot: QtBot, place: HouseholdPlace
) -> None:
    qtbot.keyClick(place.view.members, Key.Key_N)
    band = place.view.adding
    name, groups = band.inputs["full_name"], band.inputs["other_groups"]
    assert isinstance(name, LabeledInput) and isinstance(groups, LabeledInput)
    name.edit.insert("Trần Thị Năm")
    groups.edit.insert("nong dan")
    assert not band.save.isEnabled()
    assert "Chưa có nhóm" in groups.edit.accessibleDescription()
    groups.edit.selectAll()
    groups.edit.insert("can ngheo; Dân tộc thiểu số; cận nghèo")
    qtbot.keyClick(groups.edit, Key.Key_Return, Modifier.ControlModifier)
    assert place.page is not None
    (added,) = [m for m in place.page.members if m.name == "Trần Thị Năm"]
    assert added.other_groups == ("near_poor", "ethnic_minority")
    place.view.members.select_key(added.person)
    qtbot.keyClick(place.view.members, Key.Key_E)
    assert place.view.person.form().other_groups == "Cận nghèo; Dân tộc thiểu số"
    assert place.view.person.missing.text() == "Chưa sửa gì"
