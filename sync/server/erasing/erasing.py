"""Erasure by right on the server: rows, logs, held work, and what comes later or comes back.

Who is erased stands in the ledger as well: a backup from before is erased again before it serves,
and of what laptops offer back then, a body without the person counts only if this server made it so
(its hash tells what it was, not what it is).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from fieldapp.model import (
    Conflict,
    Coverage,
    Enrolment,
    Notice,
    Paper,
    SubmissionLine,
    record_types,
)
from fieldapp.model.changesets import content_hash, is_erased
from fieldapp.model.erased_bodies import LogErasing, bare_hash, erased_content, erased_outcome
from fieldapp.model.erasing import (
    Erasing,
    blank,
    blank_evidence,
    blank_sides,
    blank_values,
    erasing_of,
)
from fieldapp.model.sums import conflict_hash, read_sum, row_hash
from fieldapp.ready import Question, Ready
from sync.server.attachments.contents import forget_unnamed
from sync.server.lives import keeping
from sync.server.lives.safe import Safe
from sync.server.store.tables import (
    erased,
    erased_body,
    field_change,
    held,
    log_entry,
    snapshot,
    snapshot_piece,
    table_of,
    ward_head,
    was_entry,
)
from sync.server.wardlog.reading import read_changeset
from sync.server.wardlog.register import Arrived
from sync.server.wardlog.view import chunks, columns_of, wire_of

Said = tuple[str, list[list[str]]]
"""A person, and what else is blanked with her (`Erasure.blanks`)."""
Turn = Callable[[bytes, Erasing], bytes]
AT_ONCE = 2_000
_BROKEN = (ValueError, KeyError, TypeError, AttributeError)
"""What a held content may be that nobody could read."""


def erasing_in(connection: Connection, ward: str) -> Erasing:
    """Who is erased in a ward, and what that blanks."""
    return erasing_of((row.person, row.blanks) for row in _ERASED.all(connection, ward=ward))


_ERASED = Ready(select(erased.c.person, erased.c.blanks).where(erased.c.ward == bindparam("ward")))


def asks_erased(ward: str) -> Question:
    """What `erasing_in` asks."""
    return _ERASED, {"ward": ward}


def without_erased(arrived: Arrived, erasing: Erasing) -> Arrived:
    """What arrived, without what is erased. Its hash stays."""
    if arrived.changeset is None:
        return arrived
    raw = erased_content(arrived.raw, erasing)
    if raw is arrived.raw:
        return arrived
    return replace(arrived, raw=raw, changeset=read_changeset(raw.decode()))


def is_believed(
    connection: Connection, ward: str, body: bytes, turn: Turn, erasing: Erasing
) -> bool:
    """Whether a body is what its hash says: as written, or as it was erased here.

    `turn`: as `erased_content` or `erased_outcome`: not all that is erased by now may be out of it.
    """
    if not is_erased(body):
        return True
    columns, digest = erased_body.c, content_hash(body)
    try:
        bare = bare_hash(turn(body, erasing))
    except _BROKEN:
        return False
    found = select(columns.hash).where(columns.ward == ward, columns.hash == digest)
    return connection.execute(found.where(columns.bare_hash == bare)).first() is not None


# --- erasing -----------------------------------------------------------------------------------


def erase(
    connection: Connection, ward: str, said: Sequence[Said], at: datetime, safe: Safe
) -> None:
    """Erases people of a ward, under its lock: last of all in a transaction."""
    people = []
    for person, more in said:
        known = select(erased.c.blanks).where(erased.c.ward == ward, erased.c.person == person)
        standing = connection.execute(known).scalar_one_or_none()
        blanks = [*(standing or []), *more, *_made_for(connection, ward, person)]
        blanks = [list(one) for one in dict.fromkeys(tuple(one) for one in blanks)]
        here = {"ward": ward, "person": person}
        if standing is None:
            connection.execute(insert(erased).values(**here, blanks=blanks, at=at))
        else:
            same = (erased.c.ward == ward) & (erased.c.person == person)
            connection.execute(update(erased).where(same).values(blanks=blanks))
        people.append(here)
    bodies = blank_ward(connection, ward, erasing_in(connection, ward))
    rows = [keeping.Rows(erased, here) for here in people]
    keeping.note(connection, safe, *rows, *_keep_bodies(connection, ward, said[0][0], bodies))


def note_bodies(
    connection: Connection, ward: str, person: str, bodies: Mapping[str, str], safe: Safe
) -> None:
    """Notes what an erasure left of bodies that came in later: last of all in a transaction."""
    keeping.note(connection, safe, *_keep_bodies(connection, ward, person, bodies))


def _keep_bodies(
    connection: Connection, ward: str, person: str, bodies: Mapping[str, str]
) -> list[keeping.Rows]:
    columns, here = erased_body.c, {"ward": ward, "person": person}
    for some in chunks(bodies):
        mine = (columns.ward == ward) & (columns.person == person) & columns.hash.in_(some)
        connection.execute(delete(erased_body).where(mine))
        rows = [here | {"hash": digest, "bare_hash": bodies[digest]} for digest in some]
        connection.execute(insert(erased_body), rows)
    return [keeping.Rows(erased_body, here)] if bodies else []


def _made_for(connection: Connection, ward: str, person: str) -> Iterator[list[str]]:
    """Records that say something of the person, also those that the eraser had not seen."""
    coverage, enrolment = table_of(Coverage), table_of(Enrolment)
    line = table_of(SubmissionLine)
    for table in (coverage, enrolment):
        found = select(table.c.id).where(table.c.ward == ward, table.c.person == person)
        ids = sorted(connection.execute(found).scalars())
        if table is coverage:
            yield from (["coverage", record] for record in ids)
            continue
        for some in chunks(ids):
            listed = select(line.c.id).where(line.c.ward == ward, line.c.enrolment.in_(some))
            rows = sorted(connection.execute(listed).scalars())
            yield from (["submission_line", record] for record in rows)
    notice, paper = table_of(Notice), table_of(Paper)
    signed = select(notice.c.id).where(notice.c.ward == ward, notice.c.signed_by == person)
    yield from (["notice", record] for record in sorted(connection.execute(signed).scalars()))
    hers = select(paper.c.id).where(paper.c.ward == ward, paper.c.person == person)
    yield from (["paper", record] for record in sorted(connection.execute(hers).scalars()))


def erase_again(connection: Connection, safe: Safe) -> None:
    """Erases, in a database that was put back, whom the ledger names. After replaying it."""
    for ward in sorted(set(connection.execute(select(erased.c.ward)).scalars())):
        erasing = erasing_in(connection, ward)
        bodies = blank_ward(connection, ward, erasing)
        known = set(
            connection.execute(select(erased_body.c.bare_hash).where(erased_body.c.ward == ward))
            .scalars()
            .all()
        )
        fresh = {digest: bare for digest, bare in bodies.items() if bare not in known}
        if fresh:
            note_bodies(connection, ward, min(erasing.people), fresh, safe)


# --- one ward ----------------------------------------------------------------------------------


def blank_ward(connection: Connection, ward: str, erasing: Erasing) -> dict[str, str]:
    """Blanks everything in a ward; of the log's bodies that changed, hash and bare hash."""
    ward_s = _Ward(connection, ward, erasing)
    ward_s.log()
    ward_s.lost_lines()
    ward_s.held()
    ward_s.past()
    ward_s.rows()
    ward_s.conflicts()
    ward_s.write_sum()
    forget_unnamed(connection, ward)
    for table in (snapshot, snapshot_piece):  # they can be made anew
        connection.execute(delete(table).where(table.c.ward == ward))
    return ward_s.bodies


