"""Who holds which alley as widgets: a table in walking order, the canvassers at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from fieldapp.usecases.visiting.assignments import AlleyRow, Board, Holder
from fieldapp.words.format import number
from ui.places.assign.dragging import AlleyModel, Recipient
from ui.places.households.inputs import LabeledCombo
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Band,
    BandPage,
    Button,
    Cell,
    CheckBox,
    Column,
    DateField,
    EmptyState,
    ErrorBanner,
    Label,
    Line,
    SectionTable,
    if_shown,
    on_key,
)
from ui.widgets.containers import Panel

KEYED = 9


def alley_name(row: AlleyRow, teller: Teller) -> str:
    """An alley as people call it; a street by its name, and what has no street by a word."""
    alley = row.alley
    if not alley.street:
        return teller.say("assign_place.no_street")
    if not alley.prefix:
        return alley.street
    return teller.say("rules.alley", prefix=alley.prefix, street=alley.street)


class AssignBand(Band):
    """Whom to give doors, until when, and the two ways of giving them."""

    ticked = Signal()
    ward_chosen = Signal(str)
    alley_asked = Signal()
    share_asked = Signal()
    alley_dropped = Signal(str, str)
    """Whom, and the key of the alley."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken")
        self._teller = teller
        say = teller.say
        self.ward = LabeledCombo(say("assign_place.ward"), [])
        self.ward.edited.connect(self.ward_chosen)
        self.boxes: dict[str, CheckBox] = {}
        self._people = QWidget()
        self.until = DateField(say("assign_place.until"), teller.today)
        self.until.day_changed.connect(lambda _: self.ticked.emit())
        self.banner = ErrorBanner()
        self.banner.hide()
        self.told = Label(token="ink2", wrap=True)
        self.alley = Button("", key="G")
        self.alley.clicked.connect(self.alley_asked)
        self.share = Button("", kind="primary", key="Ctrl Enter", height=44)
        self.share.clicked.connect(self.share_asked)
        self.body.addWidget(self.ward)
        self.body.addWidget(Label(say("assign_place.canvassers"), role="subheading"))
        for part in (self._people, self.until, self.banner):
            self.body.addWidget(part)
        for part in (self.told, self.alley, self.share):
            self.foot.addWidget(part)

    def set_wards(self, wards: Sequence[tuple[str, str]], current: str) -> None:
        """The wards to choose from; with one there is nothing to choose."""
        self.ward.set_choices(wards)
        keys = [key for key, _ in wards]
        self.ward.combo.setCurrentIndex(keys.index(current) if current in keys else 0)
        self.ward.setVisible(len(wards) > 1)

    def chosen(self) -> tuple[str, ...]:
        """The user names that are ticked, in their order."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def show_holders(self, holders: Sequence[Holder]) -> None:
        """Show canvassers with what they hold; who is ticked stays ticked, the focus too."""
        ticked = set(self.chosen())
        focused = next((name for name, box in self.boxes.items() if box.hasFocus()), "")
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.boxes = {}
        for place, holder in enumerate(holders, start=1):
            note = self._teller.say("assign_place.holds", n=number(holder.held))
            key = str(place) if place <= KEYED else ""
            box = Recipient(holder.name, note=note, key=key)
            box.dropped.connect(partial(self.alley_dropped.emit, holder.username))
            box.setChecked(holder.username in ticked)
            box.toggled.connect(lambda _: self.ticked.emit())
            column.addWidget(box)
            self.boxes[holder.username] = box
        self.body.replaceWidget(self._people, fresh)
        self._people.deleteLater()
        self._people = fresh
        if focused in self.boxes:
            self.boxes[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, place: int) -> None:
        """Tick or untick the canvasser with a number."""
        boxes = list(self.boxes.values())
        if place <= len(boxes):
            boxes[place - 1].click()

    def show_offer(self, told: str, alley: str, share: str) -> None:
        """What the two buttons would do; an empty text takes a button away."""
        self.told.setText(told)
        self.told.setVisible(bool(told))
        for button, text in ((self.alley, alley), (self.share, share)):
            button.setText(text)
            button.setAccessibleName(text)
            button.setVisible(bool(text))

    def say_error(self, title: str, text: str = "") -> None:
        """Say what failed; empty takes it away."""
        self.banner.say(title, text)
        self.banner.setVisible(bool(title))


class AssignView(BandPage):
    """Shows a board; what a person does goes out as signals."""

    head_changed = Signal()

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._context = ""
        say = teller.say
        self.table = SectionTable(
            say("assign_place.table"),
            [
                self._column("alley", 0),
                self._column("doors", 80, figures=True),
                self._column("free", 96, figures=True),
                Column("gap", "", 16, sorts=False),
                self._column("held", 240),
            ],
            model=AlleyModel,
        )
        self.table.setDragEnabled(True)
        self.table.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.empty = EmptyState(
            "house-line", say("assign_place.empty"), say("assign_place.empty_text")
        )
        self.assign_band = AssignBand(teller)
        middle = Panel()
        middle.column.addWidget(self.table, 1)
        middle.column.addWidget(self.empty, 1)
        super().__init__(middle, self.assign_band, band_width=348)
        self.table.opened.connect(lambda _: self.open_band())
        band = self.assign_band
        for place in range(1, KEYED + 1):
            on_key(self, str(place), partial(band.press, place), means="keys.canvasser")
        on_key(self, "G", if_shown(band.alley), means="keys.give_alley")
        on_key(self, "Ctrl+Return", if_shown(band.share), means="keys.share_rest")

    def _column(self, key: str, width: int, *, figures: bool = False) -> Column:
        title = self._teller.say(f"assign_place.column_{key}")
        return Column(key, title, width, figures, sorts=False)

    def show_board(self, board: Board, names: Mapping[str, str]) -> None:
        """Show a ward; the selected alley stays."""
        self.table.set_lines([self._line(row, names) for row in board.alleys])
        if board.alleys and not self.table.current_key():
            self.table.select_key(board.alleys[0].key)
        self.table.setVisible(bool(board.alleys))
        self.empty.setVisible(not board.alleys)
        self.assign_band.show_holders(board.holders)
        doors = sum(len(row.households) for row in board.alleys)
        say = self._teller.say
        self._context = say("assign_place.context", n=number(doors), free=number(board.free))
        self.head_changed.emit()

    def _line(self, row: AlleyRow, names: Mapping[str, str]) -> Line:
        held = sorted(row.held.items(), key=lambda one: (-one[1], one[0]))
        told = ", ".join(f"{names.get(name, name)} {number(count)}" for name, count in held)
        free = len(row.free)
        return Line(
            row.key,
            (
                Cell(alley_name(row, self._teller), weight=500),
                Cell(number(len(row.households)), "ink2"),
                Cell(number(free), "ochre" if free else "ink3"),
                Cell(""),
                Cell(told, "ink2"),
            ),
        )

    def until(self) -> date | None:
        """The last day of what is given."""
        return self.assign_band.until.day()

    # what the window asks

    def head(self) -> Head:
        """The title, with the way back."""
        return Head(self._teller.say("assign_place.title"), self._context, back=True)

    def toast_area(self) -> QWidget:
        """Where a toast stands."""
        return self.middle

    def focus_first(self) -> None:
        """Begin at the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
