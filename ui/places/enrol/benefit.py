"""The benefit card: what the card is worth, to be turned to the family."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.rules.hhi.example import BILL_DONG, FUND_DONG
from fieldapp.words import Words
from fieldapp.words.format import money
from ui.places.enrol.state import Benefit
from ui.theme import Radius, colour, draw_icon, text_width, wants_ring
from ui.theme.tokens import Weight
from ui.widgets import Label
from ui.widgets.button import draw_key_cap, key_cap_width
from ui.widgets.containers import Panel
from ui.widgets.over_window import OverWindow
from ui.widgets.painting import draw_box, draw_text

CARD_WIDEST = 1040


class _Share(QWidget):
    """The bill of the example: the fund's part and the family's, with the amounts below."""

    def __init__(self, words: Words, *, large: bool) -> None:
        super().__init__()
        self._fund = words.say("enrol.benefit_fund", fund_dong=money(FUND_DONG))
        self._short = words.say("enrol.benefit_fund_short", fund_dong=money(FUND_DONG))
        self._own = money(BILL_DONG - FUND_DONG)
        self._role, self._bar = ("heading", 34) if large else ("small", 17)
        self.setFixedHeight(self._bar + (40 if large else 24))
        self.setAccessibleName(f"{self._fund}, {self._own}")

    def paintEvent(self, event: QPaintEvent) -> None:
        wide, high = self.width(), self._bar
        split = round(wide * FUND_DONG / BILL_DONG)
        with QPainter(self) as painter:
            draw_box(painter, QRectF(0, 0, split - 3, high), fill="card_jade", radius=4)
            draw_box(painter, QRectF(split + 2, 0, wide - split - 2, high), fill="card_ochre")
            line = QRectF(0, high + 4, wide, self.height() - high - 4)
            own = text_width(self._own, self._role)
            fund = line.adjusted(0, 0, -own - 8, 0)
            fits = text_width(self._fund, self._role) <= fund.width()
            text = self._fund if fits else self._short
            draw_text(painter, fund, text, "card_jade", role=self._role)
            align = Qt.AlignmentFlag.AlignRight
            draw_text(painter, line, self._own, "card_ochre", role=self._role, align=align)


class _Fact(QWidget):
    """A ticked line."""

    def __init__(self, text: str, *, large: bool) -> None:
        super().__init__()
        self._text = text
        self._role = "heading" if large else "body"
        self.setFixedHeight(40 if large else 24)
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        size = 24 if self._role == "heading" else 14
        with QPainter(self) as painter:
            icon = QRectF(1, (self.height() - size) / 2, size, size)
            draw_icon(painter, "check-circle", icon, "card_jade")
            text = QRectF(size + 9, 0, self.width() - size - 9, self.height())
            weight: Weight = 400 if self._role == "body" else 500
            draw_text(painter, text, self._text, "on_card", role=self._role, weight=weight)


def _facts(words: Words, benefit: Benefit, *, large: bool) -> list[_Fact]:
    texts = [words.say("enrol.benefit_rank"), benefit.five_years]
    return [_Fact(text, large=large) for text in texts if text]


class BenefitCard(Panel):
    """The card on the right band. B, Enter or a click asks to show it large; `set_level` leaves
    parts out where there is little height."""

    asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="card", radius=Radius.CARD, margins=(18, 12, 18, 16), spacing=0)
        self._words = words
        self._benefit: Benefit | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words.say("enrol.benefit_wide"))
        self.setAccessibleDescription("B")
        wants_ring(self, Radius.CARD)
        self._head = Label(role="small", token="card_ink2")
        row = QHBoxLayout()
        row.addWidget(self._head, 1)
        row.addWidget(_CapOnCard("B"))
        self.column.addLayout(row)
        self.column.addSpacing(6)
        said = words.say("enrol.benefit_title")
        self._titles = {
            role: Label(said, role=role, token="on_card", weight=600, wrap=True)
            for role in ("title", "subheading")
        }
        for title in self._titles.values():
            self.column.addWidget(title)
        self._share = QWidget()
        share = QVBoxLayout(self._share)
        share.setContentsMargins(0, 12, 0, 0)
        share.addWidget(_Share(words, large=False))
        self.column.addWidget(self._share)
        self._more = QWidget()
        self._facts = QVBoxLayout(self._more)
        self._facts.setContentsMargins(0, 10, 0, 0)
        self._facts.setSpacing(0)
        self.column.addWidget(self._more)

    def show_benefit(self, benefit: Benefit) -> None:
        """Show it for another family."""
        if benefit == self._benefit:
            return
        self._benefit = benefit
        self._head.setText(self._words.say("enrol.benefit_for", name=benefit.name))
        while self._facts.count():
            item = self._facts.takeAt(0)
            old = item.widget() if item else None
            if old is not None:
                old.deleteLater()
        for fact in _facts(self._words, benefit, large=False):
            self._facts.addWidget(fact)

    def set_level(self, level: int) -> None:
        """How much of it there is room for: 2 all, 1 sentence and bar, 0 the sentence alone."""
        self._titles["title"].setVisible(level == 2)
        self._titles["subheading"].setVisible(level < 2)
        self._share.setVisible(level >= 1)
        self._more.setVisible(level == 2)

    def height_at(self, level: int, width: int) -> int:
        """How high it is at a level."""
        title = self._titles["title" if level == 2 else "subheading"]
        high = 54 + title.heightForWidth(width - 36)
        high += 53 if level >= 1 else 0
        return high + (10 + 24 * self._facts.count() if level == 2 else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.asked.emit()


class _CapOnCard(QWidget):
    """A key cap in the colours of the card."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setFixedSize(key_cap_width(key), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            draw_key_cap(painter, box, self._key, token="on_card", edge="card_ink2", fill=None)


class BenefitScreen(OverWindow):
    """The card over the whole window, in letters that one reads across a table. B, Esc, Enter or a
    click takes it away and gives the focus back."""

    leaflet_asked = Signal()
    """L: the same on paper, with all numbers; the card stays."""

    def __init__(self, window: QWidget, words: Words, benefit: Benefit) -> None:
        title = words.say("enrol.benefit_title")
        super().__init__(window, title, ground="card", widest=CARD_WIDEST)
        column = self.column
        column.addWidget(_CapOnCard("Esc"), 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(2)
        column.addWidget(_LargeTitle(words.say("enrol.benefit_title")))
        column.addSpacing(36)
        column.addWidget(_Share(words, large=True))
        column.addSpacing(36)
        for fact in _facts(words, benefit, large=True):
            column.addWidget(fact)
        column.addStretch(3)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(Label(words.say("leaflet.print"), token="card_ink2"))
        foot.addWidget(_CapOnCard("L"))
        column.addLayout(foot)
        self.open_over()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_L:
            self.leaflet_asked.emit()
            return
        self.close_over()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.close_over()


class _LargeTitle(QWidget):
    """The sentence in letters of 40 px, broken where it must be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setMinimumHeight(120)
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        from PySide6.QtGui import QFont

        from ui.theme import font

        large = QFont(font("figure"))
        large.setPixelSize(40 if self.width() > 700 else 32)
        with QPainter(self) as painter:
            painter.setFont(large)
            painter.setPen(colour("on_card"))
            flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(self.rect()), flags, self._text)
