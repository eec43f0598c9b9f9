"""What the inbox shows, as plain values: the list, and one thing told as a story. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fieldapp.clock import business_date
from fieldapp.usecases.changes import PendingRow
from fieldapp.usecases.inbox.conflicts import ConflictPage, SideView
from fieldapp.usecases.inbox.inbox import InboxRow
from fieldapp.words.format import clock_time
from ui.places.inbox.values import can_type, shown
from ui.say import Teller

FILTERS = ("all", "conflict", "held", "duplicate", "closed")
UNDER = {"returned": "held", "twice": "held", "left_over": "held", "silent": "held"}
"""What stands under the filter of another kind."""
KEYS = ("1", "2", "4", "5", "6", "7", "8", "9")
"""Keys of the sides in order of arrival; 3 types another, 0 keeps what was before."""
EVIDENCE_ICONS = {
    "card_scan": "qr-code",
    "receipt": "receipt",
    "list": "file-text",
    "list_line": "file-text",
    "told": "ear",
    "typed": "keyboard",
}


@dataclass(frozen=True)
class Item:
    """One line of the list."""

    key: str
    kind: str
    title: str
    detail: str
    time: str
    done: bool = False


@dataclass(frozen=True)
class InboxState:
    """The list: what the file says, what was decided here since, the filter."""

    rows: tuple[InboxRow, ...] = ()
    settled: tuple[str, ...] = ()
    only: str = "all"
    loaded: bool = False

    def shown_rows(self) -> tuple[InboxRow, ...]:
        """The rows under the filter."""
        if self.only in ("all", "closed"):
            return self.rows
        return tuple(row for row in self.rows if UNDER.get(row.kind, row.kind) == self.only)

    def counts(self) -> dict[str, int]:
        """How many open ones each filter has."""
        open_rows = [row for row in self.rows if row.open and key_of(row) not in self.settled]
        kinds = [UNDER.get(row.kind, row.kind) for row in open_rows]
        counts = {only: kinds.count(only) for only in ("conflict", "held")}
        return {"all": len(kinds)} | counts

    def row(self, key: str) -> InboxRow | None:
        """A row by its key."""
        return next((row for row in self.rows if key_of(row) == key), None)

    def with_settled(self, keys: Sequence[str]) -> InboxState:
        """These were decided here."""
        return replace(self, settled=(*self.settled, *keys))

    def without_settled(self, keys: Sequence[str]) -> InboxState:
        """These wait again."""
        return replace(self, settled=tuple(key for key in self.settled if key not in keys))

    def with_rows(self, rows: Sequence[InboxRow]) -> InboxState:
        """Other rows; what was decided here stays in its place, greyed."""
        if self.only == "closed":
            return replace(self, rows=tuple(rows), loaded=True)
        fresh = {key_of(row): row for row in rows}
        kept = [
            fresh.pop(key_of(row), replace(row, open=False))
            for row in self.rows
            if key_of(row) in fresh or key_of(row) in self.settled
        ]
        settled = tuple(key_of(row) for row in kept if not row.open)
        return replace(self, rows=(*fresh.values(), *kept), settled=settled, loaded=True)


@dataclass(frozen=True)
class SideShown:
    """A card: whose, what, and on what it rests; `key` decides for it."""

    heading: str
    value: str
    facts: tuple[tuple[str, str], ...]
    key: str
    standing: bool = False
    suggested: bool = False
    base: bool = False


@dataclass(frozen=True)
class Lane:
    """One line of the drawing."""

    name: str
    at: datetime
    label: str
    suggested: bool


@dataclass(frozen=True)
class Story:
    """A conflict told: sentence, cards, suggestion, consequence, drawing, decision."""

    kicker: str
    address: str
    heading: str
    sentence: str
    base_value: str
    cards: tuple[SideShown, ...]
    why_title: str
    why: str
    after: str
    lanes: tuple[Lane, ...]
    lanes_spoken: str
    open: bool
    can_decide: bool
    can_type: bool
    decided: str = ""
    decided_value: str = ""
    alike: str = ""


def key_of(row: InboxRow) -> str:
    """A row's key in the list."""
    return f"{row.ward}/{row.id}"


