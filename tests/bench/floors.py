"""What the storage engines and the codec themselves cost for the same records, without any sync."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import requests
from sqlalchemy import Engine, text

from fieldapp.store.file.engine import CACHE_KB, open_engine
from tests.bench.harness import timed
from tests.bench.workload import member

FIELDS = ("id", *member(0))
BATCH = 500


def rows(count: int) -> list[tuple[Any, ...]]:
    """The records as bare rows."""
    return [(f"{n:036d}", *member(n).values()) for n in range(count)]


@dataclass
class BareFile:
    """The same rows in the same kind of encrypted file: one transaction, three indexes, words."""

    path: Path
    engine: Engine
    seconds: float
    busy: float
    bytes_a_row: float

    def edit(self, ids: Sequence[str]) -> float:
        """Seconds for one transaction that changes these rows."""
        change = [{"id": one, "note": f"Lần thăm thứ 2: {one}"} for one in ids]
        writer = self.engine.execution_options(writes=True)
        with timed() as taken, writer.begin() as connection:
            connection.execute(text("UPDATE r SET note = :note WHERE id = :id"), change)
        return taken.seconds


def bare_file(path: Path, wanted: list[tuple[Any, ...]]) -> BareFile:
    """Writes it."""
    engine = open_engine(path, bytes(32))
    names = ", ".join(FIELDS)
    at = FIELDS.index("full_name"), FIELDS.index("birth_place"), FIELDS.index("note")
    with engine.begin() as made:
        made.exec_driver_sql(f"CREATE TABLE r ({names}, PRIMARY KEY (id))")
        for name in ("id_number", "si_number", "phone"):
            made.exec_driver_sql(f"CREATE INDEX i_{name} ON r({name})")
        made.exec_driver_sql(
            "CREATE VIRTUAL TABLE f USING fts5(a, b, c, content='',"
            " tokenize='unicode61 remove_diacritics 2')"
        )
    marks = ",".join("?" * len(FIELDS))
    words = [(n, *(row[i] for i in at)) for n, row in enumerate(wanted, 1)]
    with timed() as taken, engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KB}")
        connection.exec_driver_sql(f"INSERT INTO r VALUES ({marks})", wanted)
        connection.exec_driver_sql("INSERT INTO f(rowid, a, b, c) VALUES (?, ?, ?, ?)", words)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size / len(wanted)
    return BareFile(path, engine, taken.seconds, taken.busy, size)


@dataclass
class BareTable:
    """The same rows in PostgreSQL: transactions of 500 by COPY, then into the table."""

    url: str
    seconds: float
    busy: float

    def edit(self, ids: Sequence[str]) -> float:
        """Seconds for one transaction that changes these rows."""
        with psycopg.connect(self.url) as connection, timed() as taken:
            with connection.cursor() as cursor:
                change = "UPDATE bare SET note = %s WHERE id = %s"
                cursor.executemany(change, [(f"Lần thăm thứ 2: {one}", one) for one in ids])
            connection.commit()
        return taken.seconds


def bare_table(
    url: str, wanted: list[tuple[Any, ...]], others: Callable[[], float] = lambda: 0.0
) -> BareTable:
    """Writes it. `others`: as for `timed`."""
    with psycopg.connect(url, autocommit=True) as connection:
        columns = ", ".join(f"{name} text" for name in FIELDS)
        connection.execute(f"CREATE TABLE bare ({columns}, PRIMARY KEY (id))")
        connection.execute("CREATE TEMP TABLE staged (LIKE bare)")
        with timed(others) as taken:
            for start in range(0, len(wanted), BATCH):
                _stage(connection, wanted[start : start + BATCH])
    return BareTable(url, taken.seconds, taken.busy)


def _stage(connection: psycopg.Connection[Any], some: list[tuple[Any, ...]]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE staged")
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for row in some:
                copy.write_row(row)
        cursor.execute(
            "INSERT INTO bare SELECT * FROM staged ON CONFLICT (id) DO UPDATE SET note = "
            "excluded.note"
        )


def packed_bytes(count: int) -> float:
    """Bytes a record: as JSON lines, packed 500 at a time."""
    lines = [
        json.dumps(dict(zip(FIELDS, row, strict=True)), ensure_ascii=False, separators=(",", ":"))
        for row in rows(count)
    ]
    batches = ("\n".join(lines[n : n + BATCH]).encode() for n in range(0, count, BATCH))
    return sum(len(gzip.compress(batch, 6)) for batch in batches) / count


def round_trip(url: str, times: int = 20) -> float:
    """Seconds of a request that asks for nothing, over a connection of its own."""
    taken = []
    for _ in range(times):
        with timed() as one, requests.Session() as session:
            session.get(f"{url}/live", timeout=10)
        taken.append(one.seconds)
    return median(taken)
