"""The sync as a state machine without I/O: events in, effects out, nothing else.

One run greets the server, takes over what is of
another life of it, pushes every ward's outbox, pulls the city's log and then the wards',
and goes round again until every head is reached and nothing is unsent. Whoever runs it executes
the effects and reports each one's end as an event. Where a ward's rows do not sum up to what the
server says at the same position, they are mended from the server, once a run. A failed run waits,
longer each time, with full jitter; a refusal that only a person can mend waits for that person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from fieldapp.errors import FieldappError, UserMends
from fieldapp.model.record import CITY

Phase = Literal["idle", "waiting", "greeting", "pushing", "pulling", "done", "refused"]
Why = Literal["button", "save", "start", "network", "timer", "live"]

SHORTEST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
REVOKED = "sync.device_revoked"
ERASED = "sync.device_erased"
"""Everything of a revoked device is with the server, and its key is gone."""
ROWS_DIFFER = "sync.rows_differ"
"""Everything was exchanged, and a repair from the server's rows did not make them equal."""
FOR_A_PERSON = frozenset({"sync.other_version"})
"""Trouble of the surroundings that trying again by itself would not mend."""


@dataclass(frozen=True)
class Trouble:
    """Why a run ended early: a code of `fieldapp/words`, and what its sentence needs.

    Attributes:
        waits: trying again later may help, without a person.
        retry_after: seconds that the server asked to be left alone for.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    waits: bool = True
    retry_after: int | None = None


def trouble_of(error: FieldappError) -> Trouble:
    """The trouble that an error of transport or store is."""
    asked = error.context.get("retry_after")
    waits = not isinstance(error, UserMends) and error.code not in FOR_A_PERSON
    return Trouble(error.code, error.context, waits, asked if isinstance(asked, int) else None)


@dataclass(frozen=True)
class Standing:
    """How far this laptop is, as read from its file.

    Attributes:
        unsent: the wards with unsent changesets, in the order to push them.
        positions: per ward the revision up to which its log is here.
        differing: the wards whose rows do not sum up to what the server says at this position.
    """

    unsent: tuple[str, ...] = ()
    positions: Mapping[str, int] = field(default_factory=dict)
    differing: tuple[str, ...] = ()


# --- events ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Somebody or something wants a sync."""

    why: Why
    at: datetime


@dataclass(frozen=True)
class Greeted:
    """The server answered the handshake; the heads are those of the granted wards."""

    heads: Mapping[str, int]
    standing: Standing
    apart: tuple[str, ...] = ()
    """The wards in which this laptop stands on another life, or another line, of the server's."""


@dataclass(frozen=True)
class Reunited:
    """One of those wards was taken over, with everything that the server lacked offered to it.

    `head`: where its log stands at least, as far as the answers told.
    """

    ward: str
    head: int
    standing: Standing


@dataclass(frozen=True)
class Answered:
    """A batch was answered and filed; `revision`: the highest that one of its changesets got."""

    ward: str
    revision: int
    standing: Standing


@dataclass(frozen=True)
class PageTaken:
    """A page was taken in; `head` is where the ward's log ended when it was made."""

    ward: str
    head: int
    standing: Standing


@dataclass(frozen=True)
class Mended:
    """A ward's rows were compared part by part; `head`: where its log stood then."""

    ward: str
    head: int
    standing: Standing


@dataclass(frozen=True)
class Parted:
    """A revoked device's work was compared with what the server has: nothing missing, or some."""

    complete: bool
    standing: Standing


@dataclass(frozen=True)
class Failed:
    """An effect failed. `chance` is a random number in [0, 1) for the jitter."""

    trouble: Trouble
    at: datetime
    chance: float
    standing: Standing = field(default_factory=Standing)


Event = Wanted | Greeted | Reunited | Answered | PageTaken | Mended | Parted | Failed


# --- effects -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Greet:
    """Shake hands."""


@dataclass(frozen=True)
class Reunite:
    """Find where this ward's log and the server's are one; offer what it lacks; go on from there.

    `last`: of the wards that this handshake found apart.
    """

    ward: str
    last: bool


@dataclass(frozen=True)
class PushBatch:
    """Push the next batch of this ward's unsent changesets."""

    ward: str


@dataclass(frozen=True)
class PullPage:
    """Pull this ward's entries after a revision."""

    ward: str
    after: int


@dataclass(frozen=True)
class Mend:
    """Find where this ward's rows differ from the server's, and set those to the server's."""

    ward: str


@dataclass(frozen=True)
class Part:
    """Of a revoked device: ask whether the server has all its work; if so, erase the key."""


@dataclass(frozen=True)
class WaitUntil:
    """Send `Wanted("timer")` when the time to this moment (device time) has run out."""

    at: datetime


@dataclass(frozen=True)
class Report:
    """The run has ended: with everything there and sent, or with this trouble."""

    trouble: Trouble | None


Effect = Greet | Reunite | PushBatch | PullPage | Mend | Part | WaitUntil | Report


