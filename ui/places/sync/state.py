"""What the sync page shows, from the status and the pending work alone. No Qt, no store.

The four numbers are those of the status, so they equal the status bar; "safe to shut down" stands
here only where the status says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.clock import business_date
from fieldapp.usecases.changes import PendingRow
from fieldapp.words.format import clock_time, number
from sync.client.status import SyncStatus, clock_warning, repair_notice, sentence
from ui.say import Teller, retry_key

STATES = ("on_device", "sent", "needs_fixing", "conflict")
RUNNING = frozenset({"greeting", "pushing", "pulling"})
BY_ITSELF = frozenset(
    {"sync.no_network", "sync.incomplete_answer", "sync.server_busy", "sync.server_trouble"}
)
"""Troubles that pass without a person."""


@dataclass(frozen=True)
class Total:
    """One of the four figures."""

    state: str
    count: int
    note: str


@dataclass(frozen=True)
class WorkLine:
    """One own action in the list."""

    changeset: str
    number: str
    time: str
    icon: str
    text: str
    subject: str
    state: str
    can_undo: bool


@dataclass(frozen=True)
class Network:
    """What happens now: icon, sentence, what follows from it, and whether a round runs."""

    icon: str
    title: str
    text: str
    running: bool


@dataclass(frozen=True)
class ServerReceipt:
    """The server's last receipt; empty before the first."""

    at: str = ""
    count: str = ""
    code: str = ""


@dataclass(frozen=True)
class Warning:
    """An ochre box on the band."""

    title: str
    text: str


@dataclass(frozen=True)
class SyncShown:
    """The whole page."""

    context: str
    totals: tuple[Total, ...]
    people: tuple[WorkLine, ...]
    waiting: tuple[WorkLine, ...]
    people_note: str
    waiting_note: str
    network: Network
    receipt: ServerReceipt
    notices: tuple[Warning, ...]


