"""Điểm cần hỏi on laptops of one office: the person concerned replies, the supervisor settles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.usecases.visiting.flags import flags
from fieldapp.usecases.visiting.visits import record_visit
from fieldapp.words import Words
from tests.support.laptops import WARD, add_family
from tests.support.team import Laptop, Team
from tests.ui.doubles import Elsewhere, Now, on_screen
from ui.places.flags.place import FlagsPlace
from ui.places.today.place import TodayPlace
from ui.widgets.table import column_fits

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    """Lan, who wrote many doors down at once, and her supervisor, who has it all."""
    team = Team()
    lan = team.laptop(tmp_path / "lan", "lan")
    minh = team.laptop(tmp_path / "minh", "minh", role="supervisor")
    for number in range(14):
        home, _ = add_family(lan.store, [f"Người {number}"], house_number=str(number), street="D1")
        record_visit(lan.store, WARD, home, "not_at_home")
    lan.synced()
    minh.synced()
    yield lan, minh
    for laptop in (lan, minh):
        laptop.profile.close()
    team.close()


def open_place(qtbot: QtBot, store: Store, language: str = "vi") -> tuple[FlagsPlace, Elsewhere]:
    window = Elsewhere()
    place = FlagsPlace(store, Words(language), Now(), window)
    on_screen(qtbot, place.widget)
    place.open()
    return place, window


def test_she_reads_why_and_replies_by_keys_and_her_supervisor_settles_it(
    qtbot: QtBot, light: QApplication, office: tuple[Laptop, Laptop]
) -> None:
    lan, minh = office
    place, window = open_place(qtbot, lan.store)
    view, band = place.widget, place.widget.detail
    assert view.table.hasFocus() and band.title.text() == "Nhiều nhà trong ít phút"
    assert band.reason.text() == "14 nhà trong 1 phút, từ 08:00."
    assert len(band.evidence.keys()) == 14 and not band.reopen.isVisible()
    qtbot.keyClick(view.table, Key.Key_Return)
    qtbot.keyClicks(band.box.edit, "Nhap lai tu so tay")
    qtbot.keyClick(band.box.edit, Key.Key_Return, CTRL)
    assert window.toasts[-1] == ("Đã ghi câu trả lời", None)
    assert [row.state for row in place.state.found or ()] == ["answered"]
    assert (
        band.box.text() == ""
        and "còn trên máy này" in band.said.findChildren(type(band.hint))[0].text()
    )

    lan.synced()
    minh.synced()
    other, elsewhere = open_place(qtbot, minh.store)
    view, band = other.widget, other.widget.detail
    assert "Nhap lai tu so tay" in [
        label.text() for label in band.said.findChildren(type(band.hint))
    ]
    qtbot.keyClick(view.table, Key.Key_Return)
    qtbot.keyClicks(band.box.edit, "Da xem so")
    band.send.click()
    assert elsewhere.toasts[-1][0] == "Đã xem việc của Lan, không có gì sai"
    assert view.stack.currentWidget() is view.none
    qtbot.keyClick(view.filters, Key.Key_Right)
    told = "Minh đã xem ngày 23/11/2026, không có gì sai"
    assert band.cleared.text.text() == f"{told}, còn trên máy này: Da xem so"
    minh.synced()
    other.refresh()
    assert band.cleared.text.text() == f"{told}: Da xem so"
    assert band.reopen.isVisible() and not band.send.isVisible()
    undo = elsewhere.toasts[-1][1]
    assert undo is not None
    undo()
    assert [row.state for row in other.state.found or ()] == ["answered"]


def test_what_was_settled_is_opened_again_by_its_key(
    qtbot: QtBot, light: QApplication, office: tuple[Laptop, Laptop]
) -> None:
    place, window = open_place(qtbot, office[1].store)
    view = place.widget
    qtbot.keyClick(view.table, Key.Key_Return, CTRL)
    assert len(window.toasts) == 1
    place.filter("cleared")
    view.focus_first()
    qtbot.keyClick(view.table, Key.Key_M)
    assert window.toasts[-1][0] == "Đã mở lại"
    assert [row.state for row in flags(office[1].store)] == ["open"]


def test_a_half_typed_reply_is_there_again_and_goes_with_the_answer(
    qtbot: QtBot, light: QApplication, office: tuple[Laptop, Laptop]
) -> None:
    store = office[0].store
    first, _ = open_place(qtbot, store)
    qtbot.keyClick(first.widget.table, Key.Key_Return)
    qtbot.keyClicks(first.widget.detail.box.edit, "Nhap lai tu so")
    first.widget.hide()
    place, _ = open_place(qtbot, store)
    band = place.widget.detail
    assert band.box.text() == "Nhap lai tu so"
    band.send.click()
    assert [one.text for one in flags(store)[0].replies] == ["Nhap lai tu so"]
    again, _ = open_place(qtbot, store)
    assert again.widget.detail.box.text() == ""


def test_evidence_leads_to_the_household_and_an_empty_reply_is_refused(
    qtbot: QtBot, light: QApplication, office: tuple[Laptop, Laptop]
) -> None:
    place, window = open_place(qtbot, office[0].store)
    band = place.widget.detail
    band.send.click()
    assert [error.code for error in window.banners] == ["flags.no_text"]
    qtbot.keyClick(band.evidence, Key.Key_Return)
    where, target = window.gone[0]
    assert where == "household" and target["ward"] == WARD


def test_the_day_says_that_a_question_waits_and_leads_there(
    qtbot: QtBot, light: QApplication, office: tuple[Laptop, Laptop]
) -> None:
    window = Elsewhere()
    today = TodayPlace(office[0].store, Words("vi"), Now(), window)
    on_screen(qtbot, today.widget)
    today.open()
    line = today.view.questions
    assert line.isVisible()
    assert line.link.text() == "Có 1 điểm trong việc của mình cần trả lời"
    line.link.click()
    assert window.gone == [("flags", {})]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_head_fits_its_column(
    qtbot: QtBot, light: QApplication, office: tuple[Laptop, Laptop], language: str
) -> None:
    table = open_place(qtbot, office[1].store, language)[0].widget.table
    assert [c.title for c in table.columns if c.title and not column_fits(c)] == []
