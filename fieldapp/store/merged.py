"""Merged people: reads follow a merge to the record that is shown; nothing is rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from fieldapp.model import Person
from fieldapp.store.rows import table_of

_people = table_of(Person.type_name())
PersonKey = tuple[str, str]
"""Ward and id."""


def shown_in(connection: Connection, wards: Sequence[str]) -> dict[str, str]:
    """Whom each merged person of these wards is shown as: merged on and on, to the last."""
    return followed(merges_in(connection, wards))


def merges_in(connection: Connection, wards: Sequence[str]) -> dict[str, str]:
    """Into whom each merged person of these wards was merged."""
    merged = _people.c.merged_into.is_not(None)
    query = select(_people.c.id, _people.c.merged_into).where(_people.c.ward.in_(wards), merged)
    return {row[0]: row[1] for row in connection.execute(query)}


def followed(merges: Mapping[str, str]) -> dict[str, str]:
    """Whom each merged person is shown as, by who was merged into whom."""
    return {person: _last(person, merges) for person in merges}


def shown_as(connection: Connection, ward: str, person: str) -> str:
    """Whom a person is shown as: herself, unless her record was merged."""
    return shown_in(connection, [ward]).get(person, person)


def shown_keys(connection: Connection, keys: Iterable[PersonKey]) -> list[PersonKey]:
    """Those whom these people are shown as, each once, in this order."""
    asked = list(keys)
    into = {ward: shown_in(connection, [ward]) for ward in {ward for ward, _ in asked}}
    return list(dict.fromkeys((ward, into[ward].get(person, person)) for ward, person in asked))


def _last(person: str, into: Mapping[str, str]) -> str:
    asked: set[str] = set()
    while person in into and person not in asked:
        asked.add(person)
        person = into[person]
    return person
