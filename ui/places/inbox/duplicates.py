"""Two records side by side that seem to be one person: why, what agrees and differs, open either.

A clerk merges them, tells them apart, or parts what was merged; a canvasser opens them and mends
what is wrong.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.places.inbox.pairs import Compared, PairShown
from ui.say import Teller
from ui.widgets import Button, Hairline, Label
from ui.widgets.containers import Panel
from ui.widgets.reading_page import ReadingPage

MERGE_KEYS = ("G", "H")
APART_KEY, PART_KEY = "N", "T"
BUTTON_ROW = 38
TONES = {"same": "jade", "other": "ochre", "": "ink3"}


class DuplicateView(ReadingPage):
    """Two records beside each other. `open_asked` goes out with 1 or 2, `merge_asked` with the one
    that is kept; `apart_asked` for two people, `part_asked` where a merge is taken back."""

    open_asked, merge_asked = Signal(int), Signal(int)
    apart_asked, part_asked = Signal(), Signal()

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
        self.apart = Button(say("duplicates.not_one"), key=APART_KEY, height=34)
        self.apart.clicked.connect(self.apart_asked)
        self.part = Button(say("duplicates.part"), key=PART_KEY, height=34)
        self.part.clicked.connect(self.part_asked)
        self.together = Label(wrap=True)
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
        column.addSpacing(8)
        self._sheet.column.addWidget(self._table)
        column.addWidget(self._sheet)
        column.addSpacing(8)
        column.addWidget(self.together)
        column.addWidget(self._after)
        column.addSpacing(8)
        for button in (self.apart, self.part):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_pair(self, shown: PairShown, place: str) -> None:
        """Show two records; `place` says which pair of how many it is."""
        self._place.setText(place)
        self.heading.setText(shown.heading)
        self.why.setText(shown.why)
        for button, able in zip(self.opens, shown.can_open, strict=True):
            button.setEnabled(able)
        self._kicker.setText(
            self._say(f"duplicates.{'merged_kicker' if shown.merged else 'kicker'}")
        )
        self._kicker.set_token("jade" if shown.merged else "ochre")
        self._after.setText(self._say(f"duplicates.{_after(shown)}"))
        self.together.setText(shown.together)
        self.together.setVisible(bool(shown.together))
        self.apart.setVisible(shown.can_merge)
        self.part.setVisible(shown.can_part)
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
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
            # the last one may also use the room below the verdicts
            grid.addWidget(button, row + 1, number, 1, number, Qt.AlignmentFlag.AlignLeft)
            button.setVisible(shown.can_merge)
        grid.setRowMinimumHeight(row, BUTTON_ROW)
        grid.setRowMinimumHeight(row + 1, BUTTON_ROW if shown.can_merge else 0)
        self._sheet.column.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table

    def _add_line(self, grid: QGridLayout, row: int, line: Compared) -> None:
        word = self._say(f"duplicates.verdict_{line.verdict}") if line.verdict else ""
        empty = self._say("duplicates.empty")
        differs = line.verdict == "other"
        grid.addWidget(_whole(Label(line.label, role="small", token="ink2")), row, 0)
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
        grid.addWidget(_whole(Label(word, role="small", weight=600, token=tone)), row, 3)

    def act_by_key(self, key: str) -> None:
        """Open the record that carries a key, or keep it and merge the other one into it."""
        if key in ("1", "2"):
            self.opens[int(key) - 1].click()
            return
        deciding = {APART_KEY: self.apart, PART_KEY: self.part} | dict(
            zip(MERGE_KEYS, self.merges, strict=True)
        )
        if key in deciding and not deciding[key].isHidden():
            deciding[key].click()

    def _ask_to_merge(self, kept: int) -> None:
        self.merge_asked.emit(kept)

    def _ask(self, number: int) -> None:
        self.open_asked.emit(number)


def _whole(label: Label) -> Label:
    """A word that is never cut: the values beside it wrap instead."""
    label.setMinimumWidth(label.sizeHint().width())
    return label


def _after(shown: PairShown) -> str:
    """Which sentence says what happens next."""
    if shown.merged:
        return "after_part" if shown.can_part else "only_clerk_parts"
    return "after_merge" if shown.can_merge else "nothing_changes"
