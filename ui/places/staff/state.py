"""What the place of people and devices says: rows, filters, one person in words. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fieldapp.clock import business_date, from_iso
from fieldapp.rules.folding import name_sort_key
from fieldapp.usecases.devices_heard import SILENT
from fieldapp.words.format import clock_time
from sync.protocol import Colleague, DatedGrant, Installation, People
from ui.say import Teller

FILTERS = ("all", "look", "left")
ROLES = ("canvasser", "clerk", "supervisor", "admin")
"""A device that was not heard of for longer is one to ask about."""
CLOCK_SLACK = timedelta(minutes=2)
GRANT, DEVICE = "grant/", "device/"


@dataclass(frozen=True)
class Person:
    """One person with the devices."""

    who: Colleague
    devices: tuple[Installation, ...]

    def grants_on(self, day: date) -> tuple[DatedGrant, ...]:
        """The grants that hold on a day or begin later."""
        return tuple(g for g in self.who.grants if not g.until or g.until >= day.isoformat())

    @property
    def living(self) -> tuple[Installation, ...]:
        """The devices that were not revoked."""
        return tuple(one for one in self.devices if one.revoked_at is None)


@dataclass(frozen=True)
class StaffState:
    """What the server told last, the filter, whether it could be asked just now.

    `wards`: names by stream, of the wards on this laptop; `me`: the user's own name.
    """

    told: People | None = None
    only: str = "all"
    fresh: bool = False
    asking: bool = False
    wards: Mapping[str, str] = field(default_factory=dict)
    me: str = ""

    @property
    def at(self) -> datetime | None:
        """As of when it is."""
        return from_iso(self.told.server_at) if self.told else None

    def people(self) -> tuple[Person, ...]:
        """Everybody, in the order of names."""
        if self.told is None:
            return ()
        devices = self.told.devices
        found = [
            Person(who, tuple(one for one in devices if one.username == who.username))
            for who in self.told.people
        ]
        return tuple(sorted(found, key=lambda p: (name_sort_key(p.who.full_name), p.who.username)))

    def shown(self, today: date) -> tuple[Person, ...]:
        """Those under the filter."""
        return tuple(p for p in self.people() if self._passes(p, self.only, today))

    def counts(self, today: date) -> dict[str, int]:
        """How many stand under each filter."""
        people = self.people()
        return {f: sum(self._passes(p, f, today) for p in people) for f in FILTERS}

    def _passes(self, person: Person, only: str, today: date) -> bool:
        passes: dict[str, Callable[[], bool]] = {
            "all": lambda: True,
            "look": lambda: any(issues(one, self.at) for one in person.living),
            "left": lambda: not person.grants_on(today),
        }
        return passes[only]()

    def person(self, username: str) -> Person | None:
        """Somebody by user name."""
        return next((p for p in self.people() if p.who.username == username), None)

    def ward(self, stream: str) -> str:
        """A ward's name; its code where this laptop does not know it."""
        return self.wards.get(stream, stream.partition(".")[0])


def issues(device: Installation, at: datetime | None) -> tuple[str, ...]:
    """What a person should look at, as codes: cloned, held, silent, unsent, clock."""
    if device.revoked_at is not None:
        return ()
    seen = from_iso(device.last_seen_at) if device.last_seen_at else None
    offset = timedelta(milliseconds=device.clock_offset_ms or 0)
    found = {
        "cloned": device.cloned,
        "held": device.held > 0,
        "silent": seen is not None and at is not None and at - seen > SILENT,
        "unsent": bool(device.unsent),
        "clock": abs(offset) > CLOCK_SLACK,
    }
    return tuple(code for code, there in found.items() if there)


def issue_told(code: str, device: Installation, at: datetime | None, teller: Teller) -> str:
    """One of them in words."""
    say = teller.say
    match code:
        case "held":
            return say("staff_place.held", n=device.held)
        case "silent":
            seen = from_iso(device.last_seen_at or "")
            return say("staff_place.silent", n=((at or seen) - seen).days)
        case "unsent":
            return say("staff_place.unsent", n=device.unsent)
        case "clock":
            return _clock(timedelta(milliseconds=device.clock_offset_ms or 0), teller)
        case _:
            return say("staff_place.cloned")


def _clock(offset: timedelta, teller: Teller) -> str:
    minutes = round(abs(offset) / timedelta(minutes=1))
    unit, n = ("hours", round(minutes / 60)) if minutes >= 120 else ("minutes", minutes)
    time = teller.say(f"staff_place.{unit}", n=n)
    way = "slow" if offset > timedelta() else "fast"
    return teller.say(f"staff_place.clock_{way}", time=time)


