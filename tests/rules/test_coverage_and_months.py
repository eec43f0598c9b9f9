"""When a card begins, what a gap costs, and the arithmetic of months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.calendar_months import add_months, last_day_of_term, months_and_days
from fieldapp.rules.hhi.coverage import (
    Cover,
    Renewal,
    deadlines,
    five_year_date,
    renew,
    without_card,
)

TODAY = date(2024, 11, 21)
FIVE_YEARS = date(2026, 12, 1)


def after(ends_on: date, paid_on: date, months: int = 12) -> Renewal:
    cover = Cover(date(2023, 12, 1), ends_on, five_year_on=FIVE_YEARS)
    renewal = renew([cover], paid_on=paid_on, months=months)
    assert renewal is not None
    return renewal


def test_a_renewal_before_the_end_begins_on_the_day_after_it() -> None:
    """The cards of the reference screen: paid 21/11, old card to 30/11."""
    renewal = after(date(2024, 11, 30), TODAY)
    assert (renewal.first_valid_on, renewal.last_valid_on) == (
        date(2024, 12, 1),
        date(2025, 11, 30),
    )
    assert (renewal.gap_days, renewal.waits, renewal.certain) == (0, False, True)
    assert (renewal.five_years, renewal.five_year_on) == ("kept", FIVE_YEARS)
    assert renewal.explanation[0].code == "cover_continues"


@pytest.mark.parametrize("paid_on", [date(2024, 11, 30), date(2024, 12, 1)])
def test_paying_on_the_last_day_or_the_day_after_leaves_no_gap(paid_on: date) -> None:
    renewal = after(date(2024, 11, 30), paid_on)
    assert (renewal.first_valid_on, renewal.gap_days) == (date(2024, 12, 1), 0)


def test_after_a_short_gap_the_card_is_valid_from_the_payment() -> None:
    """The son of the reference screen: card to 31/08, paid 21/11, valid to 20/11 next year."""
    renewal = after(date(2024, 8, 31), TODAY)
    assert (renewal.first_valid_on, renewal.last_valid_on) == (TODAY, date(2025, 11, 20))
    assert (renewal.gap_days, renewal.waits, renewal.five_years) == (81, False, "kept")
    assert renewal.explanation[0].code == "cover_after_gap"
    assert renewal.explanation[0].values["n"] == 81
    assert without_card(date(2024, 8, 31), TODAY) == (2, 21)


def test_the_last_day_without_a_wait_is_three_months_after_the_end() -> None:
    assert deadlines(date(2024, 8, 31)).no_wait_by == date(2024, 11, 30)
    assert deadlines(date(2024, 9, 4)).no_wait_by == date(2024, 12, 4)
    assert deadlines(date(2024, 11, 29)).no_wait_by == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("ends_on", "is_open"),
    [
        (date(2023, 9, 30), False),
        (date(2023, 10, 1), True),
        (date(2023, 12, 30), True),
        (date(2023, 12, 31), False),
    ],
)
def test_a_wait_that_only_a_gap_over_new_year_would_cost_is_open(
    ends_on: date, is_open: bool
) -> None:
    assert deadlines(ends_on).open is is_open
    assert deadlines(date(2024, 9, 4)).renew_by == date(2024, 9, 4)


def test_since_the_law_of_2025_what_a_gap_costs_is_not_verified() -> None:
    """Whether 3 months or 90 days: the text was not seen."""
    assert not deadlines(date(2025, 3, 30)).open  # lost after 30/06/2025
    assert deadlines(date(2025, 3, 31)).no_wait_by == date(2025, 6, 30)
    assert deadlines(date(2025, 4, 1)).open
    (after_gap,) = after(date(2025, 5, 31), date(2025, 7, 1)).explanation
    assert not after_gap.verified
    (before,) = after(date(2025, 5, 31), date(2025, 6, 30)).explanation
    assert before.verified and before.code == after_gap.code == "cover_after_gap"
    (joined,) = after(date(2026, 11, 30), date(2026, 11, 23)).explanation
    assert joined.verified and joined.code == "cover_continues"


@pytest.mark.parametrize(("paid_on", "certain"), [(29, True), (30, False), (31, False)])
def test_between_90_days_and_3_months_the_agency_decides(paid_on: int, certain: bool) -> None:
    """A card to 31/07/2026: 90 days without one are over on 29/10."""
    given = after(date(2026, 7, 31), date(2026, 10, paid_on))
    assert (given.waits, given.certain, given.gap_days) == (False, certain, paid_on + 60)
    assert after(date(2024, 7, 31), date(2024, 10, 31)).certain


@pytest.mark.parametrize("ends_on", [date(9999, 9, 30), date(9999, 12, 30), date.max])
def test_a_card_that_ends_with_the_calendar_has_days_too(ends_on: date) -> None:
    """Some lists write "without an end" as 31/12/9999."""
    found = deadlines(ends_on)
    assert found.renew_by == ends_on <= found.no_wait_by <= date.max
    assert found.open
    assert without_card(ends_on, TODAY) == (0, 0)


def test_months_beyond_the_calendar_end_with_it() -> None:
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    assert add_months(date(9999, 12, 1), 1) == add_months(date(9990, 1, 1), 120) == date.max
    assert last_day_of_term(date(9999, 10, 1), 3) == date.max
    assert last_day_of_term(date(9999, 9, 1), 3) == date(9999, 11, 30)


def test_one_day_later_costs_thirty_days_and_the_five_years() -> None:
    in_time = after(date(2024, 8, 31), date(2024, 11, 30))
    late = after(date(2024, 8, 31), date(2024, 12, 1))
    assert (in_time.waits, in_time.five_years) == (False, "kept")
    assert (late.waits, late.certain, late.five_years) == (True, False, "lost")
    assert late.first_valid_on == date(2024, 12, 31)
    assert late.last_valid_on == date(2025, 12, 30)
    assert late.five_year_on == date(2029, 12, 31)
    assert [step.code for step in late.explanation] == ["cover_waits"]
    assert late.explanation[0].confidence == "U"


@pytest.mark.parametrize(
    ("ends_on", "paid_on", "open_question"),
    [
        (date(2024, 10, 31), date(2025, 2, 15), True),
        (date(2024, 10, 31), date(2025, 3, 31), True),
        (date(2024, 10, 31), date(2025, 4, 1), False),
        (date(2024, 9, 30), date(2025, 1, 1), False),
        (date(2024, 10, 1), date(2025, 1, 2), True),
        (date(2024, 8, 31), date(2025, 1, 15), False),
        (date(2024, 12, 31), date(2025, 4, 15), False),
        (date(2024, 5, 31), date(2024, 10, 1), False),
        (date(2023, 11, 30), date(2025, 1, 2), False),
    ],
)
def test_a_gap_over_new_year_is_open_where_neither_year_has_three_months_of_it(
    ends_on: date, paid_on: date, open_question: bool
) -> None:
    """Luật BHYT Điều 16.3c counts "three months in the financial year"."""
    late = after(ends_on, paid_on)
    codes = ["cover_waits", "cover_gap_over_new_year"] if open_question else ["cover_waits"]
    assert [step.code for step in late.explanation] == codes
    assert not any(step.verified for step in late.explanation)
    assert late.waits and not late.certain
    assert late.deadlines == deadlines(ends_on)


def test_a_short_gap_over_new_year_costs_nothing() -> None:
    renewal = after(date(2024, 11, 30), date(2025, 2, 28))
    assert (renewal.waits, renewal.certain, renewal.five_years) == (False, True, "kept")
    assert after(date(2024, 11, 30), date(2025, 3, 1)).waits


def test_nobody_is_without_a_card_on_its_last_day() -> None:
    assert without_card(TODAY, TODAY) == (0, 0)
    assert without_card(TODAY, TODAY + timedelta(days=1)) == (0, 1)
    assert without_card(TODAY, date(2024, 10, 1)) == (0, 0)


def test_the_first_card_waits_thirty_days_and_starts_the_five_years() -> None:
    renewal = renew([], paid_on=date(2024, 11, 15), months=12)
    assert renewal is not None
    assert renewal.first_valid_on == date(2024, 12, 15)
    assert (renewal.waits, renewal.certain, renewal.five_years) == (True, False, "starts")
    assert (renewal.deadlines, renewal.gap_days) == (None, 0)
    assert renewal.last_valid_on == date(2025, 12, 14)
    assert renewal.five_year_on == date(2029, 12, 15)
    assert renewal.explanation[0].code == "cover_first_time"


def test_cover_paid_by_somebody_else_counts_and_an_open_one_needs_no_renewal() -> None:
    company = Cover(date(2020, 6, 1), date(2024, 10, 31), payer="employer")
    old = Cover(date(2018, 1, 1), date(2019, 12, 31), five_year_on=date(2023, 1, 1))
    renewal = renew([company, old], paid_on=TODAY, months=3)
    assert renewal is not None
    assert (renewal.waits, renewal.gap_days, renewal.five_year_on) == (False, 20, None)
    assert renew([Cover(date(2020, 1, 1), None, payer="employer")], paid_on=TODAY, months=3) is None


def test_the_five_years_are_read_from_the_newest_card_that_says_them() -> None:
    said = Cover(date(2022, 12, 1), date(2023, 11, 30), five_year_on=FIVE_YEARS)
    silent = Cover(date(2024, 1, 1), date(2024, 11, 30))
    older = Cover(date(2021, 12, 1), date(2022, 11, 30), five_year_on=date(2025, 1, 1))
    assert five_year_date([said, silent, older]) == FIVE_YEARS
    assert five_year_date([silent]) is None
    assert five_year_date([]) is None


def test_cards_before_a_gap_of_three_months_say_nothing_about_the_five_years() -> None:
    said = Cover(date(2022, 12, 1), date(2023, 11, 30), five_year_on=FIVE_YEARS)
    in_time = Cover(date(2024, 2, 29), date(2024, 11, 30))
    too_late = Cover(date(2024, 3, 1), date(2024, 11, 30))
    assert five_year_date([said, in_time]) == FIVE_YEARS
    assert five_year_date([said, too_late]) is None


def test_a_gap_counts_from_the_first_day_of_all_newer_cards() -> None:
    said = Cover(date(2022, 12, 1), date(2023, 11, 30), five_year_on=FIVE_YEARS)
    long = Cover(date(2023, 12, 1), date(2024, 6, 30))
    short = Cover(date(2024, 5, 1), date(2024, 11, 30))
    assert five_year_date([said, long, short]) == FIVE_YEARS
    inside = Cover(date(2024, 8, 1), date(2024, 8, 31))
    whole = Cover(date(2023, 12, 1), date(2024, 11, 30))
    assert five_year_date([said, inside, whole]) == FIVE_YEARS


def test_open_covers_have_no_gap_after_them() -> None:
    open_one = Cover(date(2024, 1, 1), None, payer="employer")
    other = Cover(date(2024, 5, 1), None, payer="pension", five_year_on=FIVE_YEARS)
    assert five_year_date([open_one, other]) == FIVE_YEARS
    before = Cover(date(2022, 12, 1), date(2023, 11, 30), five_year_on=FIVE_YEARS)
    assert five_year_date([open_one, before]) == FIVE_YEARS


def test_a_card_from_before_the_tables_is_long_over() -> None:
    renewal = after(date(2010, 5, 31), TODAY)
    assert (renewal.waits, renewal.five_years) == (True, "lost")
    assert deadlines(date(2010, 5, 31)).no_wait_by == date(2010, 8, 31)


def test_the_steps_name_their_row() -> None:
    (joined,) = after(date(2024, 11, 30), TODAY).explanation
    assert [(row.table, row.key) for row in joined.rows] == [("clauses", "hhi_continues")]
    (late,) = after(date(2024, 8, 31), TODAY).explanation
    assert [row.table for row in late.rows] == ["hhi_continuity"]
    assert joined.values == {"first": date(2024, 12, 1), "old_end": date(2024, 11, 30)}
    assert joined.verified
    (waits,) = after(date(2024, 5, 31), TODAY).explanation
    assert [row.key for row in waits.rows] == ["", "hhi_wait_day"]
    assert waits.values == {"wait_days": 30, "first": date(2024, 12, 21)}
    over = after(date(2024, 10, 31), date(2025, 2, 15)).explanation[1]
    assert [row.key for row in over.rows] == ["hhi_gap_over_new_year"]


def test_a_cover_that_is_already_paid_for_the_future_is_continued() -> None:
    covers = [
        Cover(date(2023, 12, 1), date(2024, 11, 30)),
        Cover(date(2024, 12, 1), date(2025, 5, 31)),
    ]
    renewal = renew(covers, paid_on=TODAY, months=6)
    assert renewal is not None and renewal.first_valid_on == date(2025, 6, 1)


def test_terms_run_from_the_17th_to_the_16th_and_end_with_short_months() -> None:
    assert last_day_of_term(date(2024, 11, 17), 12) == date(2025, 11, 16)
    assert last_day_of_term(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert last_day_of_term(date(2024, 12, 1), 3) == date(2025, 2, 28)
    assert last_day_of_term(date(2023, 11, 30), 3) == date(2024, 2, 29)


def test_months_are_counted_over_years() -> None:
    assert months_and_days(date(2020, 1, 15), date(2024, 3, 20)) == (50, 5)
    assert months_and_days(date(2020, 1, 31), date(2020, 2, 29)) == (1, 0)
    assert months_and_days(date(2020, 1, 31), date(2020, 3, 1)) == (1, 1)


days = st.dates(date(2016, 1, 1), date(2035, 12, 31))


@given(days, st.integers(0, 40), st.integers(0, 27))
def test_months_and_days_lead_back_to_the_end(start: date, months: int, days_more: int) -> None:
    end = add_months(start, months) + timedelta(days=days_more)
    counted = months_and_days(start, end)
    assert add_months(start, counted[0]) + timedelta(days=counted[1]) == end
    assert counted[1] <= 31


@given(days, days, st.sampled_from([3, 6, 12]))
def test_a_card_never_begins_before_the_payment_nor_overlaps_the_old_one(
    ends_on: date, paid_on: date, months: int
) -> None:
    renewal = renew([Cover(date(2015, 1, 1), ends_on)], paid_on=paid_on, months=months)
    assert renewal is not None
    assert renewal.first_valid_on >= max(paid_on, ends_on + timedelta(days=1))
    assert renewal.gap_days == (renewal.first_valid_on - ends_on).days - 1
    assert renewal.waits == (renewal.five_years == "lost")
    assert renewal.last_valid_on < add_months(renewal.first_valid_on, months) + timedelta(days=1)
