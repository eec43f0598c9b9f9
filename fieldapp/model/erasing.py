"""Erasure by right: what is blanked, in rows, in changesets and in their outcomes. Pure.

Laptops and server blank alike, so that row sums and chains go on being equal. An erased body keeps
the hash of what it was (`changesets.content_hash`): the chain is over hashes, and holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fieldapp.model.changesets import (
    ERASED_MARK,
    Change,
    Changeset,
    canonical,
    content_hash,
)
from fieldapp.model.erasures import Erasure
from fieldapp.model.record import content_fields, record_types, to_wire

Key = tuple[str, str]
Fields = frozenset[str] | None
"""The fields of a record that are blanked; None: all that are personal."""

ERASURE = Erasure.type_name()
STAYS: Mapping[str, frozenset[str]] = {
    "person": frozenset({"withdrawn", "merged_into"}),
    "membership": frozenset({"person", "household", "relationship", "since", "until", "withdrawn"}),
    "coverage": frozenset({"person", "scheme", "payer", "withdrawn"}),
    "household": frozenset({"head", "do_not_contact", "moved_on", "withdrawn"}),
    "visit": frozenset(
        {"household", "canvasser", "visited_at", "receipt", "outcome", "next_on", "next_time"}
        | {"withdrawn"}
    ),
    "receipt": frozenset(
        {"household", "book", "number", "amount_dong", "method", "issued_by", "issued_at"}
        | {"check_code"}
    ),
    "notice": frozenset(
        {"household", "wording", "consented", "how", "receipt", "signed_by", "shown_by"}
        | {"shown_at"}
    ),
    "paper": frozenset({"household", "person", "added_by", "added_at", "withdrawn"}),
    "receipt_void": frozenset({"receipt", "voided_by", "voided_at"}),
    "submission_line": frozenset(
        {"submission", "enrolment", "number", "answer", "answered_on", "mended_on", "withdrawn"}
    ),
    "flag_reply": frozenset({"flag", "kind", "day", "canvasser", "replied_at"}),
    "flag_clearing": frozenset(
        {"flag", "kind", "day", "canvasser", "seen", "cleared_by", "cleared_at", "withdrawn"}
    ),
    "remittance_answer": frozenset(
        {"remittance", "how", "counted_dong", "answered_by", "answered_at"}
    ),
    "held_release": frozenset({"held", "how"}),
}
"""Of each type that can be blanked the fields which stay: links, states, money, moments. All else
goes, also what only a newer version knows."""

MADE_FOR = frozenset({"membership", "coverage", "notice", "paper"})
"""Records that say something of the person whom they name, whoever makes them and whenever; a
notice of who signed it."""
WORK_ON = MADE_FOR | {"enrolment"}
"""New records of these types are work on the person whom they name."""


@dataclass(frozen=True)
class Erasing:
    """Who is erased in a ward, and which records that blanks."""

    people: frozenset[str] = frozenset()
    blanks: Mapping[Key, Fields] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.people)

    def with_more(self, keys: Iterable[Key]) -> Erasing:
        """The same with further records, which are blanked wholly."""
        return Erasing(self.people, {**self.blanks, **dict.fromkeys(keys)})

    def blanks_field(self, key: Key, name: str) -> bool:
        """Whether a field of a record is blanked."""
        if key not in self.blanks or name in STAYS.get(key[0], (name,)):
            return False  # money and links stay, whatever an erasure says
        chosen = self.blanks[key]
        return chosen is None or name in chosen

    def is_for(self, values: Mapping[str, Any]) -> bool:
        """Whether a record says that it was made for one of them."""
        named = (values.get("person"), values.get("signed_by"))
        return any(isinstance(person, str) and person in self.people for person in named)

    def mentions(self, body: bytes) -> bool:
        """Whether a body may hold something of them: found without reading it."""
        names = {*self.people, *(record for _, record in self.blanks)}
        return any(name.encode() in body for name in names)


def erasing_of(said: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> Erasing:
    """From pairs of a person and what else is blanked with her."""
    people, blanks = set[str](), dict[Key, Fields]()
    for person, more in said:
        people.add(person)
        blanks["person", person] = None
        for kind, record, *names in more:
            known = blanks.get((kind, record), frozenset())
            whole = not names or known is None
            blanks[kind, record] = None if whole else frozenset(names) | (known or frozenset())
    return Erasing(frozenset(people), blanks)


def erasures_in(changeset: Changeset) -> list[tuple[str, list[list[str]]]]:
    """The persons whom a changeset erases, each with what else is blanked."""
    made = [c for c in changeset.changes if (c.kind, c.record_type) == ("create", ERASURE)]
    found = ((_new(change, "person"), _new(change, "blanks") or []) for change in made)
    return [(person, blanks) for person, blanks in found if is_said(person, blanks)]


def is_said(person: Any, blanks: Any) -> bool:
    """Whether an erasure says whom and what in the form that it has."""
    whom = isinstance(person, str) and bool(person)
    return whom and isinstance(blanks, list) and all(map(_is_blank, blanks))


def _is_blank(one: Any) -> bool:
    whole = isinstance(one, list) and len(one) > 1 and all(isinstance(part, str) for part in one)
    return whole and one[0] in STAYS


def _new(change: Change, name: str) -> Any:
    return change.fields.get(name, (None, None))[1]


def is_work_on(changeset: Changeset, erasing: Erasing) -> bool:
    """Whether it says something of an erased person, or makes something for her."""
    return bool(erasing) and any(_is_work(change, erasing) for change in changeset.changes)


def _is_work(change: Change, erasing: Erasing) -> bool:
    if change.kind == "create":
        if change.record_type == "person" and change.record in erasing.people:
            return True
        values = {name: new for name, (_, new) in change.fields.items()}
        return change.record_type in WORK_ON and erasing.is_for(values)
    kind, record = change.key
    if kind == "person" and record in erasing.people and _new(change, "withdrawn") is False:
        return True  # she would be shown again, with nothing to show
    return any(erasing.blanks_field(change.key, name) for name in change.fields)


# --- values ------------------------------------------------------------------------------------


@cache
def _blanks(kind: str) -> Mapping[str, Any]:
    record = record_types()[kind]
    return {
        name: to_wire(record.model_fields[name].get_default(call_default_factory=True))
        for name in content_fields(record)
        if not record.model_fields[name].is_required()
    }


def blank(kind: str, name: str) -> Any:
    """What stands where a value was; None for a field that this version does not know."""
    return _blanks(kind).get(name)


def blank_values(erasing: Erasing, key: Key, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record's wire values without what is erased."""
    return {
        name: blank(key[0], name) if erasing.blanks_field(key, name) else value
        for name, value in values.items()
    }


