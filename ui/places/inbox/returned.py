"""The right side of the inbox for lists: a line that the agency returned, a list drawn up twice."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from fieldapp.usecases.official_lists.lists import ListPage
from fieldapp.usecases.official_lists.returned import ReturnedLine
from ui.say import Teller
from ui.widgets import Button, Hairline, IconView, Label, LabeledInput
from ui.widgets.containers import Panel
from ui.widgets.notices import ErrorBanner
from ui.widgets.reading_page import ReadingPage

MOST_LINES = 8


@dataclass(frozen=True)
class ReturnedShown:
    """A returned line in words. `field` is the name of the field, "" where none is guessed."""

    address: str
    heading: str
    where: str
    reason: str
    about: str
    listed: str
    now: str
    action: str
    note: str


def returned_shown(line: ReturnedLine, teller: Teller) -> ReturnedShown:
    """A returned line as the page shows it; what was changed since is offered as the note."""
    say = teller.say
    field = say(f"returned.field_{line.field}") if line.field else ""
    empty = say("returned.listed_empty")
    changed = bool(line.field) and line.now != line.as_listed
    months = say("returned.months_text", n=line.months)
    day = teller.day(line.listed_on)
    return ReturnedShown(
        address=say("conflicts.door", name=line.head_name, address=line.address),
        heading=say(
            "returned.heading",
            name=line.person_name,
            scheme=say(f"returned.scheme_{line.scheme}"),
            months_text=months,
        ),
        where=say(
            "returned.where",
            form=say(f"returned.form_{line.form}"),
            number=line.list_number,
            day=day,
            receipt=line.receipt,
        ),
        reason=line.reason,
        about=say("returned.about", what=field) if field else say("returned.about_unknown"),
        listed=(line.as_listed or empty) if field else "",
        now=(line.now or empty) if field else "",
        action=say("returned.open_field", what=field) if field else say("returned.open_person"),
        note=say("returned.mended_as", what=field, value=line.now) if changed else "",
    )


class Quoted(Panel):
    """What the agency wrote, in its own words, with what it may be about below."""

    def __init__(self, title: str) -> None:
        super().__init__(ground="ochre_soft", radius=8, margins=(16, 12, 16, 12), spacing=2)
        self._title = title
        self.column.addWidget(Label(title, role="small", weight=600, token="ochre"))
        self._reason = Label(role="subheading", wrap=True)
        self._about = Label(token="ink2", wrap=True)
        self.column.addWidget(self._reason)
        self.column.addWidget(self._about)

    def say(self, reason: str, about: str) -> None:
        """Show other words."""
        self._reason.setText(reason)
        self._about.setText(about)
        self.setAccessibleName(f"{self._title}: {reason}. {about}")


class Value(Panel):
    """One value of the field in question: what the list said, or what stands now."""

    def __init__(self, title: str, *, ground: str) -> None:
        super().__init__(ground=ground, edge="line2", radius=8, margins=(16, 10, 16, 12))
        self._title = title
        self.column.addWidget(Label(title, role="small", weight=600, token="ink2"))
        self._value = Label(role="subheading", wrap=True)
        self.column.addWidget(self._value)
        self.column.addStretch(1)

    def say(self, value: str) -> None:
        """Show another value."""
        self._value.setText(value)
        self.setAccessibleName(f"{self._title}: {value}")


class ReturnedView(ReadingPage):
    """A line that the agency returned. `open_asked` goes to the field; `mended` carries the note.

    What is being typed into the note stays when the same line is shown again.
    """

    open_asked = Signal()
    mended = Signal(str)

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        say = teller.say
        self._line = ""
        self._kicker = Label(say("returned.kicker"), role="small", weight=600, token="ochre")
        self._address = Label(role="small", token="ink2")
        self._place = Label(role="small", token="ink2", align=Qt.AlignmentFlag.AlignRight)
        self.heading = Label(role="title", wrap=True)
        self.where = Label(token="ink2", wrap=True)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.quoted = Quoted(say("returned.reason_title"))
        self.listed = Value(say("returned.listed_title"), ground="sunken")
        self.now = Value(say("returned.now_title"), ground="surface")
        self.open = Button("", kind="primary", key="E", height=38)
        self.note = LabeledInput(
            say("returned.mended_label"), placeholder=say("returned.mended_hint")
        )
        self.save = Button(say("returned.mended_save"), key="Enter", height=34)
        self._build(say("returned.money_kept"))
        self.open.clicked.connect(self.open_asked)
        self.save.clicked.connect(self._save)
        self.note.edit.returnPressed.connect(self._save)

    def _build(self, kept: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 14, 28, 16)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._kicker)
        head.addWidget(self._address, 1)
        head.addWidget(self._place)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(self.heading)
        column.addSpacing(2)
        column.addWidget(self.where)
        column.addSpacing(12)
        column.addWidget(self.banner)
        column.addWidget(self.quoted)
        column.addSpacing(12)
        values = QHBoxLayout()
        values.setSpacing(12)
        values.addWidget(self.listed, 1)
        values.addWidget(self.now, 1)
        column.addLayout(values)
        column.addSpacing(14)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(IconView("shield-check", "jade"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Label(kept, token="ink2", wrap=True), 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.open, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)
        column.addStretch(1)
        column.addWidget(Hairline())
        column.addSpacing(12)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.save, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(foot)

    def show_returned(self, line: str, shown: ReturnedShown, place: str) -> None:
        """Show a line; `place` says which of how many it is."""
        self._place.setText(place)
        self._address.setText(shown.address)
        self.heading.setText(shown.heading)
        self.where.setText(shown.where)
        self.quoted.say(shown.reason, shown.about)
        for value, text in ((self.listed, shown.listed), (self.now, shown.now)):
            value.say(text)
            value.setVisible(bool(text))
        self.open.setText(shown.action)
        if line != self._line:
            self._line = line
            self.note.set_text(shown.note)
            self.note.set_message("")
            self.say_error("")
        elif not self.note.text().strip():
            self.note.set_text(shown.note)

    def say_wrong(self, text: str) -> None:
        """Say what is wrong with the note."""
        self.note.set_message(text, "error")
        self.note.edit.setFocus()

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))

    def _save(self) -> None:
        self.note.set_message("")
        self.mended.emit(self.note.text())


class TwiceView(ReadingPage):
    """An own list whose lines stand on another one too. `withdraw_asked` takes it back."""

    withdraw_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        say = teller.say
        self.heading = Label(role="title", wrap=True)
        self.text = Label(say("returned.twice_text"), token="ink2", wrap=True)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.lines = Label(wrap=True)
        self.sent = Label(say("returned.twice_sent"), token="ink2", wrap=True)
        self.withdraw = Button(say("returned.twice_withdraw"), kind="primary", key="E", height=38)
        self.withdraw.clicked.connect(self.withdraw_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 14, 28, 16)
        column.setSpacing(8)
        column.addWidget(
            Label(say("returned.kicker_twice"), role="small", weight=600, token="ochre")
        )
        for widget in (self.heading, self.text, self.banner, self.lines, self.sent):
            column.addWidget(widget)
        column.addSpacing(6)
        column.addWidget(self.withdraw, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_twice(self, page: ListPage) -> None:
        """Show a list with the lines that it shares."""
        say = self._teller.say
        shared = [line for line in (*page.lines, *page.gone) if line.elsewhere]
        told = [
            say("returned.twice_line", name=line.person_name, number=line.elsewhere)
            for line in shared[:MOST_LINES]
        ]
        if len(shared) > MOST_LINES:
            told.append(say("returned.twice_more", n=len(shared) - MOST_LINES))
        self.heading.setText(say("returned.twice", number=page.row.number))
        self.lines.setText("\n".join(told))
        may = page.row.state == "drawn" or not page.row.lines
        self.withdraw.setVisible(may)
        self.sent.setVisible(not may)

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))
