"""The merge, one rule a test, on a log in memory. A to C in names: histories that broke drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fieldapp.model import conflict_id
from fieldapp.model.changesets import Changeset
from sync.merge import Held, Outcome
from tests.support.changes import MORNING, WARD, changeset, create, decide, edit
from tests.support.log_view import MemoryLog

PERSON = ("person", "p1")


def a_log(**values: Any) -> MemoryLog:
    """A log at revision 1 with household h1 and person p1, named A."""
    log = MemoryLog()
    start = [create("household", "h1", street="Lê Lợi", tags=["x"])]
    start.append(create("person", "p1", **({"full_name": "A"} | values)))
    accepted(log, changeset("c0", 0, *start))
    return log


def accepted(log: MemoryLog, *pushed: Changeset) -> list[str]:
    """Pushes them in order; the statuses."""
    statuses = []
    for made in pushed:
        outcome = log.push(made)
        assert isinstance(outcome, Outcome), outcome
        statuses.append(outcome.status)
    return statuses


def renames(identity: str, base: int, old: str, new: str, **other: Any) -> Changeset:
    return changeset(identity, base, edit(*PERSON, full_name=(old, new)), **other)


def name_in(log: MemoryLog) -> str:
    return str(log.rows[PERSON]["full_name"])


def sides_of(log: MemoryLog, field: str = "full_name") -> dict[str, bool]:
    """The sides of the person's conflict on a field, and whether each waits."""
    conflict = log.conflicts[conflict_id(WARD, *PERSON, field)]
    return {side["changeset"]: side["open"] for side in conflict.sides}


# --- decide ------------------------------------------------------------------------------------


def test_an_edit_that_has_seen_everything_applies() -> None:
    log = a_log()
    assert accepted(log, renames("c1", 1, "A", "B"), renames("c2", 2, "B", "C")) == ["applied"] * 2
    assert name_in(log) == "C"


def test_two_different_edits_are_a_conflict_and_the_standing_value_stays() -> None:
    log = a_log()
    assert accepted(log, renames("c1", 1, "A", "B"), renames("c2", 1, "A", "C")) == [
        "applied",
        "conflict",
    ]
    assert name_in(log) == "B"
    assert sides_of(log) == {"c1": True, "c2": True}


def test_two_equal_edits_agree() -> None:
    log = a_log()
    assert accepted(log, renames("c1", 1, "A", "B"), renames("c2", 1, "A", "B")) == [
        "applied",
        "merged",
    ]
    assert not log.open_conflicts


def test_edits_of_different_fields_of_one_record_do_not_meet() -> None:
    log = a_log()
    other = changeset("c2", 1, edit(*PERSON, id_number=(None, "079168000001")))
    assert accepted(log, renames("c1", 1, "A", "B"), other) == ["applied", "applied"]
    assert log.rows[PERSON]["id_number"] == "079168000001"


def test_a_third_side_joins_the_conflict_that_is_there() -> None:
    log = a_log()
    accepted(log, *(renames(f"c{n}", 1, "A", v) for n, v in enumerate("BCD", 1)))
    assert sides_of(log) == {"c1": True, "c2": True, "c3": True}


def test_a3_an_edit_on_top_of_an_own_unsent_one_does_not_overwrite_what_came_between() -> None:
    log = a_log()
    accepted(log, renames("x", 1, "A", "X", author="minh", device="d2"))
    mine = renames("c1", 1, "A", "B"), renames("c2", 2, "B", "C", on=("c1",))
    assert accepted(log, *mine) == ["conflict", "conflict"]
    assert name_in(log) == "X"


def test_a3_a_base_of_another_epoch_has_seen_nothing() -> None:
    log = a_log()
    accepted(log, renames("x", 1, "A", "X"))
    assert accepted(log, renames("c1", 2, "A", "B", epoch="lost")) == ["conflict"]


def test_a4_a_correction_back_to_the_old_value_is_not_overwritten_by_who_had_not_seen_it() -> None:
    log = a_log()
    accepted(log, renames("c1", 1, "A", "B"), renames("c2", 2, "B", "A", author="clerk"))
    assert accepted(log, renames("c3", 1, "A", "C", device="d3")) == ["conflict"]
    assert name_in(log) == "A"


