"""Facts of the selected thing: a label at the left, its value at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.widgets.painting import draw_text

HEIGHT = 26


class Fact(QWidget):
    """One of them."""

    def __init__(self, label: str, value: str = "") -> None:
        super().__init__()
        self._label, self._value = label, value
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_value(value)

    def set_value(self, value: str) -> None:
        """Show another value."""
        self._value = value
        self.setAccessibleName(f"{self._label}: {value}" if value else self._label)
        self.update()

    def value(self) -> str:
        """The value that is shown."""
        return self._value

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            used = draw_text(painter, box, self._label, "ink2")
            right = box.adjusted(used + 12, 0, 0, 0)
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
        """Show others: (label, value); a long value has the whole as its tooltip."""
        for fact in self.facts:
            self._column.removeWidget(fact)
            fact.hide()
            fact.deleteLater()
        self.facts = [Fact(label, value) for label, value in facts]
        for fact in self.facts:
            fact.setToolTip(fact.value())
            self._column.addWidget(fact)
        self.setVisible(bool(facts))
