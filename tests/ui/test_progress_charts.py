"""The charts of Tiến độ: what they draw and say, the numbers behind, the way in and back, paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.errors import SurroundingsMend
from fieldapp.rules.campaign import Span, pace
from fieldapp.rules.campaign_figures import Figure
from fieldapp.usecases.progress import CampaignProgress, CampaignRow, campaign_progress
from fieldapp.words import Words
from sync.server.reference.campaigns import Campaigns, NewTarget
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.ui.doubles import SIZE, Elsewhere, Now, on_screen
from ui.places.progress.chart_state import Chart, apart, chart, ticks
from ui.places.progress.charts import paint_days, paint_total
from ui.places.progress.place import ProgressPlace
from ui.places.progress.state import LATE
from ui.say import Teller
from ui.theme import colour

Key = Qt.Key
NINTH, LAST, THE_23RD = date(2026, 11, 9), date(2026, 12, 31), date(2026, 11, 23)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listing]:
    """A ward with targets; three people paid, the supervisor has it all."""
    with open_listing(tmp_path_factory.mktemp("office")) as opened:
        targets = [NewTarget("T", "hhi", kind, 60, ward=WARD) for kind in ("renewal", "new")]
        Campaigns(opened.team.service).add_campaign("T", "Đợt thử", NINTH, LAST, targets=targets)
        opened.pays(opened.lan, HANG, HUSBAND, SON)
        opened.sync()
        yield opened


class Asks:
    """Somebody who asks the server for people, and never reaches it."""

    def ask(self) -> object:
        raise SurroundingsMend("sync.no_network")


def open_place(qtbot: QtBot, office: Listing) -> tuple[ProgressPlace, Elsewhere]:
    window = Elsewhere()
    place = ProgressPlace(office.tri.store, Words("vi"), Now(), window, Asks())
    on_screen(qtbot, place.widget)
    place.open()
    place.widget.focus_first()
    return place, window


def test_the_keyboard_leads_to_a_visit_and_back(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    place, window = open_place(qtbot, office)
    view = place.widget
    assert window.banners == []  # who can't be asked leaves what is known
    qtbot.keyClick(view.table, Key.Key_Return)
    qtbot.keyClick(view.canvassers.table, Key.Key_Return)
    visits = view.visits
    assert view.below.currentWidget() is visits and visits.table.hasFocus()
    assert visits.title.text() == "Phường Thạnh Mỹ Tây, Lan: 1 lượt thăm"
    assert view.charts.titles["total"].text() == "BHYT mới, Lan, Phường Thạnh Mỹ Tây, cộng dồn"
    model = visits.table.model()
    row = [model.index(0, column).data() for column in range(model.columnCount())]
    assert row[2:] == ["23/11 08:00", "Đã ghi danh", "3"]
    qtbot.keyClick(visits.table, Key.Key_Return)
    assert window.gone == [("household", {"ward": WARD, "household": office.home})]
    qtbot.keyClick(visits.table, Key.Key_Escape)
    assert view.canvassers.table.hasFocus()
    qtbot.keyClick(view.canvassers.table, Key.Key_Escape)
    assert view.table.hasFocus()
    assert view.charts.titles["total"].text() == "BHYT mới, cộng dồn"


def test_a_number_chooses_the_figure_and_the_table_behind_says_the_same(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    place, _ = open_place(qtbot, office)
    view = place.widget
    qtbot.keyClick(view.table, Key.Key_2)
    assert [card.charted for card in view.cards.cards] == [False, True, False, False]
    assert view.charts.total.accessibleName() == (
        "BHYT giữ lại, cộng dồn: 2 đến nay, 60 chỉ tiêu, 2 theo nhịp này"
    )
    assert view.charts.days.accessibleName() == (
        "BHYT giữ lại, mỗi ngày: 0 đang 7 ngày qua, 2 cần mỗi ngày"
    )
    qtbot.keyClick(view.table, Key.Key_B)
    model = view.numbers.table.model()
    first = [model.index(0, column).data() for column in range(5)]
    assert first == ["Thứ Hai 23/11", "2", "", "2", "16"]
    assert model.rowCount() == 15
    qtbot.keyClick(view.numbers.table, Key.Key_Escape)
    assert view.table.hasFocus()
    qtbot.mouseClick(view.cards.cards[0], Qt.MouseButton.LeftButton)
    assert view.charts.chart is not None and view.charts.chart.name == "BHXH tự nguyện mới"


def test_a_low_window_shows_charts_and_table_in_turn(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    view = open_place(qtbot, office)[0].widget
    assert SIZE[1] >= 600 and view.charts.isVisible() and view.table.isVisible()
    view.resize(1037, 530)
    assert not view.charts.isVisible() and view.table.isVisible()
    qtbot.keyClick(view.table, Key.Key_C)
    assert view.charts.isVisible() and not view.table.isVisible()
    view.ask_turn.click()
    assert view.table.isVisible()


def test_charts_are_saved_as_paper_in_light_colours_and_noted(
    qtbot: QtBot, dark: QApplication, office: Listing, tmp_path: Path
) -> None:
    place, window = open_place(qtbot, office)
    before = colour("surface").name()
    place._paper.ask = lambda usual: tmp_path / usual.name
    place.print_paper()
    assert colour("surface").name() == before
    (path,) = tmp_path.glob("*.pdf")
    assert path.name == "tien-do-2026-11-23.pdf" and window.toasts[0][0] == f"Đã lưu {path.name}"
    pages = PdfReader(path).pages
    assert len(pages) == 2
    assert [round(side) for side in pages[0].mediabox[2:]] == [842, 595]
    assert b"0 0 0 0 0 0 cm" not in pages[0].get_contents().get_data()
    text = "".join(pages[0].extract_text().split())
    for said in ("Tiến độ: BHYT mới", "Số liệu đến 08:00 ngày 23/11", "BHYT giữ lại: 2 trên chỉ"):
        assert said.replace(" ", "") in text
    assert "ThứHai23/111" in text

    place._paper.ask = lambda usual: tmp_path / "gone" / usual.name
    place.print_paper()
    assert len(window.banners) == 1 and len(window.toasts) == 1


def drawn(figure: Figure, today: date, ends_on: date | None = LAST) -> Chart:
    stage = Span(NINTH, ends_on).stage(today)
    found = CampaignProgress(today, CampaignRow("T", "Đợt thử", NINTH, ends_on, stage))
    return chart(figure, found, "", Teller(Words("vi"), today))


@pytest.mark.parametrize(
    ("target", "today", "ends_on"),
    [
        (None, THE_23RD, LAST),
        (0, THE_23RD, LAST),
        (40, date(2026, 11, 1), LAST),
        (40, NINTH, NINTH),
        (40, date(2027, 2, 1), LAST),
        (40, THE_23RD, None),
        (3_000_000, THE_23RD, LAST),
    ],
)
def test_odd_campaigns_are_drawn_or_say_why_not(
    light: QApplication, target: int | None, today: date, ends_on: date | None
) -> None:
    span = Span(NINTH, ends_on)
    gone = max(0, (min(today, ends_on or today) - NINTH).days + 1)
    judged = pace(span, today, target, gone, min(7, gone))
    figure = Figure("hhi", "new", target, gone, 0, judged, per_day=(1,) * gone, late=(1,) * gone)
    shown = drawn(figure, today, ends_on)
    for paint in (paint_total, paint_days):
        image = QImage(QSize(420, 170), QImage.Format.Format_RGB32)
        image.fill(colour("surface"))
        with QPainter(image) as painter:
            paint(painter, QRectF(0, 0, 420, 170), shown, Teller(Words("vi"), today))
        seen = {image.pixel(x, y) for x in range(0, 420, 2) for y in range(170)}
        assert len(seen) > 2
    assert bool(shown.empty) == (gone == 0)
    assert shown.spoken_total and shown.spoken_days


def test_scales_are_round_and_labels_stand_apart() -> None:
    assert ticks(1) == (0, 1)
    assert ticks(87_535) == (0, 50_000, 100_000)
    assert ticks(41) == (0, 20, 40, 60)
    for most in (1, 7, 99, 1_001, 2_500_000):
        assert ticks(most)[-1] >= most and len(ticks(most)) <= 6
    placed = apart([10, 11, 90], 20, 0, 100)
    assert placed == [10, 30, 90] and apart([95, 99], 20, 0, 100) == [80, 100]


def test_without_a_figure_chosen_the_one_that_needs_help_is_charted(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    place, _ = open_place(qtbot, office)
    charted = place.state.charted()
    assert charted is not None and charted.pace.state in LATE
    nothing = replace(campaign_progress(office.tri.store), totals=())
    assert replace(place.state, found=nothing).charted() is None
