"""The changeset: one user action, atomic, belonging to one ward, never changed after commit.

This is what a laptop writes and the server judges. Its content is canonical JSON; the bytes are
kept and passed on as they were first written, and their SHA-256 is the content hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from fieldapp.clock import from_iso

SCHEMA_VERSION = 1
"""Version of the records that a changeset speaks of. 1: 2026-11, the first."""

Kind = Literal["create", "edit", "decide"]

Renewed = tuple[str, str, str, str]
"""A field that an erasure blanked and somebody writes anew: record type, id, field, and the erased
person."""


@dataclass(frozen=True)
class Position:
    """A place in one ward's log: an epoch and a revision. Compared only within one ward.

    `chain` is the log's chain there, where it is known: it names the line of the log whatever life
    of the server's database numbered it.
    """

    epoch: str
    revision: int
    chain: str = ""


@dataclass(frozen=True)
class Change:
    """What a changeset does to one record.

    Attributes:
        fields: per field the old value (as the user saw it) and the new one; for a creation the
            old one is always None.
        sides: of a decision: the changesets of every side that the deciding person saw.
        reopens: of a decision taken back: the changesets of the sides that wait again.
    """

    kind: Kind
    record_type: str
    record: str
    fields: Mapping[str, tuple[Any, Any]]
    sides: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Type and id of the record, within the changeset's ward."""
        return self.record_type, self.record


@dataclass(frozen=True)
class Changeset:
    """One user action as its author's machine committed it (`design`: Changeset).

    Attributes:
        number: counts the changesets of one incarnation from 1; says nothing about what to send.
        base: where the ward's log stood when the user began.
        on: own unsettled changesets, laid over that log on the screen, that touch the same or a
            referred record.
        offset_ms: server time minus device time at the last handshake; None before the first.
        clock_jumped: the device clock was moved since that handshake: its times prove nothing.
        evidence: what the values rest on (`{"kind": "card_scan"}`), for whoever must decide.
        renews: the fields that the author saw blanked with an erased person, and writes anew.
    """

    id: str
    ward: str
    device: str
    incarnation: str
    number: int
    author: str
    action: str
    made_at: datetime
    base: Position
    changes: tuple[Change, ...]
    on: tuple[str, ...] = ()
    offset_ms: int | None = None
    clock_jumped: bool = False
    evidence: Mapping[str, Any] | None = None
    renews: tuple[Renewed, ...] = ()
    salt: str = ""
    version: int = SCHEMA_VERSION
    unknown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def corrected_at(self) -> datetime:
        """When it was made, by the server's clock as far as the device knew it."""
        return self.made_at + timedelta(milliseconds=self.offset_ms or 0)

    def change_of(self, record_type: str, record: str) -> Change | None:
        """Its change to this record, if it has one."""
        return next((c for c in self.changes if c.key == (record_type, record)), None)

    def touches(self, record_type: str, record: str, name: str) -> bool:
        """Whether it changed this field of this record."""
        return any(c.key == (record_type, record) and name in c.fields for c in self.changes)


def canonical(value: Any) -> bytes:
    """The one way to write JSON that is hashed: sorted keys, no spaces, UTF-8, no NaN."""
    return _CANONICAL.encode(value).encode()


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


ERASED_MARK = "!erased"
"""The member of a body (content or outcome) from which a person was erased by right: the hash that
the body had as it was written. It sorts before every other member."""
RENEWS = "renews"
"""The member of a content with what it writes anew; left out where that is nothing."""
ERASED = f'{{"{ERASED_MARK}":"'.encode()
"""How such a body begins."""


def is_erased(body: bytes) -> bool:
    """Whether something was erased from a content or an outcome."""
    return body.startswith(ERASED)


def content_hash(content: bytes) -> str:
    """SHA-256 of the bytes, in hex; of what something was erased from, as it was written.

    That it was written so nobody can tell from an erased body alone: the server believes only those
    of its own making.
    """
    if is_erased(content):
        return content[len(ERASED) : len(ERASED) + 64].decode("latin-1")
    return hashlib.sha256(content).hexdigest()


