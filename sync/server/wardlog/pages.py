"""Pull: a run of one ward's log, as much as a page holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, bindparam, case, func, select

from fieldapp.model.changesets import ERASED
from fieldapp.model.entries import FIRST_CHAIN
from fieldapp.model.sums import NOTHING
from fieldapp.ready import Ready
from sync.protocol import PAGE_BYTES, Page, PageEntry, Pull
from sync.server.lives.epochs import serving
from sync.server.refusals import Refused
from sync.server.store.tables import log_entry, ward_head
from sync.server.wardlog.meeting import chain_at

MAX_PAGE_BYTES = 10 * PAGE_BYTES
MAX_ENTRIES = 5_000
_ON_PAGES = ("revision", "changeset", "outcome", "chain", "epoch", "seal")
ENTRY_BYTES = 250
"""What an entry costs on a page beside its content and outcome."""
_entry = log_entry.c
_HEAD = Ready(select(ward_head).where(ward_head.c.ward == bindparam("ward")))
_BETWEEN = (
    (_entry.ward == bindparam("ward"))
    & (_entry.revision > bindparam("after"))
    & (_entry.revision <= bindparam("upto"))
)
_ERASED = bindparam("erased", ERASED, LargeBinary)
_LEFT_OUT = (_entry.device == bindparam("own")) & (
    func.substr(_entry.content, 1, len(ERASED)) != _ERASED
)
"""What was erased meanwhile is no more what its author has."""
_CONTENT = case((_LEFT_OUT, bindparam("nothing", b"", LargeBinary)), else_=_entry.content)
_ENTRIES = Ready(
    select(_CONTENT.label("content"), *(_entry[name] for name in _ON_PAGES))
    .where(_BETWEEN)
    .order_by(_entry.revision)
)
_SIZE = func.length(_CONTENT) + func.length(_entry.outcome) + ENTRY_BYTES
_SIZES = Ready(
    select(_entry.revision, _SIZE.label("size"))
    .where(_BETWEEN)
    .order_by(_entry.revision)
    .limit(bindparam("most"))
)


def page_of(connection: Connection, request: Pull, device: str) -> Page:
    """The entries after `after`, at least one if there is one. Rights are judged before.

    `device`: whose own contents a lean page leaves out.

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
    entries = tuple(_run(connection, request, head, device if request.lean else ""))
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


def head_of(connection: Connection, ward: str) -> Any | None:
    """Where the ward's log stands; None for a ward that has none."""
    return _HEAD.first(connection, ward=ward)


def _chain_at(connection: Connection, request: Pull) -> str:
    if request.after == 0:
        return FIRST_CHAIN
    return str(chain_at(connection, request.ward, request.after))


def _run(connection: Connection, request: Pull, head: int, own: str) -> Iterator[PageEntry]:
    upto = _fitting(connection, request, head, own)
    place = {"ward": request.ward, "after": request.after, "upto": upto}
    for row in _ENTRIES.all(connection, **place, own=own):
        content, outcome = bytes(row.content).decode(), bytes(row.outcome).decode()
        chain = "" if request.lean and row.revision < upto else row.chain
        name = "" if content else row.changeset
        yield PageEntry(row.revision, content, outcome, chain, row.epoch, row.seal, name)


def _fitting(connection: Connection, request: Pull, head: int, own: str) -> int:
    """The last revision whose entry still fits; the first one always does."""
    place = {"ward": request.ward, "after": request.after, "upto": head}
    return _last_fitting(_SIZES.all(connection, **place, own=own, most=MAX_ENTRIES), request)


def _last_fitting(sizes: list[Any], request: Pull) -> int:
    left, upto = min(request.limit_bytes, MAX_PAGE_BYTES), request.after
    for row in sizes:
        left -= row.size
        if left < 0 and upto > request.after:
            break
        upto = row.revision
    return upto
