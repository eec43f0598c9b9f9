"""One ward's log as the merge sees it, over the database, with what a batch adds to it.

Reads a batch's records, history and conflicts with a few queries, keeps the effects of accepted
changesets in memory so that the next one sees them, and writes them all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Connection

from fieldapp.clock import iso
from fieldapp.model import conflict_id, record_types
from fieldapp.model.changesets import Change, Changeset, Position, decode
from fieldapp.model.record import Record, content_fields, references, row_of, to_wire
from fieldapp.model.releases import (
    ENDS,
    LET_IN,
    LET_IN_WITHOUT,
    REFUSE,
    HeldRelease,
    release_id,
)
from fieldapp.model.sums import RowSum, conflict_hash, row_hash
from fieldapp.ready import Question
from sync.log_view import Releaser, Sighted
from sync.merge import REFERS, ConflictState, Outcome, PastChange, referrals
from sync.protocol import conflict_to_wire
from sync.seen import GONE
from sync.server.lives.lines import LostLines, WasEntry
from sync.server.wardlog.view_sql import (
    ANY_RELEASE,
    CHANGE_CONFLICTS,
    CONFLICT,
    CONFLICTS,
    CONTENTS,
    KEEP_CONFLICTS,
    KEEP_PAST,
    PAST,
    stored,
)
from sync.server.wardlog.view_sql import wire_of as wire_of

Key = tuple[str, str]
Item = TypeVar("Item")
CHUNK = 400
RELEASE = HeldRelease.type_name()


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items in lists of at most `size`: a statement has a limited number of parameters."""
    waiting: list[Item] = []
    for item in items:
        waiting.append(item)
        if len(waiting) == size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


@dataclass(frozen=True)
class Needs:
    """What judging some changesets will ask for: rows, what was done to records, conflicts by id
    and changesets by id."""

    rows: set[Key]
    past: set[Key]
    conflicts: set[str]
    changesets: set[str]


def needs_of(ward: str, changesets: Sequence[Changeset]) -> Needs:
    """What judging these of a ward will need, as far as they say it themselves."""
    needs, types = Needs(set(), set(), set(), set()), record_types()
    for changeset in changesets:
        needs.changesets.update(changeset.on)
        for change in changeset.changes:
            record = types.get(change.record_type)
            if record is None:
                continue
            needs.rows.add(change.key)
            referred = list(_referred(record, change))
            needs.rows.update(referred)
            needs.past.update(referred)
            if change.kind != "create":
                needs.past.add(change.key)
                names = {*change.fields, "withdrawn"}
                needs.conflicts.update(conflict_id(ward, *change.key, name) for name in names)
    return needs


def asks_for(ward: str, changesets: Sequence[Changeset]) -> Iterator[Question]:
    """What `StoredLog.read_ahead` asks for these, where no holding was ended in the ward."""
    needs = needs_of(ward, changesets)
    yield ANY_RELEASE, {"ward": ward}
    yield from asks_rows(ward, needs.rows).values()
    yield from asks_past(ward, needs.past).values()
    if needs.conflicts:
        yield CONFLICTS, {"ward": ward, "ids": sorted(needs.conflicts)}
    if needs.changesets:
        yield CONTENTS, {"ward": ward, "ids": sorted(needs.changesets)}


def asks_rows(ward: str, keys: Iterable[Key]) -> dict[str, Question]:
    """The rows of these records, by type."""
    return {
        kind: (stored(kind).some, {"ward": ward, "ids": records})
        for kind, records in _by_type(keys).items()
    }


def asks_past(ward: str, keys: Iterable[Key]) -> dict[str, Question]:
    """What was done to these records, by type."""
    return {
        kind: (PAST, {"ward": ward, "kind": kind, "ids": records})
        for kind, records in _by_type(keys).items()
    }


