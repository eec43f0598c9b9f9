"""Who pays what of a premium: State, locality, participant; whole đồng that always add up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from fieldapp.errors import UserMends
from fieldapp.rules.exact import round_half_up


@dataclass(frozen=True)
class Shares:
    """A premium in đồng: `gross == state + local + participant`, none of them negative."""

    gross: int
    state: int
    local: int
    participant: int


def share_out(gross: Fraction, *, state: Fraction, local: Fraction) -> Shares:
    """Rounds what the participant pays once, half up; the supporters' parts take up the rest.

    Raises UserMends("rules.support_above_premium") if the supports exceed the premium.
    """
    if state + local > gross:
        raise UserMends(
            "rules.support_above_premium",
            field="local_percent",
            premium_dong=round_half_up(gross),
            support_dong=round_half_up(state + local),
        )
    total = round_half_up(gross)
    participant = round_half_up(gross - state - local)
    supported = total - participant
    by_state = min(round_half_up(state), supported) if local else supported
    return Shares(total, by_state, supported - by_state, participant)
