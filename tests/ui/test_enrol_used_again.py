"""The page of an enrolment is used again: nothing of one family reaches the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.rules import tables
from fieldapp.store.receipts import NewLease
from fieldapp.store.store import Store
from fieldapp.usecases.households.households_table import HouseholdLine, households
from fieldapp.usecases.receipts.money import receipts
from tests.ui.doubles import WhenTold
from tests.ui.test_enrol_place import ACCOUNT, Page, open_page, sheet_of
from tests.ui.town_store import open_town
from ui.widgets.over_window import OverWindow

Key = Qt.Key


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile")
    incarnation = profile.store.setting("incarnation")
    profile.store.take_lease(NewLease("BL 26-07", 41900, 41949, incarnation, 41907))
    yield profile.store
    profile.close()


def another(page: Page) -> HouseholdLine:
    """A household whose members may join, but not that of the page."""
    lines = households(page.store, text="")
    return next(line for line in lines if line.household != page.household)


def open_other(page: Page) -> HouseholdLine:
    other = another(page)
    page.place.open(ward=other.ward, household=other.household)
    return other


def all_answers(tasks: WhenTold) -> None:
    while tasks.waiting:
        tasks.answer()


def opened(qtbot: QtBot, store: Store, tasks: WhenTold) -> Page:
    page = open_page(qtbot, store, tasks)
    all_answers(tasks)
    return page


def test_a_household_read_again_too_late_does_not_come_back(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    page.place.refresh()
    other = open_other(page)
    tasks.answer(1)  # the other household
    all_answers(tasks)
    names = {row.tick.person for row in page.view.left.hhi.rows()}
    assert page.place._at is not None and page.place._at.page.household == other.household
    assert names == {member.person for member in page.place._at.page.members}


def test_a_price_of_the_family_before_is_not_that_of_the_next(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = open_page(qtbot, store, tasks)
    tasks.answer()  # the household; its price is asked for
    open_other(page)
    tasks.answer()  # the price of the family before
    assert page.place._quote is None


def test_an_income_left_half_typed_hinders_nobody_else(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    person = page.view.left.vsi.rows()[0].tick.person
    page.view.left.vsi_wanted.emit(person)
    all_answers(tasks)
    editor = page.view.left.editor(person)
    assert editor is not None
    editor.edit.setText("12")
    qtbot.keyClick(editor.edit, Key.Key_Return)
    assert page.missing() == "Thu nhập chọn để đóng chưa đúng"
    open_other(page)
    all_answers(tasks)
    assert page.missing() != "Thu nhập chọn để đóng chưa đúng"
    page.place.open(ward=page.ward, household=page.household)
    all_answers(tasks)
    editor = page.view.left.editor(person)
    assert editor is not None and editor.edit.accessibleDescription() == ""


def test_an_income_put_right_by_typing_it_again_hinders_no_more(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    page.view.left.consent.press("spoken")
    person = page.view.left.vsi.rows()[0].tick.person
    page.view.left.vsi_wanted.emit(person)
    all_answers(tasks)
    editor = page.view.left.editor(person)
    assert editor is not None
    right = editor.edit.text()
    for typed, wrong in (("12", True), (right, False)):
        editor.edit.setText(typed)
        qtbot.keyClick(editor.edit, Key.Key_Return)
        all_answers(tasks)
        assert (page.missing() != "") is wrong


def test_what_lies_over_the_window_goes_when_another_family_is_opened(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    sheet = sheet_of(page, qtbot)
    other = open_other(page)
    all_answers(tasks)
    assert not sheet.isVisible()
    assert page.view.left.consent.consent() == "" and store.draft("enrol", other.household) is None


def test_what_lies_over_the_window_goes_when_the_page_is_left(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = opened(qtbot, store, WhenTold())
    frame = QStackedWidget()
    qtbot.addWidget(frame)
    frame.addWidget(page.view)
    frame.addWidget(QWidget())
    with qtbot.waitExposed(frame):
        frame.show()
    page.view.show_benefit()
    (card,) = frame.findChildren(OverWindow)
    frame.setCurrentIndex(1)
    assert frame.isVisible() and not card.isVisible()
    page.view.setParent(None)


def test_while_one_family_is_saved_the_next_can_be_filled_in(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    page.view.left.consent.press("spoken")
    all_answers(tasks)
    page.view.band.save.click()
    open_other(page)
    tasks.answer(1)  # the other household
    page.view.left.consent.press("spoken")
    assert page.place._form.consent == "spoken"
    all_answers(tasks)
    assert page.view.left.consent.consent() == "spoken"


def test_what_is_saved_after_the_page_was_left_is_told(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    page.view.left.consent.press("spoken")
    all_answers(tasks)
    page.view.band.save.click()
    page.view.hide()
    all_answers(tasks)
    ((told, _),) = page.window.toasts
    assert receipts(store)[0].number in told


def test_a_code_to_pay_by_that_comes_late_is_not_shown_to_the_next_family(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    page.view.left.consent.press("spoken")
    page.view.band.method_chosen.emit("transfer")
    all_answers(tasks)
    page.view.band.save.click()
    all_answers(tasks)
    page.place._show_transfer()
    open_other(page)
    with tables.in_force(tables.Book({"collect_accounts": ACCOUNT})):
        all_answers(tasks)
    assert not page.view.window().findChildren(OverWindow) and not page.window.banners


def test_a_draft_that_is_still_being_written_is_there_when_the_page_is_opened_again(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = opened(qtbot, store, tasks)
    page.view.left.consent.press("spoken")  # its draft is written once the sync lets go of the file
    page.place.open(ward=page.ward, household=page.household)
    tasks.answer(1)
    all_answers(tasks)
    assert page.view.left.consent.consent() == "spoken"
    page.view.middle.draft.dropped.emit()
    page.place.open(ward=page.ward, household=page.household)
    tasks.answer(len(tasks.waiting) - 1)
    all_answers(tasks)
    assert page.view.left.consent.consent() == "" and page.view.middle.draft.isHidden()
