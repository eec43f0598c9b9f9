"""Takes the beginning of a ward's log out of the file, a few entries at a time.

What goes is with the server and in every backup that it would still restore; `sync.client.keeping`
decides how much. Each step is one short transaction: entries, the list of what they touched, and
where the log begins now (`position.floor` with its chain) change together, so that a file is always
that of a log which begins somewhere, as after a ward came as it stands (`arriving`). Own changesets
lose their content alone: id, hash and number stay for ever.

Why whoever reads the log stays right:

- rows, row sums, search, conflicts are what the log added up to: nothing makes them again from
  entries but `reunion`, which lets a ward whose log begins late come anew;
- a page continues position and chain, which stay; so does the last entry, whose seal proves the
  position in a handshake (`reunion.marks`);
- entries are offered at a new epoch from the floor on: what is older is in what was restored. Those
  of lost lines (`old_entry`) stay;
- `log.learn_types` makes rows of types that an older program did not know: their entries stay;
- `own_work` asks what lay over a record when a form was opened: what own work touched stays;
- own work that the server has not settled keeps its content, and the log all that came after what
  its author saw, so that it can be undone; what was done earlier is not undone blindly
  (`history.before_the_log`), as is a decision whose entry is not here;
- a changeset that is an open side of a conflict keeps its content: it is listed with its author's;
- an erasure blanks what is here; the server blanks the rest, and says it blank;
- a parcel and a rescue carry what is unsent, which never goes. A rescued file begins anew;
- a list that is taken in asks who wrote a value: what nobody can tell counts as written by hand.
  That the same list wrote it before another one is not known any more: the preview shows it;
- a household's history, and the value that a conflict began with, are asked of the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)

from fieldapp.model.record import record_types
from fieldapp.ready import Ready, among
from fieldapp.store import tables
from fieldapp.store.bulk import insertion
from fieldapp.store.queries.history import open_sides

_position, _entry, _change = tables.position.c, tables.log_entry.c, tables.log_change.c
_journal, _mark = tables.journal.c, tables.log_mark.c


@dataclass(frozen=True)
class LogHere:
    """What of a ward's log is here: the entries after `floor` up to `revision`.

    Attributes:
        marks: up to which revision it was with the server at which moment (ISO, the server's
            time), ascending.
    """

    ward: str
    epoch: str
    floor: int
    revision: int
    marks: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Cut:
    """How far a ward's log may go: entries up to `upto`, contents of own work up to `own`."""

    ward: str
    epoch: str
    upto: int
    own: int


# --- what is here --------------------------------------------------------------------------------

_HERE = Ready(
    select(_position.ward, _position.epoch, _position.floor, _position.revision).order_by(
        _position.ward
    )
)
_MARKS = Ready(select(_mark.ward, _mark.revision, _mark.at).order_by(_mark.ward, _mark.revision))
_KEEP_MARK = insertion(tables.log_mark, ("ward", "revision", "at"), or_replace=True)
_DROP_MARK = Ready(
    delete(tables.log_mark).where(
        _mark.ward == bindparam("ward"), _mark.revision == bindparam("revision")
    )
)


def logs_here(connection: Connection) -> list[LogHere]:
    """Of each ward what is here of its log."""
    marks: dict[str, list[tuple[int, str]]] = {}
    for ward, revision, at in _MARKS.all(connection):
        marks.setdefault(ward, []).append((revision, at))
    rows = _HERE.all(connection)
    return [LogHere(w, epoch, at, upto, marks.get(w, ())) for w, epoch, at, upto in rows]


def keep_mark(connection: Connection, ward: str, revision: int, at: str) -> None:
    """Notes that a ward's log up to a revision was with the server at a moment; one mark a day."""
    last = [(r, then) for w, r, then in _MARKS.all(connection) if w == ward][-1:]
    for former, then in last:
        if then[:10] == at[:10]:  # a later moment for what came earlier that day: no harm
            _DROP_MARK.run(connection, ward=ward, revision=former)
    _KEEP_MARK.run_ready(connection, [(ward, revision, at)])


def needed_after(connection: Connection, ward: str, epoch: str) -> int | None:
    """The revision after which something here needs the log; None: nothing does.

    Own unsettled work does, from what its author saw on; of another life of the server's database
    nobody can tell, and all of it is needed. So does an entry of a type that only a newer program
    knows.
    """
    told = _BASES.first(connection, ward=ward, epoch=epoch)
    unknown = _UNKNOWN.value(connection, ward=ward, ids=list(record_types()))
    needed = [] if unknown is None else [unknown - 1]
    if told is not None and told.waiting:
        needed.append(int(told.base) if told.waiting == told.known else 0)
    return min(needed, default=None)


