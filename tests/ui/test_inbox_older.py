"""A decision that has left the laptop is asked of the server when it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.inbox import inbox
from fieldapp.usecases.visiting import visits
from fieldapp.words import Words
from sync.client.driver import SyncDriver
from sync.client.keeping import AT_HAND, Limits
from sync.client.pruning import prune
from tests.support.laptops import WARD
from tests.support.parted_office import LAN, PHUC, Office, open_office
from tests.support.team import Faulty
from tests.sync.test_pruning import backed_up, later
from tests.ui.doubles import Elsewhere, Now, on_screen
from ui.places.inbox import InboxPlace


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Hiền decided more than a year ago; her log begins after that."""
    with open_office(tmp_path) as made:
        made.part()
        store = made.hien.store
        (row,) = inbox(store)
        conflicts.decide(store, conflicts.conflict_page(store, WARD, row.id), PHUC)
        for _ in range(2):
            made.hien.synced()
        list(prune(store))
        backed_up(made.team, tmp_path)
        later(made.team, made.hien, AT_HAND)
        visits.record_visit(store, WARD, made.home, "not_at_home")
        for _ in range(2):
            made.hien.synced()
        list(prune(store, Limits(worth_it=1)))
        yield made


def opened(qtbot: QtBot, office: Office, *faults: str) -> tuple[InboxPlace, Elsewhere]:
    left, laptop = list(faults), office.hien

    def way() -> Faulty:
        return laptop.transport(history=[left.pop(0)] if left else [])

    driver = SyncDriver(laptop.store, way, laptop.clock, Random(1))
    window = Elsewhere()
    place = InboxPlace(laptop.store, Words("vi"), Now(), window, driver)
    on_screen(qtbot, place.widget)
    place.open()
    place.filter("closed")
    place.widget.focus_first()
    return place, window


def test_it_comes_from_the_server_and_is_taken_back(
    light: QApplication, qtbot: QtBot, office: Office
) -> None:
    place, window = opened(qtbot, office)
    place.widget.detail.decided.back.click()
    assert [told for told, _ in window.toasts] == [Words("vi").say("conflicts.taken_back")]
    assert len(inbox(office.hien.store)) == 1
    assert office.husband(office.hien).name == LAN
    office.sync(office.hien, office.lan)
    assert office.husband(office.lan).name == LAN


def test_without_a_network_it_says_so_and_can_be_tried_again(
    light: QApplication, qtbot: QtBot, office: Office
) -> None:
    place, window = opened(qtbot, office, "lost")
    back = place.widget.detail.decided.back
    back.click()
    assert "Chưa có mạng" in place.widget.detail.banner.title.text()
    assert back.isEnabled() and not window.toasts and not inbox(office.hien.store)
    back.click()
    assert len(inbox(office.hien.store)) == 1
