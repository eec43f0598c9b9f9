"""Who works here: users, their grants, invitations and devices, changed in a transaction of others.

The administrator's commands and what supervisors do from their laptops go through these alike;
whether somebody may is judged before, by whoever calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unicodedata import normalize

from sqlalchemy import Connection, delete, insert, select, update

from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.model import CITY, Staff
from sync.server.lives.keeping import Rows, note
from sync.server.lives.safe import Safe
from sync.server.people.accounts import ROLES, account_of, device_of
from sync.server.reference.city import AUTHOR, append_city, city_id
from sync.server.store.tables import device, lease, user_account, user_grant, ward_head
from sync.server.wardlog.appending import Maker


@dataclass(frozen=True)
class NewUser:
    """A user to be: `wards` are streams in which the role is granted from today."""

    username: str
    full_name: str
    role: str
    wards: Sequence[str]
    password: str
    sex: str | None = None


def check_username(username: str) -> None:
    """A name that can be read in one way, and is not the administrator's.

    Raises UserMends: `server.username_invalid`."""
    plain = username.strip() == username == normalize("NFC", username)
    ours = username.casefold() == AUTHOR
    if not 0 < len(username) <= 64 or not username.isprintable() or not plain or ours:
        raise UserMends("server.username_invalid", field="username")


def add_user(
    connection: Connection, maker: Maker, user: NewUser, hashed: str, *, until: date | None = None
) -> None:
    """Creates a user with grants from today, whose password was hashed; laptops learn the name.

    Raises:
        UserMends: `server.user_exists`, `server.role_unknown`, `server.ward_unknown`.
    """
    at = maker.clock.now()
    row = {"username": user.username, "full_name": user.full_name, "sex": user.sex}
    row |= {"role": known_role(user.role), "password_hash": hashed}
    if account_of(connection, user.username) is not None:
        raise UserMends("server.user_exists", field="username", username=user.username)
    connection.execute(insert(user_account).values(row | {"created_at": at}))
    for ward in user.wards:
        _grant(connection, (user.username, ward, user.role), business_date(at), until)
    append_city(connection, [_staff(user)], maker)
    mine = {"username": user.username}
    note(connection, maker.safe, Rows(user_account, mine), Rows(user_grant, mine))


def grant(
    connection: Connection, safe: Safe, what: tuple[str, str, str], since: date, until: date | None
) -> bool:
    """Grants (user name, ward, role) from a day until a day (None: open); whether that is new.

    Raises:
        UserMends: `server.user_unknown`, `server.ward_unknown`, `server.role_unknown`.
    """
    username, ward, role = what
    known_user(connection, username)
    if not _grant(connection, (username, ward, known_role(role)), since, until):
        return False
    note(connection, safe, Rows(user_grant, {"username": username, "ward": ward}))
    return True


def end_grants(connection: Connection, safe: Safe, username: str, ward: str, today: date) -> int:
    """Ends every grant of a user in a ward with yesterday; how many there were.

    One of today or later never holds: it stays, with an end before its beginning, so that whoever
    was ever given a ward is known there.

    Raises:
        UserMends: `server.user_unknown`.
    """
    known_user(connection, username)
    mine = user_grant.c.username == username, user_grant.c.ward == ward
    still = (user_grant.c.until.is_(None)) | (user_grant.c.until >= today)
    ended = update(user_grant).where(*mine, still).values(until=today - timedelta(days=1))
    count = connection.execute(ended).rowcount
    if not count:
        return 0
    note(connection, safe, Rows(user_grant, {"username": username, "ward": ward}))
    return count


def revoke_device(connection: Connection, safe: Safe, identity: str, at: datetime) -> bool:
    """From now on the device reads nothing; what it hands in is held. Whether that is new.

    Raises:
        UserMends: `server.device_unknown`.
    """
    if device_of(connection, identity) is None:
        raise UserMends("server.device_unknown", device=identity)
    revoked = update(device).where(device.c.id == identity, device.c.revoked_at.is_(None))
    if not connection.execute(revoked.values(revoked_at=at)).rowcount:
        return False
    mine = update(lease).where(lease.c.device == identity, lease.c.closed_at.is_(None))
    connection.execute(mine.values(closed_at=at))
    leases = Rows(lease, {"device": identity})
    note(connection, safe, Rows(device, {"id": identity}), leases)
    return True


def wards_of(connection: Connection, username: str, today: date) -> tuple[str, ...]:
    """Where somebody works today or later; of who has left everywhere: where he ever did."""
    mine = select(user_grant.c.ward, user_grant.c.until).where(user_grant.c.username == username)
    grants = connection.execute(mine).all()
    still = [grant for grant in grants if grant.until is None or grant.until >= today]
    return tuple(sorted({str(grant.ward) for grant in still or grants}))


def known_role(role: str) -> str:
    """The role. Raises UserMends: `server.role_unknown`."""
    if role not in ROLES:
        raise UserMends("server.role_unknown", field="role", role=role)
    return role


def known_user(connection: Connection, username: str) -> None:
    """Raises UserMends: `server.user_unknown`."""
    if account_of(connection, username) is None:
        raise UserMends("server.user_unknown", field="username", username=username)


def known_ward(connection: Connection, ward: str) -> None:
    """Raises UserMends: `server.ward_unknown`."""
    found = select(ward_head.c.ward).where(ward_head.c.ward == ward, ward_head.c.ward != CITY)
    if connection.execute(found).first() is None:
        raise UserMends("server.ward_unknown", field="ward", ward=ward)


def _grant(
    connection: Connection, what: tuple[str, str, str], since: date, until: date | None
) -> bool:
    known_ward(connection, what[1])
    row = {**dict(zip(("username", "ward", "role"), what, strict=True)), "since": since}
    same = [user_grant.c[name] == value for name, value in row.items()]
    standing = connection.execute(select(user_grant.c.until).where(*same)).first()
    if standing is not None and standing.until == until:
        return False
    connection.execute(delete(user_grant).where(*same))
    connection.execute(insert(user_grant).values(row | {"until": until}))
    return True


def _staff(user: NewUser) -> Staff:
    return Staff(
        ward=CITY,
        id=city_id("staff", user.username),
        username=user.username,
        full_name=user.full_name,
        sex=user.sex,
        role=user.role,
    )
