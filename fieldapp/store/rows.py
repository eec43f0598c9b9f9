"""Rows of record tables as wire values, read and written with plain SQL (no identity map).

The view (what screens read) is the record tables themselves. All writing goes through here, and
only `work` and `log` call it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    String,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    select,
    type_coerce,
    update,
)

from fieldapp.model import Conflict
from fieldapp.model.record import (
    Moment,
    content_fields,
    from_text,
    from_wire,
    plain_types,
    record_types,
    row_of,
    table_behind,
    to_wire,
)
from fieldapp.ready import Ready, among
from fieldapp.store.bulk import Prepared, insertion, prepare

Key = tuple[str, str]
"""Record type and id, within a ward."""


@cache
def table_of(record_type: str) -> Table:
    """The table of a record type."""
    return table_behind(record_types()[record_type])


@cache
def conflict_table() -> Table:
    """The table of conflicts, which are no records: the log adds up to them."""
    return table_behind(Conflict)


def read_fields(connection: Connection, ward: str, key: Key) -> dict[str, Any] | None:
    """A record's wire values, unknown fields included; None where there is no such record."""
    form = _read_form(key[0])
    found = form.one.first(connection, ward=ward, id=key[1])
    return None if found is None else form.wire(found)


def read_states(
    connection: Connection, ward: str, keys: Iterable[Key]
) -> dict[Key, tuple[str, dict[str, Any]]]:
    """The forming changeset and the wire values of those records that are there."""
    found: dict[Key, tuple[str, dict[str, Any]]] = {}
    for kind, ids in by_type(keys).items():
        form = _read_form(kind)
        for row in form.some.all(connection, ward=ward, ids=ids):
            found[kind, row[0]] = (row[1], form.wire(row))
    return found


