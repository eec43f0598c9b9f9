"""What an agreement of three parties is worth on a day: unsigned, signed or expired.

Insurance office, post office and the People's Committee of a ward sign together; in a ward where
they have not, nothing is visited together (the campaign of November 2024 had 12 such wards of 312).
A day is one of Ho Chi Minh City. Nothing is stored by a job: an agreement expires by the date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PARTIES = ("insurance_office", "post_office", "committee")
"""Who signs."""
RECORDED = ("unsigned", "signed")
"""What a person records; the third state follows from the day."""
SOON = timedelta(days=30)
"""An agreement that ends within these days is to be renewed."""
WEEK = timedelta(days=7)

State = Literal["unsigned", "signed", "expired"]


@dataclass(frozen=True)
class Agreed:
    """What is recorded of one ward's agreement; without a record it is unsigned.

    `valid_until` is the last day on which it holds, None for one without an end.
    """

    recorded: str = "unsigned"
    signed_on: date | None = None
    valid_until: date | None = None

    def state(self, day: date) -> State:
        """What it is worth on a day. One that names no day of signature counts from ever."""
        if self.recorded != "signed" or (self.signed_on is not None and self.signed_on > day):
            return "unsigned"
        if self.valid_until is not None and self.valid_until < day:
            return "expired"
        return "signed"

    def days_left(self, day: date) -> int | None:
        """Days after this one on which it still holds; None: not in force, or without an end."""
        if self.state(day) != "signed" or self.valid_until is None:
            return None
        return (self.valid_until - day).days

    def ends_soon(self, day: date) -> bool:
        """Whether it is to be renewed now."""
        left = self.days_left(day)
        return left is not None and left <= SOON.days

    def last_week(self, day: date) -> State:
        """What it was worth on the same day of last week, by its dates."""
        return self.state(day - WEEK)


def worst(states: list[State]) -> State:
    """What holds for a place that may lie in any of several wards: signed only where all are."""
    order: tuple[State, ...] = ("unsigned", "expired", "signed")
    return min(states, key=order.index, default="unsigned")


def wrong_days(agreed: Agreed, today: date) -> str | None:
    """What can't be of the days of an agreement, as a code; None: they hold together."""
    if agreed.recorded != "signed":
        return None
    if agreed.signed_on is None:
        return "no_signed_on"
    if agreed.signed_on > today:
        return "signed_in_the_future"
    if agreed.valid_until is not None and agreed.valid_until < agreed.signed_on:
        return "ends_before_it_begins"
    return None
