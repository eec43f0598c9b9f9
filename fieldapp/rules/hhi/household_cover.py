"""The cover of a whole household on a day: what ends, what has lapsed, what can still be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from fieldapp.rules.explained import Reason, Value
from fieldapp.rules.hhi.coverage import Deadlines, deadlines, without_card
from fieldapp.rules.hhi.groups import pays_at_door
from fieldapp.rules.vsi.due import Due

HORIZON_DAYS = 90
"""How far ahead the list looks for cards that end."""
HORIZON = timedelta(days=HORIZON_DAYS)


@dataclass(frozen=True)
class MemberFacts:
    """What the list needs of a person.

    `payer` is "household" or another group of the health insurance, "" without any cover.
    `hhi_ends_on` is the last day of the last card, also if it is past. `vsi_due` is the next
    payment of voluntary social insurance, of who has ever paid any.
    """

    name: str
    payer: str = ""
    hhi_ends_on: date | None = None
    vsi_due: Due | None = None

    @property
    def uninsured(self) -> bool:
        """Whether the person never had health insurance, as far as is known."""
        return not self.payer and self.hhi_ends_on is None


@dataclass(frozen=True)
class HouseholdCover:
    """The cover of a household on a day, for the members who pay at the door.

    `ending` holds (last day, name) within 90 days, `lapsed` (last day, name) before today. `vsi`
    holds the payments due within 90 days, `paused` those that it is too late for, with the name.
    `limit` belongs to the lapsed card that is the first to lose what it still has.
    """

    ending: tuple[tuple[date, str], ...]
    lapsed: tuple[tuple[date, str], ...]
    vsi: tuple[tuple[Due, str], ...]
    paused: tuple[tuple[Due, str], ...]
    uninsured: int
    limit: Deadlines | None
    today: date

    @classmethod
    def of(cls, members: Sequence[MemberFacts], today: date) -> HouseholdCover:
        """Sorts the cards and terms of the members by what they are on `today`."""
        horizon = today + HORIZON
        ours = [
            (member.hhi_ends_on, member.name)
            for member in members
            if member.hhi_ends_on and pays_at_door(member.payer)
        ]
        ours.sort()
        lapsed = tuple([card for card in ours if card[0] < today])
        limits = [deadlines(ends_on) for ends_on, _ in lapsed]
        open_limits = [limit for limit in limits if limit.no_wait_by >= today]
        due = [(m.vsi_due, m.name) for m in members if m.vsi_due]
        due.sort(key=lambda one: (one[0].day, one[1]))
        return cls(
            ending=tuple([card for card in ours if today <= card[0] <= horizon]),
            lapsed=lapsed,
            vsi=tuple([one for one in due if today <= one[0].day <= horizon]),
            paused=tuple([one for one in due if one[0].day < today]),
            uninsured=len([member for member in members if member.uninsured]),
            limit=min(open_limits, key=lambda limit: limit.no_wait_by, default=None),
            today=today,
        )

    def ends_within(self, days: int) -> bool:
        """Whether a card or a VSI term ends within so many days."""
        return self.next_end is not None and (self.next_end - self.today).days <= days

    @cached_property
    def next_end(self) -> date | None:
        """The first day on which a card ends or a VSI payment is due, within 90 days."""
        days = [day for day, _ in self.ending] + [due.day for due, _ in self.vsi]
        return min(days, default=None)

    @property
    def no_wait_by(self) -> date | None:
        """The first day by which a lapsed card can still go on without the wait."""
        return self.limit.no_wait_by if self.limit else None

    @property
    def deadline(self) -> date | None:
        """The first day by which something is lost."""
        return min((day for day in (self.next_end, self.no_wait_by) if day), default=None)

    @property
    def loss(self) -> Reason | None:
        """The wait of 30 days and the five years, while they can still be saved."""
        if self.limit is None:
            return None
        code = "stake_wait_open" if self.limit.open else "stake_wait"
        return Reason(code, {"day": self.limit.no_wait_by})

    @property
    def advice(self) -> Reason | None:
        """What paying now is good for, where nothing worse is at stake."""
        if self.ending:
            return Reason("stake_continuous", {"day": self.ending[0][0]})
        return Reason("stake_new_wait") if self.lapsed else None

    def reasons(self) -> list[Reason]:
        """What is true of the cards, the sooner end first."""
        found = []
        if self.ending:
            first = self.ending[0][0]
            n = sum(day == first for day, _ in self.ending)
            found.append(Reason("cards_end", {"n": n, "day": first}))
        found += [due.reason(name, self.today) for due, name in self.vsi[:1]]
        if self.lapsed:
            found.append(self._lapsed_reason())
        found += [due.reason(name, self.today) for due, name in self.paused[-1:]]
        return found

    def _lapsed_reason(self) -> Reason:
        """Names the one person, or counts the cards; `day` is the latest end."""
        day, name = self.lapsed[-1]
        months, days = without_card(day, self.today)
        values: dict[str, Value] = {"day": day, "months": months, "days": days}
        if len(self.lapsed) == 1:
            return Reason("card_lapsed", {"name": name, **values})
        return Reason("cards_lapsed", {"n": len(self.lapsed), **values})
