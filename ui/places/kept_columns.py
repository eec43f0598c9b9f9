"""What a person chose to see of a table: remembered, and copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication

from fieldapp.reports.pasting import pasted
from fieldapp.store.store import Store
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.ports import Navigator, Tasks
from ui.places.table_desk import MOST_COPIED
from ui.widgets.chosen_columns import ChosenColumns
from ui.widgets.table import Line


class KeptColumns:
    """`name` is under what the columns of a table are remembered. Ctrl+C puts the selected rows on
    the clipboard, with the columns that are seen, as a spreadsheet takes them.

    `fetch`: where the lines are not all here, those from a row on, so many; on a worker.
    """

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: Tasks,
        navigator: Navigator,
        table: ChosenColumns,
        name: str,
        fetch: Callable[[int, int], Sequence[Line]] | None = None,
    ) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._table, self._setting, self._fetch = table, f"table_{name}", fetch
        table.show_columns((store.setting(self._setting) or {}).get("columns") or table.shown())
        table.columns_changed.connect(lambda _: self._remember())
        table.copy_asked.connect(self.copy)

    def _remember(self) -> None:
        store, kept = self._store, {self._setting: {"columns": list(self._table.shown())}}
        self._tasks.write(lambda: store.remember(**kept), lambda _: None)

    def copy(self, runs: Sequence[tuple[int, int]]) -> None:
        """Put the rows of these runs on the clipboard."""
        fetch, count = self._fetch, sum(last - first + 1 for first, last in runs)
        if fetch is None:
            self._put(self._table.lines_of(runs))
        elif count > MOST_COPIED:
            said = {"most": number(MOST_COPIED)}
            self._go.toast(self._words.say("shell.too_many_to_copy", **said))
        else:
            self._tasks.read(
                lambda: [line for first, last in runs for line in fetch(first, last - first + 1)],
                self._put,
                self._go.banner,
            )

    def _put(self, lines: Sequence[Line]) -> None:
        heads, rows = self._table.texts(lines)
        if rows:
            QGuiApplication.clipboard().setText(pasted(heads, rows))
            self._go.toast(self._words.say("shell.copied", n=len(rows)))
