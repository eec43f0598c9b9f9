"""The list of the day from what was kept: the one that all rows make, whoever changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

import pytest

from fieldapp.demo.town import Town
from fieldapp.store import doorsteps
from fieldapp.store.rows import insert_records, read_states
from fieldapp.store.store import Store
from fieldapp.usecases.households.doorstep import FORM, Doorstep, doorstep_of
from fieldapp.usecases.households.facts import gather
from fieldapp.usecases.visiting import assignments, days_doors, today, visits
from fieldapp.usecases.visiting.days_doors import DaysDoors
from fieldapp.usecases.visiting.days_rows import Maker, Placed, record_words
from fieldapp.usecases.visiting.today import DaysList, todays_list
from tests.support.laptops import WARD
from tests.usecases.conftest import DAY, register


@pytest.fixture
def neighbourhood(store: Store, town: Town) -> Store:
    """A file with forty households, all of them sent."""
    for door in town.households[:40]:
        register(store, door)
    all_sent(store)
    return store


def all_sent(store: Store) -> None:
    with store._write() as connection:
        connection.exec_driver_sql("DELETE FROM own_change")


def by_all_rows(store: Store) -> dict[str, Placed | None]:
    """Every household judged by all its rows: what no line that was kept has a part in."""
    view = DaysDoors(store)._look()
    doors = store.read(gather, view.user.streams)
    maker = Maker(view, record_words(store, view.user.streams))
    return {home: maker.place(doorstep_of(d, doors), d) for home, d in doors.by_id.items()}


def by_lines(days: DaysDoors) -> dict[str, Placed | None]:
    return {judged.step.household: judged.placed for judged in days.of_today().doors}


class Hand:
    """Changes a row somewhere, as any statement of the program might."""

    def __init__(self, store: Store, random: Random) -> None:
        self.store, self.random = store, random

    def one(self, table: str) -> str:
        with self.store._write() as connection:
            rows = connection.exec_driver_sql(f'SELECT id FROM "{table}" ORDER BY id').all()
        return str(self.random.choice(rows)[0]) if rows else ""

    def say(self, sql: str, *values: object) -> None:
        with self.store._write() as connection:
            connection.exec_driver_sql(sql, values)

    def put(self, kind: str, **fields: object) -> None:
        made = {(kind, self.store._ids.new()): ("c", fields)}
        with self.store._write() as connection:
            insert_records(connection, WARD, made)

    def day(self) -> str:
        return (DAY + timedelta(days=self.random.randrange(-200, 200))).isoformat()

    def does(self) -> list[Callable[[], None]]:
        one, say, put, day = self.one, self.say, self.put, self.day
        paid = {"months": 12, "paid_on": DAY.isoformat(), "valid_from": DAY.isoformat()}
        return [
            lambda: say("UPDATE person SET full_name = ? WHERE id = ?", day(), one("person")),
            lambda: say(
                "UPDATE person SET full_name = ? WHERE id = (SELECT head FROM household "
                "WHERE id = ?)",
                *(day(), one("household")),
            ),
            lambda: say("UPDATE person SET \"group\" = 'employer' WHERE id = ?", one("person")),
            lambda: say(
                "UPDATE person SET merged_into = ? WHERE id = ?", one("person"), one("person")
            ),
            lambda: say("UPDATE person SET merged_into = NULL WHERE merged_into IS NOT NULL"),
            lambda: say("UPDATE person SET withdrawn = 1 WHERE id = ?", one("person")),
            lambda: say(
                "UPDATE household SET head = ? WHERE id = ?", one("person"), one("household")
            ),
            lambda: say("UPDATE household SET moved_on = ? WHERE id = ?", day(), one("household")),
            lambda: say("UPDATE household SET withdrawn = 1 WHERE id = ?", one("household")),
            lambda: say("UPDATE household SET street = ? WHERE id = ?", day(), one("household")),
            lambda: say(
                "UPDATE membership SET household = ? WHERE id = ?",
                *(one("household"), one("membership")),
            ),
            lambda: say("UPDATE membership SET until = ? WHERE id = ?", day(), one("membership")),
            lambda: say("DELETE FROM membership WHERE id = ?", one("membership")),
            lambda: say("UPDATE coverage SET valid_to = ? WHERE id = ?", day(), one("coverage")),
            lambda: say("UPDATE coverage SET scheme = 'vsi' WHERE id = ?", one("coverage")),
            lambda: say(
                "UPDATE coverage SET person = ? WHERE id = ?", one("person"), one("coverage")
            ),
            lambda: say("DELETE FROM coverage WHERE id = ?", one("coverage")),
            lambda: say("DELETE FROM visit WHERE id = ?", one("visit")),
            lambda: put(
                "enrolment",
                **(paid | {"person": one("person"), "household": one("household")}),
                **{"receipt": f"r{self.random.randrange(4)}", "valid_to": day()},
            ),
            lambda: put(
                "receipt_void",
                receipt=f"r{self.random.randrange(4)}",
                voided_at="2026-11-23T01:00:00.000Z",
            ),
            lambda: say("DELETE FROM receipt_void"),
            lambda: put("assignment", household=one("household"), canvasser="phuc", until=day()),
            lambda: say("UPDATE assignment SET until = ? WHERE id = ?", day(), one("assignment")),
            self.visit,
        ]

    def visit(self) -> None:
        outcome = self.random.choice(("not_at_home", "considering", "refused", "moved"))
        visits.record_visit(self.store, WARD, self.one("household"), outcome)
        if self.random.random() < 0.7:
            all_sent(self.store)


def writes(hand: Hand, store: Store) -> Iterator[str]:
    """Rows that come, change and go, a table and an event at a time; each changes a doorstep."""
    doors = store.read(gather, [WARD])
    home, other = [door.row.id for door in doors.by_id.values() if len(door.members) > 1][:2]
    head, second = (member.id for member in doors.by_id[home].members[:2])
    long_ago, later = {"valid_from": "2020-01-01"}, "2031-12-31"

    def put(kind: str, column: str, value: str, **fields: object) -> Iterator[str]:
        hand.put(kind, **fields)
        yield f"{kind} insert"
        made = f"(SELECT max(id) FROM {kind})"
        hand.say(f'UPDATE "{kind}" SET "{column}" = ? WHERE id = {made}', value)
        yield f"{kind} update"
        hand.say(f'DELETE FROM "{kind}" WHERE id = {made}')
        yield f"{kind} delete"

    hand.say("UPDATE household SET street = 'Nơ Trang Long' WHERE id = ?", home)
    yield "household update"
    guest = doors.by_id[other].members[-1].id
    yield from put("membership", "household", other, household=home, person=guest)
    cover = {"person": head, "scheme": "hhi", "valid_to": later, "payer": "household"}
    yield from put("coverage", "valid_to", "2032-12-31", **cover, **long_ago)
    paid = {"person": head, "scheme": "hhi", "valid_to": later, "receipt": "r", "months": 12}
    money = paid | long_ago | {"paid_on": "2026-01-01", "household": other}
    yield from put("enrolment", "valid_to", "2032-12-31", **money)
    hand.put("enrolment", **money)
    yield "enrolment insert"
    void = {"receipt": "r", "voided_at": "2026-11-01T01:00:00.000Z"}
    yield from put("receipt_void", "receipt", "s", **void)
    hand.put("receipt_void", **void)
    yield "receipt_void insert"
    hand.say("DELETE FROM receipt_void")
    yield "receipt_void delete"
    seen = {"visited_at": "2026-11-01T01:00:00.000Z", "canvasser": "lan", "outcome": "considering"}
    yield from put("visit", "outcome", "refused", household=home, **seen)
    held = {"household": home, "canvasser": "phuc", "until": "2026-12-31"}
    yield from put("assignment", "until", "2026-12-30", **held)
    hand.say("UPDATE person SET full_name = 'Đỗ Thị Na' WHERE id = ?", second)
    yield "person update"
    row = store.read(read_states, WARD, [("person", second)])
    hand.say("DELETE FROM person WHERE id = ?", second)
    yield "person delete"
    with store._write() as connection:
        insert_records(connection, WARD, row)
    yield "person insert"


def test_each_row_that_comes_changes_or_goes_takes_the_lines_along(neighbourhood: Store) -> None:
    hand, days = Hand(neighbourhood, Random(1)), DaysDoors(neighbourhood)

    def by_rows() -> dict[str, Doorstep]:
        doors = neighbourhood.read(gather, [WARD])
        return {home: doorstep_of(door, doors) for home, door in doors.by_id.items()}

    before, noticed = by_rows(), set()
    by_lines(days)
    for written in writes(hand, neighbourhood):
        wanted = by_rows()
        if wanted != before:
            noticed.add(written)
        assert {one.step.household: one.step for one in days.of_today().doors} == wanted, written
        before = wanted
    other_half = {"doorstep_household_insert", "doorstep_household_delete"}  # no line without one
    names = {f"doorstep_{written.replace(' ', '_')}" for written in noticed}
    assert names == doorsteps.TRIGGERS.keys() - other_half


@pytest.mark.parametrize("seed", range(3))
def test_what_was_kept_never_says_anything_else_than_all_rows(
    neighbourhood: Store, seed: int
) -> None:
    hand, days = Hand(neighbourhood, Random(seed)), DaysDoors(neighbourhood)
    assert by_lines(days) == by_all_rows(neighbourhood)
    for step in range(60):
        hand.random.choice(hand.does())()
        if step % 10 == 9:
            neighbourhood._clock.forward(days=1)  # type: ignore[attr-defined]  # the tests' clock is a SetClock
        assert by_lines(days) == by_all_rows(neighbourhood), step
        assert by_lines(DaysDoors(neighbourhood)) == by_all_rows(neighbourhood), step


def test_lines_that_nobody_watched_over_are_worth_nothing(neighbourhood: Store) -> None:
    todays_list(neighbourhood)
    hand = Hand(neighbourhood, Random(1))
    hand.say("DROP TRIGGER doorstep_person_update")
    hand.say("UPDATE person SET full_name = 'Đỗ Thị Na'")
    assert by_lines(DaysDoors(neighbourhood)) == by_all_rows(neighbourhood)
    assert neighbourhood.read(doorsteps.stand, FORM)


def test_a_disk_that_is_full_costs_time_and_nothing_else(
    neighbourhood: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldapp.errors import SurroundingsMend

    def full(*_: object) -> None:
        raise SurroundingsMend("store.disk_full")

    monkeypatch.setattr(neighbourhood, "keep_doorsteps", full)
    assert by_lines(DaysDoors(neighbourhood)) == by_all_rows(neighbourhood)


def test_who_reads_the_list_waits_for_no_writer(neighbourhood: Store) -> None:
    wanted = by_all_rows(neighbourhood)
    with neighbourhood._write():  # a ward is being taken in
        assert by_lines(DaysDoors(neighbourhood)) == wanted


def test_the_first_screen_of_another_day_is_that_of_the_whole_list(
    neighbourhood: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "FIRST", 8)
    monkeypatch.setattr(today, "SCREENFUL", 4)
    monkeypatch.setattr(days_doors, "JUDGED_AT_ONCE", 7)
    days = DaysList(neighbourhood)
    days.read()
    days.remember()
    for _ in range(30):
        neighbourhood._clock.forward(days=5)  # type: ignore[attr-defined]  # the tests' clock is a SetClock
        later = DaysList(neighbourhood)
        begun, whole = later.first(), later.read()
        later.remember()
        if begun is None:  # hardly anything ends so late in the year
            continue
        assert not begun.whole and whole.whole
        assert begun.rows[:4] == whole.rows[:4]


def test_a_file_whose_lines_are_still_to_be_made_begins_with_doors_due_soon(
    neighbourhood: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "FIRST", 8)
    monkeypatch.setattr(today, "SCREENFUL", 4)
    days = DaysList(neighbourhood)
    begun = days.first()
    assert begun is not None and not begun.whole
    assert days.left() == 40
    seen = {row.household for row in begun.rows}
    whole = days.read()
    assert begun.rows == tuple(row for row in whole.rows if row.household in seen)
    assert whole.rows[0] in begun.rows


def test_who_has_doors_of_her_own_waits_for_no_others(neighbourhood: Store) -> None:
    days = DaysList(neighbourhood)
    mine = [row.household for row in days.read().rows][5:9]
    assignments.assign(neighbourhood, WARD, mine, "lan", until=date(2026, 12, 31))
    all_sent(neighbourhood)
    fresh = DaysList(neighbourhood)
    found = fresh.at_once()
    assert found is not None and {row.household for row in found.rows} == set(mine)
    assert fresh._doors._known.keys() != days._doors._known.keys()
    assert found == fresh.read()


def test_what_was_merged_while_lines_were_being_kept_leaves_nothing_behind(
    neighbourhood: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merge comes between the question what is missing and its keeping, and goes later."""
    monkeypatch.setattr(days_doors, "KEPT_AT_ONCE", 1)
    days, hand = DaysDoors(neighbourhood), Hand(neighbourhood, Random(1))
    assert days.left() == 40
    homes = sorted(by_all_rows(neighbourhood))
    gone, into = heads(neighbourhood, [homes[0], homes[-1]])
    hand.put("coverage", person=gone, scheme="hhi", payer="employer", valid_to="2031-12-31")
    all_sent(neighbourhood)
    hand.say("UPDATE person SET merged_into = ? WHERE id = ?", into, gone)
    assert by_lines(days) == by_all_rows(neighbourhood)
    hand.say("UPDATE person SET merged_into = NULL WHERE id = ?", gone)
    assert by_lines(days) == by_all_rows(neighbourhood)
    assert by_lines(DaysDoors(neighbourhood)) == by_all_rows(neighbourhood)


