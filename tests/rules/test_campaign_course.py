"""The course of a campaign: days, sums, what is due, where the pace leads, what came late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from fieldapp.rules.campaign import Span, pace
from fieldapp.rules.campaign_course import Reported, course, per_day
from fieldapp.rules.campaign_figures import Count, Figure, ReportMark, Reports, grouped

SPAN = Span(date(2024, 11, 2), date(2024, 11, 11))
DAY = date(2024, 11, 5)
AT = datetime(2024, 11, 5, 1, tzinfo=UTC)


def days(*numbers: int) -> list[date]:
    return [date(2024, 11, number) for number in numbers]


def test_days_add_up_and_the_pace_leads_to_the_last_day() -> None:
    people = per_day(SPAN, DAY, days(2, 2, 4, 5))
    assert people == (2, 0, 1, 1)
    found = course(SPAN, DAY, 20, people, (1,), pace(SPAN, DAY, 20, 4, 3))
    assert [(d.people, d.late, d.total, d.due) for d in found.days] == [
        (2, 1, 2, 2),
        (0, 0, 2, 4),
        (1, 0, 3, 6),
        (1, 0, 4, 8),
    ]
    assert found.expected == 4 + 6  # one a day, six days after today


@pytest.mark.parametrize(
    ("span", "today"),
    [
        (SPAN, date(2024, 11, 1)),
        (SPAN, SPAN.starts_on),
        (SPAN, date(2024, 12, 1)),
        (Span(SPAN.starts_on), DAY),
    ],
)
def test_without_a_pace_or_an_end_nothing_is_expected(span: Span, today: date) -> None:
    people = per_day(span, today, days(2))
    found = course(span, today, None, people, (), pace(span, today, None, 1, 0))
    assert found.expected is None
    assert all(day.due is None for day in found.days)
    assert len(people) == max(0, min(10, (today - SPAN.starts_on).days + 1))


def payment(day: int, number: str, ward: str = "a") -> SimpleNamespace:
    on = date(2024, 11, day)
    return SimpleNamespace(
        ward=ward, id=number, scheme="hhi", kind="new", paid_on=on, issued_by="lan"
    )


def counted(wards: tuple[str, ...], **marks: ReportMark) -> Figure:
    done = [payment(3, "1"), payment(3, "2"), payment(5, "3"), payment(3, "4", "b")]
    done.append(payment(4, "5", "b"))
    reports = Reports(marks, grouped([payment(3, "1"), payment(5, "9")]), frozenset({"2", "3"}))
    return Count(SPAN, DAY, [], grouped(done), {}, reports).figure("hhi", "new", wards, None)


def test_a_figure_says_what_stood_when_its_days_were_reported() -> None:
    mark = ReportMark(date(2024, 11, 4), AT)
    found = counted(("a",), a=mark)
    assert found.reported == Reported(1, 2, date(2024, 11, 4), AT)
    assert found.reported is not None and found.reported.changed
    assert found.late == (0, 1, 0, 0)
    assert counted(("a", "b"), a=mark).reported is None
    assert counted(("b",)).late == (0, 0, 0, 0)
    older = ReportMark(date(2024, 11, 3), AT - timedelta(days=1))
    both = counted(("a", "b"), a=mark, b=older).reported
    assert both == Reported(1, 3, date(2024, 11, 3), AT - timedelta(days=1))
