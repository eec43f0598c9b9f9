"""Two records of one person in the inbox: found, told why, opened; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.usecases import changes
from fieldapp.usecases.households import people
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.parted_office import Office, open_office
from tests.ui.doubles import Elsewhere, Now, on_screen
from ui.places.inbox.place import InboxPlace

Key = Qt.Key


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def place(qtbot: QtBot, light: QApplication, office: Office, window: Elsewhere) -> InboxPlace:
    made = InboxPlace(office.hien.store, Words("vi"), Now(), window)
    on_screen(qtbot, made.widget)
    made.open()
    return made


def again(office: Office, name: str, born: date, **fields: Any) -> str:
    """A second household next door with somebody of this name; the household."""
    home = {"house_number": "123/4/7", "street": "Ung Văn Khiêm"}
    member = {"full_name": name, "born_on": born, "relationship": "00", **fields}
    return people.register_household(office.hien.store, WARD, home, [member])


def cells(place: InboxPlace) -> set[str]:
    from ui.widgets import Label

    found = place.widget.duplicate.findChildren(Label)
    return {label.accessibleName() for label in found if label.isVisible()}


def test_two_records_stand_side_by_side_with_why_and_either_opens_by_its_key(
    qtbot: QtBot, office: Office, place: InboxPlace, window: Elsewhere
) -> None:
    husband = office.husband(office.hien)
    assert husband.born_on is not None
    second = again(office, husband.name, husband.born_on, sex="female", phone="0909000111")
    before = changes.pending(office.hien.store)
    place.filter("duplicate")

    view = place.widget.duplicate
    assert view.isVisible()
    assert view.heading.text() == f"{husband.name} có hai hồ sơ"
    assert "cùng họ tên, cùng ngày sinh" in view.why.text()
    assert view.why.text().endswith("Nhưng khác giới tính.")
    said = cells(place)
    assert f"Họ tên: {husband.name}, giống" in said
    assert {"Giới tính: Nam, khác", "Giới tính: Nữ, khác"} <= said
    assert "Số căn cước: chưa có" in said

    place.widget.focus_first()
    for key in (Key.Key_1, Key.Key_2):
        qtbot.keyClick(place.widget.list, key)
    opened = {(name, target["household"]) for name, target in window.gone}
    assert opened == {("household", office.home), ("household", second)}
    assert changes.pending(office.hien.store) == before


def test_a_pair_that_was_mended_leaves_and_nobody_left_is_said(
    office: Office, place: InboxPlace
) -> None:
    husband = office.husband(office.hien)
    assert husband.born_on is not None
    again(office, husband.name, husband.born_on)
    place.filter("duplicate")
    assert place.widget.filters.isVisible() and place.pairs.count == 1
    people.edit_person(office.hien.store, WARD, husband.person, {"full_name": "Lý Bá Hoàn"})
    place.refresh()
    assert place.widget.right.currentWidget() is place.widget.empty_duplicate
    place.filter("all")
    assert place.widget.right.currentWidget() is place.widget.empty


def test_a_key_of_a_conflict_decides_nothing_while_something_else_is_shown(
    qtbot: QtBot, office: Office, place: InboxPlace
) -> None:
    office.part()
    husband = office.husband(office.hien)
    assert husband.born_on is not None
    again(office, husband.name, husband.born_on)
    place.refresh()
    assert place.widget.right.currentWidget() is place.widget.detail
    place.filter("duplicate")
    place.widget.focus_first()
    qtbot.keyClick(place.widget.list, Key.Key_1)
    place.filter("conflict")
    assert place.state.counts()["conflict"] == 1


def test_a_clerk_keeps_one_of_them_by_a_key_and_takes_it_back(
    qtbot: QtBot, office: Office, place: InboxPlace, window: Elsewhere
) -> None:
    husband = office.husband(office.hien)
    assert husband.born_on is not None
    again(office, husband.name, husband.born_on, phone="0909000111")
    place.filter("duplicate")
    view = place.widget.duplicate
    assert not any(button.isHidden() for button in view.merges)
    qtbot.keyClick(place.widget.list, Key.Key_G)
    said, undo = window.toasts[-1]
    assert said == f"Đã gộp hai hồ sơ của {husband.name}"
    assert place.pairs.count == 0

    assert undo is not None
    undo()
    place.filter("duplicate")
    assert place.pairs.count == 1


def test_a_clerk_parts_later_what_was_merged(
    qtbot: QtBot, office: Office, place: InboxPlace, window: Elsewhere
) -> None:
    husband = office.husband(office.hien)
    assert husband.born_on is not None
    again(office, husband.name, husband.born_on)
    place.filter("duplicate")
    qtbot.keyClick(place.widget.list, Key.Key_G)
    place.filter("all")
    place.filter("duplicate")

    view = place.widget.duplicate
    assert view.isVisible() and place.pairs.count == 0
    assert "đã gộp làm một" in view.why.text()
    assert view.part.isVisible() and not view.apart.isVisible()
    assert not any(button.isVisible() for button in view.merges)
    assert view.opens[0].isEnabled() and not view.opens[1].isEnabled()

    qtbot.keyClick(place.widget.list, Key.Key_T)
    assert window.toasts[-1][0] == f"Đã tách lại hai hồ sơ của {husband.name}"
    assert place.pairs.count == 1
    assert not view.part.isVisible() and view.apart.isVisible()


def test_two_people_who_only_look_alike_are_noted_by_a_key(
    qtbot: QtBot, office: Office, place: InboxPlace, window: Elsewhere
) -> None:
    husband = office.husband(office.hien)
    assert husband.born_on is not None
    again(office, husband.name, husband.born_on)
    place.filter("duplicate")
    qtbot.keyClick(place.widget.list, Key.Key_N)
    said, undo = window.toasts[-1]
    assert said == f"Đã ghi: hai hồ sơ {husband.name} là của hai người khác nhau"
    assert place.pairs.count == 0
    assert place.widget.right.currentWidget() is place.widget.empty_duplicate
    assert undo is not None
    undo()
    place.filter("duplicate")
    assert place.pairs.count == 1


def test_at_125_percent_nothing_of_two_records_is_squeezed(
    qtbot: QtBot, office: Office, place: InboxPlace
) -> None:
    from ui.widgets import Button, Label

    husband = office.husband(office.hien)
    assert husband.born_on is not None
    again(office, husband.name, husband.born_on, sex="male", phone="0909000111")
    place.widget.resize(1037, 530)
    place.filter("duplicate")
    view = place.widget.duplicate
    qtbot.waitUntil(lambda: view.merges[1].isVisible() and view.merges[1].width() > 100)
    QApplication.processEvents()
    words = [one for one in view.findChildren(Label) if one.isVisible() and not one.wordWrap()]
    assert [one.text() for one in words if one.width() < one.sizeHint().width()] == []
    buttons = [one for one in view.findChildren(Button) if one.isVisible()]
    assert len(buttons) == 5
    assert {one.height() for one in buttons} == {34}
    assert all(one.width() >= one.sizeHint().width() for one in buttons)
    assert view.rect().contains(view.apart.geometry())
