"""Who may be head, and what the others are to a new one."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules.people.heads import check_head, relation_to

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("new_head", "other", "sex", "expected"),
    [
        ("01", "00", "male", "02"),
        ("01", "08", None, "08"),
        ("01", "03", "male", ""),
        ("08", "00", "female", "04"),
        ("08", "00", None, ""),
        ("08", "01", "female", "04"),
        ("08", "08", "male", ""),
        ("03", "04", "female", "01"),
        ("04", "03", "male", "02"),
        ("04", "08", None, "09"),
        ("05", "00", "male", "06"),
        ("06", "00", "male", "05"),
        ("99", "00", "male", ""),
    ],
)
def test_what_follows_is_proposed_and_the_rest_is_asked(
    new_head: str, other: str, sex: str | None, expected: str
) -> None:
    assert relation_to(new_head, other, sex) == expected


def test_a_child_is_asked_about_only_where_a_grown_up_lives() -> None:
    child, adult = date(2010, 1, 1), date(1980, 1, 1)
    assert [f.code for f in check_head(child, [adult], TODAY)] == ["head_is_a_child"]
    assert check_head(child, [date(2012, 1, 1), None], TODAY) == []
    assert check_head(adult, [adult], TODAY) == []
    assert check_head(None, [adult], TODAY) == []
