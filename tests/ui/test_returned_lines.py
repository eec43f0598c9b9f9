"""What the agency returned, on the canvasser's screen: seen, opened at its field, mended; and a
receipt that is crossed out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.usecases.enrolling.dossiers import enrolments
from fieldapp.usecases.households import people
from fieldapp.usecases.official_lists.answers import LineAnswer, record_answers
from fieldapp.usecases.official_lists.lists import mark_sent, official_lists
from fieldapp.usecases.official_lists.returned import returned_lines
from fieldapp.usecases.official_lists.submissions import draw_up
from fieldapp.usecases.receipts import money
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, Listing, open_listing
from tests.ui.doubles import Elsewhere, Now
from ui.places.households.page_place import HouseholdPlace
from ui.places.inbox.place import InboxPlace
from ui.places.receipts.place import ReceiptsPlace
from ui.places.records.place import RecordsPlace

Key = Qt.Key
REASON = "Ngày sinh không khớp CSDL dân cư"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    """Lan's husband's line came back; both clerks have drawn up nothing else."""
    with open_listing(tmp_path) as opened:
        opened.pays(opened.lan, HANG, HUSBAND)
        opened.sync(opened.lan, opened.hien, opened.tri)
        yield opened


@pytest.fixture
def returned(office: Listing) -> Listing:
    hien = office.hien.store
    submission = draw_up(hien, WARD, "mau4").lists[0].submission
    mark_sent(hien, WARD, submission)
    both = [LineAnswer(1, "accepted"), LineAnswer(2, "returned", REASON)]
    record_answers(hien, WARD, submission, both)
    office.sync(office.hien, office.lan)
    return office


def show(qtbot: QtBot, place: Any, **target: object) -> Any:
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open(**target)
    return place


def test_a_returned_line_is_told_and_one_key_opens_its_field(
    qtbot: QtBot, light: QApplication, returned: Listing
) -> None:
    window = Elsewhere()
    place = show(qtbot, InboxPlace(returned.lan.store, Words("vi"), Now(), window))
    place.widget.focus_first()
    view = place.widget.returned
    assert place.widget.right.currentWidget() is view
    assert view.heading.text() == f"{HUSBAND}, BHYT 12 tháng"
    assert REASON in view.quoted.accessibleName()
    assert view.listed.accessibleName().endswith("02/10/1965")

    qtbot.keyClick(place.widget.list, Key.Key_E)
    (went,) = window.gone
    assert went[0] == "household" and went[1]["edit"] == "born_on"

    page = show(qtbot, HouseholdPlace(returned.lan.store, Words("vi"), Now(), window), **went[1])
    focused = page.widget.window().focusWidget()
    assert focused is not None and focused.accessibleName() == "Ngày sinh"


def test_a_field_without_an_input_opens_the_form_of_the_person(
    qtbot: QtBot, light: QApplication, returned: Listing
) -> None:
    member = next(m for m in returned.page(returned.lan).members if m.name == HUSBAND)
    target = {"ward": WARD, "household": returned.home, "person": member.person}
    page = HouseholdPlace(returned.lan.store, Words("vi"), Now(), Elsewhere())
    for field, label in {"relationship": "Họ tên", "house_number": "Số nhà"}.items():
        show(qtbot, page, **target, edit=field)
        focused = page.widget.window().focusWidget()
        assert focused is not None and focused.accessibleName() == label


def test_what_was_mended_is_offered_as_the_note_and_saved_with_enter(
    qtbot: QtBot, light: QApplication, returned: Listing
) -> None:
    store, window = returned.lan.store, Elsewhere()
    place = show(qtbot, InboxPlace(store, Words("vi"), Now(), window))
    view = place.widget.returned
    view.note.edit.setFocus()
    qtbot.keyClick(view.note.edit, Key.Key_Return)
    assert returned_lines(store) != () and "Ghi đã sửa gì" in view.note._message.text()

    (line,) = returned_lines(store)
    people.edit_person(store, WARD, line.person, {"born_on": date(1965, 10, 20)})
    place.refresh()
    assert view.note.text() == "sửa ngày sinh thành 20/10/1965"
    qtbot.keyClick(view.note.edit, Key.Key_Return)

    assert returned_lines(store) == ()
    assert window.toasts[-1][0] == f"Đã ghi: {HUSBAND} sửa xong, chờ danh sách sau"
    assert place.state.rows == ()


def test_a_clerk_takes_back_a_list_that_was_drawn_up_twice(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    draw_up(office.hien.store, WARD, "mau4")
    draw_up(office.tri.store, WARD, "mau4")
    office.sync(office.hien, office.tri)
    window = Elsewhere()
    place = show(qtbot, InboxPlace(office.tri.store, Words("vi"), Now(), window))
    place.widget.focus_first()
    assert "001/2026/HIEN" in place.widget.twice.lines.text()
    qtbot.keyClick(place.widget.list, Key.Key_E)
    states = {row.number: row.state for row in official_lists(office.tri.store)}
    assert states == {"001/2026/HIEN": "drawn", "001/2026/TRI": "withdrawn"}


def test_the_records_tell_on_which_list_an_enrolment_is_and_why_it_came_back(
    qtbot: QtBot, light: QApplication, returned: Listing
) -> None:
    place = show(qtbot, RecordsPlace(returned.lan.store, Words("vi"), Now(), Elsewhere()))
    place.filter("returned")
    (row,) = place.state.shown()
    assert (row.person_name, row.state, row.list_number) == (
        HUSBAND,
        "needs_fixing",
        "001/2026/HIEN",
    )
    assert REASON in place.widget.story.accessibleName()
    assert {row.step for row in enrolments(returned.lan.store)} == {"accepted", "returned"}


def test_a_receipt_is_crossed_out_with_a_reason_and_shown_so(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    store, window = office.lan.store, Elsewhere()
    place = show(qtbot, ReceiptsPlace(store, Words("vi"), Now(), window))
    asked: list[str] = []
    place.ask_void = lambda row: asked.append(row.number)
    place.widget.table.setFocus()
    qtbot.keyClick(place.widget.table, Key.Key_Delete)
    assert asked and not money.receipts(store)[0].is_void

    place.ask_void = lambda row: "Ghi nhầm"
    qtbot.keyClick(place.widget.table, Key.Key_Delete)

    (row,) = money.receipts(store)
    assert row.void_reason == "Ghi nhầm"
    band = place.widget.receipt
    assert band.cross_out.isHidden() and band.void.text.text() == "Ghi nhầm"
    assert place.state.total_dong() == 0
    assert window.toasts[-1][0] == f"Đã hủy biên lai {row.number}, số vẫn giữ trong quyển"
