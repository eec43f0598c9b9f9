"""One answer to a conflict: what it says, who wrote it, when, on what evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.current import say
from ui.theme.fonts import text_width
from ui.theme.tokens import Radius, Size, Space
from ui.widgets.button import Button
from ui.widgets.containers import Hairline
from ui.widgets.labels import Label
from ui.widgets.notices import IconView
from ui.widgets.painting import Run, draw_box, draw_text


def differing(value: str, base: str) -> list[tuple[int, int]]:
    """The letters of `value` that are not those of `base`, as ranges."""
    matcher = SequenceMatcher(None, base, value, autojunk=False)
    return [(b1, b2) for tag, _, _, b1, b2 in matcher.get_opcodes() if tag != "equal" and b2 > b1]


@dataclass(frozen=True)
class Side:
    """One side of a conflict. `heading` says whose it is (Chị Lan), `mark` a word beside it (đang
    dùng), `facts` are (icon, text) lines: who, when, on what evidence."""

    heading: str
    value: str
    facts: tuple[tuple[str, str], ...] = ()
    mark: str = ""
    action: str = ""
    key: str = ""
    base: bool = False
    suggested: bool = False


class _SuggestedTag(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._text = say("shell.suggested")
        self.setFixedSize(round(text_width(self._text, "small", 600)) + 12, Size.CHIP)
        self.setAccessibleName(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            draw_box(painter, box, fill="jade", radius=Radius.TAG)
            draw_text(
                painter,
                box,
                self._text,
                "surface",
                role="small",
                weight=500,
                align=Qt.AlignmentFlag.AlignHCenter,
            )


class ConflictCard(QWidget):
    """A side with its button; `taken` goes out when it is pressed. Only the letters that differ
    from `base_value` are tinted: jade on the suggested side, ochre on the others."""

    taken = Signal()

    def __init__(self, side: Side, base_value: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side = side
        self.button = Button(
            side.action,
            kind="primary" if side.suggested else "plain",
            key=side.key,
            height=Size.BUTTON,
        )
        self.button.clicked.connect(self.taken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        facts = [text for _, text in side.facts]
        self.setAccessibleName(f"{side.heading}: {side.value}")
        words = [side.mark, say("shell.suggested") if side.suggested else "", *facts]
        self.setAccessibleDescription(", ".join(word for word in words if word))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(0)
        column.addLayout(self._head(side))
        column.addSpacing(Space.M)
        self.value = Label(role="title", wrap=True)
        self.value.set_runs(self._value_runs(side, base_value))
        column.addWidget(self.value)
        column.addSpacing(Space.M)
        column.addWidget(Hairline())
        column.addSpacing(7)
        self._add_facts(column, side.facts)
        column.addStretch(1)
        column.addSpacing(Space.M)
        column.addWidget(self.button)

    def _head(self, side: Side) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(Label(side.heading, weight=600, token="ink2"))
        if side.mark:
            row.addSpacing(6)
            row.addWidget(Label(side.mark, role="small", token="ink2"))
        row.addStretch(1)
        if side.suggested:
            row.addSpacing(Space.XS)
            row.addWidget(_SuggestedTag())
        return row

    @staticmethod
    def _value_runs(side: Side, base_value: str) -> list[Run]:
        if side.base or not base_value:
            return [Run(side.value, "ink", 600, "title")]
        tone = "jade" if side.suggested else "ochre"
        runs, at = [], 0
        for start, end in differing(side.value, base_value):
            runs.append(Run(side.value[at:start], "ink", 600, "title"))
            runs.append(Run(side.value[start:end], tone, 600, "title", f"{tone}_soft"))
            at = end
        runs.append(Run(side.value[at:], "ink", 600, "title"))
        return runs

    @staticmethod
    def _add_facts(column: QVBoxLayout, facts: Sequence[tuple[str, str]]) -> None:
        for icon, text in facts:
            row = QHBoxLayout()
            row.setContentsMargins(0, 2, 0, 2)
            row.setSpacing(6)
            row.addWidget(IconView(icon), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(text, token="ink2", wrap=True), 1)
            column.addLayout(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        side = self.side
        with QPainter(self) as painter:
            draw_box(
                painter,
                QRectF(self.rect()),
                fill="sunken" if side.base else "surface",
                edge="jade" if side.suggested else "line2",
                radius=Radius.CARD,
                width=2 if side.suggested else 1,
            )
