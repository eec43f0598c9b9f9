"""Who takes part how: several groups, ranks of the year, typed shares, the rest of a decision."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules.hhi.groups import groups_for, standing
from fieldapp.rules.hhi.lines import HhiLine, HhiMember
from fieldapp.rules.hhi.quote import quote_hhi
from fieldapp.rules.hhi.ranks import Paid, free_ranks, taken_before, taken_in

CAMPAIGN = date(2024, 11, 21)
TODAY = date(2026, 11, 23)


def line(member: HhiMember, *, paid_on: date = TODAY, months: int = 12) -> HhiLine:
    return quote_hhi([member], months=months, paid_on=paid_on).lines[0]


def codes(of: HhiLine) -> list[str]:
    return [step.code for step in of.explanation]


# --- several groups -------------------------------------------------------------------------------


def test_of_several_groups_the_highest_support_counts() -> None:
    """NĐ146/2018 Điều 8.2."""
    both = line(HhiMember("a", "average_farm", ("near_poor",)), paid_on=CAMPAIGN)
    assert (both.group, both.state_percent, both.participant) == ("near_poor", 70, 379_080)
    assert codes(both) == ["hhi_first", "hhi_no_rank", "hhi_highest", "hhi_state"]
    assert both.explanation[2].source == "NĐ146/2018 Điều 8.2"
    assert both.explanation[3].values == {"percent": "70 %", "support_dong": 884_520}


def test_of_equal_supports_the_one_where_the_city_adds_counts() -> None:
    """Both have 70 % from the State; the city pays the rest of the near-poor from 2026."""
    first = line(HhiMember("a", "ethnic_left_hard", ("near_poor",)))
    last = line(HhiMember("a", "near_poor", ("ethnic_left_hard",)))
    assert first.group == last.group == "near_poor"
    assert first.local_percent == 30
    before = line(HhiMember("a", "ethnic_left_hard", ("near_poor",)), paid_on=CAMPAIGN)
    assert before.group == "ethnic_left_hard"


def test_one_supported_group_beside_the_household_is_no_choice() -> None:
    found = line(HhiMember("a", "household", ("near_poor",)))
    assert (found.group, found.rank) == ("near_poor", None)
    assert "hhi_highest" not in codes(found)


def test_whom_somebody_else_insures_is_refused_whatever_else_she_is() -> None:
    with pytest.raises(UserMends) as refused:
        line(HhiMember("a", "near_poor", ("employer",)))
    assert (refused.value.code, refused.value.field) == ("rules.insured_employer", "a")
    assert refused.value.context == {"group": "employer"}


def test_a_group_that_the_day_does_not_know_is_ignored_beside_one_that_it_knows() -> None:
    found = line(HhiMember("a", "mine_victim", ("near_poor",)), paid_on=CAMPAIGN)
    assert (found.group, "hhi_highest" in codes(found)) == ("near_poor", False)
    with pytest.raises(UserMends) as refused:
        line(HhiMember("a", "mine_victim", ("village_worker",)), paid_on=CAMPAIGN)
    assert refused.value.code == "rules.hhi_group_not_yet"
    assert refused.value.context == {"group": "mine_victim", "day": CAMPAIGN}


def test_a_group_that_is_supported_later_still_has_the_ladder_beside_the_household() -> None:
    found = line(HhiMember("a", "mine_victim", ("household",)), paid_on=CAMPAIGN)
    assert (found.group, found.rank, found.participant) == ("household", 1, 1_263_600)


def test_an_unknown_group_is_refused_with_its_name() -> None:
    with pytest.raises(UserMends) as refused:
        standing(("household", "astronaut"), TODAY, field="p1")
    assert refused.value.code == "rules.hhi_group_unknown"
    assert (refused.value.field, refused.value.context) == ("p1", {"group": "astronaut"})


def test_groups_of_other_schemes_are_left_aside_but_the_main_group_stands() -> None:
    assert groups_for(("household", "ethnic_minority", "near_poor")) == ("household", "near_poor")
    assert groups_for(("household", "near_poor")) == ("household", "near_poor")
    assert groups_for(("astronaut",)) == ("astronaut",)


# --- ranks ----------------------------------------------------------------------------------------


def test_the_ledger_counts_the_ranks_of_one_calendar_year() -> None:
    paid = [
        (1, date(2026, 1, 1)),
        (2, date(2026, 12, 31)),
        (None, date(2026, 6, 1)),
        (3, date(2025, 12, 31)),
        (4, date(2027, 1, 1)),
    ]
    assert taken_in(2026, paid) == {1, 2}


def test_a_rank_that_came_free_again_goes_to_the_next_member() -> None:
    quote = quote_hhi([HhiMember("a"), HhiMember("b")], months=12, paid_on=CAMPAIGN, taken={1, 3})
    assert [one.rank for one in quote.lines] == [2, 4]
    assert [one.key for one in quote.lines] == ["a", "b"]
    assert quote.ranks_used == {1, 2, 3, 4}


@given(st.frozensets(st.integers(1, 12)), st.integers(1, 6))
def test_no_rank_is_given_twice(taken: frozenset[int], n: int) -> None:
    given_out = free_ranks(taken, n)
    assert len(given_out) >= n and not taken.intersection(given_out)
    assert list(given_out) == sorted(set(given_out))
    assert taken.union(given_out) >= set(range(1, n + len(taken) + 1))


def test_as_many_ranks_are_free_as_are_wanted() -> None:
    assert free_ranks((), 2) == (1, 2)
    assert free_ranks({1, 3}, 2) == (2, 4)
    assert free_ranks((), 0) == ()


def test_a_later_rank_is_told_as_a_reading_of_the_law() -> None:
    first, later = (
        quote_hhi([HhiMember("a")], months=12, paid_on=CAMPAIGN, taken=taken).lines[0]
        for taken in ((), (1,))
    )
    assert codes(first) == ["hhi_first"]
    assert codes(later) == ["hhi_first", "hhi_rank", "hhi_later_rank"]
    assert later.explanation[2].values == {"rank": 2}
    assert [row.key for row in later.explanation[2].rows] == ["hhi_later_rank"]
    assert [row.table for row in later.explanation[1].rows] == ["hhi_ladder"]
    assert later.explanation[1].values == {"percent": "70 %", "rank": 2}
    assert [row.table for row in later.explanation[0].rows] == ["hhi_ladder", "base_salary"]
    assert not later.explanation[2].verified


def test_that_a_supported_member_takes_no_rank_is_told_as_a_reading_of_the_law() -> None:
    step = line(HhiMember("a", "near_poor")).explanation[1]
    assert (step.code, step.confidence, step.verified) == ("hhi_no_rank", "U", False)
    assert [(row.table, row.key) for row in step.rows] == [("clauses", "hhi_no_rank")]


# --- shares ---------------------------------------------------------------------------------------


def test_a_typed_share_that_agrees_with_the_table_is_the_tables() -> None:
    member = HhiMember("a", "near_poor", state_percent=70, local_percent=30)
    found = line(member)
    assert codes(found)[-2:] == ["hhi_state", "hhi_local"]
    state, city = found.explanation[-2:]
    assert (state.source, state.article) == ("NĐ188/2025; nhóm: Luật BHYT Điều 12.4a", "NĐ188/2025")
    assert (state.article_open, city.article_open) == (True, False)
    assert city.source == city.article == "NQ75/2025/NQ-HĐND Điều 1.2"


def test_a_higher_share_of_the_state_is_told_as_typed() -> None:
    found = line(HhiMember("a", "average_farm", state_percent=Fraction("62.5")))
    assert (found.state, found.participant) == (853_875, 512_325)
    assert found.explanation[-1].code == "hhi_state_typed"
    assert found.explanation[-1].values == {"percent": "62,5 %", "support_dong": 853_875}
    assert found.explanation[-1].confidence == "U"


def test_whom_the_state_helps_by_a_typed_share_has_no_ladder() -> None:
    members = [HhiMember("a"), HhiMember("b", state_percent=50), HhiMember("c")]
    quote = quote_hhi(members, months=12, paid_on=CAMPAIGN)
    assert [one.rank for one in quote.lines] == [1, None, 2]
    assert [one.percent for one in quote.lines] == [100, 100, 70]
    assert codes(quote.lines[1]) == ["hhi_first", "hhi_no_rank", "hhi_state_typed"]


def test_a_share_of_0_percent_leaves_the_ladder_as_it_is() -> None:
    assert line(HhiMember("a", state_percent=0)).rank == 1


def test_sponsors_pay_beside_state_and_city() -> None:
    member = HhiMember("a", "near_poor", local_percent=10, other_percent=20)
    found = line(member, paid_on=CAMPAIGN, months=6)
    assert (found.gross, found.state, found.local, found.other, found.participant) == (
        631_800,
        442_260,
        63_180,
        126_360,
        0,
    )
    assert codes(found)[-2:] == ["hhi_local_typed", "hhi_other_typed"]
    assert found.explanation[-1].values == {"percent": "20 %", "support_dong": 126_360}
    assert found.explanation[-2].values == {"percent": "10 %", "support_dong": 63_180}
    assert (found.local_percent, found.other_percent) == (10, 20)


@pytest.mark.parametrize("name", ["state_percent", "local_percent", "other_percent"])
def test_no_share_is_below_0(name: str) -> None:
    with pytest.raises(UserMends) as refused:
        line(HhiMember("a", **{name: Fraction(-1, 100)}))  # type: ignore[arg-type]  # fields given by name
    assert (refused.value.code, refused.value.field) == ("rules.percent_negative", name)


def test_the_sums_of_a_household_hold_every_part() -> None:
    members = [HhiMember("a"), HhiMember("b", "average_farm", local_percent=20, other_percent=5)]
    quote = quote_hhi(members, months=12, paid_on=CAMPAIGN)
    assert (quote.gross, quote.state, quote.local, quote.other, quote.participant) == (
        2_527_200,
        379_080,
        252_720,
        63_180,
        1_832_220,
    )


def test_the_reduced_base_is_base_salary_by_rank() -> None:
    """NĐ188/2025, guide of Mẫu 3: not money to pay."""
    quote = quote_hhi([HhiMember(key) for key in "bcd"], months=12, paid_on=CAMPAIGN)
    assert [one.reduced_base for one in quote.lines] == [2_340_000, 1_638_000, 1_404_000]


# --- the rest of a decision -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_on", "months"),
    [
        (date(2024, 12, 20), 1),
        (date(2024, 12, 21), 2),
        (date(2024, 12, 31), 2),
        (date(2025, 2, 20), 3),
        (date(2024, 11, 21), 1),
        (date(2025, 10, 20), 11),
        (date(2025, 10, 21), 12),
        (date(2025, 11, 21), 12),
        (date(2026, 12, 31), 12),
        (date.max, 12),
    ],
)
def test_who_joins_late_buys_the_months_that_the_decision_still_runs(
    ends_on: date, months: int
) -> None:
    """QĐ595 Điều 19.5; a month begun counts whole, and no term is longer than a year."""
    found = line(HhiMember("a", "near_poor", decision_ends_on=ends_on), paid_on=CAMPAIGN)
    assert (found.months, found.gross) == (months, 105_300 * months)
    step = found.explanation[1]
    assert step.code == "hhi_rest_of_decision"
    assert step.values == {"day": ends_on, "months": months}
    assert [row.key for row in step.rows] == ["hhi_rest_of_decision"]
    assert step.verified
    assert found.explanation[0].values["months"] == months


def test_since_may_2026_the_rest_of_a_decision_is_told_as_not_verified() -> None:
    def mark(paid_on: date) -> str:
        member = HhiMember("a", "near_poor", decision_ends_on=paid_on + timedelta(days=40))
        return line(member, paid_on=paid_on).explanation[1].confidence

    assert (mark(date(2026, 4, 30)), mark(date(2026, 5, 1))) == ("S", "U")


def test_a_decision_that_is_over_or_nobodys_is_refused() -> None:
    yesterday = CAMPAIGN - timedelta(days=1)
    with pytest.raises(UserMends) as over:
        line(HhiMember("a", "near_poor", decision_ends_on=yesterday), paid_on=CAMPAIGN)
    assert (over.value.code, over.value.field) == ("rules.hhi_decision_over", "a")
    assert over.value.context == {"day": yesterday}
    with pytest.raises(UserMends) as nobodys:
        line(HhiMember("a", decision_ends_on=CAMPAIGN), paid_on=CAMPAIGN)
    assert (nobodys.value.code, nobodys.value.field) == (
        "rules.hhi_decision_without_support",
        "a",
    )


# --- days that the tables know --------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2014, 12, 31), date(2028, 1, 1), date(2100, 1, 1)])
def test_no_premium_is_quoted_beyond_the_horizon(day: date) -> None:
    with pytest.raises(UserMends) as refused:
        line(HhiMember("a"), paid_on=day)
    assert (refused.value.code, refused.value.field) == ("rules.date_out_of_range", "paid_on")
    assert refused.value.context == {"day": day}


@pytest.mark.parametrize("day", [date(2015, 1, 1), date(2027, 12, 31)])
def test_the_first_and_the_last_known_day_have_their_price(day: date) -> None:
    assert line(HhiMember("a"), paid_on=day).gross


def test_groups_supported_since_the_old_decree_are_supported_all_the_time() -> None:
    for group in ("near_poor", "near_poor_hard", "average_farm"):
        for day in (date(2018, 1, 1), date(2018, 11, 30), date(2018, 12, 1), date(2025, 7, 1)):
            assert line(HhiMember("a", group), paid_on=day).state


def test_a_rank_is_had_once_a_household_and_year_by_who_paid_first() -> None:
    january, november = date(2026, 1, 5), date(2026, 11, 23)
    paid = [
        Paid("c", "home", 2, november),
        Paid("b", "home", 2, january),
        Paid("d", "home", 2, november),
        Paid("e", "home", None, november),
        Paid("f", "home", None, november),
        Paid("g", "other", 2, november),
        Paid("h", "home", 2, date(2027, 1, 5)),
    ]
    assert taken_before(paid) == {"c", "d"}


def test_who_stands_outside_the_ladder_hides_nobody_behind_her() -> None:
    november = date(2026, 11, 2)
    ranks: list[int | None] = [None, 1, None, 1]
    paid = [Paid(key, "home", rank, november) for key, rank in zip("abcd", ranks, strict=True)]
    assert taken_before(paid) == {"d"}
