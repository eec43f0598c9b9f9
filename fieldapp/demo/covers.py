"""Who pays for whose health insurance, and until when, spread around the day of the town.

The payers follow the law (Law on HI Art. 12 as amended by Law 51/2024) and, for 65 to 74, the
resolution of Ho Chi Minh City of 14-11-2025; only who belongs to `household` is asked to pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from fieldapp.demo.people import TownCoverage
from fieldapp.demo.spans import age_on, days_after, months_after

SPANS = {"lapsed": 15, "in_30": 18, "in_60": 14, "in_90": 12, "later": 27, "never": 14}
"""Where the household cards of a household stand, in shares of a hundred."""

LIMITS = {"lapsed": (-100, -1), "in_30": (0, 30), "in_60": (31, 60), "in_90": (61, 90),
          "later": (91, 360)}  # fmt: skip


@dataclass(frozen=True)
class CardEnd:
    """Where a household stands (`SPANS`) and the day its cards end; None: never insured."""

    span: str
    on: date | None


def card_end(random: Random, day: date) -> CardEnd:
    """Draws where the household cards of a household end."""
    span = random.choices(list(SPANS), list(SPANS.values()))[0]
    if span == "never":
        return CardEnd(span, None)
    return CardEnd(span, days_after(day, random.randint(*LIMITS[span])))


def group_of(random: Random, born_on: date, day: date) -> str:
    """Who pays for a person of this age: `household` where nobody else does."""
    age = age_on(born_on, day)
    drawn = random.random()
    if age < 6:
        return "child_under_6"
    if age < 18 or (age < 22 and drawn < 0.55):
        return "pupil"
    if age >= 75:
        return "social_pension"
    if age >= 60 and drawn < 0.3:
        return "pension"
    if age >= 65:
        return "resident_65_74" if drawn < 0.85 else "household"
    return "employer" if age < 60 and drawn < 0.34 else "household"


def covers_of(
    random: Random, group: str, born_on: date, *, day: date, end: CardEnd
) -> tuple[TownCoverage, ...]:
    """All coverages of a person: health insurance first, voluntary social insurance if any."""
    if group != "household":
        return (_paid_by_others(random, group, born_on, day=day),)
    found = household_cover(random, _own_end(random, end, day), day)
    if 18 <= age_on(born_on, day) < 56 and random.random() < 0.06:
        found += (_voluntary(random, day),)
    return found


def household_cover(random: Random, end: date | None, day: date) -> tuple[TownCoverage, ...]:
    """The last household card of a person: mostly twelve months; nothing for never insured."""
    if end is None:
        return ()
    months = random.choices((12, 6, 3), (80, 14, 6))[0]
    start = months_after(days_after(end, 1), -months)
    if start > day:  # a short card cannot end so late and have begun
        start = months_after(days_after(end, 1), -12)
    first = months_after(start, -12 * random.randrange(0, 9))
    return (TownCoverage("hhi", "household", start, end, months_after(first, 60)),)


def _own_end(random: Random, end: CardEnd, day: date) -> date | None:
    """One member in five has a card that ends on another day than the others', or none."""
    drawn = random.random()
    if end.on is None:
        return days_after(day, -random.randint(101, 400)) if drawn < 0.12 else None
    if drawn < 0.1:
        return None
    later = min(days_after(end.on, random.randint(5, 60)), days_after(day, 360))
    return later if drawn < 0.2 else end.on


def _paid_by_others(random: Random, group: str, born_on: date, *, day: date) -> TownCoverage:
    """Health insurance paid by employer, pension fund, State or city."""
    youngest = 60 if group == "pension" else 18
    start = max(days_after(day, -random.randint(200, 3000)), months_after(born_on, youngest * 12))
    until: date | None = None
    if group == "child_under_6":
        start, until = born_on, days_after(months_after(born_on, 72), -1)
    elif group == "pupil":
        start = max(date(day.year, 1, 1), months_after(born_on, 72))
        until = date(day.year, 12, 31)
    elif group == "social_pension":
        start = months_after(born_on, 75 * 12)
    elif group == "resident_65_74":
        start = max(date(day.year, 1, 1), months_after(born_on, 65 * 12))
    return TownCoverage("hhi", group, start, until)


def _voluntary(random: Random, day: date) -> TownCoverage:
    """Voluntary social insurance, paid within the last year: running, or run out lately."""
    months = random.choice((1, 3, 6, 12))
    start = days_after(day, -random.randint(0, 30 * months + 40))
    return TownCoverage("vsi", "self", start, days_after(months_after(start, months), -1))
