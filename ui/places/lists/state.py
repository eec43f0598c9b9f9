"""What the places of official lists show, as plain values in words. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from fieldapp.usecases.official_lists.lists import LineRow, ListRow
from fieldapp.usecases.official_lists.submissions import Ready
from fieldapp.words.format import money, number
from ui.say import Teller

TABS = ("ready", "open", "done")
OPEN = ("drawn", "sent")


@dataclass(frozen=True)
class Waiting:
    """What waits for one form in one ward."""

    ward: str
    ward_name: str
    ready: Ready

    @property
    def key(self) -> str:
        """Its key in the table."""
        return f"{self.ward}/{self.ready.form}"

    @property
    def has_something(self) -> bool:
        """Whether anything waits at all."""
        return bool(self.ready.lines or self.ready.incomplete or self.ready.returned)


@dataclass(frozen=True)
class ListsState:
    """What waits, the lists that there are, the tab."""

    waiting: tuple[Waiting, ...] = ()
    rows: tuple[ListRow, ...] = ()
    tab: str = "ready"
    loaded: bool = False

    def lists(self, tab: str) -> tuple[ListRow, ...]:
        """The lists under a tab."""
        return tuple(row for row in self.rows if (row.state in OPEN) == (tab == "open"))

    def counts(self) -> dict[str, int]:
        """How much stands under each tab: lines that are ready, lists."""
        ready = sum(len(one.ready.lines) for one in self.waiting)
        return {"ready": ready} | {tab: len(self.lists(tab)) for tab in ("open", "done")}

    def waits(self, key: str) -> Waiting | None:
        """What waits under a key."""
        return next((one for one in self.waiting if one.key == key), None)

    def row(self, key: str) -> ListRow | None:
        """A list by its key."""
        return next((row for row in self.rows if list_key(row) == key), None)


def list_key(row: ListRow) -> str:
    """A list's key in the table."""
    return f"{row.ward}/{row.submission}"


def form_name(form: str, teller: Teller) -> str:
    """A form as people call it."""
    return teller.say(f"returned.form_{form}")


def state_told(row: ListRow, teller: Teller) -> tuple[str, str]:
    """How far a list is, and the token of its colour."""
    say = teller.say
    sent = teller.day(row.sent_on) if row.sent_on else ""
    match row.state:
        case "drawn":
            return say("lists_place.state_drawn"), "ochre"
        case "sent":
            return say("lists_place.state_sent", day=sent, n=number(row.waiting)), "ink2"
        case "answered":
            code = "state_answered_returned" if row.returned else "state_answered"
            values = {"n": number(row.accepted), "returned": number(row.returned)}
            return say(f"lists_place.{code}", **values), "ochre" if row.returned else "jade"
        case _:
            return say("lists_place.state_withdrawn"), "ink3"


def facts_of(row: ListRow, teller: Teller) -> list[tuple[str, str]]:
    """What is known of a list beside its lines."""
    say = teller.say
    facts = [
        ("form", form_name(row.form, teller)),
        ("listed_on", teller.day(row.listed_on)),
        ("lines", number(row.lines)),
        ("total", money(row.total_dong)),
        ("made_by", row.made_by),
        ("organisation", row.organisation),
        ("collector", row.collector),
        ("sent_on", teller.day(row.sent_on) if row.sent_on else ""),
    ]
    return [(say(f"lists_place.fact_{name}"), value) for name, value in facts if value]


def answer_told(line: LineRow, teller: Teller) -> tuple[str, str]:
    """What the agency said of a line, and the token of its colour."""
    say = teller.say
    if line.withdrawn:
        return say("lists_place.line_withdrawn"), "ink3"
    if line.answer == "accepted":
        return say("lists_place.line_accepted"), "jade"
    if line.answer == "returned":
        return say("lists_place.line_returned", reason=line.reason), "ochre"
    return say("lists_place.line_waiting"), "ink3"