def test_a4_an_agreeing_change_counts_as_one_that_later_authors_must_have_seen() -> None:
    log = a_log()
    accepted(log, renames("c1", 1, "A", "B"), renames("c2", 1, "A", "B", device="d2"))
    assert accepted(log, renames("c3", 2, "B", "C", device="d3")) == ["conflict"]


def test_b1_what_names_a_changeset_that_has_not_come_waits_for_it() -> None:
    log = a_log()
    second = renames("c2", 1, "B", "C", on=("c1",))
    assert log.push(second) == Held("missing_on", "c1")
    assert accepted(log, renames("c1", 1, "A", "B"), second) == ["applied", "applied"]
    assert name_in(log) == "C"


def test_a_record_that_the_log_does_not_have_is_waited_for() -> None:
    log = a_log()
    stranger = changeset("c1", 1, edit("person", "p9", full_name=("A", "B")))
    assert log.push(stranger) == Held("unknown_record", "person/p9")
    child = changeset(
        "c2", 1, create("visit", "v1", household="h9", visited_at="2026-11-23T01:00:00.000Z")
    )
    assert log.push(child) == Held("unknown_record", "household/h9")


# --- the other policies --------------------------------------------------------------------------


def calls(identity: str, new: str, minutes: int, **other: Any) -> Changeset:
    at = MORNING + timedelta(minutes=minutes)
    return changeset(identity, 1, edit(*PERSON, phone=(None, new)), made_at=at, **other)


def test_latest_takes_the_later_one_whichever_comes_first() -> None:
    for order in (("early", "late"), ("late", "early")):
        log = a_log()
        made = {"early": calls("c1", "0901", 0), "late": calls("c2", "0902", 5)}
        accepted(log, *(made[name] for name in order))
        assert log.rows[PERSON]["phone"] == "0902"
        assert not log.open_conflicts


def test_latest_corrects_a_device_clock_by_its_offset() -> None:
    log = a_log()
    accepted(log, calls("c1", "0901", 0), calls("c2", "0902", 600, offset_ms=-36_060_000))
    assert log.rows[PERSON]["phone"] == "0901"


def test_b3_a_clock_that_jumped_proves_nothing() -> None:
    log = a_log()
    first, second = calls("c1", "0901", 0), calls("c2", "0902", 5, clock_jumped=True)
    assert accepted(log, first, second) == ["applied", "conflict"]
    assert log.rows[PERSON]["phone"] == "0901"


def test_b3_a_value_is_never_older_than_the_one_that_it_replaced() -> None:
    log = a_log()
    ahead = calls("c1", "0901", 5_000_000)
    seen = changeset("c2", 2, edit(*PERSON, phone=("0901", "0902")))
    accepted(log, ahead, seen, calls("c3", "0903", 10, device="d3"))
    assert log.rows[PERSON]["phone"] == "0902"


def test_b3_two_who_replaced_a_value_from_the_future_count_as_of_that_future() -> None:
    """Both are then of one moment and the id decides, not their clocks, ten minutes apart."""
    log = a_log()
    accepted(log, calls("c1", "0901", 5_000_000))
    first = changeset("c9", 2, edit(*PERSON, phone=("0901", "0902")))
    later = MORNING + timedelta(minutes=10)
    second = changeset("c3", 2, edit(*PERSON, phone=("0901", "0903")), made_at=later, device="d2")
    assert accepted(log, first, second) == ["applied", "merged"]
    assert log.rows[PERSON]["phone"] == "0902"


def test_notes_of_two_people_on_different_lines_are_joined() -> None:
    log = a_log(note="một\nhai\nba")
    first = changeset("c1", 1, edit(*PERSON, note=("một\nhai\nba", "MỘT\nhai\nba")))
    second = changeset("c2", 1, edit(*PERSON, note=("một\nhai\nba", "một\nhai\nBA")))
    assert accepted(log, first, second) == ["applied", "merged"]
    assert log.rows[PERSON]["note"] == "MỘT\nhai\nBA"


