"""Official lists as widgets: what waits for a list, the lists that there are, one of them at the
right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fieldapp.usecases.official_lists.lists import ListRow
from fieldapp.usecases.official_lists.submissions import ReadyLine
from fieldapp.words.format import money, number
from ui.places.lists.state import (
    TABS,
    ListsState,
    Waiting,
    facts_of,
    form_name,
    list_key,
    state_told,
)
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    PLAIN,
    Band,
    BandPage,
    Button,
    Cell,
    Column,
    EmptyState,
    ErrorBanner,
    Filter,
    FilterBar,
    Label,
    Line,
    Row,
    RowList,
    SectionTable,
    if_shown,
    on_key,
)
from ui.widgets.containers import Panel
from ui.widgets.facts import FactList

SHOWN_INCOMPLETE = 8


class ListsBand(Band):
    """The selected row: what would be drawn up, or a list with what can be done with it."""

    draw_asked = Signal()
    open_asked = Signal()
    save_asked = Signal()
    sent_asked = Signal()
    withdraw_asked = Signal()
    person_asked = Signal(str)

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller = teller
        say = teller.say
        self.title = Label(role="subheading", wrap=True)
        self.text = Label(token="ink2", wrap=True)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.facts = FactList()
        self.missing_title = Label(weight=600, wrap=True)
        self.missing = RowList(say("lists_place.missing"), shape=PLAIN)
        self.missing.opened.connect(self.person_asked)
        self.draw = Button("", kind="primary", key="Ctrl Enter", height=44)
        self.open = Button(say("lists_place.open"), kind="primary", key="Enter", height=44)
        self.save = Button(say("lists_place.save"), icon="download-simple", key="Ctrl E")
        self.sent = Button(say("lists_place.mark_sent"), icon="paper-plane-tilt", key="S")
        self.withdraw = Button(say("lists_place.withdraw"), key="B")
        self.draw.clicked.connect(self.draw_asked)
        self.open.clicked.connect(self.open_asked)
        self.save.clicked.connect(self.save_asked)
        self.sent.clicked.connect(self.sent_asked)
        self.withdraw.clicked.connect(self.withdraw_asked)
        for part in (self.title, self.text, self.banner, self.facts, self.missing_title):
            self.body.addWidget(part)
        self.body.addWidget(self.missing)
        for button in (self.withdraw, self.sent, self.save, self.draw, self.open):
            self.foot.addWidget(button)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nothing is selected."""
        for part in (self.title, self.text, self.facts, self.missing_title, self.missing):
            part.hide()
        self._show_buttons(())

    def _show_buttons(self, shown: Sequence[Button]) -> None:
        for button in (self.withdraw, self.sent, self.save, self.draw, self.open):
            button.setVisible(button in shown)
        self._foot.setVisible(bool(shown))
        self._foot_line.setVisible(bool(shown))

    def show_waiting(self, waiting: Waiting) -> None:
        """What a list of this form would hold, and who is left out of it."""
        say, ready = self._teller.say, waiting.ready
        self.title.setText(form_name(ready.form, self._teller))
        self.text.setText(self._told(waiting))
        self.facts.show_facts(())
        incomplete = ready.incomplete
        self.missing_title.setText(say("lists_place.incomplete", n=number(len(incomplete))))
        rows = [self._row(line) for line in incomplete[:SHOWN_INCOMPLETE]]
        self.missing.set_items(rows)
        self.missing.setFixedHeight(len(rows) * max(self.missing.sizeHintForRow(0), 1) + 2)
        self.title.show()
        self.text.show()
        self.missing_title.setVisible(bool(incomplete))
        self.missing.setVisible(bool(incomplete))
        self.draw.setText(say("lists_place.draw", n=number(len(ready.lines))))
        self.draw.setAccessibleName(self.draw.text())
        self._show_buttons((self.draw,) if ready.lines else ())

    def _told(self, waiting: Waiting) -> str:
        say, ready = self._teller.say, waiting.ready
        parts = [waiting.ward_name + "."]
        if ready.lines:
            total = money(ready.total_dong)
            parts.append(say("lists_place.ready", n=number(len(ready.lines)), total_dong=total))
        else:
            parts.append(say("lists_place.nothing_ready"))
        if ready.lists > 1:
            parts.append(say("lists_place.several", n=number(ready.lists)))
        if ready.returned:
            parts.append(say("lists_place.returned", n=number(ready.returned)))
        return " ".join(parts)

    def _row(self, line: ReadyLine) -> Row:
        key = f"{line.household}/{line.person}"
        return Row(key=key, title=line.person_name, fact=self._lacks(line.missing))

    def _lacks(self, fields: Sequence[str]) -> str:
        say = self._teller.say
        named = ", ".join(say(f"lists_place.lack_{field}") for field in fields)
        return say("lists_place.lacks", what=named)

    def show_list(self, row: ListRow) -> None:
        """A list, and what can be done with it."""
        say = self._teller.say
        self.title.setText(say("lists_place.list", number=row.number))
        told = [state_told(row, self._teller)[0]]
        if row.elsewhere:
            told.append(say("lists_place.elsewhere", n=number(row.elsewhere)))
        text = ". ".join(told)
        self.text.setText(text[:1].upper() + text[1:])
        self.facts.show_facts(facts_of(row, self._teller))
        for part in (self.title, self.text, self.facts):
            part.show()
        self.missing_title.hide()
        self.missing.hide()
        buttons = [self.open] if row.lines else []
        if row.lines and row.state != "withdrawn":
            buttons.append(self.save)
        if row.state == "drawn":
            buttons += [self.sent, self.withdraw] if row.lines else [self.withdraw]
        self._show_buttons(buttons)

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))


