"""Somebody at the keyboard of the real window, whose keys are counted, and a watch on the window.

The stories are those of a canvasser at a door. The tests count them; the bench prints the counts,
and how long the window was ever kept from the next key.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp.rules.folding import fold
from fieldapp.store.receipts import NewLease
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.receipts.money import receipts
from ui.palette.scanner import ScanCatcher
from ui.program import Program
from ui.window import MainWindow

Key, Modifier = Qt.Key, Qt.KeyboardModifier
PATIENCE_SECONDS = 60
"""Longer than any machine needs: what has not come by then does not come."""
HOME = "9/2 Đường Nguyễn Xí, Phường 26, Quận Bình Thạnh"
CARDS = (
    f"079065000123||Lý Văn Mới|02101965|Nam|{HOME}|16082021",
    f"079170000456||Đỗ Thị Hoa|03041970|Nữ|{HOME}|16082021",
    f"079301000789||Lý Hoài An|05062001|Nữ|{HOME}|16082021",
    f"079203000321||Lý Hoài Nam|07082003|Nam|{HOME}|16082021",
)
"""A family of four that nobody knows yet."""


class Watchdog(QObject):
    """The longest that the window's thread was busy between two looks at its events.

    Its own time, not the wall's: another program that has the processor keeps no window from its
    keys for longer than it would on a machine of its own.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.longest_ms, self.after = 0.0, ""
        self._doing = ""
        self._last = time.thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def begin(self, doing: str) -> None:
        """What is done from now on, for the one who reads the figure."""
        self.look()
        self._doing = doing

    def look(self) -> None:
        """Takes the time since the last look."""
        now = time.thread_time()
        if (took := (now - self._last) * 1000) > self.longest_ms:
            self.longest_ms, self.after = took, self._doing
        self._last = time.thread_time()

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()


class Typist:
    """Presses keys where the focus is, one after another, and counts them with their modifiers."""

    def __init__(self, app: QApplication, program: Program) -> None:
        self.app, self.program = app, program
        self.strokes = self.scans = 0
        self.watchdog = Watchdog(app)
        self.until(lambda: program.window is not None)
        self.window.shell.resize(1366, 690)
        self.window.come_to_front()
        self.until(self.window.shell.isActiveWindow)
        self.calm()
        self.window.navigator.focus()

    @property
    def window(self) -> MainWindow:
        """The main window."""
        assert self.program.window is not None
        return self.program.window

    def until(self, there: Callable[[], bool]) -> None:
        """Lets the window work until something is there."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not there():
            assert time.monotonic() < end, f"waited for {there}"
            self.app.processEvents()

    def calm(self) -> None:
        """Until the window has read and written everything."""
        self.until(lambda: not self.window.is_busy())

    def press(self, *keys: Key, control: bool = False) -> None:
        """Keys, each with Ctrl or without."""
        for key in keys:
            self.watchdog.begin(f"key {key.name} in {type(self._target()).__name__}")
            self.strokes += 2 if control else 1
            held = Modifier.ControlModifier if control else Modifier.NoModifier
            QTest.keyClick(self._target(), key, held)
            self.watchdog.look()
            self._heard()

    def type(self, text: str) -> None:
        """A text, letter by letter."""
        for letter in text:
            self.watchdog.begin(f"letter in {type(self._target()).__name__}")
            self.strokes += 1
            self._send(letter)
            self.watchdog.look()
            self._heard()

    def _heard(self) -> None:
        """Nobody types as fast as a scanner, so a key is no longer held for one."""
        catchers = self.app.findChildren(ScanCatcher)
        self.until(lambda: not any(one.held() for one in catchers))

    def _send(self, letter: str) -> None:
        """Any letter: Qt's own typist knows those of ASCII only."""
        key = ord(letter.upper()) if letter.isascii() else 0
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Modifier.NoModifier, letter)
            QApplication.sendEvent(self._target(), event)

    def scan(self, card: str) -> None:
        """A card read by a scanner, which presses keys and Enter: none of them is the person's."""
        self.watchdog.begin("scan")
        self.scans += 1
        for letter in card:
            self._send(letter)
        QTest.keyClick(self._target(), Key.Key_Return)
        self.watchdog.look()

    def _target(self) -> QWidget:
        focused = self.app.focusWidget()
        return focused if focused is not None else self.window.shell

    def at(self, place: str) -> None:
        """Until a place is on the screen and has read what it shows."""
        self.until(lambda: self.window.navigator.current_code() == place)
        self.calm()


def lease_numbers(program: Program) -> None:
    """Receipt numbers, as the last sync would have brought them."""
    assert program.window is not None
    store = program.window.store
    store.take_lease(NewLease("BL 26-07", 41900, 41949, store.setting("incarnation"), 41907))


def renew_family_of_four(typist: Typist) -> None:
    """From the search to the saved receipt, where everything is known and the cards end."""
    store = typist.window.store
    home = next(
        page
        for line in households(store)
        if len((page := household_page(store, line.ward, line.household)).members) == 4
        and all(member.hhi_why_not is None for member in page.members)
    )
    typist.press(Key.Key_K, control=True)
    typist.type(f"{home.house_number} {fold(home.head_name.split()[-1])}")
    typist.press(Key.Key_Return)
    typist.at("household")
    typist.press(Key.Key_5)
    _pay(typist)


def _page(typist: Typist) -> Any:
    """The page that is open: each kind has inputs of its own."""
    return typist.window.navigator.current()


def _pay(typist: Typist) -> None:
    store = typist.window.store
    before = len(receipts(store))
    typist.at("enrol")
    typist.until(lambda: bool(_page(typist).widget.left.hhi.rows()))
    typist.calm()
    for place, row in enumerate(_page(typist).widget.left.hhi.rows()):
        if not row.tick.ticked:
            typist.press(Key(Key.Key_1.value + place))
    typist.calm()
    typist.press(Key.Key_D)
    typist.calm()
    typist.press(Key.Key_Return, control=True)
    typist.until(lambda: len(receipts(store)) == before + 1)
    typist.calm()


def enrol_new_family_of_four(typist: Typist) -> None:
    """Four scanned cards of people whom nobody knows, then all four take part."""
    typist.scan(CARDS[0])
    typist.at("households")
    typist.press(Key.Key_Return, control=True)
    typist.at("household")
    for card, kin in zip(CARDS[1:], ("v", "c", "c"), strict=True):
        typist.scan(card)
        _join(typist, kin)
    typist.press(Key.Key_5)
    _pay(typist)


def _join(typist: Typist, kin: str) -> None:
    """The form of a new member stands filled in; only who she is to the head is missing."""
    page = _page(typist)
    before = len(page.page.members)
    typist.until(page.view.form_is_open)
    typist.calm()
    typist.type(kin)
    typist.press(Key.Key_Return, control=True)
    typist.until(lambda: page.page is not None and len(page.page.members) == before + 1)
    typist.calm()
