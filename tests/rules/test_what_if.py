"""What other choices would cost: pure functions of a quote."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules.hhi.coverage import Cover
from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.quote import HhiQuote, quote_hhi
from fieldapp.rules.hhi.what_if import (
    first_of_next_month,
    hhi_next_month,
    hhi_terms,
    hhi_year,
    higher_income,
    one_more,
    past_the_gap,
    vsi_income,
    vsi_next_month,
    vsi_terms,
)
from fieldapp.rules.vsi.methods import LATE, MISSING, YEARS_AHEAD, Payment
from fieldapp.rules.vsi.quote import quote_vsi
from fieldapp.rules.vsi.support import Aid

CAMPAIGN = date(2024, 11, 21)
TODAY = date(2026, 11, 23)


def family(n: int, day: date = CAMPAIGN, taken: tuple[int, ...] = ()) -> HhiQuote:
    members = [HhiMember(f"p{i}") for i in range(n)]
    return quote_hhi(members, months=12, paid_on=day, taken=taken)


def test_one_more_takes_the_next_rank_for_the_same_term() -> None:
    line = one_more(family(3))
    assert (line.rank, line.percent, line.participant, line.months) == (4, 50, 631_800, 12)
    assert one_more(family(1, taken=(1,))).rank == 3


def test_one_more_is_an_ordinary_member() -> None:
    line = one_more(family(1, TODAY))
    assert (line.key, line.group, line.local) == ("one_more", "household", 0)


def test_every_term_is_quoted_for_the_same_members_and_ranks() -> None:
    quote = family(2, taken=(1,))
    terms = hhi_terms(quote)
    assert {months: other.participant for months, other in terms.items()} == {
        3: 410_670,
        6: 821_340,
        12: 1_642_680,
    }
    assert [line.rank for line in terms[3].lines] == [2, 3]
    assert terms[12] == quote


def test_next_month_is_the_same_within_a_year_and_a_base_salary() -> None:
    later = hhi_next_month(family(1, taken=(1,))).quote
    assert later is not None
    assert (later.paid_on, later.months) == (date(2024, 12, 1), 12)
    assert (later.taken, later.participant) == ({1}, 884_520)


def test_next_month_may_be_dearer_by_a_new_base_salary() -> None:
    later = hhi_next_month(family(1, date(2026, 6, 30))).quote
    assert later is not None and later.participant == 1_366_200


def test_next_month_in_another_year_the_ladder_begins_anew() -> None:
    later = hhi_next_month(family(1, date(2024, 12, 5), taken=(1,))).quote
    assert later is not None
    assert (later.paid_on, later.taken, later.lines[0].rank) == (date(2025, 1, 1), frozenset(), 1)


def test_next_month_beyond_the_tables_has_no_price() -> None:
    later = hhi_next_month(family(1, date(2027, 12, 31)))
    assert (later.paid_on, later.quote) == (date(2028, 1, 1), None)
    assert later.refused is not None and later.refused.code == "rules.date_out_of_range"


def test_next_month_has_no_price_for_whom_the_city_will_pay() -> None:
    member = HhiMember("a", "resident_65_74")
    later = hhi_next_month(quote_hhi([member], months=3, paid_on=date(2025, 11, 3)))
    assert later.quote is None
    assert later.refused is not None and later.refused.code == "rules.insured_open"


def test_the_next_month_begins_on_its_first_day() -> None:
    assert first_of_next_month(date(2024, 1, 31)) == date(2024, 2, 1)
    assert first_of_next_month(date(2024, 12, 1)) == date(2025, 1, 1)


def test_waiting_past_the_gap_costs_thirty_days_and_the_five_years() -> None:
    cover = Cover(date(2023, 9, 1), date(2024, 8, 31), five_year_on=date(2026, 12, 1))
    waiting = past_the_gap([cover], paid_on=CAMPAIGN, months=6)
    assert waiting is not None
    assert (waiting.no_wait_by, waiting.pays_on) == (date(2024, 11, 30), date(2024, 12, 1))
    assert waiting.renewal.first_valid_on == date(2024, 12, 31)
    assert waiting.renewal.last_valid_on == date(2025, 6, 30)
    assert waiting.renewal.five_years == "lost"


@pytest.mark.parametrize(
    "covers",
    [
        [],
        [Cover(date(2020, 1, 1), None, payer="employer")],
        [Cover(date(2023, 1, 1), date(2023, 12, 31))],
    ],
)
def test_who_waits_anyway_or_needs_no_card_loses_nothing(covers: list[Cover]) -> None:
    assert past_the_gap(covers, paid_on=CAMPAIGN, months=12) is None


def test_waiting_beyond_the_tables_of_today_is_still_told() -> None:
    cover = Cover(date(2026, 12, 1), date(2027, 11, 30))
    waiting = past_the_gap([cover], paid_on=date(2027, 11, 1), months=12)
    assert waiting is not None and waiting.no_wait_by == date(2028, 2, 29)


def test_the_other_terms_and_incomes_of_a_pension_insurance() -> None:
    quote = quote_vsi(1_500_000, Payment(6), paid_on=TODAY, aid=Aid(("poor",), 118))
    terms = vsi_terms(quote)
    assert {months: other.participant for months, other in terms.items()} == {
        1: 66_000,
        3: 462_000,
        6: 1_452_000,
        12: 3_432_000,
    }
    assert terms[6] == quote
    assert vsi_income(quote, 2_000_000).gross == 2_640_000
    assert vsi_income(quote, 1_500_000) == quote
    with pytest.raises(UserMends):
        vsi_income(quote, 1_000_000)


def test_next_month_costs_the_same_until_the_poverty_line_rises() -> None:
    same = vsi_next_month(quote_vsi(1_500_000, Payment(6), paid_on=date(2026, 11, 5))).quote
    assert same is not None
    assert (same.paid_on, same.participant) == (date(2026, 12, 1), 1_584_000)
    rich = quote_vsi(2_200_000, Payment(6), paid_on=date(2026, 12, 5))
    later = vsi_next_month(rich).quote
    assert later is not None
    assert (rich.participant, later.participant) == (2_508_000, 2_323_200)
    poor = vsi_next_month(quote_vsi(1_500_000, Payment(6), paid_on=date(2026, 12, 5)))
    assert (poor.quote, poor.paid_on) == (None, date(2027, 1, 1))
    assert poor.refused is not None and poor.refused.code == "rules.vsi_income_low"
    assert poor.refused.context["floor_dong"] == 2_200_000


def test_next_month_is_paid_with_the_same_supports() -> None:
    aid = Aid(("poor",))
    poor = quote_vsi(1_500_000, Payment(6), paid_on=date(2026, 11, 5), aid=aid)
    later = vsi_next_month(poor)
    assert later.paid_on == date(2026, 12, 1)
    assert later.quote is not None and later.quote.aid == aid
    assert later.quote.participant == poor.participant < 1_584_000


def test_a_late_payment_is_a_month_later_next_month() -> None:
    rate = Fraction(31, 100)
    late = quote_vsi(1_500_000, Payment(3, LATE, 4, rate), paid_on=date(2024, 11, 5))
    later = vsi_next_month(late).quote
    assert later is not None
    assert later.payment == Payment(3, LATE, 5, rate) and later.gross > late.gross


def test_the_next_income_is_on_the_usual_step_and_below_the_ceiling() -> None:
    def higher(income: int) -> int | None:
        return higher_income(quote_vsi(income, Payment(1), paid_on=TODAY))

    assert (higher(1_500_000), higher(1_530_000)) == (1_550_000, 1_550_000)
    assert (higher(50_550_000), higher(50_600_000)) == (50_600_000, None)


def test_a_term_whose_supports_pass_its_premium_is_left_out() -> None:
    aid = Aid(("other",), local_percent=81)
    missing = quote_vsi(1_500_000, Payment(36, MISSING), paid_on=TODAY, aid=aid)
    assert vsi_terms(missing) == {}


@given(st.integers(1, 6), st.dates(date(2018, 1, 1), date(2027, 12, 31)))
def test_next_month_is_the_quote_of_that_day(n: int, day: date) -> None:
    later = hhi_next_month(family(n, day))
    assert later.paid_on == first_of_next_month(day) and later.paid_on.day == 1
    assert (later.quote is None) == (later.refused is not None) == (later.paid_on.year > 2027)
    assert later.quote is None or later.quote == family(n, later.paid_on)


def test_another_income_keeps_the_method_of_payment() -> None:
    ahead = quote_vsi(1_500_000, Payment(24, YEARS_AHEAD), paid_on=TODAY)
    assert vsi_income(ahead, 3_000_000).gross == 15_289_603
    assert {other.payment.method for other in vsi_terms(ahead).values()} == {"periodic"}


@given(st.integers(0, 6), st.dates(date(2018, 1, 1), date(2027, 11, 30)))
def test_one_more_and_longer_terms_never_cost_less(n: int, day: date) -> None:
    quote = family(n, day)
    assert one_more(quote).participant > 0
    totals = [other.participant for other in hhi_terms(quote).values()]
    assert totals == sorted(totals)


def test_a_year_of_a_household_begins_the_ladder_anew() -> None:
    members = [HhiMember("a"), HhiMember("b"), HhiMember("c", "near_poor")]
    year = hhi_year(members, date(2026, 11, 23))
    assert year == quote_hhi(members, months=12, paid_on=date(2026, 11, 23)).participant
    assert hhi_year([], date(2026, 11, 23)) == 0
    assert hhi_year(members, date(1990, 1, 1)) is None
