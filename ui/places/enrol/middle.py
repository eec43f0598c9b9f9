"""The middle of the enrolment page: for how long, why this amount, the cards afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.places.enrol.after import CardsAfter
from ui.places.enrol.premium import PremiumTable, high_of
from ui.places.enrol.state import OneMore, Shown
from ui.theme import Radius, colour
from ui.widgets import Button, Choice, ChoiceCards, ErrorBanner, IconView, KeyCap, Label, Run
from ui.widgets.containers import Panel

_LEFT, _RIGHT = 24, 24


class _Inset(QWidget):
    """A widget with the page's edges at both sides."""

    def __init__(self, *inner: QWidget, top: int = 0, bottom: int = 0) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(_LEFT, top, _RIGHT, bottom)
        column.setSpacing(8)
        for widget in inner:
            column.addWidget(widget)


class _OneMoreLine(Panel):
    """What one person more would cost, and the key that adds one."""

    def __init__(self, words: Words) -> None:
        super().__init__(ground="sunken", radius=Radius.CONTROL, margins=(12, 9, 10, 9))
        self._words = words
        self._text = Label()
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(IconView("lightbulb", "ochre"))
        row.addWidget(self._text, 1)
        row.addWidget(KeyCap("N"))
        self.column.addLayout(row)

    def show_offer(self, offer: OneMore) -> None:
        """Show another offer."""
        say = self._words.say
        after = say("enrol.one_more_after", rank=offer.rank, percent=offer.percent)
        self._text.set_runs(
            [
                Run(say("enrol.one_more_before")),
                Run(offer.amount, "ink", 600),
                Run(after),
            ]
        )