def _by_type(keys: Iterable[Key]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, record in sorted(keys):
        found.setdefault(kind, []).append(record)
    return found


class StoredLog:
    """`sync.merge.LogView` of one ward within one transaction that holds the ward's lock."""

    def __init__(self, connection: Connection, ward: str, epoch: str) -> None:
        self._connection, self._ward, self._epoch = connection, ward, epoch
        self._rows: dict[Key, dict[str, Any] | None] = {}
        self._former: dict[Key, str] = {}
        self._past: dict[Key, list[PastChange]] = {}
        self._conflicts: dict[str, ConflictState | None] = {}
        self._changesets: dict[str, Changeset | None] = {}
        self._stored: set[Key] = set()
        self._touched: dict[Key, None] = {}
        self._new_past: list[dict[str, Any]] = []
        self._stored_conflicts: set[str] = set()
        self._touched_conflicts: dict[str, int] = {}
        self._gone: dict[Key, int] = {}
        """The hashes that touched rows and conflicts had, where there were any."""

        self._released: bool | None = None
        self._lines = LostLines(connection, ward, epoch)

    # what the merge asks

    def sighted(self, base: Position) -> Sighted:
        """What lay at or before a position, on this log's line or on one that was lost."""
        return self._lines.sighted(base)

    def applied_behind(self, changeset: str, place: tuple[str, str, str]) -> Sequence[Sighted]:
        """What lay before a changeset on lost lines on which its change of a field applied."""
        return self._lines.applied_behind(changeset, place)

    def comes_back(self) -> bool:
        """Whether entries of lost lines have come back to this log."""
        return self._lines.any()

    def note_was(self, entry: WasEntry) -> None:
        """Notes where a changeset stood on a line that was lost."""
        self._lines.note(entry)

    def write_lines(self) -> None:
        """Writes what was noted of lost lines."""
        self._lines.write()

    def row(self, record_type: str, record: str) -> Mapping[str, Any] | None:
        """The record's wire values, or None."""
        key = (record_type, record)
        if key not in self._rows:
            self._load_rows([key])
        return self._rows[key]

    def past(self, record_type: str, record: str) -> Sequence[PastChange]:
        """Every edit and decision on the record, by revision."""
        key = (record_type, record)
        if key not in self._past:
            self._load_past([key])
        return self._past[key]

    def released(self, held: str) -> tuple[str, Releaser] | None:
        """How the holding of a changeset was ended, and who ended it; None: nobody has."""
        for how in (REFUSE, LET_IN_WITHOUT, LET_IN) if self._releases() else ():
            key = (RELEASE, release_id(self._ward, held, how))
            if self.row(*key) is not None:
                by = self.changeset(self._former[key])
                assert by is not None
                return how, Releaser(by.id, by.author, by.device)
        return None

    def _releases(self) -> bool:
        """Whether the holding of anything was ever ended in this ward: most often of nothing."""
        if self._released is None:
            self._released = ANY_RELEASE.first(self._connection, ward=self._ward) is not None
        return self._released

    def changeset(self, changeset: str) -> Changeset | None:
        """A changeset of this log by id."""
        if changeset not in self._changesets:
            self._load_changesets([changeset])
        return self._changesets[changeset]

    def conflict(self, conflict: str) -> ConflictState | None:
        """A conflict by id, open or settled."""
        if conflict not in self._conflicts:
            self._load_conflicts([conflict])
        return self._conflicts[conflict]

    # reading ahead

    def read_ahead(self, changesets: Sequence[Changeset]) -> None:
        """Loads what these changesets will ask for, in a few queries."""
        needs = needs_of(self._ward, changesets)
        rows = needs.rows
        if self._releases():
            ends = ((s.id, how) for s in changesets for how in ENDS)
            rows = rows | {(RELEASE, release_id(self._ward, *end)) for end in ends}
        self._load_rows(rows)
        self._load_past(needs.past)
        self._load_conflicts(needs.conflicts)
        self._load_changesets(needs.changesets)
        self._lines.read_ahead([s.base for s in changesets])

    def _load_rows(self, keys: Iterable[Key]) -> None:
        missing = [key for key in keys if key not in self._rows]
        self._rows |= dict.fromkeys(missing)
        for record_type, (some, wanted) in asks_rows(self._ward, missing).items():
            for row in some.all(self._connection, **wanted):
                self._keep_row(record_type, row)

    def _keep_row(self, record_type: str, row: Any) -> None:
        key = (record_type, row.id)
        self._rows[key] = stored(record_type).wire(row)
        self._former[key] = row.changeset
        self._stored.add(key)

    def _load_past(self, keys: Iterable[Key]) -> None:
        missing = [key for key in keys if key not in self._past]
        self._past |= {key: [] for key in missing}
        for kind, (past, wanted) in asks_past(self._ward, missing).items():
            for row in past.all(self._connection, **wanted):
                self._past[kind, row.record].append(_past_of(row))

    def _load_conflicts(self, ids: Iterable[str]) -> None:
        missing = sorted(i for i in ids if i not in self._conflicts)
        self._conflicts |= dict.fromkeys(missing)
        for row in CONFLICTS.all(self._connection, ward=self._ward, ids=missing) if missing else ():
            place = (row.record_type, row.record, row.field)
            self._conflicts[row.id] = ConflictState(row.id, *place, tuple(row.sides))
            self._stored_conflicts.add(row.id)

    def _load_changesets(self, ids: Iterable[str]) -> None:
        missing = sorted(i for i in ids if i not in self._changesets)
        self._changesets |= dict.fromkeys(missing)
        for row in CONTENTS.all(self._connection, ward=self._ward, ids=missing) if missing else ():
            self._changesets[row.changeset] = decode(row.content)

    # taking effects in, and writing them

    def absorb(self, changeset: Changeset, outcome: Outcome, revision: int) -> None:
        """Adds an accepted changeset's effect: from here on the view shows it."""
        self._changesets[changeset.id] = changeset
        for key, values in standing_rows(changeset, outcome).items():
            before = self.row(*key)
            if before is not None and key not in self._touched:
                self._gone[key] = row_hash(*key, self._former[key], before)
            if key[0] == RELEASE:
                self._released = True
            record = record_types()[key[0]]
            self._rows[key] = {**(default_wire(record) if before is None else before), **values}
            self._former[key] = changeset.id
            self._touched[key] = None
        for row in _past_rows(changeset, outcome, revision):
            self._new_past.append(row)
            key = (row["record_type"], row["record"])
            self.past(*key)
            self._past[key].append(PastChange(**{n: row[n] for n in _PAST_FIELDS}))
        for conflict in outcome.conflicts:
            former = self.conflict(conflict.id)
            if former is not None and conflict.id not in self._touched_conflicts:
                wire = _conflict_row(former)
                self._gone[CONFLICT.name, conflict.id] = conflict_hash(conflict.id, wire)
            self._conflicts[conflict.id] = conflict
            self._touched_conflicts[conflict.id] = revision

    def sum_after(self, before: RowSum) -> RowSum:
        """The ward's row sum with the effects that `write` is about to write."""
        come = [row_hash(*key, self._former[key], self._rows[key] or {}) for key in self._touched]
        for conflict in self._touched_conflicts:
            state = self._conflicts[conflict]
            assert state is not None
            come.append(conflict_hash(conflict, _conflict_row(state)))
        return before.minus(self._gone.values()).plus(come)

    def write(self) -> None:
        """Writes all effects since the last call, in statements over many rows."""
        self._write_rows()
        if self._new_past:
            KEEP_PAST.run(self._connection, self._new_past)
        self._write_conflicts()
        self._stored |= set(self._touched)
        self._stored_conflicts |= set(self._touched_conflicts)
        self._touched, self._new_past, self._touched_conflicts = {}, [], {}
        self._gone = {}

    def _write_rows(self) -> None:
        inserts: dict[str, list[dict[str, Any]]] = {}
        updates: dict[str, list[dict[str, Any]]] = {}
        for key in self._touched:
            record = record_types()[key[0]]
            columns = columns_of(record, self._rows[key] or {})
            columns |= {"ward": self._ward, "id": key[1], "changeset": self._former[key]}
            into = updates if key in self._stored else inserts
            into.setdefault(key[0], []).append(columns)
        for record_type, rows in inserts.items():
            stored(record_type).insertion.run(self._connection, rows)
        for record_type, rows in updates.items():
            stored(record_type).update.run_each(self._connection, rows)

    def _write_conflicts(self) -> None:
        inserts: list[dict[str, Any]] = []
        updates: list[dict[str, Any]] = []
        for conflict, revision in self._touched_conflicts.items():
            state = self._conflicts[conflict]
            assert state is not None
            row = {"ward": self._ward, "revision": revision} | _conflict_row(state)
            (updates if conflict in self._stored_conflicts else inserts).append(row)
        KEEP_CONFLICTS.run(self._connection, inserts)
        CHANGE_CONFLICTS.run_each(self._connection, updates)


_PAST_FIELDS = (
    "changeset",
    "revision",
    "field",
    "old",
    "value",
    "accepted",
    "at",
    "clock_trusted",
    "author",
    "device",
    "evidence",
)


def _conflict_row(state: ConflictState) -> dict[str, Any]:
    wire = conflict_to_wire(state)
    return {"record_type": wire.pop("type")} | wire


def _past_of(row: Any) -> PastChange:
    return PastChange(**{name: getattr(row, name) for name in _PAST_FIELDS})


def _past_rows(changeset: Changeset, outcome: Outcome, revision: int) -> Iterator[dict[str, Any]]:
    """The history that a changeset leaves: what its author made of each field, and how it ended."""
    for result in outcome.fields:
        change = changeset.change_of(result.record_type, result.record)
        unsaid = (GONE.get(result.field), GONE.get(result.field))
        old, value = change.fields.get(result.field, unsaid) if change else unsaid
        ended = {"old": old, "value": value, "accepted": result.accepted, "at": result.at}
        place = (result.record_type, result.record, result.field)
        yield _past_row(changeset, revision, place) | ended
    if outcome.status == "refused":
        yield from _withdrawn_rows(changeset, outcome, revision)
        return
    for key in referrals(changeset):
        ended = {"old": None, "value": None, "accepted": True, "at": iso(changeset.corrected_at)}
        yield _past_row(changeset, revision, (*key, REFERS)) | ended


def _withdrawn_rows(
    changeset: Changeset, outcome: Outcome, revision: int
) -> Iterator[dict[str, Any]]:
    """Who refused a changeset withdrew what it made: its author has not seen that."""
    for key, values in outcome.rows.items():
        if values.get("withdrawn") is True:
            ended: dict[str, Any] = {"old": False, "value": True, "accepted": True}
            ended |= {"at": iso(changeset.corrected_at), "evidence": None}
            by = asdict(outcome.refused_by) if outcome.refused_by else {}
            yield _past_row(changeset, revision, (*key, "withdrawn")) | ended | by


def _past_row(changeset: Changeset, revision: int, place: tuple[str, str, str]) -> dict[str, Any]:
    record_type, record, name = place
    return {
        "ward": changeset.ward,
        "record_type": record_type,
        "record": record,
        "field": name,
        "revision": revision,
        "changeset": changeset.id,
        "clock_trusted": not changeset.clock_jumped,
        "author": changeset.author,
        "device": changeset.device,
        "evidence": changeset.evidence,
    }


def standing_rows(changeset: Changeset, outcome: Outcome) -> Mapping[Key, Mapping[str, Any]]:
    """The values that an entry leaves, as everyone reads them from it (`model.entries.effects`)."""
    if outcome.status != "applied":
        return outcome.rows
    return {c.key: {name: new for name, (_, new) in c.fields.items()} for c in changeset.changes}


@cache
def default_wire(record: type[Record]) -> Mapping[str, Any]:
    """The wire values of fields that a creation left out. Not to be changed: they are shared."""
    fields = record.model_fields
    defaults = {
        name: to_wire(fields[name].get_default(call_default_factory=True))
        for name in content_fields(record)
        if not fields[name].is_required()
    }
    return MappingProxyType(defaults)


def columns_of(record: type[Record], wire: Mapping[str, Any]) -> dict[str, Any]:
    """The typed columns of wire values; every column is there, so that rows share a statement."""
    return {"unknown": {}} | row_of(record, dict(wire))


def _referred(record: type[Record], change: Change) -> Iterator[Key]:
    for name, target in references(record).items():
        value = change.fields[name][1] if name in change.fields else None
        if isinstance(value, str) and value:
            yield target, value
