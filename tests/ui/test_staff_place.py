"""Người và máy on a supervisor's laptop, against a real server: seen, given, ended, revoked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.demo.town import make_town
from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.usecases.visiting.assignments import assign
from fieldapp.usecases.visiting.handing_over import hand_over, held_by
from fieldapp.usecases.visiting.today import todays_list
from fieldapp.words import Words
from sync.client.people import PeopleDesk
from tests.support.laptops import WARD
from tests.support.refusals import refused
from tests.support.team import Direct, Laptop, Team
from tests.ui.doubles import Elsewhere, Now, on_screen
from tests.usecases.conftest import register
from ui.palette.state import commands_for
from ui.places.staff.place import StaffPlace
from ui.widgets import Question
from ui.widgets.table import column_fits

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


class NowAndLong(Now):
    """Long jobs answer before the call returns, too."""

    def long(
        self,
        job: Callable[[Any, Any], Any],
        then: Callable[[Any], None],
        failed: Callable[[FieldappError], None] | None = None,
        progressed: Any = None,
    ) -> Callable[[], None]:
        self.read(lambda: job(lambda *_: None, lambda: False), then, failed)
        return lambda: None


@dataclass
class House:
    """A supervisor, a clerk and a canvasser with one household; `cut`: there is no network."""

    team: Team
    tri: Laptop
    lan: Laptop
    cut: bool = False

    def way(self) -> Direct:
        if self.cut:
            raise SurroundingsMend("sync.no_network")
        return Direct(self.team.service, self.tri.store.setting("token"))

    @property
    def desk(self) -> PeopleDesk:
        return PeopleDesk(self.tri.store, self.way)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    team = Team()
    tri = team.laptop(tmp_path / "tri", "tri", role="supervisor")
    lan = team.laptop(tmp_path / "lan", "lan")
    for laptop in (tri, lan):
        laptop.synced()
    yield House(team, tri, lan)
    for laptop in (tri, lan):
        laptop.profile.close()
    team.close()


def open_place(qtbot: QtBot, house: House, language: str = "vi") -> tuple[StaffPlace, Elsewhere]:
    window = Elsewhere()
    store = house.tri.store
    place = StaffPlace(store, Words(language), NowAndLong(), window, house.desk)
    on_screen(qtbot, place.widget)
    place.open()
    return place, window


def names(place: StaffPlace) -> list[str]:
    model = place.widget.table.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def facts(place: StaffPlace) -> list[str]:
    model = place.widget.person.rows.model()
    found = (
        model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(model.rowCount())
    )
    return [text for text in found if text]


def test_a_supervisor_sees_people_and_devices_and_offline_when_that_was(
    qtbot: QtBot, light: QApplication, house: House
) -> None:
    place, window = open_place(qtbot, house)
    view = place.widget
    assert view.as_of.text().startswith("Theo máy chủ lúc 08:00 ngày 23/11")
    assert names(place) == ["Lan", "Tri"]
    view.table.select_key("lan")
    told = " | ".join(facts(place))
    assert "Phường Thạnh Mỹ Tây" in told and "từ 23/11" in told
    assert "laptop of lan" in told and "bản 0.1.0" in told and "gửi hết" in told
    view.table.select_key("tri")
    shown = [deed for deed, button in view.person.buttons.items() if not button.isHidden()]
    assert shown == [] and view.person.above.isHidden(), "nobody changes himself"

    house.cut = True
    again, window = open_place(qtbot, house)
    assert names(again) == ["Lan", "Tri"] and window.banners == []
    assert "chưa hỏi lại được máy chủ" in again.widget.as_of.text()
    again.widget.table.select_key("lan")
    again.do("invite")
    assert [error.code for error in window.banners] == ["sync.no_network"]


def test_a_ward_is_given_and_ended_and_given_back_by_keys(
    qtbot: QtBot, light: QApplication, house: House
) -> None:
    place, window = open_place(qtbot, house)
    view = place.widget
    view.table.select_key("lan")
    qtbot.keyClick(view.table, Key.Key_G)
    form = view.give
    assert view.bands.currentWidget() is form
    assert [form.role.combo.itemData(n) for n in range(form.role.combo.count())] == [
        "canvasser",
        "clerk",
    ]
    form.role.set_text("clerk")
    until = form.inputs["until"]
    qtbot.keyClicks(until.focusProxy(), "31/12/2026")
    qtbot.keyClick(until.focusProxy(), Key.Key_Return, CTRL)
    assert window.toasts[-1][0] == "Đã giao Phường Thạnh Mỹ Tây cho Lan"
    assert any("Cán bộ phường, 23/11 đến 31/12" in text for text in facts(place))

    view.table.select_key("lan")
    qtbot.keyClick(view.table, Key.Key_K)
    assert len(window.toasts) == 1, "nothing ends by a slip among the names"
    qtbot.keyClick(view.table, Key.Key_Return)
    view.person.rows.select_key("grant/0")
    qtbot.keyClick(view.person.rows, Key.Key_K)
    assert window.toasts[-1][0] == "Đã kết thúc: Lan ở Phường Thạnh Mỹ Tây"
    assert any("từ 23/11, đã thu lại" in text for text in facts(place))
    undo = window.toasts[-1][1]
    assert undo is not None
    undo()
    assert window.toasts[-1][0] == "Đã giao lại"
    house.lan.synced()


def test_somebody_new_gets_a_code_that_is_shown_once(
    qtbot: QtBot, light: QApplication, house: House
) -> None:
    place, window = open_place(qtbot, house)
    view = place.widget
    qtbot.keyClick(view.table, Key.Key_N)
    form = view.new
    assert not form.save.isEnabled()
    form.fill({"full_name": "Lê Thị Mười", "username": "lan"})
    form.check()
    place.save_new()
    username = form.inputs["username"]
    assert username.has_error() and window.banners == []  # type: ignore[union-attr]  # it is open by now
    form.fill({"username": "muoi"})
    place.save_new()
    code = view.code
    assert view.bands.currentWidget() is code
    assert len(code.code.text()) > 20 and len(code.password.text()) >= 12
    qtbot.keyClick(code, Key.Key_C)
    assert QApplication.clipboard().text() == f"{code.code.text()}\n{code.password.text()}"
    qtbot.keyClick(code, Key.Key_Return)
    assert code.code.text() == "" and view.bands.currentWidget() is view.person
    assert "Lê Thị Mười" in names(place)
    kept = str(house.tri.store.setting("people_known"))
    assert "muoi" in kept and "code" not in kept and "password" not in kept


def test_the_question_before_a_revocation_says_what_becomes_of_unsent_work(
    qtbot: QtBot, light: QApplication, house: House
) -> None:
    town = make_town(date(2026, 11, 23), households=60)
    place, window = open_place(qtbot, house)
    asked: list[str] = []

    def confirm(question: Question) -> bool:
        asked.append(question.accessibleDescription())
        return len(asked) > 1

    place.confirm = confirm
    view = place.widget
    view.table.select_key("lan")
    device = house.lan.store.setting("device")
    qtbot.keyClick(view.table, Key.Key_Return)
    view.person.rows.select_key(f"device/{device}")
    qtbot.keyClick(view.person.rows, Key.Key_T)
    assert "giữ lại để bạn xem" in asked[0] and "đã gửi hết" in asked[0]
    assert window.toasts == [], "the safe answer changes nothing"
    qtbot.keyClick(view.person.rows, Key.Key_T)
    assert window.toasts[-1][0] == "Đã thu hồi máy laptop of lan của Lan"
    assert any("đã thu hồi 23/11" in text for text in facts(place))
    assert view.person.buttons["revoke"].isHidden()
    register(house.lan.store, town.households[0])
    house.lan.sync()
    place.ask()
    held = [one.held for one in place.state.told.devices if one.device == device]  # type: ignore[union-attr]  # the shape is known here
    assert held == [1]


def test_households_of_who_leaves_go_to_another_without_a_network(
    qtbot: QtBot, light: QApplication, house: House, tmp_path: Path
) -> None:
    town = make_town(date(2026, 11, 23), households=60)
    phuc = house.team.laptop(tmp_path / "phuc", "phuc")
    store = house.tri.store
    homes = [register(store, door) for door in town.households[:3]]
    assign(store, WARD, homes[:2], "lan", until=date(2026, 12, 31))
    place, window = open_place(qtbot, house)
    house.cut = True
    view = place.widget
    view.table.select_key("lan")
    qtbot.keyClick(view.table, Key.Key_B)
    form = view.hand
    assert form.count.text() == "2 hộ đang giữ"
    form.heir.set_text("phuc")
    place.save_hand()
    assert window.toasts[-1][0] == "Đã bàn giao 2 hộ cho Phuc"
    assert held_by(store, "lan") == {} and len(held_by(store, "phuc")[WARD]) == 2
    house.tri.synced()
    phuc.synced()
    assert todays_list(phuc.store).total == 2
    with refused(UserMends, "staff.same_person"):
        hand_over(store, "phuc", "phuc", until=date(2026, 12, 31))
    with refused(UserMends, "entry.nothing_to_assign"):
        hand_over(store, "lan", "phuc", until=date(2026, 12, 31))
    phuc.profile.close()


def test_who_supervises_no_longer_keeps_nothing_of_it(
    qtbot: QtBot, light: QApplication, house: House
) -> None:
    open_place(qtbot, house)
    assert house.desk.known() is not None
    house.team.admin.revoke_grant("tri", WARD)
    place, window = open_place(qtbot, house)
    assert [error.code for error in window.banners] == ["staff.no_right"]
    assert house.desk.known() is None and names(place) == []


def test_only_who_supervises_is_led_there() -> None:
    codes = [one.code for one in commands_for(("households", "progress"))]
    assert "staff" in codes
    assert "staff" not in [one.code for one in commands_for(("households", "inbox"))]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_head_fits_its_column(
    qtbot: QtBot, light: QApplication, house: House, language: str
) -> None:
    table = open_place(qtbot, house, language)[0].widget.table
    assert [c.title for c in table.columns if c.title and not column_fits(c)] == []
