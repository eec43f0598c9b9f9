"""Sign-in: a one-time invitation enrols a device; its user signs in on it again by password."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from fieldapp.clock import Clock, Ids, business_date, iso
from sync.protocol import SignedIn, SignIn
from sync.server.audit.keeping import Happening, note_audit
from sync.server.lives.epochs import serving
from sync.server.lives.keeping import Rows, note
from sync.server.lives.safe import Safe
from sync.server.people.accounts import (
    account_of,
    device_of,
    grants_of,
    issue_token,
    secret_hash,
)
from sync.server.people.passwords import (
    Passwords,
    count_failure,
    forget_failures,
    refuse_if_throttled,
)
from sync.server.refusals import Refused
from sync.server.store.database import Database
from sync.server.store.tables import device, invitation

INVITATION_VALID = timedelta(hours=24)
CODE_BYTES = 13
"""104 bits: nobody finds a code by trying, and each wrong one counts as a failed sign-in."""


def invite(connection: Connection, username: str, at: datetime, valid: timedelta) -> str:
    """A code that enrols one device of a user, once, until it expires. Spoken in groups of four."""
    letters = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=")
    row: dict[str, object] = {"hash": secret_hash(letters), "username": username}
    row |= {"created_at": at, "expires_at": at + valid}
    connection.execute(insert(invitation).values(row))
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _check_form(request: SignIn) -> None:
    """Refuses names that no database holds, and passwords long enough to be an attack."""
    named = f"{request.username}{request.device or ''}{request.device_name}"
    if "\0" in named or len(request.username) > 64 or len(request.device or "") > 36:
        raise Refused("server.broken_body", 400)
    if len(request.password) > 1_000:
        raise Refused("server.broken_body", 400)


@dataclass(frozen=True)
class Desk:
    """Where devices are enrolled and signed in."""

    database: Database
    clock: Clock
    ids: Ids
    passwords: Passwords
    safe: Safe

    def sign_in(self, request: SignIn) -> SignedIn:
        """Checks the password, enrols or finds the device, and issues its token.

        Raises:
            Refused: 401 `server.wrong_sign_in` (whichever part is wrong), 429
                `server.too_many_attempts`, 403 `server.invitation_invalid`,
                `server.device_unknown` or `server.device_revoked`.
        """
        at = self.clock.now()
        _check_form(request)
        with self.database.read() as connection:
            name = self._throttled_name(connection, request)
            refuse_if_throttled(connection, name, at)
            account = account_of(connection, request.username)
        stored = account["password_hash"] if account else None
        if not self.passwords.check(request.password, stored):
            self._failed(name, at)
            raise Refused("server.wrong_sign_in", 401)
        try:
            return self.database.in_write(lambda connection: self._enter(connection, request, at))
        except Refused as refusal:
            if refusal.code == "server.invitation_invalid":
                self._failed(name, at)
            raise

    def _throttled_name(self, connection: Connection, request: SignIn) -> str:
        known = device_of(connection, request.device) if request.device else None
        if known and known["username"] == request.username:
            return f"device:{known['id']}"
        return f"user:{request.username}"

    def _failed(self, name: str, at: datetime) -> None:
        self.database.in_write(lambda connection: count_failure(connection, name, at))

    def _enter(self, connection: Connection, request: SignIn, at: datetime) -> SignedIn:
        forget_failures(connection, self._throttled_name(connection, request))
        if request.invitation is not None:
            identity = self._enrol(connection, request, at)
        else:
            identity = self._again(connection, request)
        made = self._signed_in(connection, request.username, identity, at)
        how = {"enrols": request.invitation is not None}
        said = Happening("sign_in", request.username, identity, details=how)
        note_audit(connection, [said], at, self.safe)
        return made

    def _enrol(self, connection: Connection, request: SignIn, at: datetime) -> str:
        """Uses the invitation up; a device whose answer was lost gets it again, and no other."""
        letters = "".join(c for c in (request.invitation or "").upper() if c.isalnum())
        invited = (invitation.c.hash == secret_hash(letters)) & (
            invitation.c.username == request.username
        )
        if (
            request.device
            and connection.execute(
                select(invitation.c.hash).where(invited, invitation.c.device == request.device)
            ).first()
        ):
            return self._again(connection, request)
        identity = self._identity(connection, request)
        used = update(invitation).where(
            invited, invitation.c.used_at.is_(None), invitation.c.expires_at > at
        )
        if connection.execute(used.values(used_at=at, device=identity)).rowcount != 1:
            raise Refused("server.invitation_invalid", 403)
        row = {"id": identity, "username": request.username, "enrolled_at": at}
        row["name"] = request.device_name[:200]
        connection.execute(insert(device).values(row))
        note(connection, self.safe, Rows(device, {"id": identity}))
        return identity

    def _identity(self, connection: Connection, request: SignIn) -> str:
        """The id that the device chose for itself, if it is one and nobody has it."""
        try:
            chosen = str(UUID(request.device or ""))
        except ValueError:
            return self.ids.new()
        return self.ids.new() if device_of(connection, chosen) else chosen

    def _again(self, connection: Connection, request: SignIn) -> str:
        known = device_of(connection, request.device) if request.device else None
        if known is None or known["username"] != request.username:
            raise Refused("server.device_unknown", 403)
        if known["revoked_at"] is not None:
            raise Refused("server.device_revoked", 403)
        return str(known["id"])

    def _signed_in(
        self, connection: Connection, username: str, identity: str, at: datetime
    ) -> SignedIn:
        account = account_of(connection, username)
        assert account is not None
        return SignedIn(
            token=issue_token(connection, identity, at),
            device=identity,
            username=username,
            full_name=account["full_name"],
            role=account["role"],
            grants=grants_of(connection, username, business_date(at)),
            epoch=serving(connection),
            server_at=iso(at),
        )
