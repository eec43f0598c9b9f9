"""The end of the day: the count against the receipts, handing in, and what the server has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.rules.money.day import DayTakings
from fieldapp.store.receipts import NewLease
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households import household, people
from fieldapp.usecases.receipts.day_end import DayEnd
from fieldapp.words import Words
from sync.client.machine import State
from sync.client.status import SyncStatus, read_status
from tests.support.laptops import WARD
from tests.ui.doubles import Elsewhere, Now
from tests.ui.town_store import open_town
from ui.places.day_end.place import DayEndPlace
from ui.places.day_end.state import has_to_tell

Key = Qt.Key


@dataclass
class Sync:
    """The sync as the window has it."""

    status: SyncStatus
    wanted: int = 0

    def want(self) -> None:
        self.wanted += 1

    def carry(self, path: Path) -> Path:
        return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A laptop on which one household paid a year in cash."""
    profile = open_town(tmp_path / "profile", households=2)
    member = {"full_name": "Trần Văn Tư", "relationship": "00"}
    home = people.register_household(
        profile.store, WARD, {"house_number": "9", "street": "D2"}, [member]
    )
    incarnation = profile.store.setting("incarnation")
    profile.store.take_lease(NewLease("BL 26-07", 41900, 41949, incarnation, 41907))
    page = household.household_page(profile.store, WARD, home)
    choice = Choice(hhi=(page.members[0].person,))
    enrol.enrol(profile.store, page, choice, method="cash", payer="Tư", consent="spoken")
    yield profile.store
    profile.close()


@pytest.fixture
def sync(store: Store) -> Sync:
    return Sync(read_status(store, State()))


@pytest.fixture
def place(
    light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere, sync: Sync
) -> DayEndPlace:
    made = DayEndPlace(store, Words("vi"), Now(), window, sync)
    made.widget.resize(1182, 684)
    qtbot.addWidget(made.widget)
    made.widget.show()
    made.open()
    return made


def test_the_count_is_compared_and_the_cash_handed_in(
    qtbot: QtBot, place: DayEndPlace, window: Elsewhere
) -> None:
    view = place.widget
    assert view.facts["cash"].value().startswith("1 biên lai, 1.")
    due = view.in_hand.value()
    view.count.edit.insert("1.000.000")
    assert view.difference.text().startswith("Thiếu ")
    view.count.edit.selectAll()
    view.count.edit.insert(due)
    assert view.difference.text() == "Đủ"
    view.count.edit.selectAll()
    view.count.edit.insert("một triệu")
    assert "bằng chữ số" in view.difference.text()
    place.hands.ask = lambda _: True
    qtbot.keyClick(view.network.now, Key.Key_N)
    qtbot.mouseClick(view.cash.hand_in, Qt.MouseButton.LeftButton)
    assert view.in_hand.value().startswith("0") and window.toasts
    assert not view.cash.hand_in.isVisible()


def test_safe_is_said_only_when_the_server_confirmed_everything(
    place: DayEndPlace, sync: Sync
) -> None:
    view, safe = place.widget, "an toàn để tắt máy"
    assert "chỉ có trên máy này" in view.unsent.text()
    assert safe not in view.network.title.text() and view.network.parcels.write.isEnabled()
    sync.status = replace(sync.status, unsent=0, unproven=2, safe_to_shut_down=False)
    place.status_changed()
    assert safe not in view.network.title.text() and "xác nhận lại" in view.unsent.text()
    sync.status = replace(
        sync.status, unproven=0, safe_to_shut_down=True, last_confirmed_at=place._store.now()
    )
    place.status_changed()
    assert safe in view.network.title.text() and not view.network.parcels.write.isEnabled()
    view.network.now.click()
    assert sync.wanted == 1


def test_the_window_is_kept_open_only_where_there_is_something_to_tell(sync: Sync) -> None:
    nothing = DayEnd(date(2026, 11, 23), DayTakings(), ())
    safe = replace(sync.status, unsent=0, safe_to_shut_down=True)
    assert has_to_tell(nothing, sync.status) and not has_to_tell(nothing, safe)
    assert not has_to_tell(nothing, None)
