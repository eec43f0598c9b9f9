"""The protocol: every message between a laptop and the server, and how its body is proved whole.

Bodies are JSON, gzip on the wire. A body counts only if it is of our media type, speaks our version
and its digest is right: a captive portal's page with status 200, a cut body and a proxy's rewriting
change nothing. `SyncProtocol` lists the calls; the client's transport and the server's service both
implement it, so that neither can drift.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from fieldapp.model.changesets import canonical
from fieldapp.model.entries import Entry
from sync.merge import ConflictState, Outcome

PROTOCOL_VERSION = 1
"""1: 2026-11, the first. Sign-in, handshake, push, pull."""

MEDIA_TYPE = "application/vnd.fieldapp.v1+json"
DIGEST_HEADER = "Fieldapp-Digest"
VERSION_HEADER = "Fieldapp-Protocol"

PUSH_BYTES = 200_000
"""A push batch holds about this much content before compression (at least one changeset)."""
PAGE_BYTES = 400_000
"""A page holds about this much content and outcome before compression (at least one entry)."""
MOST_HELD = 500
MOST_NAMED = 2_000
MOST_POINTS = 64
DEEPEST_PREFIX = 4
"""Parts are halved no further: 65,536 of them hold a handful of rows each."""
BODY_LIMIT = 16_000_000
"""Neither side unpacks a body beyond this."""


@dataclass(frozen=True)
class SignIn:
    """Enrols a device with a one-time invitation, or signs its user in again."""

    username: str
    password: str
    device_name: str
    invitation: str | None = None
    device: str | None = None
    """The id that this device got at its first sign-in."""


@dataclass(frozen=True)
class Grant:
    """A role in a ward until a day (ISO date, None: open)."""

    ward: str
    role: str
    until: str | None = None


@dataclass(frozen=True)
class SignedIn:
    """The answer: a revocable token bound to the device, and what the user may see."""

    token: str
    device: str
    username: str
    full_name: str
    role: str
    grants: tuple[Grant, ...]
    epoch: str
    server_at: str


@dataclass(frozen=True)
class Mark:
    """What proves a position: the chain there, and epoch and seal of the last entry."""

    chain: str
    epoch: str = ""
    seal: str = ""


@dataclass(frozen=True)
class Handshake:
    """A laptop says who it is, what it believes the time to be, and where it stands."""

    incarnation: str
    device_at: str
    positions: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Epoch and revision per ward."""
    lease: tuple[str, int] | None = None
    """Book and next number of the receipt lease in use, None without one."""
    app_version: str = ""
    held: tuple[tuple[str, str], ...] = ()
    """Own changesets that were held when last heard of, by id and hash, at most `MOST_HELD`."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Of each position with a revision: what proves it."""
    acks: Mapping[str, tuple[int, Mark]] = field(default_factory=dict)
    """Per ward the last own changeset that was accepted and has not been pulled: its revision, and
    what proves it."""
    nonce: str = ""
    """Random; the answer repeats it, so that no other greeting passes for this one's."""
    challenge: str = ""
    """What the server asked a superseded life to repeat."""
    verify_key: str = ""
    """The public key by which this device's parcels are known; hex."""


@dataclass(frozen=True)
class ParcelKeys:
    """The server's public keys, hex: `seal` to encrypt parcels to, `verify` for its replies."""

    seal: str = ""
    verify: str = ""


@dataclass(frozen=True)
class Lease:
    """Receipt numbers of one book that this incarnation of this device may issue."""

    book: str
    first: int
    last: int
    incarnation: str
    next_number: int = 0
    """The first number of the range that the server has seen no receipt for."""


@dataclass(frozen=True)
class Head:
    """Where one ward's log stands on the server: its chain there, and what its rows sum up to.

    `rows` is None where an older server says nothing of it.
    """

    ward: str
    revision: int
    chain: str = ""
    rows: int | None = None
    row_sum: str = ""


@dataclass(frozen=True)
class Proof:
    """Proves that a changeset was accepted: where, after what, with which outcome, sealed."""

    epoch: str
    revision: int
    previous: str
    outcome_hash: str
    seal: str


@dataclass(frozen=True)
class Answer:
    """What became of one changeset. Counts only with the id, the hash and the epoch known.

    `status`: applied, merged, conflict, refused (then with `revision`), or held (then with
    `reason`). What could not enter the log at all and was refused has no revision.
    """

    changeset: str
    hash: str
    status: str
    revision: int | None = None
    reason: str | None = None
    detail: str | None = None
    proof: Proof | None = None