def by_type(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The ids of records, type by type."""
    found: dict[str, list[str]] = {}
    for kind, record in keys:
        found.setdefault(kind, []).append(record)
    return found


def in_chunks(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """As many ids at a time as one statement names: it has a limited number of parameters."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def read_all(connection: Connection, ward: str, kind: str) -> Iterator[tuple[str, str, Any]]:
    """Id, forming changeset and wire values of every record of a type in a ward."""
    form = _read_form(kind)
    for row in form.all.all(connection, ward=ward):
        yield row[0], row[1], form.wire(row)


class _ReadForm:
    """Reads rows of one type as wire values: days and moments are stored as they are sent."""

    def __init__(self, kind: str) -> None:
        table = table_of(kind)
        self._names = content_fields(record_types()[kind])
        content = [_as_sent(table.c[name]) for name in self._names]
        here = table.c.ward == bindparam("ward")
        query = select(table.c.id, table.c.changeset, table.c.unknown, *content).where(here)
        self.one = Ready(query.where(table.c.id == bindparam("id")))
        self.some = Ready(query.where(among(table.c.id)))
        self.all = Ready(query)

    def wire(self, row: Sequence[Any]) -> dict[str, Any]:
        """The wire values of a row, unknown fields included."""
        known = dict(zip(self._names, row[3:], strict=True))
        return known | row[2] if row[2] else known


def _as_sent(column: Column[Any]) -> ColumnElement[Any]:
    """A day or a moment is a text in this file, the same one that stands on the wire."""
    return type_coerce(column, String) if isinstance(column.type, Date | Moment) else column


@cache
def _read_form(kind: str) -> _ReadForm:
    return _ReadForm(kind)


def insert_records(
    connection: Connection, ward: str, created: Mapping[Key, tuple[str, Mapping[str, Any]]]
) -> None:
    """Inserts records: per key the forming changeset and the wire values."""
    by_type: dict[str, list[tuple[Any, ...]]] = {}
    for (kind, record), (changeset, fields) in created.items():
        row = _insert_form(kind).row((ward, record, changeset), fields)
        by_type.setdefault(kind, []).append(row)
    for kind, rows in by_type.items():
        _insert_form(kind).insertion.run_ready(connection, _by_key(kind, rows))


def ready_row(kind: str, keys: tuple[str, str, str], fields: Mapping[str, Any]) -> tuple[Any, ...]:
    """A row as the driver takes it, of ward, id, forming changeset and wire values."""
    return _insert_form(kind).row(keys, fields)


def insert_rows(connection: Connection, kind: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts rows of one type that were made ready, in the order of their key."""
    _insert_form(kind).insertion.run_ready(connection, rows)


def _by_key(kind: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """In the order of the key, so that many rows go through each tree once, side by side."""
    return sorted(rows, key=_insert_form(kind).key_of) if len(rows) > 1 else rows


class _InsertForm:
    """Makes rows of one type with all columns, so that one statement inserts rows of which each
    left out other fields; what is left out has been made ready once."""

    def __init__(self, kind: str) -> None:
        model, blank = record_types()[kind], _blank(kind)
        self._model = model
        self.insertion = insertion(table_of(kind), ("ward", "id", "changeset", *blank))
        places = {name: (at, turn) for at, (name, turn) in enumerate(self.insertion.places)}
        self.key_of = itemgetter(places["id"][0])
        self._keys = [places[name][0] for name in ("ward", "id", "changeset")]
        self._unknown, self._turn_unknown = places["unknown"]
        plain = plain_types(model)
        self._fields = {
            name: (*places[name], plain[name], blank[name]) for name in content_fields(model)
        }
        self._blank: list[Any] = [None] * len(places)
        for name, value in blank.items():
            at, turn = places[name]
            self._blank[at] = turn(value) if turn else value

    def row(self, keys: tuple[str, str, str], fields: Mapping[str, Any]) -> tuple[Any, ...]:
        """The driver's values for ward, id, changeset and wire values; raises as `row_of`."""
        row = self._blank.copy()
        for at, key in zip(self._keys, keys, strict=True):
            row[at] = key
        unknown = {}
        for name, value in fields.items():
            known = self._fields.get(name)
            if known is None:
                unknown[name] = value
                continue
            at, turn, plain, default = known
            kind = type(value)
            if value == default and kind is type(default):
                continue
            if kind not in plain:
                read = from_text if kind is str else from_wire
                value = read(self._model, name, value)
            row[at] = value if turn is None else turn(value)
        if unknown:
            row[self._unknown] = self._turn_unknown(unknown) if self._turn_unknown else unknown
        return tuple(row)


@cache
def _insert_form(kind: str) -> _InsertForm:
    return _InsertForm(kind)


def whole(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """All wire values of a new record of which a creation left out those that are the default."""
    blank = {name: to_wire(value) for name, value in _blank(kind).items() if name != "unknown"}
    return blank | dict(fields)


@cache
def _blank(kind: str) -> dict[str, Any]:
    record = record_types()[kind]
    known = {name: record.model_fields[name] for name in content_fields(record)}
    defaults = {
        name: None if field.is_required() else field.get_default(call_default_factory=True)
        for name, field in known.items()
    }
    return defaults | {"unknown": {}}


def update_records(
    connection: Connection, ward: str, edited: Iterable[tuple[Key, str, Mapping[str, Any]]]
) -> None:
    """Sets wire values of records, each of them once: key, forming changeset, fields.

    One statement for all that change the same fields.
    """
    alike: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for (kind, record), changeset, fields in edited:
        values = row_of(record_types()[kind], fields)
        if "unknown" in values:
            standing = read_fields(connection, ward, (kind, record)) or {}
            known = set(content_fields(record_types()[kind]))
            kept = {name: value for name, value in standing.items() if name not in known}
            values["unknown"] = kept | values["unknown"]
        row = {f"_{name}": value for name, value in values.items()}
        row |= {"_ward": ward, "_id": record, "_changeset": changeset}
        alike.setdefault((kind, tuple(sorted(values))), []).append(row)
    for (kind, names), rows in alike.items():
        _update_of(kind, names).run(connection, rows)


@cache
def _update_of(kind: str, names: tuple[str, ...]) -> Prepared:
    return prepare(_update(kind).values({n: bindparam(f"_{n}") for n in (*names, "changeset")}))


def _update(kind: str) -> Update:
    table = table_of(kind)
    return update(table).where(
        and_(table.c.ward == bindparam("_ward"), table.c.id == bindparam("_id"))
    )


def replace_records(
    connection: Connection, ward: str, wanted: Mapping[Key, tuple[str, Mapping[str, Any]]]
) -> None:
    """Sets records to exactly these wire values, whether they are there or not."""
    remove_records(connection, ward, wanted)
    insert_records(connection, ward, wanted)


def remove_records(connection: Connection, ward: str, keys: Iterable[Key]) -> None:
    """Takes rows away."""
    for kind, ids in by_type(keys).items():
        _removal(kind).run_each(connection, [{"ward": ward, "id": one} for one in ids])


@cache
def _removal(kind: str) -> Ready:
    table = table_of(kind)
    return Ready(
        delete(table).where(table.c.ward == bindparam("ward"), table.c.id == bindparam("id"))
    )
