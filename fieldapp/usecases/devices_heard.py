"""From how many devices figures come: whom the server heard today, and who has been silent longest.

A supervisor's laptop keeps what the server last told of people and devices; nobody else may ask
for it, and nothing is said of devices there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fieldapp.clock import business_date, from_iso
from fieldapp.store.log.freshness import PEOPLE_KNOWN
from fieldapp.store.store import Store
from fieldapp.usecases.me import name_of, staff_names, supervised

SILENT = timedelta(days=3)
"""A device that was not heard for longer is one to ask about."""


@dataclass(frozen=True)
class Silent:
    """A device in use that was not heard for long; `days` as of when the server said so."""

    ward: str
    device: str
    person: str
    seen_at: datetime
    days: int
    unsent: int


@dataclass(frozen=True)
class Heard:
    """The devices of some wards.

    Attributes:
        at: when the server said so.
        devices: those in use; `today`: heard on the day of `at`.
        silent_days: whole days since the one that is silent longest was heard; None: never.
        unsent: changesets that they said they still had.
    """

    at: datetime
    devices: int
    today: int
    silent_days: int | None
    unsent: int


def devices_heard(store: Store, wards: Sequence[str]) -> Heard | None:
    """The devices of people who work in these wards; None where the server never told."""
    known: Mapping[str, Any] | None = store.setting(PEOPLE_KNOWN)
    return None if not known else heard_of(known, wards)


def heard_of(known: Mapping[str, Any], wards: Collection[str]) -> Heard:
    """The same of an answer that is at hand."""
    at = from_iso(known["server_at"])
    day = business_date(at)
    users = {
        one["username"]
        for one in known["people"]
        if any(grant["ward"] in wards and _is_on(grant, day) for grant in one["grants"])
    }
    used = [
        one for one in known["devices"] if one["username"] in users and one["revoked_at"] is None
    ]
    days = list(_silences(used, day))
    return Heard(
        at=at,
        devices=len(used),
        today=days.count(0),
        silent_days=None if None in days else max((d for d in days if d is not None), default=0),
        unsent=sum(one["unsent"] or 0 for one in used),
    )


def silent_devices(store: Store) -> tuple[Silent, ...]:
    """The devices of people who work in the wards that the user supervises, by what the server last
    told of them; none where it never did."""
    known: Mapping[str, Any] | None = store.setting(PEOPLE_KNOWN)
    if not known:
        return ()
    at, mine = from_iso(known["server_at"]), supervised(store)
    day, staff = business_date(at), staff_names(store)
    wards = {
        one["username"]: min(
            (g["ward"] for g in one["grants"] if g["ward"] in mine and _is_on(g, day)), default=""
        )
        for one in known["people"]
    }
    found = []
    for one in known["devices"]:
        ward = wards.get(one["username"], "")
        if not ward or one["revoked_at"] is not None or one["last_seen_at"] is None:
            continue
        seen, name = from_iso(one["last_seen_at"]), name_of(staff, one["username"])
        if at - seen > SILENT:
            days, unsent = (at - seen).days, one["unsent"] or 0
            found.append(Silent(ward, one["device"], name, seen, days, unsent))
    return tuple(found)


def _silences(devices: Iterable[Mapping[str, Any]], day: date) -> Iterable[int | None]:
    for one in devices:
        seen = one["last_seen_at"]
        yield None if seen is None else max(0, (day - business_date(from_iso(seen))).days)


def _is_on(grant: Mapping[str, Any], day: date) -> bool:
    since, until = grant["since"], grant["until"]
    return bool(since <= day.isoformat() and (until is None or day.isoformat() <= until))
