"""Stories of people who meet in one record, through the server: histories A3 to B7 once more.

The merge is tested alone in `tests/sync`; here its effects go through rows, history, conflicts and
pages, and the database must add up at the end of each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.model import Conflict, conflict_id, record_types
from fieldapp.model.changesets import Changeset
from fieldapp.model.entries import effects
from sync.server.store.tables import table_of
from sync.server.verify import verify
from tests.support.changes import WARD, create, decide, edit
from tests.support.ward_office import Hand, Office, family

NAME = conflict_id(WARD, "person", "p1", "full_name")


@pytest.fixture
def lan(office: Office) -> Iterator[Hand]:
    """A canvasser; household h1 with person p1 named A stands at revision 1."""
    hand = office.hires("lan")
    hand.pushes(hand.writes(0, *family()))
    yield hand
    assert verify(office.service.database) == []


@pytest.fixture
def minh(office: Office, lan: Hand) -> Hand:
    return office.hires("minh")


@pytest.fixture
def clerk(office: Office, lan: Hand) -> Hand:
    return office.hires("hoa", "clerk")


def renames(hand: Hand, base: int, old: str, new: str, **other: Any) -> Changeset:
    return hand.writes(base, edit("person", "p1", full_name=(old, new)), **other)


def stored(office: Office, record_type: str = "person", identity: str = "p1") -> Any:
    table = table_of(record_types()[record_type])
    with office.service.database.read() as connection:
        return connection.execute(select(table).where(table.c.id == identity)).one()


def sides(office: Office, conflict: str = NAME) -> dict[str, bool]:
    """The values of a conflict's sides, and whether each waits."""
    table = table_of(Conflict)
    with office.service.database.read() as connection:
        row = connection.execute(select(table).where(table.c.id == conflict)).one()
    assert row.open == any(side["open"] for side in row.sides)
    return {side["value"]: side["open"] for side in row.sides}


def statuses(hand: Hand, *made: Changeset) -> list[str]:
    return [answer.status for answer in hand.pushes(*made)]


def test_two_names_for_one_person_become_a_question(office: Office, lan: Hand, minh: Hand) -> None:
    assert statuses(lan, renames(lan, 1, "A", "B")) == ["applied"]
    [answer] = minh.pushes(renames(minh, 1, "A", "C"))
    assert (answer.status, answer.revision, answer.detail) == ("conflict", 3, None)
    assert stored(office).full_name == "B"
    assert sides(office) == {"B": True, "C": True}


def test_a3_own_unsent_work_does_not_hide_what_came_between(
    office: Office, lan: Hand, minh: Hand
) -> None:
    first = renames(lan, 1, "A", "B")
    minh.pushes(renames(minh, 1, "A", "X"))
    second = renames(lan, 2, "B", "C", on=(first.id,))
    assert statuses(lan, first, second) == ["conflict", "conflict"]
    assert stored(office).full_name == "X"
    assert sides(office) == {"X": True, "B": True, "C": True}


def test_a4_a_deliberate_correction_back_is_not_overwritten(
    office: Office, lan: Hand, minh: Hand, clerk: Hand
) -> None:
    assert statuses(lan, renames(lan, 1, "A", "B")) == ["applied"]
    assert statuses(clerk, renames(clerk, 2, "B", "A")) == ["applied"]
    assert statuses(minh, renames(minh, 1, "A", "C")) == ["conflict"]
    assert stored(office).full_name == "A"


def test_b1_the_authors_last_word_stands_when_a_parcel_came_first(
    office: Office, lan: Hand
) -> None:
    first = renames(lan, 1, "A", "B")
    second = renames(lan, 1, "B", "C", on=(first.id,))
    assert statuses(lan, second) == ["held"]
    assert statuses(lan, first) == ["applied"]
    assert stored(office).full_name == "C"


def test_b4_a_step_back_stands_against_a_stale_step_forward(
    office: Office, lan: Hand, clerk: Hand
) -> None:
    at = "2026-11-23T01:00:00.000Z"
    paid = create("receipt", "r1", household="h1", issued_at=at, amount_dong=1_263_600)
    bought = create(
        "enrolment", "e1", person="p1", household="h1", receipt="r1", paid_on="2026-11-23"
    )
    lan.pushes(lan.writes(1, paid, bought))

    def step(hand: Hand, base: int, old: str, new: str) -> list[str]:
        return statuses(hand, hand.writes(base, edit("enrolment", "e1", state=(old, new))))

    assert step(clerk, 2, "paid", "listed") == ["applied"]
    assert step(clerk, 3, "listed", "paid") == ["applied"]
    assert step(lan, 2, "paid", "listed") == ["conflict"]
    assert stored(office, "enrolment", "e1").state == "paid"


def test_b5_a_tag_put_back_on_survives_an_old_removal(
    office: Office, lan: Hand, minh: Hand
) -> None:
    def tags(hand: Hand, base: int, old: list[str], new: list[str]) -> list[str]:
        return statuses(hand, hand.writes(base, edit("household", "h1", tags=(old, new))))

    assert tags(minh, 1, ["x"], []) == ["applied"]
    assert tags(minh, 2, [], ["x"]) == ["applied"]
    assert tags(lan, 1, ["x"], ["y"]) == ["merged"]
    assert stored(office, "household", "h1").tags == ["x", "y"]


