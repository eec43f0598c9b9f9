"""What makes one ask about recorded work, and what honest days never do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.explained import Reason
from fieldapp.rules.visiting.plausibility import (
    ALIKE_IN_A_ROW,
    FAR_TIMES,
    PACE_DOORS,
    PACE_MINUTES,
    PHONE_DOORS,
    Flag,
    Knock,
    SharedPhone,
    Taken,
    flags_of,
)

DAY = date(2026, 11, 20)
EIGHT = datetime(2026, 11, 20, 1, tzinfo=UTC)
A, B = "26956.20250701", "26929.20250701"


def knock(number: int, after: timedelta, **more: object) -> Knock:
    """A door on the same street that nobody opened, so long after eight."""
    made = Knock(A, f"v{number:03}", f"h{number}", "lan", EIGHT + after, DAY, "not_at_home")
    return replace(made, street="ung van khiem", number=number, where=f"{number} Ung", **more)  # type: ignore[arg-type]  # fields given by name


def walk(count: int, every: timedelta, **more: object) -> list[Knock]:
    return [knock(number, number * every, **more) for number in range(count)]


def kinds(flags: Sequence[Flag]) -> list[str]:
    return [flag.kind for flag in flags]


def test_a_hundred_doors_in_two_minutes_are_one_question() -> None:
    doors = walk(100, timedelta(seconds=1), outcome="considering")
    found = flags_of(doors)
    assert kinds(found) == ["alike", "pace"]
    pace = found[1]
    assert pace.reason == Reason("flag_pace", {"doors": 100, "n": 2, "at": time(8)})
    assert (pace.on, pace.subject, len(pace.evidence)) == (DAY, "2026-11-20", 100)


def test_the_worst_burst_of_a_day_is_told_and_all_of_them_are_evidence() -> None:
    first = walk(PACE_DOORS + 1, timedelta(seconds=30))
    later = [knock(100 + n, timedelta(hours=3, seconds=20 * n)) for n in range(PACE_DOORS + 4)]
    (found,) = flags_of([*later, *first])
    assert found.reason.values["doors"] == PACE_DOORS + 4
    assert found.reason.values["at"] == time(11)
    assert len(found.evidence) == 2 * PACE_DOORS + 5
    assert flags_of(walk(PACE_DOORS, timedelta())) == ()


def test_the_same_answer_at_ten_doors_in_a_row_is_asked_about_and_nine_are_not() -> None:
    alike = walk(ALIKE_IN_A_ROW, timedelta(minutes=9), outcome="considering", next_in=7)
    (found,) = flags_of(alike)
    assert found.reason == Reason("flag_alike", {"n": ALIKE_IN_A_ROW, "note": "", "at": time(8)})
    assert flags_of(alike[1:]) == ()
    parted = [*alike[:5], replace(alike[5], note="Chờ lương"), *alike[6:]]
    assert flags_of(parted) == ()
    closed = [knock(50 + n, n * timedelta(minutes=9, seconds=5)) for n in range(9)]
    noted = [replace(one, note="Chờ lương") for one in alike]
    assert [one.reason.code for one in flags_of([*noted, *closed])] == ["flag_alike_noted"]


def test_closed_doors_and_enrolments_are_never_too_much_alike() -> None:
    for outcome in ("not_at_home", "enrolled", "do_not_contact", "moved"):
        assert flags_of(walk(60, timedelta(minutes=4), outcome=outcome)) == ()


def there_and_back(times: int, **elsewhere: object) -> list[Knock]:
    """Every few hours another place half a minute after the one before."""
    found = []
    for number in range(times):
        at = number * timedelta(hours=1)
        found.append(knock(2 * number, at))
        jump = {"street": "d2", "where": "9 D2"} | elsewhere
        found.append(replace(knock(2 * number + 1, at + timedelta(seconds=30)), **jump))  # type: ignore[arg-type]  # fields given by name
    return found


@pytest.mark.parametrize(
    ("elsewhere", "asked"),
    [
        ({}, True),
        ({"street": "hem 12 ung van khiem"}, False),
        ({"street": ""}, True),
        ({"ward": B, "street": "ung van khiem"}, False),
        ({"street": "ung van khiem", "number": 900}, True),
        ({"street": "ung van khiem"}, False),
        ({"street": "ung van khiem", "number": None}, False),
    ],
)
def test_places_that_nobody_reaches_in_that_time(elsewhere: dict[str, object], asked: bool) -> None:
    found = flags_of(there_and_back(FAR_TIMES, **elsewhere))
    assert kinds(found) == (["far"] if asked else [])
    assert flags_of(there_and_back(FAR_TIMES - 1, **elsewhere)) == ()
    if asked:
        assert found[0].reason.values["n"] == FAR_TIMES
        assert len(found[0].evidence) == 2 * FAR_TIMES


def test_a_day_is_asked_about_ward_by_ward_in_the_same_words_whoever_holds_which() -> None:
    """A border street: odd numbers lie in one ward, even ones in the other."""
    mine = walk(40, timedelta(seconds=50))
    border = [replace(one, ward=B) if one.number and one.number % 2 else one for one in mine]
    assert flags_of(border) == ()
    hurried = [replace(one, ward=B) for one in walk(20, timedelta(seconds=2))]
    both = flags_of([*mine[:3], *hurried])
    assert both == flags_of(hurried) and kinds(both) == ["pace"]
    assert {one.ward for one in both} == {B}


def test_what_was_too_fast_is_not_asked_about_again_as_too_far() -> None:
    doors = [replace(one, street=str(n)) for n, one in enumerate(walk(30, timedelta(seconds=2)))]
    assert kinds(flags_of(doors)) == ["pace"]


def paper(number: int, home: str, day: date = DAY, by: str = "lan") -> Taken:
    return Taken(A, f"r{number}", home, by, day, f"{number:07}")


def test_receipts_without_a_visit_are_gathered_by_day() -> None:
    seen = knock(1, timedelta())
    near = paper(1, "h1", DAY + timedelta(days=1))
    late = paper(2, "h1", DAY + timedelta(days=2))
    nowhere, other = paper(3, "h9"), paper(4, "h1", by="phuc")
    found = flags_of([seen], [near, late, nowhere, other, paper(5, "h8")])
    assert [(one.canvasser, one.on, one.evidence) for one in found] == [
        ("lan", DAY, ("r3", "r5")),
        ("lan", DAY + timedelta(days=2), ("r2",)),
        ("phuc", DAY, ("r4",)),
    ]
    assert found[0].reason == Reason("flag_no_visit", {"n": 2, "numbers": "0000003, 0000005"})


def test_one_phone_at_four_doors() -> None:
    homes = tuple(f"h{n}" for n in range(PHONE_DOORS))
    (found,) = flags_of([], [], [SharedPhone(A, "0903555214", "lan", homes)])
    assert (found.kind, found.on, found.subject, found.evidence) == (
        "phone",
        None,
        "0903555214",
        homes,
    )
    assert flags_of([], [], [SharedPhone(A, "0903555214", "lan", homes[1:])]) == ()


@given(st.lists(st.integers(0, 600), min_size=1, max_size=80), st.randoms())
def test_arrival_changes_nothing_and_a_slow_day_is_never_asked_about(
    minutes: list[int], random: object
) -> None:
    doors = [knock(n, timedelta(minutes=at)) for n, at in enumerate(minutes)]
    found = flags_of(doors)
    random.shuffle(doors)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    assert flags_of(doors) == found
    slow = [knock(n, n * timedelta(minutes=PACE_MINUTES)) for n in range(len(minutes))]
    assert flags_of(slow) == ()
