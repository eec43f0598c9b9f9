"""The table of people as widgets: a filter, the table, what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.reports.pasting import Value
from fieldapp.usecases.households.people_table import COLUMNS, PersonLine, phone_of
from ui.say import Teller
from ui.shell.state import Head
from ui.widgets import (
    Button,
    Cell,
    Column,
    EmptyState,
    ErrorBanner,
    Label,
    Line,
    ProgressPanel,
    SearchField,
)
from ui.widgets.containers import Hairline, Panel
from ui.widgets.paged import PagedTable

SHOWN = ("name", "born_on", "phone", "street", "ends_on")
"""The columns that are seen until somebody chooses others."""
_WIDTHS = {
    "name": 0,
    "born_on": 104,
    "sex": 84,
    "id_number": 116,
    "phone": 120,
    "street": 260,
    "neighbourhood": 110,
    "ward": 170,
    "ends_on": 110,
}
_UNSORTED = frozenset({"id_number", "neighbourhood", "ward"})


class PeopleView(QWidget):
    """`filtered` carries what was typed; `export_asked` wants the table as a file."""

    filtered = Signal(str)
    export_asked = Signal()
    cancelled = Signal()

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        say = teller.say
        self.field = SearchField(
            placeholder=say("people_table.filter"), key="", in_place=True, width=320
        )
        self.field.typed.connect(self.filtered)
        self.count = Label(role="small", token="ink2")
        self.columns = Button(say("people_table.columns"), kind="link", height=22)
        self.columns.clicked.connect(self._ask_columns)
        self.export = Button(say("people_table.export"), key="Ctrl E", height=34)
        self.export.clicked.connect(self.export_asked)
        self.banner = ErrorBanner()
        self.banner.hide()
        self.progress = ProgressPanel()
        self.progress.cancelled.connect(self.cancelled)
        self.progress.hide()
        self.table = PagedTable(say("people_table.title"), self._columns())
        self.empty = EmptyState(
            "users", say("people_table.empty_title"), say("people_table.empty_text")
        )
        self._build()

    def _columns(self) -> list[Column]:
        say, named = self._teller.say, {"street": "reports.paper_address"}
        return [
            Column(key, say(named.get(key, f"people_table.column_{key}")), width, sorts=sorts)
            for key, width in _WIDTHS.items()
            for sorts in (key not in _UNSORTED,)
        ]

    def _build(self) -> None:
        panel = Panel()
        head = QHBoxLayout()
        head.setContentsMargins(24, 12, 20, 10)
        head.setSpacing(14)
        head.addWidget(self.field)
        head.addWidget(self.count)
        head.addWidget(self.columns)
        head.addStretch(1)
        note = Label(self._teller.say("people_table.copied_hint"), role="small", token="ink3")
        head.addWidget(note)
        head.addWidget(self.export)
        panel.column.addLayout(head)
        for widget in (self.banner, self.progress):
            panel.column.addWidget(widget)
        self.below = QStackedWidget()
        self.below.addWidget(self.table)
        self.below.addWidget(self.empty)
        panel.column.addWidget(self.below, 1)
        masked = Label(self._teller.say("people_table.note"), role="small", token="ink2")
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 6, 20, 8)
        foot.addWidget(masked)
        panel.column.addWidget(Hairline())
        panel.column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(panel)

    def _ask_columns(self) -> None:
        self.table.ask_columns(self.columns.mapToGlobal(self.columns.rect().bottomLeft()))

    def show_count(self, count: int) -> None:
        """Say how many there are."""
        self.count.setText(self._teller.say("people_table.count", n=count))
        self.below.setCurrentWidget(self.table if count else self.empty)

    def head(self) -> Head:
        """The title."""
        say = self._teller.say
        return Head(say("people_table.title"), say("people_table.context"))

    def focus_first(self) -> None:
        """Begin in the table."""
        self.table.setFocus(Qt.FocusReason.TabFocusReason)


def person_line(one: PersonLine, teller: Teller) -> Line:
    """A person in the table."""
    values = person_values(one, teller)
    cells = {key: Cell(str(values[key] or ""), "ink2") for key in _WIDTHS}
    cells["name"] = Cell(one.name)
    if one.do_not_contact:
        cells["phone"] = Cell(str(values["phone"]), "brick", 600)
    for key in ("born_on", "ends_on"):
        day = getattr(one, key)
        cells[key] = Cell(f"{day:%d/%m/%Y}" if day else "", "ink2")
    return Line(f"{one.ward}/{one.person}", tuple(cells[key] for key in _WIDTHS))


def person_values(one: PersonLine, teller: Teller) -> dict[str, Value]:
    """What a spreadsheet gets of a person."""
    sex = teller.say(f"people_table.{one.sex}") if one.sex in ("female", "male") else ""
    return {
        "name": one.name,
        "born_on": one.born_on,
        "sex": sex,
        "id_number": one.id_number,
        "phone": phone_of(one, teller.words),
        "street": f"{one.house_number} {one.street}".strip(),
        "neighbourhood": one.neighbourhood,
        "ward": one.ward_name,
        "ends_on": one.ends_on,
    }


def file_columns(shown: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a file of what is seen: an address is two there."""
    wanted = {*shown, *(("house_number",) if "street" in shown else ())}
    return tuple(name for name, _ in COLUMNS if name in wanted)
