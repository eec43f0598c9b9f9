"""What is held on a person, on the screen of a supervisor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.listing import HANG, Listing, open_listing
from tests.ui.doubles import Elsewhere, Now, on_screen
from ui.places.held.place import HeldPlace
from ui.places.households.page_place import HouseholdPlace
from ui.widgets.table import column_fits


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        opened.team.admin.grant("tri", WARD, "supervisor")
        opened.tri.synced()
        yield opened


def test_a_supervisor_goes_from_a_member_to_what_is_held_and_saves_the_answer(
    qtbot: QtBot, light: QApplication, office: Listing, tmp_path: Path
) -> None:
    window = Elsewhere()
    home = HouseholdPlace(office.tri.store, Words("vi"), Now(), window)
    on_screen(qtbot, home.widget)
    home.open(ward=WARD, household=office.home)
    person = next(m.person for m in office.page(office.tri).members if m.name == HANG)
    home.view.members.select_key(person)
    home.view.tabs.held.click()
    assert window.gone == [("held", {"ward": WARD, "person": person})]

    place = HeldPlace(office.tri.store, Words("vi"), Now(), window)
    on_screen(qtbot, place.widget)
    place.open(ward=WARD, person=person)
    model = place.widget.table.model()
    assert [model.index(0, column).data() for column in (0, 1, 2)] == [
        *("Thành viên", "Họ tên", HANG)
    ]
    assert place.widget.held_band.title.text() == HANG
    assert [c.title for c in place.widget.table.columns if not column_fits(c)] == []
    place.ask_path = lambda usual: tmp_path / usual.name
    place.export()
    assert (tmp_path / f"Dữ liệu về {HANG}.xlsx").exists()
    assert window.toasts[-1][0] == f"Đã lưu Dữ liệu về {HANG}.xlsx"


def test_a_clerk_is_offered_nothing_and_is_told_who_may(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    window = Elsewhere()
    home = HouseholdPlace(office.hien.store, Words("vi"), Now(), window)
    on_screen(qtbot, home.widget)
    home.open(ward=WARD, household=office.home)
    assert home.view.tabs.held.isHidden()
    place = HeldPlace(office.hien.store, Words("vi"), Now(), window)
    on_screen(qtbot, place.widget)
    place.open(ward=WARD, person=office.page(office.hien).members[0].person)
    assert place.widget.held_band.banner.title.text().startswith("Chỉ người giám sát")
