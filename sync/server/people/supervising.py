"""The calls about people and devices: a deed of a supervisor is judged, done and noted at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from fieldapp.clock import iso
from sync.protocol import (
    Done,
    EndWard,
    GiveWard,
    Invite,
    Invited,
    ListPeople,
    People,
    RevokeDevice,
)
from sync.server.audit.keeping import note_audit
from sync.server.lives.epochs import serving
from sync.server.people import from_afar as afar
from sync.server.people.accounts import caller_of
from sync.server.people.deeds import deed_of
from sync.server.wardlog.appending import Maker

if TYPE_CHECKING:
    from sync.server.service import Service

Told = TypeVar("Told")


class SupervisorCalls:
    """This part of `SyncProtocol` for one token."""

    service: Service
    token: str | None

    def people(self, request: ListPeople) -> People:
        """Who works in the wards that the caller supervises."""
        at = self.service.clock.now()
        with self.service.database.still() as connection:
            caller = caller_of(connection, self.token)
            return afar.listed(connection, afar.supervisor_of(connection, caller, at))

    def _must_supervise(self) -> None:
        with self.service.database.still() as connection:
            caller = caller_of(connection, self.token)
            afar.supervisor_of(connection, caller, self.service.clock.now())

    def invite(self, request: Invite) -> Invited:
        """A one-time code for a device of somebody below the caller, or of somebody new."""
        fresh = None
        if request.new is not None:
            self._must_supervise()  # hashing is dear: only for who may ask at all
            password = afar.fresh_password()
            fresh = afar.Fresh(password, self.service.passwords.hash(password))
        return self._deed(
            request, lambda c, who, maker: (afar.invited(c, who, request, maker, fresh), True)
        )

    def give_ward(self, request: GiveWard) -> Done:
        """Grants a role below the caller's in one of the caller's wards."""
        return self._done(request, lambda c, who, maker: afar.give_ward(c, who, request, maker))

    def end_ward(self, request: EndWard) -> Done:
        """Ends the grants of somebody below the caller in one of the caller's wards."""
        return self._done(request, lambda c, who, maker: afar.end_ward(c, who, request, maker))

    def revoke_device(self, request: RevokeDevice) -> Done:
        """Revokes a device of somebody below the caller."""
        return self._done(request, lambda c, who, maker: afar.revoke(c, who, request, maker))

    def _done(
        self, request: object, act: Callable[[Connection, afar.Supervisor, Maker], bool]
    ) -> Done:
        return self._deed(request, lambda c, who, maker: (Done(iso(who.at)), act(c, who, maker)))

    def _deed(
        self,
        request: object,
        act: Callable[[Connection, afar.Supervisor, Maker], tuple[Told, bool]],
    ) -> Told:
        """One deed of a supervisor, judged and done in one transaction; noted if it is new."""
        made, at = self.service, self.service.clock.now()
        afar.must_be_sound(request)

        def work(connection: Connection) -> Told:
            serving(connection)
            caller = caller_of(connection, self.token)
            who = afar.supervisor_of(connection, caller, at)
            told, new = act(connection, who, made.maker)
            if new:
                note_audit(connection, deed_of(connection, who, request), at, made.safe)
            return told

        return made.database.in_write(work)
