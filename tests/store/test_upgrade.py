"""A file of the first released schema, with work in it, comes to today's with nothing lost."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event, text

from fieldapp.model.record import record_types
from fieldapp.store.file import engine as engines
from fieldapp.store.file import migrate
from fieldapp.store.rows import read_fields

KEY = bytes(32)
WARD = "26956.20250701"
COMMON = {"ward": WARD, "changeset": "c1", "unknown": "{}"}
ROWS: dict[str, dict[str, Any]] = {
    "household": {
        "id": "h1",
        "head": "p1",
        "house_number": "123/4/5A",
        "street": "Ung Văn Khiêm",
        "neighbourhood": "Khu phố 3",
        "phone": "0903000123",
        "call_hint": None,
        "note": "chó dữ",
        "tags": '["chợ"]',
        "do_not_contact": 0,
        "moved_on": None,
        "withdrawn": 0,
    },
    "person": {
        "id": "p1",
        "full_name": "Nguyễn Thị Bích Hằng",
        "sex": "female",
        "born_on": "1968-05-17",
        "id_number": "079168000001",
        "old_id_number": None,
        "id_reason": None,
        "si_number": "7900000001",
        "card_number": None,
        "group": "household",
        "phone": None,
        "note": "",
        "merged_into": None,
        "withdrawn": 0,
    },
    "receipt": {
        "id": "r1",
        "household": "h1",
        "book": "AB/2026",
        "number": 41906,
        "payer": "Hằng",
        "amount_dong": 1_366_200,
        "method": "cash",
        "issued_by": "lan",
        "issued_at": "2026-11-20T03:07:00.000Z",
        "check_code": "7F3A",
    },
    "enrolment": {
        "id": "e1",
        "person": "p1",
        "household": "h1",
        "receipt": "r1",
        "scheme": "hhi",
        "kind": "renewal",
        "months": 12,
        "paid_on": "2026-11-20",
        "valid_from": "2026-12-01",
        "valid_to": "2027-11-30",
        "rank": 1,
        "percent": 100,
        "income_dong": None,
        "gross_dong": 1_366_200,
        "state_dong": 0,
        "local_dong": 0,
        "participant_dong": 1_366_200,
        "quote_basis": "[]",
        "state": "paid",
        "withdrawn": 0,
    },
}
"""A household that has paid, as the first released program kept it."""
KEYS: dict[str, list[dict[str, Any]]] = {
    "log_change": [
        {"ward": WARD, "record_type": kind, "record": record, "revision": at}
        for kind, record, at in (("visit", "v1", 3), ("person", "p1", 2), ("person", "p1", 1))
    ],
    "search_number": [{"reversed": "100000861970", "key": 1}, {"reversed": "1", "key": 2}],
}
"""Rows of tables that are nothing but a key."""
ADDED = {
    "enrolment": {"group": "", "method": "periodic", "base_dong": None, "other_dong": 0}
    | {"state_percent": None, "tables_version": ""},
    "person": {"other_groups": [], "facility": None, "paper_result": False, "email": None},
    "household": {"household_code": None},
}
"""What the fields that are new since then hold."""


def first_schema(folder: Path) -> Path:
    """A file as the first released program left it."""
    path = folder / "field.db"
    file = engines.open_engine(path, KEY)
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    with file.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, row in ROWS.items():
            insert(connection, table, COMMON | row)
        for table, rows in KEYS.items():
            for row in rows:
                insert(connection, table, row)
    file.dispose()
    return path


def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)


def held(file: Engine) -> dict[str, dict[str, Any] | None]:
    with file.connect() as connection:
        return {
            kind: read_fields(connection, WARD, (kind, str(row["id"])))
            for kind, row in ROWS.items()
        }


def test_work_of_the_first_schema_is_all_there_after_the_upgrade(tmp_path: Path) -> None:
    file = engines.open_engine(first_schema(tmp_path), KEY)
    assert migrate.version(file) == "0001"

    migrate.up_to_date(file)

    assert migrate.version(file) == migrate.HEAD
    found = held(file)
    for kind, row in ROWS.items():
        fields = found[kind]
        assert fields is not None
        plain = {"tags": ["chợ"], "quote_basis": [], "withdrawn": False, "do_not_contact": False}
        expected = {name: plain.get(name, value) for name, value in row.items() if name != "id"}
        expected |= ADDED.get(kind, {})
        if kind == "receipt":
            expected["issued_at"] = "2026-11-20T03:07:00.000Z"
        assert {name: fields[name] for name in expected} == expected
    with file.connect() as connection:
        for kind in record_types():
            connection.execute(text(f"SELECT * FROM {kind}")).all()
        for table, rows in KEYS.items():
            kept = connection.execute(text(f"SELECT * FROM {table}")).mappings()
            assert sorted(map(str, map(dict, kept))) == sorted(map(str, rows))


def test_an_upgrade_killed_at_any_statement_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    first = first_schema(tmp_path / "first")
    statements = count_statements(copy_of(first, tmp_path / "counted"))
    assert statements > 20
    seen = set()
    for number in range(1, statements + 2):
        path = copy_of(first, tmp_path / str(number))
        killed = upgrade_killed_at(path, number)
        file = engines.open_engine(path, KEY)
        seen.add(version := migrate.version(file))
        assert version in ("0001", migrate.HEAD) and (killed or version == migrate.HEAD)
        migrate.up_to_date(file)
        people, money = held(file)["person"], held(file)["enrolment"]
        assert people is not None and people["full_name"] == "Nguyễn Thị Bích Hằng"
        assert money is not None and money["participant_dong"] == 1_366_200
        file.dispose()
    assert seen == {"0001", migrate.HEAD}


def copy_of(file: Path, folder: Path) -> Path:
    shutil.copytree(file.parent, folder)
    return folder / file.name


def count_statements(path: Path) -> int:
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    file = engines.open_engine(path, KEY)
    event.listen(file, "before_cursor_execute", counted)
    migrate.up_to_date(file)
    file.dispose()
    return count


def upgrade_killed_at(path: Path, number: int) -> bool:
    """Upgrades in a process that kills itself before its statement of that number."""
    child = os.fork()
    if child == 0:
        count = 0

        def killed(*_: object) -> None:
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            file = engines.open_engine(path, KEY)
            event.listen(file, "before_cursor_execute", killed)
            migrate.up_to_date(file)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
