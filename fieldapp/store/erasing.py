"""A person erased by right leaves this laptop: rows, logs, journal, search, drafts.

Called with the page that brings the erasure, in its transaction. Bodies keep their hashes, so that
the log's chain and own unanswered work stay what they are; own work that still waits goes on
without the person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Table,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)

from fieldapp.model import Coverage, Enrolment, Notice, Paper, SubmissionLine
from fieldapp.model.changesets import Changeset, Position, content_hash, decode, is_erased
from fieldapp.model.erased_bodies import LogErasing, erased_content
from fieldapp.model.erasing import (
    ERASURE,
    Erasing,
    blank_sides,
    blank_values,
    erasing_of,
    erasures_in,
    is_said,
)
from fieldapp.model.record import record_types
from fieldapp.ready import Ready
from fieldapp.store import overlay, tables
from fieldapp.store import shadows as shadowed
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.log import sums
from fieldapp.store.rows import Key, conflict_table, in_chunks, read_fields, read_states, table_of

_PEOPLE_TEXTS = ("full_name", "id_number", "old_id_number", "si_number", "card_number", "phone")
_ERASURES = table_of(ERASURE)
_ERASED = Ready(
    select(_ERASURES.c.id, _ERASURES.c.person, _ERASURES.c.blanks).where(
        _ERASURES.c.ward == bindparam("ward"), _ERASURES.c.withdrawn.is_(False)
    )
)
_change, _position = tables.log_change.c, tables.position.c
_LOGGED = Ready(
    select(_change.record, func.min(_change.revision))
    .where(_change.ward == bindparam("ward"), _change.record_type == ERASURE)
    .group_by(_change.record)
)
_PLACE = Ready(select(_position.epoch, _position.floor).where(_position.ward == bindparam("ward")))
SHORTEST = 4
"""Texts shorter than this say nothing of whom a draft is about."""


def erase(connection: Connection, ward: str, done: Sequence[Changeset]) -> set[Key]:
    """Erases whom these changesets of the log erase; the records that changed."""
    return erase_people(connection, ward, [one for made in done for one in erasures_in(made)])


def erase_people(
    connection: Connection,
    ward: str,
    said: Sequence[tuple[str, list[list[str]]]],
    *,
    arrived: bool = False,
) -> set[Key]:
    """Erases these persons, each with what else is blanked; the records that changed.

    `arrived`: the ward came as it stands, as the server left it: of it what outlives them may have
    been written anew in entries that are not here.
    """
    if not said:
        return set()
    more = [(person, [*blanks, *made_for(connection, ward, person)]) for person, blanks in said]
    erasing = erasing_of(more)
    _drafts(connection, ward, erasing)
    behind = erasing.of_her() if arrived else _log(connection, ward, erasing)
    for table, id_of in _BODIES:
        _bodies(connection, ward, erasing, (table, id_of))
    _rows(connection, ward, behind)
    conflicts = _conflicts(connection, ward, behind)
    touched = {key for key in erasing.blanks if key[0] in record_types()} | conflicts
    overlay.lay_again(connection, ward, sorted(touched))
    sums.recount(connection, ward)
    _forget_unnamed_scans(connection, ward)
    return touched


def known_here(connection: Connection, ward: str) -> Erasing:
    """Who is erased in a ward, as far as this laptop knows."""
    return erasing_of(
        (row.person, row.blanks)
        for row in _ERASED.all(connection, ward=ward)
        if is_said(row.person, row.blanks)
    )


def seen_at(connection: Connection, ward: str, base: Position) -> Erasing:
    """Who was erased in a ward for whoever began at this place of its log: what the entries there
    and before it say. Nobody where the log has another life by now."""
    here = _PLACE.first(connection, ward=ward)
    if here is None or here.epoch != base.epoch:
        return Erasing()
    rows = [row for row in _ERASED.all(connection, ward=ward) if is_said(row.person, row.blanks)]
    own = shadowed.without_any(connection, ward, [(ERASURE, row.id) for row in rows])
    logged = dict(map(tuple, _LOGGED.all(connection, ward=ward)))
    return erasing_of(
        (row.person, row.blanks)
        for row in rows
        if (ERASURE, row.id) not in own and logged.get(row.id, here.floor) <= base.revision
    )


def blank_own(connection: Connection, ward: str, changeset: str) -> None:
    """Own work that the server holds because somebody in it was erased goes on without her."""
    known = known_here(connection, ward)
    here = tables.journal.c.id == changeset
    content = bytes(connection.execute(select(tables.journal.c.content).where(here)).scalar_one())
    bare = erased_content(content, known)
    if bare is not content:
        connection.execute(update(tables.journal).where(here).values(content=bare))
        overlay.lay_again(connection, ward, sorted(known.blanks))
        _forget_unnamed_scans(connection, ward)


def take_bare(connection: Connection, contents: Mapping[str, bytes]) -> dict[str, set[Key]]:
    """Own work goes on as erasures left it, of a ward whose log comes here no more; the records
    that it touches, by ward. What is not of the right hash is passed over."""
    touched: dict[str, set[Key]] = {}
    for changeset, bare in contents.items():
        here = tables.journal.c.id == changeset
        row = connection.execute(select(tables.journal).where(here)).first()
        if row is None or not is_erased(bare) or content_hash(bare) != row.hash:
            continue
        if row.content:
            _forget_scans(connection, bytes(row.content), bare)
        connection.execute(update(tables.journal).where(here).values(content=bare))
        keys = {change.key for change in decode(bare).changes}
        touched.setdefault(row.ward, set()).update(keys)
    for ward, keys in touched.items():
        overlay.lay_again(connection, ward, sorted(keys))
    return touched


def _forget_scans(connection: Connection, before: bytes, bare: bytes) -> None:
    """Scans that a changeset named before it was blanked leave with that."""
    named, ward = _scans_in(before) - _scans_in(bare), decode(before).ward
    attachments.forget(connection, [(ward, sha256) for sha256 in named])


def _forget_unnamed_scans(connection: Connection, ward: str) -> None:
    """Scans that nothing names any more leave. After a restore of the server a paper may stand in
    lost lines or in own work alone, until it is back."""
    gone = attachments.unnamed(connection, ward)
    for table in (tables.old_entry, tables.journal):
        if not gone:
            return
        bodies = select(table.c.content).where(table.c.ward == ward, table.c.content != b"")
        for body in connection.execute(bodies).scalars():
            gone -= {sha256 for sha256 in gone if sha256.encode() in bytes(body)}
    attachments.forget(connection, [(ward, sha256) for sha256 in gone])


def _scans_in(content: bytes) -> set[str]:
    papers = [c for c in decode(content).changes if c.record_type == Paper.type_name()]
    return {str(change.fields.get("sha256", (None, ""))[1]) for change in papers} - {""}


def forget_words(connection: Connection) -> None:
    """Merges the index of words: what was taken out of it is gone only then."""
    connection.execute(text("INSERT INTO person_search(person_search) VALUES ('optimize')"))


def made_for(connection: Connection, ward: str, person: str) -> list[list[str]]:
    """Records that say something of the person, also those that the eraser had not seen."""
    types = (Coverage, Enrolment, SubmissionLine, Notice, Paper)
    coverage, enrolment, line, notice, paper = (table_of(one.type_name()) for one in types)
    mine = select(coverage.c.id).where(coverage.c.ward == ward, coverage.c.person == person)
    found = [["coverage", record] for record in connection.execute(mine).scalars()]
    paid = select(enrolment.c.id).where(enrolment.c.ward == ward, enrolment.c.person == person)
    listed = select(line.c.id).where(line.c.ward == ward, line.c.enrolment.in_(paid))
    found += [["submission_line", record] for record in connection.execute(listed).scalars()]
    signed = select(notice.c.id).where(notice.c.ward == ward, notice.c.signed_by == person)
    found += [["notice", record] for record in connection.execute(signed).scalars()]
    hers = select(paper.c.id).where(paper.c.ward == ward, paper.c.person == person)
    return found + [["paper", record] for record in connection.execute(hers).scalars()]


# --- bodies ------------------------------------------------------------------------------------

_BODIES: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (tables.old_entry, ("ward", "chain")),
    (tables.journal, ("id",)),
)


def _log(connection: Connection, ward: str, erasing: Erasing) -> Erasing:
    """Erases from the log, in its order; what its rows are blanked by."""
    table, walk = tables.log_entry, LogErasing(erasing)
    columns = (table.c.revision, table.c.content, table.c.outcome)
    found = select(*columns).where(table.c.ward == ward).order_by(table.c.revision)
    for row in connection.execute(found).all():
        if changed := _bare(walk, row):
            here = (table.c.ward == ward) & (table.c.revision == row.revision)
            connection.execute(update(table).where(here).values(**changed))
    return walk.erasing


def _bodies(
    connection: Connection, ward: str, erasing: Erasing, of: tuple[Table, tuple[str, ...]]
) -> None:
    """Erases from bodies that stand in no order: from each for itself."""
    table, keys = of
    names = [name for name in ("content", "outcome") if name in table.c]
    columns = [table.c[name] for name in (*keys, *names)]
    there = (table.c.ward == ward) & (table.c.content != b"")
    for row in connection.execute(select(*columns).where(there)).all():
        if changed := _bare(LogErasing(erasing), row):
            here = [table.c[name] == getattr(row, name) for name in keys]
            connection.execute(update(table).where(*here).values(**changed))


def _bare(walk: LogErasing, row: Row[Any, Any, Any]) -> dict[str, bytes]:
    """Those of an entry's bodies that are otherwise without what is erased."""
    before = {"content": bytes(row.content), "outcome": bytes(getattr(row, "outcome", b"{}"))}
    after = dict(zip(before, walk.take(**before), strict=True))
    return {name: body for name, body in after.items() if body is not before[name]}


