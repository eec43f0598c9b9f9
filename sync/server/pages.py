"""Pull: a run of one ward's log, as much as a page holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, func, select

from fieldapp.model.entries import FIRST_CHAIN
from fieldapp.model.sums import NOTHING
from sync.protocol import PAGE_BYTES, Page, PageEntry, Pull
from sync.server.epochs import serving
from sync.server.refusals import Refused
from sync.server.tables import log_entry, ward_head

MAX_PAGE_BYTES = 10 * PAGE_BYTES
MAX_ENTRIES = 5_000
_ON_PAGES = ("revision", "content", "outcome", "chain", "epoch", "seal")
ENTRY_BYTES = 250
"""What an entry costs on a page beside its content and outcome."""


def page_of(connection: Connection, request: Pull) -> Page:
    """The entries after `after`, at least one if there is one. Rights are judged before.

    Raises:
        Refused: 409 `server.other_epoch` (a position of another life of the database) or
            `server.beyond_head` (a position that this log has not reached).
    """
    epoch = serving(connection)
    if request.after > 0 and request.epoch != epoch:
        raise Refused("server.other_epoch", 409, detail=epoch)
    standing = head_of(connection, request.ward)
    head = standing.revision if standing else 0
    if not 0 <= request.after <= head:
        raise Refused("server.beyond_head", 409, detail=str(head))
    entries = tuple(_run(connection, request, head))
    return Page(
        epoch=epoch,
        ward=request.ward,
        after=request.after,
        chain_at_after=_chain_at(connection, request),
        upto=request.after + len(entries),
        head=head,
        count=len(entries),
        entries=entries,
        rows=standing.rows if standing else 0,
        row_sum=standing.row_sum if standing else NOTHING.text,
    )


def page_bytes(page: Page) -> int:
    """What a page holds, counted as its limit is."""
    return sum(len(one.content) + len(one.outcome) + ENTRY_BYTES for one in page.entries)


def head_of(connection: Connection, ward: str) -> Row[Any] | None:
    """Where the ward's log stands; None for a ward that has none."""
    return connection.execute(select(ward_head).where(ward_head.c.ward == ward)).first()


def _chain_at(connection: Connection, request: Pull) -> str:
    if request.after == 0:
        return FIRST_CHAIN
    columns = log_entry.c
    found = select(columns.chain).where(
        columns.ward == request.ward, columns.revision == request.after
    )
    return str(connection.execute(found).scalar_one())


def _run(connection: Connection, request: Pull, head: int) -> Iterator[PageEntry]:
    upto = _fitting(connection, request, head)
    columns = log_entry.c
    found = (
        select(*(columns[name] for name in _ON_PAGES))
        .where(columns.ward == request.ward)
        .where(columns.revision > request.after, columns.revision <= upto)
        .order_by(columns.revision)
    )
    for row in connection.execute(found):
        content, outcome = bytes(row.content).decode(), bytes(row.outcome).decode()
        yield PageEntry(row.revision, content, outcome, row.chain, row.epoch, row.seal)


def _fitting(connection: Connection, request: Pull, head: int) -> int:
    """The last revision whose entry still fits; the first one always does."""
    columns = log_entry.c
    size = func.length(columns.content) + func.length(columns.outcome) + ENTRY_BYTES
    found = (
        select(columns.revision, size.label("size"))
        .where(columns.ward == request.ward)
        .where(columns.revision > request.after, columns.revision <= head)
        .order_by(columns.revision)
        .limit(MAX_ENTRIES)
    )
    return _last_fitting(list(connection.execute(found)), request)


def _last_fitting(sizes: list[Row[tuple[int, int]]], request: Pull) -> int:
    left, upto = min(request.limit_bytes, MAX_PAGE_BYTES), request.after
    for row in sizes:
        left -= row.size
        if left < 0 and upto > request.after:
            break
        upto = row.revision
    return upto
