"""Years ahead, missing and late months, refunds, the fund's rate, and until when to pay."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.horizon import last_known_day
from fieldapp.rules.money.exact import round_half_up
from fieldapp.rules.vsi.formulas import given_back, paid_ahead, paid_for_missing, paid_late
from fieldapp.rules.vsi.income import IncomeRange, widest_range
from fieldapp.rules.vsi.methods import (
    LATE,
    MISSING,
    YEARS_AHEAD,
    Payment,
    latest_payment,
    missing_opens_on,
    paused,
    periodic_row,
    terms,
)
from fieldapp.rules.vsi.quote import VsiQuote, quote_vsi
from fieldapp.rules.vsi.refund import Prepaid, refund_ahead, refund_periodic

OLD_LAW = date(2024, 11, 21)
TODAY = date(2026, 11, 23)
R = Fraction("0.31")


def ahead(income: int, years: int, day: date = TODAY, rate: Fraction | None = None) -> VsiQuote:
    return quote_vsi(income, Payment(12 * years, YEARS_AHEAD, fund_rate=rate), paid_on=day)


def missing(months: int, day: date, rate: Fraction | None = R) -> VsiQuote:
    return quote_vsi(3_000_000, Payment(months, MISSING, fund_rate=rate), paid_on=day)


def late(months: int, months_late: int, day: date, rate: Fraction | None = R) -> VsiQuote:
    return quote_vsi(3_000_000, Payment(months, LATE, months_late, rate), paid_on=day)


def codes(quote: VsiQuote) -> list[str]:
    return [step.code for step in quote.explanation]


# --- years ahead ----------------------------------------------------------------------------------


def test_the_official_example_of_two_years_ahead() -> None:
    """QĐ595 Điều 10.3: 3,000,000 for two years at 0.628 %."""
    quote = ahead(3_000_000, 2, date(2018, 6, 1), Fraction("0.628"))
    assert quote.gross == 14_753_539
    assert quote.state == 24 * 15_400


@pytest.mark.parametrize(
    ("years", "gross"), [(2, 7_644_801), (3, 11_259_443), (4, 14_742_290), (5, 18_098_148)]
)
def test_years_ahead_at_the_rate_of_2026(years: int, gross: int) -> None:
    quote = ahead(1_500_000, years)
    assert (quote.gross, quote.state, quote.months) == (gross, 66_000 * 12 * years, 12 * years)
    assert codes(quote) == ["vsi_premium", "vsi_fund_rate", "vsi_ahead", "vsi_state"]
    assert quote.explanation[1].values == {"percent": "0,31 %"}
    assert quote.explanation[1].confidence == "S2"
    assert quote.explanation[2].values == {"n": 12 * years}
    assert [row.table for row in quote.explanation[2].rows] == ["vsi_years_ahead"]


@pytest.mark.parametrize("months", [0, 1, 12, 23, 25, 30, 61, 72])
def test_only_two_to_five_whole_years_are_paid_ahead(months: int) -> None:
    with pytest.raises(UserMends) as refused:
        quote_vsi(1_500_000, Payment(months, YEARS_AHEAD), paid_on=TODAY)
    assert (refused.value.code, refused.value.field) == ("rules.vsi_years", "years")


def test_a_typed_rate_goes_before_the_tables_and_is_told_as_typed() -> None:
    typed = ahead(1_500_000, 2, rate=Fraction("0.363"))
    assert codes(typed)[1] == "vsi_fund_rate_typed"
    assert typed.explanation[1].values == {"percent": "0,363 %"}
    assert not typed.explanation[1].verified
    assert typed.gross < ahead(1_500_000, 2).gross
    fine = ahead(1_500_000, 2, rate=Fraction("0.36304"))
    assert fine.explanation[1].values == {"percent": "0,36304 %"}
    agrees = ahead(1_500_000, 2, rate=R)
    assert codes(agrees)[1] == "vsi_fund_rate"


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1), OLD_LAW])
def test_without_the_rate_of_the_year_there_is_no_price(day: date) -> None:
    with pytest.raises(UserMends) as refused:
        ahead(2_200_000, 2, day)
    assert refused.value.code == "rules.vsi_fund_rate_missing"
    assert refused.value.field == "fund_rate_percent"
    assert refused.value.context == {"year": day.year}


def test_the_rate_of_a_year_holds_from_its_first_to_its_last_day() -> None:
    assert ahead(1_500_000, 2, date(2026, 1, 1)).gross == 7_644_801
    assert ahead(1_500_000, 2, date(2026, 12, 31)).gross == 7_644_801


@pytest.mark.parametrize("rate", [Fraction(-1, 100), Fraction(301, 100), Fraction(1000)])
def test_a_rate_that_cannot_be_a_months_is_refused(rate: Fraction) -> None:
    with pytest.raises(UserMends) as refused:
        ahead(1_500_000, 2, rate=rate)
    assert refused.value.code == "rules.vsi_fund_rate_range"
    assert (refused.value.field, refused.value.context) == ("fund_rate_percent", {"most": 3})


def test_the_bounds_of_the_rate_are_taken() -> None:
    assert ahead(1_500_000, 2, rate=Fraction(0)).gross == 24 * 330_000
    assert ahead(1_500_000, 2, rate=Fraction(3)).gross < 24 * 330_000


# --- missing and late -----------------------------------------------------------------------------


def test_missing_months_cost_compound_interest() -> None:
    one = missing(1, TODAY)
    assert one.gross == round_half_up(660_000 * (1 + R / 100))
    two = missing(2, TODAY)
    assert two.gross == round_half_up(660_000 * ((1 + R / 100) + (1 + R / 100) ** 2))
    assert codes(two) == ["vsi_premium", "vsi_fund_rate", "vsi_missing", "vsi_state"]
    assert two.explanation[2].values == {"n": 2}
    assert [row.table for row in two.explanation[2].rows] == ["vsi_missing"]


@pytest.mark.parametrize(
    ("day", "most"), [(date(2025, 6, 30), 120), (date(2025, 7, 1), 60), (TODAY, 60)]
)
def test_the_law_limits_the_months_that_may_be_missing(day: date, most: int) -> None:
    assert missing(most, day).months == most
    for months in (0, most + 1):
        with pytest.raises(UserMends) as refused:
            missing(months, day)
        assert (refused.value.code, refused.value.field) == ("rules.vsi_missing_months", "months")
        assert refused.value.context == {"most": most}


def test_support_for_missing_and_late_months_is_told_as_not_verified() -> None:
    support = missing(3, TODAY).explanation[-1]
    assert (support.code, support.verified) == ("vsi_state", False)
    assert support.rows[-1].key == "vsi_support_missing"
    support = late(3, 2, OLD_LAW).explanation[-1]
    assert (support.rows[-1].key, support.verified) == ("vsi_support_late", False)
    assert ahead(1_500_000, 2).explanation[-1].verified


def test_a_late_payment_costs_interest_for_the_months_that_it_is_late() -> None:
    quote = late(3, 2, OLD_LAW)
    assert quote.gross == round_half_up(3 * 660_000 * (1 + R / 100) ** 2)
    assert codes(quote) == ["vsi_premium", "vsi_fund_rate_typed", "vsi_late", "vsi_state"]
    assert quote.explanation[2].values == {"n": 2}
    assert [row.table for row in quote.explanation[2].rows] == ["vsi_late"]
    assert quote.state == 3 * 33_000


def test_late_months_are_paid_under_the_old_law_only() -> None:
    assert late(1, 1, date(2025, 6, 30)).gross
    with pytest.raises(UserMends) as refused:
        late(1, 1, date(2025, 7, 1))
    assert (refused.value.code, refused.value.field) == ("rules.vsi_late_not_any_more", "method")
    assert refused.value.context == {"day": date(2025, 7, 1)}


def test_a_late_payment_is_of_a_term_and_of_some_months() -> None:
    with pytest.raises(UserMends) as refused:
        late(2, 1, OLD_LAW)
    assert refused.value.code == "rules.vsi_months"
    for months_late in (0, 121):
        with pytest.raises(UserMends) as refused:
            late(1, months_late, OLD_LAW)
        assert (refused.value.code, refused.value.field) == (
            "rules.vsi_months_late",
            "months_late",
        )
        assert refused.value.context == {"most": 120}
    assert late(1, 120, OLD_LAW).gross


def test_an_unknown_method_is_refused_with_its_name() -> None:
    with pytest.raises(UserMends) as refused:
        quote_vsi(1_500_000, Payment(1, "yearly"), paid_on=TODAY)
    assert (refused.value.code, refused.value.field) == ("rules.vsi_method_unknown", "method")
    assert refused.value.context == {"method": "yearly"}


def test_an_unknown_term_is_refused_with_its_months() -> None:
    with pytest.raises(UserMends) as refused:
        periodic_row(24, TODAY)
    assert (refused.value.code, refused.value.field) == ("rules.vsi_months", "months")
    assert refused.value.context == {"months": 24}
    assert terms(TODAY) == (1, 3, 6, 12)


# --- formulas -------------------------------------------------------------------------------------

money = st.fractions(min_value=1, max_value=10**8, max_denominator=100)
rates = st.fractions(min_value=0, max_value=Fraction(3, 100), max_denominator=10**5)


def test_the_formulas_by_hand() -> None:
    half = Fraction(1, 2)
    assert paid_ahead(Fraction(9), half, 3) == 9 + 6 + 4
    assert paid_for_missing(Fraction(8), half, 3) == 12 + 18 + 27
    assert paid_late(Fraction(4), half, 2) == 9
    assert given_back(Fraction(9), half, 3, 1) == 4
    assert given_back(Fraction(9), half, 3, 3) == 19
    assert given_back(Fraction(9), half, 3, 0) == 0


@given(money, rates, st.integers(1, 60))
def test_ahead_is_never_dearer_and_missing_never_cheaper_than_month_by_month(
    monthly: Fraction, rate: Fraction, months: int
) -> None:
    plain = monthly * months
    assert paid_ahead(monthly, rate, months) <= plain <= paid_for_missing(monthly, rate, months)
    assert paid_ahead(monthly, rate, months) > paid_ahead(monthly, rate, months - 1)


@given(money, rates, st.integers(1, 60), st.data())
def test_no_more_is_given_back_than_was_paid_and_more_months_give_more(
    monthly: Fraction, rate: Fraction, months: int, data: st.DataObject
) -> None:
    left = data.draw(st.integers(1, months))
    back = given_back(monthly, rate, months, left)
    assert given_back(monthly, rate, months, left - 1) < back <= paid_ahead(monthly, rate, months)
    kept = paid_ahead(monthly, rate, months - left)
    assert back + kept == paid_ahead(monthly, rate, months)


@given(st.sampled_from([2, 3, 4, 5]), st.integers(0, 900), rates)
def test_the_parts_of_years_ahead_sum_to_the_premium(years: int, step: int, rate: Fraction) -> None:
    quote = ahead(1_500_000 + step * 50_000, years, rate=rate * 100)
    assert quote.gross == quote.state + quote.local + quote.other + quote.participant
    assert 0 <= quote.state <= quote.gross


# --- refunds --------------------------------------------------------------------------------------


def test_what_is_left_of_two_years_is_given_back_less_the_states_part() -> None:
    prepaid = Prepaid(3_000_000, 24, 6, 92_400, date(2018, 6, 1))
    back = refund_ahead(prepaid, rate=Fraction("0.628"))
    factor = 1 + Fraction("0.00628")
    exact = sum(Fraction(660_000) / factor ** (i - 1) for i in range(19, 25)) - 92_400
    assert back.refund == round_half_up(exact) == 3_390_843
    assert [step.code for step in back.explanation] == [
        "vsi_premium",
        "vsi_fund_rate_typed",
        "vsi_refund",
    ]
    premium, _, taken = back.explanation
    assert premium.values == {"rate": "22 %", "income_dong": 3_000_000, "months": 6}
    assert taken.values == {"support_dong": 92_400}
    assert (taken.source, taken.confidence) == ("QĐ595 Điều 10.6", "S")


def test_what_is_left_of_a_term_is_given_back_less_the_states_part() -> None:
    back = refund_periodic(Prepaid(1_500_000, 12, 5, 330_000, TODAY))
    assert back.refund == 5 * 330_000 - 330_000
    assert [step.code for step in back.explanation] == ["vsi_premium", "vsi_refund"]
    assert back.explanation[1].source == "NĐ159/2025 Điều 8"


def test_without_the_day_any_income_that_could_be_chosen_is_taken() -> None:
    assert refund_ahead(Prepaid(700_000, 24, 1, 0), rate=R).refund
    assert refund_ahead(Prepaid(50_600_000, 24, 1, 0), rate=R).refund
    for income in (699_999, 50_600_001):
        with pytest.raises(UserMends):
            refund_ahead(Prepaid(income, 24, 1, 0), rate=R)
    with pytest.raises(UserMends) as dated:
        refund_periodic(Prepaid(700_000, 12, 1, 0, TODAY))
    assert dated.value.code == "rules.vsi_income_low"


def test_without_the_day_the_widest_range_of_incomes_holds() -> None:
    assert widest_range() == IncomeRange(floor=700_000, ceiling=50_600_000, step=1)


def test_the_newest_law_is_that_of_the_last_day_that_the_scheme_knows() -> None:
    text = tables.SHIPPED.text("horizon").replace("2027-12-31", "2029-06-30", 1)
    with tables.one_book(tables.Book({"horizon": text})):
        assert last_known_day("hhi") == date(2029, 6, 30)
        assert last_known_day("vsi") == date(2027, 12, 31)


def test_without_the_day_the_newest_law_is_followed_and_the_rate_must_be_said() -> None:
    back = refund_periodic(Prepaid(1_500_000, 3, 2, 0))
    assert back.explanation[0].source == "Luật 41/2024 Điều 36.1"
    with pytest.raises(UserMends) as refused:
        refund_ahead(Prepaid(1_500_000, 24, 2, 0))
    assert refused.value.code == "rules.vsi_fund_rate_missing"
    assert refund_ahead(Prepaid(1_500_000, 24, 2, 0, TODAY)).explanation[1].code == "vsi_fund_rate"


@pytest.mark.parametrize(
    ("prepaid", "code", "field"),
    [
        (Prepaid(1_500_000, 12, 1, 0, TODAY), "rules.vsi_years", "years"),
        (Prepaid(1_500_000, 24, 25, 0, TODAY), "rules.vsi_months_left", "months_left"),
        (Prepaid(1_500_000, 24, -1, 0, TODAY), "rules.vsi_months_left", "months_left"),
        (Prepaid(1_500_000, 24, 0, 1, TODAY), "rules.vsi_refund_state", "state_part"),
        (Prepaid(1_500_000, 24, 1, -1, TODAY), "rules.vsi_refund_state", "state_part"),
        (Prepaid(1_500_000, 24, 1, 0, date(2028, 1, 1)), "rules.date_out_of_range", "paid_on"),
    ],
)
def test_what_cannot_be_given_back_is_refused(prepaid: Prepaid, code: str, field: str) -> None:
    with pytest.raises(UserMends) as refused:
        refund_ahead(prepaid, rate=R)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_refund_says_how_much_there_is() -> None:
    with pytest.raises(UserMends) as left:
        refund_periodic(Prepaid(1_500_000, 12, 13, 0, TODAY))
    assert left.value.context == {"most": 12}
    with pytest.raises(UserMends) as part:
        refund_periodic(Prepaid(1_500_000, 12, 1, 330_001, TODAY))
    assert part.value.context == {"most_dong": 330_000}
    with pytest.raises(UserMends) as term:
        refund_periodic(Prepaid(1_500_000, 24, 1, 0, TODAY))
    assert term.value.code == "rules.vsi_months"


def test_all_or_nothing_may_be_given_back() -> None:
    assert refund_periodic(Prepaid(1_500_000, 12, 12, 0, TODAY)).refund == 12 * 330_000
    assert refund_periodic(Prepaid(1_500_000, 12, 0, 0, TODAY)).refund == 0
    assert refund_periodic(Prepaid(1_500_000, 12, 1, 330_000, TODAY)).refund == 0


# --- until when -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "latest"),
    [
        (1, date(2026, 11, 30)),
        (3, date(2027, 1, 31)),
        (6, date(2027, 2, 28)),
        (12, date(2027, 5, 31)),
    ],
)
def test_a_term_is_paid_within_its_first_months(months: int, latest: date) -> None:
    """Luật 41/2024 Điều 36: within the month, the 3 months, the first 4 and the first 7."""
    assert latest_payment(months, TODAY) == latest
    assert latest_payment(months, date(2026, 11, 1)) == latest
    assert paused(months, TODAY, latest) is None
    found = paused(months, TODAY, latest + timedelta(days=1))
    assert found is not None
    assert (found.code, found.level, found.field) == ("vsi_paused", "warning", "paid_on")
    assert found.values == {"day": latest}


def test_missing_months_are_paid_from_the_month_before_the_age_of_a_pension() -> None:
    assert missing_opens_on(date(2027, 3, 15)) == date(2027, 2, 1)
    assert missing_opens_on(date(2027, 1, 31)) == date(2026, 12, 1)
