"""Who may pay voluntary social insurance, and for which months."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules import tables
from fieldapp.rules.vsi.standing import INSURED, first_month, why_not

DAY = date(2026, 11, 23)


@pytest.mark.parametrize("group", sorted(INSURED))
def test_who_is_in_the_compulsory_insurance_or_draws_from_it_does_not_pay(group: str) -> None:
    for groups in ((group,), ("household", group)):
        found = why_not(groups, date(1980, 1, 1), DAY)
        assert found is not None and found.code == "vsi_insured_otherwise"
    assert group in tables.keys("hhi_insured_otherwise")


def test_one_may_pay_from_the_fifteenth_birthday_on() -> None:
    assert why_not(("pupil",), date(2011, 11, 23), DAY) is None
    young = why_not(("pupil",), date(2011, 11, 24), DAY)
    assert young is not None and (young.code, young.values) == ("vsi_too_young", {"n": 15})
    assert why_not(("household",), None, DAY) is None


def test_who_has_paid_already_waits_until_the_last_day_of_that() -> None:
    found = why_not((), None, DAY, paid_until=date(2026, 11, 30))
    assert found is not None
    assert (found.code, found.values) == ("vsi_paid_until", {"day": date(2026, 11, 30)})
    assert why_not((), None, DAY, paid_until=DAY) is None


@pytest.mark.parametrize(
    ("paid_until", "first"),
    [
        (None, date(2026, 11, 1)),
        (date(2026, 10, 31), date(2026, 11, 1)),
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_a_month_that_is_paid_is_not_paid_again(paid_until: date | None, first: date) -> None:
    assert first_month(DAY, paid_until) == first
