"""The sync page as widgets: four figures, the journal of what waits, the band of the network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.own_keys import OwnKey
from ui.places.sync.parcels import ParcelCard
from ui.places.sync.state import Network, ServerReceipt, SyncShown, Total, Warning, WorkLine
from ui.shell.state import Head
from ui.theme import draw_icon
from ui.theme.icons import STATES
from ui.widgets import (
    JOURNAL,
    Band,
    BandPage,
    Button,
    Card,
    EmptyState,
    Group,
    IconView,
    Label,
    Mark,
    Notice,
    Row,
    RowList,
)
from ui.widgets.chips import STATE_TOKENS
from ui.widgets.containers import Panel
from ui.widgets.facts import Fact
from ui.widgets.painting import draw_text, hline, vline

UNDO_WIDTH = 150
"""How much of a row's right end is the word Undo, for the mouse."""


class TotalsBar(QWidget):
    """The four words with their figures; each is spoken as one text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._totals: tuple[Total, ...] = ()
        self._words: dict[str, str] = {}
        self.setFixedHeight(108)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_totals(self, totals: Sequence[Total], words: dict[str, str]) -> None:
        """Show other figures; `words` are those of the states."""
        self._totals, self._words = tuple(totals), words
        spoken = [f"{words[t.state]} {number(t.count)}, {t.note}" for t in self._totals]
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(". ".join(spoken))
        self.update()

    def figures(self) -> dict[str, int]:
        """The figures by state."""
        return {total.state: total.count for total in self._totals}

    def sizeHint(self) -> QSize:
        return QSize(600, 108)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._totals:
            return
        wide = (self.width() - 24) / len(self._totals)
        with QPainter(self) as painter:
            for place, total in enumerate(self._totals):
                left = round(24 + place * wide)
                if place:
                    vline(painter, left - 12, 18, 72, "line2")
                self._paint_one(painter, QRectF(left, 16, wide - 24, 76), total)
            hline(painter, 0, self.height() - 1, self.width())

    def _paint_one(self, painter: QPainter, box: QRectF, total: Total) -> None:
        token = STATE_TOKENS[total.state] if total.count else "ink3"
        icon = QRectF(box.left(), box.top() + 2, 16, 16)
        draw_icon(painter, STATES[total.state], icon, token)
        word = QRectF(box.left() + 23, box.top(), box.width() - 23, 20)
        draw_text(painter, word, self._words[total.state], token, weight=500)
        figure = QRectF(box.left(), box.top() + 22, box.width(), 34)
        ink = "ink" if total.count else "ink3"
        draw_text(painter, figure, number(total.count), ink, role="figure")
        note = QRectF(box.left(), box.top() + 57, box.width(), 18)
        draw_text(painter, note, total.note, "ink2", role="small")


class JournalList(RowList):
    """The rows of own actions. The selected one offers Undo at its right, by Ctrl+Z or a click;
    `undo_asked` goes out with its changeset."""

    undo_asked = Signal(str)

    def __init__(self, name: str, undo: str) -> None:
        super().__init__(name, shape=JOURNAL)
        self._undo = undo
        self._lines: tuple[WorkLine, ...] = ()
        self._groups: list[tuple[Group, tuple[WorkLine, ...]]] = []
        self._filling = False
        self.current_changed.connect(lambda _: self._fill())
        OwnKey(self, "Ctrl+Z", self.ask_undo, wants=self.can_undo)

    def set_groups(self, groups: list[tuple[Group, tuple[WorkLine, ...]]]) -> None:
        """Show other rows under their headings."""
        self._groups = groups
        self._lines = tuple(line for _, lines in groups for line in lines)
        self._fill()

    def can_undo(self) -> bool:
        """Whether the selected action can be undone."""
        now = self.current_key()
        return any(line.changeset == now and line.can_undo for line in self._lines)

    def ask_undo(self) -> None:
        """Ask to undo the selected action."""
        if self.can_undo():
            self.undo_asked.emit(self.current_key())

    def _fill(self) -> None:
        if self._filling:
            return
        self._filling = True
        shown_for = None
        while shown_for != self.current_key():  # the first filling selects a row
            shown_for = self.current_key()
            items: list[Group | Row] = []
            for group, lines in self._groups:
                if lines:
                    rows = [self._row(line, line.changeset == shown_for) for line in lines]
                    items += [group, *rows]
            self.set_items(items)
        self._filling = False

    def _row(self, line: WorkLine, selected: bool) -> Row:
        undo = selected and line.can_undo
        return Row(
            key=line.changeset,
            title=line.text,
            lead=line.number,
            time=line.time,
            icon=line.icon,
            note=line.subject,
            state="" if undo else line.state,
            mark=Mark(self._undo, "accent", strong=True) if undo else None,
            cap="Ctrl Z" if undo else "",
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._is_on_undo(event):
            self.ask_undo()
        else:
            super().mousePressEvent(event)

    def _is_on_undo(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        on_current = self.indexAt(at) == self.currentIndex()
        return on_current and self.can_undo() and at.x() > self.viewport().width() - UNDO_WIDTH


class ReceiptCard(Card):
    """The server's receipt: when, how much, its code."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(Label(words.say("sync_place.receipt"), weight=600), 1)
        self._shield = IconView("shield-check", "jade")
        head.addWidget(self._shield)
        self.column.addLayout(head)
        self.column.addSpacing(6)
        self._none = Label(words.say("sync_place.receipt_none"), token="ink2", wrap=True)
        self.facts = {
            name: Fact(words.say(f"sync_place.receipt_{name}")) for name in ("at", "count", "code")
        }
        self.column.addWidget(self._none)
        for fact in self.facts.values():
            self.column.addWidget(fact)

    def show_receipt(self, receipt: ServerReceipt) -> None:
        """Show another receipt; without one it says so and shows no shield."""
        there = bool(receipt.at)
        self._none.setVisible(not there)
        self._shield.setVisible(there)
        for name, fact in self.facts.items():
            value = getattr(receipt, name)
            fact.set_value(value)
            fact.setVisible(there and bool(value))