def test_notes_on_the_same_line_both_stay_with_their_authors() -> None:
    for order in (0, 1), (1, 0):
        log = a_log(note="một")
        made = [
            changeset("c1", 1, edit(*PERSON, note=("một", "bận")), author="lan"),
            changeset("c2", 1, edit(*PERSON, note=("một", "vắng")), author="minh"),
        ]
        accepted(log, *(made[place] for place in order))
        assert log.rows[PERSON]["note"] == "lan: bận\nminh: vắng"


def tags(identity: str, base: int, old: list[str], new: list[str], **other: Any) -> Changeset:
    return changeset(identity, base, edit("household", "h1", tags=(old, new)), **other)


def test_members_adds_of_both_stay() -> None:
    log = a_log()
    accepted(log, tags("c1", 1, ["x"], ["x", "a"]), tags("c2", 1, ["x"], ["b", "x"]))
    assert log.rows["household", "h1"]["tags"] == ["a", "b", "x"]


def test_b5_a_remove_spares_an_add_that_it_had_not_seen() -> None:
    log = a_log()
    accepted(log, tags("c1", 1, ["x"], []), tags("c2", 2, [], ["x"]))
    accepted(log, tags("c3", 1, ["x"], [], device="d3"))
    assert log.rows["household", "h1"]["tags"] == ["x"]


def an_enrolment() -> MemoryLog:
    log = a_log()
    money = create("receipt", "r1", household="h1", issued_at="2026-11-23T01:00:00.000Z")
    bought = create(
        "enrolment", "e1", person="p1", household="h1", receipt="r1", paid_on="2026-11-23"
    )
    accepted(log, changeset("c00", 1, money, bought))
    return log


def moves(identity: str, base: int, old: str, new: str, **other: Any) -> Changeset:
    return changeset(identity, base, edit("enrolment", "e1", state=(old, new)), **other)


def test_advance_takes_the_further_state() -> None:
    log = an_enrolment()
    assert accepted(log, moves("c1", 2, "paid", "sent"), moves("c2", 2, "paid", "listed")) == [
        "applied",
        "merged",
    ]
    assert log.rows["enrolment", "e1"]["state"] == "sent"


def test_b4_a_step_back_is_not_undone_by_a_stale_step_forward() -> None:
    log = an_enrolment()
    accepted(log, moves("c1", 2, "paid", "listed"), moves("c2", 3, "listed", "paid"))
    assert accepted(log, moves("c3", 2, "paid", "sent", device="d3")) == ["conflict"]
    assert log.rows["enrolment", "e1"]["state"] == "paid"


def test_b4_a_stale_step_back_is_for_a_person_too() -> None:
    log = an_enrolment()
    accepted(log, moves("c1", 2, "paid", "listed"), moves("c2", 3, "listed", "sent"))
    assert accepted(log, moves("c3", 3, "listed", "paid", device="d3")) == ["conflict"]


def test_what_never_changes_is_refused_by_rule() -> None:
    log = an_enrolment()
    void = changeset("c1", 2, edit("receipt", "r1", amount_dong=(0, 5)))
    assert isinstance(held := log.push(void), Held)
    assert held.reason == "broken_rule"


def test_b14_two_records_with_one_derived_id_are_one() -> None:
    log = a_log()
    first = changeset("c1", 1, create("household", "void-1", street="một"))
    second = changeset("c2", 1, create("household", "void-1", street="hai"), device="d2")
    assert accepted(log, first, second) == ["applied", "merged"]
    assert log.rows["household", "void-1"]["street"] == "một"


# --- withdrawal ----------------------------------------------------------------------------------


def withdrawal(identity: str, base: int = 1, **other: Any) -> Changeset:
    return changeset(identity, base, edit(*PERSON, withdrawn=(False, True)), **other)


def test_b2_a_withdrawal_and_an_unseen_edit_are_a_conflict_in_either_order() -> None:
    for order in (0, 1), (1, 0):
        log = a_log()
        made = [withdrawal("c1"), renames("c2", 1, "A", "B", device="d2")]
        assert accepted(log, *(made[place] for place in order)) == ["applied", "conflict"]
        assert set(sides_of(log, "withdrawn")) == {"c1", "c2"}


