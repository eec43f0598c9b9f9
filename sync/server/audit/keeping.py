"""Who saw or changed what: an append-only list beside the logs, chained and sealed like them.

A line names ids, counts, hashes and reasons, never what a record says: an erasure by right has
nothing to take out of it. Whoever writes one calls `note_audit` last in its transaction, for all
writers wait for one another from there to the commit.

What laptops did (files, decisions, releases, erasures) comes back from them after a restore; of
sign-ins and of what the administrator did since the backup the line of the restore tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from fieldapp.clock import iso
from fieldapp.model.changesets import Change, Changeset, canonical
from fieldapp.model.entries import FIRST_CHAIN
from fieldapp.model.erasing import ERASURE
from fieldapp.model.releases import HeldRelease
from fieldapp.ready import Ready
from sync.server.lives.safe import Safe
from sync.server.store.tables import audit_head, audit_line, server_state

AUDIT = "audit"
"""Stands in the seal where a log has its ward: no ward's stream is named so."""


@dataclass(frozen=True)
class Happening:
    """Something that somebody did.

    Attributes:
        kind: `sign_in`, `user_added`, `password_set`, `granted`, `grant_ended`, `invited`,
            `device_revoked`, `clone_settled`, `table_put`, `table_withdrawn`, `restored`,
            `decided`, `released`, `erased`, and what laptops say (`model.happenings`).
        actor: user name; `server` for the administrator's own program.
        details: what it was about, as codes, ids and numbers.
        id: of the happening, where it may come twice; else the line's number stands for it.
    """

    kind: str
    actor: str
    device: str = ""
    ward: str = ""
    person: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    happened_at: datetime | None = None
    id: str = ""


def note_audit(
    connection: Connection, happenings: Sequence[Happening], at: datetime, safe: Safe
) -> int:
    """Appends a line for each, in this transaction; how many were new. One that is there already,
    by its id, is passed over."""
    known = _known(connection, [one.id for one in happenings if one.id])
    fresh = [one for one in happenings if one.id not in known]
    if not fresh:
        return 0
    head = _LOCKED.first(connection)
    number, chain = (head.number, head.chain) if head else (0, FIRST_CHAIN)
    epoch = str(connection.execute(select(server_state.c.epoch)).scalar_one())
    rows = []
    for one in fresh:
        number += 1
        row = {
            "number": number,
            "id": one.id or f"line-{epoch[:8]}-{number}",
            "kind": one.kind,
            "actor": one.actor,
            "device": one.device,
            "ward": one.ward,
            "person": one.person,
            "details": dict(one.details),
            "happened_at": one.happened_at or at,
            "noted_at": at,
        }
        chain = _next(chain, row)
        seal = safe.seal(epoch, AUDIT, number, chain)
        rows.append(row | {"chain": chain, "epoch": epoch, "seal": seal})
    connection.execute(insert(audit_line), rows)
    if head is None:
        connection.execute(insert(audit_head).values(id=1, number=number, chain=chain))
    else:
        connection.execute(update(audit_head).values(number=number, chain=chain))
    return len(rows)


_LOCKED = Ready(select(audit_head).with_for_update())
_BY_ID = Ready(select(audit_line.c.id).where(audit_line.c.id == bindparam("id")))


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    return {one for one in ids if _BY_ID.first(connection, id=one) is not None}


def _next(before: str, row: Mapping[str, Any]) -> str:
    """The chain after a line: over the one before it and all that the line says."""
    said = [_plain(row[name]) for name in _SAID]
    return hashlib.sha256(before.encode() + canonical(said)).hexdigest()


_SAID = (
    *("number", "id", "kind", "actor", "device", "ward", "person", "details"),
    *("happened_at", "noted_at"),
)


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value


def _said(change: Change, name: str) -> str:
    return str(change.fields.get(name, (None, None))[1])


def happenings_in(changeset: Changeset) -> Iterator[Happening]:
    """What of an accepted changeset stands in the list: decisions, merges, releases, erasures;
    one line a kind, so that an entry which comes back after a restore makes none twice."""
    found: dict[str, tuple[str, list[Any]]] = {}
    for change in changeset.changes:
        if change.kind == "decide":
            said, person = [*change.key, *change.fields], ""
            kind = "decided"
        elif change.kind == "create" and change.record_type == HeldRelease.type_name():
            kind, said, person = "released", [_said(change, "held"), _said(change, "how")], ""
        elif change.kind == "create" and change.record_type == ERASURE:
            kind, said, person = "erased", [], _said(change, "person")
        elif change.kind != "create" and "merged_into" in change.fields:
            into = _said(change, "merged_into")
            kind, said, person = "merged", [*change.key, into], change.record
        else:
            continue
        known = found.setdefault(kind, (person, []))
        known[1].append(said)
    for kind, (person, about) in found.items():
        yield Happening(
            kind,
            changeset.author,
            changeset.device,
            changeset.ward,
            person[:36],
            {"about": about},
            changeset.corrected_at,
            f"{changeset.id}/{kind}",
        )


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Which lines: of wards (None: all, also those of none), a person, a user, kinds; after a
    number, at most so many, the oldest first."""

    wards: Sequence[str] | None = None
    person: str = ""
    actor: str = ""
    kinds: Sequence[str] = ()
    after: int = 0
    limit: int = 1_000


def audit_lines(connection: Connection, wanted: Wanted) -> list[dict[str, Any]]:
    """The lines, without chain and seal."""
    line = audit_line.c
    columns = [column for column in line if column.name not in ("chain", "epoch", "seal")]
    query: Select[Any] = select(*columns).where(line.number > wanted.after)
    if wanted.wards is not None:
        query = query.where(line.ward.in_(wanted.wards))
    if wanted.person:
        query = query.where(line.person == wanted.person)
    if wanted.actor:
        query = query.where(line.actor == wanted.actor)
    if wanted.kinds:
        query = query.where(line.kind.in_(wanted.kinds))
    rows = connection.execute(query.order_by(line.number).limit(wanted.limit))
    return [dict(row) for row in rows.mappings()]


def audit_faults(connection: Connection, safe: Safe | None = None) -> Iterator[tuple[str, str]]:
    """What is not as it was written: a code and the place. Seals are looked at with `safe` only."""
    number, chain = 0, FIRST_CHAIN
    for row in connection.execute(select(audit_line).order_by(audit_line.c.number)).mappings():
        number += 1
        where = f"line {row['number']}"
        if row["number"] != number:
            yield "audit_line_missing", where
            number = row["number"]
        if row["chain"] != _next(chain, dict(row)):
            yield "audit_chain_broken", where
        chain = row["chain"]
        place = (row["epoch"], AUDIT, number, chain)
        if safe is not None and not safe.proves(row["seal"], *place):
            yield "audit_seal_wrong", where
    head = connection.execute(select(audit_head)).first()
    if (head.number, head.chain) != (number, chain) if head else number:
        yield "audit_head_differs", f"line {number}"
