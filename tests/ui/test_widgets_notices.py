"""States, bars, doors, conflict cards, toast, skeleton, bands."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import current
from ui.widgets import (
    Band,
    BandPage,
    Button,
    ConflictCard,
    CoverageBar,
    DateScale,
    DoorsOfDay,
    ErrorBanner,
    Label,
    Notice,
    Palette,
    Panel,
    ProgressPanel,
    Segment,
    Side,
    Skeleton,
    StateChip,
    Toast,
    urgency_token,
)
from ui.widgets.conflict_card import differing
from ui.widgets.doors import Door
from ui.widgets.rows import Group, Row

TODAY = date(2024, 11, 21)
SCALE = DateScale(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("on_device", "Trên máy 1.204"),
        ("sent", "Đã gửi 1.204"),
        ("needs_fixing", "Cần sửa 1.204"),
        ("conflict", "Xung đột 1.204"),
    ],
)
def test_a_state_is_one_of_four_words_with_its_count(
    light: QApplication, qtbot: QtBot, state: str, word: str
) -> None:
    chip = StateChip(state, 1204)
    qtbot.addWidget(chip)
    assert chip.accessibleName() == word


@pytest.mark.parametrize(
    ("days", "at_stake", "token"),
    [
        (14, False, "brick"),
        (15, False, "ochre"),
        (30, False, "ochre"),
        (31, False, "ink3"),
        (40, True, "brick"),
        (-3, False, "brick"),
        (None, False, "ink3"),
    ],
)
def test_urgency_has_the_colour_of_its_days(days: int | None, at_stake: bool, token: str) -> None:
    assert urgency_token(days, at_stake=at_stake) == token


def test_a_coverage_bar_speaks_as_a_sentence(light: QApplication, qtbot: QtBot) -> None:
    parts = [
        Segment("force", date(2024, 1, 1), date(2024, 8, 31)),
        Segment("gap", date(2024, 9, 1), TODAY),
        Segment("other", date(2024, 1, 1), date(2025, 9, 30), "Nhà nước đóng"),
    ]
    bar = CoverageBar(SCALE, parts, today=TODAY, name="Minh Đức")
    qtbot.addWidget(bar)
    assert bar.accessibleName() == "Thời hạn của Minh Đức"
    assert bar.accessibleDescription() == (
        "còn hạn đến 31/08, ngắt từ 01/09, Nhà nước đóng, đến 30/09/2025"
    )


def test_a_bar_is_blue_where_cover_is_in_force_and_empty_after(
    light: QApplication, qtbot: QtBot
) -> None:
    part = Segment("force", date(2024, 1, 1), date(2024, 6, 30))
    bar = CoverageBar(SCALE, [part], today=TODAY, name="Hằng")
    qtbot.addWidget(bar)
    bar.resize(366, 18)
    image = bar.grab().toImage()
    assert image.pixelColor(90, 6).name().upper() == current.tokens().button
    assert image.pixelColor(300, 9).name().upper() == current.tokens().line


def test_a_day_outside_the_scale_stays_within_the_bar() -> None:
    assert SCALE.x(date(2030, 1, 1), 10, 100) == 110
    assert SCALE.x(date(2020, 1, 1), 10, 100) == 10


def test_the_doors_are_counted_aloud(light: QApplication, qtbot: QtBot) -> None:
    day: list[Door] = ["enrolled", "talked", "away", "next", "coming"]
    doors = DoorsOfDay(day)
    qtbot.addWidget(doors)
    assert doors.accessibleDescription() == "5 cửa: 1 ghi danh, 1 đã gặp, 1 vắng nhà, còn 2"
    doors.set_doors(["coming"] * 80)
    assert not doors.grab().isNull()


def test_only_the_letters_that_differ_are_tinted() -> None:
    assert differing("Trần Quốc Khôi", "Trần Quốc Khoi") == [(12, 13)]
    assert differing("20/03/1958", "02/03/1958") != []
    assert differing("Khoi", "Khoi") == []


def test_the_suggested_side_carries_the_primary_button(light: QApplication, qtbot: QtBot) -> None:
    side = Side(
        "Chị Lan",
        "Trần Quốc Khôi",
        (("clock", "10:06"),),
        action="Giữ bản này",
        key="1",
        suggested=True,
    )
    card = ConflictCard(side, "Trần Quốc Khoi")
    qtbot.addWidget(card)
    assert card.button.kind == "primary"
    assert card.accessibleName() == "Chị Lan: Trần Quốc Khôi"
    assert card.accessibleDescription() == "Nên chọn, 10:06"


def test_the_next_toast_replaces_the_one_before(light: QApplication, qtbot: QtBot) -> None:
    page = QWidget()
    page.resize(900, 500)
    qtbot.addWidget(page)
    toast = Toast(page)
    page.show()
    toast.say_done("Đã ghi: vắng nhà")
    toast.say_done("Đã ghi: hẹn lại", undo=False)
    assert toast.text() == "Đã ghi: hẹn lại"
    assert not toast.can_undo()
    assert abs(toast.geometry().center().x() - page.rect().center().x()) <= 1
    toast.dismiss()
    assert toast.text() == ""


def test_a_skeleton_is_not_seen_at_once_and_not_after_its_end(
    light: QApplication, qtbot: QtBot
) -> None:
    skeleton = Skeleton()
    qtbot.addWidget(skeleton)
    skeleton.start()
    assert not skeleton.is_drawn()
    qtbot.waitUntil(skeleton.is_drawn)
    skeleton.stop()
    assert not skeleton.is_drawn()


def test_long_work_can_be_cancelled_once(light: QApplication, qtbot: QtBot) -> None:
    panel = ProgressPanel("Đang chép")
    qtbot.addWidget(panel)
    panel.set_progress(30, 120, "30 trong 120 hộ")
    assert panel.share() == 0.25
    with qtbot.waitSignal(panel.cancelled):
        panel.cancel.click()
    assert not panel.cancel.isEnabled()


def test_a_notice_in_a_band_shows_all_its_lines(light: QApplication, qtbot: QtBot) -> None:
    band = Band()
    text = "Minh Đức đã ngắt thẻ 2 tháng 21 ngày. Đóng trước 30/11 thì dùng được thẻ ngay. " * 3
    notice = Notice("Vì sao hôm nay", text, "brick")
    band.body.addWidget(notice)
    qtbot.addWidget(band)
    band.resize(340, 600)
    band.show()
    assert notice.text.height() >= notice.text.heightForWidth(notice.text.width())


def test_a_banner_offers_its_action(light: QApplication, qtbot: QtBot) -> None:
    banner = ErrorBanner("Ổ đĩa đầy, chưa lưu được", "Phiếu còn nguyên.", action="Thử lưu lại")
    qtbot.addWidget(banner)
    with qtbot.waitSignal(banner.acted):
        banner.action.click()


def paged(qtbot: QtBot, width: int) -> tuple[BandPage, QWidget]:
    """A page with a band in a window of a width; who asks must hold the window, or it dies."""
    window, middle, band = QWidget(), Panel(), Band()
    middle.column.addWidget(Button("Giữa"))
    band.foot.addWidget(Button("Ghi danh", kind="primary"))
    page = BandPage(middle, band, band_width=372)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(page)
    qtbot.addWidget(window)
    window.resize(width, 600)
    window.show()
    return page, window


@pytest.mark.parametrize(("width", "band"), [(1093, 316), (1366, 372), (1920, 480)])
def test_the_band_has_the_width_of_the_grid(
    light: QApplication, qtbot: QtBot, width: int, band: int
) -> None:
    page, _window = paged(qtbot, width)
    assert page.band.width() == band
    assert page.middle.width() == width - band


def test_below_1000_px_the_band_is_a_page_that_esc_closes(
    light: QApplication, qtbot: QtBot
) -> None:
    page, _window = paged(qtbot, 940)
    assert page.is_single()
    assert not page.band.isVisible()
    page.open_band()
    assert page.band.width() == 940
    with qtbot.waitSignal(page.band_closed):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.middle.isVisible()


def test_the_palette_asks_shows_and_gives_the_focus_back(light: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    before = Button("Trước")
    column.addWidget(before)
    column.addWidget(Label("x"))
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    window.activateWindow()
    before.setFocus()
    palette = Palette(window)
    asked: list[str] = []
    palette.asked.connect(asked.append)
    palette.open()
    palette.input.setText("bich hang")
    assert asked[-1] == "bich hang"
    palette.set_results(
        [
            Group("p", "Người"),
            Row("a", "Nguyễn Thị Bích Hằng"),
            Row("b", "Phan Hằng Bích"),
            Group("v", "Việc"),
            Row("c", "Ghi danh"),
        ]
    )
    qtbot.keyClick(palette.input, Qt.Key.Key_Tab)
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.input, Qt.Key.Key_Return)
    assert chosen.args == ["c"]
    qtbot.keyClick(palette.input, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.focusWidget() is before
