"""The lane of attachments: contents of papers go up after the text, and come when one is opened.

Each step is one call of the server with what it brings into the file, so whoever runs the lane can
stop between two of them whenever there is text to send. A cut repeats one piece: what the server
has of a content it says itself. Nothing here touches outbox, position or log.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from fieldapp.clock import from_iso, iso
from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.rules.attachments import PIECE_BYTES, fault_of, piece_count
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.attachments.contents import Kept
from fieldapp.store.queries.papers import paper_row
from fieldapp.store.store import Store
from sync.client.together import SPEAKS
from sync.protocol import (
    MOST_ATTACHMENTS,
    AttachmentTold,
    FetchPiece,
    NameAttachments,
    PutPiece,
    SyncProtocol,
)

SPOKEN = "attachments"
"""The lane, as a server names it in its greeting."""
ASKED, ASK_AGAIN = "attachments_asked_at", timedelta(days=7)
"""The setting that says when the server was last asked for all that it should have, and how often:
what it lost by itself comes back."""
KEPT_FOR = timedelta(days=45)
"""So long what was put in here stays, for a server that is restored."""

NOT_ITS_LENGTH = "server.broken_body"
"""What the server says to a piece that has not the length which the paper's size gives it."""


def send_attachments(store: Store, transport: SyncProtocol) -> Iterator[None]:
    """Hands in what the server lacks, a piece a step. Of a ward in which it is refused the rest
    waits, other wards go on.

    Raises:
        SurroundingsMend: of the way or the file: what was done before stays done.
    """
    if SPOKEN not in (store.setting(SPEAKS) or ()):
        return
    epoch, at = str(store.setting("epoch")), store.server_now()
    found = sorted(_to_name(store, at), key=lambda one: one.ward)
    for ward, kept in groupby(found, key=lambda one: one.ward):
        try:
            yield from _send_ward(store, transport, (epoch, ward), list(kept))
        except UserMends:  # the ward's grant ended since, or it is an older server
            continue
    if _is_long_ago(store, at):
        store.remember(**{ASKED: iso(at)})


def has_to_send(store: Store) -> bool:
    """Whether there is anything for the lane to do."""
    return bool(_to_name(store, store.server_now()))


def _to_name(store: Store, at: datetime) -> list[Kept]:
    epoch, wards, again = str(store.setting("epoch")), _granted(store), _is_long_ago(store, at)
    waiting = store.read(attachments.to_send, epoch, wards, all_again=again)
    if again:
        return list(waiting)
    return [*waiting, *store.read(attachments.long_sent, iso(at - KEPT_FOR), wards)]


def _is_long_ago(store: Store, at: datetime) -> bool:
    asked = store.setting(ASKED)
    return asked is None or at - from_iso(asked) > ASK_AGAIN


def _granted(store: Store) -> list[str]:
    today = store.today().isoformat()
    grants = store.setting("grants", []) or []
    return [g["ward"] for g in grants if (g.get("until") or today) >= today]


def _send_ward(
    store: Store, transport: SyncProtocol, place: tuple[str, str], kept: Sequence[Kept]
) -> Iterator[None]:
    epoch, ward = place
    for start in range(0, len(kept), MOST_ATTACHMENTS):
        some = kept[start : start + MOST_ATTACHMENTS]
        asked = NameAttachments(ward, tuple(one.sha256 for one in some))
        told = transport.name_attachments(asked)
        _must_be(told.epoch, epoch)
        if [one.sha256 for one in told.told] != list(asked.named):
            raise SurroundingsMend("sync.incomplete_answer")
        for one, answer in zip(some, told.told, strict=True):
            _file(store, one, answer, epoch)
        yield
        for one, answer in zip(some, told.told, strict=True):
            if answer.state != "wanted":
                continue
            try:
                yield from _send(store, transport, one, answer, epoch)
            except UserMends as refusal:
                if refusal.code != NOT_ITS_LENGTH:
                    raise
                store.mark_refused({(ward, one.sha256): "damaged"})  # the others go on


def _send(
    store: Store, transport: SyncProtocol, one: Kept, told: AttachmentTold, epoch: str
) -> Iterator[None]:
    while told.state == "wanted":
        number = told.pieces
        piece = store.read(attachments.piece_of, one.ward, one.sha256, number)
        if piece is None:  # it was taken away meanwhile, or is not whole here
            if store.read(attachments.find, one.ward, one.sha256) is not None:
                store.mark_refused({(one.ward, one.sha256): "damaged"})
            return
        text = base64.b64encode(piece).decode()
        taken = transport.put_piece(PutPiece(one.ward, one.sha256, number, text))
        _must_be(taken.epoch, epoch)
        told = taken.told
        if told.sha256 != one.sha256 or (told.state == "wanted" and told.pieces <= number):
            raise SurroundingsMend("sync.incomplete_answer")
        _file(store, one, told, epoch)
        yield


