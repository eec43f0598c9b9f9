"""Answers where two sides' rows differ: sums of the parts of one ward, and the rows of a part."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.protocol import DEEPEST_PREFIX, CountParts, FetchRows, Part, Parts, Rows, WireRow
from sync.server.lives.epochs import serving
from sync.server.refusals import Refused
from sync.server.wardlog.pages import head_of
from sync.server.wardlog.sums import count_parts, rows_of

_HEX = frozenset("0123456789abcdef")


def parts_of(connection: Connection, request: CountParts) -> Parts:
    """The sums of the parts. Rights are judged before.

    Raises:
        Refused: 400 `server.broken_body`: no such prefix.
    """
    _check(request.prefix, DEEPEST_PREFIX - 2)
    epoch, revision = _moment(connection, request.ward)
    sums = count_parts(connection, request.ward, request.prefix)
    parts = tuple(Part(prefix, one.rows, one.text) for prefix, one in sums.items())
    return Parts(epoch, request.ward, revision, request.prefix, parts)


def rows_of_part(connection: Connection, request: FetchRows) -> Rows:
    """The rows of a part. Rights are judged before.

    Raises:
        Refused: 400 `server.broken_body`: no such prefix, or none (that would be the whole ward).
    """
    _check(request.prefix, DEEPEST_PREFIX)
    if not request.prefix:
        raise Refused("server.broken_body", 400)
    epoch, revision = _moment(connection, request.ward)
    found = rows_of(connection, request.ward, request.prefix)
    rows = tuple(WireRow(row.kind, row.id, row.changeset, row.values) for row in found)
    return Rows(epoch, request.ward, revision, request.prefix, rows)


def _check(prefix: str, longest: int) -> None:
    if len(prefix) % 2 or len(prefix) > longest or not _HEX.issuperset(prefix):
        raise Refused("server.broken_body", 400)


def _moment(connection: Connection, ward: str) -> tuple[str, int]:
    epoch = serving(connection)
    head = head_of(connection, ward)
    return epoch, head.revision if head else 0
