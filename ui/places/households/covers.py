"""A person's cover as segments of a bar, and as one date with its colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ui.say import Teller
from ui.widgets import DateScale, Segment

if TYPE_CHECKING:
    from fieldapp.usecases.households.facts import CoverSpan
    from fieldapp.usecases.households.household import MemberRow

HOUSEHOLD = "household"
HORIZON_DAYS = 90
SOON_DAYS = 30
FAR = timedelta(days=4000)


@dataclass(frozen=True)
class CoverEnd:
    """When the health card ends, in words, with the colour of its urgency."""

    text: str
    token: str
    needs_someone: bool


def summary_scale(today: date) -> DateScale:
    """A year around today for a small bar: what ran out lately, what ends soon."""
    return DateScale(today - timedelta(days=210), today + timedelta(days=126))


def page_scale(today: date) -> DateScale:
    """Eighteen months for the household page: five behind, the year of a new card ahead."""
    return DateScale(today - timedelta(days=170), today + timedelta(days=400))


def segments_of(covers: Sequence[CoverSpan], today: date, teller: Teller) -> list[Segment]:
    """The segments of a bar: what ran, runs and is paid, and the gap since the last card."""
    found = []
    cards = [span for span in covers if span.scheme == "hhi"]
    for span in covers:
        start = span.starts_on or today - FAR
        end = span.ends_on or today + FAR
        if span.scheme == "vsi":
            found.append(Segment("vsi", start, end))
        elif span.payer != HOUSEHOLD:
            found.append(Segment("other", start, end, teller.payer(span.payer)))
        else:
            found.append(Segment("paid" if start > today else "force", start, end))
    gap = _gap(cards, today)
    return [*found, gap] if gap else found


def _gap(cards: Sequence[CoverSpan], today: date) -> Segment | None:
    """From the day after the last card until today, or until the day before a paid one."""
    if not cards or any(_runs(span, today) for span in cards):
        return None
    past = [span.ends_on for span in cards if span.ends_on and span.ends_on < today]
    if not past:
        return None
    coming = [span.starts_on for span in cards if span.starts_on and span.starts_on > today]
    end = min(coming, default=today) - timedelta(days=1 if coming else 0)
    return Segment("gap", max(past) + timedelta(days=1), end)


def _runs(span: CoverSpan, today: date) -> bool:
    begun = span.starts_on is None or span.starts_on <= today
    return begun and (span.ends_on is None or span.ends_on >= today)


def cover_end(member: MemberRow, teller: Teller) -> CoverEnd:
    """What stands at the right of a small bar."""
    today = teller.today
    cards = [span for span in member.covers if span.scheme == "hhi"]
    needs = member.advice_level != "none"
    if not cards:
        return CoverEnd(teller.say("today.no_cover"), "ochre" if needs else "ink3", needs)
    last = max(cards, key=lambda span: span.ends_on or date.max)
    if last.ends_on is None:
        return CoverEnd(teller.say("today.open_cover"), "ink3", needs)
    text = teller.cover_end(last.ends_on)
    if last.payer != HOUSEHOLD:
        return CoverEnd(text, "ink2", needs)
    if last.ends_on < today:
        return CoverEnd(text, "brick", needs)
    left = (last.ends_on - today).days
    needs = needs or left <= HORIZON_DAYS
    return CoverEnd(text, "ochre" if left <= SOON_DAYS else "ink2", needs)