def test_the_later_phone_number_stands_whichever_arrives_first(
    office: Office, lan: Hand, minh: Hand
) -> None:
    now = office.clock.now()
    late = lan.writes(1, edit("person", "p1", phone=(None, "0902")), made_at=now)
    early = now - timedelta(hours=1)
    stale = minh.writes(1, edit("person", "p1", phone=(None, "0901")), made_at=early)
    assert statuses(lan, late) == ["applied"]
    assert statuses(minh, stale) == ["merged"]
    assert stored(office).phone == "0902"


def test_b7_a_decision_settles_and_a_stale_edit_asks_again(
    office: Office, lan: Hand, minh: Hand, clerk: Hand
) -> None:
    b, c = renames(lan, 1, "A", "B"), renames(minh, 1, "A", "C")
    lan.pushes(b)
    minh.pushes(c)
    keep = decide("person", "p1", "full_name", ("B", "B"), sides=(b.id, c.id))
    assert statuses(clerk, clerk.writes(3, keep)) == ["applied"]
    assert sides(office) == {"B": False, "C": False}
    assert statuses(minh, renames(minh, 3, "B", "D")) == ["conflict"]
    assert stored(office).full_name == "B"


def test_b7_two_clerks_who_decide_differently_are_asked_again(
    office: Office, lan: Hand, minh: Hand, clerk: Hand
) -> None:
    other = office.hires("thu", "clerk")
    b, c = renames(lan, 1, "A", "B"), renames(minh, 1, "A", "C")
    lan.pushes(b)
    minh.pushes(c)

    def decision(hand: Hand, value: str) -> Changeset:
        change = decide("person", "p1", "full_name", ("B", value), sides=(b.id, c.id))
        return hand.writes(3, change)

    assert statuses(clerk, decision(clerk, "C")) == ["applied"]
    assert statuses(other, decision(other, "B")) == ["conflict"]
    assert stored(office).full_name == "C"


def test_a_decision_taken_back_lets_the_sides_wait_again(
    office: Office, lan: Hand, minh: Hand, clerk: Hand
) -> None:
    b, c = renames(lan, 1, "A", "B"), renames(minh, 1, "A", "C")
    lan.pushes(b)
    minh.pushes(c)
    chosen = decide("person", "p1", "full_name", ("B", "C"), sides=(b.id, c.id))
    undone = decide("person", "p1", "full_name", ("C", "B"), reopens=(b.id, c.id))
    assert statuses(clerk, clerk.writes(3, chosen)) == ["applied"]
    assert statuses(clerk, clerk.writes(4, undone)) == ["applied"]
    assert stored(office).full_name == "B"
    assert sides(office) == {"B": True, "C": True}


def test_b2_a_visit_to_a_household_that_was_withdrawn_meanwhile_is_kept_and_asked_about(
    office: Office, lan: Hand, minh: Hand
) -> None:
    at = "2026-11-23T01:00:00.000Z"
    visits = [create("visit", f"v{n}", household="h1", visited_at=at) for n in range(2)]
    withdrawn = minh.writes(1, edit("household", "h1", withdrawn=(False, True)))
    assert statuses(minh, withdrawn) == ["applied"]
    assert statuses(lan, lan.writes(1, edit("household", "h1", note=("", "?")), *visits)) == [
        "conflict"
    ]
    assert stored(office, "visit", "v1").household == "h1"
    gone = conflict_id(WARD, "household", "h1", "withdrawn")
    assert sides(office, gone) == {True: True, False: True}


def test_b2_a_withdrawal_that_did_not_know_of_a_visit_waits(
    office: Office, lan: Hand, minh: Hand
) -> None:
    at = "2026-11-23T01:00:00.000Z"
    statuses(lan, lan.writes(1, create("visit", "v1", household="h1", visited_at=at)))
    late = minh.writes(1, edit("household", "h1", withdrawn=(False, True)))
    assert statuses(minh, late) == ["conflict"]
    assert stored(office, "household", "h1").withdrawn is False
    aware = minh.writes(3, edit("household", "h1", withdrawn=(False, True)))
    assert statuses(minh, aware) == ["applied"]


def test_what_a_batch_writes_is_what_its_pages_say(office: Office, lan: Hand, minh: Hand) -> None:
    lan.pushes(renames(lan, 1, "A", "B"))
    minh.pushes(
        minh.writes(1, edit("person", "p1", full_name=("A", "C"), note=("", "mới"))),
        minh.writes(1, *family("h2", "p2")),
    )
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in lan.pulls().entries:
        effect = effects(entry.entry())
        for key, values in (*effect.created.items(), *effect.edited.items()):
            rows[key] = rows.get(key, {}) | dict(values)
    assert rows["person", "p1"]["full_name"] == stored(office).full_name == "B"
    assert rows["person", "p1"]["note"] == stored(office).note == "mới"
    outcome = json.loads(lan.pulls(2).entries[0].outcome)
    assert outcome["status"] == "conflict"
    assert [(f["field"], f["how"]) for f in outcome["fields"]] == [
        ("full_name", "conflict"),
        ("note", "applied"),
    ]


def test_a_lean_page_leaves_out_what_its_reader_has(office: Office, lan: Hand, minh: Hand) -> None:
    minh.pushes(minh.writes(1, create("person", "p2", full_name="B")))
    whole, lean = lan.pulls(), lan.pulls(lean=True)
    assert [bool(entry.content) for entry in lean.entries] == [False, True]
    assert [entry.chain for entry in lean.entries] == ["", whole.entries[-1].chain]
    mine = lean.entries[0]
    assert mine.changeset == json.loads(whole.entries[0].content)["id"]
    assert mine.outcome == whole.entries[0].outcome
    assert minh.pulls(lean=True).entries[0].content == whole.entries[0].content
