"""Recording a visit: one knock, one outcome, and when to come again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.model import Household, Visit
from fieldapp.rules.explained import Reason
from fieldapp.rules.people.identity import normalise_name
from fieldapp.rules.visiting import outcomes
from fieldapp.store.store import Store
from fieldapp.store.work import Basis, Intent

NOTE_LIMIT = 10_000


@dataclass(frozen=True)
class Proposal:
    """When to come again after an outcome, as the rules propose it."""

    next_on: date | None
    next_time: str | None
    hint: Reason


def proposal(store: Store, outcome: str) -> Proposal:
    """What the outcome proposes for a visit of today."""
    proposed = outcomes.propose(outcome, store.today())
    return Proposal(
        proposed.on,
        f"{proposed.at:%H:%M}" if proposed.at else None,
        Reason(f"proposal_{outcome}"),
    )


def record_visit(
    store: Store,
    ward: str,
    household: str,
    outcome: str,
    *,
    next_on: date | None = None,
    next_time: str | None = None,
    note: str = "",
    basis: Basis | None = None,
) -> str:
    """Records a visit of now; returns its changeset's id.

    `moved` and `do_not_contact` also mark the household, so that nobody knocks again.

    Raises:
        UserMends: `visits.next_in_the_past`, `visits.note_too_long`, `visits.bad_time`.
    """
    outcomes.outcome_of(outcome)
    _check(store, next_on, next_time, note)
    intent = Intent("visit.record", ward)
    with store.work(intent, basis) as work:
        work.create(
            Visit(
                ward=ward,
                id=work.fresh_id(),
                household=household,
                canvasser=store.setting("username"),
                visited_at=store.server_now(),
                outcome=outcome,
                next_on=next_on,
                next_time=next_time,
                note=tidy(note),
            )
        )
        if outcome == "moved":
            work.edit(Household, household, moved_on=store.today())
        if outcome == "do_not_contact":
            work.edit(Household, household, do_not_contact=True)
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def tidy(text: str) -> str:
    """A note as it is kept: composed letters, no blanks at the ends of lines."""
    lines = [normalise_name(line) for line in text.strip().splitlines()]
    return "\n".join(lines)


def _check(store: Store, next_on: date | None, next_time: str | None, note: str) -> None:
    if next_on is not None and next_on < store.today():
        raise UserMends("visits.next_in_the_past", field="next_on", day=next_on)
    if len(note) > NOTE_LIMIT:
        raise UserMends("visits.note_too_long", field="note", limit=NOTE_LIMIT)
    if next_time is not None:
        _check_time(next_time)


def _check_time(text: str) -> None:
    hour, _, minute = text.partition(":")
    well_formed = len(text) == 5 and hour.isdecimal() and minute.isdecimal()
    if not well_formed or int(hour) > 23 or int(minute) > 59:
        raise UserMends("visits.bad_time", field="next_time", time=text)
