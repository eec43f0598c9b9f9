"""Two records of one human, joined and parted: nobody vanishes, nothing is overwritten unseen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.model import conflict_id
from fieldapp.model.changesets import Changeset
from sync.merge import Held, Outcome
from tests.support.changes import WARD, changeset, create, decide, edit
from tests.support.log_view import MemoryLog

PEOPLE = ("p1", "p2", "p3")


def a_log() -> MemoryLog:
    """A log at revision 1 with three people who may be one."""
    log = MemoryLog()
    log.push(changeset("c0", 0, *(create("person", p, full_name="Hà") for p in PEOPLE)))
    return log


def merges(
    identity: str, person: str, into: str | None, base: int = 1, *, old: str | None = None, **k: Any
) -> Changeset:
    return changeset(identity, base, edit("person", person, merged_into=(old, into)), **k)


def renames(identity: str, person: str, name: str, base: int = 1, **other: Any) -> Changeset:
    return changeset(identity, base, edit("person", person, full_name=("Hà", name)), **other)


def accepted(log: MemoryLog, *pushed: Changeset) -> list[str]:
    statuses: list[str] = []
    for made in pushed:
        outcome = log.push(made)
        assert isinstance(outcome, Outcome), outcome
        statuses.append(outcome.status)
    return statuses


def sides_of(log: MemoryLog, person: str) -> dict[str, tuple[Any, bool, bool]]:
    """The sides of the question whether a person is merged: value, whether it waits and stands."""
    conflict = log.conflicts[conflict_id(WARD, "person", person, "merged_into")]
    return {s["changeset"]: (s["value"], s["open"], s["standing"]) for s in conflict.sides}


def into(log: MemoryLog, person: str) -> Any:
    return log.rows["person", person].get("merged_into")


def test_a_merge_is_taken_back_months_later() -> None:
    log = a_log()
    parted = merges("c2", "p2", None, 2, old="p1")
    assert accepted(log, merges("c1", "p2", "p1"), parted) == ["applied", "applied"]
    assert into(log, "p2") is None and not log.open_conflicts


def test_b9_an_edit_that_had_not_seen_the_merge_stays_and_asks_again() -> None:
    log = a_log()
    accepted(log, merges("c1", "p2", "p1"))
    assert accepted(log, renames("c2", "p2", "Hạ", device="d2")) == ["conflict"]
    assert log.rows["person", "p2"]["full_name"] == "Hạ", "the edit stays on its record"
    assert into(log, "p2") == "p1", "nobody comes back without a person's decision"
    assert sides_of(log, "p2") == {"c1": ("p1", True, True), "c2": (None, True, False)}


def test_b9_a_merge_that_had_not_seen_an_edit_asks_first() -> None:
    log = a_log()
    accepted(log, renames("c2", "p2", "Hạ", device="d2"))
    assert accepted(log, merges("c1", "p2", "p1")) == ["conflict"]
    assert into(log, "p2") is None
    assert sides_of(log, "p2") == {"c2": (None, True, True), "c1": ("p1", True, False)}


def test_an_edit_by_who_knew_of_the_merge_asks_nothing() -> None:
    log = a_log()
    assert accepted(log, merges("c1", "p2", "p1"), renames("c2", "p2", "Hạ", 2)) == ["applied"] * 2
    log = a_log()
    own = renames("c1", "p2", "Hạ"), merges("c2", "p2", "p1", on=("c1",))
    assert accepted(log, *own) == ["applied"] * 2
    assert not log.open_conflicts


def test_edits_of_the_record_that_stays_meet_nothing() -> None:
    log = a_log()
    assert accepted(log, merges("c1", "p2", "p1"), renames("c2", "p1", "Hạ")) == ["applied"] * 2


def test_two_clerks_who_merge_into_different_records_are_a_conflict() -> None:
    log = a_log()
    made = merges("c1", "p2", "p1"), merges("c2", "p2", "p3", device="d2")
    assert accepted(log, *made) == ["applied", "conflict"]
    assert into(log, "p2") == "p1"


def test_a_merge_and_a_withdrawal_ask_once_in_either_order() -> None:
    away = changeset("c2", 1, edit("person", "p2", withdrawn=(False, True)), device="d2")
    for order in (0, 1), (1, 0):
        log = a_log()
        made = (merges("c1", "p2", "p1"), away)
        assert accepted(log, *(made[n] for n in order)) == ["applied", "conflict"]
        assert [c.field for c in log.open_conflicts] == ["withdrawn"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_b9_two_clerks_who_merge_each_into_the_other_are_asked(order: tuple[int, int]) -> None:
    log = a_log()
    made = (merges("c1", "p2", "p1"), merges("c2", "p1", "p2", device="d2"))
    assert accepted(log, *(made[n] for n in order)) == ["applied", "conflict"]
    assert [into(log, p) for p in ("p1", "p2")].count(None) == 1, "one of them is left to show"
    second = made[order[1]]
    person = second.changes[0].record
    assert sides_of(log, person)[second.id][1:] == (True, False)
    first = made[order[0]].id
    assert sides_of(log, person)[first] == (None, True, True)


def test_b9_a_ring_of_three_is_asked_about_too() -> None:
    log = a_log()
    made = [merges(f"c{n}", f"p{n}", f"p{n % 3 + 1}", device=f"d{n}") for n in (1, 2, 3)]
    assert accepted(log, *made) == ["applied", "applied", "conflict"]
    assert into(log, "p3") is None


def test_a_decision_does_not_close_a_ring_either() -> None:
    log = a_log()
    accepted(log, merges("c1", "p2", "p1"), merges("c2", "p1", "p2", device="d2"))
    choice = decide("person", "p1", "merged_into", (None, "p2"), sides=["c1", "c2"])
    assert accepted(log, changeset("c3", 3, choice)) == ["conflict"]
    assert into(log, "p1") is None
    parted = merges("c4", "p2", None, 4, old="p1")
    choice = decide("person", "p1", "merged_into", (None, "p2"), sides=["c1", "c2", "c3"])
    assert accepted(log, parted, changeset("c5", 5, choice)) == ["applied", "applied"]
    assert into(log, "p1") == "p2" and not log.open_conflicts


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([edit("person", "p1", merged_into=(None, "p1"))], "not merged into itself"),
        (
            [
                edit("person", "p1", merged_into=(None, "p2")),
                edit("person", "p2", merged_into=(None, "p1")),
            ],
            "two merges",
        ),
    ],
)
def test_a_ring_that_one_changeset_makes_is_held(changes: list[Any], said: str) -> None:
    held = a_log().push(changeset("c1", 1, *changes))
    assert isinstance(held, Held)
    assert held.reason == "broken_rule" and said in held.detail


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "merge", "part", "edit", "withdraw"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.integers(0, 6),
    ),
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_whoever_merges_what_somebody_is_always_left_to_show(
    steps: list[tuple[str, str, str, int]],
) -> None:
    log = a_log()
    for number, (act, person, other, behind) in enumerate(steps, 1):
        base = max(1, log.revision - behind)
        old = into(log, person)
        change = {
            "merge": edit("person", person, merged_into=(old, other)),
            "part": edit("person", person, merged_into=(old, None)),
            "edit": edit("person", person, note=("", f"{number}")),
            "withdraw": edit("person", person, withdrawn=(False, True)),
        }[act]
        outcome = log.push(changeset(f"c{number}", base, change, device=f"d{number}"))
        assert isinstance(outcome, Outcome) or person == other
        assert all(ends_somewhere(log, p) for p in PEOPLE)


def ends_somewhere(log: MemoryLog, person: str) -> bool:
    asked: list[str] = []
    while (target := into(log, person)) is not None:
        if person in asked:
            return False
        asked.append(person)
        person = target
    return True
