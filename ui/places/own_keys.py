"""Keys that a page takes before the window does.

The window binds Ctrl+Z and others for all places; two shortcuts on one key would silence both.
A page that has its own meaning for such a key, for as long as `wants` says so, takes it here.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget


class OwnKey(QObject):
    """One key of `widget` and of what lies in it; `act` runs when it is pressed there."""

    def __init__(
        self,
        widget: QWidget,
        key: str,
        act: Callable[[], object],
        *,
        wants: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(widget)
        self._key = QKeySequence(key)
        self._act, self._wants = act, wants
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not self._wants():
            return False
        if QKeySequence(event.keyCombination()) != self._key:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            event.accept()
            self._act()
            return True
        return False
