"""A list as widgets: figures above, lines that need a look below, the band at the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from fieldapp.usecases.importing.preview import Preview, say_fault
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.imports.band import ImportBand
from ui.places.imports.state import COUNTS, TABS, ImportState
from ui.places.inbox.values import TYPED_DAYS, shown
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    BandPage,
    Cell,
    Column,
    EmptyState,
    Filter,
    FilterBar,
    Label,
    Line,
    SectionTable,
    on_key,
)
from ui.widgets.containers import Panel
from ui.widgets.painting import draw_text, hline

TOKENS = {"new": "jade", "changed": "accent", "same": "ink2", "differs": "ochre", "wrong": "brick"}
ENDINGS = (".xlsx", ".csv", ".txt", ".tsv")


class CountsBar(QWidget):
    """What becomes of the lines: five figures with their words."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._figures: tuple[tuple[str, str, str], ...] = ()
        self.setFixedHeight(76)

    def show_counts(self, preview: Preview | None) -> None:
        """Show the figures of a list, or none."""
        say = self._words.say
        self._figures = tuple(
            (say(f"imports_place.count_{name}"), number(getattr(preview, name)), TOKENS[name])
            for name in (COUNTS if preview else ())
        )
        spoken = ", ".join(f"{label} {value}" for label, value, _ in self._figures)
        self.setAccessibleName(say("imports_place.counts"))
        self.setAccessibleDescription(spoken)
        self.setVisible(bool(self._figures))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = (self.width() - 48) / max(len(self._figures), 1)
            for place, (label, value, token) in enumerate(self._figures):
                left = 24 + place * wide
                tone = token if value != "0" else "ink3"
                figure = QRectF(left, 12, wide - 8, 30)
                draw_text(painter, figure, value, tone, role="title")
                name = QRectF(left, 44, wide - 8, 18)
                draw_text(painter, name, label, "ink2", role="small")
            hline(painter, 0, self.height() - 1, self.width())