class NetworkBand(Band):
    """What the network does, the button, the receipt, and what is only here."""

    sync_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(ground="sunken")
        self._words = words
        self._icon = IconView("wifi-high", "ink2", 20)
        self.title = Label(role="heading", wrap=True)
        self.text = Label(token="ink2", wrap=True)
        self.now = Button(words.say("sync_place.now"), kind="primary", key="F5")
        self.now.clicked.connect(self.sync_asked)
        self.reason = Label(words.say("sync_place.running"), role="small", token="ink2")
        self.receipt = ReceiptCard(words)
        self.parcels = ParcelCard(words)
        self._notices = QVBoxLayout()
        self._notices.setSpacing(12)
        self.notices: list[Notice] = []
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        self.body.setSpacing(0)
        self.body.addLayout(head)
        self.body.addSpacing(8)
        self.body.addWidget(self.text)
        self.body.addSpacing(12)
        self.body.addWidget(self.now)
        self.body.addWidget(self.reason)
        self.body.addSpacing(14)
        self.body.addWidget(self.receipt)
        self.body.addSpacing(14)
        self.body.addWidget(self.parcels)
        self.body.addSpacing(14)
        self.body.addLayout(self._notices)
        foot = self.foot.parentWidget()
        if foot is not None:
            foot.hide()

    def show_network(self, network: Network) -> None:
        """Show what happens now."""
        token = "jade" if network.icon == "check-circle" else "ink2"
        self._icon.set_icon(network.icon, token)
        self.title.setText(network.title)
        self.text.setText(network.text)
        self.text.setVisible(bool(network.text))
        self.now.setEnabled(not network.running)
        self.reason.setVisible(network.running)

    def show_notices(self, notices: Sequence[Warning]) -> None:
        """Show other boxes."""
        for old in self.notices:
            self._notices.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.notices = []
        for said in notices:
            made = Notice(said.title, said.text, "ochre", icon="laptop")
            made.title.set_token("ink")
            self._notices.addWidget(made)
            self.notices.append(made)


class SyncView(BandPage):
    """Shows a `SyncShown`; what a person does goes out as signals."""

    head_changed = Signal()

    def __init__(self, words: Words) -> None:
        self._words = words
        self._context = ""
        say = words.say
        self.totals = TotalsBar(say("sync_place.totals"))
        self.list = JournalList(say("sync_place.list"), say("sync_place.undo"))
        self.empty = EmptyState(
            "check-circle", say("sync_place.empty_title"), say("sync_place.empty_text")
        )
        self.network = NetworkBand(words)
        self.below = QStackedWidget()
        self.below.addWidget(self.list)
        self.below.addWidget(self.empty)
        middle = Panel()
        middle.column.addWidget(self.totals)
        middle.column.addWidget(self.below, 1)
        super().__init__(middle, self.network, band_width=348)
        self._shown: SyncShown | None = None

    def show_state(self, shown: SyncShown) -> None:
        """Show another state; selection and scroll stay."""
        if shown == self._shown:
            return
        self._shown = shown
        say = self._words.say
        states = {total.state: say(f"shell.state_{total.state}") for total in shown.totals}
        self.totals.set_totals(shown.totals, states)
        people = Group("people", say("sync_place.see_people"), shown.people_note, folds=False)
        waiting = Group("waiting", say("sync_place.waiting"), shown.waiting_note, folds=False)
        self.list.set_groups([(people, shown.people), (waiting, shown.waiting)])
        anything = bool(shown.people or shown.waiting)
        self.below.setCurrentWidget(self.list if anything else self.empty)
        self.network.show_network(shown.network)
        self.network.receipt.show_receipt(shown.receipt)
        self.network.show_notices(shown.notices)
        if shown.context != self._context:
            self._context = shown.context
            self.head_changed.emit()

    def head(self) -> Head:
        """Title and what is safe where."""
        return Head(self._words.say("sync_place.title"), self._context)

    def focus_first(self) -> None:
        """Begin at the list, or at the button where nothing waits."""
        if self.below.currentWidget() is self.list:
            self.list.setFocus()
        else:
            self.network.now.setFocus()
