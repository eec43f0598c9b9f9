"""What the harness itself saw: what was saved on which laptop, what its author had on the screen
when she began, what the wire brought her.

Everything is read past the product: from the journal's bytes and from the laptop's copy of the log.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sync.protocol import Answers, Exchanged, Greeting, Lease, Page, Pieces, Recalled
from tests.simulation.hidden import HIDDEN
from tests.simulation.machines import Laptop, Server

Place = tuple[str, str, str]
"""Record type, record and field."""


ENDED_OUTSIDE = "settled"
"""Of own work that the log here lacks: a person refused it, or its ward has left this laptop."""


class Violation(Exception):
    """An invariant does not hold."""

    def __init__(self, invariant: str, detail: object = "") -> None:
        super().__init__(invariant, detail)
        self.invariant = invariant
        self.detail = str(detail)[:1500]

    def __str__(self) -> str:
        return f"{self.invariant}: {self.detail}"


def must(holds: bool, invariant: str, detail: object = "") -> None:
    """Raises Violation where it does not hold."""
    if not holds:
        raise Violation(invariant, detail)


ERASED = b'{"!erased":"'
"""How a body begins from which somebody was erased; the hash that it had follows."""


def hash_as_written(body: bytes) -> str:
    """The hash of a body, or of what it was before something was erased from it."""
    if body.startswith(ERASED):
        return body[len(ERASED) : len(ERASED) + 64].decode()
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True)
class Sight:
    """What a screen stood on when its user began.

    Attributes:
        log: the changesets whose entries the laptop had.
        own: own changesets laid over them, oldest first.
        sides: of a conflict's page: the changesets of the open sides that it showed.
        heads: the chain of each ward's log there: which line of it the screen stood on.
    """

    log: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()
    sides: frozenset[str] = frozenset()
    heads: dict[str, str] = field(default_factory=dict)


def sight_of(laptop: Laptop, sides: frozenset[str] = frozenset()) -> Sight:
    """What the laptop's screens stand on now."""
    log = frozenset(row[0] for row in laptop.disk.ask("SELECT changeset FROM log_entry"))
    log |= {name for ids in below_the_floor(laptop).values() for name in ids}
    own = laptop.disk.ask(f"SELECT id FROM journal WHERE NOT ({ENDED_OUTSIDE}) ORDER BY rowid")
    heads = {row[0]: row[1] for row in laptop.disk.ask("SELECT ward, chain FROM position")}
    return Sight(log, tuple(row[0] for row in own if row[0] not in log), sides, heads)


def below_the_floor(laptop: Laptop) -> dict[str, list[str]]:
    """Of logs that begin late here, the changesets before that: their effects are here."""
    found = laptop.disk.ask("SELECT ward, floor, floor_chain FROM position WHERE floor > 0")
    if not found:
        return {}
    assert laptop.memory is not None
    lines = {ward: (laptop.memory.line_at(ward, chain), floor) for ward, floor, chain in found}
    for ward, (line, floor) in lines.items():
        must(len(line.ids) == floor, "a log begins where it says", (laptop.name, ward, floor))
    return {ward: line.ids for ward, (line, _) in lines.items()}


@dataclass(frozen=True)
class Saved:
    """One committed action, with what its author had before her eyes.

    Attributes:
        at: the true time.
        honest: the laptop's clock had not been moved since its last handshake.
    """

    id: str
    hash: str
    made: dict[str, Any]
    sight: Sight
    at: datetime
    honest: bool
    laptop: str

    @property
    def ward(self) -> str:
        """Its ward."""
        return str(self.made["ward"])

    @property
    def records(self) -> set[tuple[str, str]]:
        """The records that it makes or changes."""
        return {(change["type"], change["id"]) for change in self.made["changes"]}

    def touches(self, place: Place) -> bool:
        """Whether it changed this field of a record that was there before."""
        return any(place == known for known, _, _ in self.fields())

    def fields(self) -> list[tuple[Place, Any, Any]]:
        """Every changed field of every edited or decided record, with old and new value."""
        return [
            ((change["type"], change["id"], name), old, new)
            for change in self.made["changes"]
            if change["kind"] != "create"
            for name, (old, new) in change["fields"].items()
        ]


@dataclass
class Line:
    """One ward's log in one life of the server, as the harness saw it grow."""

    ids: list[str] = field(default_factory=list)
    chains: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    outcomes: list[bytes] = field(default_factory=list)

    def upto(self, revision: int) -> Line:
        """Its beginning."""
        parts = (self.ids, self.chains, self.contents, self.outcomes)
        return Line(*(part[:revision] for part in parts))  # type: ignore[arg-type]  # parts in the order of its fields

    def stood(self, name: str, place: Place) -> bool:
        """Whether a changeset of this line was accepted there, as far as it changed a field."""
        outcome = json.loads(self.outcomes[self.ids.index(name)])
        if outcome["status"] == "applied":
            return True
        ends = {(f["record_type"], f["record"], f["field"]): f["how"] for f in outcome["fields"]}
        return ends.get(place) in (None, "applied", "agreed", "merged")