@dataclass(frozen=True)
class Greeting:
    """The server's answer to a handshake: epoch, time, the heads of granted wards, a lease."""

    epoch: str
    server_at: str
    grants: tuple[Grant, ...]
    heads: tuple[Head, ...]
    lease: Lease | None = None
    schema_mark: str = ""
    """Row sums are compared only where both sides' marks are equal (`model.sums.schema_mark`)."""
    answers: tuple[Answer, ...] = ()
    """How those of the handshake's held changesets ended that are held no more."""
    fits: tuple[str, ...] = ()
    """The wards whose position, by its mark, lies on this server's log."""
    nonce: str = ""
    last: tuple[int, str] | None = None
    """Number and hash of the last changeset that came from this life of the laptop's file."""
    durable_through: Mapping[str, int] = field(default_factory=dict)
    """Per ward the revision that every backup contains which would still be restored."""
    parcel_keys: ParcelKeys = field(default_factory=ParcelKeys)


@dataclass(frozen=True)
class Push:
    """A batch of changesets of one ward, oldest first, each as the text of its content."""

    ward: str
    contents: tuple[str, ...]
    incarnation: str = ""
    """The life of the file that speaks, whichever one made the changesets."""
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    """By changeset, where the server had accepted it before it was restored."""


@dataclass(frozen=True)
class Answers:
    """One answer for each changeset of the batch, in its order."""

    epoch: str
    ward: str
    answers: tuple[Answer, ...]
    server_at: str
    receipt: str
    """Short code of the server's receipt for this batch, to be read out or compared."""


@dataclass(frozen=True)
class Farewell:
    """A revoked device asks whether the server has all its work: changesets by id and hash."""

    named: tuple[tuple[str, str], ...]
    """At most `MOST_NAMED`."""


@dataclass(frozen=True)
class Farewelled:
    """The ids of those that the server does not have. None missing: the device may erase itself."""

    epoch: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Pull:
    """Asks for the entries of one ward after a revision of an epoch."""

    ward: str
    epoch: str
    after: int
    limit_bytes: int = PAGE_BYTES


@dataclass(frozen=True)
class PageEntry:
    """One entry on a page; content and outcome as the text of the kept bytes."""

    revision: int
    content: str
    outcome: str
    chain: str
    epoch: str = ""
    """The life of the database that accepted it."""
    seal: str = ""
    """Proves to the server, after a restore, that it did."""

    def entry(self) -> Entry:
        """The entry as the model knows it."""
        content, outcome = self.content.encode(), self.outcome.encode()
        return Entry(self.revision, content, outcome, self.chain, self.epoch, self.seal)


@dataclass(frozen=True)
class Page:
    """A run of one ward's log, after `after` (exclusive) up to `upto`, of `head` there are."""

    epoch: str
    ward: str
    after: int
    chain_at_after: str
    upto: int
    head: int
    count: int
    entries: tuple[PageEntry, ...]
    rows: int | None = None
    row_sum: str = ""
    """What the ward's rows sum up to at `head`."""


@dataclass(frozen=True)
class Meet:
    """Asks up to where a laptop's log of a ward is the server's, by chains at some revisions."""

    ward: str
    points: tuple[tuple[int, str], ...]
    """At most `MOST_POINTS`."""


@dataclass(frozen=True)
class Met:
    """The highest of the points that is on the server's log; revision 0 where none is."""

    epoch: str
    ward: str
    revision: int
    chain: str


@dataclass(frozen=True)
class Recall:
    """Asks what became of own changesets that another life of the database had confirmed."""

    named: tuple[tuple[str, str], ...]
    """Id and hash, at most `MOST_NAMED`."""


@dataclass(frozen=True)
class Recalled:
    """Answers for those that the server has, without any value; the others it lacks."""

    epoch: str
    server_at: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Look:
    """Asks which entries of a line of the log that was lost the server wants back."""

    ward: str
    named: tuple[tuple[str, str], ...]
    """Changeset and chain of each, at most `MOST_NAMED`."""


@dataclass(frozen=True)
class Wanted:
    """The chains of those that it wants."""

    epoch: str
    ward: str
    chains: tuple[str, ...]


