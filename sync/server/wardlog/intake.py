"""Takes in a batch of changesets under its ward's lock: what each comes to, once and for ever.

What may not enter the log is held beside it with the reason; nothing that a laptop hands in is
thrown away. A held changeset that waits for another one, or for a record, enters by itself as soon
as that has come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from types import MappingProxyType

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.driver import in_one_go
from fieldapp.errors import UserMends
from fieldapp.model import FlagClearing, FlagReply, Remittance
from fieldapp.model.changesets import Change, Changeset, encode, is_erased
from fieldapp.model.erased_bodies import bare_hash
from fieldapp.model.erasing import ERASURE, erasures_in, is_work_on
from fieldapp.model.record import fields_of
from fieldapp.model.releases import (
    ENDS,
    LET_IN,
    LET_IN_WITHOUT,
    REFUSE,
    HeldRelease,
    release_id,
)
from sync.merge import Held, accept
from sync.obstacles import obstacle
from sync.protocol import Answer
from sync.releasing import let_in_without, refuse
from sync.server.audit.keeping import Happening, happenings_in, note_audit
from sync.server.erasing.erasing import Said, erase, erasing_in, note_bodies, person_in
from sync.server.lives.lines import WasEntry
from sync.server.people.accounts import ROLES, Caller, grants_of
from sync.server.receipts.own_cash import counts_own_cash
from sync.server.reference.city import AUTHOR, server_changeset
from sync.server.wardlog.appending import Judge, Maker, WardLog
from sync.server.wardlog.register import Arrived, Known, Obstacle, Register, answer_of, arrive
from sync.server.wardlog.view import RELEASE

REFERENCE_TYPES = frozenset({"ward", "staff", "organisation", "dated_table", "campaign", "target"})
"""Records of the stream `city`, which only the server writes."""

MANY = 100
"""New entries from which on rows are copied, which can't be done in one go with anything else."""

NOTHING_PROVEN: Mapping[str, Sequence[WasEntry]] = MappingProxyType({})

DECIDERS = frozenset({"clerk", "supervisor", "admin"})
"""Who may decide a conflict of a ward, and end the holding of work."""

DESK_TYPES = frozenset({"agreement", "remittance_answer"})
"""Records that only those write."""

_SAID_TO_FLAGS = frozenset({FlagReply.type_name(), FlagClearing.type_name()})

SUPERVISORS = frozenset({"supervisor", "admin"})
"""Who may erase a person by right, and say that nothing is wrong with somebody's work."""


@dataclass(frozen=True)
class Returned:
    """An offered entry; `was` is where it stood, if its seal proves that it did."""

    arrived: Arrived
    was: WasEntry | None


