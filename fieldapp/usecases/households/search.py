"""Finding anyone: by words without tones, any tail of a number, an address, or a scanned card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.rules.explained import Reason
from fieldapp.rules.hhi import groups as hhi_groups
from fieldapp.rules.people.cards import Card, recognise
from fieldapp.rules.people.keyed_text import looks_scanned
from fieldapp.store.merged import PersonKey, shown_in
from fieldapp.store.queries.people import covers_of_people, found_people
from fieldapp.store.search import Found, find_people
from fieldapp.store.store import Store
from fieldapp.usecases.households.duplicates import Suspect, people_of_card, suspects_of_card
from fieldapp.usecases.households.facts import CoverSpan, covers_of

SOON_DAYS = 30


@dataclass(frozen=True)
class Hit:
    """A person that was found."""

    ward: str
    person: str
    household: str | None
    name: str
    born_on: date | None
    relationship: str
    address: str
    cover: Reason
    cover_level: str
    do_not_contact: bool = False
    """Her household wants nobody to knock."""


@dataclass(frozen=True)
class Results:
    """What a query found; `card` where a card was scanned, `known` if its person is here.

    `suspects` are people who may be the unknown person of a card by name and birth.
    """

    query: str
    hits: tuple[Hit, ...]
    people_on_device: int
    card: Card | None = None
    known: bool = False
    suspects: tuple[Suspect, ...] = ()


def find(store: Store, query: str, *, limit: int = 20) -> Results:
    """The people whom a query means. A scanned card finds its person by any of its numbers."""
    if looks_scanned(query):
        card = recognise(query, today=store.today())
        if card is not None:
            return find_card(store, card, query)
    hits = store.read(_find, query, store.today(), limit)
    return Results(query, hits, store.people_count())


def find_card(store: Store, card: Card, query: str = "") -> Results:
    """The person of a card by its numbers, else those who may be her by name and birth."""
    today, everybody = store.today(), store.people_count()
    found = [
        Found(one.ward, one.person, one.household, one.name, one.address)
        for one in store.read(people_of_card, card)
    ]
    if found:
        return Results(query, store.read(_hits, found, today), everybody, card, True)
    suspects = tuple(store.read(suspects_of_card, card))
    return Results(query, (), everybody, card, False, suspects)


def _find(connection: Connection, query: str, today: date, limit: int) -> tuple[Hit, ...]:
    return _hits(connection, find_people(connection, query, limit=limit), today)


def _hits(connection: Connection, found: Sequence[Found], today: date) -> tuple[Hit, ...]:
    """What is told of those who were found; a handful of questions for all of a ward."""
    rows: dict[PersonKey, Any] = {}
    covers: dict[PersonKey, list[CoverSpan]] = {}
    for ward in {one.ward for one in found}:
        persons = [one.person for one in found if one.ward == ward]
        rows |= {(ward, row.id): row for row in found_people(connection, ward, persons)}
        shown = shown_in(connection, [ward])
        merged = [person for person, into in shown.items() if into in persons]
        spans = covers_of(*covers_of_people(connection, ward, [*persons, *merged]), shown)
        covers |= {(ward, person): spans[person] for person in persons if person in spans}
    keys = [(one, (one.ward, one.person)) for one in found]
    known = [(one, rows[key], covers.get(key, [])) for one, key in keys if key in rows]
    return tuple(_hit(one, row, spans, today) for one, row, spans in known)


def _hit(found: Found, row: Any, spans: list[CoverSpan], today: date) -> Hit:
    cover, level = _cover(row, spans, today)
    return Hit(
        ward=found.ward,
        person=found.person,
        household=found.household,
        name=row.full_name,
        born_on=row.born_on,
        relationship=(row.relationship or "") if found.household else "",
        address=found.address,
        cover=cover,
        cover_level=level,
        do_not_contact=bool(row.do_not_contact),
    )


def _cover(row: Any, spans: list[CoverSpan], today: date) -> tuple[Reason, str]:
    """The few words on a person's health insurance, and how urgent they are."""
    cards = [span for span in spans if span.scheme == "hhi"]
    if not cards:
        why_not = hhi_groups.why_not(row.group, today)
        return (why_not, "calm") if why_not else (Reason("cover.none"), "soon")
    last = max(cards, key=lambda span: span.ends_on or date.max)
    if last.ends_on is None:
        return Reason("cover.open"), "calm"
    if last.ends_on < today:
        return Reason("cover.lapsed", {"day": last.ends_on}), "late"
    soon = (last.ends_on - today).days <= SOON_DAYS and hhi_groups.pays_at_door(last.payer)
    return Reason("cover.until", {"day": last.ends_on}), "soon" if soon else "calm"
