"""Finding people: by words without tones in any order, by any tail of a number, by address.

Names and addresses are folded (tones, đ, case) into an index of words with prefixes; numbers are
kept back to front, so that a tail is a prefix. The index is part of the encrypted file and is kept
up in the transaction that changes a person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    bindparam,
    column,
    delete,
    select,
    table,
    text,
)

from fieldapp.model import Household, Membership, Person
from fieldapp.ready import Ready, among
from fieldapp.rules.folding import fold
from fieldapp.store import tables
from fieldapp.store.bulk import insertion
from fieldapp.store.merged import PersonKey, shown_keys
from fieldapp.store.rows import Key, table_of

SHORTEST_TAIL = 3
"""Fewer digits of a number would find half the city."""

_people = table_of(Person.type_name())
_members = table_of(Membership.type_name())
_households = table_of(Household.type_name())


@dataclass(frozen=True)
class Found:
    """A person that the search found, with the household that she lives in."""

    ward: str
    person: str
    household: str | None
    name: str
    address: str


def index_touched(connection: Connection, ward: str, keys: Iterable[Key]) -> None:
    """Keeps the index up with what changed: people, their memberships, their addresses."""
    touched: dict[str, set[str]] = {"person": set(), "membership": set(), "household": set()}
    for kind, record in keys:
        if kind in touched:
            touched[kind].add(record)
    people = set(touched["person"])
    for kind, query in (("membership", _BY_MEMBERSHIP), ("household", _BY_HOUSEHOLD)):
        if touched[kind]:
            people.update(query.column(connection, ward=ward, ids=sorted(touched[kind])))
    if people:
        _index_people(connection, ward, sorted(people))


_MEMBERS = select(_members.c.person).where(_members.c.ward == bindparam("ward"))
_BY_MEMBERSHIP = Ready(_MEMBERS.where(among(_members.c.id)))
_BY_HOUSEHOLD = Ready(_MEMBERS.where(among(_members.c.household)))


def _index_people(connection: Connection, ward: str, people: list[str]) -> None:
    """Makes anew what is otherwise than it stands: most of what is done changes none of it."""
    rows = _TO_INDEX.all(connection, ward=ward, ids=people)
    wanted: dict[str, _Entry] = {}
    for person, name, withdrawn, house_number, street, home, *texts in rows:
        if person not in wanted and not withdrawn:
            address = f"{house_number or ''} {street or ''}".strip()
            reversed_ = frozenset(number[::-1] for number in _numbers(texts))
            wanted[person] = (home, name, address, reversed_)
    standing = _standing(connection, ward, people)
    same = {person for person, (_, entry) in standing.items() if wanted.get(person) == entry}
    _forget(connection, [key for person, (key, _) in standing.items() if person not in same])
    entries, words, numbers = [], [], []
    fresh = ((person, entry) for person, entry in wanted.items() if person not in same)
    first = int(_LAST_KEY.value(connection) or 0) + 1
    for key, (person, (home, name, address, backwards)) in enumerate(fresh, first):
        entries.append((key, ward, person, home, name, address))
        words.append((key, fold(name), fold(address)))
        numbers += [(number, key) for number in backwards]
    _ENTRIES.run_ready(connection, entries)
    _WORDS.run_ready(connection, words)
    _REVERSED.run_ready(connection, sorted(numbers))


_Entry = tuple[str | None, str, str, frozenset[str]]
"""Of a person: household, name, address, numbers back to front."""


def _standing(
    connection: Connection, ward: str, people: list[str]
) -> dict[str, tuple[int, _Entry]]:
    """The entries that these people have, by their keys."""
    rows = _ENTERED.all(connection, ward=ward, ids=people)
    numbers: dict[int, set[str]] = {}
    for key, number in _NUMBERS_OF.all(connection, ids=[row.key for row in rows]):
        numbers.setdefault(key, set()).add(number)
    return {
        row.person: (
            row.key,
            (row.household, row.name, row.address, frozenset(numbers.get(row.key, ()))),
        )
        for row in rows
    }


_NUMBERS = ("id_number", "old_id_number", "si_number", "card_number", "phone")
_TO_INDEX = Ready(
    select(
        *(_people.c[name] for name in ("id", "full_name", "withdrawn")),
        *(_households.c[name] for name in ("house_number", "street", "id")),
        *(_people.c[name] for name in _NUMBERS),
    )
    .select_from(_people)
    .outerjoin(
        _members,
        (_members.c.ward == _people.c.ward)
        & (_members.c.person == _people.c.id)
        & (_members.c.until.is_(None))
        & (_members.c.household != "")
        & (_members.c.withdrawn.is_(False)),
    )
    .outerjoin(
        _households,
        (_households.c.ward == _people.c.ward) & (_households.c.id == _members.c.household),
    )
    .where(_people.c.ward == bindparam("ward"), among(_people.c.id))
)
_ENTRIES = insertion(tables.search_entry, ("key", "ward", "person", "household", "name", "address"))
_WORDS = insertion(
    table("person_search", column("rowid"), column("name"), column("address")),
    ("rowid", "name", "address"),
)
_REVERSED = insertion(tables.search_number, ("reversed", "key"))
_entered = tables.search_entry.c
_number = tables.search_number.c
_LAST_KEY = Ready(text("SELECT coalesce(max(key), 0) FROM search_entry"))
_FORGET = (
    Ready(text("DELETE FROM person_search WHERE rowid = :key")),
    Ready(delete(tables.search_number).where(_number.key == bindparam("key"))),
    Ready(delete(tables.search_entry).where(_entered.key == bindparam("key"))),
)


def _numbers(texts: Iterable[str | None]) -> set[str]:
    digits = {t if t.isdigit() else "".join(c for c in t if c.isdigit()) for t in texts if t}
    return digits - {""}


def _forget(connection: Connection, keys: Iterable[int]) -> None:
    gone = [{"key": key} for key in keys]
    for statement in _FORGET:
        statement.run_each(connection, gone)


def forget_ward(connection: Connection, ward: str) -> None:
    """Takes everybody of a ward out of the index."""
    entry = tables.search_entry.c
    found = connection.execute(select(entry.key).where(entry.ward == ward)).scalars().all()
    _forget(connection, found)


_ENTERED = Ready(
    select(*(_entered[name] for name in ("key", "person", "household", "name", "address"))).where(
        _entered.ward == bindparam("ward"), among(_entered.person)
    )
)
_NUMBERS_OF = Ready(select(_number.key, _number.reversed).where(among(_number.key)))


def find_people(connection: Connection, query: str, *, limit: int = 20) -> list[Found]:
    """The people that a query means, hits with the right tones first; empty for an empty query."""
    digits = "".join(c for c in query if c.isdigit())
    if len(digits) >= SHORTEST_TAIL and not any(c.isalpha() or c == "/" for c in query):
        by_number = _by_number(connection, digits, limit)
        if by_number:
            return by_number
    return _by_words(connection, query, limit)


def _by_number(connection: Connection, digits: str, limit: int) -> list[Found]:
    backwards = digits[::-1]
    most = limit * NUMBERS_OF_ONE
    rows = _TAILS.all(connection, low=backwards, high=backwards + ":", most=most)
    found = list(dict.fromkeys(Found(*row) for row in rows))
    return _as_shown(connection, found[:limit])


NUMBERS_OF_ONE = 5
"""So many numbers of one person may end alike."""
_TAILS = Ready(
    text(
        "SELECT e.ward, e.person, e.household, e.name, e.address FROM "
        "(SELECT reversed, key FROM search_number WHERE reversed >= :low AND reversed < :high "
        "ORDER BY reversed LIMIT :most) n JOIN search_entry e ON e.key = n.key ORDER BY n.reversed"
    )
)


def _as_shown(connection: Connection, found: list[Found]) -> list[Found]:
    """Whom these are shown as, each once: the merged are found under the words of both records."""
    own = {(hit.ward, hit.person): hit for hit in found}
    shown = shown_keys(connection, own)
    others = [_entry(connection, key) for key in shown if key not in own]
    own |= {(hit.ward, hit.person): hit for hit in others if hit is not None}
    return [own[key] for key in shown if key in own]


def _entry(connection: Connection, key: PersonKey) -> Found | None:
    entry = tables.search_entry.c
    columns = (entry.ward, entry.person, entry.household, entry.name, entry.address)
    query = select(*columns).where(entry.ward == key[0], entry.person == key[1])
    row = connection.execute(query).one_or_none()
    return Found(*row) if row else None


def _by_words(connection: Connection, query: str, limit: int) -> list[Found]:
    words = ["".join(c if c.isalnum() else " " for c in w) for w in fold(query).split()]
    parts = [part for word in words for part in word.split()]
    if not parts:
        return []
    composed, most = unicodedata.normalize("NFC", query), limit * 5
    begun = [*(f'"{part}"' for part in parts[:-1]), f'"{parts[-1]}"*']
    found = _matching(connection, begun, composed, most)
    many = int(_LAST_KEY.value(connection) or 0) >= MANY_PEOPLE
    if len(parts) > 1 and (not found or (len(found) < most and not many)):
        found = _matching(connection, [f'"{part}"*' for part in parts], composed, most)
    shown = _as_shown(connection, found)
    return sorted(shown, key=lambda hit: _rank(hit, composed))[:limit]


def matching(query: str) -> Select[Any] | None:
    """The keys of all whose name or address has words that begin with those of a query, as a query
    of its own; None where the query has no word."""
    words = ["".join(c if c.isalnum() else " " for c in w) for w in fold(query).split()]
    begun = [f'"{part}"*' for word in words for part in word.split()]
    if not begun:
        return None
    found = select(column("rowid", Integer)).select_from(table("person_search"))
    return found.where(text("person_search MATCH :begun").bindparams(begun=" ".join(begun)))


MANY_PEOPLE = 100_000
"""From so many on, words that are found as they stand are not taken for beginnings besides: the
index reads everybody of a common word for that."""
LOOKED_AT = 1_000
"""Among so many who match, those with the right tones come first."""


def _matching(connection: Connection, parts: list[str], query: str, most: int) -> list[Found]:
    """Who matches all parts; where the query has tones, those first whose names have them too."""
    toned = fold(query) != " ".join(query.lower().split())
    spellings = _spellings(query) if toned else []
    exact = " + ".join(f"(instr(e.name, :s{n}) > 0)" for n in range(len(spellings)))
    rows = connection.execute(
        text(
            "SELECT e.ward, e.person, e.household, e.name, e.address FROM "
            "(SELECT rowid FROM person_search WHERE person_search MATCH :match LIMIT :looked) s "
            "JOIN search_entry e ON e.key = s.rowid "
            + (f"ORDER BY {exact} DESC LIMIT :most" if exact else "LIMIT :most")
        ),
        {"match": " AND ".join(parts), "most": most, "looked": LOOKED_AT if exact else most}
        | {f"s{n}": s for n, s in enumerate(spellings)},
    )
    return [Found(*row) for row in rows]


def _spellings(query: str) -> list[str]:
    """The first words as names are written: SQLite itself knows no capitals but English ones."""
    words = query.split()[:6]
    return list(dict.fromkeys(s for word in words for s in (word.capitalize(), word.upper())))


def _rank(hit: Found, query: str) -> tuple[int, int, int]:
    """Right tones first, then names before addresses, then short names before long ones."""
    wanted = query.lower().split()
    shown = hit.name.lower().split()
    exact = sum(word in shown for word in wanted)
    folded_name = fold(hit.name).split()
    in_name = sum(any(w.startswith(fold(word)) for w in folded_name) for word in wanted)
    return (-exact, -in_name, len(shown))
