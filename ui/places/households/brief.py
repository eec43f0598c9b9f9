"""A household in short, on the right band: who, why, until when, how much, what was."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldapp.words.format import money
from ui.places.households.cover_summary import CoverLine, CoverSummary
from ui.places.households.covers import cover_end, segments_of, summary_scale
from ui.places.households.folding import Folding
from ui.say import (
    OUTCOME_ICONS,
    Teller,
    address_text,
    phone_text,
    short_name,
    with_name,
)
from ui.widgets import IconView, Label, Notice, Run

if TYPE_CHECKING:
    from fieldapp.usecases.households.history import HistoryRow
    from fieldapp.usecases.households.household import HouseholdPage

TONES = {"late": "brick", "soon": "ochre"}
VISIT_ICONS = frozenset(OUTCOME_ICONS.values())
SHOWN_VISITS = 2


class _Line(QWidget):
    """An icon and a text, or nothing at all."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self.text = Label(token="ink2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconView(icon, "ink2", 14))
        row.addWidget(self.text, 1)

    def show_text(self, text: str) -> None:
        """Show the text; an empty one leaves whole."""
        self.text.setText(text)
        self.setVisible(bool(text))


class _Why(QWidget):
    """The reason on a ground of its urgency; another tone is another box."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._boxes: dict[str, Notice] = {}

    def say(self, title: str, text: str, tone: str) -> None:
        """Show a reason in a tone; without a text nothing."""
        if tone not in self._boxes:
            self._boxes[tone] = Notice(title, text, tone)
            self._column.addWidget(self._boxes[tone])
        for name, box in self._boxes.items():
            box.setVisible(name == tone and bool(text))
        self._boxes[tone].say(title, text)
        self.setVisible(bool(text))


class HouseholdBrief(QWidget):
    """Shows the name at once (`show_name`) and the rest when it was read (`show_page`)."""

    def __init__(self, teller: Teller, scroll: QScrollArea, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._teller = teller
        self.name = Label(role="heading", wrap=True)
        self.address = Label(token="ink2", wrap=True)
        self.phone = _Line("phone")
        self.held = _Line("hand")
        self.why = _Why()
        self.covers = CoverSummary(teller.say("today.cover_title"), teller.say("shell.today"))
        self.estimate = _Estimate()
        self.visits = QWidget()
        self._visit_lines = [Label(role="small", token="ink2") for _ in range(SHOWN_VISITS)]
        self._has: dict[QWidget, bool] = {}
        self._build()
        self._folding = Folding(scroll, self, self._steps())
        self._forget()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.address)
        column.addWidget(self.phone)
        column.addWidget(self.held)
        column.addSpacing(12)
        column.addWidget(self.why)
        column.addSpacing(16)
        column.addWidget(self.covers)
        column.addSpacing(12)
        column.addWidget(self.estimate)
        visits = QVBoxLayout(self.visits)
        visits.setContentsMargins(0, 2, 0, 0)
        visits.setSpacing(2)
        for line in self._visit_lines:
            visits.addWidget(line)
        column.addWidget(self.visits)

    def _steps(self) -> list[Callable[[bool], None]]:
        return [
            lambda leave: self._leave(self.visits, leave),
            lambda leave: self._leave(self.estimate, leave),
            self.covers.set_only_needy,
            lambda leave: self._leave(self.covers, leave),
        ]

    def _leave(self, block: QWidget, leave: bool) -> None:
        block.setVisible(self._has.get(block, False) and not leave)

    def _forget(self) -> None:
        for block in (self.phone, self.held, self.why, self.covers, self.estimate, self.visits):
            block.hide()
            self._has[block] = False

    def show_name(self, name: str, address: str) -> None:
        """The name of the selected row, before anything else is known of it."""
        self.name.setText(name)
        self.address.setText(address)

    def show_nothing(self) -> None:
        """No household is selected."""
        self.show_name("", "")
        self._forget()

    def show_page(self, page: HouseholdPage, title: str) -> None:
        """All that is known; `title` stands over the reason."""
        say = self._teller
        self.show_name(page.head_name, address_text(page.house_number, page.street, page.ward_name))
        self.phone.show_text(self._phone(page))
        self.held.show_text(self._held(page))
        reasons = [say.reason(page.why), say.reason(with_name(page.stake, page.held_by))]
        text = ". ".join(part for part in reasons if part)
        self.why.say(title, f"{text}." if text else "", TONES.get(page.why_level, "neutral"))
        self._show_covers(page)
        self._show_estimate(page)
        self._show_visits(page)
        self._folding.fit()

    def _phone(self, page: HouseholdPage) -> str:
        phone = phone_text(page.phone)
        if not phone or not page.call_hint:
            return phone
        return self._teller.say("today.phone_and_hint", phone=phone, hint=page.call_hint)

    def _held(self, page: HouseholdPage) -> str:
        if not page.held_by or page.held_until is None:
            return ""
        day = self._teller.day(page.held_until)
        return self._teller.say("today.held", name=page.held_by, day=day)

    def _show_covers(self, page: HouseholdPage) -> None:
        say, today = self._teller, self._teller.today
        lines = []
        for member in page.members:
            end = cover_end(member, say)
            segments = tuple(segments_of(member.covers, today, say))
            relation = say.relationship(member.relationship)
            name = short_name(member.name)
            lines.append(
                CoverLine(name, relation, segments, end.text, end.token, end.needs_someone)
            )
        self.covers.show_lines(tuple(lines), summary_scale(today), today)
        self._has[self.covers] = bool(lines)

    def _show_estimate(self, page: HouseholdPage) -> None:
        known = page.estimate_dong is not None and page.estimate_people > 0
        self._has[self.estimate] = known
        if known:
            text = self._teller.say("today.estimate", n=page.estimate_people)
            self.estimate.show_amount(text, money(page.estimate_dong or 0))

    def _show_visits(self, page: HouseholdPage) -> None:
        past = [row for row in page.history if row.icon in VISIT_ICONS][:SHOWN_VISITS]
        self._has[self.visits] = bool(past)
        for number, label in enumerate(self._visit_lines):
            label.setVisible(number < len(past))
            if number < len(past):
                label.set_runs(self._visit_runs(past[number]))

    def _visit_runs(self, row: HistoryRow) -> list[Run]:
        said = self._teller.reason(row.text)
        outcome = re.split("[,:] ", said, maxsplit=1)[0]
        runs = [
            Run(f"{self._teller.when(row.at)}  ", "ink3", 400, "small"),
            Run(outcome, "ink2", 600, "small"),
        ]
        return [*runs, Run(said.removeprefix(outcome), "ink2", 400, "small")]


class _Estimate(QWidget):
    """What twelve months would cost, and for how many."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Label(token="ink2")
        self._amount = Label(weight=600)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        row.addWidget(self._amount)

    def show_amount(self, text: str, amount: str) -> None:
        """Show a text and an amount."""
        self._text.setText(text)
        self._amount.setText(amount)
