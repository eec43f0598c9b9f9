"""How PostgreSQL finds what a sync asks for: on a filled database no statement of the sync's reads
a table through that grows with the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Integer, String, Table, UniqueConstraint, event

from fieldapp.model.changesets import encode
from sync.protocol import (
    AskDesk,
    CountParts,
    Exchange,
    Farewell,
    FetchHistory,
    FetchPieces,
    FetchRows,
    HandOver,
    Handshake,
    Knock,
    Look,
    Mark,
    Meet,
    NameOwn,
    Pull,
    Push,
    Recall,
    Snapshot,
)
from sync.server.refusals import Refused
from sync.server.store.tables import server_metadata
from tests.server.test_health import ON_POSTGRES
from tests.support.changes import WARD, create, edit
from tests.support.ward_office import Hand, Office, family

pytestmark = ON_POSTGRES
TIMES, A_WARD = 4_000, 100
SMALL = {
    *("server_state", "epoch", "epoch_common", "ward_head", "backup", "audit_head"),
    *("user_account", "user_grant", "device", "life", "invitation", "token", "throttle"),
    *("receipt_book", "lease", "snapshot", "snapshot_piece"),
}
"""Tables that grow with people, wards and machines, not with what is done every day."""
Asked = dict[str, Any]


def fill(connection: Connection, table: Table) -> None:
    """Every row many times over, in many wards."""
    unique = {column.name for column in table.primary_key.columns}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            unique |= {column.name for column in constraint.columns}
    unique |= {c.name for index in table.indexes if index.unique for c in index.columns}
    said = []
    for column in table.columns:
        name, kind = f'"{column.name}"', getattr(column.type, "impl", column.type)
        if column.name == "ward":
            said.append(f"CASE WHEN n < {A_WARD} THEN ward ELSE 'w' || n / {A_WARD} END")
        elif column.name == "book":
            said.append(f"'B' || n / {A_WARD}")
        elif column.name in unique and isinstance(kind, String):
            said.append(f"md5({name} || n)")
        elif column.name in unique and isinstance(kind, Integer):
            said.append(f"{name} + n * 1000")
        else:
            said.append(name)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(said)} FROM "{table.name}",'
        f" generate_series(1, {TIMES}) AS n ON CONFLICT DO NOTHING"
    )


ALL = {table.name for table in server_metadata().sorted_tables} - SMALL


def rows_of(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())


@pytest.fixture
def filled(office: Office) -> tuple[Hand, Hand]:
    """A day's work of every kind, four thousand times; a canvasser and a clerk."""
    office.admin.add_book("Q1", 1, 500, WARD)
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    lan.pushes(*(lan.writes(0, *family(f"h{n}", f"p{n}")) for n in range(3)))
    at, day = "2026-11-23T01:00:00.000Z", "2026-11-23"
    answers = lan.pushes(
        lan.writes(0, create("visit", "v1", household="h1", visited_at=at)),
        lan.writes(0, create("enrolment", "e1", person="p1", paid_on=day)),
        lan.writes(0, create("receipt", "r1", issued_at=at)),
        lan.writes(0, create("coverage", "c1", person="p1", valid_from=day)),
        lan.writes(0, create("notice", "n1", household="h1", shown_at=at)),
        lan.writes(0, create("assignment", "a1", household="h1")),
    )
    assert {one.status for one in answers} == {"applied"}, answers
    lan.pushes(lan.writes(3, edit("person", "p1", full_name=("A", "B"))))
    thu.pushes(thu.writes(3, edit("person", "p1", full_name=("A", "C"))))
    thu.pushes(thu.writes(3, edit("person", "unknown", full_name=("A", "C"))))
    with office.service.database.write() as connection:
        for table in server_metadata().sorted_tables:
            if table.name in ALL:
                fill(connection, table)
    with office.service.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    return lan, thu


@contextmanager
def listening(office: Office) -> Iterator[Asked]:
    """Every statement of the block, with its last values."""
    asked: Asked = {}

    def hears(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.split(None, 1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH"):
            asked[statement] = values[0] if isinstance(values, list) else values

    engine = office.service.database.engine
    event.listen(engine, "before_cursor_execute", hears)
    yield asked
    event.remove(engine, "before_cursor_execute", hears)


def a_day_of_syncs(office: Office, lan: Hand, thu: Hand) -> None:
    """Every call that a laptop makes by itself."""
    epoch, at = lan.who.epoch, "2026-11-23T01:00:00.000Z"
    first = lan.pulls(0, lean=True)
    mark = Mark(first.entries[-1].chain, epoch, first.entries[-1].seal)
    greet = Handshake("i1", at, {WARD: (epoch, first.upto)}, None, "1", marks={WARD: mark})
    name = lan.writes(3, edit("person", "p1", phone=(None, "0903000001")))
    late = thu.writes(3, edit("person", "p1", phone=(None, "0903000002")), on=(name.id,))
    named = ((name.id, "0" * 64),)
    calls: list[tuple[Hand, str, Any]] = [
        (lan, "greet", greet),
        (lan, "knock", Knock("i1", at, "n", "m", "s")),
        (lan, "push", Push(WARD, (encode(name).decode(),))),
        (thu, "push", Push(WARD, (encode(late).decode(),))),
        (lan, "exchange", Exchange(None, (), (Pull(WARD, epoch, 3, lean=True),))),
        (thu, "desk", AskDesk()),
        (lan, "meet", Meet(WARD, ((3, first.entries[-1].chain),))),
        (lan, "recall", Recall(named)),
        (lan, "look", Look(WARD, named)),
        (lan, "count_parts", CountParts(WARD, "")),
        (lan, "fetch_rows", FetchRows(WARD, "ab")),
        (lan, "history", FetchHistory(WARD, epoch, ("p1",), 3)),
        (lan, "snapshot", Snapshot(WARD)),
        (lan, "pieces", FetchPieces(WARD, 1, 0)),
        (lan, "farewell", Farewell(named)),
        (thu, "audit", HandOver((), 0)),
        (lan, "bare", NameOwn(named)),
    ]
    for hand, call, request in calls:
        try:
            getattr(hand.session, call)(request)
        except Refused as refusal:
            assert refusal.code in ("server.no_such_snapshot", "server.not_revoked"), refusal.code


def read_through(plan: dict[str, Any]) -> Iterator[str]:
    """The tables that a plan reads from one end to the other."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from read_through(part)


def test_no_statement_of_the_sync_reads_a_table_through(
    office: Office, filled: tuple[Hand, Hand]
) -> None:
    with listening(office) as asked:
        a_day_of_syncs(office, *filled)
    assert len(asked) > 40
    found = {}
    with office.service.database.read() as connection:
        large = {table for table in ALL if rows_of(connection, table) >= TIMES}
        assert {"log_entry", "known_changeset", "field_change", "visit", "receipt"} <= large
        for statement, values in asked.items():
            explained = f"EXPLAIN (FORMAT JSON) {statement}"
            [plan] = connection.exec_driver_sql(explained, values).scalar_one()
            slow = set(read_through(plan["Plan"])) & large
            if slow:
                found[statement] = slow
    assert found == {}, json.dumps({k: sorted(v) for k, v in found.items()}, indent=1)
