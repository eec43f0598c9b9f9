"""Báo cáo on a laptop that does not hold the ward: told so, and read from the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.clock import Ids
from fieldapp.errors import SurroundingsMend
from fieldapp.reports.visits import Written
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.visiting import visits
from fieldapp.words import Words
from sync.client.visit_log import ServerVisits
from tests.support.laptops import WARD, add_family
from tests.support.team import Laptop, Team
from tests.ui.doubles import Elsewhere
from tests.ui.test_reports_place import Long
from ui.places.ports import Cancelled
from ui.places.reports import ReportsPlace
from ui.places.reports.place import SETTING


@pytest.fixture
def mai(team: Team, lan: Laptop, tmp_path: Path) -> Iterator[Laptop]:
    """A supervisor before her first sync, in whose ward lan has visited three times."""
    mai = team.laptop(tmp_path / "mai", "mai", role="supervisor")
    home, _ = add_family(lan.store, ["Trần Thị Hằng"])
    for _ in range(3):
        lan.clock.forward(minutes=2)
        visits.record_visit(lan.store, WARD, home, "refused")
    lan.synced()
    folder = tmp_path / "báo cáo"
    folder.mkdir()
    mai.store.remember(**{SETTING: str(folder)})
    yield mai
    mai.profile.close()


def test_a_ward_that_is_not_here_is_read_from_the_server(
    qtbot: QtBot, light: QApplication, mai: Laptop, tmp_path: Path
) -> None:
    ways = [mai.transport(), mai.transport(fetch_visits=["lost", "lost"])]

    def again(*_: object) -> None:
        ways.append(mai.transport())

    def far(cancelled: Cancelled) -> ServerVisits:
        fresh = Ids(mai.store, mai.store.random_bytes).new
        return ServerVisits(
            ways.pop, fresh, cancelled, pause=lambda *_: ways.append(mai.transport())
        )

    tasks = Long()
    place = ReportsPlace(mai.store, Words("vi"), tasks, Elsewhere(), far)
    qtbot.addWidget(place.widget)
    place.widget.show()
    place.open()
    view = place.widget
    assert view._note.text() == "1 phường chưa có trên máy, máy chủ đọc khi xuất"
    assert view.choosing.groups["wards"].box(WARD).text().endswith("(ở máy chủ)")
    assert view.band.three.isEnabled() and view.band.missing.text() == ""
    view.band.single["csv"].click()
    (line,) = view.band.results
    assert "3 dòng" in line.accessibleName()
    assert tasks.steps[-1] == (3, 3), "the server says how many it will be"
    tasks.fails = SurroundingsMend("sync.no_network")
    view.band.single["xlsx"].click()
    assert view.band.banner.title.text().startswith("Chưa có mạng")
    assert [path.suffix for path in (tmp_path / "báo cáo").iterdir()] == [".csv"]


def test_the_files_of_one_press_hold_the_same_whatever_comes_meanwhile(
    qtbot: QtBot, light: QApplication, mai: Laptop, lan: Laptop
) -> None:
    home = households(lan.store)[0].household

    def works(_: Written) -> None:
        visits.record_visit(lan.store, WARD, home, "considering")
        lan.synced()

    def far(cancelled: Cancelled) -> ServerVisits:
        return ServerVisits(mai.transport, Ids(mai.store, mai.store.random_bytes).new, cancelled)

    tasks = Long()
    place = ReportsPlace(mai.store, Words("vi"), tasks, Elsewhere(), far)
    qtbot.addWidget(place.widget)
    place.open()
    shown = place.widget.band.add_result
    place.widget.band.add_result = lambda written: (shown(written), works(written))  # type: ignore  # `append` gives None, on purpose
    place.export()
    said = [line.accessibleName().partition(",")[2] for line in place.widget.band.results]
    assert len(said) == 3 and len(set(said)) == 1
