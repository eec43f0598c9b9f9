"""Users, their grants, devices and tokens, as the server reads and writes them.

Rights are read in each request's own transaction: a grant that ended or a device revoked a moment
ago counts at once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from fieldapp.ready import Question, Ready
from sync.protocol import Grant
from sync.server.refusals import Refused
from sync.server.store.tables import device, token, user_account, user_grant

ROLES = ("canvasser", "clerk", "supervisor", "admin")


@dataclass(frozen=True)
class Caller:
    """Who speaks: the user and device of a token that is not revoked."""

    username: str
    device: str
    revoked: bool
    """The device is revoked: it reads nothing, and what it hands in is held."""
    incarnation: str | None
    cloned: bool = False
    """Two files speak for the device: what comes from it is held until a supervisor has looked."""


def secret_hash(secret: str) -> str:
    """What is stored of a token or an invitation: both are random, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def caller_of(connection: Connection, secret: str | None) -> Caller:
    """The caller that a token stands for.

    Raises:
        Refused: 401, `server.sign_in_first`: no token, an unknown or a revoked one.
    """
    row = _BY_TOKEN.first(connection, hash=secret_hash(secret or ""))
    if row is None:
        raise Refused("server.sign_in_first", 401)
    return _caller(row)


def writer_of(connection: Connection, identity: str) -> Caller:
    """Whose work a device's parcel is: its own, whoever carries it.

    Raises:
        Refused: 400, `parcel.unknown_device`.
    """
    row = connection.execute(_CALLER.where(device.c.id == identity)).first()
    if row is None:
        raise Refused("parcel.unknown_device", 400)
    return _caller(row)


def _caller(row: Any) -> Caller:
    revoked, cloned = row.revoked_at is not None, row.cloned_at is not None
    return Caller(row.username, row.id, revoked, row.incarnation, cloned)


_CALLER = select(
    *(device.c.username, device.c.id, device.c.revoked_at, device.c.incarnation),
    device.c.cloned_at,
)
_BY_TOKEN = Ready(
    _CALLER.join(token, token.c.device == device.c.id).where(
        token.c.hash == bindparam("hash"), token.c.revoked_at.is_(None)
    )
)


def grants_of(connection: Connection, username: str, day: date) -> tuple[Grant, ...]:
    """The grants of a user that hold on a day, by ward."""
    return tuple(
        Grant(row.ward, row.role, row.until.isoformat() if row.until else None)
        for row in _GRANTS.all(connection, username=username, day=day)
    )


_grant = user_grant.c
_GRANTS = Ready(
    select(_grant.ward, _grant.role, _grant.until)
    .where(_grant.username == bindparam("username"), _grant.since <= bindparam("day"))
    .where(or_(_grant.until.is_(None), _grant.until >= bindparam("day")))
    .order_by(_grant.ward, _grant.role)
)


def asks_grants(username: str, day: date) -> Question:
    """What `grants_of` asks."""
    return _GRANTS, {"username": username, "day": day}


def account_of(connection: Connection, username: str) -> dict[str, Any] | None:
    """A user's row."""
    found = select(user_account).where(user_account.c.username == username)
    row = connection.execute(found).mappings().first()
    return dict(row) if row is not None else None


def device_of(connection: Connection, identity: str) -> dict[str, Any] | None:
    """A device's row."""
    found = select(device).where(device.c.id == identity)
    row = connection.execute(found).mappings().first()
    return dict(row) if row is not None else None


def issue_token(connection: Connection, identity: str, at: datetime) -> str:
    """A new token of 256 random bits for a device; its earlier ones are revoked."""
    revoke_tokens(connection, [identity], at)
    secret = secrets.token_urlsafe(32)
    row = {"hash": secret_hash(secret), "device": identity, "created_at": at}
    connection.execute(insert(token).values(row))
    return secret


def revoke_tokens(connection: Connection, devices: Sequence[str], at: datetime) -> None:
    """Ends all tokens of these devices: they must sign in again."""
    ended = update(token).where(token.c.device.in_(devices), token.c.revoked_at.is_(None))
    connection.execute(ended.values(revoked_at=at))