class InboxTeller:
    """Says rows and conflicts in one language."""

    def __init__(self, teller: Teller, *, username: str, may_decide: bool) -> None:
        self._teller = teller
        self._username = username
        self.may_decide = may_decide

    def item(self, row: InboxRow, settled: bool) -> Item:
        """A line of the list."""
        tell = self._teller
        detail = tell.reason(row.detail) or tell.say("story.held_other")
        return Item(
            key=key_of(row),
            kind=row.kind,
            title=tell.reason(row.title),
            detail=detail,
            time=tell.day(business_date(row.at)) if row.kind == "returned" else tell.when(row.at),
            done=settled or not row.open,
        )

    def context(self, state: InboxState) -> str:
        """How many, and how old the oldest is."""
        count = state.counts()["all"]
        if not count:
            return ""
        work = self._teller.say("conflicts.work", n=count)
        oldest = min(row.at for row in state.rows if row.open)
        days = (self._teller.today - business_date(oldest)).days
        if days < 1:
            return work
        aged = self._teller.say("conflicts.days", n=days)
        return self._teller.say("conflicts.context_days", work=work, days=aged)

    def story(
        self, row: InboxRow, page: ConflictPage, names: Mapping[str, str], alike: int = 0
    ) -> Story:
        """A conflict as its page tells it; `alike`: so many others wait for the same answer."""
        say = self._teller.say
        base = shown(page.field, page.base_value, self._teller, names)
        suggested = page.sides[page.suggestion] if page.suggestion is not None else None
        open_now = page.open and self.may_decide
        return Story(
            kicker=say("conflicts.kicker"),
            address=self._door(page),
            heading=say(
                "conflicts.heading",
                what=self._teller.reason(row.title),
                who=self._who(page),
            ),
            sentence=self._sentence(page),
            base_value=base,
            cards=self._cards(page, names),
            why_title=say("conflicts.why_title", name=self._called(suggested)) if suggested else "",
            why=self._teller.reason(page.why) if suggested else say("conflicts.no_hint"),
            after=self._teller.reason(page.after),
            lanes=self._lanes(page),
            lanes_spoken=self._lanes_spoken(page),
            open=page.open,
            can_decide=open_now,
            can_type=open_now and can_type(page.field),
            decided=self._decided(page),
            decided_value=self._decided_value(page, names),
            alike=say("conflicts.alike", n=alike) if alike and self.may_decide else "",
        )

    def _who(self, page: ConflictPage) -> str:
        count = len({side.username for side in page.sides})
        key = {1: "one_twice", 2: "two_differ"}.get(count, "many_differ")
        return self._teller.say(f"conflicts.{key}", n=count)

    def _called(self, side: SideView) -> str:
        return self._teller.colleague(side.author, side.sex)

    def moment(self, at: datetime) -> str:
        """hôm nay 10:06, hôm qua 16:20, 18/11 lúc 09:00."""
        day, time = business_date(at), clock_time(at)
        if day == self._teller.today:
            return self._teller.say("conflicts.today_at", time=time)
        if day == self._teller.today - timedelta(days=1):
            return self._teller.say("conflicts.yesterday_at", time=time)
        return self._teller.say("conflicts.day_at", day=self._teller.day(day), time=time)

    def _sentence(self, page: ConflictPage) -> str:
        sides = sorted(page.sides, key=lambda side: side.made_at)
        say = self._teller.say
        if len(sides) > 2:
            return say("conflicts.story_many", n=len(sides))
        if len(sides) < 2:
            return ""
        first, second = sides
        when = {
            "when_first": self.moment(first.made_at),
            "when_second": self.moment(second.made_at),
        }
        if first.username == second.username:
            return _capital(say("conflicts.story_same", name=self._called(first), **when))
        when["when_first"] = _capital(when["when_first"])
        when["when_second"] = _capital(when["when_second"])
        return say(
            "conflicts.story_two",
            first=self._called(first),
            second=self._called(second),
            how_first=self._teller.reason(first.evidence),
            how_second=self._teller.reason(second.evidence),
            **when,
        )

    def _cards(self, page: ConflictPage, names: Mapping[str, str]) -> tuple[SideShown, ...]:
        say = self._teller.say
        base = SideShown(
            heading=say("conflicts.base"),
            value=shown(page.field, page.base_value, self._teller, names),
            facts=self._base_facts(page),
            key="0",
            base=True,
        )
        return (base, *(self._card(page, n, names) for n in range(len(page.sides))))

    def _door(self, page: ConflictPage) -> str:
        """The household as one says it: whose it is, and where."""
        if not page.head_name:
            return page.address
        return self._teller.say("conflicts.door", name=page.head_name, address=page.address)

    def _base_facts(self, page: ConflictPage) -> tuple[tuple[str, str], ...]:
        """Who wrote it, when, on what evidence; or only that it was there before."""
        if page.base is None:
            return (("clock-counter-clockwise", self._teller.say("conflicts.base_fact")),)
        kind = page.base.evidence.code.rpartition(".")[2]
        return (
            ("user", page.base.author),
            ("clock", self.moment(page.base.made_at)),
            (EVIDENCE_ICONS.get(kind, "keyboard"), self._teller.reason(page.base.evidence)),
        )

    def _card(self, page: ConflictPage, number: int, names: Mapping[str, str]) -> SideShown:
        side = page.sides[number]
        when = self.moment(side.made_at)
        if side.device:
            when = self._teller.say("conflicts.made_at", when=when, device=side.device)
        kind = side.evidence.code.rpartition(".")[2]
        return SideShown(
            heading=_capital(self._called(side)),
            value=shown(page.field, side.value, self._teller, names),
            facts=(
                ("user", side.author),
                ("clock", when),
                (EVIDENCE_ICONS.get(kind, "keyboard"), self._teller.reason(side.evidence)),
            ),
            key=KEYS[number] if number < len(KEYS) else "",
            standing=side.value == page.standing_value,
            suggested=page.open and number == page.suggestion,
        )

    def _lanes(self, page: ConflictPage) -> tuple[Lane, ...]:
        if len(page.sides) != 2:
            return ()
        return tuple(
            Lane(
                name=_capital(self._called(side)),
                at=side.made_at,
                label=self._teller.say("conflicts.lane_edit", time=self._teller.when(side.made_at)),
                suggested=number == page.suggestion,
            )
            for number, side in enumerate(page.sides)
        )

    def _lanes_spoken(self, page: ConflictPage) -> str:
        if len(page.sides) != 2:
            return ""
        first, second = page.sides
        return self._teller.say(
            "conflicts.lanes_spoken",
            first=self._called(first),
            second=self._called(second),
            when_first=self.moment(first.made_at),
            when_second=self.moment(second.made_at),
        )

    def _decided(self, page: ConflictPage) -> str:
        done = page.decided
        if done is None:
            return ""
        name = _capital(self._teller.colleague(done.by, done.sex))
        day, when = business_date(done.at), clock_time(done.at)
        if day != self._teller.today:
            on = self._teller.day(day)
            when = self._teller.say("conflicts.decided_day", time=when, day=on)
        return self._teller.say("conflicts.decided", name=name, when=when)

    def _decided_value(self, page: ConflictPage, names: Mapping[str, str]) -> str:
        if page.decided is None:
            return ""
        value = shown(page.field, page.decided.value, self._teller, names)
        return self._teller.say("conflicts.decided_value", value=value)

    def chosen(self, page: ConflictPage, number: int | None, value: str) -> str:
        """What a toast says after a decision: for a side, the base (-1), or a third value."""
        if number is None:
            return self._teller.say("conflicts.chosen_other", value=value)
        if number < 0:
            return self._teller.say("conflicts.chosen_base")
        name = self._called(page.sides[number])
        return self._teller.say("conflicts.chosen_side", name=name)

    def held(self, row: InboxRow, own: PendingRow | None) -> tuple[str, str, str]:
        """Heading, whose it is, and why the server holds it."""
        item = self.item(row, settled=False)
        return item.title, own.subject if own else "", item.detail


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
