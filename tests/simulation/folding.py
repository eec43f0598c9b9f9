"""What a log adds up to, read from its entries' bytes alone, and what stands in a database.

Written a second time, past `fieldapp.model.entries` and the stores: an entry that is applied
wrongly shows as a difference. Only the records' own declarations are shared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean

from fieldapp.model import Conflict, record_types
from fieldapp.model.merging import Policy
from fieldapp.model.record import content_fields, merge_of, to_wire
from tests.simulation.disk import Disk
from tests.simulation.hidden import HIDDEN
from tests.simulation.memory import Line, Saved

Key = tuple[str, str]
Row = dict[str, Any]
ANY = object()
"""Stands for a value that may be anything: a joined note is the product's to show."""
FORMED_BY = "_changeset"


@dataclass
class Sum:
    """The rows of one ward with the changeset that formed each, and its conflicts."""

    rows: dict[Key, Row] = field(default_factory=dict)
    conflicts: dict[str, Row] = field(default_factory=dict)

    def copy(self) -> Sum:
        """One to go on from. Rows are never changed, only replaced."""
        return Sum(dict(self.rows), dict(self.conflicts))


_KNOWN: dict[str, Sum] = {}


def forget() -> None:
    """Before another history."""
    _KNOWN.clear()
    _READ.clear()
    HIDDEN.clear()


def sum_of(line: Line, upto: int) -> Sum:
    """What the first `upto` entries of a log add up to."""
    if upto == 0:
        return Sum()
    chain = line.chains[upto - 1]
    if chain not in _KNOWN:
        before = sum_of(line, upto - 1).copy()
        _add(before, line.contents[upto - 1], line.outcomes[upto - 1])
        _KNOWN[chain] = before
    return _KNOWN[chain]


def _add(total: Sum, content: bytes, outcome: bytes) -> None:
    made, came = json.loads(content), json.loads(outcome)
    by = {FORMED_BY: made["id"]}
    for kind, record, values in _effects(made, came):
        standing = total.rows.get((kind, record)) or defaults(kind)
        total.rows[kind, record] = {**standing, **values, **by}
    for conflict in came.get("conflicts", ()):
        total.conflicts[conflict["id"]] = conflict


def _effects(made: Row, came: Row) -> Iterable[tuple[str, str, Row]]:
    if "rows" in came:
        for row in came["rows"]:
            yield row["type"], row["id"], row["values"]
        return
    for change in made["changes"]:
        if change["kind"] == "create":
            yield change["type"], change["id"], change["values"]
        else:
            new = {name: pair[1] for name, pair in change["fields"].items()}
            yield change["type"], change["id"], new


@cache
def defaults(kind: str) -> Mapping[str, Any]:
    """The values of fields that a creation leaves out."""
    record = record_types()[kind]
    fields = record.model_fields
    return {
        name: to_wire(fields[name].get_default(call_default_factory=True))
        for name in content_fields(record)
        if not fields[name].is_required()
    }


# --- own work over the log ---------------------------------------------------------------------


def laid_over(total: Sum, own: Iterable[Saved]) -> Sum:
    """What the screens must show: the log's state with own work laid over it, oldest first."""
    shown = total.copy()
    for saved in own:
        for change in saved.made["changes"]:
            key = (change["type"], change["id"])
            standing = shown.rows.get(key)
            if change["kind"] != "create" and standing is None:
                continue  # its ward has left this laptop
            if change["kind"] != "create":
                fields = change["fields"]
                values = {n: _laid(key[0], n, pair, standing) for n, pair in fields.items()}
                shown.rows[key] = {**(standing or {}), **values, FORMED_BY: saved.id}
            elif standing is None:
                shown.rows[key] = {**defaults(key[0]), **change["values"], FORMED_BY: saved.id}
            else:
                shown.rows[key] = {**standing, FORMED_BY: saved.id}
            if change["kind"] == "decide":
                _decide(shown, key, change)
    return shown


def _laid(kind: str, name: str, pair: list[Any], standing: Row | None) -> Any:
    old, new = pair
    there = (standing or {}).get(name)
    policy = policy_of(kind, name)
    if policy is Policy.TEXT and there not in (None, old):
        return ANY
    if policy is Policy.MEMBERS:
        gone = set(old or ()) - set(new or ())
        return sorted((set(there or ()) - gone) | (set(new or ()) - set(old or ())))
    return new


def _decide(shown: Sum, key: Key, change: Row) -> None:
    for identity, conflict in shown.conflicts.items():
        place = (conflict["type"], conflict["record"])
        if place == key and conflict["field"] in change["fields"]:
            sides = [_settled(dict(side), change) for side in conflict["sides"]]
            shown.conflicts[identity] = {**conflict, "sides": sides}


def _settled(side: Row, change: Row) -> Row:
    if side["changeset"] in change.get("sides", ()):
        side["open"] = False
    elif side["changeset"] in change.get("reopens", ()):
        side["open"] = True
    return side


@cache
def policy_of(kind: str, name: str) -> Policy:
    """How concurrent changes of a field are merged."""
    return merge_of(record_types()[kind], name).policy


# --- what stands in a database -----------------------------------------------------------------


