"""What is held on one person as widgets: a table of values, who looked at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.usecases.households.held_on_person import HeldOnPerson, HeldValue, Look, told_kind
from ui.places.money.state import moment
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Band,
    BandPage,
    Button,
    Cell,
    Column,
    ErrorBanner,
    Label,
    Line,
    SectionTable,
    if_shown,
    on_key,
)
from ui.widgets.containers import Panel


class HeldBand(Band):
    """Who looked, until when to answer, and the file."""

    save_asked = Signal()
    erase_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller = teller
        say = teller.say
        self.title = Label(role="heading", wrap=True)
        self.deadline = Label(say("held.deadline"), token="ink2", wrap=True)
        self.not_whole = Label(say("held.not_whole"), token="ochre", wrap=True)
        self.looked = Label(say("held.looked"), weight=600)
        self.none = Label(say("held.looks_none"), token="ink2", wrap=True)
        self.looks = QWidget()
        self.banner = ErrorBanner()
        self.save = Button(say("held.save"), kind="primary", key="Ctrl E", height=44)
        self.save.clicked.connect(self.save_asked)
        self.erase = Button(say("erasing.open"), kind="destructive", key="X")
        self.erase.clicked.connect(self.erase_asked)
        for part in (self.title, self.deadline, self.not_whole, self.banner, self.looked):
            self.body.addWidget(part)
        self.body.addWidget(self.none)
        self.body.addWidget(self.looks)
        self.foot.addWidget(self.erase)
        self.foot.addWidget(self.save)
        self.say_error("")

    def show_held(self, found: HeldOnPerson) -> None:
        """Show another person."""
        self.title.setText(found.name)
        self.not_whole.setVisible(not found.whole)
        self.none.setVisible(not found.looks)
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for look in reversed(found.looks):
            column.addWidget(Label(look.who, weight=500))
            column.addWidget(Label(self._told(look), role="small", token="ink2", wrap=True))
            column.addSpacing(8)
        self.body.replaceWidget(self.looks, fresh)
        self.looks.deleteLater()
        self.looks = fresh

    def _told(self, look: Look) -> str:
        said = f"{told_kind(self._teller.words, look.kind)}, {moment(look.at, self._teller)}"
        if look.late_at is not None:
            late = self._teller.say("held.look_late", at=moment(look.late_at, self._teller))
            return f"{said}, {late}"
        return said if look.listed else f"{said}, {self._teller.say('held.look_not_listed')}"

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))


class HeldView(BandPage):
    """Shows what is held on a person."""

    head_changed = Signal()

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._context = ""
        self.table = SectionTable(
            teller.say("held.table"),
            [
                self._column("kind", 132),
                self._column("field", 150),
                self._column("value", 0),
                self._column("by", 150, leaves=2),
                self._column("at", 104, figures=True, leaves=1),
            ],
        )
        middle = Panel()
        middle.column.addWidget(self.table, 1)
        self.held_band = HeldBand(teller)
        super().__init__(middle, self.held_band, band_width=348)
        on_key(self, "X", if_shown(self.held_band.erase))

    def _column(self, key: str, width: int, *, figures: bool = False, leaves: int = 0) -> Column:
        title = self._teller.say(f"held.column_{key}")
        return Column(key, title, width, figures, sorts=False, leaves=leaves)

    def show_held(self, found: HeldOnPerson) -> None:
        """Show a person."""
        self.table.set_lines(self._lines(found.values))
        if found.values and not self.table.current_key():
            self.table.selectRow(0)
        self.held_band.show_held(found)
        self._context = f"{found.name}, {self._teller.say('held.count', n=len(found.values))}"
        self.head_changed.emit()

    def _lines(self, values: Sequence[HeldValue]) -> list[Line]:
        lines, before = [], ("", "")
        for one in values:
            first = (one.kind, one.record) != before
            before = (one.kind, one.record)
            lines.append(self._line(one, first=first))
        return lines

    def _line(self, one: HeldValue, *, first: bool) -> Line:
        """The part's name stands at its first value only."""
        say = self._teller.say
        kind, field = say(f"held.kind_{one.kind}"), say(f"held.field_{one.field}")
        return Line(
            f"{one.kind}/{one.record}/{one.field}",
            (
                Cell(kind if first else "", weight=600),
                Cell(field, "ink2"),
                Cell(one.value),
                Cell(one.by if first else "", "ink2"),
                Cell(moment(one.at, self._teller) if one.at and first else "", "ink2"),
            ),
            spoken=f"{kind}, {field}: {one.value}",
        )

    def head(self) -> Head:
        """The title, with the way back."""
        return Head(self._teller.say("held.title"), self._context, back=True)

    def focus_first(self) -> None:
        """Begin at the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
