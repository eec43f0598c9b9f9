"""Targets against people who joined, for the wards of this laptop: how far, how fast, as of when.

Only what the server has confirmed counts, so that two laptops at one position say one number; own
work that it has not confirmed is told beside it. A void counts at once, sent or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.rules.campaign import Span, Stage, first_payments, urgency
from fieldapp.rules.campaign_figures import (
    FIGURES,
    NOTHING_REPORTED,
    Count,
    Figure,
    Grouped,
    ReportMark,
    Reports,
    by_collector,
    grouped,
    totals,
)
from fieldapp.store.log.freshness import Freshness, freshness, reported_before
from fieldapp.store.merged import followed, merges_in
from fieldapp.store.queries import households as q
from fieldapp.store.queries import progress as queries_progress
from fieldapp.store.queries import submissions as lists
from fieldapp.store.queries.progress import Joined, joined_rows
from fieldapp.store.store import Store
from fieldapp.usecases.devices_heard import Heard, devices_heard
from fieldapp.usecases.me import WardName, me, name_of, staff_names
from fieldapp.usecases.ward_ends import end_of

ONE_DAY = timedelta(days=1)
"""A day is reported once it is over."""


@dataclass(frozen=True)
class CampaignRow:
    """A campaign; without a first day it counts from the year's first."""

    code: str
    name: str
    starts_on: date
    ends_on: date | None
    stage: Stage


@dataclass(frozen=True)
class WardProgress:
    """One ward.

    Attributes:
        revision, behind, current_at: how new it is, as `store.freshness` says.
        ended_on: its last day, where it was merged away or divided; `became`: names of what it
            belongs to today.
        heard: which devices of its people the server heard; None where it never told.
    """

    stream: str
    name: str
    figures: tuple[Figure, ...]
    revision: int
    behind: int
    current_at: datetime | None
    ended_on: date | None = None
    became: tuple[str, ...] = ()
    heard: Heard | None = None

    def figure(self, scheme: str, kind: str) -> Figure:
        """One of its figures. StopIteration for a kind that is not counted."""
        return next(one for one in self.figures if (one.scheme, one.kind) == (scheme, kind))


@dataclass(frozen=True)
class CampaignProgress:
    """How a campaign stands.

    Attributes:
        campaign: None: the city has none.
        days_left: calendar days after today; None: no campaign, or one without an end.
        totals: with `both` of health insurance last. Where wards have targets of their own they
            add up, with the people of those wards; else the target is the city's.
        untargeted: how many wards stay out of a total for want of a target.
        wards: who needs help first.
        current_at: that of the ward that is oldest; None where one was never whole.
        heard: which devices of all these wards the server heard; None where it never told.
    """

    today: date
    campaign: CampaignRow | None = None
    days_left: int | None = None
    totals: tuple[Figure, ...] = ()
    untargeted: int = 0
    wards: tuple[WardProgress, ...] = ()
    current_at: datetime | None = None
    heard: Heard | None = None


@dataclass(frozen=True)
class CanvasserProgress:
    """Who took how many in a ward; targets only where one names both."""

    username: str
    name: str
    figures: tuple[Figure, ...]


def campaign_progress(store: Store, *, campaign: str = "") -> CampaignProgress:
    """The campaign that was named, else the one that began last and is on, else the last ended.

    Raises:
        UserMends: `targets.campaign_unknown`.
    """
    today = store.today()
    chosen = _campaign(store, campaign, today)
    if chosen is None:
        return CampaignProgress(today)
    user = me(store)
    count = store.read(_counted, chosen, user.streams, today, _unconfirmed(store))
    names = {row.stream: row for row in store.read(q.all_wards)}
    news = freshness(store, user.streams)
    wards = [
        replace(
            _ward(count, w, names.get(w.stream), news[w.stream]),
            heard=devices_heard(store, (w.stream,)),
        )
        for w in user.wards
    ]
    wards.sort(key=lambda one: urgency(f.pace for f in one.figures))
    moments = [one.current_at for one in wards]
    sums, untargeted = totals(count, user.streams, whole=names.keys() <= {*user.streams})
    return CampaignProgress(
        today=today,
        campaign=chosen,
        days_left=count.span.days_left(today),
        totals=sums,
        untargeted=untargeted,
        wards=tuple(wards),
        current_at=min((m for m in moments if m), default=None) if all(moments) else None,
        heard=devices_heard(store, user.streams),
    )


def canvassers_of_ward(
    store: Store, ward: str, *, campaign: str = ""
) -> tuple[CanvasserProgress, ...]:
    """Who took how many people in a ward of this laptop, most first; and who has a target there.

    Raises:
        UserMends: `visit_log.not_granted`, `targets.campaign_unknown`.
    """
    if ward not in me(store).streams:
        raise UserMends("visit_log.not_granted", field="wards", ward=ward)
    today = store.today()
    chosen = _campaign(store, campaign, today)
    if chosen is None:
        return ()
    count = store.read(_counted, chosen, (ward,), today, _unconfirmed(store))
    staff = staff_names(store)
    aimed = {t.collector for t in count.targets if t.ward_stream == ward and t.collector}
    found = [
        CanvasserProgress(
            username,
            name_of(staff, username),
            tuple(
                own.figure(scheme, kind, (ward,), count.target(scheme, kind, ward, username))
                for scheme, kind in FIGURES
            ),
        )
        for username, own in by_collector(count, aimed).items()
    ]
    found.sort(key=lambda one: (-sum(f.done + f.waiting for f in one.figures), one.name))
    return tuple(found)