@dataclass
class Memory:
    """Everything that the checks go by."""

    saved: dict[str, Saved] = field(default_factory=dict)
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    answered: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Per laptop the ids and hashes that an answer which reached it named."""
    confirmed: dict[str, set[str]] = field(default_factory=dict)
    """Per laptop the server's times in answers that reached it."""
    landed: Counter[str] = field(default_factory=Counter)
    leases: dict[str, set[tuple[int, int, str]]] = field(default_factory=dict)
    """Per book the ranges that a greeting brought, and the life that each is for."""
    refused: set[str] = field(default_factory=set)
    """Held work that a person refused."""
    lost_with_a_disk: set[str] = field(default_factory=set)
    epoch: str = ""
    places: dict[tuple[str, str], tuple[Line, int]] = field(default_factory=dict)
    """By ward and chain: each line that the server ever had, up to a revision."""
    epochs: set[str] = field(default_factory=set)
    doubtful: bool = False
    """The server was put back, and nobody has told it."""

    def put_back(self) -> None:
        """The server's database is an older one now: its logs are followed anew."""
        self.lines.clear()

    def cloned(self, laptop: Laptop, more: Laptop) -> None:
        """What one of them had heard the other one has, too."""
        for known in (self.answered, self.confirmed):
            known[more.name] = set(known.get(laptop.name, set()))  # type: ignore[assignment]  # two tables of one shape

    def line_at(self, ward: str, chain: str) -> Line:
        """The line of a ward's log that ends in this chain."""
        line, revision = self.places.get((ward, chain), (Line(), 0))
        return line.upto(revision)

    def heard(self, laptop: Laptop, message: Any) -> None:
        """Notes a whole answer that reached the laptop's program."""
        if isinstance(message, Exchanged):
            parts: list[Any] = [message.greeting, *message.answers, *message.pages]
            for part in parts:
                self.heard(laptop, part)
        if isinstance(message, Answers | Greeting):
            known = self.answered.setdefault(laptop.name, set())
            known |= {(answer.changeset, answer.hash) for answer in message.answers}
            # what is held under another id is known by its hash alone
            aside = [a for a in message.answers if a.status in ("held", "refused")]
            known |= {("", answer.hash) for answer in aside}
            self.confirmed.setdefault(laptop.name, set()).add(message.server_at)
        if isinstance(message, Recalled):
            known = self.answered.setdefault(laptop.name, set())
            known |= {(answer.changeset, answer.hash) for answer in message.answers}
        if isinstance(message, Greeting):  # it says how held work ended
            known = self.answered.setdefault(laptop.name, set())
            known |= {(answer.changeset, answer.hash) for answer in message.answers}
            self.confirmed.setdefault(laptop.name, set()).add(message.server_at)
            if message.lease is not None:
                self._leased(message.lease)
        if isinstance(message, Page):
            self.landed["page"] += 1
        if isinstance(message, Pieces):
            self.landed["snapshot_piece"] += 1

    def _leased(self, lease: Lease) -> None:
        """No number is given to two lives, whether they use it or not."""
        mine = (lease.first, lease.last, lease.incarnation)
        for first, last, life in self.leases.setdefault(lease.book, set()):
            apart = last < lease.first or lease.last < first
            must(apart or life == lease.incarnation, "a number is leased once", (lease, life))
        self.leases[lease.book].add(mine)

    def note(self, laptop: Laptop, sight: Sight, at: datetime) -> None:
        """Notes what the journal has beyond what was known, and that it still has that."""
        rows = laptop.disk.ask("SELECT id, hash, content FROM journal ORDER BY rowid")
        there = {row[0]: row[1] for row in rows}
        for name in laptop.saved:
            must(there.get(name) == self.saved[name].hash, "saved means saved", name)
        for name, digest, content in rows:
            if name in self.saved:
                if name not in laptop.saved:
                    laptop.saved.append(name)
                continue
            must(
                hashlib.sha256(content).hexdigest() == digest,
                "a changeset never changes",
                name,
            )
            made = json.loads(content)
            honest = not laptop.clock_moved
            HIDDEN.note(made)
            self.saved[name] = Saved(name, digest, made, sight, at, honest, laptop.name)
            laptop.saved.append(name)

    def watch(self, server: Server) -> list[str]:
        """Follows the logs of the server; the wards that have grown."""
        self.epoch = server.disk.ask("SELECT epoch FROM server_state")[0][0]
        if self.epoch not in self.epochs:
            self.epochs.add(self.epoch)
            self.doubtful = False
        grown = []
        for ward, revision, chain in server.disk.ask("SELECT ward, revision, chain FROM ward_head"):
            line = self.lines.setdefault((self.epoch, ward), Line())
            known = len(line.ids)
            must(revision >= known, "a log only grows", (ward, revision, known))
            if revision == known:
                must(not known or line.chains[-1] == chain, "a log only grows", ward)
                continue
            self._follow(server, ward, line)
            must((len(line.ids), line.chains[-1]) == (revision, chain), "a head is its log's", ward)
            grown.append(ward)
        return grown

    def _follow(self, server: Server, ward: str, line: Line) -> None:
        """Adds the new entries, whose chain is computed anew."""
        rows = server.disk.ask(
            "SELECT revision, changeset, content, outcome, chain FROM log_entry"
            " WHERE ward = ? AND revision > ? ORDER BY revision",
            ward,
            len(line.ids),
        )
        for revision, changeset, content, outcome, chain in rows:
            must(revision == len(line.ids) + 1, "revisions have no gap", (ward, revision))
            before = line.chains[-1] if line.chains else "0" * 64
            hashes = [hash_as_written(part) for part in (content, outcome)]
            linked = "\n".join((before, changeset, *hashes)).encode()
            must(hashlib.sha256(linked).hexdigest() == chain, "entries are chained", changeset)
            line.ids.append(changeset)
            line.chains.append(chain)
            self.places.setdefault((ward, chain), (line, revision))
            line.contents.append(content)
            line.outcomes.append(outcome)

    def line(self, ward: str) -> Line:
        """A ward's log as it is on the server now."""
        return self.lines.get((self.epoch, ward), Line())
