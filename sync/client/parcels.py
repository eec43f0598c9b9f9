"""Parcels on the laptop: the outbox written to a stick, a colleague's carried, a reply taken in.

Writing one changes no state: what it holds stays unsent on the screen until the server's word for
each changeset is here, by reply or by sync, whichever comes first.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fieldapp import durable
from fieldapp.clock import VIETNAM, iso
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.sync import BATCH, Outgoing
from fieldapp.store.store import Store
from sync.client.filing import filed_answers, push_of
from sync.parcels import (
    KEY_BYTES,
    REPLY_SUFFIX,
    SUFFIX,
    Parcel,
    close_parcel,
    kind_of,
    open_reply,
    read_file,
    verify_key,
)
from sync.protocol import PUSH_BYTES, Carried, ParcelKeys, Push, SyncProtocol

LARGEST = 8_000_000
"""Bytes of content in one parcel; an outbox beyond that takes several."""
SIGN_KEY, SERVER_KEYS, WRITTEN = "parcel_sign_key", "parcel_server_keys", "parcel_written"
"""Settings: the device's own key, the server's public ones, when the last parcel was written."""


@dataclass(frozen=True)
class Written:
    """What was put on the stick."""

    files: tuple[Path, ...]
    changesets: int


@dataclass(frozen=True)
class Taken:
    """What a reply brought: how many changesets the server has by it, and of how many it spoke."""

    counted: int
    named: int


def own_verify_key(store: Store) -> str:
    """The public half of this device's key, which is made where there is none yet."""
    return verify_key(_sign_key(store))


def keep_server_keys(store: Store, keys: ParcelKeys) -> None:
    """Keeps what a greeting said of the server's keys."""
    told = {"seal": keys.seal, "verify": keys.verify}
    if keys.seal and store.setting(SERVER_KEYS) != told:
        store.remember(**{SERVER_KEYS: told})


def write_parcel(store: Store, folder: Path) -> Written:
    """Writes everything unsent into a folder, as one file or several.

    Raises:
        UserMends: `parcel.nothing_unsent`, `parcel.no_key` (this laptop has not synced yet since
            it learned to write parcels).
        SurroundingsMend: `parcel.not_written` (a full or vanished stick): no half file is left.
    """
    parcels, changesets = close_outbox(store)
    at = store.server_now().astimezone(VIETNAM)
    begun, files = f"{store.setting('username')}-{at:%Y%m%d-%H%M%S}", list[Path]()
    for number, raw in enumerate(parcels, 1):
        part = f"-{number}" if len(parcels) > 1 else ""
        files.append(folder / f"{begun}{part}{SUFFIX}")
        _write(files[-1], raw)
    store.remember(**{WRITTEN: {"at": iso(store.server_now()), "changesets": changesets}})
    return Written(tuple(files), changesets)


def close_outbox(store: Store) -> tuple[tuple[bytes, ...], int]:
    """Everything unsent as the bytes of one parcel or several, and how many changesets it is.

    Raises UserMends as `write_parcel` does.
    """
    unsent = store.read(queries_sync.all_unsent)
    if not unsent:
        raise UserMends("parcel.nothing_unsent")
    keys, made = _server_keys(store), iso(store.server_now())
    device, epoch = str(store.setting("device")), str(store.setting("epoch") or "")
    parcels = [Parcel(device, epoch, made, load) for load in _loads(_pushes(store, unsent))]
    key, random = _sign_key(store), store.random_bytes
    return tuple(close_parcel(one, key, keys, random) for one in parcels), len(unsent)


def carry_parcel(transport: SyncProtocol, path: Path) -> Path:
    """Hands a parcel, whoever's, in over this laptop's network; where the reply was written.

    Raises:
        UserMends: `parcel.not_a_parcel`, or what the server says of it (`parcel.…`).
        SurroundingsMend: `parcel.not_read`, `parcel.not_written`, or as the transport says.
    """
    raw = read_file(path)
    if kind_of(raw) != "parcel":
        raise UserMends("parcel.not_a_parcel")
    answer = transport.parcel(Carried(base64.b64encode(raw).decode()))
    try:
        reply = base64.b64decode(answer.content, validate=True)
    except binascii.Error as defect:
        raise SurroundingsMend("sync.incomplete_answer") from defect
    to = path.with_suffix(REPLY_SUFFIX)
    _write(to, reply)
    return to


def take_reply(store: Store, path: Path) -> Taken:
    """Takes the server's reply to an own parcel in. Safe to repeat.

    Raises:
        UserMends: `parcel.not_a_reply`, `parcel.forged_reply`, `parcel.damaged`,
            `parcel.no_key`, `parcel.reply_for_another`, `parcel.other_epoch` (the server was
            restored meanwhile: the next sync sorts it out). Nothing was changed.
        SurroundingsMend: `parcel.not_read`.
    """
    return file_reply(store, read_file(path))


def file_reply(store: Store, raw: bytes) -> Taken:
    """As `take_reply`, from the reply's bytes."""
    reply = open_reply(raw, _server_keys(store))
    if reply.device != store.setting("device"):
        raise UserMends("parcel.reply_for_another")
    if reply.epoch != store.setting("epoch"):
        raise UserMends("parcel.other_epoch")
    own = {digest: name for name, digest in store.read(queries_sync.all_own)}
    counted = named = 0
    for answers in reply.answers:
        filed = filed_answers(own, answers)
        named += len(filed)
        counted += store.take_answers(
            filed, epoch=answers.epoch, confirmed_at=answers.server_at, receipt=answers.receipt
        )
    return Taken(counted, named)


def _write(path: Path, raw: bytes) -> None:
    try:
        durable.write_whole(path, raw)
    except OSError as defect:
        path.with_suffix(".new").unlink(missing_ok=True)
        raise SurroundingsMend("parcel.not_written", path=str(path.parent)) from defect


def _sign_key(store: Store) -> bytes:
    known = store.setting(SIGN_KEY)
    if known is None:
        known = store.random_bytes(KEY_BYTES).hex()
        store.remember(**{SIGN_KEY: known})
    return bytes.fromhex(known)


def _server_keys(store: Store) -> ParcelKeys:
    known = store.setting(SERVER_KEYS)
    if known is None:
        raise UserMends("parcel.no_key")
    return ParcelKeys(known["seal"], known["verify"])


def _pushes(store: Store, unsent: Iterable[tuple[str, Outgoing]]) -> Iterator[Push]:
    """Batches as a sync makes them, each ward's in its order."""
    wards: dict[str, list[Outgoing]] = {}
    for ward, one in unsent:
        wards.setdefault(ward, []).append(one)
    for ward, own in wards.items():
        batch, size = list[Outgoing](), 0
        for one in own:
            if batch and (size + len(one.content) > PUSH_BYTES or len(batch) == BATCH):
                yield push_of(store, ward, batch)
                batch, size = [], 0
            batch.append(one)
            size += len(one.content)
        yield push_of(store, ward, batch)


def _loads(pushes: Iterable[Push]) -> Iterator[tuple[Push, ...]]:
    load, size = list[Push](), 0
    for push in pushes:
        length = sum(map(len, push.contents))
        if load and size + length > LARGEST:
            yield tuple(load)
            load, size = [], 0
        load.append(push)
        size += length
    if load:
        yield tuple(load)
