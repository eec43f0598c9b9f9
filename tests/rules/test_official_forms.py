"""Which generation a list follows, in which order its lines stand, what they must come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.official_lists.forms import (
    form_row,
    in_list_order,
    instead_of,
    layout,
    number_of_form,
    schemes_of,
)
from fieldapp.rules.official_lists.money import hhi_gross, months_supported, vsi_gross

LAST_OF_2023 = date(2026, 4, 30)
FIRST_OF_2026 = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("form", "day", "generation"),
    [
        ("d03", date(2023, 3, 28), "2023"),
        ("d03", LAST_OF_2023, "2023"),
        ("d05", date(2024, 11, 30), "2023"),
        ("d05", LAST_OF_2023, "2023"),
        ("d05", FIRST_OF_2026, "2026"),
        ("mau3", FIRST_OF_2026, "2026"),
        ("mau4", date(2027, 12, 31), "2026"),
        ("tk1", LAST_OF_2023, "2023"),
        ("tk1", FIRST_OF_2026, "2026"),
        ("mau2", FIRST_OF_2026, "2026"),
        ("c17", LAST_OF_2023, "2023"),
        ("c17", FIRST_OF_2026, "2026"),
        ("b15a", FIRST_OF_2026, "2026"),
    ],
)
def test_the_date_of_the_list_chooses_the_generation(form: str, day: date, generation: str) -> None:
    assert layout(form, day) == generation


@pytest.mark.parametrize(
    ("form", "day", "code", "told"),
    [
        ("d03", FIRST_OF_2026, "rules.form_replaced", {"instead": "Mẫu số 4, Mẫu số 3"}),
        ("mau3", LAST_OF_2023, "rules.form_replaced", {"instead": "Mẫu D03-TS"}),
        ("mau4", LAST_OF_2023, "rules.form_replaced", {"instead": "Mẫu D03-TS"}),
        ("mau2", LAST_OF_2023, "rules.form_replaced", {"instead": "Mẫu TK1-TS"}),
        ("b15a", LAST_OF_2023, "rules.form_not_yet", {"since": FIRST_OF_2026}),
        ("d03", date(2023, 3, 27), "rules.form_too_old", {"since": date(2023, 3, 28)}),
        ("d05", date(2017, 5, 1), "rules.form_too_old", {"since": date(2023, 3, 28)}),
        ("tk1", date(2016, 1, 1), "rules.form_too_old", {"since": date(2023, 3, 28)}),
        ("d08", FIRST_OF_2026, "rules.form_unknown", {}),
    ],
)
def test_a_form_that_is_not_in_use_is_refused_with_what_to_use(
    form: str, day: date, code: str, told: dict[str, object]
) -> None:
    with pytest.raises(UserMends) as refused:
        layout(form, day)
    assert refused.value.code == code
    assert {name: refused.value.context[name] for name in told} == told


def test_the_agency_no_longer_has_c17_and_the_paper_says_so() -> None:
    assert "không có trong danh mục" in form_row("c17", FIRST_OF_2026).text("issued")
    assert "không có trong danh mục" not in form_row("c17", LAST_OF_2023).text("issued")


def test_every_form_has_a_name_and_what_replaces_it_is_a_form() -> None:
    for row in tables.load("form_layouts"):
        assert number_of_form(row.key)
        assert set(instead_of(row)) <= tables.keys("form_layouts")


def test_tk1_takes_both_schemes_until_mau2_comes() -> None:
    assert schemes_of("tk1", LAST_OF_2023) == ("hhi", "vsi")
    assert schemes_of("tk1", FIRST_OF_2026) == ("vsi",)
    assert schemes_of("mau2", FIRST_OF_2026) == ("hhi",)
    assert schemes_of("d05", FIRST_OF_2026) == ()


# --- order ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    household: str
    rank: int | None
    percent: Decimal


RANKS = st.one_of(st.none(), st.integers(1, 9))
STANDINGS = st.builds(
    lambda household, rank: Standing(
        household, rank, Decimal((100, 70, 60, 50, 40)[min(rank or 1, 5) - 1])
    ),
    st.sampled_from("abc"),
    RANKS,
)


def ordered(lines: list[Standing]) -> list[Standing]:
    return in_list_order(
        lines,
        household=lambda one: one.household,
        rank=lambda one: one.rank,
        percent=lambda one: one.percent,
    )


@given(st.lists(STANDINGS, max_size=20))
def test_households_stand_together_in_the_order_they_came(lines: list[Standing]) -> None:
    found = [one.household for one in ordered(lines)]
    came = list(dict.fromkeys(one.household for one in lines))
    assert list(dict.fromkeys(found)) == came
    assert found == sorted(found, key=came.index)


@given(st.lists(STANDINGS, max_size=20))
def test_in_a_household_the_rate_falls_and_supported_members_come_last(
    lines: list[Standing],
) -> None:
    found = ordered(lines)
    assert sorted(map(repr, found)) == sorted(map(repr, lines))
    for household in {one.household for one in lines}:
        members = [one for one in found if one.household == household]
        on_it = [one for one in members if one.rank is not None]
        assert members[: len(on_it)] == on_it
        assert [one.percent for one in on_it] == sorted(
            (one.percent for one in on_it), reverse=True
        )
        ranks = [one.rank for one in on_it if one.rank is not None]
        assert ranks == sorted(ranks)


# --- money ---------------------------------------------------------------------------------------


def test_the_official_examples_of_d03_come_out() -> None:
    """QĐ595 guide of D03-TS: B 100 %, C 70 %, D 60 % at 1,300,000 for twelve months."""
    paid = [hhi_gross(1_300_000, Decimal(p), 12, date(2018, 1, 15)) for p in (100, 70, 60)]
    assert paid == [702_000, 491_400, 421_200]


def test_the_premium_of_vsi_is_months_times_income_times_22_percent() -> None:
    assert vsi_gross(4_000_000, 6, date(2018, 1, 15)) == 5_280_000


@pytest.mark.parametrize(
    ("dong", "percent", "months", "found"),
    [
        (396_000, Decimal(20), 6, 6),
        (330_000, Decimal(20), 12, 5),
        (0, Decimal(20), 12, 0),
        (0, Decimal(0), 12, 12),
        (1, Decimal(0), 12, None),
        (396_001, Decimal(20), 6, 6),  # a đồng of rounding
        (396_002, Decimal(20), 6, None),
        (400_000, Decimal(20), 6, None),
        (462_000, Decimal(20), 6, None),  # seven months of six
        (-66_000, Decimal(20), 6, None),
    ],
)
def test_support_is_a_whole_number_of_months(
    dong: int, percent: Decimal, months: int, found: int | None
) -> None:
    day = date(2026, 11, 20)
    assert months_supported(dong, percent, 1_500_000, months, day) == found


@given(st.integers(0, 60), st.integers(1, 100), st.integers(700_000, 3_000_000))
def test_months_of_support_are_found_again_whatever_was_rounded(
    months: int, percent: int, poverty_line: int
) -> None:
    exact = Fraction(months * percent * poverty_line * 22, 10_000)
    for dong in (int(exact), int(exact) + 1):
        found = months_supported(dong, Decimal(percent), poverty_line, 60, date(2026, 1, 1))
        assert found == months
