"""What all commands of `fieldapp-server` share: the database, the answer, the language."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import make_url

from fieldapp.clock import Ids, SystemClock, iso
from fieldapp.words import LANGUAGES, Words
from sync.server.admin import Admin
from sync.server.lives import epochs
from sync.server.lives.safe import open_safe
from sync.server.service import Service
from sync.server.store.database import open_database, serving_limits
from sync.server.store.migrate import upgrade

Database = Annotated[
    str | None,
    typer.Option(
        envvar="FIELDAPP_DATABASE",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME; without it a file in DATA.",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        envvar="FIELDAPP_DATA",
        help="Folder of the database file, and of the seal key and the ledger, which must not lie"
        " in the database.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def words_of_user() -> Words:
    """The language of FIELDAPP_LANGUAGE; Vietnamese without it."""
    language = os.environ.get("FIELDAPP_LANGUAGE", "vi")
    return Words(language if language in LANGUAGES else "vi")


@contextmanager
def opened(database: str | None, data: Path | None) -> Iterator[Admin]:
    """The administrator of the database, which is created or upgraded first."""
    folder = data_folder(database, data)
    opened = open_database(database or _file_in(folder))
    clock = SystemClock()
    ids = Ids(clock)
    try:
        upgrade(opened, clock, ids)
        with opened.read() as connection:
            root = epochs.root_of(connection)
        admin = Admin(Service(opened, clock, ids, safe=open_safe(folder / root)))
        admin.init()
        yield admin
    finally:
        opened.close()


@contextmanager
def serving(
    database: str | None, data: Path | None, connections: int
) -> Iterator[tuple[Service, Path]]:
    """The service for a process that serves, within its limits, and the folder of its ledger. The
    database is created or upgraded first, without any."""
    folder = data_folder(database, data)
    with opened(database, data) as admin:
        service = admin.service
    within = open_database(database or _file_in(folder), serving_limits(connections))
    try:
        yield replace(service, database=within), folder
    finally:
        within.close()


def _file_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'server.db'}"


def data_folder(database: str | None, data: Path | None) -> Path:
    """Where the database file lies, if it is one of ours, and in any case what must not be in the
    database: the seal key and the ledger, in a folder with the name of the database's first life.
    """
    if data is None and database is not None and make_url(database).get_backend_name() == "sqlite":
        data = Path(make_url(database).database or ".").parent
    if data is None:
        from platformdirs import user_data_path

        data = user_data_path("fieldapp-server")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data.resolve()


def print_answer(answer: dict[str, Any] | list[dict[str, Any]], *, as_json: bool) -> None:
    """Prints an answer: one JSON document, or one line a row."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, default=_plain))
        return
    for row in answer if isinstance(answer, list) else [answer]:
        typer.echo("  ".join(f"{name}={_plain(value)}" for name, value in row.items()))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else str(value)
