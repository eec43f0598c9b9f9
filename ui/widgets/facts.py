"""Facts of the selected thing: a label at the left, its value at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme.fonts import text_width
from ui.widgets.painting import draw_text

HEIGHT, BELOW = 26, 20
GAP = 12


class Fact(QWidget):
    """One of them. A value that has no room beside its label stands below it."""

    def __init__(self, label: str, value: str = "") -> None:
        super().__init__()
        self._label, self._value = label, value
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_value(value)

    def set_value(self, value: str) -> None:
        """Show another value."""
        self._value = value
        self.setAccessibleName(f"{self._label}: {value}" if value else self._label)
        self._fit()
        self.update()

    def _is_long(self) -> bool:
        needed = text_width(self._label, "body") + GAP + text_width(self._value, "body", 500)
        return needed > self.width()

    def _fit(self) -> None:
        """As high as it takes."""
        self.setFixedHeight(HEIGHT + (BELOW if self._is_long() else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def value(self) -> str:
        """The value that is shown."""
        return self._value

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(0, 0, self.width(), HEIGHT)
        with QPainter(self) as painter:
            used = draw_text(painter, box, self._label, "ink2")
            right = box.adjusted(used + GAP, 0, 0, 0)
            if self._is_long():
                right = QRectF(0, HEIGHT - 4, self.width(), BELOW)
            align = Qt.AlignmentFlag.AlignRight
            draw_text(painter, right, self._value, "ink", weight=500, align=align)


class FactList(QWidget):
    """Several, one below the other; other ones with each selected thing, hidden without any."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show others: (label, value); each has its value as its tooltip, too."""
        for fact in self.facts:
            self._column.removeWidget(fact)
            fact.hide()
            fact.deleteLater()
        self.facts = [Fact(label, value) for label, value in facts]
        for fact in self.facts:
            fact.setToolTip(fact.value())
            self._column.addWidget(fact)
        self.setVisible(bool(facts))