@dataclass(frozen=True)
class OfferedEntry:
    """An entry of a line that was lost, with what proves it."""

    epoch: str
    revision: int
    previous: str
    content: str
    outcome: str
    seal: str


@dataclass(frozen=True)
class Offer:
    """Entries of one ward that the server wants back, in their order, whoever made them."""

    ward: str
    entries: tuple[OfferedEntry, ...]


@dataclass(frozen=True)
class Carried:
    """A parcel that a laptop carries for another one, or the reply to it: its bytes as base64."""

    content: str


@dataclass(frozen=True)
class CountParts:
    """Asks what the parts of one ward's rows sum up to, to find where two sides differ."""

    ward: str
    prefix: str = ""
    """Hex digits of `model.sums.place_of`, an even number of them, at most `DEEPEST_PREFIX`."""


@dataclass(frozen=True)
class Part:
    """Count and sum of the rows whose place begins with `prefix`."""

    prefix: str
    rows: int
    row_sum: str


@dataclass(frozen=True)
class Parts:
    """The parts that are not empty, each two digits longer than what was asked for."""

    epoch: str
    ward: str
    revision: int
    prefix: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class FetchRows:
    """Asks for the rows of one part, as the server holds them."""

    ward: str
    prefix: str


@dataclass(frozen=True)
class WireRow:
    """One row: `values` are its wire values; a conflict is a row of type `conflict`."""

    type: str
    id: str
    changeset: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """All rows of one part at a revision."""

    epoch: str
    ward: str
    revision: int
    prefix: str
    rows: tuple[WireRow, ...]


@dataclass(frozen=True)
class Problem:
    """A refusal: its code (a word of `fieldapp/words`), never a sentence."""

    code: str
    detail: str = ""


class SyncProtocol(Protocol):
    """Every call of the protocol. The caller's identity travels beside it (token)."""

    def sign_in(self, request: SignIn) -> SignedIn:
        """Enrols the device or signs in again."""
        ...

    def greet(self, request: Handshake) -> Greeting:
        """The handshake that starts a sync."""
        ...

    def push(self, request: Push) -> Answers:
        """Hands in changesets. Safe to repeat: a known id gets its old answer again."""
        ...

    def pull(self, request: Pull) -> Page:
        """Fetches a run of a ward's log."""
        ...

    def farewell(self, request: Farewell) -> Farewelled:
        """Says what of a revoked device's work the server does not have."""
        ...

    def meet(self, request: Meet) -> Met:
        """Finds up to where a laptop's log is the server's."""
        ...

    def recall(self, request: Recall) -> Recalled:
        """Says what became of changesets that an earlier life of the database had confirmed."""
        ...

    def look(self, request: Look) -> Wanted:
        """Says which entries of a lost line the server wants back."""
        ...

    def offer(self, request: Offer) -> Answers:
        """Takes entries back that a restored server lacks. Safe to repeat."""
        ...

    def parcel(self, request: Carried) -> Carried:
        """Takes another device's parcel in and gives the reply to take along."""
        ...

    def count_parts(self, request: CountParts) -> Parts:
        """Says what the parts of a granted ward's rows sum up to."""
        ...

    def fetch_rows(self, request: FetchRows) -> Rows:
        """Fetches the rows of one part of a granted ward."""
        ...


CALLS: Mapping[str, tuple[type[Any], type[Any]]] = {
    "sign_in": (SignIn, SignedIn),
    "greet": (Handshake, Greeting),
    "push": (Push, Answers),
    "pull": (Pull, Page),
    "farewell": (Farewell, Farewelled),
    "meet": (Meet, Met),
    "recall": (Recall, Recalled),
    "look": (Look, Wanted),
    "offer": (Offer, Answers),
    "parcel": (Carried, Carried),
    "count_parts": (CountParts, Parts),
    "fetch_rows": (FetchRows, Rows),
}
"""What each call is asked with and answered by; over HTTP its name has hyphens."""


