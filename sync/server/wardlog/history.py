"""What was done to a few records before a revision, for laptops whose log begins later.

Which entries touched a record is written down when it is first asked for, some thousand entries at
a time, and only for what is old: taking work in costs nothing more for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, bindparam, func, select

from fieldapp.model.changesets import Change, decode
from fieldapp.model.entries import Entry
from fieldapp.ready import Ready, among
from fieldapp.visit_log.standing import MOVES
from sync.protocol import FetchHistory, History, ToldEntry
from sync.server.lives.epochs import serving
from sync.server.refusals import Refused
from sync.server.store.inserting import Insertion
from sync.server.store.tables import log_entry, log_touch, ward_head
from sync.server.wardlog.meeting import chain_at
from sync.server.wardlog.pages import ENTRY_BYTES, MAX_PAGE_BYTES, head_of

AT_ONCE = 2_000
"""Entries that are looked through in one transaction, under the ward's row lock."""
MOST_ENTRIES = 500
"""On one page."""
LOOKED = ""
"""Stands for a record where the last look ended."""

_entry, _touch = log_entry.c, log_touch.c
_UPTO = Ready(select(func.max(_touch.revision)).where(_touch.ward == bindparam("ward")))
_NEXT = Ready(
    select(_entry.revision, _entry.content)
    .where(_entry.ward == bindparam("ward"), _entry.revision > bindparam("after"))
    .order_by(_entry.revision)
    .limit(bindparam("most"))
)
_TOUCHED = Ready(
    select(_touch.revision)
    .where(
        *(_touch.ward == bindparam("ward"), among(_touch.record)),
        _touch.revision < bindparam("before"),
    )
    .distinct()
    .order_by(_touch.revision.desc())
    .limit(bindparam("most"))
)
_KEEP = Insertion(log_touch)


def is_behind(connection: Connection, request: FetchHistory) -> bool:
    """Whether entries before the asked revision have not been looked through.

    Raises:
        Refused: as `history_of` does.
    """
    epoch = serving(connection)
    if request.epoch != epoch:
        raise Refused("server.other_epoch", 409, detail=epoch)
    head = head_of(connection, request.ward)
    last = min(request.before - 1, head.revision if head else 0)
    return (_UPTO.value(connection, ward=request.ward) or 0) < last


def look_through(connection: Connection, ward: str) -> bool:
    """Writes down what the next entries touched, in a write transaction; False: there are none."""
    locked = select(ward_head.c.ward).where(ward_head.c.ward == ward).with_for_update()
    connection.execute(locked)  # another process may be at it
    after = _UPTO.value(connection, ward=ward) or 0
    found = _NEXT.all(connection, ward=ward, after=after, most=AT_ONCE)
    rows = [
        {"ward": ward, "record": record, "revision": revision}
        for revision, content in found
        for record in _touched(decode(bytes(content)).changes) | {LOOKED}
        if record or revision == found[-1][0]
    ]
    _KEEP.run(connection, rows)
    return bool(rows)


def left_behind(home: str) -> str:
    """Stands for a record as what another one referred to and does no more: whoever moved away is
    found by where she lived."""
    return f"<{home}"


def _touched(changes: Sequence[Change]) -> set[str]:
    """What entries with these changes are found by: their records, and the homes that were left."""
    homes = {
        change.fields[name][0]
        for change in changes
        for kind, name in MOVES
        if change.record_type == kind and name in change.fields
    }
    return {change.record for change in changes} | {left_behind(home) for home in homes if home}


def history_of(connection: Connection, request: FetchHistory) -> History:
    """The entries, newest first, at least one if there is one. Rights are judged before.

    Raises:
        Refused: 409 `server.other_epoch`: the revision is one of another life of the database.
    """
    epoch = serving(connection)
    if request.epoch != epoch:
        raise Refused("server.other_epoch", 409, detail=epoch)
    asked = {"ward": request.ward, "ids": request.records, "before": request.before}
    revisions = _TOUCHED.column(connection, **asked, most=MOST_ENTRIES + 1)
    room = min(request.limit_bytes, MAX_PAGE_BYTES)
    entries: list[ToldEntry] = []
    for revision in revisions[:MOST_ENTRIES]:
        one = _told(connection, request.ward, revision)
        room -= len(one.content) + len(one.outcome) + ENTRY_BYTES
        if room < 0 and entries:
            break
        entries.append(one)
    more = len(entries) < len(revisions)
    return History(epoch, request.ward, request.before, tuple(entries), more)


def touching(connection: Connection, ward: str, record: str, upto: int) -> Iterator[Entry]:
    """The entries up to a revision that touched a record, newest first. What is older must have
    been looked through."""
    before = upto + 1
    while True:
        asked = {"ward": ward, "ids": [record], "before": before}
        revisions = _TOUCHED.column(connection, **asked, most=MOST_ENTRIES)
        for revision in revisions:
            one = _told(connection, ward, revision)
            yield Entry(revision, one.content.encode(), one.outcome.encode(), one.chain)
        if len(revisions) < MOST_ENTRIES:
            return
        before = revisions[-1]


_LATER = Ready(
    select(_touch.revision)
    .where(
        *(_touch.ward == bindparam("ward"), among(_touch.record)),
        *(_touch.revision > bindparam("after"), _touch.revision <= bindparam("upto")),
    )
    .distinct()
    .order_by(_touch.revision)
)


def looked_through_upto(connection: Connection, ward: str) -> int:
    """The last revision up to which it is written down what touched what."""
    return _UPTO.value(connection, ward=ward) or 0


def touched_since(
    connection: Connection, ward: str, records: Collection[str], after: int, upto: int
) -> Iterator[Entry]:
    """The entries after a revision, up to another that has been looked through, that touched one of
    these records, in their order."""
    where = {"ward": ward, "ids": sorted(records), "after": after, "upto": upto}
    for revision in _LATER.column(connection, **where):
        row = _ONE.first(connection, ward=ward, revision=revision)
        assert row is not None, "what was looked through is there"
        yield Entry(revision, bytes(row.content), bytes(row.outcome), row.chain)


def is_looked_through(connection: Connection, ward: str, upto: int) -> bool:
    """Whether the entries up to a revision have been looked through; so they are where nothing
    stands behind it, for then nobody asks."""
    head = head_of(connection, ward)
    last = head.revision if head else 0
    return last <= upto or (_UPTO.value(connection, ward=ward) or 0) >= upto


_ONE = Ready(
    select(_entry.content, _entry.outcome, _entry.chain, _entry.epoch, _entry.seal).where(
        _entry.ward == bindparam("ward"), _entry.revision == bindparam("revision")
    )
)


def _told(connection: Connection, ward: str, revision: int) -> ToldEntry:
    row = _ONE.first(connection, ward=ward, revision=revision)
    assert row is not None, "what was looked through is there"
    texts = bytes(row.content).decode(), bytes(row.outcome).decode()
    previous = str(chain_at(connection, ward, revision - 1))
    return ToldEntry(revision, previous, *texts, row.chain, row.epoch, row.seal)
