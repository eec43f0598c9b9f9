"""Whatever the rules quote can stand on a list: the lists' check never refuses right money."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.reports.forms.checks import check_line, state_months
from fieldapp.reports.forms.content import HealthLine, ReceiptContent, SocialLine
from fieldapp.rules.hhi.lines import HhiLine, HhiMember
from fieldapp.rules.hhi.quote import quote_hhi
from fieldapp.rules.vsi.methods import Payment
from fieldapp.rules.vsi.quote import VsiQuote, quote_vsi
from fieldapp.rules.vsi.support import Aid
from tests.reports.form_samples import health, social

FIRST_DAY, LAST_DAY = date(2019, 1, 1), date(2026, 12, 31)
DAYS = st.integers(0, (LAST_DAY - FIRST_DAY).days).map(lambda n: FIRST_DAY + timedelta(days=n))
PERCENTS = st.sampled_from([0, 5, 10, 15, Fraction(25, 2), Fraction(333, 100)])
GROUPS = st.sampled_from(["household", "household", "near_poor", "average_farm"])


def decimal(percent: Fraction) -> Decimal:
    """As an enrolment keeps it: a decimal text."""
    return Decimal(percent.numerator) / Decimal(percent.denominator)


def health_line(line: HhiLine, paid_on: date) -> HealthLine:
    return health(
        rank=line.rank,
        percent=decimal(line.percent),
        base_dong=line.base_salary,
        months=line.months,
        gross_dong=line.gross,
        state_dong=line.state,
        local_dong=line.local,
        other_dong=line.other,
        participant_dong=line.participant,
        state_percent=decimal(line.state_percent),
        local_percent=decimal(line.local_percent),
        other_percent=decimal(line.other_percent),
        receipt=ReceiptContent("79A-0412", "0041906", paid_on),
    )


def social_line(quote: VsiQuote, paid_on: date) -> SocialLine:
    return social(
        method=quote.payment.method,
        income_dong=quote.income,
        months=quote.months,
        line_dong=quote.poverty_dong,
        gross_dong=quote.gross,
        state_dong=quote.state,
        local_dong=quote.local,
        other_dong=quote.other,
        participant_dong=quote.participant,
        state_percent=decimal(quote.state_percent),
        local_percent=decimal(quote.local_percent),
        other_percent=decimal(quote.other_percent),
        receipt=ReceiptContent("79A-0412", "0041906", paid_on),
    )


@given(
    st.lists(st.tuples(GROUPS, PERCENTS, PERCENTS), min_size=1, max_size=7),
    st.sampled_from([3, 6, 12]),
    DAYS,
)
def test_every_quote_of_health_insurance_can_stand_on_a_list(
    asked: list[tuple[str, Fraction, Fraction]], months: int, paid_on: date
) -> None:
    members = [
        HhiMember(str(n), group, local_percent=local, other_percent=other)
        for n, (group, local, other) in enumerate(asked)
    ]
    for number, line in enumerate(quote_hhi(members, months=months, paid_on=paid_on).lines, 1):
        check_line(health_line(line, paid_on), number, date(2026, 12, 31))


@given(
    st.sampled_from(["other", "near_poor", "poor", "ethnic_minority"]),
    st.one_of(
        st.sampled_from([1, 3, 6, 12]).map(Payment),
        st.sampled_from([24, 36, 48, 60]).map(
            lambda n: Payment(n, "years_ahead", fund_rate=Fraction(31, 100))
        ),
        st.integers(1, 60).map(lambda n: Payment(n, "missing", fund_rate=Fraction(31, 100))),
    ),
    st.integers(0, 130),
    PERCENTS,
    PERCENTS,
    st.integers(0, 60),
    DAYS,
)
def test_every_quote_of_social_insurance_can_stand_on_a_list(
    group: str,
    payment: Payment,
    used: int,
    local: Fraction,
    other: Fraction,
    steps: int,
    paid_on: date,
) -> None:
    aid = Aid((group,), used, local, other)
    floor = 700_000 if paid_on < date(2022, 1, 1) else 1_500_000
    try:
        quote = quote_vsi(floor + 50_000 * steps, payment, paid_on=paid_on, aid=aid)
    except UserMends:
        assume(False)
    line = social_line(quote, paid_on)
    check_line(line, 1, date(2026, 12, 31))
    if quote.state_percent:
        assert state_months(line, date(2026, 12, 31)) == quote.support_months