class Calls:
    """`SyncProtocol` over one function that carries any call: whoever carries them makes that."""

    def carry(self, name: str, request: Any) -> Any:
        """Carries the call of this name (of `CALLS`) and gives its answer."""
        raise NotImplementedError

    def sign_in(self, request: SignIn) -> SignedIn:
        """Enrols the device or signs in again."""
        return _of(SignedIn, self.carry("sign_in", request))

    def greet(self, request: Handshake) -> Greeting:
        """The handshake that starts a sync."""
        return _of(Greeting, self.carry("greet", request))

    def push(self, request: Push) -> Answers:
        """Hands in changesets."""
        return _of(Answers, self.carry("push", request))

    def pull(self, request: Pull) -> Page:
        """Fetches a run of a ward's log."""
        return _of(Page, self.carry("pull", request))

    def farewell(self, request: Farewell) -> Farewelled:
        """Asks what of a revoked device's work the server does not have."""
        return _of(Farewelled, self.carry("farewell", request))

    def meet(self, request: Meet) -> Met:
        """Asks up to where a log is the server's."""
        return _of(Met, self.carry("meet", request))

    def recall(self, request: Recall) -> Recalled:
        """Asks what became of changesets."""
        return _of(Recalled, self.carry("recall", request))

    def look(self, request: Look) -> Wanted:
        """Asks which entries are wanted back."""
        return _of(Wanted, self.carry("look", request))

    def offer(self, request: Offer) -> Answers:
        """Offers entries back."""
        return _of(Answers, self.carry("offer", request))

    def parcel(self, request: Carried) -> Carried:
        """Hands another device's parcel in."""
        return _of(Carried, self.carry("parcel", request))

    def count_parts(self, request: CountParts) -> Parts:
        """Asks what the parts of a ward's rows sum up to."""
        return _of(Parts, self.carry("count_parts", request))

    def fetch_rows(self, request: FetchRows) -> Rows:
        """Fetches the rows of one part of a ward."""
        return _of(Rows, self.carry("fetch_rows", request))


Answered = TypeVar("Answered")


def _of(kind: type[Answered], answer: Any) -> Answered:
    assert isinstance(answer, kind)
    return answer


# --- bodies ------------------------------------------------------------------------------------


class BrokenBody(ValueError):
    """A body that is not whole, not ours, or not of the form that the message has."""


Message = TypeVar("Message")


def pack(message: Any) -> bytes:
    """The body of a message."""
    return canonical(asdict(message))


def digest(body: bytes) -> str:
    """What the digest header carries: SHA-256 of the unpacked body, in hex."""
    return hashlib.sha256(body).hexdigest()


def unpack(kind: type[Message], body: bytes) -> Message:
    """The message that a body holds; unknown fields of a newer version are passed over.

    Raises:
        BrokenBody: not JSON, or not of the message's form.
    """
    from pydantic import ValidationError

    try:
        message: Message = _reader(cast(Any, kind)).validate_json(body)
    except (ValidationError, RecursionError) as defect:
        raise BrokenBody(str(defect).splitlines()[0]) from defect
    return message


@cache
def _reader(kind: type[Any]) -> Any:
    """What reads messages of a kind: making one takes longer than reading a body with it."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def outcome_bytes(outcome: Outcome, salt: str) -> bytes:
    """An outcome as it is chained and sent.

    `{"status", "salt"}` alone says that every change applied as written. Else `rows` holds the
    standing values, `fields` what became of each edit, `conflicts` each conflict as it is now.
    """
    wire: dict[str, Any] = {"status": outcome.status, "salt": salt}
    if outcome.status != "applied":
        wire["rows"] = [
            {"type": key[0], "id": key[1], "values": dict(values)}
            for key, values in outcome.rows.items()
        ]
        wire["fields"] = [asdict(result) for result in outcome.fields]
    if outcome.refused_by is not None:
        wire["refused_by"] = asdict(outcome.refused_by)
    if outcome.conflicts:
        wire["conflicts"] = [conflict_to_wire(conflict) for conflict in outcome.conflicts]
    return canonical(wire)


def conflict_to_wire(conflict: ConflictState) -> dict[str, Any]:
    """A conflict as outcomes carry it."""
    return {
        "id": conflict.id,
        "type": conflict.record_type,
        "record": conflict.record,
        "field": conflict.field,
        "sides": [dict(side) for side in conflict.sides],
        "open": conflict.open,
    }


def page_is_a_run(page: Page) -> bool:
    """Whether a page's own numbers agree: count, revisions without a gap, up to `upto`."""
    revisions = [entry.revision for entry in page.entries]
    expected = list(range(page.after + 1, page.upto + 1))
    return revisions == expected and page.count == len(revisions) and page.upto <= page.head
