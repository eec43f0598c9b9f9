"""The base of every record, its kinds of columns, and how its values look on the wire.

One SQLModel class a record, used by the laptop's file and by the server's database alike. The
primary key is (ward, id): the ward is part of every key, so that tables partition by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import TypeAdapter
from sqlalchemy import JSON, Dialect, String, Table, TypeDecorator
from sqlmodel import Field, SQLModel

from fieldapp.clock import from_iso, iso
from fieldapp.model.merging import Merge, Policy, Refers

CITY = "city"
"""The stream of reference data, beside one stream per ward."""

KEY_FIELDS = frozenset({"ward", "id", "changeset", "unknown"})
"""The fields that no changeset names: they say which record this is and who formed it."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, stored as the text of `clock.iso`: the same and sortable everywhere."""

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """The text to store."""
        return None if value is None else iso(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The moment that was stored."""
        return None if value is None else from_iso(value)


class Record(SQLModel):
    """A thing that is synchronised. It never changes its ward and is never deleted.

    Attributes:
        ward: the stream that it belongs to: ward code and valid-from ("26956.20250701"), or `CITY`.
        id: UUIDv7, made where the record is made.
        changeset: id of the changeset that last formed it.
        unknown: fields of a newer version, kept and passed on untouched.
    """

    # Single fields are validated (`from_wire`), never a whole record: what would do it is made when
    # it is asked for, not at each start.
    model_config = {"defer_build": True}

    ward: str = Field(primary_key=True, max_length=32)
    id: str = Field(primary_key=True, max_length=36)
    changeset: str = Field(default="", max_length=36)
    unknown: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)

    @classmethod
    def type_name(cls) -> str:
        """The one word for this kind of record, in tables, protocol and code."""
        return str(cls.__tablename__)


def table_behind(model: type[SQLModel]) -> Table:
    """The table that a class was made with."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel's stubs leave it out
    return table


@cache
def record_types() -> dict[str, type[Record]]:
    """Every record type by its name."""
    return {record.type_name(): record for record in Record.__subclasses__()}


@cache
def content_fields(record: type[Record]) -> tuple[str, ...]:
    """The names of the fields that changesets carry, in declared order."""
    return tuple(name for name in record.model_fields if name not in KEY_FIELDS)


@cache
def required_fields(record: type[Record]) -> tuple[str, ...]:
    """Those of them that have no default."""
    return tuple(n for n in content_fields(record) if record.model_fields[n].is_required())


@cache
def merge_of(record: type[Record], field: str) -> Merge:
    """How concurrent changes of the field are merged; `decide` where nothing is declared.

    A field that this version does not know (it came from a newer one) is also for a person.
    """
    known = record.model_fields.get(field)
    marks = [m for m in known.metadata if isinstance(m, Merge)] if known else []
    return marks[0] if marks else Merge(Policy.DECIDE)


@cache
def references(record: type[Record]) -> dict[str, str]:
    """The fields that hold the id of another record, with that record's type."""
    return {
        name: mark.record_type
        for name, field in record.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Refers)
    }


def to_wire(value: Any) -> Any:
    """A field's value as JSON: dates and moments become ISO 8601 texts."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _reader(record: type[Record], field: str) -> TypeAdapter[Any]:
    annotation: Any = record.model_fields[field].annotation
    return TypeAdapter(annotation)


def from_wire(record: type[Record], field: str, value: Any) -> Any:
    """The typed value of a field as JSON gave it.

    Raises:
        ValueError: the value is not of the field's type (pydantic's ValidationError is one).
    """
    return _reader(record, field).validate_python(value)


def fields_of(record: Record) -> dict[str, Any]:
    """All content of a record as it goes on the wire, unknown fields included."""
    known = {name: to_wire(getattr(record, name)) for name in content_fields(type(record))}
    return known | record.unknown


def row_of(record: type[Record], wire: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for wire values: known fields typed, the others gathered in `unknown`.

    Raises:
        ValueError: a known field has a value of a wrong type.
    """
    row: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    plain = plain_types(record)
    for name, value in wire.items():
        kinds = plain.get(name)
        if kinds is None:
            unknown[name] = value
        else:
            row[name] = value if type(value) in kinds else _read(record, name, value)
    if unknown:
        row["unknown"] = unknown
    return row


def _read(record: type[Record], name: str, value: Any) -> Any:
    return from_text(record, name, value) if type(value) is str else from_wire(record, name, value)


from_text = lru_cache(maxsize=20_000)(from_wire)
"""Kept: of many people, several are born on each day."""


@cache
def plain_types(record: type[Record]) -> dict[str, frozenset[type]]:
    """Per field the types whose JSON values are the typed ones already: most are, and asking the
    reader each time would take longer than all else that is done with a value."""
    return {
        name: frozenset(_alternatives(record.model_fields[name].annotation)) & _PLAIN
        for name in content_fields(record)
    }


_PLAIN: frozenset[type] = frozenset({str, int, bool, type(None)})


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    united = isinstance(annotation, UnionType) or get_origin(annotation) is Union
    return get_args(annotation) if united else (annotation,)
