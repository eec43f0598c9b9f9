"""Exact shares: one rounding, half up, and nothing lost between the payers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules.exact import percent_text, round_half_up, weakest
from fieldapp.rules.shares import Shares, share_out


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
        (Fraction(100, 3), "33,33 %"),
        (Fraction(1, 20), "0,05 %"),
    ],
)
def test_percentages_are_written_with_a_comma(percent: Fraction | int, text: str) -> None:
    assert percent_text(percent) == text


def test_the_payer_is_rounded_and_the_supporters_take_the_rest() -> None:
    shares = share_out(Fraction("100.5"), state=Fraction("70.35"), local=Fraction("10.05"))
    assert shares == Shares(gross=101, state=70, local=11, participant=20)
    alone = share_out(Fraction("100.5"), state=Fraction("30.15"), local=Fraction(0))
    assert alone == Shares(gross=101, state=31, local=0, participant=70)


def test_supports_above_the_premium_are_refused_with_both_amounts() -> None:
    with pytest.raises(UserMends) as refused:
        share_out(Fraction(100), state=Fraction(70), local=Fraction(31))
    assert refused.value.context == {"premium_dong": 100, "support_dong": 101}


def test_a_result_deserves_the_trust_of_its_weakest_source() -> None:
    assert weakest("S", "S2", "C") == "S2"
    assert weakest("S", "U", "S2") == "U"


parts = st.fractions(min_value=0, max_value=1, max_denominator=997)


@given(st.fractions(min_value=0, max_value=10**9, max_denominator=999), parts, parts)
def test_shares_always_add_up_and_stay_within_a_dong_of_the_exact_ones(
    gross: Fraction, state: Fraction, local: Fraction
) -> None:
    by_state, by_city = gross * state, gross * (1 - state) * local
    shares = share_out(gross, state=by_state, local=by_city)
    assert shares.gross == shares.state + shares.local + shares.participant
    assert min(shares.state, shares.local, shares.participant) >= 0
    assert abs(shares.participant - (gross - by_state - by_city)) <= Fraction(1, 2)
    assert abs(shares.state - by_state) < 2 and abs(shares.local - by_city) < 2
