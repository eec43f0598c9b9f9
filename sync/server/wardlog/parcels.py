"""Parcels at the server: a device's outbox that came by hand, answered like a push of its own."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from fieldapp.clock import iso
from fieldapp.errors import UserMends
from sync.parcels import Reply, close_reply, open_parcel
from sync.protocol import Carried
from sync.server.people.accounts import writer_of
from sync.server.refusals import Refused
from sync.server.store.tables import device

if TYPE_CHECKING:
    from sync.server.service import Service


def take_parcel(service: Service, raw: bytes) -> bytes:
    """Takes a parcel in, each batch in a transaction of its own; the bytes of the reply.

    Whoever carries it has no part in it: device and user are those of who wrote it. A device that
    is signed out or revoked is judged as for a push.

    Raises:
        UserMends: as `open_parcel` says. Nothing of it was taken.
    """
    secrets = service.parcel_secrets

    def key_of(name: str) -> str | None:
        with service.database.still() as connection:
            return _verify_key(connection, name)

    parcel = open_parcel(raw, secrets, key_of)
    answers = tuple(
        service.take_batch(push, lambda c: writer_of(c, parcel.device)) for push in parcel.pushes
    )
    epoch = answers[-1].epoch if answers else parcel.epoch
    at = iso(service.clock.now())
    return close_reply(Reply(parcel.device, epoch, at, answers), secrets)


def carried(service: Service, request: Carried) -> Carried:
    """A parcel that came through a colleague's laptop, and the reply for him to take along.

    Raises:
        Refused: 400 with the parcel's fault.
    """
    try:
        raw = base64.b64decode(request.content, validate=True)
        return Carried(base64.b64encode(take_parcel(service, raw)).decode())
    except ValueError as defect:  # not base64, or not even of its alphabet
        raise Refused("parcel.not_a_parcel", 400) from defect
    except UserMends as fault:
        raise Refused(fault.code, 400) from fault


def _verify_key(connection: Connection, name: str) -> str | None:
    found = select(device.c.verify_key).where(device.c.id == name)
    return connection.execute(found).scalar_one_or_none()
