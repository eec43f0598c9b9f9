"""Checks at rest on what came of lists and receipts: everybody once, every void once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.simulation import town
from tests.simulation.desk import NUMBERS
from tests.simulation.folding import Row, sum_of
from tests.simulation.memory import must

LISTS = ("list.due", "list.households")


def papers_are_in_order(play: Any) -> None:
    """Voids and lists, ward by ward."""
    for ward in town.WARDS:
        line = play.memory.line(ward)
        rows = sum_of(line, len(line.ids)).rows
        made = list(_accepted(play, ward))
        _voids(rows, made)
        _everybody_once(ward, rows)
        _met(play, made)


def _accepted(play: Any, ward: str) -> Iterator[Row]:
    """What stands in the ward's log and was not refused."""
    line = play.memory.line(ward)
    for content, outcome in zip(line.contents, line.outcomes, strict=True):
        if json.loads(outcome)["status"] != "refused":
            yield json.loads(content)


def _created(made: Row, kind: str) -> Iterator[tuple[str, Row]]:
    for change in made["changes"]:
        if change["kind"] == "create" and change["type"] == kind:
            yield change["id"], change["values"]


def _voids(rows: dict[tuple[str, str], Row], made: list[Row]) -> None:
    """A void stands once beside its receipt, which keeps number and amount."""
    voids = {key[1]: row for key, row in rows.items() if key[0] == "receipt_void"}
    twice = [r for r, n in Counter(v["receipt"] for v in voids.values()).items() if n > 1]
    must(not twice, "a receipt is crossed out once", twice)
    for one in made:
        for record, values in _created(one, "receipt_void"):
            there = voids.get(record, {}).get("receipt") == values["receipt"]
            must(there, "a void is never lost", (one["id"], values["receipt"]))
            must(("receipt", values["receipt"]) in rows, "a void keeps its number", one["id"])
        for record, values in _created(one, "receipt"):
            row = rows.get(("receipt", record), {})
            same = all(row.get(name) == values[name] for name in ("book", "number", "amount_dong"))
            must(same, "a void keeps its number", (one["id"], record))


def _everybody_once(ward: str, rows: dict[tuple[str, str], Row]) -> None:
    numbers = Counter(
        row["id_number"]
        for (kind, _), row in rows.items()
        if kind == "person" and row["id_number"] in NUMBERS
    )
    twice = [number for number, count in numbers.items() if count > 1]
    must(not twice, "who stands on a list is there once", (ward, twice))


def _met(play: Any, made: list[Row]) -> None:
    """Counts what came from two desks: otherwise these checks would prove little."""
    voided = Counter(record for one in made for record, _ in _created(one, "receipt_void"))
    play.memory.landed["two_voids_met"] += sum(count > 1 for count in voided.values())
    listed = Counter(
        record for one in made if one["action"] in LISTS for record, _ in _created(one, "person")
    )
    play.memory.landed["two_lists_met"] += sum(count > 1 for count in listed.values())
