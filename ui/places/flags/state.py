"""What the page of questions about work says: filters, rows, the words of one. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from fieldapp.clock import business_date
from fieldapp.usecases.visiting.flags import FlagEvidence, FlagRow
from fieldapp.words.format import clock_time, long_date
from ui.say import Teller

FILTERS = ("waiting", "cleared", "all")
STATES = {
    "open": ("question", "ochre"),
    "answered": ("chat-circle-dots", "ink2"),
    "cleared": ("check", "jade"),
}
"""Icon and colour of a state; the word always stands beside it."""


@dataclass(frozen=True)
class FlagsState:
    """What was read, and which part of it is shown."""

    found: tuple[FlagRow, ...] | None = None
    only: str = "waiting"

    def shown(self) -> tuple[FlagRow, ...]:
        """The questions of the filter, in the order in which they were read."""
        return tuple(row for row in self.found or () if _fits(row, self.only))

    def counts(self) -> dict[str, int]:
        """How many there are under each filter."""
        return {only: sum(_fits(row, only) for row in self.found or ()) for only in FILTERS}

    def row(self, key: str) -> FlagRow | None:
        """A question by its key."""
        return next((row for row in self.found or () if key_of(row) == key), None)

    @property
    def mine_only(self) -> bool:
        """Whether all that is seen is about the user's own work."""
        return all(row.may_reply for row in self.found or ())


def _fits(row: FlagRow, only: str) -> bool:
    return only == "all" or (row.state == "cleared") == (only == "cleared")


def key_of(row: FlagRow) -> str:
    """What a row is known by."""
    return f"{row.ward}/{row.flag}"


def when(row: FlagRow, teller: Teller) -> str:
    """The day that it is about."""
    return teller.day(row.on) if row.on else ""


def cleared_told(row: FlagRow, teller: Teller) -> str:
    """Who found nothing wrong, when, and what was noted; "" while nobody has."""
    if row.cleared_at is None:
        return ""
    told = {"name": row.cleared_by, "day": long_date(business_date(row.cleared_at))}
    said = teller.say("flags_place.cleared_by", **told)
    if row.cleared_word != "sent":
        said += f", {teller.say(f'flags_place.word_{row.cleared_word}')}"
    return f"{said}: {row.cleared_note}" if row.cleared_note else said


def replied_told(row: FlagRow, teller: Teller) -> tuple[tuple[str, str], ...]:
    """Each reply with who said it when, and whether it has left the laptop."""
    found = []
    for reply in row.replies:
        at = f"{clock_time(reply.at)} {teller.day(business_date(reply.at))}"
        head = teller.say("flags_place.replied", name=row.name, at=at)
        if reply.word != "sent":
            head += f", {teller.say(f'flags_place.word_{reply.word}')}"
        found.append((head, reply.text or teller.say("flags_place.reply_erased")))
    return tuple(found)


def evidence_told(one: FlagEvidence, teller: Teller) -> tuple[str, str, str]:
    """When, where (or the receipt's number), and what came of it."""
    at = clock_time(one.at) if one.at else ""
    return at, one.text, teller.outcome_done(one.outcome) if one.outcome else ""