# --- rows --------------------------------------------------------------------------------------


def _rows(connection: Connection, ward: str, erasing: Erasing) -> None:
    """The log's state of each record: its row, or the shadow that own work lies over."""
    keys = [key for key in erasing.blanks if key[0] in record_types()]
    shadows = shadowed.read_shadows(connection, ward, keys)
    for key, fields in shadows.items():
        if fields is not None:
            former = {n: v for n, v in fields.items() if n == overlay.FORMED_BY}
            values = {n: v for n, v in fields.items() if n != overlay.FORMED_BY}
            laid = blank_values(erasing, key, values) | former
            shadowed.write_shadow(connection, ward, key, laid)
    for key, (former_id, values) in read_states(connection, ward, keys).items():
        blanked = blank_values(erasing, key, values)
        if blanked != values:
            overlay.write_view(connection, ward, key, former_id, blanked)


def _conflicts(connection: Connection, ward: str, erasing: Erasing) -> set[Key]:
    table, touched = conflict_table(), set[Key]()
    for records in in_chunks(sorted({record for _, record in erasing.blanks})):
        here = (table.c.ward == ward) & table.c.record.in_(records)
        for row in connection.execute(select(table).where(here)).all():
            sides = _sides(erasing, dict(row._mapping))
            mine = (table.c.ward == ward) & (table.c.id == row.id)
            connection.execute(update(table).where(mine).values(sides=sides))
            touched.add((overlay.CONFLICT, row.id))
    for key, fields in shadowed.all_shadows(connection, ward).items():
        if key[0] == overlay.CONFLICT and fields is not None:
            sides = _sides(erasing, fields)
            shadowed.write_shadow(connection, ward, key, fields | {"sides": sides})
            touched.add(key)
    return touched


def _sides(erasing: Erasing, row: dict[str, Any]) -> list[dict[str, Any]]:
    return blank_sides(erasing, (row["record_type"], row["record"], row["field"]), row["sides"])


# --- what was typed ----------------------------------------------------------------------------


def _drafts(connection: Connection, ward: str, erasing: Erasing) -> None:
    """Half-filled forms that name the person, by id or by what is still known of her."""
    known = set(erasing.people)
    for person in erasing.people:
        fields = read_fields(connection, ward, ("person", person)) or {}
        shadow = shadowed.read_shadows(connection, ward, [("person", person)])
        for values in (fields, shadow.get(("person", person)) or {}):
            texts = (values.get(name) for name in _PEOPLE_TEXTS)
            known |= {t for t in texts if isinstance(t, str) and len(t) >= SHORTEST}
    draft = tables.draft
    for row in connection.execute(select(draft)).all():
        told = f"{row.subject}\n{json.dumps(row.content, ensure_ascii=False)}"
        if any(one in told for one in known):
            here = (draft.c.place == row.place) & (draft.c.subject == row.subject)
            connection.execute(delete(draft).where(here))