@cache
def _columns(kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The statement that reads a record type's rows, and how each of its fields is read."""
    record = record_types()[kind]
    table = record.__table__  # type: ignore[attr-defined]  # SQLModel's stubs leave it out
    names = content_fields(record)
    listed = ", ".join(f'"{name}"' for name in names)
    how = []
    for name in names:
        type_ = table.c[name].type
        how.append((name, "json" if isinstance(type_, JSON) else _plain(type_)))
    return f'SELECT id, changeset, unknown, {listed} FROM "{kind}" WHERE ward = ?', tuple(how)


@cache
def _kinds_there() -> str:
    """The statement that says of which record types a ward has any: of most there are none."""
    return " UNION ALL ".join(
        f"""SELECT '{kind}' WHERE EXISTS (SELECT 1 FROM "{kind}" WHERE ward = ?1)"""
        for kind in record_types()
    )


def _plain(type_: Any) -> str:
    return "bool" if isinstance(type_, Boolean) else "plain"


def stored(disk: Disk, ward: str, *, anew: bool = True) -> Sum:
    """The rows and conflicts of a ward as a database has them.

    Not `anew`: without reading tables again that no statement has touched since the last time.
    """
    at = (disk.life, disk.writes)
    known = _READ.get((disk, ward))
    if anew or known is None or known.at[0] != disk.life:
        there = {kind for (kind,) in disk.ask(_kinds_there(), ward)}
        known = _READ[disk, ward] = _Read(disk, ward, there | {_CONFLICT})
    elif known.at != at:
        known.again()
    return known.total


_READ: dict[tuple[Disk, str], _Read] = {}
_CONFLICT = str(Conflict.__tablename__)


class _Read:
    """A ward's rows in a database, by table, and how often each table had been changed."""

    def __init__(self, disk: Disk, ward: str, there: set[str]) -> None:
        self._disk, self._ward = disk, ward
        self._changed = dict.fromkeys((*record_types(), _CONFLICT), -1)
        self._rows: dict[str, dict[Any, Row]] = {}
        for kind in record_types().keys() - there:
            self._changed[kind], self._rows[kind] = disk.changed[kind], {}
        self.again()

    def again(self) -> None:
        """Reads what has changed."""
        disk = self._disk
        self.at = (disk.life, disk.writes)
        for kind, changed in self._changed.items():
            if changed != disk.changed[kind]:
                read = _conflicts if kind == _CONFLICT else _rows
                self._rows[kind] = read(disk, kind, self._ward)
                self._changed[kind] = disk.changed[kind]
        conflicts = self._rows[_CONFLICT]
        self.total = Sum({}, conflicts)
        for kind in record_types():
            self.total.rows.update(self._rows[kind])


def _rows(disk: Disk, kind: str, ward: str) -> dict[Any, Row]:
    statement, how = _columns(kind)
    found: dict[Any, Row] = {}
    for row in disk.ask(statement, ward):
        values = zip(how, row[3:], strict=True)
        fields = {
            name: value if value is None or kind_of == "plain" else _value(kind_of, value)
            for (name, kind_of), value in values
        }
        if row[2] not in (None, "{}"):
            fields |= json.loads(row[2])
        fields[FORMED_BY] = row[1]
        found[kind, row[0]] = fields
    return found


def _conflicts(disk: Disk, table: str, ward: str) -> dict[Any, Row]:
    statement = f"SELECT id, record_type, record, field, sides FROM {table} WHERE ward = ?"
    return {
        identity: {
            "id": identity,
            "type": kind,
            "record": record,
            "field": name,
            "sides": json.loads(sides),
        }
        for identity, kind, record, name, sides in disk.ask(statement, ward)
    }


def _value(how: str, value: Any) -> Any:
    if how == "bool":
        return bool(value)
    return [] if value == "[]" else json.loads(value)


def differences(expected: Sum, found: Sum) -> list[object]:
    """Where a database is not what it must be; empty where it is."""
    if expected.rows == found.rows and _brief(expected) == _brief(found):
        return []
    different: list[object] = []
    for key in expected.rows.keys() | found.rows.keys():
        wanted, there = expected.rows.get(key), found.rows.get(key)
        if wanted is None or there is None:
            different.append((key, "missing" if there is None else "not in the log"))
            continue
        different += [
            (key, name, "should be", wanted.get(name), "is", there.get(name))
            for name in wanted.keys() | there.keys()
            if wanted.get(name) is not ANY and wanted.get(name) != there.get(name)
            if not HIDDEN.hides(key, name, wanted)
        ]
    wanted_conflicts, there_conflicts = _brief(expected), _brief(found)
    different += [
        ("conflict", identity, wanted_conflicts.get(identity), there_conflicts.get(identity))
        for identity in wanted_conflicts.keys() | there_conflicts.keys()
        if wanted_conflicts.get(identity) != there_conflicts.get(identity)
    ]
    return sorted(different, key=repr)


def _brief(total: Sum) -> dict[str, object]:
    return {
        identity: [
            conflict["type"],
            conflict["record"],
            conflict["field"],
            [
                (side["changeset"], None if _is_hidden(conflict) else side["value"], side["open"])
                for side in conflict["sides"]
            ],
        ]
        for identity, conflict in total.conflicts.items()
    }


def _is_hidden(conflict: Row) -> bool:
    return HIDDEN.hides((conflict["type"], conflict["record"]), conflict["field"])
