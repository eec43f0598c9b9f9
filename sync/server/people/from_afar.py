"""People and devices for supervisors, from afar: who is seen, who may change whom, and the deeds.

Rights are those of the day, by grants alone: a supervisor or administrator of a ward sees who was
ever granted it, and changes those who stand below in all that they may do. Nobody changes himself,
gives a role as high as his own, or gives a ward for longer than he has it.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from fieldapp.clock import business_date, iso
from fieldapp.errors import UserMends
from sync.protocol import (
    Colleague,
    DatedGrant,
    EndWard,
    GiveWard,
    Grant,
    Installation,
    Invite,
    Invited,
    NewColleague,
    People,
    RevokeDevice,
    pack,
)
from sync.server.people import roster
from sync.server.people.accounts import Caller, device_of, grants_of
from sync.server.people.enrolling import INVITATION_VALID, invite
from sync.server.refusals import Refused
from sync.server.store.tables import device, held, user_account, user_grant
from sync.server.wardlog.appending import Maker

RANK = {"canvasser": 0, "clerk": 1, "supervisor": 2, "admin": 3}
SUPERVISES = RANK["supervisor"]
PASSWORD_BYTES = 10
"""80 bits behind a sign-in that is throttled, for a person who has none yet."""
MOST_WARDS = 400


@dataclass(frozen=True)
class Supervisor:
    """A caller with the wards that he supervises today: his highest role there, and his grants."""

    username: str
    device: str
    wards: Mapping[str, str]
    grants: tuple[Grant, ...]
    today: date
    at: datetime

    def rank(self, ward: str) -> int:
        """How high he stands in a ward; -1 where he supervises nothing."""
        return RANK.get(self.wards.get(ward, ""), -1)

    def until(self, ward: str, role: str) -> date | None:
        """Until when he stands above a role in a ward (None: open), by whichever grant of his
        reaches furthest. There must be one."""
        above = [g.until for g in self.grants if g.ward == ward and RANK[g.role] > RANK[role]]
        return None if None in above else date.fromisoformat(max(day for day in above if day))


def supervisor_of(connection: Connection, caller: Caller, at: datetime) -> Supervisor:
    """The caller as a supervisor.

    Raises:
        Refused: 403 `staff.no_right`: no grant of today makes him one; 403
            `server.device_revoked`: from a revoked device nobody supervises.
    """
    if caller.revoked:
        raise Refused("server.device_revoked", 403)
    today = business_date(at)
    wards: dict[str, str] = {}
    grants = grants_of(connection, caller.username, today)
    supervising = tuple(grant for grant in grants if RANK.get(grant.role, -1) >= SUPERVISES)
    for grant in sorted(supervising, key=lambda one: RANK[one.role]):
        wards[grant.ward] = grant.role
    if not wards or caller.cloned:
        raise Refused("staff.no_right", 403)
    return Supervisor(caller.username, caller.device, wards, supervising, today, at)


def must_be_sound(request: object) -> None:
    """Refuses (400) texts that no database holds: a NUL, half of a surrogate pair."""
    try:
        unsound = b"\\u0000" in pack(request)
    except UnicodeEncodeError:
        unsound = True
    if unsound:
        raise Refused("server.broken_body", 400)


# --- who is seen ---------------------------------------------------------------------------------


def listed(connection: Connection, who: Supervisor) -> People:
    """Everybody who was ever granted one of the supervisor's wards, with their devices."""
    seen = select(user_grant.c.username).where(user_grant.c.ward.in_(who.wards))
    accounts = select(user_account).where(user_account.c.username.in_(seen))
    people = connection.execute(accounts.order_by(user_account.c.username)).all()
    names = [row.username for row in people]
    grants = _grants(connection, names)
    machines = connection.execute(
        select(device).where(device.c.username.in_(names)).order_by(device.c.enrolled_at)
    ).all()
    waiting = _held_counts(connection, [row.id for row in machines])
    return People(
        server_at=iso(who.at),
        wards=who.wards,
        people=tuple(_colleague(who, row, grants.get(row.username, [])) for row in people),
        devices=tuple(_installation(row, waiting.get(row.id, 0)) for row in machines),
    )


