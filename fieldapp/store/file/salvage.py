"""Reads what can still be read of a damaged file: own work, settings, half-filled forms, scans.

Every page carries an authentication code, so a row is read as it was written or not at all; a
changeset counts only if its content has its hash, or was let go on purpose (`pruning`). The damaged
file itself is not touched: a copy is read, with its log, and once more without it, where the log is
the damaged part; where that leaves something out, the pages are read one by one (`carving`).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from fieldapp.model.changesets import Changeset, content_hash, decode
from fieldapp.store import tables
from fieldapp.store.file.carving import contents

DATA, LOG = "field.db", "field.db-wal"
RUNNING = "running"
"""Stands in the folder while the file is open; then the log is there, too."""
SMALLEST_ROW = 200
"""Bytes that an action takes in the journal at least: bounds how many there can be."""
_STRIDE = 50
"""After so many rows that can't be read the search goes on in growing steps."""


@dataclass
class Salvage:
    """What was read.

    Attributes:
        journal: rows of the journal by id, in the order in which they were written.
        missing: actions between those that were read whose numbers show that they were there.
    """

    journal: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    drafts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """Actions whose numbers show that they were there, and that could not be read."""
        numbers: dict[str, set[int]] = {}
        for row in self.journal.values():
            numbers.setdefault(row["incarnation"], set()).add(row["number"])
        return sum(max(found) - min(found) + 1 - len(found) for found in numbers.values())


def is_sound(folder: Path, key: bytes, scratch: Path) -> bool:
    """Whether every page of the file in this folder can be read and fits the others."""
    reader = _Reader(_copied(folder, scratch, with_log=True), key)
    try:
        found = reader.rows("PRAGMA cipher_integrity_check") + reader.rows("PRAGMA integrity_check")
        return found == [("ok",)]
    except dbapi2.Error:
        return False
    finally:
        reader.close()


def read_what_can_be(folder: Path, key: bytes, scratch: Path) -> Salvage:
    """Everything of the file in this folder that can be read. Works in `scratch`, an own folder."""
    found, whole = Salvage(), False
    for with_log in (True, False):
        reader = _Reader(_copied(folder, scratch, with_log=with_log), key)
        try:
            _add(found, reader)
        finally:
            reader.close()
        whole = whole or not reader.failed
    if not whole:
        for made, content in _carved(folder, key):
            found.journal.setdefault(made.id, _row(made, content))
    return found


def scans_that_wait(
    folder: Path, key: bytes, scratch: Path
) -> Iterator[tuple[dict[str, Any], list[bytes] | None]]:
    """Scans of papers that the server does not have, one after the other: the row of each and its
    pieces; None at last for each that can't be read whole. Works in `scratch`, an own folder."""
    kept: set[tuple[str, str]] = set()
    lost: dict[tuple[str, str], dict[str, Any]] = {}
    for with_log in (True, False):
        reader = _Reader(_copied(folder, scratch, with_log=with_log), key)
        try:
            listed = [dict(zip(_SCAN, row, strict=True)) for row in reader.every(*_SCANS)]
            for row in listed:
                name = row["ward"], row["sha256"]
                if name in kept or row["state"] not in ("waiting", "refused"):
                    continue
                pieces = reader.pieces(*name)
                if hashlib.sha256(b"".join(pieces)).hexdigest() != row["sha256"]:
                    lost[name] = row
                    continue
                kept.add(name)
                yield row, pieces
        finally:
            reader.close()
    for name, row in lost.items():
        if name not in kept:
            yield row, None


_SCAN = [column.name for column in tables.attachment.columns]
_SCANS = "attachment", _SCAN


def _copied(folder: Path, scratch: Path, *, with_log: bool) -> Path:
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in (DATA, LOG) if with_log else (DATA,):
        if (folder / name).exists():
            shutil.copyfile(folder / name, scratch / name)
    return scratch / DATA


