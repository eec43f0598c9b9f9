"""Work on its way: batches of changesets and their answers, pages of a log, parcels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldapp.model.entries import Entry
from sync.protocol.limits import PAGE_BYTES


@dataclass(frozen=True)
class Proof:
    """Proves that a changeset was accepted: where, after what, with which outcome, sealed.

    `stood`: type, record and name of the fields that were accepted there; None: all of them. Not
    sealed: it tells no more than its author could say of what she had before her.
    """

    epoch: str
    revision: int
    previous: str
    outcome_hash: str
    seal: str
    stood: tuple[tuple[str, str, str], ...] | None = ()


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
class Push:
    """A batch of changesets of one ward, oldest first, each as the text of its content."""

    ward: str
    contents: tuple[str, ...]
    incarnation: str = ""
    """The life of the file that speaks, whichever one made the changesets."""
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    """By changeset, where the server had accepted it before it was restored."""
    former: Mapping[str, tuple[Proof, ...]] = field(default_factory=dict)
    """By changeset, where else it had stood before, the newest place first: `MOST_FORMER` count."""


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
    lean: bool = False
    """What this laptop can put back by itself is left out: the contents of its own changesets, and
    all chains but the last."""


@dataclass(frozen=True)
class PageEntry:
    """One entry on a page; content and outcome as the text of the kept bytes.

    On a lean page `content` is empty where `changeset` names an own one, and `chain` but in the
    last entry, whose chain is over all.
    """

    revision: int
    content: str
    outcome: str
    chain: str
    epoch: str = ""
    """The life of the database that accepted it."""
    seal: str = ""
    """Proves to the server, after a restore, that it did."""
    changeset: str = ""

    def entry(self, own: bytes = b"") -> Entry:
        """The entry as the model knows it; `own`: the content that was left out."""
        content, outcome = self.content.encode() or own, self.outcome.encode()
        name = "" if self.content else self.changeset
        return Entry(self.revision, content, outcome, self.chain, self.epoch, self.seal, name)


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


def page_is_a_run(page: Page) -> bool:
    """Whether a page's own numbers agree: count, revisions without a gap, up to `upto`."""
    revisions = [entry.revision for entry in page.entries]
    expected = list(range(page.after + 1, page.upto + 1))
    return revisions == expected and page.count == len(revisions) and page.upto <= page.head


@dataclass(frozen=True)
class Carried:
    """A parcel that a laptop carries for another one, or the reply to it: its bytes as base64."""

    content: str
