"""A scanner anywhere in the window: what it types opens a person and never presses a key.

A scanner is a keyboard that types a card in a burst. In a list the digits of a card would be
outcomes of visits, so a printable key is held for a moment: if the next one follows at once it is a
scan and goes out as one text; otherwise the key acts as if nothing had been.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from fieldapp.rules.people.keyed_text import looks_scanned, split_scan

READS_SCANS = "readsScans"
"""The property of an input that takes a card by itself: a form, the palette."""
HOLD_MS = 35
"""Nobody types two keys within it; scanners need 1 to 20 ms a key."""
LEAST_LETTERS = 12
"""Fewer letters in a burst are no card: a citizen card's number alone has twelve."""
TYPED_INTO = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
HELD_WITH = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class ScanCatcher(QObject):
    """Watches the keys of an application. `scanned` goes out with the text of a scan.

    Where text is typed nothing is held: forms and the palette read scans by themselves, out of any
    other input a card is taken at the Enter that ends it. With a window only its keys are watched.
    `stop` ends it.
    """

    scanned = Signal(str)

    def __init__(self, app: QApplication, window: QWidget | None = None) -> None:
        super().__init__(app)
        self._app, self._window = app, window
        self._held = ""
        self._target: QWidget | None = None
        self._replaying = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HOLD_MS)
        self._timer.timeout.connect(self.release)
        app.installEventFilter(self)

    def stop(self) -> None:
        """Watches no longer; what was held is dropped."""
        self._timer.stop()
        self._app.removeEventFilter(self)
        self.deleteLater()

    def held(self) -> str:
        """The keys that are held now."""
        return self._held

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._replaying or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWidget) or watched is not QApplication.focusWidget():
            return False
        if self._window is not None and self._window is not watched.window():
            return False
        if isinstance(watched, TYPED_INTO):
            return self._take_out(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._before_shortcuts(event)
        if event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in ENTER and self._held:
            return self._end()
        if not self._is_letter(event):
            return False
        self._hold(watched, event.text())
        return True

    def _before_shortcuts(self, event: QKeyEvent) -> bool:
        """No shortcut takes a letter, or the Enter of a scan, before it is known whose it is; any
        other key finds done what the letter before it does."""
        ends = event.key() in ENTER and len(self._held) >= LEAST_LETTERS
        if self._is_letter(event) or ends:
            event.accept()
            return True
        if self._held and event.key() not in MODIFIERS:
            self.release()
        return False

    def _take_out(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Takes a card out of an input that is not made for cards; what stood there stays."""
        ends = event.type() == QEvent.Type.KeyPress and event.key() in ENTER
        if not ends or watched.property(READS_SCANS):
            return False
        if isinstance(watched, QLineEdit):
            text = watched.text()
        elif isinstance(watched, QPlainTextEdit):
            text = watched.toPlainText()
        else:
            return False
        if not looks_scanned(text):
            return False
        before, scan = split_scan(text)
        if isinstance(watched, QLineEdit):
            watched.setText(before)
            watched.textEdited.emit(before)
        else:
            watched.setPlainText(before)
        self.scanned.emit(scan)
        return True

    @staticmethod
    def _is_letter(event: QKeyEvent) -> bool:
        text = event.text()
        plain = event.modifiers() in HELD_WITH and not event.isAutoRepeat()
        return plain and len(text) == 1 and text.isprintable()

    def _hold(self, watched: QWidget, text: str) -> None:
        if not self._held:
            self._target = watched
        self._held += text
        self._timer.start()

    def _end(self) -> bool:
        """Enter after a burst ends a scan; after a single key it is an Enter of its own."""
        was_scan = len(self._held) >= LEAST_LETTERS
        self.release()
        return was_scan

    def release(self) -> None:
        """The burst is over: a scan goes out, single keys act."""
        self._timer.stop()
        text, target = self._held, self._target
        self._held, self._target = "", None
        if len(text) >= LEAST_LETTERS:
            self.scanned.emit(text)
            return
        for letter in text:
            if target is not None and isValid(target):  # a page may have been built anew since
                self._replay(letter, target)

    def _replay(self, letter: str, target: QWidget) -> None:
        shortcut = _shortcut_of(letter, target)
        if shortcut is not None:
            shortcut.activated.emit()
            return
        key = Qt.Key(ord(letter.upper())) if letter.isascii() else Qt.Key.Key_unknown
        self._replaying = True
        try:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                pressed = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(target, pressed)
        finally:
            self._replaying = False


def _shortcut_of(letter: str, target: QWidget) -> QShortcut | None:
    """The shortcut that the letter would have pressed: the nearest one above the target."""
    wanted = QKeySequence(letter.upper())
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    walk: QWidget | None = target
    while walk is not None:
        for shortcut in walk.findChildren(QShortcut, "", direct):
            if shortcut.key() == wanted and shortcut.isEnabled():
                return shortcut
        if walk.isWindow():
            return None
        walk = walk.parentWidget()
    return None