_TEXT = cast(_journal.content, Text)
_SAW: tuple[ColumnElement[Any], ...] = (
    func.count().label("waiting"),
    func.sum(func.json_extract(_TEXT, "$.base[0]") == bindparam("epoch")).label("known"),
    func.min(func.json_extract(_TEXT, "$.base[1]")).label("base"),
)
_BASES = Ready(select(*_SAW).where(_journal.ward == bindparam("ward"), _journal.settled.is_(False)))
_UNKNOWN = Ready(
    select(func.min(_change.revision)).where(
        _change.ward == bindparam("ward"), ~among(_change.record_type)
    )
)


# --- what goes -----------------------------------------------------------------------------------

_BEGINS = Ready(
    select(_position.epoch, _position.floor, _position.revision).where(
        _position.ward == bindparam("ward")
    )
)
_CHAIN = Ready(
    select(_entry.chain).where(
        _entry.ward == bindparam("ward"), _entry.revision == bindparam("revision")
    )
)
_GOES = Ready(
    delete(tables.log_entry).where(
        _entry.ward == bindparam("ward"), _entry.revision <= bindparam("upto")
    )
)
_OWN_REVISIONS = select(_journal.revision).where(
    _journal.ward == bindparam("ward"), _journal.revision.is_not(None)
)
_TOUCHED_GOES = Ready(
    delete(tables.log_change).where(
        _change.ward == bindparam("ward"),
        _change.revision > bindparam("after"),
        _change.revision <= bindparam("upto"),
        _change.revision.not_in(_OWN_REVISIONS),
    )
)
_MARKS_GO = Ready(
    delete(tables.log_mark).where(
        _mark.ward == bindparam("ward"), _mark.revision <= bindparam("upto")
    )
)
_BEGIN_LATER = Ready(
    update(tables.position)
    .where(_position.ward == bindparam("_ward"))
    .values(floor=bindparam("_floor"), floor_chain=bindparam("_chain"))
)


def cut_log(connection: Connection, cut: Cut, most: int) -> bool:
    """Lets at most so many entries go, in the caller's transaction; whether any did.

    The position's own entry never does, nor anything of another life of the server's database.
    """
    begins = _BEGINS.first(connection, ward=cut.ward)
    if begins is None or begins.epoch != cut.epoch:
        return False
    needed = needed_after(connection, cut.ward, cut.epoch)
    floor = min(cut.upto, begins.floor + most, begins.revision - 1)
    floor = floor if needed is None else min(floor, needed)
    if floor <= begins.floor:
        return False
    chain = _CHAIN.value(connection, ward=cut.ward, revision=floor)
    if chain is None:
        return False
    _GOES.run(connection, ward=cut.ward, upto=floor)
    _TOUCHED_GOES.run(connection, ward=cut.ward, after=begins.floor, upto=floor)
    _MARKS_GO.run(connection, ward=cut.ward, upto=floor)
    _BEGIN_LATER.run(connection, _ward=cut.ward, _floor=floor, _chain=chain)
    return True


_OWN = Ready(
    select(_journal.id)
    .join(tables.position, _position.ward == _journal.ward)
    .where(
        *(_journal.ward == bindparam("ward"), _journal.settled.is_(True)),
        *(_journal.epoch == _position.epoch, _position.epoch == bindparam("epoch")),
        *(_journal.revision <= bindparam("upto"), _journal.revision <= _position.floor),
        *(_journal.content != bindparam("nothing"), ~among(_journal.id, "aside")),
    )
    .order_by(_journal.revision)
    .limit(bindparam("most"))
)
_EMPTY = Ready(
    update(tables.journal)
    .where(among(_journal.id))
    .values(content=bindparam("_nothing"), proof=bindparam("_proof"), former=bindparam("_former"))
)


def cut_own(connection: Connection, cut: Cut, most: int) -> bool:
    """Lets the contents of at most so many own changesets go, of those whose entries are not here
    any more either; whether any did."""
    aside = sorted(open_sides(connection))
    where = {"ward": cut.ward, "epoch": cut.epoch, "upto": cut.own, "nothing": b""}
    names = _OWN.column(connection, **where, aside=aside, most=most)
    if names:
        _EMPTY.run(connection, ids=names, _nothing=b"", _proof=None, _former=None)
    return bool(names)
