"""Ages of cash in hand, and remittances against their receipts."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules import tables
from fieldapp.rules.money.cash import (
    HandedIn,
    age_of,
    named_twice,
    remittance_doubts,
    remittance_state,
    working_days,
)

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("today", "days", "age"),
    [
        (FRIDAY, 0, "fresh"),
        (date(2026, 11, 22), 0, "fresh"),
        (date(2026, 11, 23), 1, "fresh"),
        (date(2026, 11, 24), 2, "due"),
        (date(2026, 11, 27), 5, "due"),
        (date(2026, 11, 30), 6, "late"),
    ],
)
def test_age_counts_the_working_days_that_have_begun_since(
    today: date, days: int, age: str
) -> None:
    assert (working_days(FRIDAY, today), age_of(FRIDAY, today)) == (days, age)


def test_a_public_holiday_and_a_clock_set_back_make_money_no_older() -> None:
    assert working_days(date(2023, 12, 29), date(2024, 1, 2)) == 1
    assert working_days(FRIDAY, date(2026, 11, 18)) == 0


@pytest.mark.parametrize(
    ("taken_on", "today", "days"),
    [
        (date(2026, 2, 13), date(2026, 2, 23), 1),  # Tết: the whole week
        (date(2026, 4, 24), date(2026, 4, 28), 1),  # Giỗ Tổ on a Sunday: the Monday
        (date(2026, 8, 28), date(2026, 9, 3), 1),  # Quốc khánh with the days before
        (date(2031, 2, 3), date(2031, 2, 10), 5),  # not announced yet: they count
    ],
)
def test_days_off_that_are_announced_year_by_year_make_money_no_older(
    taken_on: date, today: date, days: int
) -> None:
    assert working_days(taken_on, today) == days


def test_days_off_that_end_nowhere_are_one_day() -> None:
    row = '[[row]]\nkey = "tet"\nvalid_from = 2030-02-04\nvalid_to = ""\n'
    text = row + 'source = "x"\nconfidence = "U"\n'
    with tables.in_force(tables.Book({"public_holidays": text})):
        assert working_days(date(2030, 2, 1), date(2030, 2, 6)) == 2


def test_a_remittance_waits_is_confirmed_or_differs_and_a_reversal_counts_over_all() -> None:
    states = [
        remittance_state(HandedIn(500, counted, reversed=undone))
        for counted, undone in (
            *(((), False), ((500,), False), ((400,), False), ((600,), False)),
            *(((5,), True), ((400, 500), False)),
        )
    ]
    assert states == ["waiting", "confirmed", "short", "over", "reversed", "differs"]


def test_what_does_not_fit_is_told() -> None:
    fits = HandedIn(500, receipts=2, known=2, standing_dong=500)
    assert remittance_doubts(fits) == ()
    assert remittance_doubts(HandedIn(500, receipts=2, known=1, standing_dong=200)) == (
        "not_arrived",
    )
    crossed_out = HandedIn(500, receipts=2, known=2, standing_dong=300, twice=1)
    assert remittance_doubts(crossed_out) == ("other_sum", "twice")
    assert remittance_doubts(HandedIn(500, reversed=True, twice=1)) == ()
    foreign = HandedIn(500, (400, 500), receipts=2, known=2, standing_dong=500, foreign=1)
    assert remittance_doubts(foreign) == ("not_hers", "counts_differ")


def test_a_receipt_that_two_remittances_name_is_doubtful_in_both() -> None:
    assert named_twice([("a", ["1", "2"]), ("b", ["2", "2"]), ("c", ["3"])]) == {
        "a": 1,
        "b": 1,
        "c": 0,
    }
