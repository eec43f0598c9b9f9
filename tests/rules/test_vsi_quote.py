"""Voluntary social insurance: official examples, law changes, and what must always hold."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables
from fieldapp.rules.vsi.income import IncomeRange, check_income, income_range
from fieldapp.rules.vsi.methods import Payment
from fieldapp.rules.vsi.quote import VsiQuote, quote_vsi
from fieldapp.rules.vsi.support import Aid, groups_for, months_supported

CAMPAIGN = date(2024, 11, 21)
BEFORE_SUPPORT = date(2017, 6, 15)
CITY = date(2026, 1, 1)
GROUPS = sorted(tables.keys("vsi_support"))


def pays(
    income: int, months: int, day: date, *groups: str, used: int = 0, local: Fraction | None = None
) -> VsiQuote:
    aid = Aid(groups or ("other",), used, local)
    return quote_vsi(income, Payment(months), paid_on=day, aid=aid)


@pytest.mark.parametrize(
    ("income", "months", "official"),
    [(4_000_000, 1, 880_000), (4_000_000, 6, 5_280_000), (5_000_000, 6, 6_600_000)],
)
def test_official_examples_without_support(income: int, months: int, official: int) -> None:
    """QĐ595 Điều 10, examples 1, 2 and 6."""
    quote = quote_vsi(income, Payment(months), paid_on=BEFORE_SUPPORT)
    assert quote.participant == quote.gross == official
    assert quote.state == 0
    assert [step.code for step in quote.explanation] == ["vsi_premium"]


def test_official_examples_of_the_near_poor_person() -> None:
    """QĐ595 Điều 12: 12 months at 25 %, later monthly at 10 %."""
    assert pays(800_000, 12, date(2018, 6, 1), "near_poor").participant == 1_650_000
    assert pays(800_000, 1, date(2019, 6, 1)).participant == 160_600


def test_support_stops_after_120_months() -> None:
    """QĐ595 Điều 12.2."""
    last = pays(2_200_000, 1, date(2027, 5, 2), used=119)
    after = pays(2_200_000, 1, date(2027, 6, 2), used=120)
    assert (last.support_months, last.state) == (1, 96_800)
    assert [step.code for step in last.explanation] == ["vsi_premium", "vsi_state"]
    assert (after.support_months, after.state) == (0, 0)
    assert after.explanation[-1].code == "vsi_support_ends"
    assert after.explanation[-1].values == {"limit": 120, "months": 0}
    assert [row.table for row in after.explanation[-1].rows] == ["vsi_support_limit"]


def test_support_that_ends_inside_the_months_counts_only_what_is_left() -> None:
    quote = pays(1_500_000, 12, CAMPAIGN, used=115)
    assert (quote.support_months, quote.state) == (5, 165_000)
    assert quote.participant == 12 * 330_000 - 165_000
    assert quote.explanation[1].values["months"] == 5
    assert pays(1_500_000, 12, CAMPAIGN, used=500).support_months == 0


def test_before_there_was_support_none_ends() -> None:
    codes = [step.code for step in pays(1_500_000, 12, BEFORE_SUPPORT, used=115).explanation]
    assert codes == ["vsi_premium"]


def test_the_everyday_case_of_the_campaign_is_297000_a_month() -> None:
    assert pays(1_500_000, 1, CAMPAIGN).participant == 297_000
    six = pays(1_500_000, 6, CAMPAIGN)
    assert (six.gross, six.state, six.participant) == (1_980_000, 198_000, 1_782_000)
    assert (six.group, six.poverty_dong, six.state_percent, six.months) == (
        "other",
        1_500_000,
        10,
        6,
    )


@pytest.mark.parametrize(
    ("day", "group", "expected"),
    [
        (date(2017, 12, 31), "poor", 154_000),
        (date(2018, 1, 1), "poor", 107_800),
        (date(2021, 12, 31), "near_poor", 115_500),
        (date(2022, 1, 1), "near_poor", 247_500),
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
        (date(2025, 12, 31), "poor", 165_000),
        (CITY, "poor", 66_000),
        (CITY, "near_poor", 115_500),
        (date(2026, 12, 31), "other", 264_000),
        (date(2027, 1, 1), "ethnic_minority", 338_800),
        (date(2027, 1, 1), "other", 387_200),
    ],
)
def test_a_month_at_the_lowest_income_costs_what_the_support_table_says(
    day: date, group: str, expected: int
) -> None:
    assert pays(income_range(day).floor, 1, day, group).participant == expected


def test_of_several_groups_the_highest_rate_counts_then_the_citys() -> None:
    quote = pays(1_500_000, 1, CAMPAIGN, "other", "near_poor")
    assert (quote.group, quote.state) == ("near_poor", 82_500)
    for groups in (("island", "poor"), ("poor", "island")):
        assert pays(1_500_000, 1, CITY, *groups).local == 99_000


def test_the_city_adds_for_the_poor_also_where_the_state_pays_by_another_group() -> None:
    for groups in (("island", "near_poor"), ("near_poor", "island")):
        quote = pays(1_500_000, 1, CITY, *groups)
        assert (quote.group, quote.state, quote.local) == ("island", 165_000, 82_500)


def test_the_city_adds_the_highest_of_its_parts_whatever_the_state_pays_by() -> None:
    for groups in (("near_poor", "poor"), ("poor", "near_poor"), ("island", "near_poor", "poor")):
        assert pays(1_500_000, 1, CITY, *groups).local == 99_000
    quote = pays(1_500_000, 1, CITY, "island", "near_poor")
    assert (quote.group, quote.state, quote.local) == ("island", 165_000, 82_500)


def test_sponsors_pay_of_the_same_base() -> None:
    aid = Aid(("poor",), other_percent=Fraction("12.5"))
    quote = quote_vsi(2_000_000, Payment(3), paid_on=CITY, aid=aid)
    assert (quote.gross, quote.state, quote.local, quote.other, quote.participant) == (
        1_320_000,
        495_000,
        297_000,
        123_750,
        404_250,
    )
    assert quote.explanation[-1].code == "vsi_other"
    assert not quote.explanation[-1].verified
    assert quote.explanation[-1].values == {
        "percent": "12,5 %",
        "rate": "22 %",
        "poverty_dong": 1_500_000,
        "months": 3,
        "support_dong": 123_750,
    }
    assert (quote.local_percent, quote.other_percent) == (30, Fraction("12.5"))


def test_the_range_of_incomes_follows_the_day() -> None:
    assert income_range(CAMPAIGN) == IncomeRange(1_500_000, 46_800_000, 50_000)
    assert income_range(date(2026, 6, 30)) == IncomeRange(1_500_000, 46_800_000, 1)
    assert income_range(date(2026, 7, 1)) == IncomeRange(1_500_000, 50_600_000, 1)
    assert income_range(date(2026, 12, 31)).floor == 1_500_000
    assert income_range(date(2027, 1, 1)).floor == 2_200_000
    assert income_range(date(2021, 12, 31)).floor == 700_000


def test_the_bounds_are_accepted_and_one_dong_beyond_is_not() -> None:
    day = date(2026, 7, 1)
    assert pays(50_600_000, 1, day).gross == 11_132_000
    assert pays(1_500_000, 1, day).gross == 330_000
    with pytest.raises(UserMends) as high:
        pays(50_600_001, 1, day)
    assert (high.value.code, high.value.field) == ("rules.vsi_income_high", "income")
    assert high.value.context == {"ceiling_dong": 50_600_000}
    with pytest.raises(UserMends) as low:
        pays(1_499_999, 1, day)
    assert (low.value.code, low.value.field) == ("rules.vsi_income_low", "income")
    assert low.value.context == {"floor_dong": 1_500_000}


def test_the_step_binds_only_before_july_2025_and_the_neighbours_are_offered() -> None:
    with pytest.raises(UserMends) as refused:
        pays(1_530_000, 1, date(2025, 6, 30))
    assert (refused.value.code, refused.value.field) == ("rules.vsi_income_off_step", "income")
    assert refused.value.context == {
        "step_dong": 50_000,
        "below_dong": 1_500_000,
        "above_dong": 1_550_000,
    }
    with pytest.raises(UserMends) as highest:
        pays(29_799_999, 1, date(2022, 1, 1))
    assert highest.value.context["above_dong"] == 29_800_000
    assert pays(1_530_000, 1, date(2025, 7, 1)).gross == 336_600


def test_the_highest_income_is_the_neighbour_where_it_lies_between_two_steps() -> None:
    with pytest.raises(UserMends) as refused:
        check_income(1_080, IncomeRange(floor=1_010, ceiling=1_090, step=50))
    assert refused.value.context == {"step_dong": 50, "below_dong": 1_060, "above_dong": 1_090}
    check_income(1_060, IncomeRange(floor=1_010, ceiling=1_090, step=50))


def test_an_income_off_the_usual_step_is_told_as_open() -> None:
    off = pays(1_530_000, 1, CITY)
    assert [step.code for step in off.explanation] == ["vsi_premium", "vsi_step_open", "vsi_state"]
    assert off.explanation[1].values == {"step_dong": 50_000}
    assert [row.table for row in off.explanation[1].rows] == ["vsi_step"]
    assert not off.explanation[1].verified
    on = pays(1_550_000, 1, CITY)
    assert "vsi_step_open" not in [step.code for step in on.explanation]
    assert on.incomes == income_range(CITY)


def test_the_usual_step_counts_from_the_poverty_line() -> None:
    text = tables.SHIPPED.text("poverty_line").replace("1500000", "1510000")
    with tables.one_book(tables.Book({"poverty_line": text})):
        on = pays(1_560_000, 1, CITY)
        off = pays(1_550_000, 1, CITY)
    assert "vsi_step_open" not in [step.code for step in on.explanation]
    assert "vsi_step_open" in [step.code for step in off.explanation]


@pytest.mark.parametrize(
    ("income", "months", "day", "group", "code", "field"),
    [
        (1_450_000, 1, CAMPAIGN, "other", "rules.vsi_income_low", "income"),
        (1_500_000, 2, CAMPAIGN, "other", "rules.vsi_months", "months"),
        (1_500_000, 1, CAMPAIGN, "rich", "rules.vsi_group_unknown", "group"),
        (1_500_000, 1, date(2015, 12, 31), "other", "rules.date_out_of_range", "paid_on"),
        (2_200_000, 1, date(2028, 1, 1), "other", "rules.date_out_of_range", "paid_on"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_a_code(
    income: int, months: int, day: date, group: str, code: str, field: str
) -> None:
    with pytest.raises(UserMends) as refused:
        pays(income, months, day, group)
    assert (refused.value.code, refused.value.field) == (code, field)
    if field == "group":
        assert refused.value.context == {"group": group}


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(DefectFound) as defect:
        pays(1_500_000, 1, CAMPAIGN, used=-1)
    assert defect.value.code == "rules.support_months_negative"
    assert defect.value.context == {"used": -1}
    for name in ("local_percent", "other_percent"):
        with pytest.raises(UserMends) as refused:
            aid = Aid(**{name: Fraction(-1, 100)})  # type: ignore[arg-type]  # fields given by name
            quote_vsi(1_500_000, Payment(1), paid_on=CAMPAIGN, aid=aid)
        assert (refused.value.code, refused.value.field) == ("rules.percent_negative", name)
    with pytest.raises(UserMends) as above:
        pays(1_500_000, 1, CAMPAIGN, local=Fraction(91))
    assert above.value.code == "rules.support_above_premium"
    assert pays(1_500_000, 1, CAMPAIGN, local=Fraction(90)).participant == 0


def test_the_explanation_names_rate_income_support_and_law() -> None:
    premium, state = pays(1_500_000, 6, CAMPAIGN).explanation
    assert premium.values == {"rate": "22 %", "income_dong": 1_500_000, "months": 6}
    assert [row.table for row in premium.rows] == ["vsi_rate"]
    assert state.code == "vsi_state"
    assert state.values == {
        "percent": "10 %",
        "rate": "22 %",
        "poverty_dong": 1_500_000,
        "months": 6,
        "support_dong": 198_000,
    }
    assert (state.source, state.confidence) == ("NĐ134/2015; QĐ595 Điều 12", "S2")
    assert [row.table for row in state.rows] == ["vsi_support", "poverty_line", "vsi_rate"]


def test_the_part_of_the_city_is_explained_and_a_typed_one_is_marked() -> None:
    city = pays(1_500_000, 1, CITY, "poor").explanation[2]
    assert (city.code, city.source, city.confidence) == ("vsi_local", "NQ84/2025/NQ-HĐND", "S2")
    assert city.values["percent"] == "30 %"
    assert [row.table for row in city.rows] == ["vsi_local_support", "poverty_line", "vsi_rate"]
    typed = pays(1_500_000, 1, CAMPAIGN, local=Fraction(20)).explanation[2]
    assert (typed.code, typed.source, typed.confidence) == ("vsi_local_typed", "", "U")
    assert typed.values["support_dong"] == 66_000
    agrees = pays(1_500_000, 1, CITY, "poor", local=Fraction(30)).explanation[2]
    assert agrees.code == "vsi_local"
    other = pays(1_500_000, 1, CITY, "poor", local=Fraction(29)).explanation[2]
    assert other.code == "vsi_local_typed"
    assert other.values["support_dong"] == 95_700


def test_above_the_lowest_income_the_base_of_the_citys_part_is_told_as_open() -> None:
    """News say "of the premium", the guide of D05-TS "of the line"; at the floor it is the same."""
    city = pays(1_500_001, 1, CITY, "poor").explanation[-1]
    assert (city.code, city.verified, city.values["support_dong"]) == ("vsi_local", False, 99_000)
    assert city.rows[-1].key == "vsi_local_base"
    assert city.article == "NQ84/2025/NQ-HĐND"


def test_the_groups_of_a_person_say_which_support_she_has() -> None:
    assert groups_for(("household",)) == ("other",)
    assert groups_for(("near_poor_hard", "ethnic_left_hard")) == ("near_poor", "ethnic_minority")
    assert groups_for(("household", "island")) == ("island",)


def test_months_that_were_paid_since_there_is_support_count() -> None:
    assert months_supported([]) == 0
    assert months_supported([(date(2024, 1, 1), date(2024, 6, 30))]) == 6
    assert months_supported([(date(2024, 1, 1), date(2024, 6, 29))]) == 5
    assert months_supported([(date(2016, 1, 1), date(2016, 6, 30))]) == 0
    two = [(date(2024, 1, 1), date(2024, 6, 30)), (date(2024, 7, 1), date(2024, 7, 31))]
    assert months_supported(two) == 7
    assert months_supported([(date(2017, 1, 1), date(2017, 12, 31))]) == 0
    assert months_supported([(date(2017, 11, 1), date(2018, 1, 31))]) == 1


@given(
    st.dates(min_value=date(2016, 1, 1), max_value=date(2027, 12, 31)),
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
    aid = Aid((group,), used, local, 20 - local)
    quotes = [quote_vsi(income, Payment(months), paid_on=day, aid=aid) for months in (1, 3, 6, 12)]
    for quote in quotes:
        assert quote.gross == quote.state + quote.local + quote.other + quote.participant
        assert min(quote.state, quote.local, quote.other, quote.participant) >= 0
        assert quote.support_months <= max(0, 120 - used)
    amounts = [quote.participant for quote in quotes]
    assert amounts == sorted(set(amounts))
