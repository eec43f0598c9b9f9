"""The search and command palette: one input, grouped results, the keys at the bottom.

It knows nothing of people or commands: the screen listens to `asked` (each change of the text),
answers with `set_results`, and acts on `chosen`.
"""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.theme.current import colour, say
from ui.theme.fonts import font
from ui.theme.tokens import Radius, Size, Space
from ui.widgets.button import KeyCap
from ui.widgets.containers import Hairline, Panel
from ui.widgets.dialog import Scrim
from ui.widgets.labels import Label
from ui.widgets.notices import IconView
from ui.widgets.painting import draw_box, draw_shadow
from ui.widgets.rows import RESULTS, Group, Item, RowList

WIDTH, TOP, _MARGIN = 660, 84, 32
FOOT = (
    ("↑↓", "shell.palette_choose"),
    ("Enter", "shell.palette_open"),
    ("Tab", "shell.palette_actions"),
    (">", "shell.palette_commands"),
    ("#", "shell.palette_receipt"),
)


class Palette(QWidget):
    """Covers `window` with a dim ground and shows the box. `open()` and `close_box()`; Esc or a
    click outside closes and gives the focus back to whoever had it."""

    asked = Signal(str)
    chosen = Signal(str)
    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None
        self._scrim = Scrim(window)
        self._scrim.pressed.connect(self.close_box)
        self._scrim.hide()
        self.setAccessibleName(say("shell.palette"))
        self.input = QLineEdit()
        self.input.setProperty("bare", True)
        self.input.setPlaceholderText(say("shell.search"))
        self.input.setAccessibleName(say("shell.search"))
        self.input.setFont(font("heading", 500))
        self.input.textChanged.connect(self.asked)
        self.input.installEventFilter(self)
        self.results = RowList(say("shell.palette"), shape=RESULTS)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.opened.connect(self.chosen)
        self.results.clicked.connect(lambda _: self._choose())
        self._build()
        window.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN + 1, _MARGIN - 7, _MARGIN + 1, _MARGIN + 9)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(Space.XL, Space.M, Space.L, Space.M)
        head.setSpacing(Space.M)
        head.addWidget(IconView("magnifying-glass", "accent", 18))
        head.addWidget(self.input, 1)
        head.addWidget(KeyCap("Esc"))
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addSpacing(Space.XS)
        column.addWidget(self.results, 1)
        column.addWidget(Hairline())
        column.addWidget(self._foot())

    @staticmethod
    def _foot() -> Panel:
        foot = Panel(ground="sunken", radius=Radius.DIALOG - 2)
        foot.setFixedHeight(40)
        row = QHBoxLayout()
        row.setContentsMargins(Space.XL, 0, Space.XL, 0)
        row.setSpacing(6)
        for key, word in FOOT:
            row.addWidget(KeyCap(key))
            named = Label(say(word), role="small", token="ink2")
            named.setMinimumWidth(named.sizeHint().width())  # the last one gives way instead
            row.addWidget(named)
            row.addSpacing(Space.XS)
        hint = Label(
            say("shell.palette_toneless"),
            role="small",
            token="ink3",
            align=Qt.AlignmentFlag.AlignRight,
        )
        row.addWidget(hint, 1)
        foot.column.addLayout(row)
        return foot

    def open(self, text: str = "") -> None:
        """Show it with a text (`>` for commands, `#` for a receipt number)."""
        self._before = self._window.focusWidget()
        unchanged = self.input.text() == text
        self.input.setText(text)
        self._scrim.show()
        self._scrim.raise_()
        self.show()
        self.raise_()
        self._place()
        self.input.setFocus()
        if unchanged:
            self.asked.emit(text)

    def show_asked(self, text: str) -> None:
        """Writes what was asked for, as people say it, in place of what a scanner typed."""
        self.input.blockSignals(True)
        self.input.setText(text)
        self.input.blockSignals(False)

    def close_box(self) -> None:
        """Take it away; the focus goes back."""
        self._scrim.hide()
        self.hide()
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(
            before
        ):  # its page may have been left meanwhile
            before.setFocus()
        self.closed.emit()

    def set_results(self, items: Sequence[Item]) -> None:
        """Show groups and rows; the first row is selected."""
        shown = [
            Group(i.key, i.title, i.note, folds=False, right=i.right) if isinstance(i, Group) else i
            for i in items
        ]
        self.results.set_items(shown)
        keys = self.results.keys()
        if keys:
            self.results.select_key(keys[0])
        self._place()

    def _choose(self) -> None:
        if key := self.results.current_key():
            self.chosen.emit(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._scrim.setGeometry(self._window.rect())
            self._place()
        if watched is self.input and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_box()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Tab:
            self._next_group()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            return False
        return True

    def _step(self, step: int) -> None:
        keys = self.results.keys()
        if keys:
            now = self.results.current_key()
            at = keys.index(now) if now in keys else 0
            self.results.select_key(keys[min(len(keys) - 1, max(0, at + step))])

    def _next_group(self) -> None:
        """The first row of the next group, or of the first after the last."""
        model, line = self.results.model(), self.results.currentIndex().row()
        count = model.rowCount()
        for ahead in [*range(line + 1, count), *range(line)]:
            if isinstance(model.index(ahead, 0).data(Qt.ItemDataRole.UserRole + 1), Group):
                self.results.setCurrentIndex(model.index(min(ahead + 1, count - 1), 0))
                return

    def _place(self) -> None:
        model = self.results.model()
        rows = sum(
            self.results.sizeHintForRow(n) if n < 40 else Size.ROW for n in range(model.rowCount())
        )
        top = min(TOP, max(12, self._window.height() // 9))
        high = min(54 + rows + 50, self._window.height() - top - 48)
        wide = min(WIDTH, self._window.width() - 48)
        self.setGeometry(
            (self._window.width() - wide) // 2 - _MARGIN,
            top - _MARGIN + 8,
            wide + 2 * _MARGIN,
            high + 2 * _MARGIN,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN - 8, -_MARGIN, -_MARGIN - 8)
        with QPainter(self) as painter:
            painter.setPen(colour("line2"))
            draw_shadow(painter, box, Radius.DIALOG)
            draw_box(painter, box, fill="surface", edge="line2", radius=Radius.DIALOG)