class SyncTeller:
    """Says the page in one language, as of one moment of the device."""

    def __init__(self, teller: Teller, now: datetime) -> None:
        self._teller, self._now = teller, now

    def shown(
        self, status: SyncStatus, people: Sequence[PendingRow], waiting: Sequence[PendingRow]
    ) -> SyncShown:
        """The page of a status with its rows."""
        say = self._teller.say
        actions = say("sync_place.actions", n=len(waiting))
        return SyncShown(
            context=self._context(status),
            totals=self._totals(status, people),
            people=tuple(self._line(row) for row in people),
            waiting=tuple(self._line(row) for row in waiting),
            people_note=say("sync_place.works", n=len(people)),
            waiting_note=say("sync_place.waiting_note", actions=actions),
            network=self._network(status),
            receipt=self._receipt(status),
            notices=self._notices(status),
        )

    def _context(self, status: SyncStatus) -> str:
        if status.unsent:
            return self._teller.say("sync_place.context_kept")
        if status.safe_to_shut_down and status.last_confirmed_at is not None:
            return self._teller.say("sync_place.context_sent")
        return ""

    def _totals(self, status: SyncStatus, people: Sequence[PendingRow]) -> tuple[Total, ...]:
        say = self._teller.say
        sent = say("sync_place.sent_note" if status.sent else "sync_place.sent_none")
        return (
            Total("on_device", status.unsent, self._oldest(status)),
            Total("sent", status.sent, sent),
            Total("needs_fixing", status.needs_fixing, self._to_fix(status, people)),
            Total("conflict", status.conflict, self._first(people, "conflict")),
        )

    def _first(self, people: Sequence[PendingRow], state: str) -> str:
        """Whom the first of its kind is about."""
        subjects = [row.subject for row in people if row.state == state and row.subject]
        return subjects[0] if subjects else ""

    def _to_fix(self, status: SyncStatus, people: Sequence[PendingRow]) -> str:
        """Whom it is about; what the agency returned is no action, so it stands in no list here."""
        returned = status.needs_fixing and not any(row.state == "needs_fixing" for row in people)
        if returned:
            return self._teller.say("sync_place.returned_note")
        return self._first(people, "needs_fixing")

    def _oldest(self, status: SyncStatus) -> str:
        if not status.unsent or status.oldest_unsent_at is None:
            return self._teller.say("sync_place.on_device_none") if not status.unsent else ""
        span = self.span(self._now - status.oldest_unsent_at)
        return self._teller.say("sync_place.on_device_oldest", span=span)

    def span(self, time: timedelta) -> str:
        """A span in its two largest units: 1 giờ 58 phút."""
        minutes = max(0, int(time / timedelta(minutes=1)))
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        parts = [("days", days), ("hours", hours), ("minutes", minutes)]
        while len(parts) > 1 and not parts[0][1]:
            parts.pop(0)
        said = [self._teller.say(f"sync_place.{unit}", n=n) for unit, n in parts[:2] if n]
        return " ".join(said) or self._teller.say("sync_place.minutes", n=0)

    def _line(self, row: PendingRow) -> WorkLine:
        return WorkLine(
            changeset=row.changeset,
            number=number(row.number),
            time=self._time(row.at),
            icon=row.icon,
            text=self._teller.reason(row.text) or self._teller.say("history.other"),
            subject=self._subject(row),
            state=row.state,
            can_undo=row.can_undo and row.state == "on_device",
        )

    def _subject(self, row: PendingRow) -> str:
        if row.state != "needs_fixing":
            return row.subject
        key = f"story.held_{row.reason}"
        known = key if self._teller.words.knows(key) else "story.held_other"
        return ". ".join(part for part in (row.subject, self._teller.say(known)) if part)

    def _time(self, at: datetime) -> str:
        day = business_date(at)
        if day == self._teller.today - timedelta(days=1):
            return self._teller.say("sync_place.yesterday")
        return self._teller.when(at)

    def _network(self, status: SyncStatus) -> Network:
        say = self._teller.say
        running = status.phase in RUNNING
        if not running and status.problem is None and status.unsent:
            title, text = say("sync_place.waiting_title"), say("sync_place.waiting_text")
            return Network("wifi-high", title, text, running=False)
        key, values = sentence(status)
        key = retry_key(self._teller.words, key, values, self._now)
        whole = say(key, **self._teller.values(values))
        title, _, rest = whole.partition(". ")
        return Network(self._icon(status), title, rest or self._follows(status), running)

    @staticmethod
    def _icon(status: SyncStatus) -> str:
        if status.phase in RUNNING:
            return "arrows-clockwise"
        if status.problem == "sync.no_network":
            return "wifi-slash"
        if status.problem is not None:
            return "warning-circle"
        return "check-circle" if status.safe_to_shut_down else "wifi-high"

    def _follows(self, status: SyncStatus) -> str:
        say = self._teller.say
        if status.phase in RUNNING:
            return ""
        if status.problem is not None:
            transient = status.problem in BY_ITSELF
            return say("sync_place.go_on" if transient else "sync_place.go_on_person")
        if status.safe_to_shut_down and status.last_confirmed_at is not None:
            return say("sync_place.safe_text")
        if status.text_confirmed and status.pictures_waiting:
            return say("sync_place.pictures_text")
        return say("sync_place.nothing_yet") if not status.unsent else ""

    def _receipt(self, status: SyncStatus) -> ServerReceipt:
        at = status.last_confirmed_at
        if at is None:
            return ServerReceipt()
        today = business_date(at) == self._teller.today
        key = "sync_place.receipt_today" if today else "sync_place.receipt_day"
        values = {"time": clock_time(at), "day": self._teller.day(business_date(at))}
        said = self._teller.say(key, **values)
        sent = self._teller.value("n", status.sent)
        actions = self._teller.say("sync_place.actions", n=sent)
        return ServerReceipt(said, actions, spaced(status.receipt or ""))

    def _notices(self, status: SyncStatus) -> tuple[Warning, ...]:
        say, found = self._teller.say, []
        for told in (clock_warning(status), repair_notice(status)):
            if told is not None:
                key, values = told
                title, _, text = say(key, **self._teller.values(values)).partition(". ")
                found.append(Warning(title, text))
        if status.pictures_staying:
            title = say("sync_place.pictures_staying", n=status.pictures_staying)
            found.append(Warning(title, say("sync_place.pictures_staying_text")))
        if status.unsent:
            title = say("sync.only_here", n=status.unsent)
            found.append(Warning(title, say("sync_place.unsent_text")))
        return tuple(found)


def spaced(code: str) -> str:
    """A receipt code in groups of four, as one reads it out: 7F3A 91C2."""
    plain = "".join(code.upper().split())
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
