"""The frame: places, keys, folding, status bar, pages above a place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.shell import ALL_PLACES, Head, ShellState, ShellWindow, SyncState, User
from ui.theme import apply
from ui.widgets import Button, Panel

SYNC = SyncState(14, 297, 1, 1, "Chưa có mạng, thử lại lúc 10:25", "Máy chủ nhận lần cuối 08:02")


@pytest.fixture
def shell(light: QApplication, qtbot: QtBot) -> ShellWindow:
    """A window with eight empty places, shown at 1366x768."""
    window = ShellWindow()
    for place in ALL_PLACES:
        page = Panel()
        page.column.addWidget(Button(place.code))
        window.add_place(place, page)
    window.set_state(
        ShellState(user=User("Lê Thị Hồng Lan", "Phường 25"), counts={"today": 16, "inbox": 3})
    )
    window.set_sync(SYNC)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    return window


def test_ctrl_and_a_digit_go_to_a_place(shell: ShellWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell.place_chosen) as chosen:
        qtbot.keyClick(shell, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert chosen.args == ["inbox"]
    assert shell.current_place() == "inbox"


def test_digits_count_only_the_places_that_a_role_sees(shell: ShellWindow, qtbot: QtBot) -> None:
    shell.set_state(ShellState(places=("today", "households", "progress")))
    qtbot.keyClick(shell, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert shell.current_place() == "progress"
    qtbot.keyClick(shell, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert shell.current_place() == "progress"


@pytest.mark.parametrize(
    ("key", "modifier", "signal"),
    [
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier, "sync_requested"),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "undo_requested"),
        (Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier, "new_requested"),
        (Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, "export_requested"),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "help_requested"),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier, "search_requested"),
        (Qt.Key.Key_Slash, Qt.KeyboardModifier.NoModifier, "search_requested"),
    ],
)
def test_keys_of_the_frame_are_heard(
    shell: ShellWindow, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, signal: str
) -> None:
    with qtbot.waitSignal(getattr(shell, signal)):
        qtbot.keyClick(shell, key, modifier)


def test_the_key_of_commands_opens_the_search_with_itself(shell: ShellWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(shell, ">")
    assert shell.palette_box.isVisible()
    assert shell.palette_box.input.text() == ">"


def test_the_rail_folds_below_1200_px(shell: ShellWindow) -> None:
    assert shell.rail.width() == 184
    shell.resize(1093, 614)
    assert shell.rail.width() == 56
    tips = [b.toolTip() for b in shell.rail.findChildren(QAbstractButton)]
    assert tips[0] == "Hôm nay, 16 việc, đang mở"


def test_a_page_above_a_place_goes_back_by_esc(shell: ShellWindow, qtbot: QtBot) -> None:
    shell.back_requested.connect(shell.close_page)
    page = Panel()
    shell.open_page(page, Head("Nguyễn Thị Bích Hằng", "123/4/5A", back=True))
    assert shell.page() is page
    assert shell.header.title.text() == "Nguyễn Thị Bích Hằng"
    assert shell.header.back.isVisible()
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert shell.page() is not page
    assert shell.header.title.text() == "Hôm nay"


def test_a_place_is_made_when_it_is_first_opened(light: QApplication, qtbot: QtBot) -> None:
    made: list[str] = []

    def make() -> QWidget:
        made.append("households")
        return Panel()

    window = ShellWindow()
    qtbot.addWidget(window)
    window.add_place(ALL_PLACES[0], Panel())
    window.add_place(ALL_PLACES[1], make)
    window.set_state(ShellState())
    assert made == []
    window.show_place("households")
    window.show_place("today")
    window.show_place("households")
    assert made == ["households"]


def test_the_status_bar_tells_counts_and_the_last_receipt(shell: ShellWindow) -> None:
    names = [w.accessibleName() for w in shell.status.findChildren(QWidget) if w.accessibleName()]
    assert names[:5] == [
        "Trên máy: 14",
        "Đã gửi: 297",
        "Cần sửa: 1",
        "Xung đột: 1",
        "Chưa có mạng, thử lại lúc 10:25. Máy chủ nhận lần cuối 08:02",
    ]


def test_the_sync_button_rests_while_a_round_runs(shell: ShellWindow) -> None:
    shell.set_sync(SyncState(busy=True))
    assert not shell.status.sync.isEnabled()
    shell.set_sync(SYNC)
    assert shell.status.sync.isEnabled()


def test_a_toast_offers_undo_and_ctrl_z_takes_it_away(shell: ShellWindow, qtbot: QtBot) -> None:
    shell.say_done("Đã ghi: vắng nhà")
    assert shell.toast.can_undo()
    with qtbot.waitSignal(shell.undo_requested):
        qtbot.keyClick(shell, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shell.toast.text() == ""


def test_ctrl_z_in_a_field_is_the_field_s_own_undo(shell: ShellWindow, qtbot: QtBot) -> None:
    page = shell.page()
    assert isinstance(page, Panel)
    edit = QLineEdit()
    page.column.addWidget(edit)
    edit.show()
    edit.setFocus()
    qtbot.keyClicks(edit, "abc")
    with qtbot.assertNotEmitted(shell.undo_requested):
        qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.text() != "abc"


def test_initials_are_of_the_first_and_the_last_word() -> None:
    assert User("Lê Thị Hồng Lan").initials == "LL"
    assert User("Hồng Lan").initials == "HL"
    assert User("").initials == ""


def test_everything_that_takes_the_focus_has_a_name(shell: ShellWindow) -> None:
    nameless = []
    for widget in shell.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name) and not widget.accessibleName():
            nameless.append(type(widget).__name__)
    assert nameless == []


def test_the_training_profile_shows_its_word_instead_of_the_mark(
    qapp: QApplication, qtbot: QtBot
) -> None:
    apply(qapp, training=True)
    window = ShellWindow()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    paper = window.rail.grab().toImage().pixelColor(90, 400).name()
    apply(qapp, training=False)
    assert window.rail.grab().toImage().pixelColor(90, 400).name() != paper


def test_the_gallery_paints_in_both_themes_and_sizes(light: QApplication, qtbot: QtBot) -> None:
    from ui.widgets.gallery_frame import frame

    for kind in ("today", "conflict"):
        window, _ = frame(kind)
        qtbot.addWidget(window)
        for width, height in ((1366, 690), (1093, 614), (940, 560)):
            window.resize(width, height)
            assert window.grab().width() == width


def test_new_counts_do_not_take_the_focus_away(shell: ShellWindow, qtbot: QtBot) -> None:
    page = shell.page()
    assert isinstance(page, Panel)
    edit = QLineEdit()
    page.column.addWidget(edit)
    edit.show()
    edit.setFocus()
    shell.set_state(ShellState(counts={"today": 15}))
    assert shell.focusWidget() is edit


def test_what_is_typed_into_the_search_field_is_searched(shell: ShellWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(shell.header.search.edit, "b")
    assert shell.palette_box.input.text() == "b"