def _grants(connection: Connection, names: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    query = select(user_grant).where(user_grant.c.username.in_(names))
    for row in connection.execute(query.order_by(user_grant.c.ward, user_grant.c.since)).all():
        found.setdefault(row.username, []).append(row)
    return found


def _colleague(who: Supervisor, row: Any, grants: list[Any]) -> Colleague:
    return Colleague(
        username=row.username,
        full_name=row.full_name,
        sex=row.sex,
        role=row.role,
        grants=tuple(_dated(g) for g in grants if g.ward in who.wards),
        may_change=_stands_above(who, row.username, grants),
    )


def _dated(row: Any) -> DatedGrant:
    until = row.until.isoformat() if row.until else None
    return DatedGrant(row.ward, row.role, row.since.isoformat(), until)


def _installation(row: Any, waiting: int) -> Installation:
    return Installation(
        device=row.id,
        username=row.username,
        name=row.name,
        enrolled_at=iso(row.enrolled_at),
        last_seen_at=iso(row.last_seen_at) if row.last_seen_at else None,
        app_version=row.app_version or "",
        unsent=row.unsent,
        clock_offset_ms=row.clock_offset_ms,
        revoked_at=iso(row.revoked_at) if row.revoked_at else None,
        cloned=row.cloned_at is not None,
        held=waiting,
    )


def _held_counts(connection: Connection, devices: list[str]) -> dict[str, int]:
    query = (
        select(held.c.device, func.count())
        .where(held.c.device.in_(devices), held.c.released_at.is_(None))
        .group_by(held.c.device)
    )
    return {identity: count for identity, count in connection.execute(query).all()}


# --- who may change whom -------------------------------------------------------------------------


def _stands_above(who: Supervisor, username: str, grants: list[Any]) -> bool:
    """Whether the supervisor stands above a person: in a ward that both have (of somebody who has
    left: had), above all that the person may do today or later, wherever that is."""
    if username == who.username:
        return False
    still = [g for g in grants if g.until is None or g.until >= who.today]
    shared = [who.rank(grant.ward) for grant in still or grants if grant.ward in who.wards]
    return bool(shared) and all(RANK.get(g.role, SUPERVISES) < max(shared) for g in still)


def _must_stand_above(connection: Connection, who: Supervisor, username: str) -> None:
    grants = _grants(connection, [username]).get(username, [])
    if not _stands_above(who, username, grants):
        raise Refused("staff.not_yours", 403)


def _must_be_below(who: Supervisor, grants: list[Any], ward: str) -> None:
    """Of these grants in a ward, those of today or later are of roles below the supervisor's."""
    still = [g for g in grants if g.until is None or g.until >= who.today]
    if any(RANK.get(g.role, SUPERVISES) >= who.rank(ward) for g in still):
        raise Refused("staff.not_yours", 403)


def _must_have(who: Supervisor, ward: str, role: str, until: date | None) -> None:
    """The ward is his, the role is below his own there, and for no longer than he has it."""
    if who.rank(ward) < SUPERVISES:
        raise Refused("staff.other_ward", 403)
    if role not in RANK or RANK[role] >= who.rank(ward):
        raise Refused("staff.role_too_high", 403)
    own = who.until(ward, role)
    if own is not None and (until is None or until > own):
        raise Refused("staff.longer_than_own", 403)


# --- the deeds -----------------------------------------------------------------------------------


def invited(
    connection: Connection, who: Supervisor, request: Invite, maker: Maker, fresh: Fresh | None
) -> Invited:
    """A code for one device; for a new person the account first, with the password of `fresh`."""
    if request.new is None:
        _must_stand_above(connection, who, request.username)
    else:
        assert fresh is not None
        _make(connection, who, request, maker, fresh)
    code = invite(connection, request.username, who.at, INVITATION_VALID)
    password = fresh.password if request.new is not None and fresh is not None else ""
    return Invited(request.username, code, iso(who.at + INVITATION_VALID), password)


@dataclass(frozen=True)
class Fresh:
    """A new password and its hash, made before the transaction: hashing takes its time."""

    password: str
    hashed: str


def fresh_password() -> str:
    """Four groups of four letters and digits."""
    letters = base64.b32encode(secrets.token_bytes(PASSWORD_BYTES)).decode().lower()
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _make(
    connection: Connection, who: Supervisor, request: Invite, maker: Maker, fresh: Fresh
) -> None:
    new = request.new
    assert new is not None
    until = _day(new.until)
    if not new.wards or len(new.wards) > MOST_WARDS:
        raise Refused("staff.no_ward", 403)
    for ward in new.wards:
        _must_have(who, ward, new.role, until)
    _must_not_be_over(who, who.today, until)
    user = roster.NewUser(request.username, _name(new), new.role, new.wards, "", new.sex)
    with _said_from_afar():
        roster.check_username(request.username)
        roster.add_user(connection, maker, user, fresh.hashed, until=until)


def _name(new: NewColleague) -> str:
    name = " ".join(new.full_name.split())
    if not 0 < len(name) <= 200 or not name.isprintable() or new.sex not in (None, *SEXES):
        raise Refused("staff.name_invalid", 403)
    return name


SEXES = ("female", "male")


def give_ward(connection: Connection, who: Supervisor, request: GiveWard, maker: Maker) -> bool:
    """Grants a role in a ward, never back in time; whether that is new."""
    since, until = _day(request.since) or who.today, _day(request.until)
    _must_have(who, request.ward, request.role, until)
    _must_not_be_over(who, since, until)
    if request.username == who.username:
        raise Refused("staff.not_yours", 403)
    grants = _grants(connection, [request.username]).get(request.username, [])
    if grants and not any(grant.ward in who.wards for grant in grants):
        raise Refused("staff.not_yours", 403)  # else a stranger's devices came within reach
    _must_be_below(who, [g for g in grants if g.ward == request.ward], request.ward)
    what = (request.username, request.ward, request.role)
    with _said_from_afar():
        return roster.grant(connection, maker.safe, what, since, until)


def end_ward(connection: Connection, who: Supervisor, request: EndWard, maker: Maker) -> bool:
    """Ends a person's grants in a ward with yesterday; whether there was one."""
    if who.rank(request.ward) < SUPERVISES:
        raise Refused("staff.other_ward", 403)
    grants = _grants(connection, [request.username]).get(request.username, [])
    here = [g for g in grants if g.ward == request.ward]
    if request.username == who.username or not here:
        raise Refused("staff.not_yours", 403)
    _must_be_below(who, here, request.ward)
    ended = roster.end_grants(connection, maker.safe, request.username, request.ward, who.today)
    return ended > 0


def revoke(connection: Connection, who: Supervisor, request: RevokeDevice, maker: Maker) -> bool:
    """Revokes a device of somebody below: what it has not sent is taken and held when it comes.
    Whether that is new."""
    known = device_of(connection, request.device)
    if known is None:
        raise Refused("staff.not_yours", 403)
    _must_stand_above(connection, who, str(known["username"]))
    return roster.revoke_device(connection, maker.safe, request.device, who.at)


@contextmanager
def _said_from_afar() -> Iterator[None]:
    """What the administrator's commands refuse, as a refusal with a code that laptops know."""
    try:
        yield
    except UserMends as wrong:
        code = CODES.get(wrong.code, "staff.not_yours")
        raise Refused(code, 403) from wrong


CODES = {
    "server.user_exists": "staff.user_exists",
    "server.username_invalid": "staff.username_invalid",
    "server.ward_unknown": "staff.other_ward",
    "server.role_unknown": "staff.role_too_high",
}


def _must_not_be_over(who: Supervisor, since: date, until: date | None) -> None:
    if since < who.today or (until is not None and until < since):
        raise Refused("staff.days_invalid", 403)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("staff.days_invalid", 403) from None
