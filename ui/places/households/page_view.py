"""The page of a household: people over one time axis, what happened, and forms on the right."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.places.households.change_band import ChangeBand
from ui.places.households.cover_end import CoverEndBand
from ui.places.households.covers import page_scale
from ui.places.households.form_bands import FormBand, HouseBand, PersonBand
from ui.places.households.member_list import MemberHeader, MemberList
from ui.places.households.moves_band import MovesBand
from ui.places.households.older_bar import OLDER_ROW, OlderBar
from ui.places.households.older_state import OlderState
from ui.places.households.page_parts import STRIP, TAB_ROW, Strip, TabRow
from ui.places.households.page_rows import TABS, counts_of, member_line, rows_of
from ui.places.households.papers_band import NewPaperBand, PaperBand
from ui.places.households.papers_state import paper_rows
from ui.places.households.visit_band import VisitBand
from ui.places.today.state import OUTCOME_KEYS
from ui.say import Teller, address_text
from ui.shell.state import Head
from ui.widgets import (
    HISTORY,
    BandPage,
    EmptyState,
    ErrorBanner,
    Filter,
    Notice,
    Panel,
    RowList,
    Skeleton,
    on_key,
)

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import HouseholdPage
    from fieldapp.usecases.households.papers import PaperRow

Form = TypeVar("Form", bound=FormBand)
LEAST_HISTORY = 116
TOLD_BY_THE_LOG = ("history", "visits", "dossiers")
"""The tabs whose lines are actions; receipts are all here."""


class HouseholdView(BandPage):
    """Shows a `HouseholdPage`; what a person does goes out as signals."""

    outcome_chosen = Signal(str)
    edit_person_asked = Signal(str)
    edit_household_asked = Signal()
    held_asked = Signal(str)
    cover_end_asked = Signal(str)
    add_asked = Signal()
    moves_asked = Signal()
    enrol_asked = Signal()
    receipt_opened = Signal(str)
    change_opened = Signal(str)
    older_asked = Signal()
    add_paper_asked = Signal()
    paste_asked = Signal()
    paper_opened = Signal(str)
    dropped = Signal(object)
    """What was dragged here: a scan, perhaps."""
    head_changed = Signal(object)
    hidden = Signal()
    form_made = Signal(object)
    """A form was opened for the first time: most visits to a page open none, and their many inputs
    take longer than all the rest of it."""

    def __init__(self, teller: Teller, clock_text: str) -> None:
        self.teller = teller
        self.strip = Strip(teller)
        self.members = MemberList(teller.say("household.members"))
        self.axis = MemberHeader(
            self.members, teller.say("household.members"), teller.say("household.should_do")
        )
        self.tabs = TabRow(teller)
        self.rows = RowList(teller.say("household.tabs"), shape=HISTORY)
        self.older = OlderBar(teller)
        self.banner = ErrorBanner()
        self.warning = Notice("", "", "ochre", icon="hand-palm")
        self.empty = QStackedWidget()
        self.skeleton = Skeleton(rows=5, row_height=58)
        self._empties: dict[str, EmptyState] = {}
        self._page: HouseholdPage | None = None
        self.papers: tuple[PaperRow, ...] = ()
        """Those of the household that is shown next."""
        self._loading = False
        self.forms = QStackedWidget()
        self.visit = VisitBand(teller, clock_text)
        self.forms.addWidget(self.visit)
        super().__init__(self._middle(), self.forms, band_width=340)
        self._connect()

    def _middle(self) -> Panel:
        middle = _Middle(self)
        column = middle.column
        self.banner.hide()
        self.warning.hide()
        for widget in (self.strip, self.banner, self.warning, self.axis, self.members):
            column.addWidget(widget)
        column.addWidget(self.skeleton)
        self.skeleton.hide()
        column.addWidget(self.tabs)
        column.addWidget(self.empty, 1)
        column.addWidget(self.older)
        self.empty.addWidget(self.rows)
        self.empty.setMinimumHeight(LEAST_HISTORY)  # whatever its pages would like
        return middle

    def _connect(self) -> None:
        self.tabs.bar.chosen.connect(lambda _: self._show_rows())
        self.members.opened.connect(self.edit_person_asked)
        self.tabs.edit.clicked.connect(self._edit_selected)
        self.tabs.cover.clicked.connect(self._end_cover_of_selected)
        self.members.current_changed.connect(lambda _: self._offer_cover_end())
        self.tabs.add.clicked.connect(self.add_asked)
        self.tabs.moves.clicked.connect(self.moves_asked)
        self.tabs.held.clicked.connect(self._ask_held)
        self.tabs.house.clicked.connect(self.edit_household_asked)
        self.visit.enrol_asked.connect(self.enrol_asked)
        self.rows.opened.connect(self._opened_row)
        self.older.ask.clicked.connect(self.older_asked)
        self.tabs.paper.clicked.connect(self.add_paper_asked)
        on_key(self.middle, "Ctrl+V", self.paste_asked.emit, means="keys.paste_paper")
        self.setAcceptDrops(True)
        for area in (self.members, self.rows, self.visit.choices):
            for key, outcome in OUTCOME_KEYS.items():
                choose = partial(self.outcome_chosen.emit, outcome)
                on_key(area, key, choose, means="keys.outcome")
        for key, act in (
            ("E", self._edit_selected),
            ("K", self._end_cover_of_selected),
            ("N", self.add_asked.emit),
            ("B", self.moves_asked.emit),
            ("H", self.edit_household_asked.emit),
            ("I", self._ask_held),
            ("G", self.add_paper_asked.emit),
        ):
            on_key(self.middle, key, act)
            on_key(self.visit.choices, key, act)
        for part in (self.middle, self.visit.choices):
            on_key(part, "X", self.older_asked.emit, means="keys.older")

    def _ask_held(self) -> None:
        if self.members.current_key():
            self.held_asked.emit(self.members.current_key())

    def _edit_selected(self) -> None:
        if self.members.current_key():
            self.edit_person_asked.emit(self.members.current_key())

    def _end_cover_of_selected(self) -> None:
        if self.members.current_key():
            self.cover_end_asked.emit(self.members.current_key())

    def _offer_cover_end(self) -> None:
        """The button stands where somebody else insures the selected member, without an end."""
        members = self._page.members if self._page else ()
        chosen = self.members.current_key()
        self.tabs.offer_cover(any(m.person == chosen and m.open_payers for m in members))

    def _opened_row(self, key: str) -> None:
        if self.tabs.bar.current_key() == "receipts":
            self.receipt_opened.emit(key)
        elif self.tabs.bar.current_key() == "papers":
            self.paper_opened.emit(key)
        elif key:
            self.change_opened.emit(key)

    # what the window asks

    def head(self) -> Head:
        """Name and address in the header."""
        page = self._page
        if page is None:
            return Head("", "", back=True)
        context = address_text(page.house_number, page.street, page.ward_name)
        return Head(page.head_name, context, back=True)

    def focus_first(self) -> None:
        """Put the focus on the people."""
        self.members.setFocus()

    def toast_area(self) -> QWidget:
        """Over what a toast may stand."""
        return self.middle

    def hideEvent(self, event: QHideEvent) -> None:
        """The page is left or closed: what is half filled is kept now."""
        super().hideEvent(event)
        self.hidden.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file or a picture may be a scan."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A scan was dragged here."""
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    # what is shown

    def show_loading(self) -> None:
        """Nothing was read yet."""
        self._loading = True
        self.members.hide()
        self.skeleton.start()

    def show_page(self, page: HouseholdPage) -> None:
        """Show a household that was read; selection and open forms stay."""
        self._page = page
        self.banner.hide()
        self.skeleton.stop()
        self.members.show()
        scale = page_scale(page.today)
        self.strip.show_page(page)
        self.axis.show_axis(scale, page.today)
        lines = [member_line(member, self.teller) for member in page.members]
        self.members.show_members(lines, scale, page.today)
        say = self.teller.say
        counts = counts_of(page, len(self.papers))
        self.tabs.bar.set_filters([Filter(t, say(f"household.tab_{t}"), counts[t]) for t in TABS])
        self.tabs.edit.setEnabled(bool(page.members))
        self._offer_cover_end()
        text = say("household.do_not_contact") if page.do_not_contact else ""
        if page.head_is_missing:
            text = f"{text}\n{say('moves.head_missing')}".strip()
        self.warning.say("", text)
        self.warning.setVisible(bool(text))
        self._show_rows()
        self.share_height()
        if self._loading:
            self._loading = False
            self.members.setFocus()  # hiding the list gave the focus away
        self.head_changed.emit(self.head())

    def _show_rows(self) -> None:
        if self._page is None:
            return
        tab = self.tabs.bar.current_key()
        papers = tab == "papers"
        self.tabs.offer_paper(papers)
        rows = (
            paper_rows(self.papers, self.teller)
            if papers
            else rows_of(tab, self._page, self.teller)
        )
        self.older.setVisible(self.older.says and tab in TOLD_BY_THE_LOG)
        self.rows.set_items(rows)
        if not self.rows.hasFocus():
            self.rows.setCurrentIndex(QModelIndex())
        if rows:
            self.empty.setCurrentWidget(self.rows)
            return
        if tab not in self._empties:
            title = self.teller.say(f"household.no_{tab}")
            self._empties[tab] = EmptyState("clock-counter-clockwise", title)
            self.empty.addWidget(self._empties[tab])
        self.empty.setCurrentWidget(self._empties[tab])

    def show_papers(self) -> None:
        """Go to the papers among the tabs."""
        self.tabs.bar.choose("papers")
        self._show_rows()

    def show_older(self, state: OlderState) -> None:
        """What of the history is not on this laptop, and the way to it."""
        self.older.show_state(state)
        self._show_rows()
        self.share_height()

    def share_height(self) -> None:
        """People get what they need, what happened gets the rest, at least three rows of it."""
        others = STRIP + self.axis.height() + TAB_ROW + LEAST_HISTORY
        others += self.warning.sizeHint().height() if self.warning.isVisibleTo(self) else 0
        others += OLDER_ROW if self.older.isVisibleTo(self) else 0
        room = max(116, self.middle.height() - others)
        self.members.setFixedHeight(min(self.members.natural_height(), room))

    def show_failure(self, title: str, text: str) -> None:
        """The household could not be read."""
        self.skeleton.stop()
        self.banner.say(title, text)
        self.banner.show()

    # forms

    @cached_property
    def person(self) -> PersonBand:
        """The form of a member."""
        return self._made(PersonBand(self.teller, adding=False))

    @cached_property
    def adding(self) -> PersonBand:
        """The form of a new member."""
        return self._made(PersonBand(self.teller, adding=True))

    @cached_property
    def house(self) -> HouseBand:
        """The form of the household itself."""
        return self._made(HouseBand(self.teller))

    @cached_property
    def cover_end(self) -> CoverEndBand:
        """The form of a cover that ended."""
        return self._made(CoverEndBand(self.teller))

    @cached_property
    def moves(self) -> MovesBand:
        """The form of a change among the people."""
        return self._made(MovesBand(self.teller))

    @cached_property
    def new_paper(self) -> NewPaperBand:
        """The form of a scan that is added."""
        return self._made(NewPaperBand(self.teller))

    @cached_property
    def paper(self) -> PaperBand:
        """A paper that was opened."""
        return self._made(PaperBand(self.teller))

    @cached_property
    def change(self) -> ChangeBand:
        """One action of the history."""
        return self._made(ChangeBand(self.teller))

    def _made(self, form: Form) -> Form:
        self.forms.addWidget(form)
        self.form_made.emit(form)
        return form

    def show_form(self, form: FormBand, first: str) -> None:
        """Put a form in the place of the visit."""
        self.forms.setCurrentWidget(form)
        self.open_band()
        form.begin(first)

    def show_visit(self, *, focus: bool = True) -> None:
        """Back to the visit."""
        self.forms.setCurrentWidget(self.visit)
        if self.is_single():
            self.close_band()
        if focus:
            self.members.setFocus(Qt.FocusReason.OtherFocusReason)

    def form_is_open(self) -> bool:
        """Whether a form stands in the place of the visit."""
        return self.forms.currentWidget() is not self.visit


class _Middle(Panel):
    """Shares its height between people and what happened."""

    def __init__(self, view: HouseholdView) -> None:
        super().__init__()
        self._view = view

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view.share_height()
