"""Assigning on the screen: an alley to one, the rest to several, by keys; the toast undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.usecases import changes
from fieldapp.usecases.visiting import visit_log
from fieldapp.usecases.visiting.assignments import board
from fieldapp.usecases.visiting.visits import record_visit
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.parted_office import Office, open_office
from tests.ui.doubles import Elsewhere, Now, WhenTold, on_screen
from ui.places.assign.place import AssignPlace

Key = Qt.Key


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def place(qtbot: QtBot, light: QApplication, office: Office, window: Elsewhere) -> AssignPlace:
    from fieldapp.model import CITY, Staff
    from sync.server.reference.city import city_id

    for name in ("lan", "phuc"):
        person = Staff(ward=CITY, id=city_id("staff", name), username=name, full_name=name.title())
        office.team.admin.append_city([person])
    office.sync(office.hien)
    made = AssignPlace(office.hien.store, Words("vi"), Now(), window)
    on_screen(qtbot, made.widget)
    made.open(ward=WARD)
    return made


def held(place: AssignPlace) -> dict[str, int]:
    assert place.board is not None
    return {holder.username: holder.held for holder in place.board.holders}


def test_an_alley_goes_to_one_by_keys_and_back_by_the_toast(
    qtbot: QtBot, place: AssignPlace, window: Elsewhere
) -> None:
    table, band = place.widget.table, place.widget.assign_band
    assert not band.alley.isVisible() and band.told.text() == "Chọn người nhận ở trên."
    qtbot.keyClick(table, Key.Key_1)
    assert band.chosen() == ("lan",) and band.alley.text().startswith("Giao ")
    qtbot.keyClick(table, Key.Key_G)
    assert held(place)["lan"] > 0 and "cho Lan" in window.toasts[-1][0]
    undo = window.toasts[-1][1]
    assert undo is not None
    undo()
    assert held(place) == {"lan": 0, "phuc": 0}


def test_an_alley_is_dragged_onto_a_canvasser(
    qtbot: QtBot, place: AssignPlace, window: Elsewhere
) -> None:
    table, band = place.widget.table, place.widget.assign_band
    carried = table.model().mimeData([table.model().index(0, 0)])
    at, action, button = QPoint(8, 8), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    foreign = QMimeData()
    foreign.setText("x")
    for told, taken in ((foreign, False), (carried, True)):
        enters = QDragEnterEvent(at, action, told, button, plain)
        enters.ignore()
        QApplication.sendEvent(band.boxes["phuc"], enters)
        assert enters.isAccepted() == taken
    drop = QDropEvent(QPointF(at), action, carried, button, plain)
    QApplication.sendEvent(band.boxes["phuc"], drop)
    assert held(place)["phuc"] > 0 and "cho Phuc" in window.toasts[-1][0]
    assert band.chosen() == ()


def test_late_work_of_who_held_the_doors_before_is_kept_and_seen(
    qtbot: QtBot, office: Office, place: AssignPlace
) -> None:
    table = place.widget.table
    qtbot.keyClick(table, Key.Key_1)
    qtbot.keyClick(table, Key.Key_G)
    office.sync(office.hien, office.lan, office.phuc)
    record_visit(office.lan.store, WARD, office.home, "considering", note="Hẹn tối nay")
    qtbot.keyClick(table, Key.Key_1)
    qtbot.keyClick(table, Key.Key_2)
    qtbot.keyClick(table, Key.Key_G)
    assert held(place)["phuc"] > 0 and held(place)["lan"] == 0
    office.sync(office.hien, office.phuc, office.lan, office.phuc, office.hien)
    for laptop in (office.hien, office.phuc):
        day = laptop.store.today()
        (visit,) = visit_log.preview(laptop.store, VisitFilter((WARD,), day, day))
        assert (visit.note, visit.canvasser) == ("Hẹn tối nay", "Lan")
    assert changes.troubled(office.lan.store) == () == changes.troubled(office.hien.store)
    given = [board(one.store, WARD).alleys[0].held for one in (office.lan, office.phuc)]
    assert given[0] == given[1] and "phuc" in given[0]


def test_the_rest_is_shared_among_those_who_are_ticked(
    qtbot: QtBot, place: AssignPlace, window: Elsewhere
) -> None:
    table, band = place.widget.table, place.widget.assign_band
    for key in (Key.Key_1, Key.Key_2):
        qtbot.keyClick(table, key)
    assert not band.alley.isVisible() and "Lan +" in band.told.text()
    assert place.board is not None
    free = place.board.free
    assert band.share.text() == f"Chia {free} hộ chưa giao"
    qtbot.keyClick(table, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sum(held(place).values()) == free and place.board.free == 0
    assert band.told.text() == "Hộ nào cũng đã có người giữ." and not band.share.isVisible()


def test_without_a_last_day_nothing_is_offered(place: AssignPlace) -> None:
    band = place.widget.assign_band
    band.press(1)
    band.until.set_day(None)
    band.ticked.emit()
    assert band.told.text() == "Chọn ngày cuối." and not band.share.isVisible()


def test_what_is_shown_is_given_while_another_ward_is_still_being_read(
    qtbot: QtBot, place: AssignPlace, window: Elsewhere
) -> None:
    table, band = place.widget.table, place.widget.assign_band
    later = WhenTold()
    place._tasks = later
    qtbot.keyClick(table, Key.Key_1)
    band.ward_chosen.emit("26740.20250701")
    qtbot.keyClick(table, Key.Key_G)
    place._tasks = Now()
    later.answer(1)
    assert "cho Lan" in window.toasts[-1][0] and not band.banner.isVisible()
    place.open(ward=WARD)
    assert held(place)["lan"] > 0


def test_reading_again_leaves_the_focus_on_the_one_who_is_about_to_be_ticked(
    place: AssignPlace,
) -> None:
    band = place.widget.assign_band
    band.boxes["phuc"].setFocus()
    place.refresh()
    assert band.boxes["phuc"].hasFocus()


def test_a_ward_that_was_taken_away_gives_way_to_one_that_stays(place: AssignPlace) -> None:
    place.open(ward="26740.20250701")
    assert place.board is not None and place.board.ward == WARD
    assert place.board.alleys and not place.widget.assign_band.banner.isVisible()


def test_only_wards_where_one_works_at_the_desk_are_offered(
    office: Office, place: AssignPlace
) -> None:
    store = office.hien.store
    grants = [*store.setting("grants"), {"ward": "26740.20250701", "role": "canvasser"}]
    store.remember(grants=grants)
    place.refresh()
    combo = place.widget.assign_band.ward.combo
    assert [combo.itemData(number) for number in range(combo.count())] == [WARD]
