"""One official list as widgets: its lines in a table, the selected one and answers at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.usecases.official_lists.lists import LineRow, ListPage
from fieldapp.words.format import money, number
from ui.places.lists.state import answer_told, form_name, state_told
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
    Notice,
    if_shown,
    on_key,
)
from ui.widgets.chosen_columns import ChosenColumns
from ui.widgets.containers import Panel


class AnswersBand(Band):
    """The selected line, what the agency said of it, and what it says of the others."""

    accepted = Signal()
    returned = Signal()
    rest_asked = Signal()
    file_asked = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller = teller
        say = teller.say
        self.name = Label(role="subheading", wrap=True)
        self.where = Label(token="ink2", wrap=True)
        self.answer = Label(weight=600, wrap=True)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.unmatched = Notice("", "", "ochre", icon="warning-circle")
        self.unmatched.hide()
        self.accept = Button(say("lists_place.accept"), icon="check", key="A")
        self.give_back = Button(say("lists_place.give_back"), icon="arrow-u-up-left", key="R")
        self.file = Button(say("lists_place.answers_file"), icon="file-arrow-down", key="Ctrl O")
        self.rest = Button("", kind="primary", key="Ctrl Enter", height=44)
        self.accept.clicked.connect(self.accepted)
        self.give_back.clicked.connect(self.returned)
        self.file.clicked.connect(self.file_asked)
        self.rest.clicked.connect(self.rest_asked)
        for part in (self.name, self.where, self.answer, self.accept, self.give_back):
            self.body.addWidget(part)
        for notice in (self.banner, self.unmatched):
            self.body.addWidget(notice)
        self.foot.addWidget(self.file)
        self.foot.addWidget(self.rest)

    def show_line(self, line: LineRow | None, *, can_answer: bool) -> None:
        """Show another line."""
        known = line is not None
        for part in (self.name, self.where, self.answer):
            part.setVisible(known)
        open_line = line is not None and not line.withdrawn and can_answer
        self.accept.setVisible(open_line and line is not None and line.answer != "accepted")
        self.give_back.setVisible(open_line)
        if line is None:
            return
        self.name.setText(line.person_name)
        self.where.setText(", ".join(part for part in (line.address, line.id_number) if part))
        told, token = answer_told(line, self._teller)
        self.answer.set_token(token)
        self.answer.setText(told)

    def show_page(self, page: ListPage) -> None:
        """What can be said of the whole list."""
        open_list = page.row.state in ("drawn", "sent") and page.row.lines > 0
        self.rest.setText(self._teller.say("lists_place.accept_rest", n=number(page.row.waiting)))
        self.rest.setAccessibleName(self.rest.text())
        self.rest.setVisible(open_list and page.row.waiting > 0)
        self.file.setVisible(open_list)
        self._foot.setVisible(open_list)
        self._foot_line.setVisible(open_list)

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))

    def say_unmatched(self, title: str, text: str = "") -> None:
        """Say which rows of a file of answers match nothing; empty takes it away."""
        self.unmatched.say(title, text)
        self.unmatched.setVisible(bool(title))


class LinesView(BandPage):
    """Shows a list; what a person does goes out as signals."""

    head_changed = Signal()
    line_changed = Signal(str)
    line_opened = Signal(str)

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._page: ListPage | None = None
        say = teller.say
        self.table = ChosenColumns(
            say("lists_place.lines"),
            [
                self._column("place", 64),
                self._column("person", 0),
                self._column("id_number", 128, figures=True, leaves=1),
                self._column("amount", 116, figures=True),
                Column("gap", "", 16, sorts=False),
                self._column("answer", 252),
            ],
        )
        self.note = Label(role="small", token="ink2", wrap=True)
        self.answers = AnswersBand(teller)
        middle = Panel()
        self._note_row = Panel(margins=(24, 8, 24, 8))
        self._note_row.column.addWidget(self.note)
        middle.column.addWidget(self._note_row)
        middle.column.addWidget(self.table, 1)
        super().__init__(middle, self.answers, band_width=348)
        self.table.current_changed.connect(self.line_changed)
        self.table.opened.connect(self.line_opened)
        band = self.answers
        for key, button in (("A", band.accept), ("R", band.give_back)):
            on_key(self, key, if_shown(button))
        on_key(self, "Ctrl+O", if_shown(band.file))
        on_key(self, "Ctrl+Return", if_shown(band.rest), means="keys.accept_rest")

    def _column(self, key: str, width: int, *, figures: bool = False, leaves: int = 0) -> Column:
        title = self._teller.say(f"lists_place.column_{key}")
        return Column(key, title, width, figures, sorts=False, leaves=leaves)

    def show_page(self, page: ListPage) -> None:
        """Show a list; the selected line stays."""
        self._page = page
        lines = [*page.lines, *page.gone]
        self.table.set_lines([self._line(line) for line in lines])
        if lines and not self.table.current_key():
            self.table.select_key(lines[0].line)
        parts = [state_told(page.row, self._teller)[0], page.note]
        if page.gone:
            parts.append(self._teller.say("lists_place.elsewhere", n=number(len(page.gone))))
        text = ". ".join(part for part in parts if part)
        self.note.setText(text[:1].upper() + text[1:])
        self.answers.show_page(page)
        self.head_changed.emit()

    def _line(self, line: LineRow) -> Line:
        told, token = answer_told(line, self._teller)
        if line.elsewhere:
            told = self._teller.say("lists_place.line_elsewhere", number=line.elsewhere)
            token = "ochre"
        tone = "ink3" if line.withdrawn or not line.number else "ink"
        return Line(
            line.line,
            (
                Cell(number(line.number) if line.number else "–", "ink2"),
                Cell(line.person_name, tone, 500, note=line.address),
                Cell(line.id_number, "ink2"),
                Cell(number(line.participant_dong), tone),
                Cell(""),
                Cell(told, token),
            ),
        )

    # what the window asks

    def head(self) -> Head:
        """Which list, with the way back."""
        if self._page is None:
            return Head(self._teller.say("lists_place.title"), back=True)
        row = self._page.row
        context = self._teller.say(
            "lists_place.list_context",
            form=form_name(row.form, self._teller),
            n=number(row.lines),
            total_dong=money(row.total_dong),
        )
        return Head(self._teller.say("lists_place.list", number=row.number), context, back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin at the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
