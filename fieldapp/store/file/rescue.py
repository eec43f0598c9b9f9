"""A damaged file is set aside untouched; a new one begins with the own work that can be read.

The new file knows no log: the next sync brings the wards from the server, and what was not sent is
sent, scans of papers too. It is another life of the file (a new incarnation), so receipts wait for
the next handshake.
A crash in between leaves either the damaged file or the new one, never one with the other's log.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from fieldapp import durable
from fieldapp.model import Paper
from fieldapp.model.changesets import decode
from fieldapp.store import overlay, search, tables
from fieldapp.store.file.salvage import DATA, LOG, RUNNING, Salvage
from fieldapp.store.rows import table_of

FRESH = "rescued.db"
PENDING = "rescue.json"
"""Stands in the folder while the new file takes the place of the damaged one."""
ASIDE = "damaged"
RESCUED = "rescued"
"""The setting that says when and what was rescued, for whoever looks into it."""


@dataclass(frozen=True)
class Rescued:
    """What a rescue came to.

    Attributes:
        kept: own actions that the new file has.
        unsent: those of them that the server does not have yet.
        missing: own actions that were there and could not be read.
        scans: scans of papers that the server does not have, and that the new file has.
        scans_missing: scans that can't be read, and that the server may not have.
        aside: where the damaged file lies, untouched.
    """

    kept: int
    unsent: int
    missing: int
    scans: int
    scans_missing: int
    aside: Path


def put_aside(folder: Path, at: datetime) -> Path:
    """Copies the damaged file and its log to a folder of their own; which one."""
    aside = folder / ASIDE / at.strftime("%Y%m%dT%H%M%SZ")
    aside.mkdir(parents=True, exist_ok=True)
    for name in (DATA, LOG):
        if (folder / name).exists():
            shutil.copyfile(folder / name, aside / name)
            with (aside / name).open("rb+") as copy:
                os.fsync(copy.fileno())
    durable.sync_folder(aside)
    return aside


def fill(connection: Connection, found: Salvage, settings: Mapping[str, Any]) -> None:
    """Puts what was read into a new file, with own unsettled work laid over nothing."""
    told = {name: _value(kept) for name, kept in found.settings.items() if kept is not None}
    rows = [{"name": name, "value": value} for name, value in {**told, **settings}.items()]
    connection.execute(insert(tables.meta), rows)
    if found.drafts:
        drafts = [draft | {"content": _value(draft["content"])} for draft in found.drafts]
        connection.execute(insert(tables.draft), drafts)
    for row in found.journal.values():
        row = row | {"settled": bool(row["settled"])}
        connection.execute(insert(tables.journal).values(row))
        if not row["settled"]:
            _lay(connection, row)


def fill_scans(
    connection: Connection, scans: Iterable[tuple[Mapping[str, Any], list[bytes] | None]]
) -> tuple[int, int]:
    """Puts scans into the new file, with its own work in it already; how many, and how many of
    those that the server may lack were not to be read."""
    kept: set[tuple[str, str]] = set()
    lost = _named_unsent(connection)
    for row, pieces in scans:
        name = {"ward": row["ward"], "sha256": row["sha256"]}
        if pieces is None:
            lost.add((row["ward"], row["sha256"]))
            continue
        connection.execute(insert(tables.attachment).values({**row, "own": bool(row["own"])}))
        numbered = [name | {"number": n, "content": piece} for n, piece in enumerate(pieces)]
        connection.execute(insert(tables.attachment_piece), numbered)
        kept.add((row["ward"], row["sha256"]))
    return len(kept), len(lost - kept)


def _named_unsent(connection: Connection) -> set[tuple[str, str]]:
    """The scans of papers that own unsent work has added: all of them have to be there."""
    paper = table_of(Paper.type_name()).c
    found = select(paper.ward, paper.sha256).where(paper.sha256 != "", paper.withdrawn.is_(False))
    return {(row.ward, row.sha256) for row in connection.execute(found)}


def _value(kept: Any) -> Any:
    """A value that was kept as JSON: SQLite gives numbers as they are."""
    return json.loads(kept) if isinstance(kept, str) else kept


def _lay(connection: Connection, row: Mapping[str, Any]) -> None:
    """Lays an own changeset over a log of which nothing is here yet."""
    ward, made = str(row["ward"]), decode(bytes(row["content"]))
    keys = [key for change in made.changes for key in overlay.touched_keys(ward, change)]
    keys = list(dict.fromkeys(keys))
    overlay.keep_shadows(connection, ward, keys, keys)
    own = [
        {"ward": ward, "record_type": kind, "record": record, "changeset": row["id"]}
        for kind, record in keys
    ]
    connection.execute(insert(tables.own_change), own)
    overlay.lay_again(connection, ward, keys)
    search.index_touched(connection, ward, keys)


def take_its_place(folder: Path) -> None:
    """The new file, whole and closed, becomes the profile's file."""
    durable.write_whole(folder / PENDING, json.dumps({"fresh": FRESH}))
    finish(folder)


def finish(folder: Path) -> None:
    """Ends a replacement that may have been cut by a crash; does nothing where there is none."""
    if not (folder / PENDING).exists():
        return
    if (folder / FRESH).exists():
        for name in (RUNNING, LOG, f"{DATA}-shm"):
            (folder / name).unlink(missing_ok=True)
        durable.move_into_place(folder / FRESH, folder / DATA)
    (folder / PENDING).unlink()
    durable.sync_folder(folder)


def discard(folder: Path) -> None:
    """Takes away what a rescue that was cut before its end has left."""
    for name in (FRESH, f"{FRESH}-wal", f"{FRESH}-shm"):
        (folder / name).unlink(missing_ok=True)
