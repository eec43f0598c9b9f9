"""The right side of the inbox: a conflict as a story, or work that the server holds."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fieldapp.words import Words
from ui.places.inbox.lanes import TwoLanes
from ui.places.inbox.state import SideShown, Story
from ui.widgets import Button, ConflictCard, Hairline, IconView, Label, LabeledInput, Run, Side
from ui.widgets.containers import Panel, Scroll
from ui.widgets.notices import ErrorBanner

CARDS_IN_A_ROW = 3
LANES_FROM = 600
"""Below this height of the page the drawing leaves whole."""


class IconLine(QWidget):
    """An icon and a text with a bold beginning."""

    def __init__(self, icon: str, token: str) -> None:
        super().__init__()
        self._text = Label(wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(10)
        row.addWidget(IconView(icon, token), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def say(self, strong: str, text: str) -> None:
        """Show another line; an empty one leaves whole."""
        self._text.set_runs([Run(strong, "ink", 600), Run(text, "ink2")])
        self.setVisible(bool(strong or text))


class DecidedLine(Panel):
    """Who decided when, the way to open it again, and to decide others alike."""

    take_back_asked = Signal()
    alike_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="jade_soft", radius=6, margins=(14, 10, 12, 10))
        self._words = words
        self._title = Label(weight=600, token="jade", wrap=True)
        self._text = Label(token="ink", wrap=True)
        self.back = Button(words.say("conflicts.take_back"), key="M")
        self.back.clicked.connect(self.take_back_asked)
        self.alike = Button("", key="A")
        self.alike.clicked.connect(self.alike_asked)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconView("check-circle", "jade", 18), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._title)
        texts.addWidget(self._text)
        row.addLayout(texts, 1)
        row.addWidget(self.back, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)
        self.column.addWidget(self.alike, 0, Qt.AlignmentFlag.AlignLeft)

    def set_asking(self, asking: bool) -> None:
        """While the server is asked for the decision."""
        key = "household.older_asking" if asking else "conflicts.take_back"
        self.back.setText(self._words.say(key))
        self.back.setEnabled(not asking)

    def say(self, title: str, text: str, alike: str = "") -> None:
        """Show another decision; an empty title takes the line away, an empty `alike` the way to
        decide others."""
        self.alike.setText(alike)
        self.alike.setAccessibleName(alike)
        self.alike.setVisible(bool(alike))
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title}. {text}")
        self.setVisible(bool(title))


class OtherValue(QWidget):
    """A field for a third value. `typed` goes out with what was written; Esc gives it up."""

    typed = Signal(str)
    given_up = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.input = LabeledInput(words.say("conflicts.other_label"))
        self.save = Button(
            words.say("conflicts.other_save"), kind="primary", key="Enter", height=34
        )
        self.cancel = Button(words.say("shell.cancel"), key="Esc")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.input, 1)
        for button in (self.cancel, self.save):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self.save.clicked.connect(lambda: self.typed.emit(self.input.text()))
        self.input.edit.returnPressed.connect(lambda: self.typed.emit(self.input.text()))
        self.cancel.clicked.connect(self.given_up)

    def begin(self, text: str) -> None:
        """Open it with a text to start from."""
        self.input.set_text(text)
        self.input.set_message("")
        self.show()
        self.input.edit.setFocus()
        self.input.edit.selectAll()

    def say_wrong(self, text: str) -> None:
        """Say what is wrong with what was typed."""
        self.input.set_message(text, "error")


class DetailView(QWidget):
    """One conflict. `taken` goes out with the number of a side, -1 for the base."""

    taken = Signal(int)
    typed = Signal(str)
    take_back_asked = Signal()
    alike_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._story: Story | None = None
        say = words.say
        self._kicker = Label(role="small", weight=600, token="plum")
        self._address = Label(role="small", token="ink2")
        self._place = Label(role="small", token="ink2", align=Qt.AlignmentFlag.AlignRight)
        self.heading = Label(role="title", wrap=True)
        self.sentence = Label(token="ink2", wrap=True)
        self.decided = DecidedLine(words)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.cards: list[ConflictCard] = []
        self._grid = QGridLayout()
        self.why = IconLine("lightbulb", "ochre")
        self.after = IconLine("info", "ink2")
        self.no_right = Label(say("conflicts.no_right"), token="ink2", wrap=True)
        self.lanes = TwoLanes(
            say("conflicts.how_title"),
            unseen=say("conflicts.lane_unseen"),
            meet=say("conflicts.lane_meet"),
        )
        self.other = Button(say("conflicts.other"), key="3")
        self.other_value = OtherValue(words)
        self.other_value.hide()
        self._build()
        self._connect()

    def _connect(self) -> None:
        self.decided.take_back_asked.connect(self.take_back_asked)
        self.decided.alike_asked.connect(self.alike_asked)
        self.other.clicked.connect(self.open_other)
        self.other_value.typed.connect(self.typed)
        self.other_value.given_up.connect(self.close_other)

    def _build(self) -> None:
        inner = Panel()
        column = inner.column
        column.setContentsMargins(28, 14, 28, 12)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._kicker)
        head.addWidget(self._address, 1)
        head.addWidget(self._place)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(self.heading)
        column.addSpacing(2)
        column.addWidget(self.sentence)
        column.addSpacing(12)
        for notice in (self.banner, self.decided):
            column.addWidget(notice)
        self._grid.setSpacing(12)
        self._grid.setContentsMargins(0, 0, 0, 0)
        column.addSpacing(8)
        column.addLayout(self._grid)
        column.addSpacing(14)
        column.addWidget(self.why)
        column.addWidget(self.after)
        self._drawing = self._lanes_part()
        column.addWidget(self._drawing)
        column.addStretch(1)
        self.area = Scroll(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        self._foot = self._foot_part()
        whole.addWidget(self._foot)

    def _lanes_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(0)
        column.addWidget(Hairline())
        column.addSpacing(12)
        column.addWidget(Label(self._words.say("conflicts.how_title"), weight=600))
        column.addSpacing(2)
        column.addWidget(self.lanes)
        return part

    def _foot_part(self) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(28, 0, 28, 14)
        column.setSpacing(12)
        column.addWidget(Hairline())
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.no_right, 100)
        row.addStretch(1)
        row.addWidget(self.other)
        column.addLayout(row)
        column.addWidget(self.other_value)
        return foot

    def show_story(self, story: Story, place: str) -> None:
        """Tell another conflict. The same one again changes nothing: the focus and what is being
        typed stay."""
        self._place.setText(place)
        if story == self._story:
            return
        self._story = story
        self._kicker.setText(story.kicker)
        self._address.setText(story.address)
        self.heading.setText(story.heading)
        self.sentence.setText(story.sentence)
        self.decided.say(story.decided, story.decided_value, story.alike)
        self._show_cards(story)
        self.why.say(story.why_title if story.open else "", story.why if story.open else "")
        after = story.after[:1].upper() + story.after[1:] if not story.open else story.after
        title = self._words.say("conflicts.after_title") if story.open else ""
        self.after.say(title, after if story.open else "")
        self.no_right.setVisible(story.open and not story.can_decide)
        self.other.setVisible(story.can_type)
        self.lanes.set_lanes(story.lanes, story.lanes_spoken)
        self.close_other(refocus=False)
        self._foot.setVisible(story.can_type or (story.open and not story.can_decide))
        self._fit()
        self.area.verticalScrollBar().setValue(0)

    def _show_cards(self, story: Story) -> None:
        for card in self.cards:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for number, side in enumerate(story.cards):
            card = self._card(side, story)
            card.taken.connect(lambda n=number - 1: self.taken.emit(n))
            row, place = divmod(number, CARDS_IN_A_ROW)
            self._grid.addWidget(card, row, place)
            self.cards.append(card)
        for place in range(CARDS_IN_A_ROW):
            self._grid.setColumnStretch(place, 1 if place < len(story.cards) else 0)

    def _card(self, side: SideShown, story: Story) -> ConflictCard:
        say = self._words.say
        card = ConflictCard(
            Side(
                heading=side.heading,
                value=side.value,
                facts=side.facts,
                mark=say("conflicts.standing") if side.standing and not side.base else "",
                action=say("conflicts.keep_base" if side.base else "conflicts.keep"),
                key=side.key,
                base=side.base,
                suggested=side.suggested,
            ),
            story.base_value,
        )
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        card.button.setEnabled(story.can_decide)
        card.button.setVisible(story.open)
        return card

    def take_by_key(self, key: str) -> None:
        """Decide for the card that carries a key."""
        for card in self.cards:
            if card.side.key == key and card.button.isEnabled() and card.button.isVisibleTo(self):
                card.button.click()
                return

    def focus_suggested(self) -> None:
        """Put the focus on the suggested answer, or the first."""
        able = [card for card in self.cards if card.button.isEnabled()]
        best = [card for card in able if card.side.suggested] or able
        if best:
            best[0].button.setFocus(Qt.FocusReason.TabFocusReason)

    def open_other(self) -> None:
        """Open the field for a third value, with the standing one to start from."""
        if self._story is None or not self._story.can_type:
            return
        standing = [card for card in self._story.cards if card.standing]
        self.other.hide()
        self.other_value.begin(standing[0].value if standing else "")

    def close_other(self, *, refocus: bool = True) -> None:
        """Close the field again."""
        was_open = not self.other_value.isHidden()
        self.other_value.hide()
        self.other.setVisible(self._story is not None and self._story.can_type)
        if refocus and was_open:
            self.other.setFocus()

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))

    def _fit(self) -> None:
        lanes = self._story is not None and len(self._story.lanes) == 2
        self._drawing.setVisible(lanes and self.height() >= LANES_FROM)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class HeldView(QWidget):
    """Work that the server holds: why, that it is safe, and the way to its household."""

    household_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._kicker = Label(
            words.say("conflicts.kicker_held"), role="small", weight=600, token="ochre"
        )
        self._subject = Label(role="small", token="ink2")
        self.heading = Label(role="title", wrap=True)
        self.reason = IconLine("wrench", "ochre")
        self.safe = IconLine("shield-check", "jade")
        self.safe.say("", words.say("conflicts.held_safe"))
        self.open = Button(words.say("conflicts.held_open"))
        self.open.clicked.connect(self.household_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 14, 28, 14)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._kicker)
        head.addWidget(self._subject, 1)
        column.addLayout(head)
        column.addWidget(self.heading)
        column.addSpacing(8)
        column.addWidget(self.reason)
        column.addWidget(self.safe)
        column.addSpacing(12)
        column.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_held(self, heading: str, subject: str, reason: str, *, can_open: bool) -> None:
        """Show other work."""
        self.heading.setText(heading)
        self._subject.setText(subject)
        self.reason.say("", reason)
        self.open.setVisible(can_open)