class WhatIfLines(QWidget):
    """What other choices would change, a short remark each; as many as there is room for. A remark
    too long for a line takes more: nothing of it is cut."""

    HIGH, BELOW_MANY = 22, 4

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def set_lines(self, lines: Sequence[str]) -> None:
        """Show other lines, the most pressing first."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        while self._column.count():
            item = self._column.takeAt(0)
            view = item.widget() if item else None
            if view is not None:
                view.hide()
                view.deleteLater()
        for line in lines:
            self._column.addWidget(Label(line, role="small", token="ink2", wrap=True))

    def fit(self, height: int, width: int) -> bool:
        """Show the remarks that fit whole, the others not at all; whether there is one."""
        room, shown = max(0, height), False
        for place in range(len(self._lines)):
            item = self._column.itemAt(place)
            view = item.widget() if item else None
            if view is None:
                continue
            wrapped = view.heightForWidth(width)
            high = self.HIGH if wrapped <= self.HIGH else wrapped + self.BELOW_MANY
            view.setFixedHeight(high)
            view.setVisible(high <= room)
            shown = shown or high <= room
            room -= high
        return shown

    def texts(self) -> tuple[str, ...]:
        """The lines that are shown."""
        shown = []
        for place in range(self._column.count()):
            item = self._column.itemAt(place)
            view = item.widget() if item else None
            if isinstance(view, Label) and not view.isHidden():
                shown.append(view.text())
        return tuple(shown)


class _DraftLine(Panel):
    """That a draft is back, and the way to begin anew."""

    dropped = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="soft", radius=Radius.CONTROL, margins=(12, 7, 12, 7))
        text = Label()
        text.set_runs(
            [
                Run(words.say("enrol.draft_title") + ".  ", "accent", 600),
                Run(words.say("enrol.draft_text"), "ink2"),
            ]
        )
        drop = Button(words.say("enrol.draft_drop"), kind="link", height=22)
        drop.clicked.connect(self.dropped)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconView("note-pencil", "accent"))
        row.addWidget(text, 1)
        row.addWidget(drop)
        self.column.addLayout(row)
        self.setAccessibleName(text.text())


class MiddleColumn(QWidget):
    """Terms, premium, one person more, cards afterwards, each leaving whole when height is short:
    first the cards, then the lines of the terms."""

    months_chosen = Signal(int)
    draft_dropped = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: Shown | None = None
        self._height = 700
        say = words.say
        self.draft = _DraftLine(words)
        self.draft.dropped.connect(self.draft_dropped)
        self.banner = ErrorBanner()
        self.terms = ChoiceCards(say("enrol.terms"))
        self.terms.chosen.connect(lambda key: self.months_chosen.emit(int(key)))
        self._source = Label(role="small", token="ink2", align=Qt.AlignmentFlag.AlignRight)
        self.premium = PremiumTable(words)
        self.empty = Label(say("enrol.nobody_yet"), token="ink2")
        self.one_more = _OneMoreLine(words)
        self.what_if = WhatIfLines()
        self.cards = CardsAfter(say("enrol.after"))
        self._build()

    def _build(self) -> None:
        say = self._words.say
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._notices = _Inset(self.draft, self.banner, top=12)
        self._notices.hide()
        column.addWidget(self._notices)
        head = QHBoxLayout()
        head.setContentsMargins(_LEFT, 14, _RIGHT, 10)
        head.setSpacing(4)
        head.addWidget(Label(say("enrol.terms"), weight=600), 1)
        head.addWidget(KeyCap("←"))
        head.addWidget(KeyCap("→"))
        column.addLayout(head)
        column.addWidget(_Inset(self.terms))
        why = QHBoxLayout()
        why.setContentsMargins(_LEFT, 16, _RIGHT, 8)
        why.addWidget(Label(say("enrol.why"), weight=600))
        why.addWidget(self._source, 1)
        column.addLayout(why)
        column.addWidget(self.premium)
        self._empty_line = _Inset(self.empty, top=14)
        column.addWidget(self._empty_line)
        self._offer = _Inset(self.one_more, top=11)
        column.addWidget(self._offer)
        self._others = _Inset(self.what_if, top=6)
        column.addWidget(self._others)
        title = Label(say("enrol.after"), weight=600)
        self._after = _Inset(title, self.cards, top=12, bottom=12)
        column.addWidget(self._after)
        column.addStretch(1)

    def show_state(self, shown: Shown, months: int, today: date) -> None:
        """Show terms, prices and cards."""
        self._shown = shown
        self._show_terms(months)
        self._source.setText(shown.source)
        self.premium.set_lines(shown.lines, shown.total, short=self._height < 600)
        self.premium.setVisible(bool(shown.lines))
        self._empty_line.setVisible(not shown.lines)
        if shown.one_more is not None:
            self.one_more.show_offer(shown.one_more)
        self.what_if.set_lines(shown.what_if)
        self.cards.set_cards(shown.cards, today)
        self._fit()

    def _show_terms(self, months: int) -> None:
        if self._shown is None:
            return
        short = self._height < 600
        choices = [
            Choice(
                str(term.months),
                term.title,
                term.figure,
                self._words.say("enrol.unit"),
                () if short else term.lines,
            )
            for term in self._shown.terms
        ]
        self.terms.set_choices(choices, current=str(months))

    def say_draft(self, kept: bool) -> None:
        """Say that a draft is back, or take that away."""
        self.draft.setVisible(kept)
        self._show_notices()

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))
        self._show_notices()

    def _show_notices(self) -> None:
        shown = not self.draft.isHidden() or not self.banner.isHidden()
        self._notices.setVisible(shown)
        self._fit()

    def set_height(self, high: int) -> None:
        """Leave things out whole where there is little height."""
        self._height = high
        if self._shown is not None:
            self._show_terms(int(self.terms.current_key() or 12))
            self.premium.set_lines(self._shown.lines, self._shown.total, short=high < 600)
        self._fit()

    def _fit(self) -> None:
        """First other choices leave, then the cards, then the offer; the prices stay."""
        shown = self._shown
        if shown is None:
            return
        short = self._height < 600
        used = 44 + (74 if short else 110) + 44 + self._notices_height()
        used += 66 + sum(high_of(x, self.width(), short=short) for x in shown.lines)
        offer = shown.one_more is not None and self._height - used >= 58
        used += 52 if offer else 0
        wanted = 56 + 22 * len(shown.cards)
        cards = bool(shown.cards) and self._height - used >= wanted
        used += wanted if cards else 0
        self._offer.setVisible(offer)
        self._others.setVisible(self.what_if.fit(self._height - used - 12, self.width() - 48))
        self._after.setVisible(cards)

    def _notices_height(self) -> int:
        return 0 if self._notices.isHidden() else self._notices.sizeHint().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("surface"))
