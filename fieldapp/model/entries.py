"""An entry of a ward's log: an accepted changeset with its outcome, chained to the one before.

Rows are what the log adds up to, from outcomes alone: `effects` reads the resulting values and
merges nothing. Content and outcome are kept and passed on as the bytes they came as.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.model.changesets import Changeset, content_hash, decode

FIRST_CHAIN = "0" * 64
"""The chain before the first entry of every log."""


@dataclass(frozen=True)
class Entry:
    """One revision of one ward's log.

    Attributes:
        content: the changeset, as its author's machine wrote it.
        outcome: what it came to, as the server wrote it (`sync.protocol` says the form).
        chain: hash over the previous chain, the changeset's id and both hashes.
        epoch: the life of the server's database that accepted it.
        seal: the server's proof that it did (`sync.server.lives.safe`): nobody else can make one.
        own: the changeset's id where the laptop's own journal gave its content.
    """

    revision: int
    content: bytes
    outcome: bytes
    chain: str
    epoch: str = ""
    seal: str = ""
    own: str = ""


Field = tuple[str, str, str]
"""Record type, record and field."""
_STOOD = ("applied", "agreed", "merged")


@dataclass(frozen=True)
class Effects:
    """What an entry makes of the rows: created records whole, edited ones by field."""

    changeset: Changeset
    created: Mapping[tuple[str, str], Mapping[str, Any]]
    edited: Mapping[tuple[str, str], Mapping[str, Any]]
    conflicts: tuple[Mapping[str, Any], ...]
    status: str


def next_chain(previous: str, changeset: str, content: bytes, outcome: bytes) -> str:
    """The chain of the entry that follows `previous`."""
    return linked(previous, changeset, content_hash(content), content_hash(outcome))


def linked(previous: str, changeset: str, content_hash: str, outcome_hash: str) -> str:
    """The same from the hashes alone."""
    parts = (previous, changeset, content_hash, outcome_hash)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def effects(entry: Entry) -> Effects:
    """The resulting values of an entry.

    An outcome without `rows` says that every change applied as it was written.

    Raises:
        ValueError: content or outcome is not what it should be.
    """
    changeset = decode(entry.content)
    try:
        outcome = json.loads(entry.outcome)
        rows = _rows(changeset, outcome)
        born = {change.key for change in changeset.changes if change.kind == "create"}
        return Effects(
            changeset=changeset,
            created={key: values for key, values in rows.items() if key in born},
            edited={key: values for key, values in rows.items() if key not in born},
            conflicts=tuple(outcome.get("conflicts", ())),
            status=str(outcome["status"]),
        )
    except (KeyError, TypeError, AttributeError) as defect:
        raise ValueError(f"not an outcome: {defect!r}") from defect


def stood_in(outcome: bytes) -> frozenset[Field] | None:
    """The fields that an outcome calls accepted; None: all that its changeset changed."""
    wire: dict[str, Any] = json.loads(outcome)
    if wire["status"] == "applied":
        return None
    return frozenset(
        (one["record_type"], one["record"], one["field"])
        for one in wire.get("fields", ())
        if one["how"] in _STOOD
    )


def _rows(
    changeset: Changeset, outcome: Mapping[str, Any]
) -> dict[tuple[str, str], dict[str, Any]]:
    if "rows" in outcome:
        return {(row["type"], row["id"]): dict(row["values"]) for row in outcome["rows"]}
    return {
        change.key: {name: new for name, (_, new) in change.fields.items()}
        for change in changeset.changes
    }
