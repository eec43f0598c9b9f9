"""Brings a ward that is not here as it stands: piece by piece, then the log from there.

Each step keeps what it brought, so that a transfer goes on where it was cut, also after the
program was closed. Where the server has no snapshot, or one that this program can't read whole, the
log is pulled from its first entry.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

from fieldapp.errors import FieldappError, SurroundingsMend
from fieldapp.store.log import arriving
from fieldapp.store.store import Store
from sync.client.load import Load
from sync.protocol import FetchPieces, Manifest, Pieces, Snapshot, SyncProtocol

SMALLEST = 1_000
"""A log with fewer entries is pulled: that is as quick, and brings its history."""
NO_SUCH_SNAPSHOT = "server.no_such_snapshot"


class Arrivals:
    """The wards that arrive in one run. `server_mark`: of the fields that the server knows."""

    def __init__(self, store: Store, transport: SyncProtocol, load: Load) -> None:
        self._store, self._transport, self._load = store, transport, load
        self._pulled: set[str] = set()
        self._begun: set[str] = set()

    def awaits(self, ward: str, after: int, head: int) -> bool:
        """Whether this ward should come as it stands, as far as is known here."""
        return after == 0 and head >= SMALLEST and ward not in self._pulled

    def step(self, ward: str, epoch: str, server_mark: str) -> bool:
        """Brings the next part; False where the log has to be pulled instead.

        Raises:
            SurroundingsMend: as the transport says; `sync.incomplete_answer`, `sync.new_epoch`,
                `sync.broken_page`: what came is not what was asked for. What is here stays, but
                a whole snapshot that turns out to be broken, which is fetched anew.
        """
        now = self._store.read(arriving.standing, ward)
        if now is None or now.told.epoch != epoch:
            return self._begin(ward, epoch)
        if now.here < len(now.told.pieces):
            return self._fetch(now, epoch)
        try:
            self._store.settle_in(ward, epoch, server_mark)
        except SurroundingsMend as broken:
            if broken.code in ("sync.broken_page", "sync.not_our_log"):
                self._store.drop_arrival(ward)
            raise
        return True

    def _begin(self, ward: str, epoch: str) -> bool:
        told = self._transport.snapshot(Snapshot(ward))
        if told.epoch != epoch:
            raise SurroundingsMend("sync.new_epoch")
        if told.ward != ward or not _is_sound(told):
            raise SurroundingsMend("sync.incomplete_answer")
        if not told.revision or arriving.unknown_types(told.types) or ward in self._begun:
            self._pulled.add(ward)
            self._store.drop_arrival(ward)
            return False
        self._begun.add(ward)
        names = arriving.Told.__dataclass_fields__
        kept = {name: getattr(told, name) for name in names} | {"pieces": list(told.pieces)}
        self._store.begin_arrival(arriving.Told(**kept))
        return True

    def _fetch(self, now: arriving.Standing, epoch: str) -> bool:
        asked = FetchPieces(now.told.ward, now.told.revision, now.here)
        try:
            came = self._load.timed(
                lambda size: self._transport.pieces(replace(asked, limit_bytes=size)),
                lambda came: now.here + len(came.pieces) < len(now.told.pieces),
            )
        except FieldappError as refusal:
            if refusal.code != NO_SUCH_SNAPSHOT:
                raise
            self._store.drop_arrival(now.told.ward)
            return True  # a newer one
        if came.epoch != epoch:
            raise SurroundingsMend("sync.new_epoch")
        if (came.ward, came.revision, came.first) != (asked.ward, asked.revision, asked.first):
            raise SurroundingsMend("sync.incomplete_answer")
        self._store.take_pieces(asked.ward, asked.first, _unpacked(came))
        return True


def _is_sound(told: Manifest) -> bool:
    """Whether a list of pieces agrees with itself."""
    if not told.revision:
        return True
    ordered = 0 <= told.floor < told.revision and 0 <= told.row_pieces < len(told.pieces)
    return ordered and told.rows >= 0 and all(len(one) == 64 for one in told.pieces)


def _unpacked(came: Pieces) -> list[bytes]:
    try:
        return [base64.b64decode(piece, validate=True) for piece in came.pieces]
    except (binascii.Error, ValueError) as defect:
        raise SurroundingsMend("sync.incomplete_answer") from defect
