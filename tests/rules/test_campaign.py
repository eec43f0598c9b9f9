"""The pace of a campaign: days, what is due, what is needed; nothing is divided by zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.campaign import Pace, Span, first_payments, pace, urgency

NOVEMBER = Span(date(2024, 11, 2), date(2024, 12, 31))
"""The action month of 2024."""
THAT_DAY = date(2024, 11, 21)


def test_the_action_month_of_2024_on_its_twentieth_day() -> None:
    assert NOVEMBER.days_left(THAT_DAY) == 40
    assert NOVEMBER.lately(THAT_DAY) == (date(2024, 11, 14), 7)
    new = pace(NOVEMBER, THAT_DAY, 87_535, 41_270, 864 * 7)
    assert (new.percent, new.needed, new.missing, new.state) == (47, 1_157, 46_265, "behind")
    assert new.due == 87_535 * 20 // 60
    vsi = pace(NOVEMBER, THAT_DAY, 15_000, 9_420, 151 * 7)
    assert (vsi.needed, vsi.state) == (140, "on_pace")
    both = pace(NOVEMBER, THAT_DAY, 900_000, 786_200, 2_769 * 7)
    assert (both.needed, both.state) == (2_845, "close")


@pytest.mark.parametrize(
    ("today", "target", "done", "state", "needed"),
    [
        (date(2024, 11, 1), 120, 0, "not_begun", 2),
        (date(2024, 11, 2), 120, 1, "just_begun", 3),
        (date(2024, 12, 31), 10, 3, "behind", 7),
        (date(2025, 1, 1), 10, 3, "missed", None),
        (date(2025, 1, 1), 10, 10, "reached", None),
        (date(2024, 11, 21), 10, 12, "reached", None),
        (date(2024, 11, 21), 0, 4, "nothing_to_reach", None),
        (date(2024, 11, 21), None, 4, "no_target", None),
    ],
)
def test_the_words_of_a_day(
    today: date, target: int | None, done: int, state: str, needed: int | None
) -> None:
    found = pace(NOVEMBER, today, target, done, 0)
    assert (found.state, found.needed) == (state, needed)


def test_a_campaign_without_an_end_asks_for_no_pace() -> None:
    found = pace(Span(NOVEMBER.starts_on), THAT_DAY, 10, 3, 1)
    assert (found.state, found.needed, found.due) == ("no_end", None, None)


def test_the_citys_target_does_not_judge_a_few_wards() -> None:
    found = pace(NOVEMBER, THAT_DAY, 15_000, 30, 7, comparable=False)
    assert (found.state, found.needed, found.missing) == ("part_of_city", None, 0)


@given(
    length=st.integers(0, 400),
    at=st.integers(-30, 430),
    target=st.integers(0, 10**8),
    done=st.integers(0, 10**8),
    lately=st.integers(0, 10**6),
)
def test_the_needed_pace_reaches_the_target_and_one_less_does_not(
    length: int, at: int, target: int, done: int, lately: int
) -> None:
    span = Span(NOVEMBER.starts_on, NOVEMBER.starts_on + timedelta(days=length))
    today = span.starts_on + timedelta(days=at)
    found = pace(span, today, target, done, lately)
    days = max(1, span.days_left(today) or 0)
    if found.needed is not None:
        assert done + found.needed * days >= target > done + (found.needed - 1) * days
    else:
        assert done >= target or at > length or not target
    due = span.due(today, target)
    assert due is not None and 0 <= due <= target
    assert (due == target) if at >= length else True
    urgency([found])


@dataclass(frozen=True)
class Paid:
    id: str
    person: str
    scheme: str
    kind: str
    paid_on: date


def test_who_pays_twice_counts_once_and_a_merged_record_is_the_other_person() -> None:
    rows = [
        Paid("3", "b", "hhi", "renewal", date(2024, 11, 9)),
        Paid("2", "a", "hhi", "renewal", date(2024, 11, 8)),
        Paid("1", "a", "hhi", "new", date(2024, 11, 7)),
        Paid("4", "a", "vsi", "new", date(2024, 11, 7)),
    ]
    assert {row.id for row in first_payments(rows)} == {"1", "3", "4"}
    merged = first_payments(rows, lambda row: "a")
    assert {row.id for row in merged} == {"1", "4"}


def test_the_ward_farthest_from_its_pace_needs_help_first() -> None:
    slow = pace(NOVEMBER, THAT_DAY, 600, 100, 10)
    slower = pace(NOVEMBER, THAT_DAY, 600, 100, 5)
    done = pace(NOVEMBER, THAT_DAY, 600, 600, 5)
    order = sorted(([done], [slow], [slower, done]), key=urgency)
    assert order == [[slower, done], [slow], [done]]
    assert urgency([Pace("no_target")]) == urgency([])
