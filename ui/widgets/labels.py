"""Texts: labels with the line heights of the type scale, and figures in columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme.current import colour
from ui.theme.fonts import font, line_height, metrics, overhang, tabular_width, text_width
from ui.theme.tokens import Size, Weight
from ui.widgets.painting import Run, draw_text


class Label(QLabel):
    """A text of one role and colour token. `wrap=True` breaks lines at the role's line height;
    otherwise it is one line, elided when there is no room (then the whole text is its tooltip)."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "body",
        token: str = "ink",
        weight: Weight | None = None,
        wrap: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(parent)
        self._role, self._token, self._weight, self._align = role, token, weight, align
        self._runs: tuple[Run, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(role, weight))
        self.setWordWrap(wrap)
        vertical = QSizePolicy.Policy.Minimum if wrap else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text in the label's own face."""
        self.set_runs([Run(text, self._token, self._weight, self._role)])

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Show a text of several faces (a word in bold, a tinted letter)."""
        self._runs = tuple(run for run in runs if run.text)
        super().setText("".join(run.text for run in self._runs))
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def set_token(self, token: str) -> None:
        """Change the colour of the whole text."""
        self._token = token
        self.setText(self.text())

    def hasHeightForWidth(self) -> bool:
        return self.wordWrap()

    def heightForWidth(self, width: int) -> int:
        lines = self._lay_out(min(width, Size.TEXT_MAX)).lineCount() if self.wordWrap() else 1
        return max(1, lines) * line_height(self._role) + self._top()

    def sizeHint(self) -> QSize:
        wide = sum(text_width(r.text, r.role, r.weight) for r in self._runs)
        if self.wordWrap():
            wide = min(wide, Size.TEXT_MAX)
            return QSize(int(wide) + 1, self.heightForWidth(int(wide) + 1))
        return QSize(int(wide) + 1, line_height(self._role) + self._top())

    def minimumSizeHint(self) -> QSize:
        return QSize(12, line_height(self._role) + self._top())

    def _top(self) -> int:
        """Room above the line for capitals with two marks."""
        return max((overhang(r.text, r.role, r.weight) for r in self._runs), default=0)

    def _lay_out(self, width: float) -> QTextLayout:
        layout = QTextLayout(self.text(), font(self._role, self._weight))
        option = QTextOption(self._align)
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        layout.setTextOption(option)
        layout.setFormats(self._formats())
        found = metrics(self._role, self._weight)
        step = line_height(self._role)
        lead = (step - found.ascent() - found.descent()) / 2
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            line.setPosition(QPointF(0, round(y + lead + found.ascent() - line.ascent())))
            y += step
        layout.endLayout()
        return layout

    def _formats(self) -> list[QTextLayout.FormatRange]:
        found, start = [], 0
        for run in self._runs:
            piece = QTextLayout.FormatRange()
            shape = QTextCharFormat()
            shape.setFont(font(run.role, run.weight))
            shape.setForeground(colour(run.token))
            if run.tint:
                shape.setBackground(colour(run.tint))
            piece.start, piece.length, piece.format = start, len(run.text), shape
            start += len(run.text)
            found.append(piece)
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.contentsRect()).adjusted(0, self._top(), 0, 0)
        with QPainter(self) as painter:
            if self.wordWrap():
                width = min(box.width(), float(Size.TEXT_MAX))
                self._lay_out(width).draw(painter, box.topLeft())
                return
            if len(self._runs) == 1:
                run = self._runs[0]
                draw_text(
                    painter,
                    box,
                    run.text,
                    run.token,
                    role=run.role,
                    weight=run.weight,
                    align=self._align,
                )
                return
            from ui.widgets.painting import draw_runs

            draw_runs(painter, box, self._runs)


class TabularLabel(QLabel):
    """A number, time or date whose digits stand in equal cells; right-aligned by default."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "body",
        token: str = "ink",
        weight: Weight | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight,
    ) -> None:
        super().__init__(text, parent)
        self._role, self._token, self._weight, self._align = role, token, weight, align
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = tabular_width(self.text(), self._role, self._weight)
        return QSize(int(wide) + 1, line_height(self._role))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            draw_text(
                painter,
                QRectF(self.rect()),
                self.text(),
                self._token,
                role=self._role,
                weight=self._weight,
                align=self._align,
                tabular=True,
            )
