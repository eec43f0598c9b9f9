"""Household health insurance: official examples, law changes, and what must always hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables
from fieldapp.rules.hhi.groups import city_percent, pays_at_door, why_not
from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.quote import periods, quote_hhi
from fieldapp.rules.hhi.what_if import one_more

CAMPAIGN = date(2024, 11, 21)
SUPPORTED = sorted(tables.keys("hhi_state_support") - {"pupil"})


def family(n: int) -> list[HhiMember]:
    return [HhiMember(f"p{i}") for i in range(n)]


def pays(n: int, *, months: int, paid_on: date, taken: Collection[int] = ()) -> list[int]:
    quote = quote_hhi(family(n), months=months, paid_on=paid_on, taken=taken)
    return [line.participant for line in quote.lines]


@pytest.mark.parametrize(
    ("paid_on", "year"),
    [
        (date(2015, 6, 1), [621_000, 434_700, 372_600, 310_500, 248_400]),
        (date(2016, 5, 1), [653_400, 457_380, 392_040, 326_700, 261_360]),
        (date(2017, 7, 1), [702_000, 491_400, 421_200, 351_000, 280_800]),
        (date(2018, 7, 1), [750_600, 525_420, 450_360, 375_300, 300_240]),
        (date(2019, 7, 1), [804_600, 563_220, 482_760, 402_300, 321_840]),
        (date(2023, 7, 1), [972_000, 680_400, 583_200, 486_000, 388_800]),
        (date(2024, 7, 1), [1_263_600, 884_520, 758_160, 631_800, 505_440]),
        (date(2026, 7, 1), [1_366_200, 956_340, 819_720, 683_100, 546_480]),
    ],
)
def test_a_year_costs_what_the_premium_table_of_that_base_salary_says(
    paid_on: date, year: list[int]
) -> None:
    assert pays(5, months=12, paid_on=paid_on) == year


@pytest.mark.parametrize(
    ("paid_on", "months", "expected"),
    [
        (CAMPAIGN, 3, [315_900, 221_130, 189_540, 157_950, 126_360]),
        (CAMPAIGN, 6, [631_800, 442_260, 379_080, 315_900, 252_720]),
        (date(2026, 11, 23), 3, [341_550, 239_085, 204_930, 170_775, 136_620]),
        (date(2026, 11, 23), 6, [683_100, 478_170, 409_860, 341_550, 273_240]),
    ],
)
def test_a_part_of_a_year_costs_its_months(paid_on: date, months: int, expected: list[int]) -> None:
    assert pays(5, months=months, paid_on=paid_on) == expected


def test_near_poor_with_city_support_pays_the_rest_as_in_the_official_example() -> None:
    """QĐ595, guide of D03-TS: 1,300,000 × 4.5 % × 6 × 20 %."""
    members = [HhiMember("a", "near_poor", local_percent=10)]
    line = quote_hhi(members, months=6, paid_on=date(2018, 1, 15)).lines[0]
    assert (line.gross, line.state, line.local, line.participant) == (
        351_000,
        245_700,
        35_100,
        70_200,
    )
    assert line.rank is None


def test_the_family_of_the_reference_screen_pays_2906280() -> None:
    quote = quote_hhi(family(3), months=12, paid_on=CAMPAIGN)
    assert quote.participant == quote.gross == 2_906_280
    assert (quote.state, quote.local, quote.base_salary) == (0, 0, 2_340_000)
    following = one_more(quote)
    assert (following.rank, following.percent, following.participant) == (4, 50, 631_800)


def test_the_last_day_of_a_base_salary_still_has_its_price() -> None:
    assert pays(1, months=12, paid_on=date(2026, 6, 30)) == [1_263_600]
    assert pays(1, months=12, paid_on=date(2026, 7, 1)) == [1_366_200]


def test_ranks_go_on_within_the_calendar_year() -> None:
    assert pays(2, months=12, paid_on=CAMPAIGN, taken=range(1, 4)) == [631_800, 505_440]
    assert pays(1, months=12, paid_on=CAMPAIGN, taken=range(1, 10)) == [505_440]


def test_a_supported_member_takes_no_rank_and_gets_no_ladder() -> None:
    members = [HhiMember("a"), HhiMember("b", "near_poor"), HhiMember("c")]
    quote = quote_hhi(members, months=12, paid_on=CAMPAIGN)
    assert [line.rank for line in quote.lines] == [1, None, 2]
    assert [line.participant for line in quote.lines] == [1_263_600, 379_080, 884_520]
    assert quote.ranks_used == {1, 2}
    assert quote.gross == quote.state + quote.participant


def test_self_payers_outside_a_household_pay_the_whole_premium_without_a_rank() -> None:
    line = quote_hhi([HhiMember("a", "self_pay")], months=12, paid_on=date(2025, 7, 1)).lines[0]
    assert (line.rank, line.participant, line.state) == (None, 1_263_600, 0)
    assert [step.code for step in line.explanation] == ["hhi_first", "hhi_no_ladder"]
    assert line.explanation[1].source == "Luật BHYT Điều 12.5, sửa bởi Luật 51/2024"


def test_support_that_the_law_of_the_day_does_not_know_is_refused() -> None:
    with pytest.raises(UserMends) as refused:
        quote_hhi([HhiMember("a", "mine_victim")], months=12, paid_on=date(2025, 6, 30))
    assert (refused.value.code, refused.value.field) == ("rules.hhi_group_not_yet", "a")


def test_the_city_pays_the_rest_of_the_near_poor_from_2026() -> None:
    def line(day: date) -> tuple[int, int]:
        found = quote_hhi([HhiMember("a", "near_poor")], months=12, paid_on=day).lines[0]
        return found.local, found.participant

    assert line(date(2025, 12, 31)) == (0, 379_080)
    assert line(date(2026, 1, 1)) == (379_080, 0)
    assert city_percent("near_poor", date(2026, 1, 1)) == 30
    assert city_percent("household", date(2026, 1, 1)) == 0


@pytest.mark.parametrize("group", ["employer", "pension", "child_under_6", "pupil", "poor"])
def test_who_is_insured_otherwise_is_refused_with_the_reason(group: str) -> None:
    with pytest.raises(UserMends) as refused:
        quote_hhi([HhiMember("p7", group)], months=12, paid_on=CAMPAIGN)
    assert refused.value.code == f"rules.insured_{group}"
    assert refused.value.field == "p7"


def test_residents_of_65_to_74_are_refused_only_since_the_city_pays_for_them() -> None:
    assert why_not("resident_65_74", date(2025, 11, 13)) is None
    reason = why_not("resident_65_74", date(2025, 11, 14))
    assert reason is not None and reason.code == "insured_open", "or since 1/1/2026: not verified"
    reason = why_not("resident_65_74", date(2026, 1, 1))
    assert reason is not None and reason.code == "insured_resident_65_74"


def test_before_the_city_paid_for_them_they_paid_as_members_of_the_household() -> None:
    members = [HhiMember("a"), HhiMember("b", "resident_65_74")]
    line = quote_hhi(members, months=12, paid_on=date(2025, 11, 13)).lines[1]
    assert (line.rank, line.participant) == (2, 884_520)


@pytest.mark.parametrize(
    ("members", "months", "day", "code"),
    [
        (family(1), 4, CAMPAIGN, "rules.hhi_months"),
        (family(1), 12, date(2014, 12, 31), "rules.date_out_of_range"),
        ([HhiMember("a", "astronaut")], 12, CAMPAIGN, "rules.hhi_group_unknown"),
        (
            [HhiMember("a", "near_poor", local_percent=31)],
            12,
            CAMPAIGN,
            "rules.support_above_premium",
        ),
        ([HhiMember("a", "near_poor", local_percent=-1)], 12, CAMPAIGN, "rules.percent_negative"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_a_code(
    members: list[HhiMember], months: int, day: date, code: str
) -> None:
    with pytest.raises(UserMends) as refused:
        quote_hhi(members, months=months, paid_on=day)
    assert refused.value.code == code


def test_a_member_twice_or_negative_ranks_are_defects() -> None:
    with pytest.raises(DefectFound) as twice:
        quote_hhi([HhiMember("a"), HhiMember("a")], months=12, paid_on=CAMPAIGN)
    assert twice.value.code == "rules.member_twice"
    assert twice.value.context == {"keys": ["a", "a"]}
    with pytest.raises(DefectFound) as below:
        quote_hhi(family(1), months=12, paid_on=CAMPAIGN, taken=[3, 0])
    assert below.value.code == "rules.ranks_below_one"
    assert below.value.context == {"taken": [0, 3]}


def test_nobody_ticked_costs_nothing_and_the_next_one_is_the_first() -> None:
    quote = quote_hhi([], months=12, paid_on=CAMPAIGN)
    assert quote.participant == 0
    assert one_more(quote).participant == 1_263_600


def test_the_explanation_names_rate_base_months_and_article() -> None:
    first, second = quote_hhi(family(2), months=12, paid_on=CAMPAIGN).lines
    step = first.explanation[0]
    assert len(first.explanation) == 1
    assert step.code == "hhi_first"
    assert step.values == {"rate": "4,5 %", "base_dong": 2_340_000, "months": 12}
    assert (step.source, step.article, step.confidence) == (
        "NĐ146/2018 Điều 7.1e",
        "NĐ146/2018 Điều 7.1e",
        "S",
    )
    assert second.explanation[1].code == "hhi_rank"
    assert second.explanation[1].values == {"percent": "70 %", "rank": 2}


def test_payments_from_july_2025_follow_the_new_decree() -> None:
    def source(day: date) -> str:
        return quote_hhi(family(1), months=12, paid_on=day).lines[0].explanation[0].source

    assert source(date(2025, 6, 30)) == "NĐ146/2018 Điều 7.1e"
    assert source(date(2025, 7, 1)) == "NĐ188/2025 Điều 6"


def test_the_base_salary_is_explained_with_its_decree() -> None:
    (step,) = quote_hhi(family(1), months=12, paid_on=CAMPAIGN).explanation
    assert (step.code, step.source) == ("base_salary", "NĐ73/2024 Điều 3.2")
    assert step.values == {"base_dong": 2_340_000}


def test_a_share_passed_by_hand_is_marked_as_not_verified() -> None:
    members = [HhiMember("a", "near_poor", local_percent=10), HhiMember("b", local_percent=5)]
    lines = quote_hhi(members, months=12, paid_on=CAMPAIGN).lines
    assert [line.explanation[-1].confidence for line in lines] == ["U", "U"]
    assert [line.explanation[-1].code for line in lines] == ["hhi_local_typed"] * 2
    assert lines[1].local == 63_180
    city = quote_hhi([HhiMember("a", "near_poor")], months=12, paid_on=date(2026, 1, 1)).lines[0]
    assert city.explanation[-1].source == "NQ75/2025/NQ-HĐND Điều 1.2"


def test_the_terms_are_3_6_and_12_months() -> None:
    assert periods(CAMPAIGN) == (3, 6, 12)
    with pytest.raises(UserMends) as refused:
        quote_hhi(family(1), months=7, paid_on=CAMPAIGN)
    assert (refused.value.field, refused.value.context) == ("months", {"months": 7})


def test_households_and_supported_groups_pay_at_the_door_and_pupils_do_not() -> None:
    assert pays_at_door("household") and pays_at_door("near_poor") and pays_at_door("self_pay")
    assert not (pays_at_door("pupil") or pays_at_door("employer") or pays_at_door(""))


members_of_any_group = st.lists(
    st.tuples(
        st.sampled_from(["household", *SUPPORTED]),
        st.fractions(min_value=0, max_value=30, max_denominator=7),
    ),
    max_size=9,
)
days = st.dates(min_value=date(2025, 7, 1), max_value=date(2027, 12, 31))


@given(members_of_any_group, st.sampled_from([3, 6, 12]), days, st.integers(0, 6))
def test_the_parts_always_sum_to_the_premium_and_ranks_ascend_without_a_hole(
    groups: list[tuple[str, Fraction]], months: int, day: date, taken: int
) -> None:
    members = [
        HhiMember(
            str(i),
            group,
            local_percent=0 if group == "near_poor_hard" else local,
            other_percent=0 if group == "near_poor_hard" else 30 - local,
        )
        for i, (group, local) in enumerate(groups)
    ]
    quote = quote_hhi(members, months=months, paid_on=day, taken=range(1, taken + 1))
    for line in quote.lines:
        assert line.gross == line.state + line.local + line.other + line.participant
        assert min(line.state, line.local, line.other, line.participant) >= 0
    ranks = [line.rank for line in quote.lines if line.rank is not None]
    assert ranks == list(range(taken + 1, taken + 1 + len(ranks)))
    assert quote.gross == quote.state + quote.local + quote.other + quote.participant


@given(days, st.integers(0, 8))
def test_longer_terms_cost_more_and_later_ranks_never_more(day: date, taken: int) -> None:
    totals = [
        quote_hhi(family(6), months=m, paid_on=day, taken=range(1, taken + 1)) for m in (3, 6, 12)
    ]
    sums = [quote.participant for quote in totals]
    assert sums[0] < sums[1] < sums[2]
    for quote in totals:
        amounts = [line.participant for line in quote.lines]
        assert amounts == sorted(amounts, reverse=True)
        assert one_more(quote).participant <= amounts[-1]
