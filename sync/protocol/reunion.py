"""After a server was restored: where the lines part, and what is given back."""

from __future__ import annotations

from dataclasses import dataclass

from sync.protocol.work import Answer


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