def _add(found: Salvage, reader: _Reader) -> None:
    for row in reader.every("journal", _JOURNAL):
        made = dict(zip(_JOURNAL, row, strict=True))
        emptied = made["content"] == b"" and made["settled"]
        if emptied or content_hash(made["content"]) == made["hash"]:
            found.journal.setdefault(made["id"], made)
    for name, value in reader.every("meta", ["name", "value"]):
        found.settings.setdefault(name, value)
    places = {(draft["place"], draft["subject"]) for draft in found.drafts}
    names = [column.name for column in tables.draft.columns]
    for row in reader.every("draft", names):
        draft = dict(zip(names, row, strict=True))
        if (draft["place"], draft["subject"]) not in places:
            found.drafts.append(draft)


def _carved(folder: Path, key: bytes) -> list[tuple[Changeset, bytes]]:
    """Own actions of which only the content is known, in the order in which they were made."""
    found = []
    for content in contents(folder / DATA, folder / LOG, key):
        with suppress(ValueError):
            found.append((decode(content), content))
    return sorted(found, key=lambda one: (one[0].incarnation, one[0].number))


def _row(made: Changeset, content: bytes) -> dict[str, Any]:
    """Its row in the journal, as unsent: what the server has already it will say."""
    row = {name: getattr(made, name) for name in ("id", "ward", "incarnation", "number", "action")}
    row |= {"made_at": made.made_at.isoformat(), "content": content, "settled": False}
    row |= {"hash": content_hash(content), "state": "unsent"}
    return {name: None for name in _JOURNAL} | row


_JOURNAL = [column.name for column in tables.journal.columns]


class _Reader:
    """Reads a copy. After a page that can't be read the connection is made anew."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._connection: Any = None
        self.failed = False

    def close(self) -> None:
        """Gives the copy free."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """All rows of a statement. Raises the driver's error."""
        return list(self._asked(sql, *values))

    def every(self, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
        """Each row that can be read, in the order of the table."""
        listed = ", ".join(columns)
        after, step, failed = 0, 1, 0
        limit = self._highest(table)
        while after <= limit:
            sql = f"SELECT rowid, {listed} FROM {table} WHERE rowid > ? ORDER BY rowid"
            try:
                for row in self._asked(sql, after):
                    if step > 1:
                        yield from self._before(f"SELECT rowid, {listed} FROM {table}", row[0])
                    after, step, failed = row[0], 1, 0
                    yield row[1:]
                return
            except dbapi2.Error:
                self.close()
                self.failed = True
                failed += 1
                step = step * 2 if failed > _STRIDE else 1
                after += step

    def pieces(self, ward: str, sha256: str) -> list[bytes]:
        """The pieces of a scan that can be read, through the index or, where that is damaged,
        without it."""
        for way in ("", "NOT INDEXED "):
            sql = f"SELECT content FROM attachment_piece {way}WHERE ward = ? AND sha256 = ?"
            try:
                found = list(self._asked(f"{sql} ORDER BY number", ward, sha256))
            except dbapi2.Error:
                self.close()
                continue
            if found:
                return [row[0] for row in found]
        return []

    def _before(self, sql: str, rowid: int) -> list[tuple[Any, ...]]:
        """Rows before one, back to the first that can't be read: those that a step left out."""
        found: list[tuple[Any, ...]] = []
        reader = _Reader(self._path, self._key)
        try:
            for row in reader._asked(f"{sql} WHERE rowid < ? ORDER BY rowid DESC", rowid):
                found.append(row[1:])
        except dbapi2.Error:
            pass  # that is where the damage ends
        finally:
            reader.close()
        return found[::-1]

    def _highest(self, table: str) -> int:
        try:
            return int(self.rows(f"SELECT coalesce(max(rowid), 0) FROM {table}")[0][0])
        except dbapi2.Error:
            self.close()
            return self._path.stat().st_size // SMALLEST_ROW

    def _asked(self, sql: str, *values: Any) -> Any:
        if self._connection is None:
            self._connection = dbapi2.connect(self._path)
            self._connection.execute("PRAGMA cipher_log_level = NONE")
            self._connection.execute(f"PRAGMA key=\"x'{self._key.hex()}'\"")
        return self._connection.execute(sql, values)