def test_b1_a_withdrawal_by_who_made_the_edit_applies() -> None:
    log = a_log()
    accepted(log, renames("c1", 1, "A", "B"), withdrawal("c2", 1, on=("c1",)))
    assert log.rows[PERSON]["withdrawn"] is True


def a_visit(identity: str, base: int = 1, **other: Any) -> Changeset:
    at = "2026-11-23T01:00:00.000Z"
    change = create("visit", f"v-{identity}", household="h1", visited_at=at)
    return changeset(identity, base, change, **other)


def gone(identity: str, base: int = 1, **other: Any) -> Changeset:
    return changeset(identity, base, edit("household", "h1", withdrawn=(False, True)), **other)


HOUSE_GONE = conflict_id(WARD, "household", "h1", "withdrawn")


def test_b2_a_withdrawal_and_an_unseen_visit_are_a_conflict_in_either_order() -> None:
    for order in (0, 1), (1, 0):
        log = a_log()
        made = [gone("c1"), a_visit("c2", device="d2")]
        assert accepted(log, *(made[place] for place in order)) == ["applied", "conflict"]
        assert {side["changeset"] for side in log.conflicts[HOUSE_GONE].sides} == {"c1", "c2"}
        assert ("visit", "v-c2") in log.rows, "the visit took place, whatever becomes of the house"


def test_b2_a_withdrawal_by_who_knew_of_the_visit_applies() -> None:
    log = a_log()
    assert accepted(log, a_visit("c1"), gone("c2", 2)) == ["applied"] * 2
    log = a_log()
    assert accepted(log, a_visit("c1"), gone("c2", 1, on=("c1",))) == ["applied"] * 2
    assert log.rows["household", "h1"]["withdrawn"] is True


def test_b2_a_visit_by_who_knew_of_the_withdrawal_applies() -> None:
    log = a_log()
    assert accepted(log, gone("c1"), a_visit("c2", 2)) == ["applied"] * 2
    assert not log.open_conflicts


def test_b2_an_edit_and_two_visits_in_one_changeset_ask_once() -> None:
    log = a_log()
    accepted(log, gone("c1"))
    at = "2026-11-23T01:00:00.000Z"
    visits = [create("visit", f"v{n}", household="h1", visited_at=at) for n in range(2)]
    mixed = changeset("c2", 1, edit("household", "h1", street=("Lê Lợi", "Lê Lai")), *visits)
    outcome = log.push(mixed)
    assert isinstance(outcome, Outcome)
    asked = [(r.record, r.field) for r in outcome.fields if r.how == "conflict"]
    assert asked == [("h1", "withdrawn")]
    assert len(log.conflicts[HOUSE_GONE].sides) == 2


# --- decisions -------------------------------------------------------------------------------


def a_conflict() -> MemoryLog:
    """B stands (c1), C waits (c2), at revision 3."""
    log = a_log()
    accepted(log, renames("c1", 1, "A", "B"), renames("c2", 1, "A", "C", device="d2"))
    return log


def decision(identity: str, value: str, base: int = 3, **other: Any) -> Changeset:
    sides = other.pop("sides", ("c1", "c2"))
    reopens = other.pop("reopens", ())
    old = other.pop("old", "B")
    change = decide(*PERSON, "full_name", (old, value), sides=sides, reopens=reopens)
    return changeset(identity, base, change, author="clerk", **other)


def test_a_decision_settles_every_side_that_it_names() -> None:
    log = a_conflict()
    assert accepted(log, decision("k1", "C")) == ["applied"]
    assert name_in(log) == "C"
    assert not log.open_conflicts


def test_b7_a_decision_that_keeps_the_standing_value_is_a_change_too() -> None:
    log = a_conflict()
    accepted(log, decision("k1", "B"))
    assert accepted(log, renames("c3", 1, "A", "C", device="d3")) == ["conflict"]
    assert name_in(log) == "B"