def heads(store: Store, homes: list[str]) -> list[str]:
    doors = store.read(gather, [WARD])
    return [doors.by_id[home].row.head for home in homes]


def test_the_first_screen_knows_the_doors_of_merged_people(
    neighbourhood: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "FIRST", 8)
    monkeypatch.setattr(today, "SCREENFUL", 4)
    monkeypatch.setattr(days_doors, "JUDGED_AT_ONCE", 7)
    hand, days = Hand(neighbourhood, Random(1)), DaysList(neighbourhood)
    homes = [row.household for row in days.read().rows]
    days.remember()
    into, gone = heads(neighbourhood, [homes[0], homes[-1]])
    hand.say("UPDATE person SET merged_into = ? WHERE id = ?", into, gone)
    hand.say("UPDATE person SET note = 'có chó' WHERE id = ?", into)
    later = DaysList(neighbourhood)
    begun, whole = later.first(), later.read()
    assert begun is not None
    assert begun.rows[:4] == whole.rows[:4]


def test_the_first_screen_knows_what_changed_since_it_was_asked_how_much_is_left(
    neighbourhood: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "FIRST", 8)
    monkeypatch.setattr(today, "SCREENFUL", 4)
    monkeypatch.setattr(days_doors, "JUDGED_AT_ONCE", 7)
    hand, days = Hand(neighbourhood, Random(1)), DaysList(neighbourhood)
    first = days.read().rows[0]
    days.remember()
    later = DaysList(neighbourhood)
    assert later.left()
    hand.say("UPDATE household SET note = 'có chó' WHERE id = ?", first.household)
    begun, whole = later.first(), later.read()
    assert begun is not None
    assert begun.rows[:4] == whole.rows[:4]
