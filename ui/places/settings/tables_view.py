"""The dated tables as widgets: a table of tables, the selected one at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.usecases.dated_tables import NOT_VERIFIED, TableState
from fieldapp.words import Words
from fieldapp.words.dated_tables import table_name, whole_source
from fieldapp.words.format import long_date
from ui.places.settings.tables_state import Shown, TableDetail, TablesState, detail, mark_of
from ui.widgets import Band, BandPage, Cell, Column, Hairline, Label, Line, Notice, SectionTable
from ui.widgets.containers import Panel
from ui.widgets.facts import Fact

GAP = Column("gap", "", 16, sorts=False)
"""Between figures at the right of their column and a text at the left of the next."""


class TableBand(Band):
    """The selected table: what it is, why one was refused, what changed, what counts."""

    def __init__(self, words: Words) -> None:
        super().__init__(ground="sunken")
        self._words = words
        self.parts: QWidget = QWidget()
        """What stands there of the selected table."""
        self.body.addWidget(self.parts)
        self.body.setSpacing(0)
        self._foot.hide()
        self._foot_line.hide()

    def show_table(self, shown: TableDetail | None) -> None:
        """Show another table; None shows nothing."""
        self.body.removeWidget(self.parts)
        self.parts.hide()
        self.parts.deleteLater()
        self.parts = QWidget()
        if shown is not None:
            self.parts = _Parts(shown, self._words)
        self.body.addWidget(self.parts)
        self.scroller.verticalScrollBar().setValue(0)


class _Parts(QWidget):
    """All that stands of one table."""

    def __init__(self, shown: TableDetail, words: Words) -> None:
        super().__init__()
        self._say = words.say
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(Label(shown.title, role="heading", wrap=True))
        self._column.addSpacing(8)
        for label, value in shown.facts:
            self._column.addWidget(Fact(label, value))
        if shown.refused:
            title = self._say("settings.table_refused")
            self._column.addSpacing(10)
            self._column.addWidget(Notice(title, ". ".join(shown.refused), "ochre", icon="wrench"))
        self._list("settings.table_changes", shown.changes, shown.more_changes)
        self._list("settings.table_counts", shown.rows, shown.more_rows)

    def _list(self, title: str, lines: Sequence[Shown], more: int) -> None:
        if not lines:
            return
        self._column.addSpacing(14)
        self._column.addWidget(Label(self._say(title), weight=600))
        self._column.addSpacing(2)
        for line in lines:
            self._column.addSpacing(6)
            self._column.addWidget(Label(line.text, weight=500, wrap=True))
            self._column.addWidget(Label(line.source, role="small", token="ink2", wrap=True))
            if line.note:
                self._column.addWidget(Label(line.note, role="small", token="ochre", wrap=True))
            self._column.addSpacing(6)
            self._column.addWidget(Hairline())
        if more:
            self._column.addSpacing(6)
            self._column.addWidget(
                Label(self._say("settings.table_more", n=more), role="small", token="ink3")
            )


class TablesPage(BandPage):
    """All dated tables; the selected one stands in the band, or opens with Enter."""

    def __init__(self, words: Words) -> None:
        say = words.say
        self._words = words
        self._state: TablesState | None = None
        self.table = SectionTable(
            say("settings.tables"),
            [
                Column("name", say("settings.table_name"), 0, sorts=False),
                Column(
                    "since", say("settings.table_since"), 96, figures=True, sorts=False, leaves=1
                ),
                GAP,
                Column("source", say("settings.table_source"), 200, sorts=False, leaves=2),
                Column("mark", say("settings.table_mark"), 200, sorts=False),
            ],
        )
        self.detail = TableBand(words)
        middle = Panel()
        middle.column.addWidget(self.table)
        super().__init__(middle, self.detail, band_width=348)
        self.table.current_changed.connect(self._show_selected)
        self.table.opened.connect(lambda _: self.open_band())

    def show_tables(self, state: TablesState) -> None:
        """Show other tables; the selected one stays."""
        self._state = state
        self.table.set_lines([self._line(one) for one in state.states])
        if state.states and not self.table.current_key():
            self.table.select_key(state.states[0].name)
        self._show_selected(self.table.current_key())

    def _show_selected(self, name: str) -> None:
        shown = detail(self._state, name, self._words) if self._state else None
        self.detail.show_table(shown)

    def _line(self, one: TableState) -> Line:
        words = self._words
        newest = one.newest
        name, note, token = table_name(words, one.name), "", "ink3"
        if one.refused:
            note, token = words.say("settings.table_is_refused"), "ochre"
        elif one.sent:
            note = words.say("settings.table_is_new")
        since = long_date(newest.valid_from) if newest else ""
        cells = (
            Cell(name, weight=500, note=note, note_token=token),
            Cell(since, "ink2"),
            Cell(""),
            Cell(
                whole_source(words, newest) if newest else words.say("settings.table_empty"),
                "ink2",
                400,
            ),
            Cell(mark_of(one, words), "ochre" if one.confidence == NOT_VERIFIED else "ink2", 400),
        )
        return Line(one.name, cells, ", ".join(cell.text for cell in cells if cell.text))