def campaign_of(store: Store, campaign: str = "") -> CampaignRow | None:
    """The campaign that was named, or the one that `campaign_progress` chooses; None: no campaign.

    Raises:
        UserMends: `targets.campaign_unknown`.
    """
    return _campaign(store, campaign, store.today())


def _campaign(store: Store, code: str, today: date) -> CampaignRow | None:
    rows = [_campaign_row(row, today) for row in store.read(lists.all_campaigns)]
    if code:
        named = next((row for row in rows if row.code == code), None)
        if named is None:
            raise UserMends("targets.campaign_unknown", field="campaign", campaign=code)
        return named
    for stage in ("running", "ended", "not_begun"):
        of_stage = [row for row in rows if row.stage == stage]
        if of_stage:
            nearest = min if stage == "not_begun" else max
            return nearest(of_stage, key=lambda row: (row.starts_on, row.code))
    return None


def _campaign_row(row: Any, today: date) -> CampaignRow:
    starts_on = row.starts_on or (row.ends_on or today).replace(month=1, day=1)
    stage = Span(starts_on, row.ends_on).stage(today)
    return CampaignRow(row.code, row.name, starts_on, row.ends_on, stage)


def _unconfirmed(store: Store) -> frozenset[str]:
    """Records of own work that the server has not confirmed, or holds."""
    return frozenset(store.read(q.record_states))


def _counted(
    connection: Connection,
    campaign: CampaignRow,
    wards: Sequence[str],
    today: date,
    unconfirmed: frozenset[str],
) -> Count:
    span = Span(campaign.starts_on, campaign.ends_on)
    until = min(campaign.ends_on or today, today)
    rows = joined_rows(connection, wards, campaign.starts_on, until)
    merges = merges_in(connection, wards)
    person = _person_by(merges)
    own = [row for row in rows if row.id in unconfirmed or row.receipt in unconfirmed]
    mine = {row.id for row in own}
    sent = [row for row in rows if row.id not in mine] if own else rows
    done = first_payments(sent, person)
    known = {(person(row), row.scheme) for row in done} if own else set()
    waiting = [row for row in own if (person(row), row.scheme) not in known]
    done_by = grouped(done)
    days = campaign.starts_on, until, today
    reports = _reports(connection, wards, days, (sent, done_by, merges))
    targets = lists.targets_of(connection, campaign.code)
    waiting_first = first_payments(waiting, person)
    return Count(span, today, targets, done_by, grouped(waiting_first), reports)


def _reports(
    connection: Connection,
    wards: Sequence[str],
    days: tuple[date, date, date],
    now: tuple[Sequence[Joined], Grouped, dict[str, str]],
) -> Reports:
    """What was reported on earlier days; `days`: the campaign's first, the last that counts, and
    today; `now`: what is paid, what of it counts, who is merged into whom. Where nothing came
    since, it is what counts now."""
    (since, until, today), (sent, done, merges) = days, now
    at = reported_before(connection, wards, today)
    if not at:
        return NOTHING_REPORTED
    upto = {ward: revision for ward, (revision, _) in at.items()}
    marks = {
        ward: ReportMark(business_date(then) - ONE_DAY, then) for ward, (_, then) in at.items()
    }
    came = queries_progress.came_after(connection, upto)
    if not came:
        return Reports(marks, done)
    lost = queries_progress.lost_rows(connection, wards, since, until)
    then = [row for row in sent if row.came_with not in came]
    then += [
        one.payment
        for one in lost
        if came & {one.void_with, one.withdrawn_with} and one.payment.came_with not in came
    ]
    late = frozenset(row.id for row in sent if row.came_with in came)
    people = {*(row.person for row in then), *merges, *merges.values()}
    before = {**merges, **queries_progress.merged_before(connection, upto, people)}
    person = _person_by({one: into for one, into in before.items() if into})
    return Reports(marks, grouped(first_payments(then, person)), late)


def _person_by(merges: Mapping[str, str]) -> Callable[[Any], str]:
    """Who paid, as she is shown."""
    shown = followed(merges)
    return lambda row: str(shown.get(row.person, row.person))


def _ward(count: Count, ward: WardName, row: Any, new: Freshness) -> WardProgress:
    figures = tuple(
        count.figure(scheme, kind, (ward.stream,), count.target(scheme, kind, ward.stream))
        for scheme, kind in FIGURES
    )
    end = end_of(ward.stream, row, count.today)
    return WardProgress(
        ward.stream,
        ward.name,
        figures,
        new.revision,
        new.behind,
        new.current_at,
        end.ended_on if end else None,
        end.names if end else (),
    )
