"""The band of agreements in Tiến độ: how many have not signed, which, and what changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from fieldapp.usecases.agreements.standing import AgreementRow, Agreements
from fieldapp.words.format import number
from ui.places.agreements.squares import Squares
from ui.places.agreements.state import (
    as_of_all,
    planned_told,
    share_told,
    squares_told,
    waited,
    waits_told,
    week_told,
)
from ui.say import Teller
from ui.widgets import Band, Button, Label, Mark, Notice, Row, RowList, RowShape, Run

WIDTH = 320
SHAPE = RowShape(indent=8, lead=0, right=8)
ROWS = 5
"""Wards that are named; the others stand on the page of all."""


class AgreementsPanel(Band):
    """`opened` goes out with a ward, "" for all of them."""

    opened = Signal(str)

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken", foot_ground="sunken")
        self._teller, self._waiting = teller, tuple[AgreementRow, ...]()
        say = teller.say
        self.setFixedWidth(WIDTH)
        self.figure = Label(role="figure", token="brick")
        self.figure.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.unsigned = Label(token="ink2")
        self.share = Label(role="small", token="ink2", align=Qt.AlignmentFlag.AlignRight)
        self.squares = Squares()
        self.rows = RowList(say("agreements_place.title"), shape=SHAPE)
        self.rows.opened.connect(self.opened)
        self.all = Button(say("agreements_place.see_all"), kind="link", key="A", height=24)
        self.all.clicked.connect(lambda: self.opened.emit(""))
        self.week = Label(role="small", align=Qt.AlignmentFlag.AlignRight)
        self.planned = Notice("", "", "ochre", icon="warning", text_role="small")
        self.as_of = Label(role="small", token="ink3", wrap=True)
        self._build(say("agreements_place.title"))

    def _build(self, title: str) -> None:
        self.body.setSpacing(8)
        self.body.addWidget(Label(title, weight=600))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.figure)
        line.addWidget(self.unsigned, 1)
        line.addWidget(self.share)
        self.body.addLayout(line)
        self.body.addWidget(self.squares)
        self.body.addWidget(self.rows)
        foot = QHBoxLayout()
        foot.addWidget(self.all)
        foot.addWidget(self.week, 1)
        self.body.addLayout(foot)
        self.body.addWidget(self.planned)
        self.body.addWidget(self.as_of)
        self._foot.hide()
        self._foot_line.hide()

    def show_found(self, found: Agreements) -> None:
        """Show other numbers, in place."""
        teller = self._teller
        title = "unsigned_title" if found.unsigned or found.not_here else "all_signed"
        self.figure.setText(number(found.unsigned))
        self.figure.setVisible(title == "unsigned_title")
        self.unsigned.setText(teller.say(f"agreements_place.{title}"))
        self.share.setText(share_told(found, teller))
        self.squares.show_states([row.state for row in found.rows], squares_told(found, teller))
        week = week_told(found, teller)
        self.week.set_runs([Run(f"   {text}", token, 500, "small") for text, token in week])
        self.week.setAccessibleName(", ".join(text for text, _ in week))
        planned = planned_told(found, teller)
        self.planned.say("", planned)
        self.planned.setVisible(bool(planned))
        self.as_of.setText(as_of_all(found, teller))
        self._waiting = tuple(row for row in found.rows if row.lacks)
        self._show_rows()

    def _show_rows(self) -> None:
        rows = [self._row(row) for row in self._waiting[: self._room()]]
        self.rows.set_items(rows)
        self.rows.setFixedHeight(len(rows) * max(self.rows.sizeHintForRow(0), 1) + 2)
        self.rows.setVisible(bool(rows))

    def _room(self) -> int:
        """How many wards can be named: whole rows only, never fewer than one."""
        left = self.height() - 300
        return max(1, min(ROWS, left // max(1, self.rows.sizeHintForRow(0), 44)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_rows()

    def _row(self, row: AgreementRow) -> Row:
        waits, token = waits_told(row, self._teller)
        days = waited(row, self._teller)
        mark = Mark(days, "ink2") if days else None
        spoken = ", ".join(part for part in (row.name, waits, days) if part)
        late = token == "brick"
        return Row(
            key=row.ward,
            title=row.name,
            fact=waits,
            fact_strong=late,
            mark=mark,
            spoken=spoken,
        )
