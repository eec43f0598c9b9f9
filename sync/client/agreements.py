"""Asks the server how agreements stand of wards that are not on this laptop. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Protocol

from fieldapp.agreement_rows import FarAgreement
from fieldapp.clock import from_iso
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model.agreements import Agreement, agreement_id
from fieldapp.model.record import content_fields, from_wire
from sync.protocol import MOST_AGREEMENTS, AgreementTold, AskAgreements, SyncProtocol


class Way(SyncProtocol, Protocol):
    """A transport that is closed after use."""

    def close(self) -> None:
        """Ends it."""
        ...


class ServerAgreements:
    """`connect` makes a fresh transport for each call.

    Thread: any but the GUI's. Raises as the transport does, and `agreements.old_server`.
    """

    def __init__(self, connect: Callable[[], Way]) -> None:
        self._connect = connect

    def ask(self, wards: Sequence[str]) -> Mapping[str, FarAgreement]:
        """How these wards stand now, by ward."""
        found: dict[str, FarAgreement] = {}
        try:
            with closing(self._connect()) as way:
                for start in range(0, len(wards), MOST_AGREEMENTS):
                    found |= _some(way, tuple(wards[start : start + MOST_AGREEMENTS]))
        except UserMends as refusal:
            if refusal.code == "server.no_such_call":
                raise UserMends("agreements.old_server") from refusal
            raise
        return found


def _some(way: Way, wards: tuple[str, ...]) -> dict[str, FarAgreement]:
    told = way.agreements(AskAgreements(wards))
    if {one.ward for one in told.wards} != set(wards):
        raise SurroundingsMend("sync.incomplete_answer")
    try:
        at = from_iso(told.server_at)
        return {one.ward: FarAgreement(_record(one), max(0, one.planned), at) for one in told.wards}
    except ValueError as defect:
        raise SurroundingsMend("sync.incomplete_answer") from defect


def _record(one: AgreementTold) -> Agreement:
    """What was told as a record: fields that this version knows, each of its type."""
    known = content_fields(Agreement)
    fields = {
        name: from_wire(Agreement, name, value)
        for name, value in (one.fields or {}).items()
        if name in known
    }
    return Agreement(ward=one.ward, id=agreement_id(one.ward), **fields)
