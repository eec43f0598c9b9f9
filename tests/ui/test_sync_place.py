"""The sync page: its figures are the status's, what waits can be undone, safety is proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.clock import business_date
from fieldapp.store.receipts import NewLease
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.visiting import visits
from fieldapp.words import Words
from sync.client.machine import State
from sync.client.status import SyncStatus, read_status
from tests.support.parted_office import open_office
from tests.ui.doubles import Elsewhere, Now
from tests.ui.town_store import NOW, open_town
from ui.places.sync import SyncPlace
from ui.places.sync.state import SyncTeller, spaced
from ui.places.sync.view import SyncView
from ui.say import Teller
from ui.shell import ShellWindow

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
QUIET = SyncStatus(unsent=0, sent=0, needs_fixing=0, conflict=0, phase="idle")


@dataclass
class Port:
    """The sync as the page sees it."""

    status: SyncStatus | None
    wanted: int = 0

    def want(self) -> None:
        self.wanted += 1

    def carry(self, path: Path) -> Path:
        raise AssertionError("nobody carries anything on this page")


@dataclass
class Page:
    """The page with what it was given."""

    place: SyncPlace
    port: Port
    window: Elsewhere

    @property
    def view(self) -> SyncView:
        return self.place.widget


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile")
    yield profile.store
    profile.close()


def record(store: Store, number: int, outcome: str = "not_at_home") -> str:
    line = households(store)[number]
    return visits.record_visit(store, line.ward, line.household, outcome)


def open_page(qtbot: QtBot, store: Store, status: SyncStatus | None = None) -> Page:
    port = Port(status or read_status(store, State()))
    window = Elsewhere()
    place = SyncPlace(store, Words("vi"), Now(), window, port)
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    place.widget.focus_first()
    return Page(place, port, window)


def test_the_four_figures_are_those_of_the_status(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    record(store, 0)
    record(store, 1)
    status = replace(read_status(store, State()), sent=297, needs_fixing=1, conflict=3)
    page = open_page(qtbot, store, status)
    figures = {"on_device": 2, "sent": 297, "needs_fixing": 1, "conflict": 3}
    assert page.view.totals.figures() == figures


def test_what_waits_stands_newest_first_with_whom_it_is_about(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    first = record(store, 0)
    second = record(store, 1, "refused")
    page = open_page(qtbot, store)
    assert page.view.list.keys() == [second, first]
    row = page.view.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert row.startswith("2, 10:07, Từ chối, ")
    assert households(store)[1].head_name in row


def test_ctrl_z_undoes_the_selected_action_even_within_the_window(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    first, second = record(store, 0), record(store, 1)
    shell = ShellWindow()
    qtbot.addWidget(shell)
    place = SyncPlace(store, Words("vi"), Now(), Elsewhere(), Port(QUIET))
    shell.stack.addWidget(place.widget)
    shell.stack.setCurrentWidget(place.widget)
    undone: list[bool] = []
    shell.undo_requested.connect(lambda: undone.append(True))
    with qtbot.waitActive(shell):
        shell.show()
        shell.activateWindow()
    place.open()
    place.widget.list.setFocus()
    place.widget.list.select_key(first)
    qtbot.keyClick(place.widget.list, Key.Key_Z, CTRL)
    assert undone == [], "the row was undone, not what the last toast said"
    texts = [row.text.code for row in changes.pending(store)]
    assert texts[0] == "history.undone"
    assert second in [row.changeset for row in changes.pending(store)]


def test_a_receipt_offers_no_undo_and_leaves_ctrl_z_to_the_window(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    store.take_lease(NewLease("BL 26-07", 1, 50, store.setting("incarnation"), 1))
    for line in households(store):
        home = household_page(store, line.ward, line.household)
        able = tuple(m.person for m in home.members if m.hhi_why_not is None)
        if able:
            break
    choice = enrol.Choice(hhi=able[:1])
    enrol.enrol(store, home, choice, method="cash", payer="Tám", consent="spoken")
    page = open_page(qtbot, store)
    assert not page.view.list.can_undo()
    qtbot.keyClick(page.view.list, Key.Key_Z, CTRL)
    assert page.window.toasts == []
    assert len(changes.pending(store)) == 1


def test_no_network_says_when_the_next_try_is_and_to_go_on(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    status = replace(
        QUIET,
        unsent=14,
        phase="waiting",
        problem="sync.no_network",
        next_try_at=NOW + timedelta(minutes=15),
        oldest_unsent_at=NOW - timedelta(minutes=118),
    )
    page = open_page(qtbot, store, status)
    assert page.view.network.title.text() == "Chưa có mạng, thử lại lúc 10:22"
    assert page.view.network.text.text().startswith("Cứ làm tiếp")
    assert "1 giờ 58 phút" in page.view.totals.accessibleDescription()
    (notice,) = page.view.network.notices
    assert notice.accessibleName() == "14 thao tác chỉ có trên máy này"


SAFE = "an toàn để tắt máy"


def told(page: Page) -> str:
    band = page.view.network
    parts = [band.title.text(), band.text.text()]
    return " ".join([*parts, *(n.accessibleName() for n in band.notices)])


def test_pictures_that_wait_or_stay_are_told() -> None:
    teller = SyncTeller(Teller(Words("vi"), business_date(NOW)), NOW)
    sent = replace(QUIET, sent=3, last_confirmed_at=NOW, text_confirmed=True, pictures_waiting=2)
    shown = teller.shown(sent, (), ())
    assert shown.network.title == "Dữ liệu đã gửi, 2 ảnh chờ"
    assert "gửi sau dữ liệu" in shown.network.text and shown.context == ""
    stays = replace(sent, pictures_waiting=0, pictures_staying=1, safe_to_shut_down=True)
    assert teller.shown(stays, (), ()).notices[0].title == "1 ảnh giấy tờ không gửi được"


def test_safe_to_shut_down_stands_only_where_the_status_says_so(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    confirmed = replace(
        QUIET, sent=297, last_confirmed_at=NOW, receipt="7f3a91c2", safe_to_shut_down=True
    )
    page = open_page(qtbot, store, confirmed)
    assert SAFE in told(page)
    for unproven in (
        replace(confirmed, safe_to_shut_down=False),
        replace(confirmed, safe_to_shut_down=False, unsent=1),
        replace(confirmed, last_confirmed_at=None),
        replace(confirmed, phase="pushing"),
    ):
        page.port.status = unproven
        page.place.status_changed()
        assert SAFE not in told(page)


def test_the_servers_receipt_has_time_number_and_code(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    status = replace(QUIET, sent=1204, last_confirmed_at=NOW, receipt="7f3a91c2")
    page = open_page(qtbot, store, status)
    facts = page.view.network.receipt.facts
    assert facts["at"].value() == "10:07 hôm nay"
    assert facts["count"].value() == "1.204 thao tác"
    assert facts["code"].value() == "7F3A 91C2"


def test_without_a_receipt_nothing_looks_like_one(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, store, QUIET)
    card = page.view.network.receipt
    assert all(fact.isHidden() for fact in card.facts.values())


def test_while_a_round_runs_the_button_rests_and_says_so(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, store, replace(QUIET, unsent=9, phase="pushing"))
    assert not page.view.network.now.isEnabled()
    assert not page.view.network.reason.isHidden()
    assert page.view.network.title.text() == "Đang gửi, còn 9 thao tác"


def test_the_button_starts_a_round(qtbot: QtBot, light: QApplication, store: Store) -> None:
    page = open_page(qtbot, store, QUIET)
    page.view.network.now.click()
    assert page.port.wanted == 1


def test_a_new_status_changes_figures_at_once(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, store, QUIET)
    page.port.status = replace(QUIET, sent=5)
    page.place.status_changed()
    assert page.view.totals.figures()["sent"] == 5


def test_nothing_waiting_is_an_empty_state_with_the_focus_on_the_button(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, store, QUIET)
    assert page.view.below.currentWidget() is page.view.empty
    assert page.view.network.now.hasFocus()


def test_a_conflict_stands_among_what_a_person_must_see_and_enter_goes_there(
    qtbot: QtBot, light: QApplication, tmp_path: Path
) -> None:
    with open_office(tmp_path) as office:
        office.part()
        page = open_page(qtbot, office.lan.store)
        assert len(page.view.list.keys()) == 1
        said = page.view.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert said.endswith("Xung đột")
        qtbot.keyClick(page.view.list, Key.Key_Return)
        assert page.window.gone == [("inbox", {})]


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 phút"), (7, "7 phút"), (60, "1 giờ"), (118, "1 giờ 58 phút"), (3000, "2 ngày 2 giờ")],
)
def test_a_span_has_its_two_largest_units(minutes: int, text: str) -> None:
    teller = SyncTeller(Teller(Words("vi"), business_date(NOW)), NOW)
    assert teller.span(timedelta(minutes=minutes)) == text


def test_a_receipt_code_is_read_out_in_fours() -> None:
    assert spaced("7f3a91c2") == spaced("7F3A 91C2") == "7F3A 91C2"
    assert spaced("") == ""


def test_a_clock_that_is_off_is_told(qtbot: QtBot, light: QApplication, store: Store) -> None:
    assert date(2026, 11, 23) == business_date(NOW)
    page = open_page(qtbot, store, replace(QUIET, clock_offset=timedelta(hours=3)))
    (notice,) = page.view.network.notices
    assert notice.accessibleName() == "Đồng hồ máy chậm 3 giờ"


def test_what_the_agency_returned_is_told_although_it_is_no_action(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, store, replace(QUIET, needs_fixing=1))
    said = page.view.totals.accessibleDescription()
    assert "Cần sửa 1, cơ quan trả lại, mở Cần xử lý" in said
