"""All households: a filter, the list, and the selected one in short or a new one on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from ui.places.households.brief import HouseholdBrief
from ui.places.households.form_bands import NewHouseBand
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Band,
    BandPage,
    Button,
    EmptyState,
    ErrorBanner,
    Hairline,
    Label,
    Mark,
    Panel,
    Row,
    RowList,
    RowShape,
    SearchField,
    Skeleton,
    on_key,
)

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import HouseholdPage
    from fieldapp.usecases.households.households_table import HouseholdLine
    from ui.widgets.rows import Awaited

SHAPE = RowShape(indent=24, lead=112)
SOON_DAYS = 30
STEPS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class HouseholdsView(BandPage):
    """Shows lines; what a person does goes out as signals."""

    text_changed = Signal(str)
    row_changed = Signal(str)
    opened = Signal(str)
    new_asked = Signal()
    import_asked = Signal()
    assign_asked = Signal()
    empty_acted = Signal(str)
    head_changed = Signal(object)
    hidden = Signal()

    def __init__(self, teller: Teller, wards: Sequence[tuple[str, str]] = ()) -> None:
        self.teller = teller
        say = teller.say
        self.search = SearchField(
            placeholder=say("household.list_search"), key="", in_place=True, width=360
        )
        self.count = Label(role="small", token="ink2")
        self.take_in = Button(say("household.import_button"), icon="file-arrow-down")
        self.assign = Button(say("assign_place.button"), icon="users-three")
        for button in (self.take_in, self.assign):
            button.hide()
        self.new = Button(say("household.new_button"), icon="plus", key="Ctrl N")
        self.list = RowList(say("household.list_name"), shape=SHAPE)
        self.list.setUniformItemSizes(True)  # or each of 25,000 would be asked for its height
        self.skeleton = Skeleton()
        self.banner = ErrorBanner()
        self.banner.hide()
        self.stack = QStackedWidget()
        self._empty: EmptyState | None = None
        self._kind = ""
        self._total = 0
        self.preview = Band()
        self.bands = QStackedWidget()
        self.bands.addWidget(self.preview)
        self.new_form: NewHouseBand | None = None
        super().__init__(self._middle(), self.bands)
        self.brief = HouseholdBrief(teller, self.preview.scroller)
        self.preview.body.addWidget(self.brief)
        self.open_button = Button(say("household.open_button"), kind="primary", key="Enter")
        self.preview.foot.addWidget(self.open_button)
        self.set_wards(wards)
        self._connect()

    def _middle(self) -> Panel:
        middle = Panel()
        bar = QWidget()
        bar.setFixedHeight(56)
        row = QHBoxLayout(bar)
        row.setContentsMargins(24, 0, 20, 0)
        row.setSpacing(12)
        row.addWidget(self.search)
        row.addWidget(self.count, 1)
        row.addWidget(self.assign)
        row.addWidget(self.take_in)
        row.addWidget(self.new)
        for widget in (bar, Hairline(), self.banner):
            middle.column.addWidget(widget)
        middle.column.addWidget(self.stack, 1)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.skeleton)
        return middle

    def _connect(self) -> None:
        self.search.typed.connect(self.text_changed)
        self.search.edit.installEventFilter(self)
        self.list.current_changed.connect(self.row_changed)
        self.list.opened.connect(self.opened)
        self.new.clicked.connect(self.new_asked)
        self.take_in.clicked.connect(self.import_asked)
        self.assign.clicked.connect(self.assign_asked)
        self.open_button.clicked.connect(lambda: self._open_current())
        on_key(self.list, "F", self.search.edit.setFocus, means="keys.search_list")

    def _open_current(self) -> None:
        if self.list.current_key():
            self.opened.emit(self.list.current_key())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the filter, arrows move in the list, Enter opens, Esc clears."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in STEPS:
            self.list.keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_current()
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.edit.clear()
            self.text_changed.emit("")
        else:
            return False
        return True

    # what the window asks

    def head(self) -> Head:
        """Title and context of the page."""
        say = self.teller.say
        n = self.teller.value("n", self._total)
        context = say("household.list_context", n=n) if self._total else ""
        return Head(say("shell.place_households"), context)

    def focus_first(self) -> None:
        """Put the focus where one looks for somebody."""
        self.search.edit.setFocus()

    def toast_area(self) -> QWidget:
        """Over what a toast may stand."""
        return self.middle

    def hideEvent(self, event: QHideEvent) -> None:
        """The page is left: what is half filled is kept now."""
        super().hideEvent(event)
        self.hidden.emit()

    # what is shown

    def set_wards(self, wards: Sequence[tuple[str, str]]) -> None:
        """The wards in which a new household may be registered."""
        if self.new_form is None:
            self.new_form = NewHouseBand(self.teller, wards)
            self.bands.addWidget(self.new_form)
        else:
            self.new_form.set_wards(wards)

    def offer_desk(self, offered: bool) -> None:
        """Whether lists are taken in and households shared out here: at a desk."""
        self.take_in.setVisible(offered)
        self.assign.setVisible(offered)

    def show_loading(self) -> None:
        """Nothing was read yet."""
        self.stack.setCurrentWidget(self.skeleton)
        self.skeleton.start()

    def show_table(self, rows: Sequence[Row | Awaited], text: str, *, total: int) -> None:
        """Show what was found for a text, out of `total`."""
        self.skeleton.stop()
        self.banner.hide()
        self.list.set_items(rows)
        say, n = self.teller.say, len(rows)
        if total != self._total:
            self._total = total
            self.head_changed.emit(self.head())
        self.count.setText(say("household.list_found", n=self.teller.value("n", n)) if text else "")
        if rows:
            self.stack.setCurrentWidget(self.list)
            return
        self._show_empty("nothing_found" if text else "empty", text)

    def show_lines(self, page: int, lines: Sequence[HouseholdLine]) -> None:
        """Show a page of what was found."""
        self.list.put(page, [row_of(line, self.teller) for line in lines])

    def _show_empty(self, kind: str, text: str) -> None:
        say = self.teller.say
        icon = "magnifying-glass" if kind == "nothing_found" else "house-line"
        empty = EmptyState(
            icon,
            say(f"household.{kind}", text=text) if text else say(f"household.{kind}_title"),
            say(f"household.{kind}_text"),
            action=say(f"household.{kind}_action"),
            key="Ctrl N" if text else "F5",
        )
        empty.acted.connect(lambda: self.empty_acted.emit(kind))
        if self._empty is not None:
            self.stack.removeWidget(self._empty)
            self._empty.deleteLater()
        self._empty = empty
        self.stack.addWidget(empty)
        self.stack.setCurrentWidget(empty)

    def show_line(self, line: HouseholdLine | None) -> None:
        """The selected household, as far as the list knows it."""
        self.open_button.setEnabled(line is not None)
        if line is None:
            self.brief.show_nothing()
        else:
            self.brief.show_name(line.head_name, line.address)

    def show_page(self, page: HouseholdPage) -> None:
        """The selected household, whole."""
        self.brief.show_page(page, self.teller.say("today.why_calm"))

    def show_failure(self, title: str, text: str) -> None:
        """The list could not be read."""
        self.skeleton.stop()
        self.banner.say(title, text)
        self.banner.show()

    # a new household

    def open_new(self) -> NewHouseBand:
        """Put the form of a new household on the right."""
        assert self.new_form is not None
        self.bands.setCurrentWidget(self.new_form)
        self.open_band()
        self.new_form.begin("house_number")
        return self.new_form

    def close_new(self) -> None:
        """Back to the selected household."""
        self.bands.setCurrentWidget(self.preview)
        if self.is_single():
            self.close_band()
        self.list.setFocus()


def row_of(line: HouseholdLine, teller: Teller) -> Row:
    """One household in the list: the door first, then who lives there."""
    door, _, street = line.address.partition(" ")
    return Row(
        key=f"{line.ward}/{line.household}",
        lead=door,
        title=line.head_name,
        note=teller.people(line.members),
        fact=street,
        mark=_mark(line, teller),
        state=line.state,
    )


def _mark(line: HouseholdLine, teller: Teller) -> Mark:
    """That nobody may knock comes before how long the cards run."""
    if line.do_not_contact:
        return Mark(teller.outcome("do_not_contact"), "brick", "hand-palm", strong=True)
    if line.ends_on is None:
        return Mark(teller.say("household.card_none"))
    day, left = teller.day(line.ends_on), (line.ends_on - teller.today).days
    if left < 0:
        return Mark(teller.say("household.card_ended", day=day), "brick", strong=True)
    if left <= SOON_DAYS:
        return Mark(teller.say("household.card_ends", day=day), "ochre", strong=True)
    return Mark(teller.say("household.card_until", day=day))
