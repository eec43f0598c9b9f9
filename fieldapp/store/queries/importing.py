"""What an import reads: everything of one ward that a list can speak of, and who wrote it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, literal_column, select

from fieldapp.model import Coverage, Household, Membership, Person
from fieldapp.model.changesets import Changeset, decode
from fieldapp.store import tables
from fieldapp.store.rows import Key, in_chunks, table_of

FIELDS: Mapping[str, tuple[str, ...]] = {
    Person.type_name(): (
        "full_name", "sex", "born_on", "id_number", "old_id_number", "si_number", "card_number",
        "phone", "email", "ethnic_group", "nationality", "birth_place", "facility", "merged_into",
        "withdrawn",
    ),
    Household.type_name(): (
        "head", "house_number", "street", "neighbourhood", "household_code", "withdrawn",
    ),
    Membership.type_name(): ("person", "household", "relationship", "until", "withdrawn"),
    Coverage.type_name(): ("person", "scheme", "valid_from", "valid_to", "withdrawn"),
}  # fmt: skip
"""The fields that a list can set, and those that tell what a record is."""

_ALWAYS = frozenset(
    {"house_number", "street", "neighbourhood", "person", "household", "scheme", "full_name"}
)


def standing(connection: Connection, ward: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The ward's records: type, id, wire values without the empty ones; people first."""
    for kind, names in FIELDS.items():
        table = table_of(kind)
        columns = [table.c.id, *(table.c[name] for name in names)]
        for record, *values in connection.execute(select(*columns).where(table.c.ward == ward)):
            pairs = zip(names, values, strict=True)
            yield kind, record, {n: _wire(v) for n, v in pairs if v or n in _ALWAYS}


def _wire(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def mark(connection: Connection, ward: str) -> tuple[Any, ...]:
    """Changes whenever anything of the ward does: the log's position and the last own work."""
    position, journal = tables.position.c, tables.journal.c
    at = connection.execute(
        select(position.epoch, position.revision).where(position.ward == ward)
    ).one_or_none()
    last: Select[Any] = select(func.max(literal_column("journal.rowid"))).select_from(
        tables.journal
    )
    return (*(at or ("", 0)), connection.execute(last.where(journal.ward == ward)).scalar())


def writers(
    connection: Connection,
    ward: str,
    asked: Mapping[Key, Collection[str]],
    beat: Callable[[], None] = lambda: None,
) -> dict[tuple[str, str, str], list[Changeset]]:
    """Per record and field the changesets that set it, oldest first; own unsettled work last.

    `beat` is called now and then; what it raises ends the reading.
    """
    found: dict[tuple[str, str, str], list[Changeset]] = {}
    for ids in in_chunks(sorted({record for _, record in asked})):
        beat()
        for changeset in (*_of_the_log(connection, ward, ids), *_of_mine(connection, ward, ids)):
            for change in changeset.changes:
                for name in asked.get(change.key, ()):
                    if name in change.fields:
                        found.setdefault((*change.key, name), []).append(changeset)
    return found


def _of_the_log(connection: Connection, ward: str, ids: Collection[str]) -> Iterable[Changeset]:
    change, entry = tables.log_change.c, tables.log_entry.c
    revisions = (
        select(change.revision).where(change.ward == ward, change.record.in_(ids)).distinct()
    )
    rows = connection.execute(
        select(entry.content)
        .where(entry.ward == ward, entry.revision.in_(revisions))
        .order_by(entry.revision)
    )
    return [decode(content) for (content,) in rows]


def _of_mine(connection: Connection, ward: str, ids: Collection[str]) -> Iterable[Changeset]:
    own, journal = tables.own_change.c, tables.journal.c
    changesets = select(own.changeset).where(own.ward == ward, own.record.in_(ids)).distinct()
    rows = connection.execute(
        select(journal.content)
        .where(journal.id.in_(changesets))
        .order_by(literal_column("journal.rowid"))
    )
    return [decode(content) for (content,) in rows]
