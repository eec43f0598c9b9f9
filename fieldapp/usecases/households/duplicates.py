"""One human, two records: seen before the second is born, and found among those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.rules.people.cards import Card, CitizenCard
from fieldapp.rules.people.duplicates import Known, Match, compare, likely_pairs, ranked
from fieldapp.rules.people.identity import (
    bare_number,
    normalise_phone,
    parse_birth_date,
    si_number_in,
)
from fieldapp.store.merged import shown_in
from fieldapp.store.queries.people import (
    living_people,
    merged_people,
    people_named,
    people_with_numbers,
    told_apart_from,
)
from fieldapp.store.store import Store

NUMBERS = ("id_number", "old_id_number", "si_number", "card_number")
TEXTS = (*NUMBERS, "full_name", "sex", "phone", "house_number", "street")
BLOCKING = {"same_id_number": "id_number", "same_si_number": "si_number"}
"""The numbers that only one person has, by the field at which a second record is refused."""


@dataclass(frozen=True)
class Suspect:
    """A person of this laptop who may be the one that is asked for.

    `agree` and `differ` say why, strongest first; their words are `rules.dup_<code>`. With
    `same_number` a second record needs a written reason.
    """

    ward: str
    person: str
    household: str | None
    name: str
    born_on: date | None
    sex: str | None
    relationship: str
    address: str
    score: int
    agree: tuple[str, ...]
    differ: tuple[str, ...]
    same_number: bool
    id_number: str = ""
    old_id_number: str = ""
    si_number: str = ""
    card_number: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Pair:
    """Two records that seem to be one person; `one` has the lower id. Why stands in `other`.

    Where they were `merged`, `one` is the record that is shown, and `other` the one joined to it.
    """

    one: Suspect
    other: Suspect
    merged: bool = False


def duplicates_of(
    store: Store, fields: Mapping[str, Any], *, person: str = "", limit: int = 5
) -> tuple[Suspect, ...]:
    """Who on this laptop may be the person of these fields, the likeliest first.

    Args:
        fields: fields of a person as typed, with `house_number` and `street` where they are known
            and `birth_year` where the day is not. What can't be read counts as not known.
        person: the record that is being edited; it is not its own duplicate, nor is who was told
            apart from it.
    """
    return store.read(_duplicates_of, known_of(fields), person, limit)


def likely_duplicates(store: Store, ward: str, *, limit: int = 200) -> tuple[Pair, ...]:
    """All pairs in a ward who seem to be one person, the likeliest first; not who was told
    apart."""
    rows = {_key(row): row for row in store.read(living_people, ward)}
    found = likely_pairs([_known(row) for row in rows.values()])
    both = ((rows[one.key], rows[other.key], match) for one, other, match in found)
    asked = (pair for pair in both if not _told_apart(pair[0], pair[1]))
    return tuple(
        Pair(_suspect(one, match), _suspect(other, match))
        for one, other, match in islice(asked, limit)
    )


def merged_pairs(store: Store, ward: str) -> tuple[Pair, ...]:
    """All records in a ward that were merged, each beside the one that is shown, newest first."""

    def read(connection: Connection) -> tuple[Pair, ...]:
        shown = shown_in(connection, [ward])
        living = {row.id: row for row in living_people(connection, ward)}
        merged = [row for row in merged_people(connection, ward) if shown[row.id] in living]
        return tuple(_merged(living[shown[row.id]], row) for row in merged)

    return store.read(read)


def _merged(kept: Any, row: Any) -> Pair:
    match = compare(_known(kept), _known(row)) or Match(0, (), ())
    return Pair(_suspect(kept, match), _suspect(row, match), merged=True)


def _told_apart(one: Any, other: Any) -> bool:
    return other.id in one.told_apart or one.id in other.told_apart


def people_of_card(connection: Connection, card: Card) -> list[Suspect]:
    """Those who have a number of the card, the surest number first."""
    asked = known_of_card(card)
    rows = people_with_numbers(connection, _numbers(asked))
    found = _ranked(asked, rows)
    return [one for one in found if one.same_number]


def suspects_of_card(connection: Connection, card: Card, limit: int = 3) -> list[Suspect]:
    """Those who may be the person of a card by name and birth, though no number says so."""
    return list(_duplicates_of(connection, known_of_card(card), "", limit))


def refuse_second(store: Store, own: str, fields: Mapping[str, Any], reason: str | None) -> None:
    """Refuses a number that somebody else on this laptop has, unless a reason was written.

    Raises:
        UserMends: `entry.same_number`, at the field of the number, with whose it is.
    """
    asked = Known(own, **_texts(fields, ("id_number", "si_number", "card_number")))
    numbers = _numbers(asked)
    if not numbers or (reason or "").strip():
        return
    for row in store.read(people_with_numbers, numbers):
        match = compare(asked, _known(row)) if row.id != own else None
        code = next((code for code in match.agree if code in BLOCKING), "") if match else ""
        if code:
            field = BLOCKING[code] if fields.get(BLOCKING[code]) else "card_number"
            who = ", ".join(part for part in (row.full_name, _address(row)) if part)
            raise UserMends("entry.same_number", field=field, who=who)


def known_of(fields: Mapping[str, Any], key: str = "") -> Known:
    """What fields as typed or kept say of a person."""
    places = ("full_name", "sex", "house_number", "street")
    return Known(
        key,
        born_on=_day(fields.get("born_on")),
        birth_year=int(fields.get("birth_year") or 0),
        phone=normalise_phone(str(fields.get("phone") or ""))[0],
        **{name: str(fields.get(name) or "") for name in places},
        **_texts(fields, NUMBERS),
    )


def known_of_card(card: Card) -> Known:
    """What a card says of its person."""
    if isinstance(card, CitizenCard):
        return Known(
            "",
            card.name,
            card.born_on,
            sex=card.sex,
            id_number=card.number,
            old_id_number=card.old_number,
        )
    return Known(
        "",
        card.name,
        card.born_on,
        card.birth_year,
        sex=card.sex,
        si_number=card.si_number,
        card_number=card.code,
    )


def _duplicates_of(
    connection: Connection, asked: Known, person: str, limit: int
) -> tuple[Suspect, ...]:
    rows = [
        *people_with_numbers(connection, _numbers(asked)),
        *people_named(connection, asked.full_name, asked.year),
    ]
    apart = {person} | told_apart_from(connection, person) if person else set()
    others = (row for row in rows if row.id not in apart and person not in row.told_apart)
    return tuple(_ranked(asked, others)[:limit])


def _ranked(asked: Known, rows: Iterable[Any]) -> list[Suspect]:
    by_key = {_key(row): row for row in rows}
    found = ranked(asked, [_known(row) for row in by_key.values()])
    return [_suspect(by_key[known.key], match) for known, match in found]


def _numbers(asked: Known) -> set[str]:
    """The numbers to look up; a card of fifteen is also found by the ten that it carries."""
    cards = {asked.card_number, si_number_in(asked.card_number)}
    return ({asked.id_number, asked.old_id_number, asked.si_number} | cards) - {""}


def _known(row: Any) -> Known:
    texts: dict[str, Any] = {name: getattr(row, name) or "" for name in TEXTS}
    return Known(_key(row), born_on=row.born_on, **texts)


def _suspect(row: Any, match: Match) -> Suspect:
    return Suspect(
        ward=row.ward,
        person=row.id,
        household=row.household,
        name=row.full_name,
        born_on=row.born_on,
        sex=row.sex,
        relationship=row.relationship or "",
        address=_address(row),
        score=match.score,
        agree=match.agree,
        differ=match.differ,
        same_number=match.same_number,
        phone=row.phone or "",
        **{name: getattr(row, name) or "" for name in NUMBERS},
    )


def _key(row: Any) -> str:
    return f"{row.ward}/{row.id}"


def _address(row: Any) -> str:
    return f"{row.house_number or ''} {row.street or ''}".strip()


def _texts(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: bare_number(str(fields.get(name) or "")) for name in names}


def _day(value: object) -> date | None:
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        pass
    try:
        return parse_birth_date(str(value))
    except UserMends:
        return None
