"""What was answered for every changeset, for ever, and the work that is held beside the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from fieldapp.model.changesets import Changeset, content_hash, is_erased
from fieldapp.model.erased_bodies import bare_hash
from fieldapp.model.record import record_types
from fieldapp.model.releases import aside_id
from fieldapp.ready import Question, Ready, among
from sync.protocol import Answer, Proof
from sync.server.people.accounts import Caller
from sync.server.store.inserting import Insertion
from sync.server.store.tables import held, known_changeset, log_entry
from sync.server.wardlog.reading import read_changeset
from sync.server.wardlog.view import chunks

WAITS = ("missing_on", "unknown_record", "unknown_type")
"""The reasons that pass by themselves: what is missing may still come, or is learned."""
DETAIL = 300
_HASH = re.compile("[0-9a-f]{64}")
_KNOWN = Ready(select(known_changeset).where(among(known_changeset.c.id)))
_CHANGING = ("status", "revision", "reason", "detail")
_NEW_VALUES: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _CHANGING}
_CHANGE_KNOWN = Ready(
    update(known_changeset).where(known_changeset.c.id == bindparam("key")).values(_NEW_VALUES)
)
_WAITING = Ready(
    select(held.c.id, held.c.reason, held.c.detail, held.c.content)
    .where(held.c.ward == bindparam("ward"), held.c.released_at.is_(None))
    .where(among(held.c.reason))
    .order_by(held.c.received_at, held.c.id)
)
_KEEP_KNOWN, _KEEP_HELD = Insertion(known_changeset), Insertion(held)


def asks_known(names: Iterable[str]) -> Question:
    """What is known under these ids."""
    return _KNOWN, {"ids": sorted(set(names))}


def asks_waiting(ward: str) -> Question:
    """What of a ward's is held until something comes."""
    return _WAITING, {"ward": ward, "ids": WAITS}


@dataclass(frozen=True)
class Obstacle:
    """Why a changeset is held: the reason's code, and what it names."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Known:
    """What a changeset came to. `id` is its own, or a derived one if it had no right to its own."""

    id: str
    ward: str
    hash: str
    status: str
    revision: int | None = None
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Arrived:
    """One content of a batch, read as far as it could be.

    Attributes:
        device: of the token that handed it in, whatever the content says.
    """

    raw: bytes
    hash: str
    device: str
    changeset: Changeset | None
    fault: str = ""

    @cached_property
    def aside(self) -> str:
        """The id under which a content is kept that has no right to the id that it names."""
        return aside_id(self.device, self.hash)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids under which it may be known already."""
        return (self.aside, self.changeset.id) if self.changeset else (self.aside,)


def arrive(content: str, device: str) -> Arrived:
    """Reads one content; a broken one is kept all the same."""
    raw = content.encode()
    digest = content_hash(raw)
    if is_erased(raw) and not _HASH.fullmatch(digest):
        return Arrived(raw, bare_hash(raw), device, None, "erased, and of no hash")
    try:
        return Arrived(raw, digest, device, read_changeset(content))
    except ValueError as fault:
        return Arrived(raw, digest, device, None, str(fault))