def encode(changeset: Changeset) -> bytes:
    """The content of a changeset: canonical JSON."""
    line = {"base_chain": changeset.base.chain} if changeset.base.chain else {}
    renews = {RENEWS: [list(one) for one in changeset.renews]} if changeset.renews else {}
    return canonical(
        dict(changeset.unknown)
        | line
        | renews
        | {
            "v": changeset.version,
            "id": changeset.id,
            "ward": changeset.ward,
            "device": changeset.device,
            "incarnation": changeset.incarnation,
            "number": changeset.number,
            "author": changeset.author,
            "action": changeset.action,
            "made_at": changeset.made_at.isoformat(),
            "offset_ms": changeset.offset_ms,
            "clock_jumped": changeset.clock_jumped,
            "base": [changeset.base.epoch, changeset.base.revision],
            "on": list(changeset.on),
            "evidence": dict(changeset.evidence) if changeset.evidence is not None else None,
            "salt": changeset.salt,
            "changes": [_change_to_wire(change) for change in changeset.changes],
        }
    )


def decode(content: bytes) -> Changeset:
    """The changeset that the bytes hold.

    Raises:
        ValueError: they are not a changeset (not JSON, a part missing or of a wrong type).
    """
    try:
        wire = json.loads(content)
    except RecursionError as defect:
        raise ValueError(f"not a changeset: {defect!r}") from defect
    return from_wire(wire)


def from_wire(wire: Any) -> Changeset:
    """The changeset that parsed JSON holds. Raises as `decode` does."""
    try:
        return _from_wire(dict(wire))
    except (KeyError, TypeError, AttributeError, OverflowError) as defect:
        raise ValueError(f"not a changeset: {defect!r}") from defect


_KNOWN = frozenset(
    {
        "v",
        "id",
        "ward",
        "device",
        "incarnation",
        "number",
        "author",
        "action",
        "made_at",
        "offset_ms",
    }
    | {"clock_jumped", "base", "base_chain", "on", "evidence", "renews", "salt", "changes"}
)


Made = TypeVar("Made", Change, Changeset)


def _made(kind: type[Made], values: dict[str, Any]) -> Made:
    """As the constructor would make it of all its fields, in a third of the time: a first sync
    reads hundreds of thousands."""
    made = object.__new__(kind)
    made.__dict__.update(values)
    return made


def _from_wire(wire: dict[str, Any]) -> Changeset:
    epoch, revision = wire["base"]
    evidence, offset = wire["evidence"], wire["offset_ms"]
    values = {name: _text(wire[name]) for name in _TEXTS}
    unknown = wire.keys() - _KNOWN
    return _made(
        Changeset,
        values
        | {
            "number": _integer(wire["number"]),
            "made_at": from_iso(_text(wire["made_at"])),
            "base": Position(_text(epoch), _integer(revision), _text(wire.get("base_chain", ""))),
            "changes": tuple([_change_from_wire(dict(change)) for change in wire["changes"]]),
            "on": tuple([_text(i) for i in wire["on"]]),
            "offset_ms": None if offset is None else _integer(offset),
            "clock_jumped": bool(wire["clock_jumped"]),
            "evidence": None if evidence is None else dict(evidence),
            "renews": tuple([_renewed(one) for one in wire.get(RENEWS, ())]),
            "version": _integer(wire["v"]),
            "unknown": {name: wire[name] for name in unknown},
        },
    )


_TEXTS = ("id", "ward", "device", "incarnation", "author", "action", "salt")


def _renewed(value: Any) -> Renewed:
    kind, record, name, person = value
    return _text(kind), _text(record), _text(name), _text(person)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError(f"expected a short text, got {value!r:.60}")
    return value


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 53:
        raise ValueError(f"expected a whole number, got {value!r:.60}")
    return value


def _change_to_wire(change: Change) -> dict[str, Any]:
    wire: dict[str, Any] = {"kind": change.kind, "type": change.record_type, "id": change.record}
    if change.kind == "create":
        new = {name: value for name, (_, value) in change.fields.items() if value is not None}
        return wire | {"values": new}
    wire["fields"] = {name: list(pair) for name, pair in change.fields.items()}
    if change.kind == "decide":
        wire |= {"sides": list(change.sides), "reopens": list(change.reopens)}
    return wire


def _change_from_wire(wire: dict[str, Any]) -> Change:
    kind = wire["kind"]
    if kind not in ("create", "edit", "decide"):
        raise ValueError(f"unknown kind of change {kind!r:.60}")
    return _made(
        Change,
        {
            "kind": kind,
            "record_type": _text(wire["type"]),
            "record": _text(wire["id"]),
            "fields": _pairs(kind, wire),
            "sides": tuple([_text(i) for i in wire.get("sides", ())]),
            "reopens": tuple([_text(i) for i in wire.get("reopens", ())]),
        },
    )


def _pairs(kind: str, wire: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    if kind == "create":
        return {name: (None, value) for name, value in dict(wire["values"]).items()}
    return {name: (old, new) for name, (old, new) in dict(wire["fields"]).items()}
