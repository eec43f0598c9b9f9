"""People and devices from a supervisor's laptop: asks the server, and keeps what it told last.

Everything here needs the network but `known`. Codes and passwords are never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from typing import Any, Protocol, TypeVar

from fieldapp.errors import UserMends
from fieldapp.model.changesets import canonical
from fieldapp.store.log.freshness import PEOPLE_KNOWN as KNOWN
from fieldapp.store.store import Store
from sync.protocol import (
    BrokenBody,
    EndWard,
    GiveWard,
    Invite,
    Invited,
    ListPeople,
    People,
    RevokeDevice,
    SyncProtocol,
    unpack,
)

NO_MORE = frozenset({"staff.no_right", "sync.device_revoked"})
"""Refusals after which what was told before is no longer this user's to see."""
Told = TypeVar("Told")


class Way(SyncProtocol, Protocol):
    """A transport that is closed after use."""

    def close(self) -> None:
        """Ends it."""
        ...


class PeopleDesk:
    """The calls of a supervisor. `connect` makes a fresh transport for each.

    Thread: any but the GUI's. Every call but `known` raises as the transport's do, `staff.…` for
    what the server does not allow, and `staff.old_server`.
    """

    def __init__(self, store: Store, connect: Callable[[], Way]) -> None:
        self._store, self._connect = store, connect

    def known(self) -> People | None:
        """What the server told last; None: nothing yet, or nothing that this version can read."""
        kept = self._store.setting(KNOWN)
        if not kept:
            return None
        try:
            return unpack(People, canonical(kept))
        except BrokenBody:
            return None

    def ask(self) -> People:
        """Asks who works in the user's wards, with which devices, and keeps the answer."""
        told = self._call(lambda way: way.people(ListPeople()))
        kept: dict[str, Any] = asdict(told)
        self._store.remember(**{KNOWN: kept})
        return told

    def invite(self, request: Invite) -> Invited:
        """A one-time code, for somebody who works here already or for somebody new."""
        return self._call(lambda way: way.invite(request))

    def give_ward(self, request: GiveWard) -> None:
        """Grants a ward for days."""
        self._call(lambda way: way.give_ward(request))

    def end_ward(self, request: EndWard) -> None:
        """Ends somebody's grants in a ward."""
        self._call(lambda way: way.end_ward(request))

    def revoke_device(self, request: RevokeDevice) -> None:
        """Revokes a device."""
        self._call(lambda way: way.revoke_device(request))

    def _call(self, act: Callable[[Way], Told]) -> Told:
        try:
            with closing(self._connect()) as way:
                return act(way)
        except UserMends as refusal:
            if refusal.code in NO_MORE:
                self._store.remember(**{KNOWN: None})
            if refusal.code == "server.no_such_call":
                raise UserMends("staff.old_server") from refusal
            raise
