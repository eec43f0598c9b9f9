"""The bug that the race is there for: revisions from a plain sequence, without the ward's lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, bindparam, func, select, text

from fieldapp.ready import Ready
from sync.protocol import Page, Pull
from sync.server import service
from sync.server.store.tables import log_entry, ward_head
from sync.server.wardlog import appending as wardlog
from sync.server.wardlog import pages
from sync.server.wardlog.appending import WardLog

SEQUENCE = "planted_revision"


def make_sequence(connection: Connection) -> None:
    """The sequence that a planted server takes its revisions from."""
    connection.execute(text(f"CREATE SEQUENCE {SEQUENCE}"))


@contextmanager
def plain_sequence() -> Iterator[None]:
    """Plants it: who pushes waits for nobody, who pulls asks for `revision > cursor`."""
    append, page = WardLog.append, pages.page_of
    unlocked = Ready(select(ward_head).where(ward_head.c.ward == bindparam("ward")))

    def numbered(log: WardLog, *others: Any) -> Any:
        taken = log._connection.execute(text(f"SELECT nextval('{SEQUENCE}')"))
        log.revision = int(taken.scalar_one()) - 1
        return append(log, *others)

    def after_cursor(connection: Connection, request: Pull, device: str) -> Page:
        made = page(connection, request, device)
        upto = made.entries[-1].revision if made.entries else request.after
        return replace(made, upto=upto)

    def last(connection: Connection, ward: str) -> Any:
        highest = select(func.max(log_entry.c.revision)).where(log_entry.c.ward == ward)
        return _Head(int(connection.execute(highest).scalar_one() or 0))

    with (
        patch.object(wardlog, "_LOCKED", unlocked),
        patch.object(WardLog, "append", numbered),
        patch.object(service, "page_of", after_cursor),
        patch.object(pages, "head_of", last),
    ):
        yield


class _Head:
    """Where a log ends that is not counted."""

    def __init__(self, revision: int) -> None:
        self.revision, self.rows, self.row_sum = revision, 0, "0" * 64
