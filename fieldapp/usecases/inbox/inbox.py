"""What needs a person: conflicts, held work, what the agency returned, lists drawn up twice, lists
with lines left over, devices long silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from fieldapp.clock import VIETNAM, from_iso
from fieldapp.rules.explained import Reason
from fieldapp.store.queries import history as queries_log
from fieldapp.store.store import Store
from fieldapp.usecases.changes import troubled
from fieldapp.usecases.devices_heard import silent_devices
from fieldapp.usecases.importing.left_over import left_over_lists
from fieldapp.usecases.inbox.conflicts import subject_of
from fieldapp.usecases.inbox.two_heads import without_followers
from fieldapp.usecases.me import me, name_of, staff_names
from fieldapp.usecases.official_lists.lists import drawn_twice
from fieldapp.usecases.official_lists.returned import returned_lines

HELD_REASONS = frozenset(
    {"no_grant", "forged_author", "forged_device", "wrong_ward", "revoked_device", "other_hash"}
    | {"missing_on", "unknown_record", "unknown_type", "broken_rule", "broken", "no_right"}
    | {"clone", "unproven"}
)
"""Why the server holds work outside the log, as far as this version has words for it."""


@dataclass(frozen=True)
class InboxRow:
    """One thing that needs a person.

    `kind` is `conflict`, `held`, `returned` (a line that the agency sent back), `twice` (an own
    list that shares lines with another one), `left_over` (a list taken in but for some lines) or
    `silent` (a device); `id` is that of the conflict, changeset, line, list or device.
    """

    ward: str
    id: str
    kind: str
    title: Reason
    detail: Reason
    at: datetime
    open: bool


def inbox(store: Store, *, closed: bool = False) -> tuple[InboxRow, ...]:
    """What needs a person in the user's wards; with `closed` the settled conflicts, too."""
    rows = [*_conflicts(store, closed), *_held(store), *_returned(store), *_twice(store)]
    rows += [*_left_over(store), *_silent(store)]
    return tuple(sorted(rows, key=lambda row: (not row.open, -row.at.timestamp())))


def _conflicts(store: Store, closed: bool) -> Iterator[InboxRow]:
    user, staff = me(store), staff_names(store)
    found = store.read(queries_log.conflict_rows, wards=user.streams, closed=closed)
    for conflict in without_followers(found):
        subject = store.read(subject_of, conflict)
        names = {name_of(staff, side["author"]): None for side in conflict.sides}
        detail = Reason("story.who_differs", {"names": ", ".join(names)})
        if len(names) == 1:
            detail = Reason("story.one_person_twice", {"name": next(iter(names))})
        yield InboxRow(
            ward=conflict.ward,
            id=conflict.id,
            kind="conflict",
            title=Reason(f"story.title_{conflict.field}", {"name": subject.name}),
            detail=detail,
            at=max(from_iso(side["made_at"]) for side in conflict.sides),
            open=conflict.open,
        )


def _held(store: Store) -> Iterator[InboxRow]:
    for own in troubled(store):
        if own.state == "needs_fixing":
            why = own.reason if own.reason in HELD_REASONS else "other"
            told = Reason(f"story.held_{why}")
            yield InboxRow(own.ward, own.changeset, "held", own.text, told, own.at, True)


def _returned(store: Store) -> Iterator[InboxRow]:
    for line in returned_lines(store):
        yield InboxRow(
            ward=line.ward,
            id=line.line,
            kind="returned",
            title=Reason("returned.row", {"name": line.person_name}),
            detail=Reason("returned.said", {"reason": line.reason}),
            at=datetime.combine(line.answered_on, time(), VIETNAM),
            open=True,
        )


def _twice(store: Store) -> Iterator[InboxRow]:
    for row in drawn_twice(store):
        yield InboxRow(
            ward=row.ward,
            id=row.submission,
            kind="twice",
            title=Reason("returned.twice", {"number": row.number}),
            detail=Reason("returned.twice_detail", {"n": row.elsewhere}),
            at=row.made_at,
            open=True,
        )


def _left_over(store: Store) -> Iterator[InboxRow]:
    for one in left_over_lists(store):
        yield InboxRow(
            ward=one.ward,
            id=one.id,
            kind="left_over",
            title=Reason("story.left_over", {"file": one.file}),
            detail=Reason("story.left_over_detail", {"n": one.wrong}),
            at=from_iso(one.at),
            open=True,
        )


def _silent(store: Store) -> Iterator[InboxRow]:
    for one in silent_devices(store):
        detail = "story.silent_unsent" if one.unsent else "story.silent_detail"
        yield InboxRow(
            ward=one.ward,
            id=one.device,
            kind="silent",
            title=Reason("story.silent", {"name": one.person}),
            detail=Reason(detail, {"n": one.days, "unsent": one.unsent}),
            at=one.seen_at,
            open=True,
        )
