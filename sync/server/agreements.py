"""Tells how agreements stand, for laptops that do not hold the ward: of any ward with a grant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from fieldapp.agreement_rows import agreement_rows, planned_visits
from fieldapp.clock import business_date, iso
from fieldapp.model.agreements import Agreement
from fieldapp.model.record import content_fields, to_wire
from sync.protocol import MOST_AGREEMENTS, AgreementsTold, AgreementTold, AskAgreements
from sync.server.lives.epochs import serving
from sync.server.people.accounts import Caller, grants_of
from sync.server.refusals import Refused


def agreements_told(
    connection: Connection, caller: Caller, request: AskAgreements, at: datetime
) -> AgreementsTold:
    """The answer for a caller.

    Raises:
        Refused: 413 `server.batch_too_large`; 403 `server.no_grant`: one of the wards is not the
            caller's today, or two files speak for the device.
    """
    serving(connection)
    wards, today = tuple(dict.fromkeys(request.wards)), business_date(at)
    if len(wards) > MOST_AGREEMENTS:
        raise Refused("server.batch_too_large", 413)
    mine = {grant.ward for grant in grants_of(connection, caller.username, today)}
    if caller.cloned or set(wards) - mine:
        raise Refused("server.no_grant", 403)
    rows = agreement_rows(connection, wards)
    planned = planned_visits(connection, wards, today)
    told = tuple(
        AgreementTold(ward, planned.get(ward, 0), _fields(rows[ward]) if ward in rows else None)
        for ward in wards
    )
    return AgreementsTold(iso(at), told)


def _fields(row: Any) -> dict[str, Any]:
    return {name: to_wire(getattr(row, name)) for name in content_fields(Agreement)}
