"""Contents and outcomes without whom was erased by right, and with the hash that they had. Pure.

The chain is over hashes, and holds. What was written anew since it was blanked stays
(`Changeset.renews`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from fieldapp.model.changesets import ERASED_MARK, RENEWS, canonical, content_hash
from fieldapp.model.erasing import (
    ERASURE,
    MADE_FOR,
    STAYS,
    Erasing,
    Key,
    Place,
    blank,
    blank_evidence,
    blank_sides,
    blank_values,
    blanks_of,
)


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
    here = erasing.with_more(more).beside(_renewed(wire, erasing))
    before = canonical(wire)
    keys = [(change["type"], change["id"]) for change in wire["changes"]]
    if any(_rests(here, key, change) for key, change in zip(keys, wire["changes"], strict=True)):
        wire["evidence"] = blank_evidence(wire["evidence"])
    for key, change in zip(keys, wire["changes"], strict=True):
        _blank_change(here, key, change)
    return _body(content, before, wire)


def _rests(erasing: Erasing, key: Key, change: Mapping[str, Any]) -> bool:
    """Whether what a change rests on may be hers: it is of what is blanked, and not anew."""
    if key[0] == ERASURE or key not in erasing.blanks:
        return False
    names = change.get("fields", {})
    anew = any((*key, name) in erasing.lifted for name in names)
    return not anew or any(erasing.blanks_field(key, name) for name in names)


def _renewed(wire: Mapping[str, Any], erasing: Erasing) -> frozenset[Place]:
    return erasing.renewed_by(tuple(one) for one in wire.get(RENEWS, ()))


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
    known = blanks_of(key[0]) if key[0] in STAYS else {}
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


class LogErasing:
    """Erases from a log, entry by entry in its order: what was written anew stays, and what came of
    it later."""

    def __init__(self, erasing: Erasing) -> None:
        self.erasing = erasing
        """For whatever stands behind the entries that were taken."""

    def take(self, content: bytes, outcome: bytes) -> tuple[bytes, bytes]:
        """Content and outcome of the next entry without what is erased; the same bytes where they
        hold nothing of it."""
        own = self.erasing.lifted
        if _SAYS_RENEWS in content:
            wire = json.loads(content)
            mine = _renewed(wire, self.erasing)
            standing = {place for place in mine if _sets(json.loads(outcome), place)}
            self.erasing = self.erasing.renewed(wire["id"], mine, standing)
            own = self.erasing.lifted | mine
        bare = erased_content(content, self.erasing)
        return bare, erased_outcome(outcome, self.erasing.beside(own))


_SAYS_RENEWS = f'"{RENEWS}":'.encode()


def _sets(outcome: Mapping[str, Any], place: Place) -> bool:
    """Whether an outcome makes the field what its changeset wrote, or something out of that."""
    if "rows" not in outcome:
        return True
    kind, record, name = place
    return any(
        (r["type"], r["id"]) == (kind, record) and name in r["values"] for r in outcome["rows"]
    )


def _body(body: bytes, before: bytes, wire: dict[str, Any]) -> bytes:
    """The body as it is kept from now on: with the hash of what it was, and without its salt, so
    that nobody can find out by trying what stood there."""
    if canonical(wire) == before:
        return body
    return canonical(wire | {"salt": "", ERASED_MARK: content_hash(body)})


def bare_hash(body: bytes) -> str:
    """The hash of the bytes of an erased body as they are, not of what it was."""
    return hashlib.sha256(body).hexdigest()
