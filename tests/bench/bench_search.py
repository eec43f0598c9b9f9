"""How long a person waits for what she types, on a file with a million people.

Every stroke asks: a name without tones letter by letter, tails of numbers, an address. The floor is
the bare question to the index of words (or of numbers) for as many keys, in the same file.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from sqlalchemy import Connection, select

from fieldapp.rules.folding import fold
from fieldapp.store import tables
from fieldapp.usecases.households import search
from tests.bench.city import city_of
from tests.bench.harness import Measured, keep, table

BUDGET_MS = 16.0
ASKED = 60
"""People who are looked for, each in every way."""
SHOWN = 20


def typed(random: Random, name: str, address: str, number: str) -> list[str]:
    """What the box asks while somebody is looked for, stroke by stroke."""
    said = fold(" ".join(name.split()[-2:])) if random.random() < 0.5 else fold(name)
    door = fold(address)
    strokes = [said[:end] for end in range(1, len(said) + 1) if said[end - 1] != " "]
    strokes += [name, door, f"{said} {door.split()[0]}"]
    return strokes + [number[-end:] for end in range(3, 13, 3)]


def bare(connection: Connection, query: str) -> None:
    """The index asked for the first keys, and nothing more."""
    if query.isdigit():
        back = query[::-1]
        connection.exec_driver_sql(
            "SELECT key FROM search_number WHERE reversed >= ? AND reversed < ? LIMIT ?",
            (back, back + ":", SHOWN),
        ).all()
        return
    match = " AND ".join(f'"{word}"*' for word in fold(query).replace("/", " ").split())
    connection.exec_driver_sql(
        "SELECT rowid FROM person_search WHERE person_search MATCH ? LIMIT ?", (match, SHOWN)
    ).all()


def part(taken: list[float], percent: int) -> float:
    """So many of a hundred are no slower."""
    return sorted(taken)[len(taken) * percent // 100]


def times(ask: Callable[[str], object], queries: list[str]) -> list[float]:
    """Milliseconds of each question, of this process alone: the machine may have other work."""
    taken = []
    for query in queries:
        began = time.process_time()
        ask(query)
        taken.append((time.process_time() - began) * 1000)
    return taken


def main(count: int) -> None:
    """Measures and prints."""
    random, entry = Random(2), tables.search_entry.c
    with tempfile.TemporaryDirectory() as name:
        profile = city_of(Path(name) / "city", count)
        store, queries = profile.store, list[str]()
        for _ in range(ASKED):
            key = random.randrange(count) + 1
            wanted = select(entry.name, entry.address).where(entry.key == key)
            row = store.read(lambda c, q=wanted: c.execute(q).one())
            queries += typed(random, row.name, row.address, f"079199{key - 1:06d}"[:12])
        ours = times(lambda query: search.find(store, query, limit=SHOWN), queries)
        floor = times(lambda query: store.read(bare, query), queries)
        profile.close()
    slow = sorted(zip(ours, queries, strict=True), reverse=True)[:5]
    measured = [
        Measured(f"search: {count} people, p95", "ms", part(ours, 95), part(floor, 95)),
        Measured(f"search: {count} people, median", "ms", part(ours, 50), part(floor, 50)),
    ]
    table(measured)
    print(f"    {len(queries)} strokes of {ASKED} searches")
    print("    slowest: " + "; ".join(f"{query!r} {ms:.0f} ms" for ms, query in slow))
    verdict = "kept" if part(ours, 95) <= BUDGET_MS else "MISSED"
    print(f"    budget p95 {BUDGET_MS:.0f} ms: {verdict}")
    print(f"kept in {keep(measured)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
