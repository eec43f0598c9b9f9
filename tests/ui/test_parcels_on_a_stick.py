"""The outbox on a stick, by keys: written, carried by a colleague, its reply taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.words import Words
from sync.client.machine import State
from sync.client.parcels import carry_parcel
from sync.client.status import SyncStatus, read_status
from tests.support.laptops import add_person
from tests.support.team import Laptop, Team
from tests.ui.doubles import Elsewhere, Now
from ui.places.sync import SyncPlace

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@dataclass
class Port:
    """A laptop's sync as its page sees it."""

    laptop: Laptop

    @property
    def status(self) -> SyncStatus:
        return read_status(self.laptop.store, State())

    def want(self) -> None:
        raise AssertionError("no network here")

    def carry(self, path: Path) -> Path:
        return carry_parcel(self.laptop.transport(), path)


def page_of(qtbot: QtBot, laptop: Laptop) -> tuple[SyncPlace, Elsewhere]:
    window = Elsewhere()
    place = SyncPlace(laptop.store, Words("vi"), Now(), window, Port(laptop))
    qtbot.addWidget(place.widget)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    place.widget.focus_first()
    return place, window


def test_a_parcel_goes_by_hand_from_page_to_page(
    qtbot: QtBot, light: QApplication, team: Team, tmp_path: Path
) -> None:
    lan, phuc = team.laptop(tmp_path / "a", "lan"), team.laptop(tmp_path / "b", "phuc")
    for laptop in (lan, phuc):
        laptop.synced()
    add_person(lan.store, "Hằng")
    stick = tmp_path / "usb"
    stick.mkdir()

    mine, window = page_of(qtbot, lan)
    card = mine.widget.network.parcels
    assert card.write.isEnabled() and not card.last.isVisible()
    mine.parcels.choose_folder = lambda: stick
    qtbot.keyClick(mine.widget.focusWidget() or mine.widget, Qt.Key.Key_U, CTRL_SHIFT)
    (parcel,) = stick.iterdir()
    assert "Đã ghi 1 thao tác" in window.toasts[-1][0]
    assert card.last.text().startswith("Gói gần nhất ghi lúc 08:00: 1 thao tác")
    assert mine.widget.totals.figures()["on_device"] == 1, "on a stick is not sent"

    theirs, other = page_of(qtbot, phuc)
    assert not theirs.widget.network.parcels.write.isEnabled()
    theirs.parcels.choose_file = lambda: parcel
    qtbot.keyClick(theirs.widget.focusWidget() or theirs.widget, Qt.Key.Key_O, CTRL_SHIFT)
    assert "Máy chủ đã nhận gói" in other.toasts[-1][0]

    (reply,) = (path for path in stick.iterdir() if path != parcel)
    mine.parcels.choose_file = lambda: reply
    qtbot.mouseClick(card.open, Qt.MouseButton.LeftButton)
    assert "xác nhận 1 trên 1" in window.toasts[-1][0]
    assert mine.widget.totals.figures() == {
        "on_device": 0,
        "sent": 1,
        "needs_fixing": 0,
        "conflict": 0,
    }
    assert not card.write.isEnabled() and not card.last.isVisible()
    for laptop in (lan, phuc):
        laptop.profile.close()


def test_a_wrong_file_says_so_and_changes_nothing(
    qtbot: QtBot, light: QApplication, team: Team, tmp_path: Path
) -> None:
    lan = team.laptop(tmp_path / "a", "lan")
    lan.synced()
    place, window = page_of(qtbot, lan)
    letter = tmp_path / "thu.goi"
    letter.write_text("chào", "utf-8")
    for path in (letter, tmp_path / "gone.goi"):
        place.parcels.choose_file = lambda path=path: path
        place.parcels.open()
    assert [error.code for error in window.banners] == ["parcel.not_a_reply", "parcel.not_read"]
    place.parcels.choose_file = lambda: None
    place.parcels.open()
    assert window.toasts == []
    lan.profile.close()
