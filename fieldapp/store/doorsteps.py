"""What the list of the day needs of each household, kept ready: derived, never the truth.

Reading all rows of 25,000 households takes seconds; reading one line each takes a fifth of one.
A line is there only while nothing that it was made of has changed: triggers take it away in the
very transaction that changes a row, whoever changes it and by whichever statement. What is missing
is made anew by whoever reads (`Store.keep_doorsteps`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, func, or_, select, text, update

from fieldapp.clock import VIETNAM
from fieldapp.ready import Ready, among
from fieldapp.store import tables
from fieldapp.store.bulk import insertion
from fieldapp.store.meta import read_meta, write_meta
from fieldapp.store.queries.households import (
    assignments,
    enrolments,
    households,
    memberships,
    people,
    receipts,
    visits,
)

DATED_BY = "doorstep_dated_by"
"""The setting that names the dated tables by which lines say when they are due."""
NEVER_DUE = date.max.toordinal()
FORM = "doorstep_form"
"""The setting that says of which form the kept lines are, and which triggers watch over them."""
Line = tuple[str, str, str | None, str]
"""Ward, household, its head, its facts."""

_step = tables.doorstep.c


def _of_household(row: str, column: str) -> str:
    return f"ward = {row}.ward AND household = {row}.{column}"


def _of_person(row: str, column: str) -> str:
    return (
        f"ward = {row}.ward AND household IN (SELECT m.household FROM membership m "
        f"WHERE m.ward = {row}.ward AND m.person = {row}.{column})"
    )


def _of_head(row: str) -> str:
    return f"ward = {row}.ward AND head = {row}.id"


def _of_receipt(row: str) -> str:
    return (
        f"ward = {row}.ward AND household IN (SELECT m.household FROM enrolment e "
        f"JOIN membership m ON m.ward = e.ward AND m.person = e.person "
        f"WHERE e.ward = {row}.ward AND e.receipt = {row}.receipt)"
    )


def _spoilt(table: str, row: str) -> tuple[str, ...]:
    """Which lines a row of a table, as it was or as it is now, takes part in."""
    return {
        "household": (_of_household(row, "id"),),
        "membership": (_of_household(row, "household"),),
        "person": (_of_person(row, "id"), _of_head(row)),
        "coverage": (_of_person(row, "person"),),
        "enrolment": (_of_household(row, "household"), _of_person(row, "person")),
        "receipt_void": (_of_receipt(row),),
        "visit": (_of_household(row, "household"),),
        "assignment": (_of_household(row, "household"),),
    }[table]


WATCHED = (
    "household",
    "membership",
    "person",
    "coverage",
    "enrolment",
    "receipt_void",
    "visit",
    "assignment",
)


def _triggers() -> Iterator[tuple[str, str]]:
    """The triggers by name. While no line is kept they cost nothing worth telling."""
    for table in WATCHED:
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            name = f"doorstep_{table}_{event.lower()}"
            doomed = [where for row in rows for where in _spoilt(table, row)]
            does = " ".join(f"DELETE FROM doorstep WHERE {where};" for where in doomed)
            head = f'CREATE TRIGGER "{name}" AFTER {event} ON "{table}"'
            yield name, f"{head} WHEN EXISTS (SELECT 1 FROM doorstep) BEGIN {does} END"


TRIGGERS = dict(_triggers())


def stand(connection: Connection, form: str) -> bool:
    """Whether the lines are of this form and were watched over all the time.

    A migration that builds a table anew takes its triggers along: what was not watched over is
    worth nothing.
    """
    return _standing(connection) == TRIGGERS and read_meta(connection, FORM) == form


def watch(connection: Connection, form: str) -> None:
    """Sees to it that the lines `stand`; where they did not, none is left."""
    if stand(connection, form):
        return
    for name in _standing(connection):
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    connection.execute(delete(tables.doorstep))
    for trigger in TRIGGERS.values():
        connection.exec_driver_sql(trigger)
    write_meta(connection, **{FORM: form})


def _standing(connection: Connection) -> dict[str, str]:
    return dict(map(tuple, _TRIGGERS.all(connection)))


_TRIGGERS = Ready(
    text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'doorstep%'")
)


_EACH = (
    select(households.c.id, _step.key)
    .select_from(households)
    .outerjoin(
        tables.doorstep,
        (_step.ward == households.c.ward) & (_step.household == households.c.id),
    )
    .where(among(households.c.ward, "wards"), households.c.withdrawn.is_(False))
)
_KEYS, _SOME_KEYS = Ready(_EACH), Ready(_EACH.where(among(households.c.id)))
_LINES = Ready(select(_step.key, _step.household, _step.ward, _step.facts).where(among(_step.ward)))
_SOME_LINES = Ready(
    select(_step.key, _step.household, _step.ward, _step.facts).where(
        _step.key.in_(select(func.json_each(bindparam("keys")).table_valued("value").c.value))
    )
)
_KEEP = insertion(tables.doorstep, ("ward", "household", "head", "facts"), where_missing=True)


def keys(
    connection: Connection, wards: Sequence[str], asked: Collection[str] | None = None
) -> dict[str, int | None]:
    """Each household of these wards, or some of them, with the key of its line; None where none is
    kept.

    A key stands for one line as it is: a line that is made anew has another.
    """
    if asked is None:
        return dict(map(tuple, _KEYS.all(connection, wards=wards)))
    return dict(map(tuple, _SOME_KEYS.all(connection, wards=wards, ids=asked)))


def all_lines(connection: Connection, wards: Sequence[str]) -> list[Any]:
    """Key, household, ward and facts of all lines of these wards."""
    return _LINES.all(connection, ids=wards)


def some_lines(connection: Connection, wanted: Collection[int]) -> list[Any]:
    """Key, household, ward and facts of these lines."""
    return _SOME_LINES.all(connection, keys="[" + ",".join(map(str, wanted)) + "]")


def first_due(
    connection: Connection, wards: Sequence[str], today: date, most: int, dated_by: str
) -> set[str] | None:
    """The households whose lines are due first, so many of those that know when, and all of those
    that do not know it of this day; None where they were dated by other tables.

    None of the others is due before one of these.
    """
    if read_meta(connection, DATED_BY) != dated_by:
        return None
    asked = {"ids": wards, "today": today.toordinal()}
    late = _OVERDUE.column(connection, **asked)
    return {*late, *_DUE.column(connection, **asked, most=most)}


def undated(connection: Connection, wards: Sequence[str], today: date, dated_by: str) -> set[int]:
    """The keys of the lines that do not know when they are due on or after this day."""
    if read_meta(connection, DATED_BY) != dated_by:
        return {row.key for row in all_lines(connection, wards)}
    return {row.key for row in _OVERDUE.all(connection, ids=wards, today=today.toordinal())}


def put_dates(connection: Connection, days: Mapping[int, date | None], dated_by: str) -> None:
    """Notes when lines are due, by these dated tables: with other tables than before, all of them
    begin anew."""
    if read_meta(connection, DATED_BY) != dated_by:
        connection.execute(update(tables.doorstep).values(due=None))
        write_meta(connection, **{DATED_BY: dated_by})
    _DATE.run_each(
        connection,
        [{"_key": key, "_due": day.toordinal() if day else NEVER_DUE} for key, day in days.items()],
    )


_DATE = Ready(
    update(tables.doorstep)
    .where(_step.key == bindparam("_key"))
    .values(due=bindparam("_due", type_=Integer))
)
_OVERDUE = Ready(
    select(_step.household, _step.key).where(
        among(_step.ward), or_(_step.due.is_(None), _step.due < bindparam("today"))
    )
)
_DUE = Ready(
    select(_step.household)
    .where(among(_step.ward), _step.due >= bindparam("today"))
    .order_by(_step.due)
    .limit(bindparam("most"))
)


def keep(connection: Connection, lines: Sequence[Line]) -> None:
    """Keeps lines of households that have none."""
    _KEEP.run_ready(connection, lines)


def merged_homes(connection: Connection, wards: Sequence[str]) -> set[str]:
    """Households of people whom others are shown as.

    What counts of them lies with other records than theirs, so that no line is kept of them.
    """
    return set(_MERGED.column(connection, ids=wards))


_into = people.alias("into")
_MERGED = Ready(
    select(memberships.c.household)
    .join(
        _into,
        (_into.c.ward == memberships.c.ward) & (_into.c.merged_into == memberships.c.person),
    )
    .where(among(_into.c.ward))
)


def homes_of(connection: Connection, wards: Sequence[str], records: Collection[str]) -> set[str]:
    """The households in whose own rows, people, visits or money one of these records stands."""
    found: set[str] = set()
    for query in _HOMES:
        found.update(query.column(connection, wards=wards, ids=records))
    return found


_HOMES = tuple(
    Ready(select(home).where(among(ward, "wards"), among(record)))
    for home, ward, record in (
        (households.c.id, households.c.ward, households.c.id),
        (memberships.c.household, memberships.c.ward, memberships.c.person),
        (visits.c.household, visits.c.ward, visits.c.id),
        (enrolments.c.household, enrolments.c.ward, enrolments.c.id),
        (receipts.c.household, receipts.c.ward, receipts.c.id),
    )
)


def homes_named(connection: Connection, wards: Sequence[str], canvasser: str) -> set[str]:
    """The households of which an assignment names a canvasser, in force or not."""
    return set(_NAMED.column(connection, wards=wards, canvasser=canvasser))


_NAMED = Ready(
    select(assignments.c.household).where(
        among(assignments.c.ward, "wards"),
        assignments.c.canvasser == bindparam("canvasser"),
        assignments.c.withdrawn.is_(False),
    )
)


def homes_of_day(connection: Connection, wards: Sequence[str], day: date) -> set[str]:
    """The households that were visited on a day, or paid on it."""
    begins, ends = _bounds(day)
    found: set[str] = set()
    for query in _OF_DAY:
        found.update(query.column(connection, wards=wards, begins=begins, ends=ends))
    return found


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a day in Ho Chi Minh City."""
    first = datetime.combine(day, time.min, VIETNAM).astimezone(UTC)
    last = datetime.combine(day, time.max, VIETNAM).astimezone(UTC)
    return first, last


_OF_DAY = tuple(
    Ready(
        select(table.c.household).where(
            among(table.c.ward, "wards"), at >= bindparam("begins"), at <= bindparam("ends")
        )
    )
    for table, at in ((visits, visits.c.visited_at), (receipts, receipts.c.issued_at))
)