class ImportsView(BandPage):
    """Shows a state; a file that is dropped on it goes out with `dropped`."""

    head_changed = Signal()
    tab_chosen = Signal(str)
    column_changed = Signal(str)
    dropped = Signal(object)

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        words = self._words = teller.words
        say = words.say
        self.counts = CountsBar(words)
        self.tabs = FilterBar(
            say("imports_place.tabs"),
            [Filter(tab, say(f"imports_place.tab_{tab}")) for tab in TABS],
        )
        self.note = Label(role="small", token="ink2", wrap=True)
        self.tables = {
            "wrong": self._table("wrong", ("row", 72), ("column", 76), ("why", 0)),
            "differs": self._table(
                "differs",
                ("row", 72),
                ("name", 0),
                ("field", 132),
                ("standing", 168),
                ("value", 168),
            ),
            "columns": self._table("columns", ("letter", 80), ("head", 0), ("meaning", 240)),
        }
        self.empty = EmptyState(
            "file-arrow-down",
            say("imports_place.empty_title"),
            say("imports_place.empty_text"),
            action=say("imports_place.choose"),
            key="Ctrl O",
        )
        self.all_well = EmptyState("check-circle", say("imports_place.all_well"), "", token="jade")
        self.stack = QStackedWidget()
        self.import_band = ImportBand(words)
        super().__init__(self._middle(), self.import_band, band_width=348)
        self.setAcceptDrops(True)
        self.tabs.chosen.connect(self.tab_chosen)
        self.empty.acted.connect(self.import_band.file_asked)
        columns = self.tables["columns"]
        columns.current_changed.connect(self.column_changed)
        for table in self.tables.values():
            table.opened.connect(lambda _: self._to_field())
        on_key(self, "Ctrl+O", self.import_band.choose.click)
        on_key(self, "Ctrl+Return", self.import_band.write.click)
        on_key(self, "F", self.tabs.setFocus, means="keys.tabs")

    def _table(self, tab: str, *columns: tuple[str, int]) -> SectionTable:
        say = self._words.say
        return SectionTable(
            say(f"imports_place.tab_{tab}"),
            [
                Column(key, say(f"imports_place.column_{key}"), width, sorts=False)
                for key, width in columns
            ],
        )

    def _middle(self) -> Panel:
        middle = Panel()
        middle.column.addWidget(self.counts)
        middle.column.addWidget(self.tabs)
        self._note_row = Panel(margins=(24, 8, 24, 8))
        self._note_row.column.addWidget(self.note)
        middle.column.addWidget(self._note_row)
        for widget in (self.empty, self.all_well, *self.tables.values()):
            self.stack.addWidget(widget)
        middle.column.addWidget(self.stack, 1)
        return middle

    def _to_field(self) -> None:
        self.open_band()
        if self.import_band.field.isVisible():
            self.import_band.field.combo.setFocus(Qt.FocusReason.TabFocusReason)

    def ask_column(self, letter: str) -> None:
        """Put the focus on a column that nobody understood."""
        if self.is_single():
            self.close_band()
        columns = self.tables["columns"]
        columns.select_key(letter)
        columns.setFocus()

    # what is shown

    def show_state(self, state: ImportState) -> None:
        """Show a list as far as it is known."""
        say, counts = self._words.say, state.counts()
        self.import_band.show_state(state)
        self.counts.show_counts(state.preview)
        known = bool(state.table)
        self.tabs.setVisible(known)
        self.tabs.set_filters(
            [Filter(t, say(f"imports_place.tab_{t}"), counts[t] or None) for t in TABS]
        )
        self.tabs.choose(state.tab)
        self._show_note(state)
        if not known:
            self.stack.setCurrentWidget(self.empty)
            return
        lines = self._lines(state)
        self.tables[state.tab].set_lines(lines)
        self.stack.setCurrentWidget(self.tables[state.tab] if lines else self.all_well)

    def _show_note(self, state: ImportState) -> None:
        say, found, parts = self._words.say, state.preview, list[str]()
        if state.step == "columns" and state.heads:
            lacks = ", ".join(self.field_name(field) for field in state.heads.lacks)
            parts.append(say("imports_place.lacks", fields=lacks))
        if found is not None:
            parts.append(say("imports_place.of_ward", ward=found.ward.name, n=number(found.rows)))
            if found.households_new:
                parts.append(say("imports_place.households_new", n=number(found.households_new)))
            mends = (f"{say(f'imports.mend_{c}')} ({number(n)})" for c, n in found.mended.items())
            if told := "; ".join(mends):
                parts.append(say("imports_place.mended", what=told))
            if found.formulas:
                parts.append(say("imports.formulas_taken", n=number(found.formulas)))
        self.note.setText(" ".join(parts))
        self._note_row.setVisible(bool(parts))

    def field_name(self, field: str) -> str:
        """A field as people call it."""
        return self._words.say(f"imports_place.field_{field}") if field else ""

    def _lines(self, state: ImportState) -> Sequence[Line]:
        found = state.preview
        if state.tab == "columns":
            return [self._column_line(state, letter) for letter in range(len(state.table))]
        if found is None:
            return []
        if state.tab == "wrong":
            return [self._wrong_line(place, found) for place in range(len(found.remarks))]
        return [self._differing_line(place, found) for place in range(len(found.differing))]

    def _column_line(self, state: ImportState, place: int) -> Line:
        column = state.table[place]
        meaning = self.field_name(column.field) or self._words.say("imports_place.passed_over")
        cells = (
            Cell(column.letter, "ink2"),
            Cell(column.head, weight=500),
            Cell(meaning, "ink" if column.field else "ink3"),
        )
        return Line(column.letter, cells)

    def _wrong_line(self, place: int, found: Preview) -> Line:
        remark = found.remarks[place]
        why = say_fault(self._words, remark.code, remark.values)
        return Line(str(place), (Cell(str(remark.row)), Cell(remark.column, "ink2"), Cell(why)))

    def _differing_line(self, place: int, found: Preview) -> Line:
        one = found.differing[place]
        cells = (
            Cell(str(one.row)),
            Cell(one.name, weight=500),
            Cell(self.field_name(one.field), "ink2"),
            Cell(self._value(one.field, one.standing)),
            Cell(self._value(one.field, one.value), "ochre"),
        )
        return Line(str(place), cells)

    def _value(self, field: str, value: str) -> str:
        """A value of the plan in words: days as people write them."""
        read: object = value
        if field in TYPED_DAYS:
            read = date.fromisoformat(value) if value else None
        return shown(field, read, self._teller, {})

    # what the window asks

    def head(self) -> Head:
        """The title, with the way back."""
        say = self._words.say
        return Head(say("imports_place.title"), say("imports_place.context"), back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin where the next step is."""
        band = self.import_band
        for button in (band.write, band.choose):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return

    # a file that is dropped here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event)
        if path is not None:
            self.dropped.emit(path)

    @staticmethod
    def _dropped(event: QDropEvent) -> Path | None:
        urls = event.mimeData().urls()
        local = urls[0].toLocalFile() if len(urls) == 1 else ""
        return Path(local) if local.lower().endswith(ENDINGS) else None
