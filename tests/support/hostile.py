"""What a hostile laptop may send: messages after the server's own OpenAPI, changesets after a
grammar, each right enough to come far and wrong in a place or two."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from fieldapp.model import record_types
from fieldapp.model.record import Record, content_fields, plain_types, required_fields

Json = Any
TIMES = (
    "2026-11-23T01:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-02-30T00:00:00Z",
    "2026-11-23",
)
ODD_TEXTS = ("", "\0", "x" * 5_000, "🂡", "'; DROP TABLE person; --", "../../etc/passwd", "%s", "{}")
ODD_NUMBERS = (0, -1, 1 << 31, (1 << 53) - 1, 1 << 63, 10**60, -(10**60), 0.5, 1e300)
JUNK: SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(ODD_NUMBERS),
    st.sampled_from(ODD_TEXTS),
    st.sampled_from(TIMES),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=6,
    ),
)


def seldom(
    wrong: SearchStrategy[Json], right: SearchStrategy[Json], once_in: int = 40
) -> SearchStrategy[Json]:
    """Mostly right."""
    return st.integers(1, once_in).flatmap(lambda n: wrong if n == once_in else right)


class Messages:
    """Messages after a document of OpenAPI. `names`: texts that mean something to the server."""

    def __init__(self, document: dict[str, Any], names: Sequence[str]) -> None:
        self._schemas = document["components"]["schemas"]
        self._texts = st.sampled_from([*names, *TIMES]) | st.text(max_size=20)
        self.requests = {
            path: next(iter(call["post"]["requestBody"]["content"].values()))["schema"]
            for path, call in document["paths"].items()
        }

    def of(self, schema: dict[str, Any], depth: int = 0) -> SearchStrategy[Json]:
        """Values after a schema, with something wrong now and then."""
        return seldom(JUNK, self._right(schema, depth))

    def _right(self, schema: dict[str, Any], depth: int) -> SearchStrategy[Json]:
        if "$ref" in schema:
            return self._right(self._schemas[schema["$ref"].rpartition("/")[2]], depth)
        if "anyOf" in schema:
            return st.one_of([self._right(one, depth) for one in schema["anyOf"]])
        kind = schema.get("type")
        if kind == "object":
            return self._mapping(schema, depth)
        if kind == "array":
            return self._list(schema, depth)
        return {
            "string": self._texts,
            "integer": st.integers(-2, 3_000) | st.sampled_from(ODD_NUMBERS[:7]),
            "number": st.floats(allow_nan=False, allow_infinity=False),
            "boolean": st.booleans(),
            "null": st.none(),
        }.get(kind or "", JUNK)

    def _mapping(self, schema: dict[str, Any], depth: int) -> SearchStrategy[Json]:
        if "properties" not in schema:
            inner = schema.get("additionalProperties", {})
            values = self.of(inner if isinstance(inner, dict) else {}, depth + 1)
            return st.dictionaries(self._texts, values, max_size=3)
        parts = {name: self.of(one, depth + 1) for name, one in schema["properties"].items()}
        needed = {name: parts.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional=parts)

    def _list(self, schema: dict[str, Any], depth: int) -> SearchStrategy[Json]:
        if "prefixItems" in schema:
            return st.tuples(*(self.of(one, depth + 1) for one in schema["prefixItems"])).map(list)
        return st.lists(self.of(schema.get("items", {}), depth + 1), max_size=2 if depth else 4)


class Grammar:
    """Changesets of one forger as texts: mostly his own, in his ward, of the right form.

    `whose`: his name and device, then those of others. `ids`: records and changesets that exist.
    """

    def __init__(self, whose: Sequence[str], wards: Sequence[str], ids: Sequence[str]) -> None:
        self._author, self._device = whose[:2]
        self._whose, self._wards = st.sampled_from(whose), wards
        self._ids = st.sampled_from(ids) | st.uuids().map(str)

    def texts(self) -> SearchStrategy[str]:
        """One content; some are not even JSON."""
        return self._changesets().map(json.dumps).flatmap(self._spoiled)

    def _changesets(self) -> SearchStrategy[Json]:
        parts: dict[str, SearchStrategy[Json]] = {
            "v": st.just(1),
            "id": seldom(self._ids, st.uuids().map(str), 6),
            "ward": seldom(st.sampled_from(self._wards), st.just(self._wards[0]), 12),
            "device": seldom(self._whose, st.just(self._device), 12),
            "author": seldom(self._whose, st.just(self._author), 12),
            "incarnation": self._ids,
            "number": st.integers(0, 99),
            "action": st.just("edit"),
            "made_at": st.sampled_from(TIMES[:2]),
            "offset_ms": st.sampled_from([0, 120, -(10**9), 1 << 40]),
            "clock_jumped": st.booleans(),
            "base": st.tuples(self._ids, st.integers(0, 5)).map(list),
            "base_chain": self._ids,
            "on": seldom(st.lists(self._ids, max_size=2), st.just([]), 6),
            "evidence": st.none(),
            "salt": st.just("s"),
            "changes": st.lists(self._changes(), min_size=1, max_size=3),
        }
        return st.fixed_dictionaries({name: seldom(JUNK, one, 150) for name, one in parts.items()})

    def _changes(self) -> SearchStrategy[Json]:
        return st.sampled_from(sorted(record_types())).flatmap(self._change_of)

    def _change_of(self, name: str) -> SearchStrategy[Json]:
        record = record_types()[name]
        values = {field: self._value(record, field) for field in content_fields(record)}
        values["newer_field"] = JUNK
        changed = st.sampled_from(sorted(values)).flatmap(
            lambda field: st.tuples(st.just(field), st.tuples(values[field], values[field]))
        )
        pairs = st.lists(changed, min_size=1, max_size=2).map(
            lambda found: {field: list(pair) for field, pair in found}
        )
        needed = {field: values[field] for field in required_fields(record)}
        other = {field: one for field, one in values.items() if field not in needed}
        made = st.fixed_dictionaries(needed, optional=other)
        named, some = {"type": st.just(name), "id": self._ids}, st.lists(self._ids, max_size=2)
        decides = {"kind": st.just("decide"), "fields": pairs, "sides": some, "reopens": some}
        return st.one_of(
            st.fixed_dictionaries({"kind": st.just("create"), **named, "values": made}),
            st.fixed_dictionaries({"kind": st.just("edit"), **named, "fields": pairs}),
            st.fixed_dictionaries({**named, **decides}),
        )

    def _value(self, record: type[Record], field: str) -> SearchStrategy[Json]:
        """Mostly as the field has them; those of dates and moments are among the times."""
        of: dict[type, SearchStrategy[Json]] = {
            str: self._ids | st.text(max_size=12),
            int: st.integers(0, 1 << 31),
            bool: st.booleans(),
            type(None): st.none(),
        }
        plain = [of[kind] for kind in sorted(plain_types(record)[field], key=str)]
        return seldom(JUNK, st.one_of(plain or [st.sampled_from(TIMES), st.just([])]))

    def _spoiled(self, text: str) -> SearchStrategy[str]:
        ways = (
            text[: len(text) // 2],
            text.replace('"v": 1', '"v": NaN'),
            text.replace('"v": 1', '"v": 1, "v": 1, "ward": "city"'),
            text.replace('"changes": ', '"changes": ' + "[" * 40),
            text.replace('"salt": "s"', '"salt": "\\ud800"'),
            text.replace('"salt": "s"', '"salt": 1e999'),
            '{"!erased": "' + "0" * 64 + '", ' + text[1:],
        )
        return seldom(st.sampled_from(ways), st.just(text), 15)
