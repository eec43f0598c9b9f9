"""What an administrator does on the server: wards, users, grants, devices, books, held work.

Each function is one transaction. What laptops must know of it (wards and staff) goes through the
stream `city` in the same one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from fieldapp import practice
from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.model import CITY, HeldRelease, Record, Ward, stream_of
from fieldapp.model.changesets import decode
from fieldapp.model.releases import ENDS, LET_IN, release_id
from sync.server.audit.keeping import Happening, Wanted, audit_lines, note_audit
from sync.server.erasing.announcing import announce_all
from sync.server.lives import epochs
from sync.server.lives.keeping import Rows, SignedOut, note
from sync.server.people import roster
from sync.server.people.accounts import device_of, revoke_tokens
from sync.server.people.deeds import happened_to
from sync.server.people.enrolling import INVITATION_VALID, invite
from sync.server.people.roster import NewUser
from sync.server.receipts.standing import PendingReceipt, book_sums, pending_receipts
from sync.server.reference.city import AUTHOR, append_city, city_id
from sync.server.service import Service
from sync.server.store.migrate import add_log, upgrade
from sync.server.store.tables import (
    device,
    held,
    log_entry,
    receipt_book,
    user_account,
)
from sync.server.wardlog.intake import release

__all__ = ["SHORTEST_PASSWORD", "Admin", "NewUser"]

SHORTEST_PASSWORD = 12


@dataclass(frozen=True)
class Admin:
    """The administrator of one service's database; `training`: of a laptop's practice server."""

    service: Service
    training: bool = False

    def init(self) -> None:
        """Creates or upgrades the tables."""
        made = self.service
        upgrade(made.database, made.clock, made.ids)
        made.database.in_write(lambda connection: epochs.start(connection, made.safe))

    def accept_restore(self) -> epochs.Restored:
        """A new life for a database that was put back, by whatever means."""
        made = self.service

        def work(connection: Connection) -> epochs.Restored:
            restored = epochs.begin_anew(connection, made.safe, made.clock, made.ids)
            announce_all(connection, made.maker)
            self._audit(connection, "restored", epoch=restored.epoch, parent=restored.parent)
            return restored

        return made.database.in_write(work)

    def append_city(self, records: Sequence[Record]) -> int:
        """Writes reference records (all with ward `city`) as one changeset; the city's revision."""
        return self.service.database.in_write(lambda c: self._append_city(c, records))

    def _append_city(self, connection: Connection, records: Sequence[Record]) -> int:
        return append_city(connection, records, self.service.maker)

    # wards

    def add_ward(
        self, code: str, valid_from: date, name: str, *, valid_to: date | None = None
    ) -> str:
        """Begins a ward's stream, or corrects its name and end; the stream's name."""
        stream = stream_of(code, valid_from)
        if not code.isascii() or not code.isdigit() or len(stream) > 32:
            raise UserMends("server.ward_code_invalid", field="code", ward=code)
        record = Ward(
            ward=CITY,
            id=city_id("ward", stream),
            stream=stream,
            code=code,
            name=name,
            valid_from=valid_from,
            valid_to=valid_to,
        )

        def work(connection: Connection) -> None:
            add_log(connection, stream)
            self._append_city(connection, [record])

        self.service.database.in_write(work)
        return stream

    # users and grants

    def add_user(self, user: NewUser) -> None:
        """Creates a user with grants from today. The password is never stored."""
        roster.check_username(user.username)
        self._check_password(user.password)
        made, hashed = self.service, self.service.passwords.hash(user.password)
        told = {"role": user.role, "wards": list(user.wards)}

        def work(connection: Connection) -> None:
            roster.add_user(connection, made.maker, user, hashed)
            self._audit_of(connection, "user_added", user.username, **told)

        made.database.in_write(work)

    def set_password(self, username: str, password: str) -> None:
        """Gives a user a new password and ends every session: all devices sign in again."""
        self._check_password(password)
        at, hashed = self.service.clock.now(), self.service.passwords.hash(password)

        def work(connection: Connection) -> None:
            roster.known_user(connection, username)
            changed = update(user_account).where(user_account.c.username == username)
            connection.execute(changed.values(password_hash=hashed))
            mine = select(device.c.id).where(device.c.username == username)
            revoke_tokens(connection, list(connection.execute(mine).scalars()), at)
            account = Rows(user_account, {"username": username})
            self._note(connection, account, SignedOut(username, at))
            self._audit_of(connection, "password_set", username)

        self.service.database.in_write(work)

    def _check_password(self, password: str) -> None:
        if len(password) < SHORTEST_PASSWORD:
            raise UserMends("server.password_short", field="password", least=SHORTEST_PASSWORD)

    def grant(
        self,
        username: str,
        ward: str,
        role: str,
        *,
        since: date | None = None,
        until: date | None = None,
    ) -> None:
        """Grants a role in a ward from a day (today) until a day (open)."""
        begin = since or business_date(self.service.clock.now())
        what, safe = (username, ward, role), self.service.safe
        told = {"since": begin.isoformat(), "until": until.isoformat() if until else None}

        def work(connection: Connection) -> None:
            if roster.grant(connection, safe, what, begin, until):
                self._audit(connection, "granted", ward, username=username, role=role, **told)

        self.service.database.in_write(work)

    def revoke_grant(self, username: str, ward: str) -> int:
        """Ends every grant of a user in a ward with yesterday; how many there were."""
        today, safe = business_date(self.service.clock.now()), self.service.safe

        def work(connection: Connection) -> int:
            count = roster.end_grants(connection, safe, username, ward, today)
            if count:
                self._audit(connection, "grant_ended", ward, username=username, grants=count)
            return count

        return self.service.database.in_write(work)

    # devices

    def invite(self, username: str, *, valid: timedelta = INVITATION_VALID) -> str:
        """A one-time code with which a user enrols one device."""
        at = self.service.clock.now()

        def work(connection: Connection) -> str:
            roster.known_user(connection, username)
            code = invite(connection, username, at, valid)
            self._audit_of(connection, "invited", username)
            return code

        return self.service.database.in_write(work)

    def revoke_device(self, identity: str) -> None:
        """From now on the device reads nothing; what it hands in is held."""
        at, safe = self.service.clock.now(), self.service.safe

        def work(connection: Connection) -> None:
            if roster.revoke_device(connection, safe, identity, at):
                self._audit_device(connection, "device_revoked", identity)

        self.service.database.in_write(work)

    def settle_clone(self, identity: str) -> list[str]:
        """A supervisor has looked at a device of which two files spoke: what both sent is let in.

        The file that took the last new life goes on. The other one is seen as a clone again as
        soon as it speaks: it has to be enrolled as a device of its own. What was let in.
        """

        def work(connection: Connection) -> list[str]:
            if device_of(connection, identity) is None:
                raise UserMends("server.device_unknown", device=identity)
            mine = update(device).where(device.c.id == identity, device.c.cloned_at.is_not(None))
            if connection.execute(mine.values(cloned_at=None)).rowcount:
                self._note(connection, Rows(device, {"id": identity}))
                self._audit_device(connection, "clone_settled", identity)
            waiting = select(held.c.id).where(
                held.c.device == identity, held.c.reason == "clone", held.c.released_at.is_(None)
            )
            return list(connection.execute(waiting.order_by(held.c.received_at)).scalars())

        let_in = []
        for changeset in self.service.database.in_write(work):
            try:
                self.release(changeset)
            except UserMends:  # it can only be refused: that is for a clerk to say
                continue
            let_in.append(changeset)
        return let_in

    def _audit(self, connection: Connection, kind: str, ward: str = "", /, **details: Any) -> None:
        """Notes what the administrator did; last of all in a transaction."""
        said = Happening(kind, AUTHOR, ward=ward, details=details)
        note_audit(connection, [said], self.service.clock.now(), self.service.safe)

    def _audit_of(self, connection: Connection, kind: str, username: str, /, **told: Any) -> None:
        """Notes in each ward of a person what the administrator did to him."""
        said = Happening(kind, AUTHOR, details={"username": username, **told})
        at = self.service.clock.now()
        lines = happened_to(connection, said, username, business_date(at))
        note_audit(connection, lines, at, self.service.safe)

    def _audit_device(self, connection: Connection, kind: str, identity: str) -> None:
        known = device_of(connection, identity)
        assert known is not None
        self._audit_of(connection, kind, str(known["username"]), device=identity)

    def audit(self, wanted: Wanted) -> list[dict[str, Any]]:
        """Who saw or changed what."""
        with self.service.database.read() as connection:
            return audit_lines(connection, wanted)

    def _note(self, connection: Connection, *said: Rows | SignedOut) -> None:
        note(connection, self.service.safe, *said)

    def devices(self) -> list[dict[str, Any]]:
        """All devices, by user."""
        with self.service.database.read() as connection:
            rows = connection.execute(select(device).order_by(device.c.username, device.c.id))
            return [dict(row) for row in rows.mappings()]

    # receipts

    def add_book(
        self, book: str, first: int, last: int, ward: str, *, username: str | None = None
    ) -> None:
        """Adds a receipt book for a ward, or for one user there.

        Only the server of a training adds books that are named like its own.
        """
        if book.upper().startswith(practice.BOOK) != self.training:
            raise UserMends("server.book_of_training", field="book", book=book)
        if not 0 < first <= last < 1 << 31 or not 0 < len(book) <= 32:
            raise UserMends("server.book_invalid", field="book", book=book)
        row = {"book": book, "first": first, "last": last, "next": first}
        known = select(receipt_book.c.book).where(receipt_book.c.book == book)

        def work(connection: Connection) -> None:
            roster.known_ward(connection, ward)
            if connection.execute(known).first() is not None:
                raise UserMends("server.book_exists", field="book", book=book)
            place = {"ward": ward, "username": username}
            connection.execute(insert(receipt_book).values(row | place))
            self._note(connection, Rows(receipt_book, {"book": book}))

        self.service.database.in_write(work)

    def books(self) -> list[dict[str, Any]]:
        """All receipt books, with the receipts that are taken and those that are pending."""
        with self.service.database.read() as connection:
            return list(book_sums(connection))

    # held work

    def held(self) -> list[dict[str, Any]]:
        """What is held now, oldest first, without the contents."""
        columns = [column for column in held.c if column.name not in ("content", "released_at")]
        found = select(*columns).where(held.c.released_at.is_(None))
        with self.service.database.read() as connection:
            rows = connection.execute(found.order_by(held.c.received_at, held.c.id)).mappings()
            return [dict(row) for row in rows]

    def release(self, identity: str, how: str = LET_IN, *, note: str = "") -> str:
        """Ends the holding of a changeset (`model.releases` says how); the status it has then.

        One that still waits for another enters when that has come, rights or not.

        Raises:
            UserMends: as `intake.release` says; `server.held_unknown` for an unknown `how` too.
        """
        made = self.service
        found = select(held.c.ward).where(held.c.id == identity)

        def work(connection: Connection) -> str:
            ward = connection.execute(found).scalar()
            if ward is None or how not in ENDS:
                raise UserMends("server.held_unknown", held=identity)
            decision = HeldRelease(
                ward=ward, id=release_id(ward, identity, how), held=identity, how=how, note=note
            )
            return release(connection, decision, made.maker)

        return made.database.in_write(work)

    def lost(self) -> list[dict[str, Any]]:
        """What released work lost on its way in: per field, the record and what it had said."""
        entries = select(log_entry).join(held, held.c.id == log_entry.c.changeset)
        with self.service.database.read() as connection:
            rows = connection.execute(entries.order_by(log_entry.c.ward, log_entry.c.revision))
            return [line for row in rows for line in _lost_in(row)]

    def pending_receipts(self) -> list[PendingReceipt]:
        """The receipts in held work: their money is in the bag and their number is used."""
        with self.service.database.read() as connection:
            return list(pending_receipts(connection))


def _lost_in(row: Row[Any]) -> Iterator[dict[str, Any]]:
    changeset = decode(bytes(row.content))
    for result in json.loads(row.outcome).get("fields", ()):
        change = changeset.change_of(result["record_type"], result["record"])
        if result["how"] == "lost" and change is not None:
            place = {"ward": row.ward, "revision": row.revision, "changeset": row.changeset}
            yield place | {
                "record_type": result["record_type"],
                "record": result["record"],
                "field": result["field"],
                "value": change.fields[result["field"]][1],
            }