def test_b7_two_clerks_who_decide_differently_are_a_conflict_again() -> None:
    log = a_conflict()
    other = decision("k2", "B", device="d9")
    assert accepted(log, decision("k1", "C"), other) == ["applied", "conflict"]
    assert name_in(log) == "C"
    assert sides_of(log) == {"c1": False, "c2": False, "k1": True, "k2": True}


def test_b7_two_clerks_who_decide_alike_agree() -> None:
    log = a_conflict()
    assert accepted(log, decision("k1", "C"), decision("k2", "C")) == ["applied", "merged"]
    assert not log.open_conflicts


def test_b7_a_side_that_the_decision_had_not_seen_stays_open() -> None:
    log = a_conflict()
    accepted(log, renames("c3", 1, "A", "D", device="d3"), decision("k1", "C"))
    assert sides_of(log) == {"c1": False, "c2": False, "c3": True}


def test_undo_of_a_decision_lets_the_sides_wait_again() -> None:
    log = a_conflict()
    accepted(log, decision("k1", "C"))
    undo = decision("k2", "B", 4, old="C", sides=(), reopens=("c1", "c2"))
    assert accepted(log, undo) == ["applied"]
    assert name_in(log) == "B"
    assert sides_of(log) == {"c1": True, "c2": True}


# --- what no rule lets in ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edit(*PERSON, full_name=("A", 7)), "wrong type"),
        (edit(*PERSON, withdrawn=(False, 1)), "wrong type"),
        (edit(*PERSON, born_on=(None, "1968-02-30")), "wrong type"),
        (edit(*PERSON, born_on=(None, 0)), "wrong type"),
        (edit("household", "h1", tags=(["x"], "x")), "wrong type"),
        (edit("household", "h1", tags=(7, ["x"])), "wrong type"),
        (edit(*PERSON, ward=(WARD, "other")), "not for a changeset"),
        (create("visit", "v1", household="h1"), "is missing"),
        (create("visit", "v1", household="h1", visited_at="2026-11-23T01:00:00"), "wrong type"),
        (decide(*PERSON, "full_name", ("A", None)), "wrong type"),
    ],
)
def test_a_changeset_that_breaks_a_rule_is_held_whole(change: Any, said: str) -> None:
    log = a_log()
    held = log.push(changeset("c1", 1, create("household", "h2", street="?"), change))
    assert isinstance(held, Held) and held.reason == "broken_rule", held
    assert said in held.detail
    assert ("household", "h2") not in log.rows


def test_a_changeset_without_a_change_is_held() -> None:
    assert isinstance(a_log().push(changeset("c1", 1)), Held)


# --- decisions about what has gone meanwhile -----------------------------------------------------


def test_a_decision_and_a_withdrawal_that_had_not_seen_each_other_are_asked_in_either_order() -> (
    None
):
    for order in (0, 1), (1, 0):
        log = a_log()
        accepted(log, renames("c1", 1, "A", "B"), renames("c2", 1, "A", "C", device="d2"))
        choice = decide(*PERSON, "full_name", ("B", "C"), sides=["c1", "c2"])
        made = (withdrawal("c3", 3, device="d3"), changeset("c4", 3, choice, device="d4"))
        assert accepted(log, *(made[n] for n in order)) == ["applied", "conflict"]
        assert set(sides_of(log, "withdrawn")) == {"c3", "c4"}
        assert name_in(log) == "C"


def test_a_decision_to_withdraw_meets_work_that_it_had_not_seen() -> None:
    log = a_log()
    assert accepted(log, renames("c1", 1, "A", "B"), withdrawal("c2", device="d2")) == [
        "applied",
        "conflict",
    ]
    accepted(log, renames("c3", 3, "B", "C", device="d3"))
    choice = decide(*PERSON, "withdrawn", (False, True), sides=["c1", "c2"])
    assert accepted(log, changeset("c4", 3, choice, device="d4")) == ["conflict"]
    assert log.rows[PERSON].get("withdrawn") is not True
    assert sides_of(log, "withdrawn") == {"c1": False, "c2": False, "c3": True, "c4": True}
