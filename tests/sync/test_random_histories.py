"""Random days of three people, with a bad network: once all is settled, everybody holds the same.

The seed is the test's parameter; the message of a failure tells the day step by step. More of them:
`HISTORIES_FIRST=100 HISTORIES_SEEDS=200 pytest tests/sync/test_random_histories.py`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from fieldapp.model import Conflict, record_types
from fieldapp.model.changesets import decode
from fieldapp.model.merging import Policy
from fieldapp.model.record import merge_of, references
from fieldapp.store import tables
from sync.server.store.tables import log_entry
from sync.server.verify import verify
from tests.support.histories import Day, own_states, rows_of
from tests.support.laptops import WARD

SEEDS = int(os.environ.get("HISTORIES_SEEDS", "3"))
ROUNDS = 5
STEPS = 22

RECORDS = [record.__table__ for record in record_types().values()]  # type: ignore[attr-defined]  # SQLModel's stubs leave it out
EVERYTHING = [*RECORDS, Conflict.__table__]  # type: ignore[attr-defined]  # SQLModel's stubs leave it out


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_any_day_everybody_holds_what_the_log_adds_up_to(tmp_path: Path, seed: int) -> None:
    day = Day(tmp_path, int(os.environ.get("HISTORIES_FIRST", "0")) + seed)
    try:
        for _ in range(ROUNDS):
            day.play(STEPS)
            try:
                day.settle()
                all_hold_the_same(day)
                every_own_changeset_is_in_the_log_once(day)
                nothing_is_laid_over_the_log(day)
                no_value_was_replaced_unseen(day)
                no_record_lacks_what_it_refers_to(day)
                receipt_numbers_have_no_gap_and_no_double(day)
            except AssertionError as failed:
                raise AssertionError("\n".join([str(failed)[:3000], *day.told])) from failed
        assert verify(day.team.service.database) == []
    finally:
        day.close()


def on_the_server(day: Day, table: Any) -> dict[str, dict[str, Any]]:
    with day.team.service.database.read() as connection:
        return rows_of(connection, table)


def all_hold_the_same(day: Day) -> None:
    for table in EVERYTHING:
        expected = on_the_server(day, table)
        for player in day.players:
            held = player.store.read(rows_of, table)
            different = {
                i: (held.get(i), expected.get(i))
                for i in held.keys() | expected.keys()
                if held.get(i) != expected.get(i)
            }
            assert not different, (table.name, player.laptop.profile.card.username, different)
    assert len({repr(player.store.read(search_rows)) for player in day.players}) == 1
    assert len({repr(player.store.read(heads)) for player in day.players}) == 1


def search_rows(connection: Connection) -> list[Any]:
    entry = tables.search_entry.c
    query = select(entry.person, entry.household, entry.name, entry.address)
    return [tuple(row) for row in connection.execute(query.order_by(entry.person))]


def heads(connection: Connection) -> list[Any]:
    found = select(tables.position).order_by(tables.position.c.ward)
    return [tuple(row) for row in connection.execute(found)]


def every_own_changeset_is_in_the_log_once(day: Day) -> None:
    for player in day.players:
        for changeset, state, settled in player.store.read(own_states):
            assert (state, settled) == ("acknowledged", True), changeset
            with day.team.service.database.read() as connection:
                count = select(func.count()).where(log_entry.c.changeset == changeset)
                assert connection.execute(count).scalar_one() == 1


def nothing_is_laid_over_the_log(day: Day) -> None:
    def count(connection: Connection) -> list[int]:
        kept = (tables.shadow, tables.own_change)
        return [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in kept]

    for player in day.players:
        assert player.store.read(count) == [0, 0]


def no_value_was_replaced_unseen(day: Day) -> None:
    """Every edit that applied as written replaced the very value that its author had seen."""
    standing: dict[tuple[str, str, str], Any] = {}
    with day.team.service.database.read() as connection:
        found = select(log_entry.c.content, log_entry.c.outcome).where(log_entry.c.ward == WARD)
        entries = connection.execute(found.order_by(log_entry.c.revision)).all()
    for content, outcome in entries:
        made, came = decode(content), json.loads(outcome)
        hows = {
            (f["record_type"], f["record"], f["field"]): f["how"] for f in came.get("fields", ())
        }
        for change in made.changes:
            for name, (old, new) in change.fields.items():
                place = (*change.key, name)
                policy = merge_of(record_types()[change.record_type], name).policy
                applied = came["status"] == "applied" or hows.get(place) == "applied"
                if change.kind == "edit" and applied and policy is Policy.DECIDE:
                    shown = standing.get(place, old)
                    assert old == shown or new == shown, (
                        place,
                        "showed",
                        old,
                        "stood",
                        shown,
                        "became",
                        new,
                    )
                if change.kind == "create" or applied:
                    standing[place] = new
        for row in came.get("rows", ()):
            for name, value in row["values"].items():
                standing[row["type"], row["id"], name] = value


def no_record_lacks_what_it_refers_to(day: Day) -> None:
    there = {name: on_the_server(day, record.__table__) for name, record in record_types().items()}  # type: ignore[attr-defined]  # SQLModel's stubs leave it out
    for name, record in record_types().items():
        for field, target in references(record).items():
            for row in there[name].values():
                assert row[field] is None or row[field] in there[target], (name, row["id"], field)
    members = {row["person"] for row in there["membership"].values() if not row["withdrawn"]}
    for person in there["person"].values():
        assert person["withdrawn"] or person["id"] in members, ("no household", person)


def receipt_numbers_have_no_gap_and_no_double(day: Day) -> None:
    for player in day.players:
        username = player.laptop.profile.card.username
        rows = on_the_server(day, record_types()["receipt"].__table__).values()  # type: ignore[attr-defined]  # SQLModel's stubs leave it out
        numbers = sorted(row["number"] for row in rows if row["issued_by"] == username)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
