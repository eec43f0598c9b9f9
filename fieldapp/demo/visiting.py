"""What the canvassers of the town did in the two months before its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from fieldapp.clock import VIETNAM
from fieldapp.demo.people import TownVisit
from fieldapp.demo.spans import days_after

OUTCOMES = {"not_at_home": 38, "appointment": 18, "considering": 24, "refused": 12, "moved": 2,
            "do_not_contact": 2}  # fmt: skip

NEXT_IN = {"not_at_home": (2, 9), "appointment": (1, 14), "considering": (5, 30)}
"""After how many days an outcome asks for another visit."""

NOTES = {
    "not_at_home": ("Cửa khóa, hàng xóm nói đi làm đến tối", "Chỉ có trẻ nhỏ ở nhà", "", "", ""),
    "appointment": ("Hẹn tối, sau 18 giờ", "Hẹn sáng thứ bảy, có đủ giấy tờ", "", "Gọi trước"),
    "considering": ("Chờ bàn với chồng", "Hỏi mức đóng cho bốn người", "Đợi lãnh lương", ""),
    "refused": ("Nói đã có bảo hiểm tư nhân", "Không muốn nói chuyện ở cửa", ""),
    "enrolled": ("", "", "Đóng cho cả nhà, 12 tháng"),
    "moved": ("Chủ mới nói nhà cũ dọn về Thủ Đức", ""),
    "do_not_contact": ("Yêu cầu không ghé nữa",),
}


def past_visits(
    random: Random, canvassers: tuple[str, ...], *, day: date, enrolled: bool
) -> tuple[TownVisit, ...]:
    """None for about half the households, else one to three, the oldest first.

    `enrolled`: the cards of this household were just renewed, so the last visit says so.
    """
    if random.random() >= (0.9 if enrolled else 0.46):
        return ()
    ages = sorted(random.sample(range(1, 61), random.choice((1, 1, 1, 2, 2, 3))), reverse=True)
    found = [_visit(random, canvassers, days_after(day, -age), "") for age in ages]
    if enrolled:
        found[-1] = _visit(random, canvassers, days_after(day, -ages[-1]), "enrolled")
    final = [i for i, visit in enumerate(found) if visit.outcome in ("moved", "do_not_contact")]
    return tuple(found[: final[0] + 1] if final else found)


def _visit(random: Random, canvassers: tuple[str, ...], on: date, outcome: str) -> TownVisit:
    """One visit between half past seven and half past eight in the evening."""
    outcome = outcome or random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    minutes = random.randrange(13 * 60)
    local = datetime.combine(on, time(7, 30), VIETNAM) + timedelta(minutes=minutes)
    wait = NEXT_IN.get(outcome)
    return TownVisit(
        visited_at=local.astimezone(UTC),
        canvasser=random.choice(canvassers),
        outcome=outcome,
        next_on=days_after(on, random.randint(*wait)) if wait else None,
        note=random.choice(NOTES[outcome]),
    )
