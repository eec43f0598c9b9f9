"""The merge under random histories: nothing is overwritten unseen, and arrival does not matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.model import conflict_id
from fieldapp.model.changesets import Changeset
from fieldapp.model.threeway import merge_members, merge_text
from sync.merge import Outcome
from tests.support.changes import MORNING, WARD, changeset, create, decide, edit
from tests.support.log_view import MemoryLog

PERSON = ("person", "p1")
HOUSE = ("household", "h1")
CONFLICT = conflict_id(WARD, *PERSON, "full_name")
VALUES = ("A", "B", "C")


def a_log() -> MemoryLog:
    log = MemoryLog()
    house = create(*HOUSE, tags=["x", "y"], note="một\nhai\nba")
    log.push(changeset("c0", 0, create(*PERSON, full_name="A"), house))
    return log


# --- no silent overwrite -------------------------------------------------------------------------


@dataclass
class Laptop:
    """One person at one machine, who sees the log up to a revision with own work laid over it."""

    name: str
    log: MemoryLog
    base: int = 1
    shown: str = "A"
    saw: frozenset[str] = frozenset()
    """The changesets behind what the screen shows of this field."""
    own: list[Changeset] = field(default_factory=list)
    """Not yet passed by `base`."""
    outbox: list[Changeset] = field(default_factory=list)

    def writes(self, identity: str, value: str) -> frozenset[str]:
        """Changes the name; what its author had seen."""
        change = edit(*PERSON, full_name=(self.shown, value))
        on = tuple(made.id for made in self.own)
        self._commit(changeset(identity, self.base, change, on=on, device=self.name))
        saw, self.shown = self.saw, value
        self.saw = saw | {identity}
        return saw

    def decides(self, identity: str, value: str, sides: list[str]) -> frozenset[str]:
        """Settles the sides of the conflict as the log has it; what was seen, sides included."""
        change = decide(*PERSON, "full_name", (self.shown, value), sides=sides)
        on = tuple(made.id for made in self.own)
        self._commit(changeset(identity, self.base, change, on=on, device=self.name))
        saw, self.shown = self.saw | set(sides), value
        self.saw = self.saw | {identity}
        return saw

    def _commit(self, made: Changeset) -> None:
        self.own.append(made)
        self.outbox.append(made)

    def pulls(self) -> None:
        """Takes the whole log; own work that the log has is no longer laid over it."""
        self.base = self.log.revision
        self.own = [made for made in self.own if made.id not in self.log.changesets]
        if not self.own:
            self.shown = str(self.log.rows[PERSON]["full_name"])
            self.saw = frozenset(p.changeset for p in self.log.past(*PERSON))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "decide", "push", "push", "pull"]),
        st.integers(0, 2),
        st.sampled_from(VALUES),
    ),
    min_size=4,
    max_size=24,
)


@settings(max_examples=400, deadline=None)
@given(STEPS)
def test_no_value_is_replaced_by_an_author_who_had_not_seen_it(
    steps: list[tuple[str, int, str]],
) -> None:
    log = a_log()
    laptops = [Laptop(f"d{n}", log) for n in range(3)]
    saw: dict[str, frozenset[str]] = {}
    for number, (action, who, value) in enumerate(steps, 1):
        laptop = laptops[who]
        conflict = log.conflicts.get(CONFLICT)
        if action == "write" and value != laptop.shown:
            saw[f"c{number}"] = laptop.writes(f"c{number}", value)
        elif action == "decide" and conflict and conflict.open and laptop.base == log.revision:
            sides = [str(side["changeset"]) for side in conflict.sides if side["open"]]
            saw[f"c{number}"] = laptop.decides(f"c{number}", value, sides)
        elif action == "push" and laptop.outbox:
            arrives(log, laptop.outbox.pop(0), saw)
        elif action == "pull":
            laptop.pulls()


def arrives(log: MemoryLog, made: Changeset, saw: dict[str, frozenset[str]]) -> None:
    """Pushes, and holds the outcome against what the author had in fact seen."""
    before = log.rows[PERSON]["full_name"]
    accepted = {p.changeset for p in log.past(*PERSON) if p.accepted and p.field == "full_name"}
    outcome = log.push(made)
    assert isinstance(outcome, Outcome)
    result = next(r for r in outcome.fields if r.field == "full_name")
    wanted = made.changes[0].fields["full_name"][1]
    if not accepted - saw[made.id]:
        assert result.how == "applied"
        assert log.rows[PERSON]["full_name"] == wanted
    elif wanted == before:
        assert result.how == "agreed"
    else:
        assert result.how == "conflict"
        assert log.rows[PERSON]["full_name"] == before
        waiting = {side["value"] for side in log.conflicts[CONFLICT].sides if side["open"]}
        assert {before, wanted} <= waiting


# --- arrival independence ------------------------------------------------------------------------


def open_values(log: MemoryLog) -> set[Any]:
    conflict = log.conflicts.get(CONFLICT)
    return {side["value"] for side in conflict.sides if side["open"]} if conflict else set()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["B", "C", "D"]), min_size=2, max_size=4))
def test_concurrent_edits_of_a_decided_field_leave_the_same_question_in_any_order(
    values: list[str],
) -> None:
    made = [
        changeset(f"e{n}", 1, edit(*PERSON, full_name=("A", value)), device=f"d{n}")
        for n, value in enumerate(values)
    ]
    ends = set()
    for order in permutations(made):
        log = a_log()
        for one in order:
            log.push(one)
        waiting = open_values(log)
        ends.add((bool(waiting), frozenset(waiting or {log.rows[PERSON]["full_name"]})))
    assert ends == {(len(set(values)) > 1, frozenset(values))}


SETS = st.lists(st.sets(st.sampled_from("xyab")).map(sorted), min_size=1, max_size=2)


@settings(max_examples=150, deadline=None)
@given(st.lists(SETS, min_size=2, max_size=3))
def test_sets_come_out_the_same_in_any_order(chains: list[list[list[str]]]) -> None:
    ends = set()
    for order in permutations(range(len(chains))):
        for whole in (True, False):
            log = a_log()
            for one in interleaved([chain_of(n, chains[n]) for n in order], whole=whole):
                log.push(one)
            ends.add(tuple(log.rows[HOUSE]["tags"]))
    assert len(ends) == 1


def chain_of(laptop: int, states: list[list[str]]) -> list[Changeset]:
    """Edits of one person, each on top of the one before, all begun at revision 1."""
    made: list[Changeset] = []
    shown = ["x", "y"]
    for state in states:
        on = tuple(one.id for one in made)
        change = edit(*HOUSE, tags=(shown, state))
        made.append(changeset(f"l{laptop}-{len(made)}", 1, change, on=on, device=f"d{laptop}"))
        shown = state
    return made


def interleaved(chains: list[list[Changeset]], *, whole: bool) -> list[Changeset]:
    """The chains one after another, or their first parts first."""
    if whole:
        return [one for chain in chains for one in chain]
    return [chain[n] for n in range(2) for chain in chains if n < len(chain)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("BCD")), min_size=2, max_size=4))
def test_latest_comes_out_the_same_in_any_order(edits: list[tuple[int, str]]) -> None:
    made = [
        changeset(
            f"e{n}",
            1,
            edit(*PERSON, phone=(None, value)),
            device=f"d{n}",
            made_at=MORNING + timedelta(minutes=minutes),
        )
        for n, (minutes, value) in enumerate(edits)
    ]
    ends = set()
    for order in permutations(made):
        log = a_log()
        for one in order:
            log.push(one)
        ends.add(log.rows[PERSON]["phone"])
    last = max(made, key=lambda one: (one.made_at, one.id))
    assert ends == {last.changes[0].fields["phone"][1]}


LINES = st.lists(st.sampled_from(["một", "hai", "ba", "bốn"]), max_size=4).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(LINES, LINES)
def test_notes_of_two_people_come_out_the_same_in_any_order(first: str, second: str) -> None:
    made = [
        changeset("c1", 1, edit(*HOUSE, note=("một\nhai\nba", first)), device="d1"),
        changeset("c2", 1, edit(*HOUSE, note=("một\nhai\nba", second)), device="d2", author="minh"),
    ]
    ends = set()
    for order in (made, made[::-1]):
        log = a_log()
        for one in order:
            log.push(one)
        ends.add(log.rows[HOUSE]["note"])
    assert len(ends) == 1


# --- the three-way merges alone ---------------------------------------------------------------


@given(LINES, LINES)
def test_merging_a_text_with_itself_or_with_the_old_one_changes_nothing(old: str, new: str) -> None:
    assert merge_text(old, new, new) == new
    assert merge_text(old, old, new) == new
    assert merge_text(old, new, old) == new


@given(LINES, LINES, LINES)
def test_a_merged_text_has_every_line_that_either_added(old: str, first: str, second: str) -> None:
    merged = merge_text(old, first, second)
    if merged is not None:
        added = (set(first.split("\n")) | set(second.split("\n"))) - set(old.split("\n")) - {""}
        assert added <= set(merged.split("\n"))


SET = st.sets(st.sampled_from("abxyz")).map(sorted)


@given(SET, SET, SET)
def test_a_set_change_applied_twice_is_applied_once(
    old: list[str], new: list[str], standing: list[str]
) -> None:
    once = merge_members(old, new, standing)
    assert merge_members(old, new, once) == once
    assert set(new) - set(old) <= set(once)
