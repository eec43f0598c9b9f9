"""What the inbox points at: lists with lines left over, devices long silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.log.freshness import PEOPLE_KNOWN
from fieldapp.usecases.importing.preview import Preview, write_errors
from fieldapp.usecases.importing.taking_in import look_at, take_in
from fieldapp.usecases.inbox.inbox import inbox as waiting
from fieldapp.words import Words
from sync.client.people import PeopleDesk
from tests.support.books import BAO, HANG, due_book
from tests.support.team import Direct, Team
from tests.ui.test_inbox_place import open_inbox

Key = Qt.Key
WRONG = (2, "Lê Văn Cường", "7.9068E+10", "21/11/68", "9 Nguyễn Xí", "31/12/26", "gấp")


@pytest.fixture
def team() -> Team:
    return Team()


def test_a_list_with_errors_waits_until_its_lines_are_mended(
    qtbot: QtBot, light: QApplication, team: Team, tmp_path: Path
) -> None:
    clerk = team.laptop(tmp_path / "hien", "hien", role="clerk")
    clerk.synced()
    store = clerk.store

    def take(*lines: object, name: str = "tháng 12.xlsx") -> Preview:
        return take_in(store, look_at(store, "due", due_book(tmp_path / name, *lines)))

    take(BAO, name="khác.xlsx")
    assert waiting(store) == ()
    found = take(HANG, WRONG)
    (row,) = waiting(store)
    assert (row.kind, row.open, found.wrong) == ("left_over", True, 1)
    inbox = open_inbox(qtbot, store)
    view = inbox.view
    assert view.pointing.heading.text() == "Danh sách: tháng 12.xlsx"
    assert inbox.place.state.counts()["held"] == 1
    inbox.press(qtbot, Key.Key_E)
    assert inbox.window.gone[-1] == ("imports", {})
    errors = tmp_path / "tháng 12 chưa nhập.xlsx"
    assert write_errors(store, found, errors, Words("vi")) == 1
    take_in(store, look_at(store, "due", errors))
    assert [one.title.values["file"] for one in waiting(store)] == [errors.name]
    take(BAO, name=errors.name)
    assert waiting(store) == ()
    take(HANG, WRONG)
    inbox.place.refresh()
    qtbot.mouseClick(view.pointing.forget, Qt.MouseButton.LeftButton)
    assert waiting(store) == () and view.right.currentWidget() is view.empty
    clerk.profile.close()


def test_a_device_long_silent_is_told_to_its_supervisor_alone(
    qtbot: QtBot, light: QApplication, team: Team, tmp_path: Path
) -> None:
    tri = team.laptop(tmp_path / "tri", "tri", role="supervisor")
    lan = team.laptop(tmp_path / "lan", "lan")
    for laptop in (tri, lan):
        laptop.synced()
    desk = PeopleDesk(tri.store, lambda: Direct(team.service, tri.store.setting("token")))
    desk.ask()
    assert waiting(tri.store) == () == waiting(lan.store)
    team.clock.forward(days=5)
    tri.clock.forward(days=5)
    tri.synced()
    desk.ask()
    (row,) = waiting(tri.store)
    assert (row.kind, row.detail.values["n"]) == ("silent", 5)
    inbox = open_inbox(qtbot, tri.store)
    assert inbox.view.pointing.forget.isHidden()
    assert inbox.view.pointing.heading.text() == "Máy của Lan"
    inbox.press(qtbot, Key.Key_E)
    assert inbox.window.gone[-1] == ("staff", {"only": "look"})
    lan.store.remember(**{PEOPLE_KNOWN: tri.store.setting(PEOPLE_KNOWN)})
    assert waiting(lan.store) == (), "who supervises nobody is told of nobody"
    for laptop in (tri, lan):
        laptop.profile.close()
    team.close()
