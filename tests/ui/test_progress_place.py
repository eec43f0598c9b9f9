"""The place Tiến độ on laptops of one office: figures, wards, who took how many, odd states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.rules.campaign import Span, pace
from fieldapp.rules.campaign_figures import Figure
from fieldapp.store.store import Store
from fieldapp.usecases.progress import CampaignRow, campaign_progress
from fieldapp.words import Words
from sync.server.reference.campaigns import Campaigns, NewTarget
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.ui.doubles import Elsewhere, Now, WhenTold
from ui.places.progress.place import ProgressPlace
from ui.places.progress.state import cards, help_text, per_day, time_left
from ui.say import Teller
from ui.theme import colour
from ui.widgets import Cell, Column, Line, SectionTable
from ui.widgets.table import column_fits

Key = Qt.Key
OTHER = "26929.20250701"
NINTH, LAST = date(2026, 11, 9), date(2026, 12, 31)
THE_23RD = date(2026, 11, 23)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listing]:
    """Two wards with targets, one of them far behind; three people of the other have paid."""
    with open_listing(tmp_path_factory.mktemp("office")) as opened:
        admin = opened.team.admin
        admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
        admin.grant("tri", OTHER, "clerk")
        campaigns = Campaigns(opened.team.service)
        targets = [
            NewTarget("T", scheme, kind, people, ward=ward)
            for ward, people in ((WARD, 3), (OTHER, 800))
            for scheme, kind in (("hhi", "renewal"), ("hhi", "new"), ("vsi", "new"))
        ]
        campaigns.add_campaign("T", "Đợt thử", NINTH, LAST, targets=targets)
        opened.pays(opened.lan, HANG, HUSBAND, SON, vsi=SON)
        opened.sync()
        yield opened


@dataclass
class Page:
    """The place with the window that it was given."""

    place: ProgressPlace
    window: Elsewhere

    def column(self, number: int) -> list[str]:
        model = self.place.widget.table.model()
        return [model.index(row, number).data() for row in range(model.rowCount())]


def open_page(qtbot: QtBot, store: Store, language: str = "vi") -> Page:
    window = Elsewhere()
    place = ProgressPlace(store, Words(language), Now(), window)
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 606)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    place.widget.focus_first()
    return Page(place, window)


def test_a_supervisor_sees_who_needs_help_and_looks_into_a_ward_by_keys(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    page = open_page(qtbot, office.tri.store)
    view = page.place.widget
    assert view.head().context == "Đợt thử, đến 31/12/2026"
    assert view.strip.told.text() == "Số liệu đến 08:00 ngày 23/11"
    assert view.strip.left.text() == "Còn 38 ngày lịch"
    assert [card.card.title for card in view.cards.cards] == [
        "BHXH tự nguyện mới",
        "BHYT giữ lại",
        "BHYT mới",
        "BHYT hộ gia đình, cả hai",
    ]
    assert view.cards.cards[1].card.figure == "2"
    assert view.cards.cards[1].accessibleName() == (
        "BHYT giữ lại: 2 trên chỉ tiêu 803, 0 %, chậm, đang 0 / ngày, cần 22 / ngày"
    )
    assert page.column(0) == ["Phường Bình Thạnh", "Phường Thạnh Mỹ Tây"]
    assert page.column(3) == ["0", "2"]
    assert page.column(6)[0].startswith("BHXH TN mới: cần 22, đang 0")

    qtbot.keyClick(view.table, Key.Key_Down)
    assert view.story.text().startswith("Phường Thạnh Mỹ Tây: số liệu đến 08:00 ngày 23/11, mục ")
    qtbot.keyClick(view.table, Key.Key_Return)
    people = view.canvassers
    assert view.below.currentWidget() is people
    assert people.title.text() == "Phường Thạnh Mỹ Tây: ai ghi danh bao nhiêu"
    assert people.table.hasFocus()
    model = people.table.model()
    row = [model.index(0, column).data() for column in range(model.columnCount())]
    assert row == ["Lan", "1", "0", "2", "1", "4"]
    qtbot.keyClick(people.table, Key.Key_Escape)
    assert view.below.currentWidget() is view.wards
    assert view.table.hasFocus() and view.table.current_key() == WARD


def test_a_ward_without_anybody_says_so_and_the_way_back_has_the_focus(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    page = open_page(qtbot, office.tri.store)
    view = page.place.widget
    qtbot.keyClick(view.table, Key.Key_Return)
    assert view.canvassers.below.currentWidget() is view.canvassers.nobody
    assert view.canvassers.back.hasFocus()
    qtbot.keyClick(view.canvassers.back, Key.Key_Escape)
    assert view.below.currentWidget() is view.wards


def test_a_head_sorts_and_the_selected_ward_stays(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    page = open_page(qtbot, office.tri.store)
    table = page.place.widget.table
    table.select_key(WARD)
    table.sort_asked.emit("hhi_renewal")
    table.sort_asked.emit("hhi_renewal")
    assert page.column(3) == ["2", "0"]
    assert table.current_key() == WARD
    table.sort_asked.emit("help")
    assert page.column(0) == ["Phường Bình Thạnh", "Phường Thạnh Mỹ Tây"]


def test_an_answer_of_a_ward_that_was_left_is_dropped(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    page = open_page(qtbot, office.tri.store)
    page.place._tasks = late = WhenTold()
    page.place.look_into(WARD)
    page.place.leave_ward()
    late.answer()
    assert page.place.widget.below.currentWidget() is page.place.widget.wards


def test_own_work_that_was_not_sent_is_told_and_not_counted(
    qtbot: QtBot, light: QApplication, tmp_path: Path
) -> None:
    with open_listing(tmp_path) as office:
        page = open_page(qtbot, office.lan.store)
        view = page.place.widget
        assert view.below.currentWidget() is view.none
        Campaigns(office.team.service).add_campaign("T", "Đợt thử", NINTH, LAST)
        office.sync(office.lan)
        office.pays(office.lan, HANG)
        page.place.refresh()
        assert view.pages.currentWidget() is view.full
        assert "1 người chưa được máy chủ xác nhận, chưa tính" in view.strip.told.text()
        assert page.column(3) == ["0"]
        assert page.column(6) == ["chưa có chỉ tiêu"]


def test_a_laptop_without_a_ward_says_so(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    page = open_page(qtbot, office.tri.store)
    found = campaign_progress(office.tri.store)
    state = replace(page.place.state, found=replace(found, wards=()))
    page.place.widget.show_state(state)
    assert page.place.widget.pages.currentWidget() is page.place.widget.no_wards


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_head_fits_its_column(
    qtbot: QtBot, light: QApplication, office: Listing, language: str
) -> None:
    view = open_page(qtbot, office.tri.store, language).place.widget
    for table in (view.table, view.canvassers.table):
        assert [c.title for c in table.columns if c.title and not column_fits(c)] == []


@pytest.mark.parametrize(("bar", "drawn"), [(0.0, False), (0.001, True)])
def test_nobody_is_no_bar_and_one_of_a_thousand_is_one(
    qtbot: QtBot, light: QApplication, bar: float, drawn: bool
) -> None:
    table = SectionTable("", [Column("n", "n", 138, figures=True)])
    qtbot.addWidget(table)
    table.set_lines([Line("a", (Cell("0", bar=bar, bar_token="brick"),))])
    image = table.grab().toImage()
    brick = colour("brick").rgb()
    seen = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    assert (brick in seen) is drawn


@pytest.mark.parametrize(
    ("people", "days", "said"),
    [(6_048, 7, "864"), (10, 7, "1,4"), (21, 7, "3"), (0, 7, "0"), (5, 0, "0"), (69, 7, "9,9")],
)
def test_people_a_day_are_said_as_people_say_them(people: int, days: int, said: str) -> None:
    assert per_day(people, days) == said


@pytest.mark.parametrize(
    ("today", "said", "state"),
    [
        (date(2026, 11, 1), "Bắt đầu 09/11", "chưa bắt đầu"),
        (NINTH, "Còn 52 ngày lịch", "mới bắt đầu"),
        (LAST, "Hôm nay là ngày cuối", "chậm"),
        (date(2027, 1, 1), "Đã kết thúc 31/12/2026", "chưa đạt"),
    ],
)
def test_each_day_of_a_campaign_has_its_words(
    office: Listing, today: date, said: str, state: str
) -> None:
    span = Span(NINTH, LAST)
    campaign = CampaignRow("T", "Đợt thử", NINTH, LAST, span.stage(today))
    figure = Figure("hhi", "new", 10, 3, 0, pace(span, today, 10, 3, 0))
    found = replace(
        campaign_progress(office.tri.store),
        today=today,
        campaign=campaign,
        days_left=span.days_left(today),
        totals=(figure,),
    )
    teller = Teller(Words("vi"), today)
    assert time_left(found, teller) == said
    assert cards(found.totals, teller)[0].state == state


@pytest.mark.parametrize(
    ("target", "done", "said"),
    [(None, 3, "chưa có chỉ tiêu"), (0, 3, "chỉ tiêu 0"), (3, 3, "đạt"), (9, 3, "BHYT mới: cần 1")],
)
def test_the_word_of_a_ward_tells_no_target_from_zero(
    target: int | None, done: int, said: str
) -> None:
    figure = Figure("hhi", "new", target, done, 0, pace(Span(NINTH, LAST), NINTH, target, done, 0))
    assert help_text([figure], Teller(Words("vi"), NINTH))[0] == said
