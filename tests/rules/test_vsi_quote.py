"""Voluntary social insurance: official examples, law changes, and what must always hold."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables
from fieldapp.rules.vsi import IncomeRange, city_percent, income_range, quote_vsi

CAMPAIGN = date(2024, 11, 21)
BEFORE_SUPPORT = date(2017, 6, 15)
GROUPS = sorted(tables.keys("vsi_support"))


@pytest.mark.parametrize(
    ("income", "months", "official"),
    [(4_000_000, 1, 880_000), (4_000_000, 6, 5_280_000), (5_000_000, 6, 6_600_000)],
)
def test_official_examples_without_support(income: int, months: int, official: int) -> None:
    """QĐ595 Điều 10, examples 1, 2 and 6."""
    quote = quote_vsi(income, months=months, paid_on=BEFORE_SUPPORT)
    assert quote.participant == quote.gross == official
    assert quote.state == 0


def test_official_examples_of_the_near_poor_person() -> None:
    """QĐ595 Điều 12: 12 months at 25 %, later monthly at 10 %."""
    near_poor = quote_vsi(800_000, months=12, paid_on=date(2018, 6, 1), group="near_poor")
    assert near_poor.participant == 1_650_000
    later = quote_vsi(800_000, months=1, paid_on=date(2019, 6, 1))
    assert later.participant == 160_600


def test_support_stops_after_120_months() -> None:
    """QĐ595 Điều 12.2: supported from June 2018 to May 2028, not in June 2028."""
    last = quote_vsi(2_200_000, months=1, paid_on=date(2028, 5, 2), support_months_used=119)
    after = quote_vsi(2_200_000, months=1, paid_on=date(2028, 6, 2), support_months_used=120)
    assert (last.support_months, last.state) == (1, 96_800)
    assert (after.support_months, after.state) == (0, 0)
    assert after.explanation[-1].code == "vsi_support_ends"
    assert after.explanation[-1].values == {"limit": 120, "months": 0}


def test_support_that_ends_inside_the_months_counts_only_what_is_left() -> None:
    quote = quote_vsi(1_500_000, months=12, paid_on=CAMPAIGN, support_months_used=115)
    assert (quote.support_months, quote.state) == (5, 165_000)
    assert quote.participant == 12 * 330_000 - 165_000
    over = quote_vsi(1_500_000, months=12, paid_on=CAMPAIGN, support_months_used=500)
    assert over.support_months == 0


def test_the_everyday_case_of_the_campaign_is_297000_a_month() -> None:
    assert quote_vsi(1_500_000, months=1, paid_on=CAMPAIGN).participant == 297_000
    six = quote_vsi(1_500_000, months=6, paid_on=CAMPAIGN)
    assert (six.gross, six.state, six.participant) == (1_980_000, 198_000, 1_782_000)


@pytest.mark.parametrize(
    ("day", "group", "pays"),
    [
        (CAMPAIGN, "poor", 231_000),
        (CAMPAIGN, "near_poor", 247_500),
        (CAMPAIGN, "ethnic_minority", 297_000),
        (CAMPAIGN, "island", 297_000),
        (date(2025, 6, 30), "other", 297_000),
        (date(2025, 7, 1), "poor", 165_000),
        (date(2025, 7, 1), "island", 165_000),
        (date(2025, 7, 1), "near_poor", 198_000),
        (date(2025, 7, 1), "ethnic_minority", 231_000),
        (date(2025, 7, 1), "other", 264_000),
        (date(2026, 1, 1), "poor", 66_000),
        (date(2026, 1, 1), "near_poor", 115_500),
        (date(2026, 12, 31), "other", 264_000),
        (date(2027, 1, 1), "ethnic_minority", 338_800),
        (date(2027, 1, 1), "other", 387_200),
    ],
)
def test_a_month_at_the_lowest_income_costs_what_the_support_table_says(
    day: date, group: str, pays: int
) -> None:
    assert (
        quote_vsi(income_range(day).floor, months=1, paid_on=day, group=group).participant == pays
    )


def test_the_range_of_incomes_follows_the_day() -> None:
    assert income_range(CAMPAIGN) == IncomeRange(1_500_000, 46_800_000, 50_000)
    assert income_range(date(2026, 7, 1)) == IncomeRange(1_500_000, 50_600_000, 1)
    assert income_range(date(2027, 1, 1)).floor == 2_200_000


def test_the_highest_income_is_accepted_and_one_dong_more_is_not() -> None:
    day = date(2026, 7, 1)
    assert quote_vsi(50_600_000, months=1, paid_on=day).gross == 11_132_000
    with pytest.raises(UserMends) as refused:
        quote_vsi(50_600_001, months=1, paid_on=day)
    assert refused.value.code == "rules.vsi_income_high"
    assert refused.value.context == {"ceiling_dong": 50_600_000}


def test_the_step_binds_only_before_july_2025_and_the_neighbours_are_offered() -> None:
    with pytest.raises(UserMends) as refused:
        quote_vsi(1_530_000, months=1, paid_on=date(2025, 6, 30))
    assert refused.value.code == "rules.vsi_income_off_step"
    assert refused.value.context == {
        "step_dong": 50_000,
        "below_dong": 1_500_000,
        "above_dong": 1_550_000,
    }
    assert quote_vsi(1_530_000, months=1, paid_on=date(2025, 7, 1)).gross == 336_600


@pytest.mark.parametrize(
    ("income", "months", "day", "group", "code"),
    [
        (1_450_000, 1, CAMPAIGN, "other", "rules.vsi_income_low"),
        (1_500_000, 2, CAMPAIGN, "other", "rules.vsi_months"),
        (1_500_000, 1, CAMPAIGN, "rich", "rules.vsi_group_unknown"),
        (1_500_000, 1, date(2015, 12, 31), "other", "rules.date_out_of_range"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_a_code(
    income: int, months: int, day: date, group: str, code: str
) -> None:
    with pytest.raises(UserMends) as refused:
        quote_vsi(income, months=months, paid_on=day, group=group)
    assert refused.value.code == code


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(DefectFound):
        quote_vsi(1_500_000, months=1, paid_on=CAMPAIGN, support_months_used=-1)
    with pytest.raises(UserMends):
        quote_vsi(1_500_000, months=1, paid_on=CAMPAIGN, local_percent=-5)
    with pytest.raises(UserMends) as refused:
        quote_vsi(1_500_000, months=1, paid_on=CAMPAIGN, local_percent=91)
    assert refused.value.code == "rules.support_above_premium"


def test_the_explanation_names_rate_income_support_and_law() -> None:
    premium, state = quote_vsi(1_500_000, months=6, paid_on=CAMPAIGN).explanation
    assert premium.values == {"rate": "22 %", "income_dong": 1_500_000, "months": 6}
    assert state.code == "vsi_state"
    assert state.values["percent"] == "10 %"
    assert state.values["support_dong"] == 198_000
    assert (state.source, state.confidence) == ("NĐ134/2015; QĐ595 Điều 12", "S2")


def test_the_part_of_the_city_is_explained_and_a_typed_one_is_marked() -> None:
    city = quote_vsi(1_500_000, months=1, paid_on=date(2026, 1, 1), group="poor").explanation[2]
    assert (city.code, city.source, city.confidence) == ("vsi_local", "NQ84/2025/NQ-HĐND", "S2")
    typed = quote_vsi(1_500_000, months=1, paid_on=CAMPAIGN, local_percent=20).explanation[2]
    assert (typed.source, typed.confidence) == ("", "U")
    assert typed.values["support_dong"] == 66_000
    assert city_percent("other", date(2026, 1, 1)) == 0


@given(
    st.dates(min_value=date(2016, 1, 1), max_value=date(2030, 12, 31)),
    st.sampled_from(GROUPS),
    st.integers(0, 130),
    st.integers(0, 300),
    st.fractions(min_value=0, max_value=20, max_denominator=9),
)
def test_the_parts_sum_to_the_premium_and_longer_terms_cost_more(
    day: date, group: str, used: int, steps: int, local: Fraction
) -> None:
    incomes = income_range(day)
    income = incomes.floor + steps * 50_000
    if income > incomes.ceiling:
        income = incomes.ceiling - (incomes.ceiling - incomes.floor) % incomes.step
    quotes = [
        quote_vsi(
            income,
            months=months,
            paid_on=day,
            group=group,
            support_months_used=used,
            local_percent=local,
        )
        for months in (1, 3, 6, 12)
    ]
    for quote in quotes:
        assert quote.gross == quote.state + quote.local + quote.participant
        assert min(quote.state, quote.local, quote.participant) >= 0
        assert quote.support_months <= max(0, 120 - used)
    amounts = [quote.participant for quote in quotes]
    assert amounts == sorted(set(amounts))
