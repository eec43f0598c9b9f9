"""Two records side by side that seem to be one person: why, what agrees and differs, open either.

A clerk merges them here, and parts them again; a canvasser opens them and mends what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.errors import FieldappError
from fieldapp.rules.folding import fold
from fieldapp.store.store import Store
from fieldapp.usecases.households.duplicates import Pair, Suspect, likely_duplicates
from fieldapp.usecases.households.merging import merge_people
from fieldapp.usecases.me import me
from ui.places.inbox.reading_page import ReadingPage
from ui.places.inbox.state import Item
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller, full_date, phone_text
from ui.widgets import Button, Hairline, Label
from ui.widgets.containers import Panel

MERGE_KEYS = ("G", "H")
TONES = {"same": "jade", "other": "ochre", "": "ink3"}


@dataclass(frozen=True)
class Compared:
    """One line of the table: what both records say. `verdict` is `same`, `other` or "" where one
    of them says nothing."""

    label: str
    one: str
    other: str
    verdict: str


@dataclass(frozen=True)
class PairShown:
    """Two records in words."""

    heading: str
    why: str
    lines: tuple[Compared, ...]
    can_open: tuple[bool, bool]
    can_merge: bool = False


def key_of_pair(pair: Pair) -> str:
    """The key of two records in the list."""
    return f"{pair.one.ward}/{pair.one.person}+{pair.other.person}"


def pair_item(pair: Pair, teller: Teller) -> Item:
    """Two records as a line of the list."""
    mark = teller.say("duplicates.same_number") if pair.other.same_number else ""
    return Item(
        key=key_of_pair(pair),
        kind="duplicate",
        title=_names(pair, teller),
        detail=_codes(pair.other.agree, teller),
        time=mark,
    )


def pair_shown(pair: Pair, teller: Teller, *, can_merge: bool = False) -> PairShown:
    """Two records as the page shows them."""
    say, both = teller.say, (pair.one, pair.other)
    agree, differ = _codes(pair.other.agree, teller), _codes(pair.other.differ, teller)
    why = say("duplicates.why_but" if differ else "duplicates.why", agree=agree, differ=differ)
    read: dict[str, Callable[[Suspect], str]] = {
        "full_name": lambda one: one.name,
        "born_on": lambda one: full_date(one.born_on),
        "sex": lambda one: _capital(teller.sex(one.sex)),
        "id_number": lambda one: one.id_number,
        "old_id_number": lambda one: one.old_id_number,
        "si_number": lambda one: one.si_number,
        "card_number": lambda one: one.card_number,
        "phone": lambda one: phone_text(one.phone),
        "address": lambda one: one.address,
        "relationship": lambda one: _capital(teller.relationship(one.relationship)),
    }
    lines = [_compared(say(f"duplicates.{name}"), *map(of, both)) for name, of in read.items()]
    return PairShown(
        heading=_names(pair, teller),
        why=why,
        lines=tuple(line for line in lines if line.one or line.other),
        can_open=(bool(pair.one.household), bool(pair.other.household)),
        can_merge=can_merge,
    )


def _names(pair: Pair, teller: Teller) -> str:
    if pair.one.name == pair.other.name:
        return teller.say("duplicates.twice", name=pair.one.name)
    return teller.say("duplicates.two", one=pair.one.name, other=pair.other.name)


def _codes(codes: Sequence[str], teller: Teller) -> str:
    return ", ".join(teller.say(f"rules.dup_{code}") for code in codes)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _compared(label: str, one: str, other: str) -> Compared:
    if not one or not other:
        return Compared(label, one, other, "")
    return Compared(label, one, other, "same" if fold(one) == fold(other) else "other")


class DuplicateView(ReadingPage):
    """Two records beside each other. `open_asked` goes out with 1 or 2, `merge_asked` with the one
    that is kept."""

    open_asked, merge_asked = Signal(int), Signal(int)

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        say = self._say = teller.say
        self._kicker = Label(say("duplicates.kicker"), role="small", weight=600, token="ochre")
        self._place = Label(role="small", token="ink2", align=Qt.AlignmentFlag.AlignRight)
        self.heading = Label(role="title", wrap=True)
        self.why = Label(token="ink2", wrap=True)
        self.opens = [
            Button(say("duplicates.open", n=number), key=str(number), height=34)
            for number in (1, 2)
        ]
        for number, button in enumerate(self.opens, start=1):
            button.clicked.connect(partial(self._ask, number))
        self.merges = [Button(say("duplicates.merge"), key=key, height=34) for key in MERGE_KEYS]
        for number, button in enumerate(self.merges, start=1):
            button.setAccessibleName(say("duplicates.merge_named", n=number))
            button.clicked.connect(partial(self._ask_to_merge, number))
        self._after = Label(token="ink2", wrap=True)
        self._table = QWidget()
        self._sheet = Panel(edge="line2", radius=8, margins=(0, 0, 0, 0))
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 14, 28, 16)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(self._kicker)
        head.addWidget(self._place, 1)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(self.heading)
        column.addSpacing(2)
        column.addWidget(self.why)
        column.addSpacing(12)
        self._sheet.column.addWidget(self._table)
        column.addWidget(self._sheet)
        column.addSpacing(14)
        column.addWidget(self._after)
        column.addStretch(1)

    def show_pair(self, shown: PairShown, place: str) -> None:
        """Show two records; `place` says which pair of how many it is."""
        self._place.setText(place)
        self.heading.setText(shown.heading)
        self.why.setText(shown.why)
        for button, able in zip(self.opens, shown.can_open, strict=True):
            button.setEnabled(able)
        after = "after_merge" if shown.can_merge else "nothing_changes"
        self._after.setText(self._say(f"duplicates.{after}"))
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(16, 10, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for number in (1, 2):
            title = self._say("duplicates.record", n=number)
            grid.addWidget(Label(title, role="small", weight=600, token="ink2"), 0, number)
        grid.addWidget(Hairline(), 1, 0, 1, 4)
        for row, line in enumerate(shown.lines, start=2):
            self._add_line(grid, row, line)
        row = len(shown.lines) + 2
        for number, button in enumerate(self.opens, start=1):
            grid.addWidget(button, row, number, Qt.AlignmentFlag.AlignLeft)
        for number, button in enumerate(self.merges, start=1):
            grid.addWidget(button, row + 1, number, Qt.AlignmentFlag.AlignLeft)
            button.setVisible(shown.can_merge)
        grid.setRowMinimumHeight(row, 50)
        self._sheet.column.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table

    def _add_line(self, grid: QGridLayout, row: int, line: Compared) -> None:
        word = self._say(f"duplicates.verdict_{line.verdict}") if line.verdict else ""
        empty = self._say("duplicates.empty")
        differs = line.verdict == "other"
        grid.addWidget(Label(line.label, role="small", token="ink2"), row, 0)
        for column, value in ((1, line.one), (2, line.other)):
            cell = Label(
                value or empty,
                token="ink" if value else "ink3",
                weight=600 if differs else 500 if value else 400,
                wrap=True,
            )
            cell.setAccessibleName(f"{line.label}: {value or empty}, {word}".rstrip(", "))
            grid.addWidget(cell, row, column)
        tone = TONES[line.verdict]
        grid.addWidget(Label(word, role="small", weight=600, token=tone), row, 3)

    def act_by_key(self, key: str) -> None:
        """Open the record that carries a key, or keep it and merge the other one into it."""
        if key in ("1", "2"):
            self.opens[int(key) - 1].click()
        elif key in MERGE_KEYS and not self.merges[MERGE_KEYS.index(key)].isHidden():
            self.merges[MERGE_KEYS.index(key)].click()

    def _ask_to_merge(self, kept: int) -> None:
        self.merge_asked.emit(kept)

    def _ask(self, number: int) -> None:
        self.open_asked.emit(number)


class DuplicateDesk:
    """The pairs of the user's wards: reads them, and opens one of the two records.

    `changed` is called when they were read.
    """

    def __init__(
        self, store: Store, tasks: Tasks, navigator: Navigator, changed: Callable[[], None]
    ) -> None:
        self._store, self._tasks, self._go, self._changed = store, tasks, navigator, changed
        self._asked = Asked()
        self._pairs: dict[str, Pair] = {}
        self._busy = False
        self.is_read = False

    @property
    def count(self) -> int:
        """How many pairs there are, as far as they were read."""
        return len(self._pairs)

    def read(self) -> None:
        """Compare everybody again; seconds in a large ward, so only where they are looked at."""
        mine, store = self._asked.next(), self._store

        def job() -> dict[str, Pair]:
            found = [pair for ward in me(store).streams for pair in likely_duplicates(store, ward)]
            found.sort(key=lambda pair: -pair.other.score)
            return {key_of_pair(pair): pair for pair in found}

        def then(pairs: dict[str, Pair]) -> None:
            if self._asked.is_last(mine):
                self._pairs, self.is_read = pairs, True
                self._changed()

        self._tasks.read(job, then, self._go.banner)

    def items(self, teller: Teller) -> list[Item]:
        """The pairs as lines, the likeliest first."""
        return [pair_item(pair, teller) for pair in self._pairs.values()]

    def shown(self, key: str, teller: Teller, *, can_merge: bool) -> PairShown | None:
        """A pair as the page shows it; None for another kind of line."""
        pair = self._pairs.get(key)
        return pair_shown(pair, teller, can_merge=can_merge) if pair else None

    def merge(self, key: str, number: int, merged: Callable[[str, str], None]) -> None:
        """Merge the other record into the one that is kept; `merged` hears the changeset and whose
        records they were."""
        pair = self._pairs.get(key)
        if pair is None or self._busy:
            return
        self._busy = True
        kept, other = (pair.one, pair.other) if number == 1 else (pair.other, pair.one)
        store = self._store

        def then(changeset: str) -> None:
            self._busy = False
            merged(changeset, kept.name)
            self.read()

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._go.banner(error)
            self.read()

        self._tasks.write(
            lambda: merge_people(store, kept.ward, other.person, kept.person), then, failed
        )

    def open(self, key: str, number: int) -> None:
        """Go to one of the two records."""
        pair = self._pairs.get(key)
        if pair is None:
            return
        one = pair.one if number == 1 else pair.other
        if one.household:
            self._go.go("household", ward=one.ward, household=one.household, person=one.person)
