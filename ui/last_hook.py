"""The last hook: what nobody expected is told once, with details to copy; the window lives on."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.tasks import Defect, defect_of
from ui.theme import say
from ui.widgets import Button, Label


class DefectDialog(QDialog):
    """Says that something went wrong, that saved work is safe, and gives the details to copy."""

    def __init__(self, defect: Defect, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.defect = defect
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(say("app.defect_title"))
        self.setMinimumWidth(480)
        self.details = QPlainTextEdit(defect.details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(say("app.defect_details"))
        self.details.setFixedHeight(160)
        self.copy = Button(say("app.copy_details"))
        self.copy.clicked.connect(self._copy)
        self.leave = Button(say("app.close"), key="Esc")
        self.leave.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(say("app.defect_title"), role="subheading", wrap=True))
        column.addWidget(Label(say("app.defect_text"), token="ink2", wrap=True))
        column.addWidget(self.details)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.leave)
        column.addLayout(row)
        self.leave.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.defect.details)
        self.copy.setText(say("app.copied"))


class LastHook(QObject):
    """Takes what slipped through everything else, on any thread. The same defect is told once."""

    _slipped = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.told: list[Defect] = []
        self.window: QWidget | None = None
        """Above which the dialog opens."""
        self.dialog: DefectDialog | None = None
        self._before: tuple[Any, Any] | None = None
        self._slipped.connect(self.tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Takes over from the hooks that were there."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._took
        threading.excepthook = lambda args: self._took(
            args.exc_type, args.exc_value, args.exc_traceback
        )

    def uninstall(self) -> None:
        """Gives the hooks back."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before
            self._before = None

    def _took(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            return
        self._slipped.emit(defect_of(error.with_traceback(trace)))

    def tell(self, defect: Defect) -> None:
        """Shows a defect, on the GUI thread, and on standard error for whoever looks there."""
        if any(known.details == defect.details for known in self.told):
            return
        self.told.append(defect)
        print(defect.details, file=sys.stderr)
        if self.dialog is None:
            self.dialog = DefectDialog(defect, self.window)
            self.dialog.destroyed.connect(self._gone)
            self.dialog.show()

    def _gone(self) -> None:
        self.dialog = None
