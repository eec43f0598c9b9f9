"""What is held on one person and who looked: for whoever asks what the office keeps of her.

Law 91/2025/QH15, Art. 4, gives her that right; NĐ356/2025 two working days to answer. Looking at
all of it at once is a happening itself: it is noted before anything is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import VIETNAM, from_iso
from fieldapp.errors import UserMends
from fieldapp.reports.tables import TableHead, WrittenTable, write_table
from fieldapp.rules import tables
from fieldapp.store import happenings
from fieldapp.store.merged import shown_as
from fieldapp.store.queries import held as q
from fieldapp.store.queries import history as queries_log
from fieldapp.store.store import Store
from fieldapp.usecases.households.naming import WRITTEN, told_of, written_of
from fieldapp.usecases.me import me, name_of, staff_names, supervised
from fieldapp.usecases.noting import noted_export
from fieldapp.words import Words
from fieldapp.words.format import long_date, money

SHOWN: Mapping[str, tuple[str, ...]] = {
    "person": (
        *("full_name", "sex", "born_on", "id_number", "old_id_number", "si_number"),
        *("card_number", "group", "phone", "email", "ethnic_group", "nationality"),
        *("birth_place", "facility", "note"),
    ),
    "household": ("house_number", "street", "neighbourhood", "phone", "call_hint", "note"),
    "membership": ("relationship", "since", "until"),
    "coverage": ("scheme", "payer", "valid_from", "valid_to", "five_year_on"),
    "notice": ("wording", "consented", "how", "shown_by", "shown_at"),
    "enrolment": (
        *("scheme", "kind", "months", "paid_on", "valid_from", "valid_to", "income_dong"),
        *("participant_dong", "state"),
    ),
    "receipt": ("book", "number", "payer", "amount_dong", "method", "issued_by", "issued_at"),
    "paper": ("kind", "title", "added_by", "added_at"),
    "visit": ("visited_at", "canvasser", "outcome", "next_on", "note"),
    "submission_line": ("answer", "reason", "answered_on", "mended_note"),
    **{kind: (field,) for kind, field in WRITTEN.items()},
}
"""By kind of record the fields that say something of her, in the order of the file."""
LATE = timedelta(days=1)
STAFF_FIELDS = frozenset({"shown_by", "issued_by", "added_by", "canvasser"})


@dataclass(frozen=True)
class HeldValue:
    """One value: in which record it stands, who wrote that last and when (None: not known here)."""

    kind: str
    record: str
    field: str
    value: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class Look:
    """Somebody looked, decided, or took something out. `listed`: the server's list has it.
    `late_at`: when the server heard of it, if that was a day later or more, for until then its
    moment is what the laptop said."""

    kind: str
    who: str
    at: datetime
    listed: bool
    late_at: datetime | None = None


@dataclass(frozen=True)
class HeldOnPerson:
    """All of it. `whole`: the log of the ward is here from its beginning, so that whoever wrote a
    value is known."""

    ward: str
    person: str
    name: str
    values: tuple[HeldValue, ...]
    looks: tuple[Look, ...]
    whole: bool


def held_on_person(store: Store, words: Words, ward: str, person: str) -> HeldOnPerson:
    """What is held on a person of this ward, and who looked; this look is noted first.

    Raises:
        UserMends: `held.no_right` (a supervisor or an administrator answers such a question),
            `entry.gone`.
    """
    _must_be_supervisor(store, ward)
    shown = store.read(shown_as, ward, person)
    if not store.read(q.person_exists, ward, shown):
        raise UserMends("entry.gone", record=person)
    store.happened("person_seen", (ward,), {"all": True}, shown)
    return gathered(store, words, ward, shown)


def write_held_on_person(
    store: Store, path: Path, words: Words, ward: str, person: str
) -> WrittenTable:
    """Writes it as a workbook, for the answer to a request: every value with who wrote it, then who
    looked. Noted like every file, with full numbers, for that is what was asked for.

    Raises:
        UserMends: as `held_on_person` says; SurroundingsMend: the file can't be written.
    """
    _must_be_supervisor(store, ward)
    shown = store.read(shown_as, ward, person)
    if not store.read(q.person_exists, ward, shown):
        raise UserMends("entry.gone", record=person)
    choices = {"person": shown, "reason": "data_subject_request"}
    with noted_export(store, "person", (ward,), choices, masked=False, person=shown) as came:
        found = gathered(store, words, ward, shown)
        columns = (("kind", 22), ("field", 24), ("value", 44), ("by", 26), ("at", 18))
        heads = tuple((words.say(f"held.column_{name}"), width) for name, width in columns)
        notes = (words.say("held.file_note", day=long_date(store.today())),)
        head = TableHead(words.say("held.file_title", name=found.name), notes, heads)
        written = write_table(path, head, _rows(found, words), words)
        came.to(rows=written.rows, sha256=written.sha256)
    return written


def _must_be_supervisor(store: Store, ward: str) -> None:
    if ward not in supervised(store):
        raise UserMends("held.no_right")


def may_see_all(store: Store, ward: str) -> bool:
    """Whether the user may ask what is held on a person of the ward."""
    try:
        _must_be_supervisor(store, ward)
    except UserMends:
        return False
    return True


def _rows(found: HeldOnPerson, words: Words) -> Iterator[Sequence[str]]:
    for one in found.values:
        kind, name = words.say(f"held.kind_{one.kind}"), words.say(f"held.field_{one.field}")
        yield kind, name, one.value, one.by, _moment(one.at)
    for look in found.looks:
        late = look.late_at
        told = words.say("held.look_late", at=_moment(late)) if late is not None else ""
        yield (
            *(words.say("held.looked"), told_kind(words, look.kind), told, look.who),
            _moment(look.at),
        )


def told_kind(words: Words, kind: str) -> str:
    """What a line of the list says, in words; a kind of a newer server as it is."""
    key = f"held.look_{kind}"
    return words.say(key) if words.knows(key) else kind


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if at else ""


def gathered(store: Store, words: Words, ward: str, person: str) -> HeldOnPerson:
    """All that is held on a person, and who looked; for who notes this look."""
    staff = staff_names(store)
    records = store.read(_records, ward, person)
    keys = [(kind, row.id) for kind, row in records]
    authors = store.read(_authors, ward, keys)
    values = [
        HeldValue(
            kind,
            row.id,
            field,
            _told(words, field, getattr(row, field), staff, store.today()),
            name_of(staff, authors[kind, row.id][0]) if (kind, row.id) in authors else "",
            authors[kind, row.id][1] if (kind, row.id) in authors else None,
        )
        for kind, row in records
        for field in SHOWN[kind]
        if getattr(row, field) not in (None, "", [])
    ]
    looks = [
        _look(line, name_of(staff, line.actor))
        for line in store.read(happenings.lines_of, person, (ward,))
    ]
    mine = name_of(staff, me(store).username)
    looks += [
        Look(line.kind, mine, from_iso(line.happened_at), listed=False)
        for line in store.read(happenings.own_lines, person)
    ]
    name = next((str(row.full_name) for kind, row in records if kind == "person"), "")
    whole = not store.read(queries_log.begins_after, ward)
    return HeldOnPerson(ward, person, name, tuple(values), tuple(looks), whole)


def _records(connection: Connection, ward: str, person: str) -> q.Found:
    """Her records, and what people wrote about their work that names her."""
    found = q.records_on(connection, ward, person)
    called = (told_of(row._mapping) for kind, row in found if kind == "person")
    told = frozenset[str]().union(*called)
    return found + [(kind, row) for kind, _, row in written_of(connection, ward, told)]


def _look(line: happenings.Heard, who: str) -> Look:
    at = from_iso(line.happened_at)
    heard = from_iso(line.noted_at) if line.noted_at else at
    return Look(line.kind, who, at, listed=True, late_at=heard if heard - at >= LATE else None)


def _authors(
    connection: Connection, ward: str, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, datetime]]:
    """Who touched each record last, as far as the log here goes; own work that waits comes last."""
    found: dict[tuple[str, str], tuple[str, datetime]] = {}
    wanted = set(keys)
    waiting = [own.changeset for own in queries_log.unsettled_work_on(connection, ward, keys)]
    done = [effect.changeset for effect in queries_log.settled_changes(connection, ward, keys)]
    for changeset in (*waiting, *done):
        for change in changeset.changes:
            if change.key in wanted:
                found.setdefault(change.key, (changeset.author, changeset.corrected_at))
    return found


CODES: Mapping[str, str] = {
    "scheme": "receipts_place.scheme",
    "kind": "receipts_place.kind",
    "method": "receipts_place.method",
    "sex": "people.sex",
    "outcome": "rules.outcome",
    "group": "rules.group",
    "payer": "rules.group",
    "state": "receipts_place.step",
    "answer": "lists_place.line",
}


def _told(words: Words, field: str, value: Any, staff: Mapping[str, Any], day: date) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return words.say("held.yes" if value else "held.no")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, int):
        return money(value) if field.endswith("_dong") else str(value)
    if field in STAFF_FIELDS and value in staff:
        return str(staff[value].full_name)
    if field == "relationship":
        row = tables.find("relationships", str(value), day)
        return str(row.text(words.language) if row else value)
    key = f"{CODES.get(field, '')}_{value}"
    return words.say(key) if field in CODES and words.knows(key) else str(value)
