"""Exact shares: one rounding, half up, and nothing lost between the payers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules.money.exact import decimal_text, percent_text, round_half_up, weakest
from fieldapp.rules.money.shares import Shares, share_out


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0", 0), ("0.49", 0), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("14753539.407", 14_753_539)],
)
def test_a_half_goes_up(amount: str, rounded: int) -> None:
    assert round_half_up(Fraction(amount)) == rounded


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (Fraction(9, 2), "4,5 %"),
        (70, "70 %"),
        (0, "0 %"),
        (Fraction(100, 3), "33,333333 %"),
        (Fraction(1, 20), "0,05 %"),
        (Fraction("12.345"), "12,345 %"),
        (Fraction("0.000001"), "0,000001 %"),
        (Fraction("0.363"), "0,363 %"),
    ],
)
def test_percentages_are_written_with_a_comma(percent: Fraction | int, text: str) -> None:
    assert percent_text(percent) == text


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (Fraction(25, 2), "12.5"),
        (Fraction(70), "70"),
        (Fraction(100), "100"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(0), "0"),
    ],
)
def test_a_percentage_is_kept_as_an_exact_decimal(percent: Fraction, text: str) -> None:
    assert decimal_text(percent) == text
    assert Fraction(text) == percent


@pytest.mark.parametrize("percent", [Fraction(1, 3), Fraction(1, 10**7)])
def test_a_percentage_without_an_end_is_not_kept(percent: Fraction) -> None:
    with pytest.raises(DefectFound) as refused:
        decimal_text(percent)
    assert refused.value.code == "rules.percent_endless"
    assert refused.value.context == {"percent": str(percent)}


def test_the_payer_is_rounded_and_the_supporters_take_the_rest() -> None:
    shares = share_out(Fraction("100.5"), state=Fraction("70.35"), local=Fraction("10.05"))
    assert shares == Shares(gross=101, state=71, local=10, other=0, participant=20)
    alone = share_out(Fraction("100.5"), state=Fraction("30.15"), local=Fraction(0))
    assert alone == Shares(gross=101, state=31, local=0, other=0, participant=70)
    three = share_out(Fraction(10), state=Fraction("2.5"), local=Fraction(2), other=Fraction(3))
    assert three == Shares(gross=10, state=2, local=2, other=3, participant=3)
    nobody = share_out(Fraction("0.5"), state=Fraction(0), local=Fraction(0))
    assert nobody == Shares(gross=1, state=0, local=0, other=0, participant=1)


def test_supports_may_be_the_whole_premium() -> None:
    shares = share_out(Fraction(9), state=Fraction(4), local=Fraction(3), other=Fraction(2))
    assert shares == Shares(gross=9, state=4, local=3, other=2, participant=0)


def test_supports_above_the_premium_are_refused_with_both_amounts() -> None:
    with pytest.raises(UserMends) as refused:
        share_out(Fraction(100), state=Fraction(70), local=Fraction(20), other=Fraction(11))
    assert refused.value.code == "rules.support_above_premium"
    assert refused.value.field == "local_percent"
    assert refused.value.context == {"premium_dong": 100, "support_dong": 101}


def test_a_result_deserves_the_trust_of_its_weakest_source() -> None:
    assert weakest("S", "S2", "C") == "S2"
    assert weakest("S", "U", "S2") == "U"
    assert weakest("S", "C") == weakest("C", "S") == "C"


parts = st.fractions(min_value=0, max_value=1, max_denominator=997)


@given(st.fractions(min_value=0, max_value=10**9, max_denominator=999), parts, parts, parts)
def test_shares_always_add_up_and_stay_within_a_dong_of_the_exact_ones(
    gross: Fraction, state: Fraction, local: Fraction, other: Fraction
) -> None:
    by_state, by_city = gross * state, gross * (1 - state) * local
    by_others = (gross - by_state - by_city) * other
    shares = share_out(gross, state=by_state, local=by_city, other=by_others)
    assert shares.gross == shares.state + shares.local + shares.other + shares.participant
    assert min(shares.state, shares.local, shares.other, shares.participant) >= 0
    assert abs(shares.gross - gross) <= Fraction(1, 2)
    assert abs(shares.participant - (gross - by_state - by_city - by_others)) <= Fraction(1, 2)
    assert abs(shares.state - by_state) < 2 and abs(shares.local - by_city) < 2
    assert abs(shares.other - by_others) < 2


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_whole_parts_are_left_as_they_are(state: int, local: int, other: int, rest: int) -> None:
    shares = share_out(
        Fraction(state + local + other + rest),
        state=Fraction(state),
        local=Fraction(local),
        other=Fraction(other),
    )
    assert (shares.state, shares.local, shares.other, shares.participant) == (
        state,
        local,
        other,
        rest,
    )
