"""The household page where the beginning of the log has left the laptop: what is missing is said,
and comes from the server."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.model import Household
from fieldapp.model.changesets import decode
from fieldapp.store.queries.households import visit_rows
from fieldapp.usecases.changes import Told, why_not_undone
from fieldapp.usecases.households import people
from fieldapp.usecases.households.older_history import records_of
from fieldapp.usecases.visiting import visits
from fieldapp.words import Words
from sync.client.driver import SyncDriver
from sync.client.history import fetch_older
from sync.client.keeping import AT_HAND, Limits
from sync.client.pruning import prune
from tests.support.laptops import WARD, edit
from tests.support.team import Faulty, Laptop, Team
from tests.sync.test_pruning import backed_up, later
from tests.ui.doubles import Elsewhere, Now, WhenTold, on_screen
from ui.places.households.page_place import HouseholdPlace
from ui.places.ports import Tasks


def registered(lan: Laptop) -> str:
    fields = {"house_number": "12/1", "street": "Lê Lợi"}
    members = [{"full_name": "Trần Thị Hằng", "relationship": "00"}]
    return people.register_household(lan.store, WARD, fields, members)


def a_year_passes(team: Team, lan: Laptop, folder: Path, home: str) -> str:
    """The household is visited again after it, and what was before leaves the laptop."""
    for _ in range(2):
        lan.synced()
    list(prune(lan.store))
    backed_up(team, folder)
    later(team, lan, AT_HAND)
    visits.record_visit(lan.store, WARD, home, "not_at_home")
    for _ in range(2):
        lan.synced()
    list(prune(lan.store, Limits(worth_it=1)))
    return home


@pytest.fixture
def home(team: Team, lan: Laptop, tmp_path: Path) -> str:
    """A household that was registered and visited more than a year ago, and visited again."""
    made = registered(lan)
    visits.record_visit(lan.store, WARD, made, "considering", note="Hẹn sang năm.")
    return a_year_passes(team, lan, tmp_path, made)


@pytest.fixture
def edited(team: Team, lan: Laptop, tmp_path: Path) -> str:
    """One whose note was written twice, more than a year ago."""
    made = registered(lan)
    for note in ("cổng xanh", "cổng đỏ"):
        edit(lan.store, Household, made, note=note)
    return a_year_passes(team, lan, tmp_path, made)


class Ways:
    """The ways to the server, one after another: those with a fault first."""

    def __init__(self, laptop: Laptop, *faults: str) -> None:
        self._laptop, self._faults = laptop, list(faults)

    def make(self) -> Faulty:
        return self._laptop.transport(history=[self._faults.pop(0)] if self._faults else [])


def opened(
    qtbot: QtBot, lan: Laptop, home: str, *faults: str, tasks: Tasks | None = None
) -> HouseholdPlace:
    driver = SyncDriver(lan.store, Ways(lan, *faults).make, lan.clock, Random(1))
    place = HouseholdPlace(lan.store, Words("vi"), tasks or Now(), Elsewhere(), driver)
    on_screen(qtbot, place.widget)
    place.open(ward=WARD, household=home)
    return place


def lines(place: HouseholdPlace) -> list[str]:
    model = place.view.rows.model()
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def said(place: HouseholdPlace) -> tuple[str, str]:
    bar = place.view.older
    return bar.text.text(), bar.ask.text() if bar.ask.isVisibleTo(bar) else ""


def test_what_is_missing_is_said_and_comes_from_the_server(
    light: QApplication, qtbot: QtBot, lan: Laptop, home: str
) -> None:
    place = opened(qtbot, lan, home)
    assert lines(place) == ["Vắng nhà"]
    missing = "Máy này giữ lịch sử từ 29/12. Phần trước đó ở trên máy chủ"
    assert said(place) == (missing, "Xem thêm từ máy chủ")
    place.view.focus_first()
    qtbot.keyClick(place.view.members, Qt.Key.Key_X)
    assert lines(place) == ["Vắng nhà", "Suy nghĩ thêm: Hẹn sang năm.", "Vào danh sách, 1 người"]
    assert said(place) == ("Đã lấy hết lịch sử từ máy chủ", "")
    assert place.page is not None and not any(row.can_undo for row in place.page.history[1:])
    place.refresh()
    assert len(lines(place)) == 3, "it stays while the page is open"
    place.open(ward=WARD, household=home)
    assert lines(place) == ["Vắng nhà"], "nothing of it was kept"


def test_what_the_server_told_opens_and_can_be_taken_back(
    light: QApplication, qtbot: QtBot, lan: Laptop, home: str
) -> None:
    place = opened(qtbot, lan, home)
    place.view.older.ask.click()
    assert place.page is not None
    _, visit, registered = place.page.history
    place.changes.open(registered.changeset)
    band = place.view.change
    assert "Vào danh sách" in band.what.text() and not band.save.isEnabled()
    place.changes.open(visit.changeset)
    assert "Hẹn sang năm." in band.what.text() and "laptop of lan" in band.by.text()
    assert band.way_back.text().startswith("Chưa ai sửa tiếp") and band.save.isEnabled()
    band.save.click()
    lan.synced()
    assert [one.outcome for one in lan.store.read(visit_rows, (WARD,), home)] == ["not_at_home"]


def test_what_others_went_on_from_stays_and_what_nobody_told_is_asked_for(
    light: QApplication, qtbot: QtBot, lan: Laptop, edited: str
) -> None:
    place = opened(qtbot, lan, edited)
    place.view.older.ask.click()
    assert place.page is not None
    _, last, first, _ = (row.changeset for row in place.page.history)
    place.changes.open(first)
    assert place.view.change.way_back.text().startswith("Có người đã sửa tiếp")
    place.changes.open(last)
    assert place.view.change.save.isEnabled()
    place.open(ward=WARD, household=edited)
    place.changes.open(last)
    band = place.view.change
    assert band.way_back.text().startswith("Việc này cũ hơn lịch sử") and not band.save.isEnabled()
    assert "Xem thêm từ máy chủ" in band.way_back.text()


def test_what_was_not_told_to_the_end_proves_nothing(lan: Laptop, edited: str) -> None:
    keys = records_of(lan.store, WARD, edited)
    older = fetch_older(lan.store, lan.transport(), WARD, keys)
    last = decode(older.entries[0].content).id

    def way_back(told: Told) -> str | None:
        return why_not_undone(lan.store, last, told)

    assert way_back(Told().and_then(keys, older.entries, whole=True)) is None
    part = Told().and_then(keys, older.entries[:1], whole=False)
    assert way_back(part) == "history.before_the_log"
    assert way_back(Told().and_then((), older.entries, whole=True)) == "history.before_the_log"


def test_without_a_network_it_says_what_is_missing_and_tries_again(
    light: QApplication, qtbot: QtBot, lan: Laptop, home: str
) -> None:
    place = opened(qtbot, lan, home, "lost")
    place.view.older.ask.click()
    assert said(place) == ("Thiếu lịch sử trước 29/12. Chưa có mạng", "Thử lại")
    assert lines(place) == ["Vắng nhà"]
    place.view.older.ask.click()
    assert len(lines(place)) == 3


def test_an_answer_for_another_household_counts_for_nothing(
    light: QApplication, qtbot: QtBot, lan: Laptop, home: str
) -> None:
    tasks = WhenTold()
    place = opened(qtbot, lan, home, tasks=tasks)
    tasks.answer()
    place.view.older.ask.click()
    assert said(place) == ("Đang hỏi máy chủ…", "")
    place.open(ward=WARD, household=home)
    while tasks.waiting:
        tasks.answer()
    assert lines(place) == ["Vắng nhà"] and said(place)[1] == "Xem thêm từ máy chủ"


def test_receipts_are_all_here_and_say_nothing_of_it(
    light: QApplication, qtbot: QtBot, lan: Laptop, home: str
) -> None:
    place = opened(qtbot, lan, home)
    assert place.view.older.isVisibleTo(place.view)
    place.view.tabs.bar.choose("receipts")
    place.view.tabs.bar.chosen.emit("receipts")
    assert not place.view.older.isVisibleTo(place.view)


def test_a_whole_history_needs_no_server(
    light: QApplication, qtbot: QtBot, team: Team, lan: Laptop
) -> None:
    fields = {"house_number": "3", "street": "Lê Lợi"}
    members = [{"full_name": "Trần Thị Hằng", "relationship": "00"}]
    made = people.register_household(lan.store, WARD, fields, members)
    lan.synced()
    place = opened(qtbot, lan, made)
    assert not place.view.older.isVisibleTo(place.view)
    place.view.focus_first()
    qtbot.keyClick(place.view.members, Qt.Key.Key_X)
    assert len(lines(place)) == 1
