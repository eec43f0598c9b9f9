"""The palette at work: asks while one types, drops answers that come too late, and goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.rules.people.cards import Card
from fieldapp.usecases.households import search
from fieldapp.usecases.receipts import money
from ui.palette.rows import (
    card_items,
    command_items,
    group,
    people_items,
    person_key,
    receipt_items,
    unread_items,
)
from ui.palette.scanner import READS_SCANS
from ui.palette.state import (
    ACTIONS,
    COMMAND,
    DO,
    NEW,
    NEW_MEMBER,
    PERSON,
    RECEIPT,
    SHOWN_COMMANDS,
    Command,
    Query,
    commands_for,
    find_commands,
    read_query,
)
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller
from ui.widgets import Palette
from ui.widgets.rows import Item

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.usecases.households.duplicates import Suspect
    from fieldapp.usecases.households.search import Hit, Results
    from fieldapp.usecases.receipts.money import ReceiptRow
    from fieldapp.words import Words

ASK_AFTER_MS = 40
RAIL = ("today", "households", "dossiers", "receipts", "inbox", "reports", "settings")
"""The places of somebody who sees them all."""


@dataclass(frozen=True)
class Home:
    """The household that is open: a card of somebody new may be one of its members."""

    ward: str
    household: str
    name: str


class SearchPalette(QObject):
    """Feeds the window's palette box. `open(text=…)` opens it; `widget` is the box.

    Enter before the answer has come (a scanner ends with Enter) waits for the answer and takes its
    first row; it never acts on an older answer. `places` are those of the rail, in its order;
    `desk` for who works at one.
    """

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: Tasks,
        navigator: Navigator,
        box: Palette,
        *,
        places: Sequence[str] = RAIL,
        desk: bool = True,
        home: Callable[[], Home | None] = lambda: None,
    ) -> None:
        super().__init__(box)
        self._commands = commands_for(places, desk=desk)
        self._home = home
        self._store, self._tasks, self._navigator = store, tasks, navigator
        self.teller = Teller(words, business_date(store.now()))
        self.widget = box
        self._asked = Asked()
        self._query = Query("nothing", "")
        self._answered: Query | None = None
        self._results: Results | None = None
        self._selected: Hit | None = None
        self._enter_waits = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        box.asked.connect(self._text_changed)
        box.chosen.connect(self._choose)
        box.results.current_changed.connect(self._row_changed)
        box.input.installEventFilter(self)
        box.input.setProperty(READS_SCANS, True)

    def open(self, **target: object) -> None:
        """Opens the box with a text (`>` for commands)."""
        self.widget.open(str(target.get("text") or ""))

    def scan(self, text: str) -> None:
        """Opens the person of a card that was scanned outside the box, or a new household."""
        self.widget.open(text)
        self._enter_waits = True
        self._ask()

    def take_card(self, card: Card) -> None:
        """Opens the person of a card that was read from a picture or copied."""
        self.widget.open("")
        mine, store = self._asked.next(), self._store
        self._query, self._enter_waits = Query("card", card.name), True
        self._tasks.read(
            lambda: search.find_card(store, card),
            lambda found: self._take_people(mine, self._query, found),
            self._failed,
        )

    def refresh(self) -> None:
        """Asks again what was asked last."""
        self._ask()

    # asking

    def _text_changed(self, text: str) -> None:
        self._query = read_query(text)
        self._asked.next()
        self._enter_waits = False
        if self._query.mode in ("nothing", "commands"):
            self._timer.stop()
            self._show_commands()
        else:
            self._timer.start()

    def _ask(self) -> None:
        self._timer.stop()
        mine, query, store = self._asked.next(), self._query, self._store
        if query.mode == "receipt":
            self._tasks.read(
                lambda: money.receipts(store) if query.text else (),
                lambda found: self._take_receipts(mine, query, found),
                self._failed,
            )
        elif query.mode in ("people", "card"):
            self._tasks.read(
                lambda: search.find(store, query.text),
                lambda found: self._take_people(mine, query, found),
                self._failed,
            )

    def _failed(self, error: FieldappError) -> None:
        self._enter_waits = False
        told = self.teller.error(error)
        self.widget.set_results([group("failed", told.title)])

    def _take_people(self, mine: int, query: Query, found: Results) -> None:
        if not self._asked.is_last(mine):
            return
        self._results = found
        self._selected = found.hits[0] if found.hits else None
        if found.card is not None:
            self.widget.show_asked(found.card.name)
            home = self._home()
            items = card_items(found, found.card, home.name if home else "", self.teller)
            # who may be somebody known is not put down as new by a scanner's Enter
            self._enter_waits = self._enter_waits and not found.suspects
        elif query.mode == "card":
            self._enter_waits = False
            items = unread_items(query.text, self.teller)
        else:
            items = people_items(found, self._selected, self.teller)
        self._show(query, items)

    def _take_receipts(self, mine: int, query: Query, found: tuple[ReceiptRow, ...]) -> None:
        if self._asked.is_last(mine):
            hits = [row for row in found if row.number.endswith(query.text)]
            self._show(query, receipt_items(hits, query.text, self.teller))

    def _show_commands(self) -> None:
        self._results, self._selected = None, None
        at_home = self._home() is not None
        able = [command for command in self._commands if at_home or not command.moves]
        known = [(command, self._word(command)) for command in able]
        if self._query.mode == "nothing":
            often = [one for one in known if not one[0].moves]
            title, known = self.teller.say("search.often"), often[:SHOWN_COMMANDS]
        else:
            known = find_commands(known, self._query.text)
            title = self.teller.say("search.commands")
        self._show(self._query, command_items(title, known, self.teller))

    def _word(self, command: Command) -> str:
        return self.teller.say(command.word_key)

    def _show(self, query: Query, items: list[Item]) -> None:
        self._answered = query
        self.widget.set_results(items)
        if self._enter_waits:
            self._enter_waits = False
            if key := self.widget.results.current_key():
                self._choose(key)

    def _row_changed(self, key: str) -> None:
        """Another person is selected: the actions below are hers, once the list rests."""
        hits = self._results.hits if self._results else ()
        hit = next((h for h in hits if person_key(h) == key), None)
        if hit is not None and hit is not self._selected and self._query.mode == "people":
            self._selected = hit
            QTimer.singleShot(0, self, self._show_actions)

    def _show_actions(self) -> None:
        if self._results is not None and self._answered == self._query:
            items = people_items(self._results, self._selected, self.teller)
            self.widget.results.set_items(items)

    # keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._answered != self._query:
            self._enter_waits = True
            return True
        if control and key == Qt.Key.Key_N and self._query.mode in ("people", "nothing"):
            self._choose(NEW)
            return True
        return self._action_key(event.text().upper())

    def _action_key(self, typed: str) -> bool:
        """A printed key acts while an action is selected; in the input it is a letter."""
        if not self.widget.results.current_key().startswith(DO):
            return False
        code = next((code for code, _, cap in ACTIONS if cap == typed), None)
        if code is None:
            return False
        self._choose(f"{DO}{code}")
        return True

    # going there

    def _choose(self, key: str) -> None:
        if key.startswith(PERSON):
            self._open_person(key)
        elif key.startswith(DO):
            self._act(key.removeprefix(DO))
        elif key.startswith(COMMAND):
            self._run(key.removeprefix(COMMAND))
        elif key.startswith(RECEIPT):
            ward, _, receipt = key.removeprefix(RECEIPT).partition("/")
            self._leave("receipts", ward=ward, receipt=receipt)
        elif key == NEW:
            self._new_household()
        elif key == NEW_MEMBER:
            self._new_member()

    def _open_person(self, key: str) -> None:
        results = self._results
        people: list[Hit | Suspect] = [*results.hits, *results.suspects] if results else []
        hit = next((one for one in people if person_key(one) == key), None)
        if hit is None:
            return
        if hit.household:
            home = {"ward": hit.ward, "household": hit.household, "person": hit.person}
            card = results.card if results else None
            self._leave("household", **home, **({"card": card} if card else {}))
        else:
            self._leave("households")

    def _act(self, code: str) -> None:
        hit = self._selected
        if hit is None or not hit.household:
            return
        home: dict[str, object] = {"ward": hit.ward, "household": hit.household}
        if code == "enrol":
            self._leave("enrol", **home)
        elif code == "visit":
            self._leave("household", **home, outcome="appointment")
        else:
            self._leave("receipts", **home)

    def _run(self, code: str) -> None:
        place, _, now = code.rpartition("/")
        if place.startswith("moves/"):
            self._move(place.removeprefix("moves/"))
            return
        if now != "1":
            self._leave(place)
        elif place == "households":
            self._leave(place, new=True)
        else:
            self._leave(place, now=True)

    def _move(self, kind: str) -> None:
        home = self._home()
        if home is not None:
            self._leave("household", ward=home.ward, household=home.household, moves=kind)

    def _new_household(self) -> None:
        card = self._results.card if self._results else None
        if card is not None:
            self._leave("households", new=True, card=card)
        elif self._query.mode == "card":
            self._leave("households", new=True)  # what was read may be other people's data
        else:
            self._leave("households", new=True, text=self._query.text)

    def _new_member(self) -> None:
        home, card = self._home(), self._results.card if self._results else None
        if home is not None and card is not None:
            self._leave("household", ward=home.ward, household=home.household, card=card)

    def _leave(self, place: str, **target: object) -> None:
        self._asked.next()
        self._timer.stop()
        self.widget.close_box()
        self._navigator.go(place, **target)
