"""All households of wards at once, as little of each as a list needs: never row by row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, String, bindparam, func, select, type_coerce, union_all

from fieldapp.ready import Ready, among
from fieldapp.store.queries.households import (
    coverages,
    enrolments,
    households,
    memberships,
    people,
    receipts,
    visits,
    voids,
)

_head = people.alias("head")
_NAMED = Ready(
    select(
        *(households.c[name] for name in ("ward", "id", "house_number", "street")),
        func.coalesce(_head.c.full_name, "").label("head_name"),
    )
    .select_from(households)
    .outerjoin(_head, (_head.c.ward == households.c.ward) & (_head.c.id == households.c.head))
    .where(among(households.c.ward), households.c.withdrawn.is_(False))
)

_void = select(voids.c.receipt).where(among(voids.c.ward, "wards"))
_cards = union_all(
    select(coverages.c.ward, coverages.c.person, type_coerce(coverages.c.valid_to, String)).where(
        among(coverages.c.ward, "wards"),
        coverages.c.scheme == "hhi",
        coverages.c.withdrawn.is_(False),
        among(coverages.c.payer, "payers"),
    ),
    select(
        enrolments.c.ward, enrolments.c.person, type_coerce(enrolments.c.valid_to, String)
    ).where(
        among(enrolments.c.ward, "wards"),
        enrolments.c.scheme == "hhi",
        enrolments.c.withdrawn.is_(False),
        enrolments.c.receipt.not_in(_void),
    ),
).subquery()
_ward, _person, _day = _cards.c
_last = (
    select(_ward.label("ward"), _person.label("person"), func.max(_day).label("day"))
    .group_by(_ward, _person)
    .subquery()
)
_ENDS = Ready(
    select(memberships.c.household, func.min(_last.c.day))
    .select_from(_last)
    .join(
        memberships,
        (memberships.c.ward == _last.c.ward) & (memberships.c.person == _last.c.person),
    )
    .join(people, (people.c.ward == _last.c.ward) & (people.c.id == _last.c.person))
    .where(
        memberships.c.until.is_(None),
        memberships.c.withdrawn.is_(False),
        memberships.c.household != "",
        people.c.withdrawn.is_(False),
        people.c.merged_into.is_(None),
        _last.c.day.is_not(None),
    )
    .group_by(memberships.c.household)
)
_AGREED = Ready(
    select(visits.c.household)
    .where(
        among(visits.c.ward),
        visits.c.next_on == bindparam("day"),
        visits.c.outcome == "appointment",
        visits.c.withdrawn.is_(False),
    )
    .distinct()
)
_END = type_coerce(coverages.c.valid_to, String)
_SOON = (
    Ready(
        select(memberships.c.household)
        .select_from(coverages)
        .join(
            memberships,
            (memberships.c.ward == coverages.c.ward) & (memberships.c.person == coverages.c.person),
        )
        .where(
            among(coverages.c.ward),
            coverages.c.withdrawn.is_(False),
            bindparam("today", type_=String) <= _END,
            memberships.c.until.is_(None),
            memberships.c.household != "",
        )
        .order_by(_END)
        .limit(bindparam("most"))
    ),
    Ready(
        select(visits.c.household)
        .where(
            among(visits.c.ward),
            visits.c.withdrawn.is_(False),
            type_coerce(visits.c.next_on, String) <= bindparam("today", type_=String),
        )
        .order_by(visits.c.next_on.desc())
        .limit(bindparam("most"))
    ),
)
_ANY = Ready(select(households.c.id).where(among(households.c.ward)).limit(1))
_OF_RECEIPT = Ready(
    select(receipts.c.household).where(
        receipts.c.ward == bindparam("ward"), receipts.c.id == bindparam("receipt")
    )
)


_NEWEST = Ready(
    select(receipts.c.household)
    .where(among(receipts.c.ward))
    .order_by(receipts.c.issued_at.desc())
    .limit(bindparam("most"))
)
_ENROLLED = Ready(select(enrolments.c.household).where(among(enrolments.c.ward)).distinct())


def doors_of_newest_receipts(connection: Connection, wards: Sequence[str], most: int) -> list[str]:
    """The households to whom the newest so many receipts were given, each once."""
    return list(dict.fromkeys(_NEWEST.column(connection, ids=wards, most=most)))


def doors_with_enrolments(connection: Connection, wards: Sequence[str]) -> list[str]:
    """The households of whom somebody ever enrolled."""
    return _ENROLLED.column(connection, ids=wards)


def named_doors(connection: Connection, wards: Sequence[str]) -> list[Any]:
    """Ward, id, house number, street and the head's name of each household."""
    return _NAMED.all(connection, ids=wards)


def first_ends(
    connection: Connection, wards: Sequence[str], payers: Collection[str]
) -> dict[str, str]:
    """By household the day (ISO) on which the first of its members has no health insurance any
    more that one of these pays, or that was paid here; who has none is left out, and so is what
    others have who were merged into a member."""
    return dict(map(tuple, _ENDS.all(connection, wards=wards, payers=list(payers))))


def agreed_doors(connection: Connection, wards: Sequence[str], day: date) -> list[str]:
    """The households where some visit agreed on this day; a later one may have agreed otherwise."""
    return _AGREED.column(connection, ids=wards, day=day)


def doors_due_soon(
    connection: Connection, wards: Sequence[str], today: date, most: int
) -> set[str]:
    """Households where a cover ends first from this day on, and where a visit had been agreed for
    it or before: about so many of each, by what is recorded and without judging it."""
    asked = {"ids": wards, "today": today.isoformat(), "most": most}
    return {home for query in _SOON for home in query.column(connection, **asked)}


def any_door(connection: Connection, wards: Sequence[str]) -> bool:
    """Whether this laptop holds any household of these wards."""
    return _ANY.first(connection, ids=wards) is not None


def door_of_receipt(connection: Connection, ward: str, receipt: str) -> str | None:
    """The household that a receipt was given to."""
    return _OF_RECEIPT.value(connection, ward=ward, receipt=receipt)