class Intake:
    """One batch, from its arrival to its answers, within one write transaction.

    `erasing`: who was erased in the ward before it came.
    """

    def __init__(
        self, connection: Connection, caller: Caller, log: WardLog, at: datetime, maker: Maker
    ) -> None:
        self._connection, self._maker = connection, maker
        self._caller, self._log, self._at = caller, log, at
        self.erasing = erasing_in(connection, log.ward)
        self.repeated = 0
        self._said: list[Said] = []
        self._happened: list[Happening] = []
        self._bodies: dict[str, bytes] = {}
        self._register = Register(connection, log.ward)
        self._proven: Mapping[str, Sequence[WasEntry]] = {}
        grants = grants_of(connection, caller.username, business_date(at))
        roles = {grant.role for grant in grants if grant.ward == log.ward and grant.role in ROLES}
        self._may_write = log.exists and bool(roles) and not caller.revoked
        self._may_decide, self._supervises = bool(roles & DECIDERS), bool(roles & SUPERVISORS)

    def take(
        self,
        batch: Sequence[Arrived],
        proven: Mapping[str, Sequence[WasEntry]] = NOTHING_PROVEN,
        also: Callable[[], None] = lambda: None,
    ) -> tuple[Answer, ...]:
        """Takes all contents in, in their order, and answers for each.

        `proven`: by hash, those that an earlier life of the database had accepted, and where: they
        are not judged for rights again, and what was built on them is known to have seen them.
        `also`: writes what goes along with it (with `Ready` statements only).
        """
        self._proven = proven
        self._register.load(name for arrived in batch for name in arrived.names)
        if self._may_write:
            self._log.read_ahead([a.changeset for a in batch if a.changeset and self._is_new(a)])
        for was in chain(*proven.values()) if self._log.exists else ():
            self._log.view.note_was(was)
        known = [self._take(arrived) for arrived in batch]
        self._write(also)
        return self._answers(batch, known)

    def _answers(self, batch: Sequence[Arrived], known: Sequence[str]) -> tuple[Answer, ...]:
        pairs = [(arrived, self._now(name)) for arrived, name in zip(batch, known, strict=True)]
        names = [one.id for _, one in pairs if one.revision is not None]
        proofs = self._log.proofs(names) if self._may_write else {}
        return tuple(answer_of(arrived, one, proofs.get(one.id)) for arrived, one in pairs)

    def take_back(self, returned: Sequence[Returned]) -> tuple[Answer, ...]:
        """Takes entries back, in their order, and answers for each."""
        self._register.load(name for one in returned for name in one.arrived.names)
        if self._log.exists:
            changesets = [one.arrived.changeset for one in returned if one.was is not None]
            self._log.read_ahead([made for made in changesets if made is not None])
            for one in returned:
                if one.was is not None:
                    self._log.view.note_was(one.was)
        known = [self._take_back(one) for one in returned]
        self._write()
        return self._answers([one.arrived for one in returned], known)

    def _take_back(self, returned: Returned) -> str:
        arrived, changeset = returned.arrived, returned.arrived.changeset
        known = self._register.get(changeset.id) if changeset is not None else None
        if changeset is not None and known is not None and known.hash == arrived.hash:
            if known.status == "held" and returned.was is not None:
                self._append(changeset.id, arrived)
            return changeset.id
        if changeset is None or returned.was is None:
            return self._hold(arrived.aside, arrived, Obstacle("unproven", arrived.fault))
        if known is not None:
            return self._hold(arrived.aside, arrived, Obstacle("other_hash", known.hash))
        self._append(changeset.id, arrived)
        return changeset.id

    def says(self, made: Changeset) -> None:
        """Appends a changeset of the server's own."""
        self._append(made.id, arrive(encode(made).decode(), made.device))
        self._write()

    def end(self, made: Changeset, content: str) -> str:
        """Appends the server's own decision on a held changeset; the status that this has then."""
        arrived = arrive(content, made.device)
        held = made.changes[0].fields["held"][1]
        self._register.load([made.id, held])
        self._append(made.id, arrived)
        self._write()
        return self._now(held).status

    def _write(self, also: Callable[[], None] = lambda: None) -> None:
        """Stores what came; then, last of all, what was erased goes."""
        with in_one_go(self._connection, unless=self._log.news >= MANY):
            self._log.write()
            self._register.write(self._at)
            also()
        ward, safe = self._log.ward, self._maker.safe
        if self._said:
            erase(self._connection, ward, self._said, self._at, safe)
        elif self._bodies:
            bodies = {digest: bare_hash(raw) for digest, raw in self._bodies.items()}
            person = person_in(b"".join(self._bodies.values()), self.erasing)
            note_bodies(self._connection, ward, person, bodies, safe)
        note_audit(self._connection, self._happened, self._at, safe)
        self._happened = []

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
            self.repeated += 1
            return arrived.aside
        if changeset is None:
            return self._hold(arrived.aside, arrived, Obstacle("broken", arrived.fault))
        known = self._register.get(changeset.id)
        if known is not None and known.hash == arrived.hash:
            self.repeated += 1
            return changeset.id
        if is_erased(arrived.raw) and not self.erasing.mentions(arrived.raw):
            return self._hold(arrived.aside, arrived, Obstacle("broken", "erased of nobody"))
        foreign = self._foreign(changeset, known)
        if foreign is not None:
            return self._hold(arrived.aside, arrived, foreign)
        if self._log.exists and self._log.view.released(changeset.id) is not None:
            self._append(changeset.id, arrived)
            return changeset.id
        barred = None if arrived.hash in self._proven else self._barred(changeset)
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
        if self._caller.cloned:
            return Obstacle("clone", self._caller.device)
        if not self._may_write:
            return Obstacle("no_grant", changeset.ward)
        if is_work_on(changeset, self.erasing):
            return Obstacle("erased", "")
        for change in changeset.changes:
            if change.record_type in REFERENCE_TYPES:
                return Obstacle("broken_rule", f"{change.record_type} is kept by the server")
            merges = change.kind != "create" and "merged_into" in change.fields
            decides = merges or change.kind == "decide" or self._is_for_a_desk(change)
            if decides and not self._may_decide:
                return Obstacle("no_right", changeset.ward)
            if counts_own_cash(changeset, change, self._log.view):
                return Obstacle("no_right", "own cash")
            if change.record_type == ERASURE and not self._supervises:
                return Obstacle("no_right", changeset.ward)
            if not self._may_say(change):
                return Obstacle("no_right", changeset.ward)
            if change.record_type == ERASURE and not erasures_in(changeset):
                return Obstacle("broken_rule", "an erasure of nobody")
            if change.record_type == RELEASE and (fault := self.no_release(change)):
                return Obstacle("broken_rule", fault)
        return None

    def _may_say(self, change: Change) -> bool:
        """Whether the author may say that to a question about work: to her own a reply, and as a
        supervisor to another's, in her own name, that nothing is wrong."""
        if change.record_type not in _SAID_TO_FLAGS:
            return True
        said, me = {name: new for name, (_, new) in change.fields.items()}, self._caller.username
        if change.record_type == FlagReply.type_name():
            return change.kind == "create" and said.get("canvasser") == me
        if change.kind != "create":
            said = {**(self._log.view.row(*change.key) or {}), "cleared_by": me}
        mine = said.get("canvasser") == me
        return self._supervises and not mine and said.get("cleared_by") == me

    def _is_for_a_desk(self, change: Change) -> bool:
        """Whether only a desk makes it: a release, an answer about cash, somebody else's cash."""
        if change.record_type == Remittance.type_name():
            handed_by: object = change.fields.get("handed_by", (None, None))[1]
            return handed_by != self._caller.username
        return change.record_type in (RELEASE, *DESK_TYPES)

    def no_release(self, change: Change) -> str | None:
        """Why this can't end the holding of a changeset of this ward; None: it can."""
        held, how = (change.fields.get(name, (None, None))[1] for name in ("held", "how"))
        if not isinstance(held, str) or how not in ENDS:
            return "a release of nothing"
        self._register.load([held])
        known = self._register.get(held)
        derived = release_id(self._log.ward, held, how)
        if known is None or known.ward != self._log.ward or change.record != derived:
            return "a release of nothing"
        if known.status != "held" or how == REFUSE:
            return None
        kept = self._register.kept(held)
        if kept is None or not self._may_enter(held, kept):
            return "what can only be refused"
        return None

    def is_held(self, name: str) -> Arrived | None:
        """What is held under this id, if something is."""
        self._register.load([name])
        return self._register.kept(name) if self._log.exists else None

    def _may_enter(self, name: str, kept: Arrived) -> bool:
        """Whether a held content can become an entry under the id that it is held under."""
        changeset = kept.changeset
        if changeset is None or changeset.id != name:
            return False
        why = obstacle(changeset, self._log.view)
        return why is None or why.reason != "broken_rule"

    def _hold(self, name: str, arrived: Arrived, why: Obstacle) -> str:
        self._register.hold(name, arrived, why, self._caller, self._at)
        ended = self._log.view.released(name) if self._log.exists else None
        if ended is not None and ended[0] == REFUSE:
            self._register.refused(name)
        return name

    def _append(self, name: str, arrived: Arrived) -> None:
        """Appends it, then lets in whatever was waiting for it, and so on."""
        queue = [(name, arrived)]
        while queue:
            name, current = queue.pop(0)
            changeset = current.changeset
            assert changeset is not None
            outcome = self._log.append(changeset, current.raw, self._at, self._judge(name))
            if isinstance(outcome, Held):
                self._hold(name, current, Obstacle(outcome.reason, outcome.detail))
                continue
            self._register.accepted(name, current.hash, outcome.status, self._log.revision)
            if outcome.status != "refused":
                self._said += erasures_in(changeset)
                self._happened += happenings_in(changeset)
            if is_erased(current.raw):
                self._bodies[current.hash] = current.raw
            queue += self._ended_by(changeset)
            for waiting, raw in self._register.woken_by(changeset):
                queue.append((waiting, _again(raw)))

    def _judge(self, name: str) -> Judge:
        """How this one is judged: by the rules, or as a person ended its being held."""
        released = self._log.view.released(name)
        if released is None or released[0] == LET_IN:
            return accept
        if released[0] == LET_IN_WITHOUT:
            return let_in_without
        return partial(refuse, by=released[1])

    def _ended_by(self, changeset: Changeset) -> Iterator[tuple[str, Arrived]]:
        """The held ones that it ends and that become entries; what can't become one ends here."""
        for change in changeset.changes:
            held = change.fields.get("held", (None, None))[1]
            if change.kind != "create" or change.record_type != RELEASE:
                continue
            self._register.load([held])
            known, kept = self._register.get(held), self._register.kept(held)
            if known is None or known.status != "held" or kept is None:
                continue
            released = self._log.view.released(held)
            if kept.changeset is not None and kept.changeset.id == held:
                yield held, kept
            elif released is not None and released[0] == REFUSE:
                self._register.refused(held)


def release(connection: Connection, decision: HeldRelease, maker: Maker) -> str:
    """Ends the holding of a changeset by one of the server's own; the status it has then.

    Raises:
        UserMends: `server.held_unknown`: nothing of this id is held in that ward;
            `server.held_only_refused`: it can't become an entry, so it can only be refused.
    """
    log, at = WardLog(connection, decision.ward, maker), maker.clock.now()
    caller = Caller(AUTHOR, AUTHOR, revoked=False, incarnation=None)
    intake = Intake(connection, caller, log, at, maker)
    if intake.is_held(decision.held) is None:
        raise UserMends("server.held_unknown", held=decision.held)
    fields = {name: (None, value) for name, value in fields_of(decision).items()}
    change = Change("create", decision.type_name(), decision.id, fields)
    if intake.no_release(change) is not None:
        raise UserMends("server.held_only_refused", held=decision.held)
    made = server_changeset(log, "held_release", (change,), maker)
    return intake.end(made, encode(made).decode())


def _again(raw: bytes) -> Arrived:
    """A held content, read again."""
    return arrive(raw.decode(), "")
