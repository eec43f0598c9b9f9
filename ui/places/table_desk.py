"""What every table of many lines does: its order, its pages, its columns, copying."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from PySide6.QtGui import QGuiApplication

from fieldapp.errors import FieldappError
from fieldapp.reports.pasting import Value, pasted
from fieldapp.store.store import Store
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.ports import Asked, Failed, Navigator, Tasks
from ui.widgets.paged import PAGE_LINES, PagedTable
from ui.widgets.table import Line

MOST_COPIED = 100_000
"""Rows that the clipboard takes at once; more belong into a file."""


class Counted(Protocol):
    """A table that was put in order, or is being put in order."""

    @property
    def count(self) -> int:
        """How many lines have their place."""
        ...


Table = TypeVar("Table", bound=Counted)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Source(Generic[Table, Row]):
    """Where the lines come from: `order` puts them in order by a column, `rows` gives some of them
    from a place on; `line` shows one, `values` tells what a spreadsheet gets, by column. Where
    `order` gives the first ones alone, `more` takes the next piece and tells how many were looked
    at by now, None where all had been."""

    order: Callable[[str, bool], Table]
    rows: Callable[[Table, int, int], Sequence[Row]]
    line: Callable[[Row], Line]
    values: Callable[[Row], Mapping[str, Value]]
    more: Callable[[Table], int | None] = lambda table: None


class TableDesk(Generic[Table, Row]):
    """The controller of one table. `name` is under what its order and columns are remembered."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: Tasks,
        navigator: Navigator,
        table: PagedTable,
        source: Source[Table, Row],
        name: str,
        sort: str,
        columns: Sequence[str],
    ) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._table, self._source = table, source
        self._setting = f"table_{name}"
        self._asked = Asked()
        self.sort, self.upwards = sort, True
        self.made: Table | None = None
        kept = store.setting(self._setting) or {}
        known = [column.key for column in table.columns if column.sorts]
        if kept.get("sort") in known:
            self.sort, self.upwards = kept["sort"], bool(kept.get("upwards", True))
        table.show_columns(kept.get("columns") or columns)
        table.sort_asked.connect(self.sort_by)
        table.columns_changed.connect(lambda _: self._remember())
        table.page_wanted.connect(self._bring)
        table.copy_asked.connect(self.copy)
        self.counted: Callable[[int], None] = lambda count: None
        self.looked: Callable[[int | None], None] = lambda looked_at: None
        """Told how many were looked at while other lines wait to be shown; None: they wait no
        more."""
        self._shown = self._first = (sort, True)

    def refresh(
        self,
        failed: Failed = None,
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        """Put the lines in order anew. What is seen stays until what takes its place is known.
        `begun` is called once the first page is asked for: whatever is read then comes after."""
        mine, source, sort, upwards = self._asked.next(), self._source, self.sort, self.upwards
        told = failed or self._go.banner

        def fail(error: FieldappError) -> None:
            if self._asked.is_last(mine):
                self.looked(None)
            told(error)

        def then(made: Table) -> None:
            if self._asked.is_last(mine):
                self._show(made, sort, upwards, whole=False)
                begun()
                more(made)

        def more(made: Table) -> None:
            if self._asked.is_last(mine):
                self._tasks.read(
                    lambda: source.more(made), lambda looked: taken(made, looked), fail
                )

        def taken(made: Table, looked_at: int | None) -> None:
            if self._asked.is_last(mine):
                self._show(made, sort, upwards, whole=looked_at is None)
                self.looked(None if self.made is made else looked_at)
                if looked_at is not None:
                    more(made)

        self._tasks.read(lambda: source.order(sort, upwards), then, fail)

    def _show(self, made: Table, sort: str, upwards: bool, *, whole: bool) -> None:
        """Shows a table as far as it is known; nothing that is looked at jumps."""
        if self.made is made:
            self._table.grow(made.count)
        elif whole or made.count > (self._table.last_seen() if self.made else 0):
            self.made, self._shown = made, (sort, upwards)
            self._table.set_sorted(sort, upwards=upwards)
            self._table.begin(made.count)
            self._table.want_seen()
        else:
            return
        self.counted(made.count)

    def cancel(self) -> None:
        """Leave the lines in the order in which they are."""
        self._asked.next()
        self.looked(None)
        self.sort, self.upwards = self._shown if self.made else self._first
        self._remember()
        if self.made is None:
            self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._asked.next()
        self.looked(None)
        self.made = None
        self._table.begin(0)

    def sort_by(self, key: str) -> None:
        """Sort by a column; by the same one again the other way round."""
        self.upwards = not self.upwards if key == self.sort else True
        self.sort = key
        self._remember()
        self.refresh()

    def _remember(self) -> None:
        kept = {"sort": self.sort, "upwards": self.upwards, "columns": list(self._table.shown())}
        store, setting = self._store, self._setting
        self._tasks.write(lambda: store.remember(**{setting: kept}), lambda _: None)

    def _bring(self, page: int) -> None:
        made, source = self.made, self._source
        if made is None:
            return

        def then(rows: Sequence[Row]) -> None:
            if self.made is made:
                self._table.bring(page, [source.line(row) for row in rows])

        first = page * PAGE_LINES
        self._tasks.read(lambda: source.rows(made, first, PAGE_LINES), then, self._go.banner)

    def copy(self, runs: Sequence[tuple[int, int]]) -> None:
        """Put the rows of these runs on the clipboard, with the columns that are seen."""
        made, source, shown = self.made, self._source, self._table.shown()
        if made is None or not runs:
            return
        count = sum(last - first + 1 for first, last in runs)
        if count > MOST_COPIED:
            most = number(MOST_COPIED)
            self._go.toast(self._words.say("shell.too_many_to_copy", most=most))
            return
        titles = {column.key: column.title for column in self._table.columns}

        def job() -> str:
            found = (source.rows(made, first, last - first + 1) for first, last in runs)
            told = [source.values(row) for rows in found for row in rows]
            heads = [titles[key] for key in shown]
            return pasted(heads, [[values[key] for key in shown] for values in told])

        def then(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self._go.toast(self._words.say("shell.copied", n=count))

        self._tasks.read(job, then, self._go.banner)
