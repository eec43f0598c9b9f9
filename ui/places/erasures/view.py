"""Erasures by right as widgets: what goes and what stays, or all of them; at the right the deed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fieldapp.usecases.households.erasing_page import ErasingLine, ErasingPage, ErasureRow
from ui.places.erasures.state import (
    count_told,
    is_her_name,
    machine_told,
    reasons,
    state_told,
)
from ui.places.households.inputs import LabeledCombo
from ui.places.money.state import moment
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Band,
    BandPage,
    Button,
    Cell,
    Column,
    EmptyState,
    ErrorBanner,
    Label,
    LabeledInput,
    Line,
    Notice,
    SectionTable,
    if_shown,
    on_key,
)
from ui.widgets.containers import Panel
from ui.widgets.facts import FactList

KEPT = ("accounting", "insurance", "consent", "others", "link")
"""Why something stays, in the order in which it is told."""


class ErasureBand(Band):
    """What the law keeps, why it is asked for, the name typed again; or where one has come to."""

    erase_asked = Signal(str)

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller, say = teller, teller.say
        self._name = ""
        self.title = Label(role="heading", wrap=True)
        self.text = Label(token="ink2", wrap=True)
        self.warning = Notice("", say("erasing.warning"), "brick", icon="warning")
        self.kept_title = Label(say("erasing.kept_title"), weight=600)
        self.kept = [Label(role="small", token="ink2", wrap=True) for _ in KEPT]
        self.machines = FactList()
        self.banner = ErrorBanner()
        self.reason = LabeledCombo(say("erasing.reason"), reasons(teller))
        self.typed = LabeledInput(say("erasing.type_name"))
        self.erase = Button(say("erasing.erase"), kind="destructive", key="Ctrl Enter", height=44)
        self.erase.clicked.connect(self._ask)
        self.typed.edited.connect(self._check)
        parts: tuple[QWidget, ...] = (self.title, self.text, self.warning, self.kept_title)
        for part in (*parts, *self.kept, self.machines, self.banner):
            self.body.addWidget(part)
        for part in (self.reason, self.typed, self.erase):
            self.foot.addWidget(part)
        self.show_nothing()

    def _asks(self, asks: bool) -> None:
        asked: tuple[QWidget, ...] = (self.warning, self.kept_title, self.reason, self.typed)
        for part in (*asked, self.erase, *self.kept):
            part.setVisible(asks)
        self.say_error("")

    def show_nothing(self) -> None:
        """No row is selected."""
        self._asks(False)
        self.title.setText("")
        self.text.setText("")
        self.machines.show_facts([])

    def ask(self, page: ErasingPage) -> None:
        """Ask about one person."""
        say = self._teller.say
        self._name = page.name
        self.title.setText(page.name)
        self.text.setText(count_told(page, self._teller))
        told = [say(f"erasing.kept_{why}") for why in KEPT if why in page.kept_for]
        self.machines.show_facts([])
        self.typed.set_text("")
        self._asks(True)
        for label, text in zip(self.kept, [*told, *[""] * len(KEPT)], strict=False):
            label.setText(text)
            label.setVisible(bool(text))
        self._check("")

    def show_row(self, row: ErasureRow) -> None:
        """Where one has come to."""
        state = state_told(row, self._teller)[0]
        self._asks(False)
        self.title.setText(state[:1].upper() + state[1:])
        self.text.setText(self._teller.say(f"erasing.text_{row.state}"))
        self.machines.show_facts([machine_told(one, self._teller) for one in row.machines])

    def _check(self, typed: str) -> None:
        same = is_her_name(typed, self._name)
        differs = self._teller.say("erasing.name_differs", name=self._name)
        self.typed.set_message(differs if typed and not same else "")
        self.erase.setEnabled(same)

    def _ask(self) -> None:
        if self.erase.isVisibleTo(self) and self.erase.isEnabled():
            self.erase_asked.emit(self.reason.text())

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))


class ErasuresView(BandPage):
    """What erasing a person comes to; or the erasures that there were."""

    head_changed = Signal()
    row_changed = Signal(str)

    def __init__(self, teller: Teller) -> None:
        self._teller, say = teller, teller.say
        self._context = ""
        self.lines = SectionTable(
            say("erasing.table"),
            [
                Column("kind", say("held.column_kind"), 150, sorts=False),
                Column("field", say("held.column_field"), 150, sorts=False),
                Column("value", say("held.column_value"), 0, sorts=False),
                Column("fate", say("erasing.column_fate"), 104, sorts=False),
            ],
        )
        self.rows = SectionTable(
            say("erasing.list"),
            [
                self._column("at", 132),
                self._column("reason", 0),
                self._column("by", 150, leaves=1),
                self._column("state", 236),
            ],
        )
        self.none = EmptyState("eraser", say("erasing.empty"), say("erasing.empty_text"))
        self.middle_stack = QStackedWidget()
        for part in (self.rows, self.lines, self.none):
            self.middle_stack.addWidget(part)
        middle = Panel()
        middle.column.addWidget(self.middle_stack, 1)
        self.erasure_band = ErasureBand(teller)
        super().__init__(middle, self.erasure_band, band_width=372)
        self.rows.current_changed.connect(self.row_changed)
        on_key(self, "Ctrl+Return", if_shown(self.erasure_band.erase))

    def _column(self, key: str, width: int, *, leaves: int = 0) -> Column:
        title = self._teller.say(f"erasing.column_{key}")
        return Column(key, title, width, sorts=False, leaves=leaves)

    def ask(self, page: ErasingPage) -> None:
        """Show what erasing a person comes to."""
        self.lines.set_lines(self._told(page.lines))
        self.lines.selectRow(0)
        self.middle_stack.setCurrentWidget(self.lines)
        self.erasure_band.ask(page)
        self._tell(f"{page.name}, {count_told(page, self._teller)}")

    def show_rows(self, rows: Sequence[ErasureRow]) -> None:
        """Show all erasures."""
        self.rows.set_lines([self._row(row) for row in rows])
        if rows and not self.rows.current_key():
            self.rows.selectRow(0)
        self.middle_stack.setCurrentWidget(self.rows if rows else self.none)
        self._tell("")

    def _tell(self, context: str) -> None:
        self._context = context
        self.head_changed.emit()

    def _told(self, lines: Sequence[ErasingLine]) -> list[Line]:
        made, before = [], ("", "")
        for line in lines:
            one = line.value
            first, before = (one.kind, one.record) != before, (one.kind, one.record)
            made.append(self._line(line, first=first))
        return made

    def _line(self, line: ErasingLine, *, first: bool) -> Line:
        say, one = self._teller.say, line.value
        kind, field = say(f"held.kind_{one.kind}"), say(f"held.field_{one.field}")
        fate = say("erasing.kept" if line.kept_for else "erasing.goes")
        return Line(
            f"{one.kind}/{one.record}/{one.field}",
            (
                Cell(kind if first else "", weight=600),
                Cell(field, "ink2"),
                Cell(one.value, "ink2" if line.kept_for else "ink"),
                Cell(fate, "ink2" if line.kept_for else "brick", 400 if line.kept_for else 600),
            ),
            spoken=f"{kind}, {field}: {one.value}, {fate}",
        )

    def _row(self, row: ErasureRow) -> Line:
        state, token = state_told(row, self._teller)
        reason = self._teller.say(f"erasing.reason_{row.reason}")
        return Line(
            row.erasure,
            (
                Cell(moment(row.at, self._teller), "ink2"),
                Cell(reason),
                Cell(row.by, "ink2"),
                Cell(state, token),
            ),
            spoken=f"{reason}, {state}",
        )

    def head(self) -> Head:
        """The title, with the way back."""
        return Head(self._teller.say("erasing.title"), self._context, back=True)

    def focus_first(self) -> None:
        """Begin at the table."""
        shown = self.middle_stack.currentWidget()
        if shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
