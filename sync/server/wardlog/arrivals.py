"""What laptops hand in: their own work, and after a restore what the log had lost."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from fieldapp.clock import business_date, iso
from fieldapp.model.changesets import content_hash
from fieldapp.model.entries import linked
from fieldapp.model.erased_bodies import LogErasing, erased_content
from fieldapp.model.erasing import Erasing
from sync.protocol import MOST_FORMER, Answer, Answers, Offer, OfferedEntry, Proof, Push
from sync.server.erasing.announcing import announce
from sync.server.erasing.erasing import erasing_in, is_believed, without_erased
from sync.server.lives.lines import WasEntry, told_outcome
from sync.server.people.accounts import Caller
from sync.server.store.migrate import add_log
from sync.server.wardlog.appending import Maker, WardLog
from sync.server.wardlog.foreseen import ask_for_batch
from sync.server.wardlog.greeting import note_last
from sync.server.wardlog.intake import Intake, Returned
from sync.server.wardlog.register import Arrived, arrive


@dataclass(frozen=True)
class Taken:
    """A batch that was taken in. `repeated`: how many of it were known already."""

    answers: Answers
    repeated: int


def take_in(
    connection: Connection, caller: Caller, push: Push, at: datetime, maker: Maker
) -> Taken:
    """Takes a batch in and answers it. To be called in a write transaction, repeated or not."""
    batch = [arrive(content, caller.device) for content in push.contents]
    ask_for_batch(connection, push.ward, caller.username, business_date(at), batch)
    log = WardLog(connection, push.ward, maker)
    intake = Intake(connection, caller, log, at, maker)
    erasing = intake.erasing
    proven = _proven(batch, push, maker)
    for arrived in batch:
        if not is_believed(connection, push.ward, arrived.raw, erased_content, erasing):
            proven.pop(arrived.hash, None)
    batch = [without_erased(arrived, erasing) for arrived in batch] if erasing else batch
    noted = partial(note_last, connection, caller, _last_of(batch, caller), len(batch))
    answers = intake.take(batch, proven, noted)
    if erasing:
        announce(connection, push.ward, maker)
    told = Answers(log.epoch, push.ward, answers, iso(at), receipt_code(answers))
    return Taken(told, intake.repeated)


def take_back(
    connection: Connection, caller: Caller, offer: Offer, at: datetime, maker: Maker
) -> Answers:
    """Takes entries back that a restored server lacks: what a seal proves is not judged for rights
    again. What nothing proves is held."""
    erasing = erasing_in(connection, offer.ward)
    returned = [
        _without_erased(connection, _returned(entry, offer.ward, caller, maker), erasing)
        for entry in offer.entries
    ]
    if any(one.was is not None for one in returned):
        add_log(connection, offer.ward)
    log = WardLog(connection, offer.ward, maker)
    answers = Intake(connection, caller, log, at, maker).take_back(returned)
    if erasing:
        announce(connection, offer.ward, maker)
    return Answers(log.epoch, offer.ward, answers, iso(at), receipt_code(answers))


def receipt_code(answers: Sequence[Answer]) -> str:
    """Eight signs over what was answered, the same for the same answers: "7F3A 91C2"."""
    lines = "\n".join(f"{answer.changeset} {answer.revision}" for answer in answers)
    signs = hashlib.sha256(lines.encode()).hexdigest()[:8].upper()
    return f"{signs[:4]} {signs[4:]}"


def _last_of(batch: Sequence[Arrived], caller: Caller) -> dict[str, tuple[int, str]]:
    """Per life of the caller's file, the last of its changesets in the batch: number and hash."""
    last: dict[str, tuple[int, str]] = {}
    for arrived in batch:
        made = arrived.changeset
        if made is not None and made.device == caller.device:
            here = (made.number, arrived.hash)
            last[made.incarnation] = max(last.get(made.incarnation, here), here)
    return last


def _proven(batch: Sequence[Arrived], push: Push, maker: Maker) -> dict[str, list[WasEntry]]:
    """The contents, by hash, that earlier lives of this database had accepted, and where."""
    proven: dict[str, list[WasEntry]] = {}
    for arrived in batch if push.proofs or push.former else ():
        made = arrived.changeset
        if made is None:
            continue
        last = [push.proofs[made.id]] if made.id in push.proofs else []
        told = (*last, *push.former.get(made.id, ())[:MOST_FORMER])
        places = [_place(proof, arrived, made.id, push.ward, maker) for proof in told]
        if sealed := [was for was in places if was is not None]:
            proven[arrived.hash] = sealed
    return proven


def _place(proof: Proof, arrived: Arrived, name: str, ward: str, maker: Maker) -> WasEntry | None:
    """Where a content stood, if the seal proves it."""
    chain = linked(proof.previous, name, arrived.hash, proof.outcome_hash)
    if not maker.safe.proves(proof.seal, proof.epoch, ward, proof.revision, chain):
        return None
    place = (proof.previous, proof.epoch, proof.revision)
    return WasEntry(ward, chain, *place, name, told_outcome(proof.stood))


def _returned(entry: OfferedEntry, ward: str, caller: Caller, maker: Maker) -> Returned:
    arrived = arrive(entry.content, caller.device)
    if arrived.changeset is None or arrived.changeset.ward != ward:
        return Returned(arrived, None)
    outcome = entry.outcome.encode()
    name = arrived.changeset.id
    chain = linked(entry.previous, name, arrived.hash, content_hash(outcome))
    if not maker.safe.proves(entry.seal, entry.epoch, ward, entry.revision, chain):
        return Returned(arrived, None)
    place = (entry.previous, entry.epoch, entry.revision)
    return Returned(arrived, WasEntry(ward, chain, *place, name, outcome))


def _without_erased(connection: Connection, returned: Returned, erasing: Erasing) -> Returned:
    """What comes back, without what is erased; of erased bodies only those made here count."""
    arrived, was = without_erased(returned.arrived, erasing), returned.was
    if was is None:
        return Returned(arrived, None)
    content = returned.arrived.raw

    def of_it(outcome: bytes, erasing: Erasing) -> bytes:
        return LogErasing(erasing).take(content, outcome)[1]

    for body, turn in ((content, erased_content), (was.outcome, of_it)):
        if not is_believed(connection, was.ward, body, turn, erasing):
            return Returned(arrived, None)
    return Returned(arrived, replace(was, outcome=of_it(was.outcome, erasing)))