def blank_sides(
    erasing: Erasing, place: tuple[str, str, str], sides: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The sides of a conflict on a field without what is erased."""
    kind, record, name = place
    if not erasing.blanks_field((kind, record), name):
        return [dict(side) for side in sides]
    nothing = blank(kind, name)
    return [_blank_side(dict(side), nothing) for side in sides]


def _blank_side(side: dict[str, Any], nothing: Any) -> dict[str, Any]:
    side |= {"old": nothing, "value": nothing, "evidence": blank_evidence(side.get("evidence"))}
    if side.get("settled"):
        side["settled"] = dict(side["settled"]) | {"value": nothing}
    return side


def blank_evidence(evidence: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of what values rested on only the kind stays."""
    return None if evidence is None else {k: v for k, v in evidence.items() if k == "kind"}


# --- bodies ------------------------------------------------------------------------------------


def erased_content(content: bytes, erasing: Erasing) -> bytes:
    """A changeset's content without what is erased; the same bytes where it holds nothing of it."""
    if not erasing.mentions(content):
        return content
    wire = json.loads(content)
    more = [
        (change["type"], change["id"])
        for change in wire["changes"]
        if change["kind"] == "create"
        and change["type"] in MADE_FOR
        and erasing.is_for(change["values"])
    ]
    here = erasing.with_more(more)
    before = canonical(wire)
    keys = [(change["type"], change["id"]) for change in wire["changes"]]
    if any(key in here.blanks for key in keys if key[0] != ERASURE):
        wire["evidence"] = blank_evidence(wire["evidence"])
    for key, change in zip(keys, wire["changes"], strict=True):
        _blank_change(here, key, change)
    return _body(content, before, wire)


def _blank_change(erasing: Erasing, key: Key, change: dict[str, Any]) -> None:
    if change["kind"] == "create":
        change["values"] = _without_blanks(erasing, key, change["values"])
        return
    for name in change["fields"]:
        if erasing.blanks_field(key, name):
            change["fields"][name] = [blank(key[0], name)] * 2


def _without_blanks(erasing: Erasing, key: Key, values: Mapping[str, Any]) -> dict[str, Any]:
    """A creation leaves out what its type knows; unknown fields stay, with nothing in them."""
    kept = blank_values(erasing, key, values)
    known = _blanks(key[0]) if key[0] in STAYS else {}
    return {n: v for n, v in kept.items() if not (erasing.blanks_field(key, n) and n in known)}


def erased_outcome(outcome: bytes, erasing: Erasing) -> bytes:
    """An outcome without what is erased; the same bytes where it holds nothing of it."""
    if not erasing.mentions(outcome):
        return outcome
    wire = json.loads(outcome)
    before = canonical(wire)
    for row in wire.get("rows", ()):
        key = (row["type"], row["id"])
        made_for = row["type"] in MADE_FOR and erasing.is_for(row["values"])
        here = erasing.with_more([key]) if made_for else erasing
        row["values"] = blank_values(here, key, row["values"])
    for one in wire.get("fields", ()):
        if erasing.blanks_field((one["record_type"], one["record"]), one["field"]):
            one["value"] = blank(one["record_type"], one["field"])
    for one in wire.get("conflicts", ()):
        place = (one["type"], one["record"], one["field"])
        one["sides"] = blank_sides(erasing, place, one["sides"])
    return _body(outcome, before, wire)


def _body(body: bytes, before: bytes, wire: dict[str, Any]) -> bytes:
    """The body as it is kept from now on: with the hash of what it was, and without its salt, so
    that nobody can find out by trying what stood there."""
    if canonical(wire) == before:
        return body
    return canonical(wire | {"salt": "", ERASED_MARK: content_hash(body)})


def bare_hash(body: bytes) -> str:
    """The hash of the bytes of an erased body as they are, not of what it was."""
    return hashlib.sha256(body).hexdigest()
