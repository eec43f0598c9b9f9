"""Where a laptop's log and the server's are one, and what of the rest the server wants back."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from fieldapp.model.entries import FIRST_CHAIN
from fieldapp.ready import Ready
from sync.protocol import Look, Mark, Meet, Met, Wanted
from sync.server.lives.epochs import serving
from sync.server.lives.lines import sealed_chains
from sync.server.store.tables import log_entry
from sync.server.wardlog.view import chunks


def chain_at(connection: Connection, ward: str, revision: int) -> str | None:
    """The chain of a ward's log at a revision; None beyond its end."""
    if revision == 0:
        return FIRST_CHAIN
    found = _CHAIN.value(connection, ward=ward, revision=revision)
    return None if found is None else str(found)


_CHAIN = Ready(
    select(log_entry.c.chain).where(
        log_entry.c.ward == bindparam("ward"), log_entry.c.revision == bindparam("revision")
    )
)


def lies_on(connection: Connection, ward: str, revision: int, mark: Mark) -> bool:
    """Whether a position lies on the ward's log."""
    return chain_at(connection, ward, revision) == mark.chain


def met_at(connection: Connection, request: Meet) -> Met:
    """The highest of the points that lies on the log."""
    epoch, points = serving(connection), dict(request.points)
    columns, met = log_entry.c, (0, FIRST_CHAIN)
    found = select(columns.revision, columns.chain).where(
        columns.ward == request.ward, columns.revision.in_(list(points))
    )
    for row in connection.execute(found):
        if points[row.revision] == row.chain:
            met = max(met, (row.revision, row.chain))
    return Met(epoch, request.ward, *met)


def wanted_of(connection: Connection, request: Look) -> Wanted:
    """The entries that stand neither in the log nor among what was proved of lost lines."""
    epoch, known = serving(connection), set[str]()
    for some in chunks({chain for _, chain in request.named}):
        found = select(log_entry.c.chain).where(log_entry.c.ward == request.ward)
        known |= set(connection.execute(found.where(log_entry.c.chain.in_(some))).scalars())
        known |= sealed_chains(connection, request.ward, some)
    chains = tuple(chain for _, chain in request.named if chain not in known)
    return Wanted(epoch, request.ward, chains)