def _file(store: Store, one: Kept, told: AttachmentTold, epoch: str) -> None:
    """Keeps what the server said of a content."""
    name = (one.ward, one.sha256)
    if told.state == "here" and (one.state, one.epoch) != ("sent", epoch):
        store.mark_sent(name, epoch)
    elif told.state == "here" and told.durable and one.own and _is_old(store, one):
        store.let_go(name)
    elif told.reason == "no_paper" and one.state == "sent" and one.own and _is_old(store, one):
        store.let_go(name)  # the paper was withdrawn
    elif told.state == "wanted" and one.state == "sent":
        store.mark_waiting(name)
    elif told.state == "refused":
        store.mark_refused({name: told.reason or "other"})


def _is_old(store: Store, one: Kept) -> bool:
    return one.sent_at is not None and one.sent_at < iso(store.server_now() - KEPT_FOR)


def _must_be(told: str, epoch: str) -> None:
    if told != epoch:
        raise SurroundingsMend("sync.new_epoch")


# --- what is opened ------------------------------------------------------------------------------


def fetch_attachment(
    store: Store,
    transport: SyncProtocol,
    ward: str,
    paper: str,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> bytes:
    """The content of a paper, kept as its pieces come: a fetch that was cut goes on where it was.

    Args:
        progress: told pieces that are here, and of how many.

    Raises:
        UserMends: `entry.gone`: no such paper here; `papers.older_server`; `server.no_grant`,
            `server.no_such_paper`, `server.picture_waits`, `server.picture_damaged` as it says.
        SurroundingsMend: of the way or the file; `sync.cancelled`; `papers.not_as_sent`: what came
            is not what the paper names, and nothing of it is kept.
    """
    if SPOKEN not in (store.setting(SPEAKS) or ()):
        raise UserMends("papers.older_server")
    named = store.read(paper_row, ward, paper)
    if named is None or not named.sha256:
        raise UserMends("entry.gone", record=paper)
    name, count = (ward, str(named.sha256)), piece_count(named.size)
    epoch = str(store.setting("epoch"))
    if (whole := _here(store, transport, name)) is not None:
        return whole
    for number in range(store.begin_coming(name, named.media, named.size), count):
        progress(number, count)
        if cancelled():
            raise SurroundingsMend("sync.cancelled")
        told = transport.fetch_piece(FetchPiece(*name, number))
        piece = _read(told.piece)
        if (told.sha256, told.number, told.size) != (name[1], number, named.size):
            raise SurroundingsMend("sync.incomplete_answer")
        if len(piece) > PIECE_BYTES:
            raise SurroundingsMend("sync.incomplete_answer")
        store.take_piece(name, number, piece)
        epoch = told.epoch
    progress(count, count)
    content = store.settle_coming(name, epoch)
    if content is not None and fault_of(content, named.media) is None:
        return content
    store.drop_attachment(name)
    raise SurroundingsMend("papers.not_as_sent")


def _here(store: Store, transport: SyncProtocol, name: tuple[str, str]) -> bytes | None:
    """A content that is here whole. One that is damaged here makes room for the server's, if that
    has it."""
    known = store.read(attachments.find, *name)
    if known is None or known.state == "coming":
        return None
    content = store.read(attachments.content_of, *name)
    if content is None:
        transport.fetch_piece(FetchPiece(*name, 0))
        store.drop_attachment(name)
    return content


def _read(piece: str) -> bytes:
    try:
        return base64.b64decode(piece, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise SurroundingsMend("sync.incomplete_answer") from broken


def lane_pause(failures: int, asked: object, chance: float) -> float:
    """Seconds until the lane tries again after so many failures: 30 s to half an hour, or what the
    server asked for, and up to a quarter more by chance (`chance` from 0 to 1)."""
    seconds: float = min(30.0 * 2 ** min(failures - 1, 6), 1_800.0)
    if isinstance(asked, int | float):
        seconds = max(seconds, float(asked))
    return seconds * (1 + chance / 4)


def send_all(store: Store, transport: SyncProtocol) -> FieldappError | None:
    """The whole lane, for who has nothing else to do; what ended it early."""
    try:
        for _ in send_attachments(store, transport):
            pass
    except FieldappError as error:
        return error
    return None
