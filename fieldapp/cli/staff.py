"""What `fieldapp staff` does: one of the few modules that put file and transport together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from fieldapp.cli.session import Session
from fieldapp.clock import from_iso
from fieldapp.words.format import clock_time, long_date
from sync.client.people import PeopleDesk
from sync.client.transport import HttpTransport
from sync.protocol import EndWard, GiveWard, Invite, NewColleague, RevokeDevice

Told = TypeVar("Told")
New = tuple[str, str, tuple[str, ...], date | None]
"""Name, role, wards and last day of somebody new."""


def run_list(session: Session) -> None:
    """Tells everybody. Raises as `PeopleDesk` does."""
    told = _at_desk(session, lambda desk: desk.ask())
    session.tell(asdict(told), "cli.staff_listed", people=len(told.people), n=len(told.devices))


def run_invite(session: Session, username: str, new: New) -> None:
    """Tells a one-time code. Raises as `PeopleDesk` does."""
    name, role, wards, until = new
    made = NewColleague(name, role, wards, until=_iso(until)) if name else None
    told = _at_desk(session, lambda desk: desk.invite(Invite(username, made)))
    ends = from_iso(told.expires_at)
    session.tell(
        asdict(told),
        "cli.staff_invited",
        code=told.code,
        password=told.password or "—",
        time=clock_time(ends),
        day=long_date(ends.date()),
    )


def run_give(
    session: Session, username: str, ward: str, role: str, days: tuple[date | None, date | None]
) -> None:
    """Grants. Raises as `PeopleDesk` does."""
    request = GiveWard(username, ward, role, _iso(days[0]), _iso(days[1]))
    _at_desk(session, lambda desk: desk.give_ward(request))
    session.tell(asdict(request), "cli.staff_done")


def run_end(session: Session, username: str, ward: str) -> None:
    """Ends grants. Raises as `PeopleDesk` does."""
    request = EndWard(username, ward)
    _at_desk(session, lambda desk: desk.end_ward(request))
    session.tell(asdict(request), "cli.staff_done")


def run_revoke(session: Session, device: str) -> None:
    """Revokes a device. Raises as `PeopleDesk` does."""
    request = RevokeDevice(device)
    _at_desk(session, lambda desk: desk.revoke_device(request))
    session.tell(asdict(request), "cli.staff_done")


def _at_desk(session: Session, act: Callable[[PeopleDesk], Told]) -> Told:
    with session.opened() as profile:
        store, server = profile.store, profile.card.server
        return act(PeopleDesk(store, lambda: HttpTransport(server, store.setting("token"))))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