# --- the machine -------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """Where the sync stands.

    Attributes:
        next_try_at: while waiting, when the next try is due (device time).
        waits_since: when the waiting began: a clock set back must not prolong it.
        asked_to_wait: the server named the time: only the timer ends it.
        failures: in a row, without a batch or a page coming through.
        again: a sync was wanted while one was running.
        apart: the wards still to be taken over into the server's present life.
        heads: where the granted wards' logs end, as far as known.
        mended: the wards whose rows were compared part by part in this run.
        trouble: what ended the last run early; None after a whole one.
    """

    phase: Phase = "idle"
    next_try_at: datetime | None = None
    waits_since: datetime | None = None
    asked_to_wait: bool = False
    failures: int = 0
    again: bool = False
    apart: tuple[str, ...] = ()
    heads: Mapping[str, int] = field(default_factory=dict)
    mended: frozenset[str] = frozenset()
    trouble: Trouble | None = None

    @property
    def running(self) -> bool:
        """Whether an effect is under way."""
        return self.phase in ("greeting", "pushing", "pulling")


def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """What an event makes of the state, and what is to be done now. Pure.

    An event that does not fit the state (an answer that comes late, twice) changes nothing.
    """
    if isinstance(event, Wanted):
        return _wanted(state, event)
    if not state.running:
        return state, ()
    if isinstance(event, Failed):
        return _failed(state, event)
    if isinstance(event, Greeted):
        if state.phase != "greeting":
            return state, ()
        met = replace(state, heads=dict(event.heads), apart=event.apart)
        return _go_on(met, event.standing)
    if state.phase == "greeting":
        return state, ()
    if isinstance(event, Reunited):
        left = tuple(ward for ward in state.apart if ward != event.ward)
        state = replace(state, apart=left)
    if isinstance(event, Parted):
        if event.complete:
            return _refused(state, Trouble(ERASED, waits=False))
        return _go_on(state, event.standing)
    reached = event.revision if isinstance(event, Answered) else event.head
    heads = dict(state.heads)
    if event.ward in heads:
        heads[event.ward] = max(heads[event.ward], reached)
    state = replace(state, heads=heads, failures=0)
    if isinstance(event, Mended) and event.standing.positions.get(event.ward, 0) >= event.head:
        state = replace(state, mended=state.mended | {event.ward})
    return _go_on(state, event.standing)


def _wanted(state: State, event: Wanted) -> tuple[State, tuple[Effect, ...]]:
    if state.running:
        return replace(state, again=True), ()
    if state.trouble is not None and state.trouble.code == ERASED:
        return state, ()  # there is no file left to sync
    if state.phase == "waiting" and not _may_start(state, event):
        return state, ()
    if state.phase == "refused" and event.why in ("save", "timer", "live"):
        return state, ()
    return State(phase="greeting", failures=state.failures), (Greet(),)


def _may_start(state: State, event: Wanted) -> bool:
    """A person or a new network ends a wait of our own; a wait the server asked for runs out."""
    due = state.next_try_at is None or event.at >= state.next_try_at
    set_back = state.waits_since is not None and event.at < state.waits_since
    if due or set_back or event.why == "timer":
        return True
    return event.why in ("button", "network") and not state.asked_to_wait


def _go_on(state: State, standing: Standing) -> tuple[State, tuple[Effect, ...]]:
    """The next thing to do: meet, push, then pull, the city first; else the run has ended."""
    if state.apart:
        reunite = Reunite(state.apart[0], last=len(state.apart) == 1)
        return replace(state, phase="pushing"), (reunite,)
    if standing.unsent:
        return replace(state, phase="pushing"), (PushBatch(standing.unsent[0]),)
    if state.trouble is not None and state.trouble.code == REVOKED:
        return replace(state, phase="pushing"), (Part(),)
    for ward in sorted(state.heads, key=lambda ward: (ward != CITY, ward)):
        after = standing.positions.get(ward, 0)
        if after < state.heads[ward]:
            return replace(state, phase="pulling"), (PullPage(ward, after),)
    for ward in standing.differing:
        if ward not in state.mended:
            return replace(state, phase="pulling"), (Mend(ward),)
    if state.again:
        return replace(state, phase="greeting", again=False), (Greet(),)
    trouble = Trouble(ROWS_DIFFER) if standing.differing else None
    return replace(state, phase="done", failures=0, trouble=trouble), (Report(trouble),)


def _failed(state: State, event: Failed) -> tuple[State, tuple[Effect, ...]]:
    trouble = event.trouble
    if trouble.code == REVOKED and state.phase == "greeting":
        # A revoked device reads nothing more, but what was done on it is still handed in: first
        # it hears what is missing, for the server may have been restored meanwhile.
        return replace(state, phase="pushing", trouble=trouble), (Part(),)
    if not trouble.waits:
        return _refused(state, trouble)
    delay = _delay(state.failures, event.chance, trouble.retry_after)
    waiting = replace(
        state,
        phase="waiting",
        next_try_at=event.at + delay,
        waits_since=event.at,
        asked_to_wait=trouble.retry_after is not None,
        failures=state.failures + 1,
        again=False,
        trouble=trouble,
    )
    return waiting, (Report(trouble), WaitUntil(event.at + delay))


def _refused(state: State, trouble: Trouble) -> tuple[State, tuple[Effect, ...]]:
    return replace(state, phase="refused", again=False, trouble=trouble), (Report(trouble),)


def _delay(failures: int, chance: float, retry_after: int | None) -> timedelta:
    """Full jitter between the shortest wait and one that doubles with each failure.

    With `retry_after` at least that long, and up to a quarter longer, so that laptops that were
    sent away together do not come back together.
    """
    if retry_after is not None:
        return timedelta(seconds=min(retry_after, 3600) * (1 + chance / 4))
    longest = min(SHORTEST_WAIT * (1 << min(failures + 1, 20)), LONGEST_WAIT)
    return SHORTEST_WAIT + chance * (longest - SHORTEST_WAIT)
