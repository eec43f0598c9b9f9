"""The controller of one official list: the agency's word on each line, typed or from a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.official_lists.answers import (
    AnswersPreview,
    LineAnswer,
    accept_rest,
    preview_answers,
    record_answers,
)
from fieldapp.usecases.official_lists.lists import LineRow, ListPage, official_list
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.kept_columns import KeptColumns
from ui.places.lists.lines_view import LinesView
from ui.places.ports import Asked, Navigator, Tasks
from ui.places.receipts.paper import documents
from ui.say import Teller
from ui.widgets import Question

SHOWN_UNMATCHED = 5


class ListPlace:
    """One list. `open(ward=…, submission=…)` shows it."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._teller = Teller(words, store.today())
        self.widget = LinesView(self._teller)
        self.page: ListPage | None = None
        self._key = ("", "")
        self._asked = Asked()
        self._busy = False
        self.ask_reason: Callable[[LineRow], str | None] = self._ask_reason_by_dialog
        self.ask_file: Callable[[], Path | None] = self._ask_file_by_dialog
        self.confirm: Callable[[AnswersPreview], bool] = self._confirm_by_dialog
        view, band = self.widget, self.widget.answers
        self.columns = KeptColumns(store, words, tasks, navigator, view.table, "list_lines")
        view.line_changed.connect(lambda _: self._show_line())
        view.line_opened.connect(lambda _: view.open_band())
        band.accepted.connect(self.accept)
        band.returned.connect(self.give_back)
        band.rest_asked.connect(self.accept_rest)
        band.file_asked.connect(self.take_file)

    def open(self, *, ward: str = "", submission: str = "", **_: Any) -> None:
        """Show a list."""
        if submission:
            self._key = (ward, submission)
        self.widget.answers.say_error("")
        self.widget.answers.say_unmatched("")
        self.refresh()

    def refresh(self) -> None:
        """Read the list again; the selected line stays."""
        mine, store, (ward, submission) = self._asked.next(), self._store, self._key

        def then(page: ListPage) -> None:
            if self._asked.is_last(mine):
                self._teller.today = store.today()
                first, self.page = self.page is None, page
                self.widget.show_page(page)
                if first:
                    self.widget.focus_first()
                self._show_line()

        self._tasks.read(lambda: official_list(store, ward, submission), then, self._go.banner)

    def _line(self) -> LineRow | None:
        key = self.widget.table.current_key()
        lines = [*self.page.lines, *self.page.gone] if self.page else []
        return next((line for line in lines if line.line == key), None)

    def _show_line(self) -> None:
        line, page = self._line(), self.page
        standing = line is not None and page is not None and line in page.lines
        can_answer = standing and page is not None and page.row.state != "withdrawn"
        self.widget.answers.show_line(line, can_answer=can_answer)

    # answering

    def accept(self) -> None:
        """The agency took the selected line."""
        line = self._line()
        if line is not None:
            self._record([LineAnswer(line.number, "accepted")], "line_is_accepted", line)

    def give_back(self) -> None:
        """The agency gave the selected line back, with its reason."""
        line = None if self._busy else self._line()
        reason = self.ask_reason(line) if line is not None else None
        if line is not None and reason:
            self._record([LineAnswer(line.number, "returned", reason)], "line_is_returned", line)

    def _record(self, answers: list[LineAnswer], said: str, line: LineRow) -> None:
        store, (ward, submission) = self._store, self._shown()
        text = self._words.say(f"lists_place.{said}", name=line.person_name)
        self._write(lambda: record_answers(store, ward, submission, answers), text)

    def _shown(self) -> tuple[str, str]:
        """The list on the screen: another one may be on its way already."""
        return (self.page.row.ward, self.page.row.submission) if self.page else self._key

    def accept_rest(self) -> None:
        """The agency took every line that has no answer yet."""
        if self.page is None or not self.page.row.waiting:
            return
        store, (ward, submission) = self._store, self._shown()
        text = self._words.say("lists_place.rest_accepted", n=number(self.page.row.waiting))
        self._write(lambda: accept_rest(store, ward, submission), text)

    def take_file(self) -> None:
        """Read a file of answers: what it would do is said before it is taken."""
        if self._busy or self.page is None:
            return
        store, (ward, submission) = self._store, self._shown()
        path = self.ask_file()
        if path is None:
            return
        self._busy = True
        self.widget.answers.say_error("")

        def then(found: AnswersPreview) -> None:
            self._busy = False
            self._say_unmatched(found)
            if not found.answers or not self.confirm(found):
                return
            counts = {"n": number(found.accepted), "returned": number(found.returned)}
            text = self._words.say("lists_place.file_taken", **counts)
            answers = found.answers
            self._write(lambda: record_answers(store, ward, submission, answers), text)

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._say_error(error)

        self._tasks.read(lambda: preview_answers(store, ward, submission, path), then, failed)

    def _say_unmatched(self, found: AnswersPreview) -> None:
        say, band = self._words.say, self.widget.answers
        if not found.unmatched:
            band.say_unmatched("")
            return
        rows = [
            say("lists_place.unmatched_row", row=one.row, why=say(f"lists_place.why_{one.why}"))
            for one in found.unmatched[:SHOWN_UNMATCHED]
        ]
        title = say("lists_place.unmatched", n=number(len(found.unmatched)))
        band.say_unmatched(title, ". ".join(rows))

    def _write(self, job: Callable[[], str | None], text: str) -> None:
        if self._busy:
            return
        self._busy = True
        self.widget.answers.say_error("")

        def then(changeset: str | None) -> None:
            self._busy = False
            self._go.toast(text, (lambda: self._undo(changeset)) if changeset else None)
            self.refresh()

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._say_error(error)
            self.refresh()

        self._tasks.write(job, then, failed)

    def _undo(self, changeset: str) -> None:
        store = self._store
        self._tasks.write(
            lambda: changes.undo(store, changeset), lambda _: self.refresh(), self._say_error
        )

    def _say_error(self, error: FieldappError) -> None:
        told = self._teller.error(error)
        self.widget.answers.say_error(told.title, told.text)

    # asking

    def _ask_reason_by_dialog(self, line: LineRow) -> str | None:
        say = self._words.say
        question = Question(
            say("lists_place.ask_reason", name=line.person_name),
            say("lists_place.ask_reason_means"),
            say("lists_place.give_back"),
            self.widget,
            reason=say("lists_place.reason_hint"),
            destructive=False,
        )
        return question.asked_reason() if question.exec() else None

    def _confirm_by_dialog(self, found: AnswersPreview) -> bool:
        say = self._words.say
        counts = {"n": number(found.accepted), "returned": number(found.returned)}
        question = Question(
            say("lists_place.confirm_file"),
            say("lists_place.confirm_file_means", **counts, left=number(found.left)),
            say("lists_place.confirm_file_do"),
            self.widget,
            destructive=False,
        )
        return bool(question.exec())

    def _ask_file_by_dialog(self) -> Path | None:
        title = self._words.say("lists_place.answers_file")
        chosen, _ = QFileDialog.getOpenFileName(
            self.widget, title, str(documents()), "xlsx, csv (*.xlsx *.csv)"
        )
        return Path(chosen) if chosen else None
