"""Thỏa thuận ba bên on laptops of one office: a desk records it by keys, a canvasser is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.demo.town import make_town
from fieldapp.store.store import Store
from fieldapp.usecases.agreements.recording import record_agreement
from fieldapp.usecases.agreements.standing import agreements
from fieldapp.usecases.visiting.visits import record_visit
from fieldapp.words import Words
from sync.client.agreements import ServerAgreements
from tests.support.laptops import WARD
from tests.support.team import Laptop, Team
from tests.ui.doubles import Elsewhere, Now, on_screen
from tests.usecases.conftest import register
from ui.places.agreements.place import AgreementsPlace
from ui.places.agreements.squares import Squares
from ui.places.households.page_place import HouseholdPlace
from ui.places.progress.place import ProgressPlace
from ui.places.today.place import TodayPlace
from ui.widgets.table import column_fits

Key = Qt.Key
OTHER = "26929.20250701"
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Wards:
    """Two wards: a clerk and a canvasser of both, one household with an appointment."""

    team: Team
    hien: Laptop
    lan: Laptop
    home: str


@pytest.fixture
def wards(tmp_path: Path) -> Iterator[Wards]:
    team = Team()
    team.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    hien = team.laptop(tmp_path / "hien", "hien", role="clerk")
    lan = team.laptop(tmp_path / "lan", "lan")
    for name, role in (("hien", "clerk"), ("lan", "canvasser")):
        team.admin.grant(name, OTHER, role)
    hien.synced()
    lan.synced()
    town = make_town(date(2026, 11, 23), households=60)
    home = register(lan.store, town.households[0])
    record_visit(lan.store, WARD, home, "appointment", next_on=date(2026, 11, 23))
    for laptop in (lan, hien):
        laptop.synced()
    yield Wards(team, hien, lan, home)
    for laptop in (hien, lan):
        laptop.profile.close()
    team.close()


def open_place(
    qtbot: QtBot, store: Store, language: str = "vi"
) -> tuple[AgreementsPlace, Elsewhere]:
    window = Elsewhere()
    place = AgreementsPlace(store, Words(language), Now(), window)
    on_screen(qtbot, place.widget)
    place.open(ward=WARD)
    return place, window


def column(place: AgreementsPlace, number: int) -> list[str]:
    model = place.widget.table.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_a_desk_records_a_signature_by_keys_and_takes_it_back(
    qtbot: QtBot, light: QApplication, wards: Wards
) -> None:
    place, window = open_place(qtbot, wards.hien.store)
    view = place.widget
    assert view.table.hasFocus() and view.table.current_key() == WARD
    assert view.summary.share.text() == "0 / 2 đã ký"
    assert view.summary.planned.text.text() == (
        "1 lượt hẹn đã lên lịch ở phường, xã chưa ký, chưa nên thăm chung"
    )
    assert view.detail.flag.text.text() == (
        "Phường Thạnh Mỹ Tây chưa ký thỏa thuận, chưa nên thăm chung"
    )
    assert view.detail.as_of.text() == "Số liệu đến 08:00 ngày 23/11"
    qtbot.keyClick(view.table, Key.Key_E)
    form = view.form
    assert view.form_is_open() and not form.save.isEnabled()
    assert form.inputs["signed_on"].isHidden() and form.missing.text() == "Chưa đổi gì"
    qtbot.keyClick(form.state.combo, Key.Key_Down)
    form.state.combo.activated.emit(form.state.combo.currentIndex())
    assert form.missing.text() == "Đã ký thì ghi thêm ngày ký"
    assert form.inputs["waiting_for"].isHidden()
    signed_on = form.inputs["signed_on"]
    signed_on.setFocus()
    qtbot.keyClicks(signed_on.focusProxy(), "31/2")
    assert not form.save.isEnabled() and "21/11/2024" in signed_on.message()
    signed_on.focusProxy().clear()
    qtbot.keyClicks(signed_on.focusProxy(), "20/11")
    qtbot.keyClick(signed_on.focusProxy(), Key.Key_Return, CTRL)
    assert [text for text, _ in window.toasts] == ["Đã ghi: Phường Thạnh Mỹ Tây đã ký"]
    assert not view.form_is_open() and view.table.hasFocus()
    assert column(place, 0) == ["Phường Bình Thạnh", "Phường Thạnh Mỹ Tây"]
    assert column(place, 1) == ["chưa ký", "đã ký"]
    assert view.summary.week.text().strip() == "tuần này: ký thêm 1"
    assert column(place, 4)[1] == "20/11/2026"

    undo = window.toasts[0][1]
    assert undo is not None
    undo()
    assert column(place, 1) == ["chưa ký", "chưa ký"]


def test_a_half_filled_form_is_there_again_and_an_error_stays_at_its_input(
    qtbot: QtBot, light: QApplication, wards: Wards
) -> None:
    place, window = open_place(qtbot, wards.hien.store)
    view, form = place.widget, place.widget.form
    qtbot.keyClick(view.table, Key.Key_Return)
    contact, phone = form.inputs["post_contact"], form.inputs["post_phone"]
    qtbot.keyClicks(contact.focusProxy(), "Le Van Tam")
    qtbot.keyClick(contact.focusProxy(), Key.Key_Escape)
    assert not view.form_is_open()
    again, window = open_place(qtbot, wards.hien.store)
    again.edit()
    view, form = again.widget, again.widget.form
    assert form.inputs["post_contact"].text() == "Le Van Tam" and form.draft.isVisible()
    phone = form.inputs["post_phone"]
    qtbot.keyClicks(phone.focusProxy(), "0903")
    again.save()
    assert view.form_is_open() and phone.has_error() and window.toasts == []
    phone.set_text("0903555214")
    again.save()
    assert [text for text, _ in window.toasts] == ["Đã ghi thỏa thuận: Phường Thạnh Mỹ Tây"]
    again.edit()
    assert not form.draft.isVisible()


def test_another_desk_s_word_that_comes_while_the_form_is_open_is_not_overwritten(
    qtbot: QtBot, light: QApplication, wards: Wards, tmp_path: Path
) -> None:
    place, _ = open_place(qtbot, wards.hien.store)
    place.edit()
    mai = wards.team.laptop(tmp_path / "mai", "mai", role="clerk")
    mai.synced()
    day = date(2026, 11, 18)
    record_agreement(mai.store, WARD, {"state": "signed", "signed_on": day})
    mai.synced()
    wards.hien.synced()
    place.refresh()
    form = place.widget.form
    assert place.widget.form_is_open() and form.texts()["state"] == "unsigned"
    form.fill({"state": "signed", "signed_on": "20/11/2026"})
    place.save()
    wards.hien.synced()
    row = next(row for row in agreements(wards.hien.store).rows if row.ward == WARD)
    assert (row.signed_on, row.word) == (day, "conflict")
    mai.profile.close()


def test_filters_and_order(qtbot: QtBot, light: QApplication, wards: Wards) -> None:
    end = date(2026, 11, 30)
    signed = {"state": "signed", "signed_on": date(2026, 8, 3), "valid_until": end}
    record_agreement(wards.hien.store, OTHER, signed)
    place, _ = open_place(qtbot, wards.hien.store)
    for only, shown in (
        ("unsigned", ["Phường Thạnh Mỹ Tây"]),
        ("soon", ["Phường Bình Thạnh"]),
        ("signed", ["Phường Bình Thạnh"]),
        ("changed", ["Phường Bình Thạnh"]),
        ("all", ["Phường Thạnh Mỹ Tây", "Phường Bình Thạnh"]),
    ):
        place.filter(only)
        assert column(place, 0) == shown
    assert column(place, 1) == ["chưa ký", "đã ký, còn 7 ngày"]
    place.sort("planned")
    assert column(place, 0) == ["Phường Bình Thạnh", "Phường Thạnh Mỹ Tây"]


def test_a_canvasser_is_told_quietly_and_records_nothing(
    qtbot: QtBot, light: QApplication, wards: Wards
) -> None:
    place, _ = open_place(qtbot, wards.lan.store)
    assert place.widget.detail.edit.isHidden()
    place.edit()
    qtbot.keyClick(place.widget.table, Key.Key_Return)
    assert not place.widget.form_is_open()

    told = "Phường Thạnh Mỹ Tây chưa ký thỏa thuận, chưa nên thăm chung"
    today = TodayPlace(wards.lan.store, Words("vi"), Now(), Elsewhere())
    on_screen(qtbot, today.view)
    today.open()
    assert today.view.flag.isVisible() and today.view.flag.text.text() == told
    home = HouseholdPlace(wards.lan.store, Words("vi"), Now(), Elsewhere())
    on_screen(qtbot, home.view)
    home.open(ward=WARD, household=wards.home)
    assert home.view.visit.flag.isVisible() and home.view.visit.flag.text.text() == told

    record_agreement(wards.hien.store, WARD, {"state": "signed", "signed_on": date(2026, 11, 20)})
    wards.hien.synced()
    wards.lan.synced()
    today.refresh()
    home.refresh()
    assert today.view.flag.isHidden() and home.view.visit.flag.isHidden()


def test_progress_shows_the_wards_that_have_not_signed_and_leads_there(
    qtbot: QtBot, light: QApplication, wards: Wards
) -> None:
    window = Elsewhere()
    place = ProgressPlace(wards.hien.store, Words("vi"), Now(), window)
    on_screen(qtbot, place.widget)
    place.open()
    panel = place.widget.agreements
    assert (panel.figure.text(), panel.share.text()) == ("2", "0 / 2 đã ký")
    assert panel.squares.accessibleName() == (
        "0 trên 2 phường, xã đã ký, 2 chưa ký, trong đó 0 hết hạn"
    )
    place.widget.focus_first()
    qtbot.keyClick(panel.rows, Key.Key_Return)
    qtbot.keyClick(panel.rows, Key.Key_A)
    assert window.gone == [("agreements", {"ward": OTHER}), ("agreements", {"ward": ""})]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_head_fits_its_column(
    qtbot: QtBot, light: QApplication, wards: Wards, language: str
) -> None:
    table = open_place(qtbot, wards.hien.store, language)[0].widget.table
    assert [c.title for c in table.columns if not column_fits(c)] == []


def test_the_squares_of_a_whole_city_stay_small(qtbot: QtBot, light: QApplication) -> None:
    squares = Squares()
    qtbot.addWidget(squares)
    squares.resize(280, 10)
    squares.show_states(["unsigned"] * 12 + ["signed"] * 300, "300 trên 312")
    assert 30 <= squares.height() <= 72
    squares.show_states([], "")
    assert squares.height() < 20


def test_wards_that_are_not_on_the_laptop_are_told_by_the_server(
    qtbot: QtBot, light: QApplication, wards: Wards, tmp_path: Path
) -> None:
    record_agreement(wards.hien.store, WARD, {"state": "signed", "signed_on": date(2026, 11, 20)})
    wards.hien.synced()
    tri = wards.team.laptop(tmp_path / "tri", "tri", role="supervisor")
    alone, _ = open_place(qtbot, tri.store)
    assert column(alone, 1) == ["chưa có số liệu"]
    assert alone.widget.summary.as_of.text() == "1 phường, xã chưa có số liệu"
    assert alone.widget.detail.flag.isHidden() and alone.state.counts()["unsigned"] == 0

    asks = ServerAgreements(tri.transport)
    place = AgreementsPlace(tri.store, Words("vi"), Now(), Elsewhere(), asks)
    on_screen(qtbot, place.widget)
    place.open(ward=WARD)
    assert column(place, 1) == ["đã ký"] and place.widget.table.current_key() == WARD
    assert place.widget.summary.as_of.text() == "Số liệu đến 08:00 ngày 23/11"
    assert place.widget.detail.edit.isHidden()

    cut = ServerAgreements(lambda: tri.transport(agreements=["lost"]))
    place = AgreementsPlace(tri.store, Words("vi"), Now(), Elsewhere(), cut)
    place.open()
    assert column(place, 1) == ["chưa có số liệu"]
    tri.profile.close()
