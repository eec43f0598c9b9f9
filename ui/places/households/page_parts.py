"""The household in one line, and the row of tabs with what can be changed beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.places.households.member_list import Fact
from ui.say import Teller, phone_text
from ui.widgets import Button, FilterBar, StateChip
from ui.widgets.painting import hline

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import HouseholdPage

STRIP, TAB_ROW = 44, 40
ROOM, ROOM_FOR_ALL = 820, 940
"""From these widths on four buttons beside the tabs have room, and all of them."""


class Strip(QWidget):
    """The household in one line: how many, the phone, who holds it, what is not sent."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller
        self.setFixedHeight(STRIP)
        self.people, self.phone, self.held = Fact("users"), Fact("phone"), Fact("hand")
        self.note = Fact("note-pencil", gives_way=True)
        self.pending = StateChip("on_device", 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 20, 0)
        row.setSpacing(24)
        for fact in (self.people, self.phone, self.held):
            row.addWidget(fact)
            fact.show_texts("")
        row.addWidget(self.note, 1)
        self.note.show_texts("")
        row.addStretch(0)
        row.addWidget(self.pending)
        self.pending.hide()

    def show_page(self, page: HouseholdPage) -> None:
        """Show another household."""
        say = self._teller.say
        paying = sum(member.hhi_why_not is None for member in page.members)
        self.people.show_texts(
            self._teller.people(len(page.members)), say("household.paying", n=paying)
        )
        phone = phone_text(page.phone)
        self.phone.show_texts(phone, (page.call_hint or "") if phone else say("household.no_phone"))
        until = page.held_until
        weak = say("household.held_until", day=self._teller.day(until)) if until else ""
        holder = page.held_by or (say("household.held_by_you") if until else "")
        self.held.show_texts(holder, weak)
        self.note.show_texts("", " ".join((page.note or "").split()))
        self.pending.set_count(page.own_pending)
        self.pending.setVisible(page.own_pending > 0)


class TabRow(QWidget):
    """Tabs at the left, what can be changed at the right, each with its key."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self.setFixedHeight(TAB_ROW)
        self.bar = FilterBar(teller.say("household.tabs"))
        self.edit = Button(teller.say("household.edit_person"), kind="link", key="E", height=28)
        self.cover = Button(teller.say("household.cover_end"), kind="link", key="K", height=28)
        self._covers = False
        self.cover.hide()
        self.add = Button(teller.say("household.add_member"), kind="link", key="N", height=28)
        self.moves = Button(teller.say("moves.open"), kind="link", key="B", height=28)
        self.house = Button(teller.say("household.edit_household"), kind="link", key="H", height=28)
        self.held = Button(teller.say("held.open"), kind="link", key="I", height=28)
        self.held.hide()
        self.paper = Button(teller.say("papers.add"), kind="link", key="G", height=28)
        self.paper.hide()
        self._papers = False
        self._may_see = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 20, 0)
        row.setSpacing(18)
        row.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignBottom)
        others = self.cover, self.edit, self.add, self.moves, self.house, self.held
        for button in (*others, self.paper):
            row.addWidget(button)

    def offer_cover(self, offered: bool) -> None:
        """Show the button for a card that has ended, or take it away."""
        self._covers = offered
        self._make_room()

    def offer_held(self, offered: bool) -> None:
        """Whether the user may ask what is held on somebody."""
        self._may_see = offered
        self._make_room()

    def offer_paper(self, offered: bool) -> None:
        """Among the papers only one more of them is offered; all keys stay."""
        self._papers = offered
        self._make_room()

    def _make_room(self) -> None:
        """Where there is little room the household's button gives way, and what is held, then that
        of a change; their keys H, I and B stay."""
        others, wide = not self._papers, self.width() >= ROOM_FOR_ALL
        for button in (self.edit, self.add):
            button.setVisible(others)
        self.paper.setVisible(self._papers)
        self.held.setVisible(others and self._may_see and wide)
        self.cover.setVisible(others and self._covers)
        narrow = not self._covers and self.width() >= ROOM
        self.house.setVisible(others and (wide or narrow))
        self.moves.setVisible(others and (not self._covers or self.width() >= ROOM))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            hline(painter, 0, 0, box.width())
            hline(painter, 0, box.bottom() - 1, box.width())
