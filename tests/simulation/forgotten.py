"""Whoever was erased by right stays erased, everywhere.

Written from `design.md` 5 alone, past `fieldapp.model.erasing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.simulation.hidden import HIDDEN, MAY_STAY
from tests.simulation.machines import Laptop, Server
from tests.simulation.memory import Memory, must

NOTHING = (None, "", [], {}, False, "household")
"""What stands where a value was; `household` is the group of whoever has no other."""
STAYS_ERASED = "erased stays erased"


def server_has_forgotten(memory: Memory, server: Server) -> None:
    """No row of hers says anything, after every step; unless the server waits for its operator."""
    if memory.doubtful or server.stopped or not HIDDEN.people:
        return
    for ward, person in _erased(server):
        _row_is_blank(server.disk, ward, person, "server")


def nobody_remembers(play: Any) -> None:
    """At rest: no body and no row of hers says anything, on the server or on any laptop."""
    server, memory = play.world.server, play.memory
    erased = _erased(server)
    _all_of_them(memory, erased)
    for ward, person in erased:
        _row_is_blank(server.disk, ward, person, "server")
        for table in ("log_entry", "held"):
            _bodies(server.disk, table, (ward, person), "server")
    for laptop in play.world.laptops:
        wards = {row[0] for row in laptop.disk.ask("SELECT ward FROM position")}
        for ward, person in erased:
            if ward in wards and not (laptop.revoked or laptop.silenced):
                _laptop(laptop, ward, person)


def _erased(server: Server) -> list[tuple[str, str]]:
    return [tuple(row) for row in server.disk.ask("SELECT ward, person FROM erased ORDER BY 1, 2")]


def _all_of_them(memory: Memory, erased: list[tuple[str, str]]) -> None:
    """Each erasure that stands in a log is in the ledger's table, too."""
    for (epoch, ward), line in memory.lines.items():
        if epoch != memory.epoch:
            continue
        for content, outcome in zip(line.contents, line.outcomes, strict=True):
            for change in json.loads(content)["changes"]:
                counts = json.loads(outcome)["status"] != "refused"
                if change["type"] == "erasure" and change["kind"] == "create" and counts:
                    there = (ward, change["values"]["person"]) in erased
                    must(there, STAYS_ERASED, ("not noted", change["values"]["person"]))


def _laptop(laptop: Laptop, ward: str, person: str) -> None:
    _row_is_blank(laptop.disk, ward, person, laptop.name)
    for table in ("log_entry", "old_entry", "journal"):
        _bodies(laptop.disk, table, (ward, person), laptop.name)
    named = laptop.disk.ask(
        "SELECT name FROM search_entry WHERE ward = ? AND person = ?", ward, person
    )
    must(all(not name for (name,) in named), STAYS_ERASED, (laptop.name, "search", named))


def _row_is_blank(disk: Any, ward: str, person: str, where: str) -> None:
    for row in disk.ask(
        "SELECT full_name, phone, note, id_number, born_on, unknown FROM person"
        " WHERE ward = ? AND id = ?",
        ward,
        person,
    ):
        unknown = json.loads(row[5] or "{}")
        said = [value for value in (*row[:5], *unknown.values()) if value not in NOTHING]
        must(not said, STAYS_ERASED, (where, person, said))


def _bodies(disk: Any, table: str, of: tuple[str, str], where: str) -> None:
    ward, person = of
    columns = "content" if table in ("journal", "held") else "content, outcome"
    for row in disk.ask(f"SELECT {columns} FROM {table} WHERE ward = ?", ward):
        said = [one for body in row if person.encode() in body for one in _said(body, person)]
        must(not said, STAYS_ERASED, (where, table, person, said[:3]))


def _said(body: bytes, person: str) -> Iterator[Any]:
    """Every value that a content or an outcome still says of her."""
    wire = json.loads(body)
    for change in wire.get("changes", ()):
        if (change["type"], change["id"]) == ("person", person):
            pairs = change.get("values", {}) | change.get("fields", {})
            yield from _speaking(pairs)
    for row in wire.get("rows", ()):
        if (row["type"], row["id"]) == ("person", person):
            yield from _speaking(row["values"])
    for one in wire.get("conflicts", ()):
        if (one["type"], one["record"]) == ("person", person):
            for side in one["sides"]:
                yield from _speaking({one["field"]: [side["old"], side["value"]]})


def _speaking(values: Mapping[str, Any]) -> Iterator[Any]:
    for name, value in values.items():
        told = value if isinstance(value, list) and len(value) == 2 else [value]
        if name not in MAY_STAY["person"]:
            yield from ((name, one) for one in told if one not in NOTHING)
