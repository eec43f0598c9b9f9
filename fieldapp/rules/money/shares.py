"""Who pays what of a premium: State, locality, others, participant; whole đồng that add up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from fieldapp.errors import UserMends
from fieldapp.rules.money.exact import round_half_up


@dataclass(frozen=True)
class Shares:
    """A premium in đồng: gross = state + local + other + participant, none of them negative.

    `other` is what sponsors pay.
    """

    gross: int
    state: int
    local: int
    other: int
    participant: int


def share_out(
    gross: Fraction, *, state: Fraction, local: Fraction, other: Fraction = Fraction(0)
) -> Shares:
    """Rounds the premium and what the participant pays of it, each once, half up.

    The supporters pay the rest, in proportion to their exact parts. Raises
    UserMends("rules.support_above_premium") if the supports exceed the premium.
    """
    support = state + local + other
    if support > gross:
        raise UserMends(
            "rules.support_above_premium",
            field="local_percent",
            premium_dong=round_half_up(gross),
            support_dong=round_half_up(support),
        )
    total = round_half_up(gross)
    participant = round_half_up(gross - support)
    supported = total - participant
    to_state = _up_to(state, support, supported)
    to_local = _up_to(state + local, support, supported)
    return Shares(total, to_state, to_local - to_state, supported - to_local, participant)


def _up_to(part: Fraction, support: Fraction, supported: int) -> int:
    """The whole đồng of `supported` that belong to a part of the exact `support`."""
    return round_half_up(supported * part / support) if support else 0
