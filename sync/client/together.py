"""Lets calls travel together: what the machine will ask next goes along with what it asks now.

The machine takes one step after the other, and each is checked as if its answer had come alone.
Answers that came early wait here for their step; one that no step asks for is never looked at. A
server that is older than a call is asked as it always was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from fieldapp.clock import iso
from fieldapp.errors import FieldappError, SurroundingsMend
from fieldapp.model.record import CITY
from fieldapp.model.sums import schema_mark
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.sync import Outgoing
from fieldapp.store.store import Store
from sync.client.arriving import Arrivals
from sync.client.filing import push_of
from sync.client.load import TOO_LARGE, Load
from sync.protocol import (
    MOST_TOGETHER,
    Answers,
    Exchange,
    Exchanged,
    Greeting,
    Handshake,
    Head,
    Knock,
    Knocked,
    Page,
    Pull,
    Push,
    SyncProtocol,
    standing_of,
)

SPEAKS, MARK, SUMS = "server_speaks", "greeting_mark", "server_schema"
"""The settings that keep of the last greeting which calls the server knows, its mark, and the mark
of the fields that the server knows."""
FEW_NUMBERS = 10
"""With fewer receipt numbers left a laptop greets, for the server may give it more."""
NO_SUCH_CALL = "server.no_such_call"

Result = TypeVar("Result")


class Together:
    """One run's calls to one server.

    `comparable`: row sums, for the server knew the same fields when last heard of.
    """

    def __init__(
        self, store: Store, transport: SyncProtocol, load: Load, arrivals: Arrivals
    ) -> None:
        self._store, self._transport, self._load = store, transport, load
        self._arrivals = arrivals
        told = store.settings(SPEAKS, MARK, SUMS)
        self._speaks: Sequence[str] = told.get(SPEAKS, ())
        self._mark = str(told.get(MARK, ""))
        self.comparable = told.get(SUMS) == schema_mark()
        self._answers: list[tuple[Push, Answers]] = []
        self._pages: dict[tuple[str, int], Page] = {}
        self._heads: dict[str, int] = {}
        self._whole: set[str] = set()
        self._news = False

    # the beginning

    def knock(self, nonce: str) -> Knocked | None:
        """Asks whether there is anything to do; None where this laptop knows that there is, or
        where only a greeting can tell."""
        asked = self._knocking(nonce)
        if asked is None:
            return None
        knocked = self._spoken("knock", lambda: self._transport.knock(asked))
        if knocked is not None and knocked.nonce != nonce:
            raise SurroundingsMend("sync.incomplete_answer")
        self._news = knocked is not None and not knocked.same
        return knocked

    def _knocking(self, nonce: str) -> Knock | None:
        if "knock" not in self._speaks or not self._mark:
            return None
        here = self._store.belief()
        left = here.numbers_left
        if here.waits or here.apart or (left is not None and left < FEW_NUMBERS):
            return None
        heads = (Head(*head) for head in here.heads)
        standing = standing_of(heads, here.last, sums=self.comparable)
        at = iso(self._store.now())
        return Knock(here.incarnation, at, nonce, self._mark, standing, self.comparable)

    def greet(self, asked: Handshake) -> Greeting:
        """Shakes hands. Where a knock has told of news, pages of these come along."""
        pulls = self._pulls(dict.fromkeys(asked.positions, 1 << 60)) if self._news else ()
        self._news = False
        told = self._exchange(Exchange(asked, (), pulls)) if pulls else None
        greeting = self._transport.greet(asked) if told is None else told.greeting
        if greeting is None:
            raise SurroundingsMend("sync.incomplete_answer")
        self._speaks = greeting.speaks
        self._heads = {head.ward: head.revision for head in greeting.heads}
        return greeting

    def awaits(self, ward: str, after: int) -> bool:
        """Whether a ward should come as it stands, instead of its log."""
        speaks = "snapshot" in self._speaks and ward != CITY
        return speaks and self._arrivals.awaits(ward, after, self._heads.get(ward, 0))

    def forget(self) -> None:
        """Whatever came early counts for nothing: the ground that it stood on has moved."""
        self._answers, self._pages = [], {}

    # push and pull

    def push(self, ward: str, batch: Sequence[Outgoing]) -> Answers:
        """Hands a batch in, with those of other wards, and with pulls where that is all."""
        push = push_of(self._store, ward, batch)
        for place, (asked, answers) in enumerate(self._answers):
            if asked == push:
                del self._answers[place]
                return answers
        pushes = (push, *self._other_pushes(push))
        sent = sum(len(one.contents) for one in pushes)
        last = sent == self._store.read(queries_sync.unsent_count, self._load.aside)
        heads = self._heads | {one.ward: 1 << 60 for one in pushes if one.ward in self._heads}
        pulls = self._pulls(heads) if last else ()
        if len(pushes) > 1 or pulls:
            told = self._pushed(Exchange(None, pushes, pulls))
            if told is not None:
                return told
        return self._transport.push(push)

    def _pushed(self, request: Exchange) -> Answers | None:
        """The answers to the first push; the others wait. None: it has to travel alone."""
        try:
            told = self._exchange(request)
        except FieldappError as error:
            if error.code not in TOO_LARGE or len(request.pushes) == 1:
                raise
            return None
        if told is None:
            return None
        pairs = list(zip(request.pushes, told.answers, strict=False))
        if not pairs:
            raise SurroundingsMend("sync.incomplete_answer")
        self._answers = pairs[1:]
        return pairs[0][1]

    def _other_pushes(self, first: Push) -> list[Push]:
        if "exchange" not in self._speaks:
            return []
        room = self._load.batch_bytes - sum(map(len, first.contents))
        found: list[Push] = []
        for ward in self._store.read(queries_sync.unsent_wards, self._load.aside):
            if ward == first.ward or len(found) + 2 > MOST_TOGETHER:
                continue
            push = push_of(self._store, ward, self._load.batch(ward))
            room -= sum(map(len, push.contents))
            if room < 0:
                break
            found.append(push)
        return found

    def pull(self, ward: str, after: int) -> Page:
        """A page, with those of other wards that are behind."""
        early = self._pages.pop((ward, after), None)
        if early is not None:
            return early
        heads = {ward: 1 << 60} | {w: at for w, at in self._heads.items() if w != ward}
        pulls = self._pulls(heads, first=ward)
        told = self._exchange(Exchange(None, (), pulls)) if len(pulls) > 1 else None
        if told is not None and (ward, after) in self._pages:
            return self._pages.pop((ward, after))
        epoch = str(self._store.setting("epoch"))
        return self._load.timed(
            lambda size: self._transport.pull(Pull(ward, epoch, after, size, self._lean(ward))),
            _is_full,
        )

    def whole(self, ward: str, after: int) -> Page:
        """A page again, with what this laptop could not put back by itself."""
        self._whole.add(ward)
        return self.pull(ward, after)

    def _lean(self, ward: str) -> bool:
        return ward not in self._whole

    def _pulls(self, heads: dict[str, int], first: str = CITY) -> tuple[Pull, ...]:
        """What to ask for of the wards whose log here ends before these heads."""
        if "exchange" not in self._speaks:
            return ()
        here = self._store.read(queries_sync.positions)
        epoch = str(self._store.setting("epoch"))
        order = sorted(heads, key=lambda ward: (ward != first, ward != CITY, ward))
        places = ((ward, here.get(ward, ("", 0))[1]) for ward in order)
        wanted = [
            Pull(ward, epoch, after, lean=self._lean(ward))
            for ward, after in places
            if after < heads[ward] and (ward, after) not in self._pages
            if not self.awaits(ward, after)
        ]
        return tuple(wanted[:MOST_TOGETHER])

    # the call

    def _exchange(self, request: Exchange) -> Exchanged | None:
        """Carries them together, and keeps the pages; None where the server has no such call."""
        told = self._spoken("exchange", lambda: self._load.timed(self._sized(request), _any_full))
        if told is not None:
            asked = {(pull.ward, pull.after) for pull in request.pulls}
            pages = {(page.ward, page.after): page for page in told.pages}
            self._pages |= {place: page for place, page in pages.items() if place in asked}
        return told

    def _sized(self, request: Exchange) -> Callable[[int], Exchanged]:
        def carry(size: int) -> Exchanged:
            pulls = tuple(replace(pull, limit_bytes=size) for pull in request.pulls)
            return self._transport.exchange(replace(request, pulls=pulls, limit_bytes=size))

        return carry

    def _spoken(self, name: str, call: Callable[[], Result]) -> Result | None:
        """The answer; None from a server that has forgotten this call: an older one."""
        if name not in self._speaks:
            return None
        try:
            return call()
        except FieldappError as error:
            if error.code != NO_SUCH_CALL:
                raise
            self._speaks = ()
            self._store.remember(**{SPEAKS: []})
            return None


def _is_full(page: Page) -> bool:
    return page.upto < page.head


def _any_full(told: Exchanged) -> bool:
    return any(map(_is_full, told.pages))