def issues_told(device: Installation, at: datetime | None, teller: Teller) -> str:
    """What a person should look at on one device."""
    return ", ".join(issue_told(code, device, at, teller) for code in issues(device, at))


def looks_told(person: Person, at: datetime | None, teller: Teller) -> str:
    """All that a person should look at on somebody's devices, each kind once."""
    told = [issue_told(code, one, at, teller) for one in person.living for code in issues(one, at)]
    return ", ".join(dict.fromkeys(told))


def role_told(person: Person, today: date, teller: Teller) -> str:
    """The highest role of today in the wards that are seen; of somebody who left: what it was."""
    now = [grant.role for grant in person.grants_on(today)] or [person.who.role]
    role = max(now, key=lambda one: ROLES.index(one) if one in ROLES else -1)
    return teller.say(f"settings.role_{role}") if role in ROLES else role


def seen_told(device: Installation, teller: Teller) -> str:
    """When a device was last heard of."""
    if device.last_seen_at is None:
        return teller.say("staff_place.never_seen")
    return teller.say("staff_place.seen", when=_when(from_iso(device.last_seen_at), teller))


def last_seen(person: Person, teller: Teller) -> str:
    """When the newest of somebody's devices was heard of; "" for none."""
    moments = [one.last_seen_at for one in person.living if one.last_seen_at]
    return _when(from_iso(max(moments)), teller) if moments else ""


def _when(at: datetime, teller: Teller) -> str:
    day = business_date(at)
    return clock_time(at) if day == teller.today else f"{clock_time(at)} {teller.day(day)}"


def revoked_told(at: str, teller: Teller) -> str:
    """On which day a device was revoked."""
    return teller.say("staff_place.revoked", day=teller.day(business_date(from_iso(at))))


def device_told(device: Installation, at: datetime | None, teller: Teller) -> str:
    """A device below its name: last contact, version, what it had not sent, what to look at."""
    say, parts = teller.say, [seen_told(device, teller)]
    if device.revoked_at is not None:
        parts.insert(0, revoked_told(device.revoked_at, teller))
    if device.app_version:
        parts.append(say("staff_place.version", version=device.app_version))
    if device.last_seen_at and device.unsent is not None and not device.unsent:
        parts.append(say("staff_place.all_sent"))
    elif device.last_seen_at and device.unsent is None:
        parts.append(say("staff_place.unknown_unsent"))
    parts += [issue_told(code, device, at, teller) for code in issues(device, at)]
    return ", ".join(parts)


def days_told(grant: DatedGrant, teller: Teller) -> str:
    """From when to when a grant holds; one that was taken back before its first day had passed."""
    since = teller.day(date.fromisoformat(grant.since))
    if grant.until is not None and grant.until < grant.since:
        return teller.say("staff_place.taken_back", since=since)
    if grant.until is None:
        return teller.say("staff_place.from_on", since=since)
    until = teller.day(date.fromisoformat(grant.until))
    return teller.say("staff_place.from_until", since=since, until=until)


def grant_state(grant: DatedGrant, today: date) -> str:
    """`over`, `to_come`, or "" for one that holds."""
    day = today.isoformat()
    if grant.until is not None and grant.until < day:
        return "over"
    return "to_come" if grant.since > day else ""


def as_of(state: StaffState, teller: Teller) -> tuple[str, bool]:
    """As of when the page is, and whether that wants a person's attention."""
    at = state.at
    if at is None:
        key = "asking" if state.asking else "never"
        return teller.say(f"staff_place.{key}"), not state.asking
    told = {"time": clock_time(at), "day": teller.day(business_date(at))}
    if state.asking:
        known, asking = teller.say("staff_place.as_of", **told), teller.say("staff_place.asking")
        return f"{known}. {asking}", False
    key = "as_of" if state.fresh else "as_of_old"
    return teller.say(f"staff_place.{key}", **told), not state.fresh


def unsent_told(device: Installation, teller: Teller) -> str:
    """What becomes of unsent work, for the question before a device is revoked."""
    if device.unsent is None:
        return teller.say("staff_place.revoke_unsent_unknown")
    if not device.unsent:
        return teller.say("staff_place.revoke_unsent_none")
    return teller.say("staff_place.revoke_unsent", n=device.unsent)


def roles_below(role: str) -> tuple[str, ...]:
    """The roles that somebody of this role may give."""
    return ROLES[: ROLES.index(role)] if role in ROLES else ()
