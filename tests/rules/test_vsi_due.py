"""Until when the next payment of voluntary social insurance may be made, and why."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules.explained import Reason
from fieldapp.rules.vsi.due import Due, due_after

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "day", "months"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 31), 1),
        (date(2026, 8, 1), date(2026, 10, 31), date(2027, 1, 31), 3),
        (date(2026, 5, 1), date(2026, 10, 31), date(2027, 2, 28), 6),
        (date(2025, 12, 1), date(2026, 11, 30), date(2027, 6, 30), 12),
        (date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 31), 1),  # two years paid ahead
        (date(2026, 9, 1), date(2026, 10, 31), date(2026, 11, 30), 1),  # two months
        (date(2026, 11, 15), date(2026, 12, 10), date(2027, 1, 31), 1),
    ],
)
def test_a_term_is_paid_within_its_first_months(
    starts_on: date, ends_on: date, day: date, months: int
) -> None:
    """Luật 41/2024 Điều 36: within the 1st, 3rd, 4th or 7th month of the next term."""
    assert due_after(starts_on, ends_on) == Due(day, months)


def test_a_day_on_a_list_of_the_agency_is_the_day() -> None:
    assert due_after(None, date(2026, 11, 30)) == Due(date(2026, 11, 30), None)


def test_what_ended_before_the_tables_begin_is_long_over() -> None:
    assert due_after(date(2015, 1, 1), date(2015, 1, 31)) == Due(date(2015, 1, 31), None)
    assert due_after(date(2015, 12, 1), date(2015, 12, 31)).months == 1
    assert due_after(date(2026, 1, 1), date.max).day == date.max


def test_the_reason_names_the_term_its_months_and_the_article() -> None:
    due = Due(date(2027, 2, 28), 6)
    values = {"name": "Út", "day": due.day, "months": 6, "n": 4, "article": "Luật 41/2024 Điều 36"}
    assert due.reason("Út", TODAY) == Reason("vsi_due_term", values)
    assert due.reason("Út", due.day).code == "vsi_due_term"
    listed = Due(date(2026, 11, 30), None)
    assert listed.reason("Út", TODAY) == Reason("vsi_due", {"name": "Út", "day": listed.day})
    for late in (Due(date(2026, 11, 22), 1), Due(date(2026, 11, 22), None)):
        told = {"name": "Út", "day": late.day}
        assert late.reason("Út", TODAY) == Reason("vsi_paused_since", told)
