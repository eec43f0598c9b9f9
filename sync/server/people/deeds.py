"""What the list of who did what says of people and devices that were changed.

What is done to a person, not in one ward, stands in each of his wards: else a ward's supervisor
would not read that a device of his ward was revoked by another one's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from sync.protocol import EndWard, GiveWard, Invite, RevokeDevice
from sync.server.audit.keeping import Happening
from sync.server.people.accounts import device_of
from sync.server.people.from_afar import Supervisor
from sync.server.people.roster import wards_of


def happened_to(
    connection: Connection,
    one: Happening,
    username: str,
    today: date,
) -> list[Happening]:
    """A happening that is about a person: a line for each of his wards, or one without any."""
    wards = wards_of(connection, username, today) or ("",)
    return [replace(one, ward=ward) for ward in wards]


def deed_of(connection: Connection, who: Supervisor, request: object) -> list[Happening]:
    """What the list says of a deed that a supervisor did from afar, once it is done."""

    def said(kind: str, details: Mapping[str, Any], ward: str = "") -> Happening:
        return Happening(kind, who.username, who.device, ward, details=details)

    match request:
        case Invite(username, new):
            told = {"username": username, "new": new is not None}
            return happened_to(connection, said("invited", told), username, who.today)
        case GiveWard(username, ward, role, since, until):
            told = {"username": username, "role": role, "since": since, "until": until}
            return [said("granted", told, ward)]
        case EndWard(username, ward):
            return [said("grant_ended", {"username": username}, ward)]
        case RevokeDevice(device):
            known = device_of(connection, device)
            assert known is not None, "it was revoked"
            revoked, username = said("device_revoked", {"device": device}), str(known["username"])
            return happened_to(connection, revoked, username, who.today)
    return []
