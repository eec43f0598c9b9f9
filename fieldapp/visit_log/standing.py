"""Records as they stood at a revision: what the tables say now, less what came later.

The log after the revision tells which records it touched. One that was made there is left out. Of
one that was changed there, the changed fields are looked up in the entries before: whatever of them
touched a field last, left it as it stood. Only what came later is held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Any, TypeVar

from fieldapp.errors import UserMends
from fieldapp.model.entries import Entry, effects
from fieldapp.model.record import content_fields, record_types, row_of, to_wire

Key = tuple[str, str]
"""Record type and id, within a ward."""
Touching = Callable[[Key, int], Iterable[Entry]]
"""The entries up to a revision that touched a record, the newest first."""
KINDS = frozenset(
    ("visit", "household", "person", "membership", "receipt", "receipt_void", "enrolment")
) | {"staff", "ward"}
"""What the visit log is put together of."""
MOVES = (("membership", "household"),)
"""What of a record says to which row of the log it belongs, and may become otherwise."""
_MADE_TWICE = "receipt_void"
"""Its id is derived from what it answers: two desks may make the same one."""
Row = TypeVar("Row")
Others = Mapping[Key, Mapping[str, Any] | None]
"""What to read otherwise: None for records that were not there, else values by field."""


class Standing:
    """The records of one ward that stood otherwise than the tables say."""

    def __init__(self, others: Others | None = None) -> None:
        self._others = as_rows(others or {})

    def __bool__(self) -> bool:
        return bool(self._others)

    def rows(self, kind: str, rows: Sequence[Row]) -> Sequence[Row]:
        """Rows of a type (named tuples with an `id`) as they stood."""
        return as_they_stood(kind, rows, self._others) if self._others else rows

    def moved(self, kind: str, column: str, values: Set[str]) -> set[str]:
        """Ids of the records that had one of these values then, and may have another one now."""
        return _with_one_of(self._others, kind, column, values)


class StandingByIndex(Standing):
    """The same, looked up for the rows that are asked for: of a long log after the revision only
    what touched them is read."""

    def __init__(
        self, find: Callable[[set[Key]], Others], left: Callable[[str, Set[str]], set[Key]]
    ) -> None:
        """`find` tells what of these records to read otherwise, as `rolled_back` does; `left` which
        records of a type may have referred to one of these then and to another one later."""
        super().__init__()
        self._find, self._left = find, left

    def __bool__(self) -> bool:
        return True

    def rows(self, kind: str, rows: Sequence[Row]) -> Sequence[Row]:
        """Rows of a type as they stood."""
        keys = {(kind, row.id) for row in rows}  # type: ignore[attr-defined]  # named tuples
        return as_they_stood(kind, rows, as_rows(self._find(keys))) if keys else rows

    def moved(self, kind: str, column: str, values: Set[str]) -> set[str]:
        """Ids of the records that had one of these values then, and may have another one now."""
        keys = self._left(kind, values)
        return _with_one_of(as_rows(self._find(keys)), kind, column, values) if keys else set()


def _with_one_of(
    others: Mapping[Key, Mapping[str, Any] | None], kind: str, column: str, values: Set[str]
) -> set[str]:
    return {
        id
        for (one, id), told in others.items()
        if one == kind and told and told.get(column) in values
    }


def as_rows(others: Others) -> dict[Key, Mapping[str, Any] | None]:
    """Values as rows have them, of those on the wire."""
    return {
        key: None if wire is None else row_of(record_types()[key[0]], wire)
        for key, wire in others.items()
    }


def as_they_stood(
    kind: str, rows: Sequence[Row], others: Mapping[Key, Mapping[str, Any] | None]
) -> Sequence[Row]:
    """The rows with what is to be read otherwise."""
    found = []
    for row in rows:
        values = others.get((kind, row.id), {})  # type: ignore[attr-defined]  # named tuples
        if values is not None:
            found.append(_with(row, values) if values else row)
    return found


def _with(row: Any, values: Mapping[str, Any]) -> Any:
    return row._replace(**{name: values[name] for name in row._fields if name in values})


def rolled_back(
    later: Iterable[Entry],
    touching: Touching,
    revision: int,
    laid_over: Others,
    *,
    wanted: Container[Key] | None = None,
) -> dict[Key, Mapping[str, Any] | None]:
    """What to read otherwise: None for records that were not there, else values by field.

    Args:
        later: the log after `revision`, in its order; with `wanted` what of it touched these.
        laid_over: what the log says at its head of records that the tables show otherwise.

    Raises:
        UserMends: `visit_log.cut_off_too_old`: what a field was is before the log begins here.
    """
    others = dict(laid_over)
    made: set[Key] = set()
    changed: dict[Key, set[str]] = {}
    for entry in later:
        done = effects(entry)
        made |= {key for key in done.created if _counts(key, wanted) and key not in changed}
        for key, values in done.edited.items():
            if _counts(key, wanted) and key not in made:
                changed.setdefault(key, set()).update(values)
    for key in made:
        there = key[0] == _MADE_TWICE and any(True for _ in _standing(touching(key, revision), key))
        if not there:
            others[key] = None
    for key, names in changed.items():
        standing = others.get(key, {})
        if standing is not None:
            others[key] = {**standing, **_before(touching(key, revision), key, names)}
    return others


def _counts(key: Key, wanted: Container[Key] | None) -> bool:
    return key[0] in KINDS and (wanted is None or key in wanted)


def _standing(entries: Iterable[Entry], key: Key) -> Iterable[tuple[bool, Mapping[str, Any]]]:
    """What entries made of a record, newest first, and whether that was its beginning."""
    for entry in entries:
        done = effects(entry)
        if key in done.created:
            yield True, done.created[key]
        elif key in done.edited:
            yield False, done.edited[key]


def _before(entries: Iterable[Entry], key: Key, names: set[str]) -> dict[str, Any]:
    """The values that these fields had when the newest of the entries was in."""
    found: dict[str, Any] = {}
    for born, values in _standing(entries, key):
        found = {name: values[name] for name in names if name in values} | found
        if born:
            fresh = _defaults(key[0])
            return {name: fresh.get(name) for name in names} | found
        if found.keys() == names:
            return found
    raise UserMends("visit_log.cut_off_too_old")


@cache
def _defaults(kind: str) -> Mapping[str, Any]:
    """What a new record of a type has in fields that nobody filled in, as on the wire."""
    record = record_types()[kind]
    fields = {name: record.model_fields[name] for name in content_fields(record)}
    return {
        name: to_wire(field.get_default(call_default_factory=True))
        for name, field in fields.items()
        if not field.is_required()
    }
