"""What the page of the end of the day says, from what was read and counted. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fieldapp.usecases.receipts.day_end import DayEnd
from fieldapp.words.format import money
from sync.client.status import SyncStatus
from ui.places.money.state import dong_said
from ui.say import Teller

Tone = Literal["", "jade", "brick", "ochre"]
Say = Callable[..., str]


@dataclass(frozen=True)
class Counted:
    """What follows from a count: a sentence with its colour; none before somebody counted."""

    text: str = ""
    tone: Tone = ""


def facts_of(day: DayEnd, teller: Teller) -> dict[str, str]:
    """The day's receipts, by the name of the fact."""
    say, taken = teller.say, day.takings
    return {
        "cash": say("day_end.receipts", n=taken.cash, dong=money(taken.cash_dong)),
        "transfer": say("day_end.receipts", n=taken.transfers, dong=money(taken.transfer_dong)),
        "void": say("day_end.void", n=taken.void),
    }


def counted(text: str, day: DayEnd, teller: Teller) -> Counted:
    """The count against what the receipts say that is still held."""
    if not text.strip():
        return Counted()
    dong = dong_said(text)
    if dong is None:
        return Counted(teller.say("money_place.counted_unknown"), "ochre")
    short = day.in_hand_dong - dong
    if not short:
        return Counted(teller.say("day_end.count_right"), "jade")
    key = "day_end.count_short" if short > 0 else "day_end.count_over"
    return Counted(teller.say(key, dong=money(abs(short))), "brick")


def unsent_text(status: SyncStatus | None, teller: Teller) -> str:
    """What only this laptop has, in one line."""
    if status is None:
        return ""
    if status.unsent:
        return teller.say("sync.only_here", n=status.unsent)
    if status.pictures_waiting and status.text_confirmed:
        return teller.say("sync.pictures_wait", n=status.pictures_waiting)
    if not status.safe_to_shut_down:
        return teller.say("sync.not_confirmed_today", n=status.unproven)
    return teller.say("day_end.nothing_unsent")


def has_to_tell(day: DayEnd, status: SyncStatus | None) -> bool:
    """Whether somebody who closes the window should see the page first."""
    only_here = status is not None and not status.safe_to_shut_down
    return only_here or day.in_hand_dong > 0
