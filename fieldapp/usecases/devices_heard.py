"""From how many devices figures come: whom the server heard today, and who has been silent longest.

A supervisor's laptop keeps what the server last told of people and devices; nobody else may ask
for it, and nothing is said of devices there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fieldapp.clock import business_date, from_iso
from fieldapp.store.log.freshness import PEOPLE_KNOWN
from fieldapp.store.store import Store


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


def _silences(devices: Iterable[Mapping[str, Any]], day: date) -> Iterable[int | None]:
    for one in devices:
        seen = one["last_seen_at"]
        yield None if seen is None else max(0, (day - business_date(from_iso(seen))).days)


def _is_on(grant: Mapping[str, Any], day: date) -> bool:
    since, until = grant["since"], grant["until"]
    return bool(since <= day.isoformat() and (until is None or day.isoformat() <= until))
