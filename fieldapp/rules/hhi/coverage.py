"""When a health card begins and ends, and what waiting costs.

Who renews before the card ends goes on without a break (QĐ595 Điều 47.2.2). Who joins for the first
time or after 3 months without a card waits 30 days after the payment, and the count of five
continuous years begins anew (Luật BHYT Điều 16.3c; NĐ146/2018 Điều 13.8). Whether day 30 or 31 is
meant, whether a gap over New Year counts as one where neither year has 3 months of it, and whether
the law of 2025-07-01 says 3 months or 90 days, is open: then the answer is not `certain` and the
agency's card decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from functools import cached_property
from typing import Literal

from fieldapp.rules import tables
from fieldapp.rules.calendar_months import add_months, last_day_of_term, months_and_days
from fieldapp.rules.explained import UNVERIFIED, Step, Value

ONE_DAY = timedelta(days=1)

FiveYears = Literal["kept", "lost", "starts"]


@dataclass(frozen=True)
class Cover:
    """Health insurance that a person has or had, both days included.

    `payer` is "household" or the group that pays; `ends_on` None means open (by the employer).
    `five_year_on` is the date printed on the card from which five continuous years are complete.
    """

    starts_on: date
    ends_on: date | None
    payer: str = "household"
    five_year_on: date | None = None


@dataclass(frozen=True)
class Deadlines:
    """What the end of a card means: days up to and including which one may pay.

    Paying by `renew_by` leaves no day without a card; by `no_wait_by` the card is valid at once and
    the five years go on.
    """

    ends_on: date
    renew_by: date
    no_wait_by: date

    @cached_property
    def open(self) -> bool:
        """Whether it is no more than a reading of the law that who pays after `no_wait_by` waits:
        the rule of that day is not verified, or the months without a card come together only over
        New Year."""
        rule = _rule(self.no_wait_by)
        months = rule.whole("gap_months")
        begins, pays_on = _day_after(self.ends_on), _day_after(self.no_wait_by)
        return rule.confidence == UNVERIFIED or not _in_one_year(begins, pays_on, months)


@dataclass(frozen=True)
class Renewal:
    """The card that a payment gives.

    `gap_days` are the days without a card before it, the wait included. `certain` False: say
    "about", the agency's card decides. `five_year_on` None: the old card's date is not known.
    """

    first_valid_on: date
    last_valid_on: date
    gap_days: int
    waits: bool
    certain: bool
    deadlines: Deadlines | None
    five_years: FiveYears
    five_year_on: date | None
    explanation: tuple[Step, ...]


def deadlines(ends_on: date) -> Deadlines:
    """The days that matter once it is known when a card ends."""
    known = tables.book().made(_no_deadlines)
    if ends_on not in known:
        months = _rule(ends_on).whole("gap_months")
        no_wait_by = last_day_of_term(_day_after(ends_on), months)
        known[ends_on] = Deadlines(ends_on, ends_on, no_wait_by)
    return known[ends_on]


def _no_deadlines(_: tables.Book) -> dict[date, Deadlines]:
    """Where a book's answers are kept: a city's cards end on some hundreds of days."""
    return {}


def _day_after(day: date) -> date:
    """The next day; of the last one that the calendar has, the same."""
    return day + ONE_DAY if day < date.max else day


def _rule(day: date) -> tables.Row:
    """The rule of a day; the oldest one for cards from before it, which are long over."""
    first = min(row.valid_from for row in tables.load("hhi_continuity"))
    return tables.at("hhi_continuity", "", max(day, first))


def without_card(ends_on: date, today: date) -> tuple[int, int]:
    """Whole months and days since a card ended: "2 tháng 21 ngày"; (0, 0) while it is valid."""
    return months_and_days(ends_on, max(today, ends_on))


def renew(covers: Sequence[Cover], *, paid_on: date, months: int) -> Renewal | None:
    """The card that paying for `months` on `paid_on` gives to a person with these covers.

    All covers count, whoever paid them. None if a cover without an end is running: there is
    nothing to renew. Raises UserMends for a day outside the tables.
    """
    if not covers:
        return _first_card(paid_on, months)
    last_end = max(map(_end, covers))
    if last_end == date.max:
        return None
    until = deadlines(last_end)
    if paid_on > until.no_wait_by:
        return late_card(until, paid_on=paid_on, months=months)
    return _joined_card(until, five_year_date(covers), paid_on=paid_on, months=months)


def five_year_date(covers: Sequence[Cover]) -> date | None:
    """From when five continuous years are complete, as the newest card says it; None if none does.

    Only cards count that no gap of three months or more parts from the last one.
    """
    if not covers:
        return None
    began = max(map(_end, covers))
    for cover in sorted(covers, key=_end, reverse=True):
        end = _end(cover)
        if deadlines(end).no_wait_by < began:
            return None
        if cover.five_year_on is not None:
            return cover.five_year_on
        began = min(began, cover.starts_on)
    return None


def _end(cover: Cover) -> date:
    return cover.ends_on or date.max


def _joined_card(
    until: Deadlines, five_year_on: date | None, *, paid_on: date, months: int
) -> Renewal:
    """The card goes on after the old one, or from the payment on after a short gap."""
    first = max(until.ends_on + ONE_DAY, paid_on)
    gap = (first - until.ends_on).days - 1
    rule = _rule(paid_on)
    values: dict[str, Value] = {"first": first, "old_end": until.ends_on}
    if gap:
        step = Step("cover_after_gap", values | {"n": gap}, (rule,))
    else:
        clause = tables.at("clauses", "hhi_continues", paid_on)
        step = Step("cover_continues", values, (clause,))
    return Renewal(
        first_valid_on=first,
        last_valid_on=last_day_of_term(first, months),
        gap_days=gap,
        waits=False,
        certain=not ("or_days" in rule.values and gap >= rule.whole("or_days")),
        deadlines=until,
        five_years="kept",
        five_year_on=five_year_on,
        explanation=(step,),
    )


def _first_card(paid_on: date, months: int) -> Renewal:
    rule = tables.at("hhi_continuity", "", paid_on)
    first = paid_on + timedelta(days=rule.whole("wait_days"))
    return Renewal(
        first_valid_on=first,
        last_valid_on=last_day_of_term(first, months),
        gap_days=0,
        waits=True,
        certain=False,
        deadlines=None,
        five_years="starts",
        five_year_on=add_months(first, rule.whole("five_year_months")),
        explanation=(_wait_step("cover_first_time", rule, paid_on),),
    )


def late_card(until: Deadlines, *, paid_on: date, months: int) -> Renewal:
    """The card of who pays three months or more after the end of the old one: the wait, and five
    years from the beginning."""
    rule = tables.at("hhi_continuity", "", paid_on)
    first = paid_on + timedelta(days=rule.whole("wait_days"))
    steps = [_wait_step("cover_waits", rule, paid_on)]
    if not _in_one_year(until.ends_on + ONE_DAY, paid_on, rule.whole("gap_months")):
        clause = tables.at("clauses", "hhi_gap_over_new_year", paid_on)
        steps.append(Step("cover_gap_over_new_year", rows=(clause,)))
    return Renewal(
        first_valid_on=first,
        last_valid_on=last_day_of_term(first, months),
        gap_days=(first - until.ends_on).days - 1,
        waits=True,
        certain=False,
        deadlines=until,
        five_years="lost",
        five_year_on=add_months(first, rule.whole("five_year_months")),
        explanation=tuple(steps),
    )


def _in_one_year(starts_on: date, paid_on: date, months: int) -> bool:
    """Whether a gap from its first day to the payment has so many months in one calendar year."""
    in_first = last_day_of_term(starts_on, months) < min(paid_on, _new_year(starts_on.year + 1))
    in_last = last_day_of_term(max(starts_on, _new_year(paid_on.year)), months) < paid_on
    return in_first or in_last or paid_on.year - starts_on.year > 1


def _new_year(year: int) -> date:
    """The first day of a year; of the last one that the calendar has, if there is no such year."""
    return date(min(year, MAXYEAR), 1, 1)


def _wait_step(code: str, rule: tables.Row, paid_on: date) -> Step:
    """The wait is law; its exact day is not verified."""
    days = rule.whole("wait_days")
    values: dict[str, Value] = {"wait_days": days, "first": paid_on + timedelta(days=days)}
    clause = tables.at("clauses", "hhi_wait_day", paid_on)
    return Step(code, values, (rule, clause))
