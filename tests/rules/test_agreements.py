"""What an agreement is worth on a day: unsigned, signed, expired; by its dates alone."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules.agreements import Agreed, worst, wrong_days

SIGNED = date(2024, 11, 1)
LAST = date(2024, 12, 31)
AGREED = Agreed("signed", SIGNED, LAST)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2024, 10, 31), "unsigned"),
        (SIGNED, "signed"),
        (LAST, "signed"),
        (date(2025, 1, 1), "expired"),
    ],
)
def test_it_holds_from_the_signature_to_its_last_day(day: date, state: str) -> None:
    assert AGREED.state(day) == state


def test_without_a_record_a_ward_is_unsigned_and_without_an_end_it_holds_for_ever() -> None:
    assert Agreed().state(SIGNED) == "unsigned"
    assert Agreed("signed", SIGNED).state(date(2099, 1, 1)) == "signed"
    assert Agreed("signed").state(date(2000, 1, 1)) == "signed"
    assert Agreed("garbage of a newer program", SIGNED).state(LAST) == "unsigned"


def test_the_last_thirty_days_ask_for_the_next_signature() -> None:
    assert AGREED.days_left(LAST) == 0
    assert AGREED.ends_soon(date(2024, 12, 1)) and not AGREED.ends_soon(date(2024, 11, 30))
    assert Agreed("signed", SIGNED).days_left(LAST) is None
    assert AGREED.days_left(date(2025, 1, 1)) is None and not AGREED.ends_soon(date(2025, 1, 1))


def test_last_week_is_the_same_day_seven_days_before() -> None:
    assert AGREED.last_week(date(2024, 11, 7)) == "unsigned"
    assert AGREED.last_week(date(2024, 11, 8)) == "signed"
    assert AGREED.last_week(date(2025, 1, 7)) == "signed"


def test_a_place_in_several_wards_is_signed_only_where_all_are() -> None:
    assert worst(["signed", "signed"]) == "signed"
    assert worst(["signed", "expired"]) == "expired"
    assert worst(["expired", "unsigned"]) == "unsigned"
    assert worst([]) == "unsigned"


def test_days_that_can_not_be() -> None:
    assert wrong_days(Agreed(), SIGNED) is None
    assert wrong_days(AGREED, SIGNED) is None
    assert wrong_days(Agreed("signed", SIGNED), SIGNED) is None
    assert wrong_days(Agreed("signed"), SIGNED) == "no_signed_on"
    assert wrong_days(AGREED, date(2024, 10, 31)) == "signed_in_the_future"
    assert wrong_days(Agreed("signed", LAST, SIGNED), LAST) == "ends_before_it_begins"
