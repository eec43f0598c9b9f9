"""People for telling records apart: by exact numbers, by the words of a name, or a whole ward.

Withdrawn people are left out. Who was merged is found by what both records say, as the one that
is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    or_,
    select,
    text,
)

from fieldapp.ready import Ready, among
from fieldapp.rules.folding import fold
from fieldapp.store import tables
from fieldapp.store.merged import shown_keys
from fieldapp.store.queries.households import (
    coverages,
    enrolments,
    households,
    lives_there,
    memberships,
    people,
    receipts,
    voids,
)

Rows = Sequence[Any]
MOST_NAMED = 400
"""So many namesakes are looked at; the year of birth has narrowed them before."""


def living_people(connection: Connection, ward: str) -> Rows:
    """Everybody in a ward, with household and address."""
    return connection.execute(_living().where(people.c.ward == ward)).all()


def merged_people(connection: Connection, ward: str) -> Rows:
    """Everybody in a ward whose record was merged into another one, newest merge first."""
    merged = people.c.merged_into.is_not(None)
    of_ward = _unwithdrawn().where(people.c.ward == ward, merged)
    return connection.execute(of_ward.order_by(people.c.changeset.desc())).all()


def told_apart_from(connection: Connection, person: str) -> frozenset[str]:
    """The records that this record itself is known not to be."""
    found = connection.execute(select(people.c.told_apart).where(people.c.id == person))
    return frozenset(other for told in found.scalars() for other in told)


def people_with_numbers(connection: Connection, numbers: Iterable[str]) -> Rows:
    """Those who have one of these numbers, whatever kind of number it is with them.

    A number is what `rules.identity.bare_number` makes of it. The caller looks which it is.
    """
    wanted = {digits[::-1] for number in numbers if (digits := _digits(number))}
    number, entry = tables.search_number, tables.search_entry
    keys = select(number.c.key).where(number.c.reversed.in_(sorted(wanted)))
    found = connection.execute(select(entry.c.ward, entry.c.person).where(entry.c.key.in_(keys)))
    return _these(connection, [(row.ward, row.person) for row in found])


def people_named(connection: Connection, name: str, year: int) -> Rows:
    """Those whose name has the words of this one, or all but one of three and more.

    With a year of birth (0: not known) only those born in it, or without a birth date.
    """
    words = sorted({w for word in fold(name).split() for w in _plain(word).split()})
    if not words:
        return ()
    born = "AND (p.born_on IS NULL OR substr(p.born_on, 1, 4) = :year)" if year else ""
    found = connection.execute(
        text(
            "SELECT e.ward, e.person FROM person_search s JOIN search_entry e ON e.key = s.rowid "
            "JOIN person p ON p.ward = e.ward AND p.id = e.person "
            f"WHERE person_search MATCH :match {born} ORDER BY e.key LIMIT :limit"
        ),
        {"match": _match(words), "limit": MOST_NAMED} | ({"year": f"{year:04}"} if year else {}),
    )
    return _these(connection, [(row.ward, row.person) for row in found])


def _match(words: Sequence[str]) -> str:
    """What the index is asked: all words, or all but one where three or more are left to tell."""
    choices = [words]
    if len(words) > 2:
        choices = [[*words[:place], *words[place + 1 :]] for place in range(len(words))]
    return " OR ".join(f"(name : ({_all(choice)}))" for choice in choices)


def _all(words: Sequence[str]) -> str:
    return " AND ".join(f'"{word}"' for word in words)


def _plain(word: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in word)


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdigit())


def _these(connection: Connection, keys: Sequence[tuple[str, str]]) -> Rows:
    if not keys:
        return ()
    keys = shown_keys(connection, keys)
    chosen: list[ColumnElement[bool]] = []
    for ward in sorted({ward for ward, _ in keys}):
        ids = [person for own, person in keys if own == ward]
        chosen.append(and_(people.c.ward == ward, people.c.id.in_(ids)))
    return connection.execute(_living().where(or_(*chosen))).all()


def _living() -> Select[Any]:
    return _unwithdrawn().where(people.c.merged_into.is_(None))


def _unwithdrawn() -> Select[Any]:
    lives_in = and_(
        memberships.c.ward == people.c.ward,
        memberships.c.person == people.c.id,
        lives_there(),
    )
    there = and_(households.c.ward == people.c.ward, households.c.id == memberships.c.household)
    return (
        select(
            people,
            households.c.id.label("household"),
            households.c.house_number,
            households.c.street,
            memberships.c.relationship,
        )
        .select_from(people)
        .outerjoin(memberships, lives_in)
        .outerjoin(households, there)
        .where(people.c.withdrawn.is_(False))
    )


def found_people(connection: Connection, ward: str, persons: Sequence[str]) -> Rows:
    """People by id, with their relationship where they live in a household."""
    return _FOUND.all(connection, ward=ward, ids=list(persons))


def covers_of_people(
    connection: Connection, ward: str, persons: Sequence[str]
) -> tuple[Rows, Rows]:
    """What people are recorded to have, and what counts of their enrolments."""
    asked: dict[str, Any] = {"ward": ward, "ids": list(persons)}
    return _RECORDED.all(connection, **asked), _ENROLLED.all(connection, **asked)


def paid_for_people(connection: Connection, ward: str, persons: Sequence[str]) -> Rows:
    """What was paid for people against receipts that stand: period, money, number."""
    return _PAID.all(connection, ward=ward, ids=list(persons))


_of_ward: BindParameter[str] = bindparam("ward")
_FOUND = Ready(
    select(people.c.id, people.c.full_name, people.c.born_on, people.c.group)
    .add_columns(memberships.c.relationship, households.c.do_not_contact)
    .select_from(people)
    .outerjoin(
        memberships,
        (memberships.c.ward == people.c.ward)
        & (memberships.c.person == people.c.id)
        & lives_there(),
    )
    .outerjoin(
        households,
        (households.c.ward == people.c.ward) & (households.c.id == memberships.c.household),
    )
    .where(people.c.ward == _of_ward, among(people.c.id))
)
_SPAN = ("person", "scheme", "valid_from", "valid_to")
_RECORDED = Ready(
    select(coverages.c.payer, coverages.c.five_year_on, *(coverages.c[name] for name in _SPAN))
    .where(coverages.c.ward == _of_ward, coverages.c.withdrawn.is_(False))
    .where(among(coverages.c.person))
)
_ENROLLED = Ready(
    select(*(enrolments.c[name] for name in _SPAN))
    .where(enrolments.c.ward == _of_ward, enrolments.c.withdrawn.is_(False))
    .where(
        among(enrolments.c.person),
        enrolments.c.receipt.not_in(select(voids.c.receipt).where(voids.c.ward == _of_ward)),
    )
)
_PAID = Ready(
    select(
        *(enrolments.c[name] for name in (*_SPAN, "participant_dong")),
        receipts.c.number,
    )
    .join(
        receipts,
        (receipts.c.ward == enrolments.c.ward) & (receipts.c.id == enrolments.c.receipt),
    )
    .where(enrolments.c.ward == _of_ward, enrolments.c.withdrawn.is_(False))
    .where(
        among(enrolments.c.person),
        receipts.c.id.not_in(select(voids.c.receipt).where(voids.c.ward == _of_ward)),
    )
)
