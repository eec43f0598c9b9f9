"""Ages and insurance groups: what to ask, on which day, and that it is only asked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.hhi.grouping import age_on, check_group

TODAY = date(2026, 11, 23)
ACTION_MONTH = date(2024, 11, 21)


def codes(group: str, born_on: date | None, today: date = TODAY) -> list[str]:
    return [finding.code for finding in check_group(group, born_on, today)]


@pytest.mark.parametrize(
    ("born_on", "code"),
    [
        (date(2020, 11, 24), "group_ask_child_under_6"),
        (date(2020, 11, 23), "group_ask_pupil"),
        (date(2008, 11, 24), "group_ask_pupil"),
        (date(1961, 11, 23), "group_ask_resident_65_74"),
        (date(1951, 11, 24), "group_ask_resident_65_74"),
        (date(1951, 11, 23), "group_ask_social_pension"),
        (date(1926, 11, 23), "group_ask_social_pension"),
    ],
)
def test_whoever_may_be_paid_for_is_asked_before_the_household_pays(
    born_on: date, code: str
) -> None:
    (finding,) = check_group("household", born_on, TODAY)
    assert (finding.code, finding.level, finding.field) == (code, "warning", "group")
    assert not finding.needs_reason
    assert finding.values == {"age": age_on(born_on, TODAY)}


def test_nobody_between_18_and_64_is_asked() -> None:
    assert codes("household", date(2008, 11, 23)) == codes("household", date(1961, 11, 24)) == []


def test_the_day_decides_who_is_asked() -> None:
    assert codes("household", date(1955, 1, 1), ACTION_MONTH) == []
    assert codes("household", date(1949, 1, 1), ACTION_MONTH) == []
    assert codes("household", date(1944, 1, 1), ACTION_MONTH) == ["group_ask_social_pension"]


def test_a_group_of_another_age_is_asked_again() -> None:
    assert codes("child_under_6", date(1968, 5, 17)) == ["group_other_age"]
    assert codes("pupil", date(1968, 5, 17)) == ["group_other_age"]
    assert codes("pupil", date(2015, 5, 17)) == []
    assert codes("employer", date(1968, 5, 17)) == codes("poor", date(2022, 5, 17)) == []


def test_without_a_birth_or_with_one_that_has_not_come_nothing_is_asked() -> None:
    assert codes("household", None) == codes("household", date(2027, 1, 1)) == []


def test_who_was_born_on_the_29th_of_february_ages_on_the_1st_of_march() -> None:
    assert age_on(date(2020, 2, 29), date(2026, 2, 28)) == 5
    assert age_on(date(2020, 2, 29), date(2026, 3, 1)) == 6


@given(st.dates(date(1900, 1, 1), TODAY), st.dates(date(2018, 1, 1), TODAY))
def test_at_most_one_thing_is_asked(born_on: date, today: date) -> None:
    assert len(check_group("household", born_on, today)) <= 1
