"""Takes in a batch of changesets under its ward's lock: what each comes to, once and for ever.

What may not enter the log is held beside it with the reason; nothing that a laptop hands in is
thrown away. A held changeset that waits for another one, or for a record, enters by itself as soon
as that has come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from fieldapp.clock import business_date, iso
from fieldapp.errors import UserMends
from fieldapp.model.changesets import Changeset
from sync.merge import Held
from sync.protocol import Answer, Answers, Push
from sync.server.accounts import ROLES, Caller, grants_of
from sync.server.register import Arrived, Known, Obstacle, Register, answer_of, arrive
from sync.server.tables import held
from sync.server.wardlog import RandomBytes, WardLog

REFERENCE_TYPES = frozenset({"ward", "staff", "organisation", "dated_table", "campaign", "target"})
"""Records of the stream `city`, which only the server writes."""

DECIDERS = frozenset({"clerk", "supervisor", "admin"})
"""Who may decide a conflict of a ward."""


def take_in(
    connection: Connection, caller: Caller, push: Push, at: datetime, random_bytes: RandomBytes
) -> Answers:
    """Takes a batch in and answers it. To be called in a write transaction, repeated or not."""
    log = WardLog(connection, push.ward, random_bytes)
    answers = Intake(connection, caller, log, at).take(push.contents)
    return Answers(log.epoch, push.ward, answers, iso(at), receipt_code(answers))


def receipt_code(answers: Sequence[Answer]) -> str:
    """Eight signs over what was answered, the same for the same answers: "7F3A 91C2"."""
    lines = "\n".join(f"{answer.changeset} {answer.revision}" for answer in answers)
    signs = hashlib.sha256(lines.encode()).hexdigest()[:8].upper()
    return f"{signs[:4]} {signs[4:]}"


class Intake:
    """One batch, from its arrival to its answers, within one write transaction."""

    def __init__(self, connection: Connection, caller: Caller, log: WardLog, at: datetime) -> None:
        self._caller, self._log, self._at = caller, log, at
        self._register = Register(connection, log.ward)
        grants = grants_of(connection, caller.username, business_date(at))
        roles = {grant.role for grant in grants if grant.ward == log.ward and grant.role in ROLES}
        self._may_write = log.exists and bool(roles)
        self._may_decide = bool(roles & DECIDERS)

    def take(self, contents: Sequence[str]) -> tuple[Answer, ...]:
        """Takes all contents in, in their order, and answers for each."""
        batch = [arrive(content, self._caller.device) for content in contents]
        self._register.load(name for arrived in batch for name in arrived.names)
        if self._may_write:
            self._log.read_ahead([a.changeset for a in batch if a.changeset and self._is_new(a)])
        known = [self._take(arrived) for arrived in batch]
        self._log.write()
        self._register.write(self._at)
        pairs = zip(batch, known, strict=True)
        return tuple(answer_of(arrived, self._now(name)) for arrived, name in pairs)

    def let_in(self, arrived: Arrived) -> str:
        """Appends a held changeset without asking for rights; the status that it has then."""
        assert arrived.changeset is not None
        name = arrived.changeset.id
        self._register.load([name])
        self._append(name, arrived)
        self._log.write()
        self._register.write(self._at)
        return self._now(name).status

    def _is_new(self, arrived: Arrived) -> bool:
        return not any(self._register.get(name) for name in arrived.names)

    def _now(self, name: str) -> Known:
        known = self._register.get(name)
        assert known is not None
        return known

    def _take(self, arrived: Arrived) -> str:
        """Decides one content; answers with the id under which it is known."""
        changeset = arrived.changeset
        if self._register.get(arrived.aside):
            return arrived.aside
        if changeset is None:
            return self._hold(arrived.aside, arrived, Obstacle("broken", arrived.fault))
        known = self._register.get(changeset.id)
        if known is not None and known.hash == arrived.hash:
            return changeset.id
        foreign = self._foreign(changeset, known)
        if foreign is not None:
            return self._hold(arrived.aside, arrived, foreign)
        barred = self._barred(changeset)
        if barred is not None:
            return self._hold(changeset.id, arrived, barred)
        self._append(changeset.id, arrived)
        return changeset.id

    def _foreign(self, changeset: Changeset, known: Known | None) -> Obstacle | None:
        """Why the content has no right to the id that it names: it must not keep others from it."""
        if changeset.author != self._caller.username:
            return Obstacle("forged_author", changeset.author)
        if changeset.device != self._caller.device:
            return Obstacle("forged_device", changeset.device)
        if changeset.ward != self._log.ward:
            return Obstacle("wrong_ward", changeset.ward)
        return Obstacle("other_hash", known.hash) if known is not None else None

    def _barred(self, changeset: Changeset) -> Obstacle | None:
        """Why its author may not write it, judged now, on arrival."""
        if self._caller.revoked:
            return Obstacle("revoked_device", self._caller.device)
        if not self._may_write:
            return Obstacle("no_grant", changeset.ward)
        for change in changeset.changes:
            if change.record_type in REFERENCE_TYPES:
                return Obstacle("broken_rule", f"{change.record_type} is kept by the server")
            if change.kind == "decide" and not self._may_decide:
                return Obstacle("no_right", changeset.ward)
        return None

    def _hold(self, name: str, arrived: Arrived, why: Obstacle) -> str:
        self._register.hold(name, arrived, why, self._caller, self._at)
        return name

    def _append(self, name: str, arrived: Arrived) -> None:
        """Appends it, then lets in whatever was waiting for it, and so on."""
        queue = [(name, arrived)]
        while queue:
            name, current = queue.pop(0)
            changeset = current.changeset
            assert changeset is not None
            outcome = self._log.append(changeset, current.raw, self._at)
            if isinstance(outcome, Held):
                self._hold(name, current, Obstacle(outcome.reason, outcome.detail))
                continue
            self._register.accepted(name, current.hash, outcome.status, self._log.revision)
            for waiting, raw in self._register.woken_by(changeset):
                queue.append((waiting, _again(raw)))


def release(connection: Connection, name: str, at: datetime, random_bytes: RandomBytes) -> str:
    """Lets a held changeset into its log whatever its author's rights; the status it has then.

    Raises:
        UserMends: `server.held_unknown`: nothing of this id is held, or it is no changeset, or its
            id belongs to another one.
    """
    found = select(held).where(held.c.id == name, held.c.released_at.is_(None))
    row = connection.execute(found).first()
    arrived = _again(bytes(row.content)) if row else None
    if row is None or arrived is None or arrived.changeset is None or arrived.changeset.id != name:
        raise UserMends("server.held_unknown", held=name)
    log = WardLog(connection, row.ward, random_bytes)
    caller = Caller(row.author, row.device, revoked=False, incarnation=None)
    return Intake(connection, caller, log, at).let_in(arrived)


def _again(raw: bytes) -> Arrived:
    """A held content, read again."""
    return arrive(raw.decode(), "")
