"""The controller of the questions about work: reads them, replies, settles, takes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.visiting.flags import (
    FlagRow,
    clear_flag,
    flags,
    reopen_flag,
    reply_to_flag,
)
from fieldapp.words import Words
from ui.places.flags.state import FILTERS, FlagsState, key_of
from ui.places.flags.view import FlagsView
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller

PLACE = "flags"
"""Where its drafts are kept; the question says which."""


class FlagsPlace:
    """Điểm cần hỏi. `open(only=…)` chooses a filter."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._tasks, self._go = store, tasks, navigator
        self._teller = Teller(words, store.today())
        self.state = FlagsState()
        self.widget = FlagsView(self._teller)
        self._asked = Asked()
        self._typed: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        """What of it stands in the file."""
        self._filled = ""
        """The question that the text in the box belongs to."""
        view = self.widget
        view.filter_chosen.connect(self.filter)
        view.row_changed.connect(self._select)
        view.detail.evidence_opened.connect(self.open_household)
        view.detail.reply_asked.connect(self.reply)
        view.detail.clear_asked.connect(self.clear)
        view.detail.reopen_asked.connect(self.reopen)
        for box in view.detail.boxes.values():
            box.edited.connect(self._keep)
        view.detail.paused.connect(self._keep_draft)

    def open(self, *, only: str = "", **_: Any) -> None:
        """Show the questions as they stand now."""
        if only in FILTERS:
            self.state = replace(self.state, only=only)
        self.refresh()

    def refresh(self) -> None:
        """Read again; selection, filter and what is being typed stay."""
        mine, store, first = self._asked.next(), self._store, self.state.found is None

        def read() -> tuple[tuple[FlagRow, ...], dict[str, str]]:
            found = flags(store)
            kept = {key: store.draft(PLACE, key) for key in map(key_of, found)} if first else {}
            return found, {key: str(text) for key, text in kept.items() if text}

        def then(come: tuple[tuple[FlagRow, ...], dict[str, str]]) -> None:
            if not self._asked.is_last(mine):
                return
            found, kept = come
            self._teller.today, self._typed = store.today(), {**kept, **self._typed}
            self._kept |= kept
            self.state = replace(self.state, found=found)
            self._show()
            if first:
                self.widget.focus_first()

        self._tasks.read(read, then, self._go.banner)

    def filter(self, only: str) -> None:
        """Show the questions under another filter."""
        self.state = replace(self.state, only=only)
        self._show()

    def _show(self) -> None:
        self.widget.show_state(self.state)
        self._fill()

    def _select(self, _: str) -> None:
        self.widget.show_selected(self.state)
        self._fill()

    def _fill(self) -> None:
        """Another question: its box has what was typed there."""
        row = self.widget.detail.row
        key = key_of(row) if row is not None else ""
        if key == self._filled:
            return
        self._keep_draft()
        self._filled = key
        self.widget.detail.box.set_text(self._typed.get(key, ""))

    def _keep(self, text: str) -> None:
        row = self.widget.detail.row
        if row is not None and key_of(row) == self._filled:
            self._typed[self._filled] = text

    def _keep_draft(self) -> None:
        """What is typed is there when the page, or the program, is opened again."""
        store, key = self._store, self._filled
        text = self._typed.get(key)
        if text is None or text == self._kept.get(key, ""):
            return
        self._kept[key] = text
        job = (
            (lambda: store.keep_draft(PLACE, key, text))
            if text
            else (lambda: store.drop_draft(PLACE, key))
        )
        self._tasks.write(job, _nothing, self._go.banner)

    def open_household(self, key: str) -> None:
        """Open the household of one piece of evidence."""
        ward, household, _ = key.split("/")
        self._go.go("household", ward=ward, household=household)

    def reply(self, text: str) -> None:
        """Send what the person concerned says to the selected question."""
        row, store = self.widget.detail.row, self._store
        if row is None:
            return

        def then(_: str) -> None:
            self._forget(row)
            self._go.toast(self._teller.say("flags_place.reply_saved"))
            self.refresh()

        job = lambda: reply_to_flag(store, row.ward, row.flag, text)  # noqa: E731
        self._tasks.write(job, then, self._go.banner)

    def clear(self, note: str) -> None:
        """Say that the selected question was looked at and nothing is wrong."""
        row, store = self.widget.detail.row, self._store
        if row is None:
            return

        def then(changeset: str) -> None:
            self._forget(row)
            text = self._teller.say("flags_place.clear_saved", name=row.name)
            self._go.toast(text, lambda: self._undo(changeset))
            self.refresh()

        job = lambda: clear_flag(store, row.ward, row.flag, note)  # noqa: E731
        self._tasks.write(job, then, self._go.banner)

    def reopen(self) -> None:
        """Take back that nothing is wrong."""
        row, store = self.widget.detail.row, self._store
        if row is None:
            return

        def then(_: str) -> None:
            self._go.toast(self._teller.say("flags_place.reopened"))
            self.refresh()

        self._tasks.write(lambda: reopen_flag(store, row.ward, row.flag), then, self._go.banner)

    def _undo(self, changeset: str) -> None:
        store = self._store
        self._tasks.write(
            lambda: changes.undo(store, changeset), lambda _: self.refresh(), self._go.banner
        )

    def _forget(self, row: FlagRow) -> None:
        store, key = self._store, key_of(row)
        if key == self._filled:
            self.widget.detail.box.set_text("")
        self._typed.pop(key, None)
        if self._kept.pop(key, ""):
            self._tasks.write(lambda: store.drop_draft(PLACE, key), _nothing, self._go.banner)


def _nothing(_: object) -> None:
    """Nobody waits for it."""