class Register:
    """What is known of changesets, within one transaction. Nothing is stored before `write`."""

    def __init__(self, connection: Connection, ward: str) -> None:
        self._connection, self._ward = connection, ward
        self._known: dict[str, Known] = {}
        self._stored: set[str] = set()
        self._touched: dict[str, None] = {}
        self._new_held: dict[str, dict[str, Any]] = {}
        self._ended: set[str] = set()
        self._waiting: dict[tuple[str, str], list[tuple[str, bytes]]] | None = None

    def load(self, names: Iterable[str]) -> None:
        """Loads what is known under these ids."""
        known, wanted = asks_known(names)
        for row in known.all(self._connection, **wanted) if wanted["ids"] else ():
            self._stored.add(row.id)
            self._known.setdefault(row.id, Known(**row._asdict()))

    def get(self, name: str) -> Known | None:
        """What is known under an id that was loaded or noted."""
        return self._known.get(name)

    def accepted(self, name: str, digest: str, status: str, revision: int) -> None:
        """Notes that a changeset is in the log now, held before or not."""
        self._note(Known(name, self._ward, digest, status, revision))
        if name in self._new_held:
            del self._new_held[name]
        elif name in self._stored:
            self._ended.add(name)

    def hold(
        self, name: str, arrived: Arrived, why: Obstacle, caller: Caller, at: datetime
    ) -> None:
        """Keeps a changeset beside the log, or notes another reason for one that is there."""
        detail = why.detail.replace("\0", "")[:DETAIL]
        self._note(Known(name, self._ward, arrived.hash, "held", None, why.reason, detail))
        if name not in self._stored and name not in self._new_held:
            self._new_held[name] = {
                "id": name,
                "ward": self._ward,
                "content": arrived.raw,
                "author": caller.username,
                "device": caller.device,
                "received_at": at,
            }
        if why.reason in WAITS and self._waiting is not None:
            self._waiting.setdefault((why.reason, detail), []).append((name, arrived.raw))

    def refused(self, name: str) -> None:
        """Notes that what could never enter a log was refused: it ends here."""
        known = self._known[name]
        self._note(replace(known, status="refused", reason=None, detail=None))
        self._ended.add(name)

    def kept(self, name: str) -> Arrived | None:
        """A held content, read again; None: nothing is held under this id."""
        if name in self._new_held:
            new = self._new_held[name]
            return arrive(new["content"].decode(), new["device"])
        found = select(held).where(held.c.id == name, held.c.ward == self._ward)
        row = self._connection.execute(found.where(held.c.released_at.is_(None))).first()
        return None if row is None else arrive(bytes(row.content).decode(), row.device)

    def _note(self, known: Known) -> None:
        self._known[known.id] = known
        self._touched[known.id] = None

    def woken_by(self, changeset: Changeset) -> list[tuple[str, bytes]]:
        """The held ones, with their contents, that waited for this changeset or its new records.

        What named a record type that only a newer program knew comes along once this one knows it.
        """
        waiting = self._load_waiting() if self._waiting is None else self._waiting
        if not waiting:
            return []
        keys = [("missing_on", changeset.id)]
        created = (change for change in changeset.changes if change.kind == "create")
        keys += [("unknown_record", "/".join(change.key)) for change in created]
        keys += [("unknown_type", kind) for kind in record_types()]
        return [item for key in keys for item in waiting.pop(key, [])]

    def _load_waiting(self) -> dict[tuple[str, str], list[tuple[str, bytes]]]:
        waiting: dict[tuple[str, str], list[tuple[str, bytes]]] = {}
        asked, of_ward = asks_waiting(self._ward)
        rows = asked.all(self._connection, **of_ward)
        self.load(row.id for row in rows)
        for row in rows:
            waiting.setdefault((row.reason, row.detail), []).append((row.id, row.content))
        for name, new in self._new_held.items():
            known = self._known[name]
            if known.reason in WAITS:
                key = (known.reason, known.detail or "")
                waiting.setdefault(key, []).append((name, new["content"]))
        self._waiting = waiting
        return waiting

    def write(self, at: datetime) -> None:
        """Stores what was noted."""
        new = [vars(self._known[n]) for n in self._touched if n not in self._stored]
        changed = [vars(self._known[n]) for n in self._touched if n in self._stored]
        if new:
            _KEEP_KNOWN.run(self._connection, new)
        if changed:
            self._update_known(changed)
        if self._new_held:
            ended = dict.fromkeys(self._ended, at)
            rows = [
                row | self._why(name) | {"released_at": ended.get(name)}
                for name, row in self._new_held.items()
            ]
            _KEEP_HELD.run(self._connection, rows)
        for name in self._touched:
            if name in self._stored:
                self._update_held(name, at)

    def _why(self, name: str) -> dict[str, Any]:
        known = self._known[name]
        return {"reason": known.reason or known.status, "detail": known.detail or ""}

    def _update_known(self, rows: list[dict[str, Any]]) -> None:
        parameters = [
            {"key": row["id"]} | {f"new_{name}": row[name] for name in _CHANGING} for row in rows
        ]
        _CHANGE_KNOWN.run_each(self._connection, parameters)

    def _update_held(self, name: str, at: datetime) -> None:
        values = {"released_at": at} if name in self._ended else self._why(name)
        self._connection.execute(update(held).where(held.c.id == name).values(values))


def ends_of(
    connection: Connection, caller: Caller, named: Sequence[tuple[str, str]]
) -> Iterator[Answer]:
    """How those of a device's changesets ended that are held no more, without any value of theirs.

    What was held under an id of its own is answered under the one that it carries.
    """
    sane = [(name, digest) for name, digest in named if "\0" not in f"{name}{digest}"]
    asides = {aside_id(caller.device, digest): (name, digest) for name, digest in sane}
    status = known_changeset.c.status
    for some in chunks({name for name, _ in sane}):
        entries = select(log_entry.c.changeset, log_entry.c.content_hash, log_entry.c.revision)
        entries = entries.add_columns(status).join(
            known_changeset, known_changeset.c.id == log_entry.c.changeset
        )
        mine = log_entry.c.device == caller.device, log_entry.c.changeset.in_(some)
        for row in connection.execute(entries.where(*mine)):
            yield Answer(row.changeset, row.content_hash, row.status, row.revision)
    for some in chunks(asides):
        refused = select(known_changeset.c.id).where(known_changeset.c.id.in_(some))
        for name in connection.execute(refused.where(status == "refused")).scalars():
            yield Answer(*asides[name], "refused")


def known_of(
    connection: Connection, caller: Caller, named: Sequence[tuple[str, str]]
) -> Iterator[Answer]:
    """What became of those of a device's changesets that the server has, without any value."""
    sane = [(name, digest) for name, digest in named if "\0" not in f"{name}{digest}"]
    asides = {aside_id(caller.device, digest): (name, digest) for name, digest in sane}
    own, columns = dict(sane), known_changeset.c
    for some in chunks({*own, *asides}):
        for row in connection.execute(select(known_changeset).where(columns.id.in_(some))):
            name, digest = asides.get(row.id, (row.id, own.get(row.id, "")))
            if digest == row.hash:
                yield Answer(name, digest, row.status, row.revision, row.reason)


def missing_of(
    connection: Connection, caller: Caller, named: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    """The ids of those contents that the server has neither in a log nor beside one."""
    found: set[tuple[str, str]] = set()
    names = [name for pair in named for name in (pair[0], aside_id(caller.device, pair[1]))]
    for some in chunks({name for name in names if "\0" not in name}):
        rows = select(known_changeset.c.id, known_changeset.c.hash)
        for row in connection.execute(rows.where(known_changeset.c.id.in_(some))):
            found.add((row.id, row.hash))
    return tuple(
        name
        for name, digest in named
        if not {(name, digest), (aside_id(caller.device, digest), digest)} & found
    )


def answer_of(arrived: Arrived, known: Known, proof: Proof | None = None) -> Answer:
    """The answer for a content, from what is known of it."""
    return Answer(
        changeset=arrived.changeset.id if arrived.changeset else known.id,
        hash=arrived.hash,
        status=known.status,
        revision=known.revision,
        reason=known.reason,
        detail=known.detail,
        proof=proof,
    )