class ListsView(BandPage):
    """Shows a state; what a person does goes out as signals."""

    head_changed = Signal()
    tab_chosen = Signal(str)
    row_changed = Signal()

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        say = teller.say
        tabs = [Filter(tab, say(f"lists_place.tab_{tab}")) for tab in TABS]
        self.tabs = FilterBar(say("lists_place.tabs"), tabs)
        self.waiting = SectionTable(
            say("lists_place.tab_ready"),
            [
                self._column("form", 0),
                self._column("ready", 96, figures=True),
                self._column("incomplete", 96, figures=True),
                self._column("returned", 96, figures=True, leaves=1),
                self._column("total", 128, figures=True),
            ],
        )
        self.table = SectionTable(
            say("lists_place.tab_open"),
            [
                self._column("number", 0),
                self._column("listed_on", 92, figures=True, leaves=2),
                self._column("lines", 72, figures=True),
                self._column("total", 120, figures=True, leaves=1),
                Column("gap", "", 16, sorts=False),
                self._column("state", 236),
            ],
        )
        self.empty = EmptyState("files", say("lists_place.empty"), say("lists_place.empty_text"))
        self.lists_band = ListsBand(teller)
        self.stack = QStackedWidget()
        middle = Panel()
        middle.column.addWidget(self.tabs)
        for widget in (self.waiting, self.table, self.empty):
            self.stack.addWidget(widget)
        middle.column.addWidget(self.stack, 1)
        super().__init__(middle, self.lists_band, band_width=348)
        self.tabs.chosen.connect(self.tab_chosen)
        band = self.lists_band
        for table in (self.waiting, self.table):
            table.current_changed.connect(lambda _: self.row_changed.emit())
        self.table.opened.connect(lambda _: band.open_asked.emit())
        self.waiting.opened.connect(lambda _: self.open_band())
        on_key(self, "Ctrl+Return", if_shown(band.draw), means="keys.draw_list")
        on_key(self, "S", if_shown(band.sent))
        on_key(self, "B", if_shown(band.withdraw))
        on_key(self, "F", self.tabs.setFocus, means="keys.tabs")

    def _column(self, key: str, width: int, *, figures: bool = False, leaves: int = 0) -> Column:
        title = self._teller.say(f"lists_place.column_{key}")
        return Column(key, title, width, figures, sorts=False, leaves=leaves)

    def current_key(self) -> str:
        """The key of the selected row of the table that is shown."""
        shown = self.stack.currentWidget()
        return shown.current_key() if isinstance(shown, SectionTable) else ""

    def show_state(self, state: ListsState) -> None:
        """Show rows and counts; the selected row stays."""
        say, counts = self._teller.say, state.counts()
        self.tabs.set_filters(
            [Filter(t, say(f"lists_place.tab_{t}"), counts[t] or None) for t in TABS]
        )
        self.tabs.choose(state.tab)
        if state.tab == "ready":
            table, lines = self.waiting, [self._waiting_line(one) for one in state.waiting]
        else:
            table, lines = self.table, [self._list_line(r) for r in state.lists(state.tab)]
        table.set_lines(lines)
        if lines and not table.current_key():
            table.select_key(lines[0].key)
        self.stack.setCurrentWidget(table if lines else self.empty)
        self.empty.setVisible(state.loaded)
        self.show_selected(state)

    def show_selected(self, state: ListsState) -> None:
        """Show the selected row at the right."""
        key = self.current_key()
        waits, row = state.waits(key), state.row(key)
        if state.tab == "ready" and waits is not None:
            self.lists_band.show_waiting(waits)
        elif state.tab != "ready" and row is not None:
            self.lists_band.show_list(row)
        else:
            self.lists_band.show_nothing()

    def _waiting_line(self, one: Waiting) -> Line:
        ready = one.ready
        figures = [
            _figure(len(ready.lines), "ink"),
            _figure(len(ready.incomplete), "ochre"),
            _figure(ready.returned, "ochre"),
            _figure(ready.total_dong, "ink"),
        ]
        name = Cell(form_name(ready.form, self._teller), weight=500, note=one.ward_name)
        return Line(one.key, (name, *figures))

    def _list_line(self, row: ListRow) -> Line:
        state, token = state_told(row, self._teller)
        form = form_name(row.form, self._teller)
        return Line(
            list_key(row),
            (
                Cell(row.number, weight=500, note=form),
                Cell(self._teller.day(row.listed_on), "ink2"),
                Cell(number(row.lines)),
                Cell(number(row.total_dong), weight=600),
                Cell(""),
                Cell(state, token),
            ),
        )

    # what the window asks

    def head(self) -> Head:
        """The title, with the way back."""
        say = self._teller.say
        return Head(say("lists_place.title"), say("lists_place.context"), back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin at the table."""
        shown = self.stack.currentWidget()
        if isinstance(shown, SectionTable):
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.tabs.setFocus()


def _figure(value: int, token: str) -> Cell:
    return Cell(number(value), token if value else "ink3")