@dataclass
class _Ward:
    connection: Connection
    ward: str
    erasing: Erasing
    bodies: dict[str, str] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    come: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.behind = LogErasing(self.erasing)

    def log(self) -> None:
        columns, after = log_entry.c, 0
        while True:
            found = select(columns.revision, columns.content, columns.outcome)
            here = found.where(columns.ward == self.ward, columns.revision > after)
            rows = self._all(here.order_by(columns.revision).limit(AT_ONCE))
            for row in rows:
                self._entry(row.revision, bytes(row.content), bytes(row.outcome))
            if len(rows) < AT_ONCE:
                return
            after = rows[-1].revision

    def _entry(self, revision: int, content: bytes, outcome: bytes) -> None:
        bare = dict(zip(("content", "outcome"), self.behind.take(content, outcome), strict=True))
        changed = {n: b for n, b in bare.items() if b is not (content, outcome)[n == "outcome"]}
        if changed:
            here = (log_entry.c.ward == self.ward) & (log_entry.c.revision == revision)
            self.connection.execute(update(log_entry).where(here).values(**changed))
            self.bodies |= {content_hash(body): bare_hash(body) for body in changed.values()}

    def lost_lines(self) -> None:
        for row in self._all(select(was_entry).where(was_entry.c.ward == self.ward)):
            before = bytes(row.outcome)
            outcome = erased_outcome(before, self.erasing)
            if outcome is not before:
                here = (was_entry.c.ward == self.ward) & (was_entry.c.chain == row.chain)
                self.connection.execute(update(was_entry).where(here).values(outcome=outcome))

    def held(self) -> None:
        for row in self._all(select(held.c.id, held.c.content).where(held.c.ward == self.ward)):
            before = content = bytes(row.content)
            with suppress(*_BROKEN):
                content = erased_content(before, self.erasing)
            if content is not before:
                here = update(held).where(held.c.id == row.id)
                self.connection.execute(here.values(content=content))

    def past(self) -> None:
        columns = field_change.c
        for kind, records in self._by_type():
            found = select(field_change).where(
                columns.ward == self.ward,
                columns.record_type == kind,
                columns.record.in_(records),
            )
            for row in self._all(found):
                place = (kind, row.record, row.field)
                anew = self.behind.erasing.renewers.get(place, ())
                if row.changeset in anew or not self.erasing.blanks_field(place[:2], row.field):
                    continue
                nothing = blank(kind, row.field)
                here = [columns[n] == getattr(row, n) for n in ("ward", "record_type", "record")]
                here += [columns.field == row.field, columns.revision == row.revision]
                evidence = blank_evidence(row.evidence)
                values = {"old": nothing, "value": nothing, "evidence": evidence}
                self.connection.execute(update(field_change).where(*here).values(**values))

    def rows(self) -> None:
        for kind, records in self._by_type():
            model = record_types()[kind]
            table = table_of(model)
            found = select(table).where(table.c.ward == self.ward, table.c.id.in_(records))
            for row in self._all(found):
                before = wire_of(model, row)
                after = blank_values(self.behind.erasing, (kind, row.id), before)
                if after == before:
                    continue
                here = (table.c.ward == self.ward) & (table.c.id == row.id)
                self.connection.execute(update(table).where(here).values(columns_of(model, after)))
                self.gone.append(row_hash(kind, row.id, row.changeset, before))
                self.come.append(row_hash(kind, row.id, row.changeset, after))

    def conflicts(self) -> None:
        table = table_of(Conflict)
        for kind, records in self._by_type():
            here = (table.c.ward == self.ward) & (table.c.record_type == kind)
            for row in self._all(select(table).where(here, table.c.record.in_(records))):
                place = (kind, row.record, row.field)
                sides = blank_sides(self.behind.erasing, place, row.sides)
                if sides == list(row.sides):
                    continue
                before = dict(row._mapping)
                self.gone.append(conflict_hash(row.id, before))
                self.come.append(conflict_hash(row.id, before | {"sides": sides}))
                mine = update(table).where(table.c.ward == self.ward, table.c.id == row.id)
                self.connection.execute(mine.values(sides=sides))

    def write_sum(self) -> None:
        if not self.gone:
            return
        here = ward_head.c.ward == self.ward
        head = self.connection.execute(select(ward_head).where(here)).one()
        total = read_sum(head.rows, head.row_sum).minus(self.gone).plus(self.come)
        values = {"rows": total.rows, "row_sum": total.text}
        self.connection.execute(update(ward_head).where(here).values(**values))

    def _by_type(self) -> Iterator[tuple[str, list[str]]]:
        by_type: dict[str, list[str]] = {}
        for kind, record in self.erasing.blanks:
            if kind in record_types():
                by_type.setdefault(kind, []).append(record)
        for kind, records in by_type.items():
            for some in chunks(sorted(records)):
                yield kind, some

    def _all(self, question: Any) -> Sequence[Any]:
        return self.connection.execute(question).all()


def person_in(body: bytes, erasing: Erasing) -> str:
    """One of the erased whom a body names, for the books."""
    named = [person for person in erasing.people if person.encode() in body]
    return min(named or erasing.people)
