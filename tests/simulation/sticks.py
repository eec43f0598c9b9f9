"""Parcels on their way by hand: written, handed in again and late, answered, answered late."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from fieldapp.errors import UserMends
from sync.client.parcels import close_outbox, file_reply
from sync.parcels import open_reply
from sync.server.refusals import Refused
from sync.server.wardlog.parcels import take_parcel
from tests.simulation.machines import Laptop
from tests.simulation.memory import must


@dataclass
class Sticks:
    """What lies on sticks: nothing is ever taken off one."""

    parcels: list[bytes] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)


def parcel_travels(play: Any, laptop: Laptop, random: Random) -> str:
    """One leg of a parcel's way: onto a stick, to the server, or back; which one it was.

    Raises UserMends where there is nothing to write.
    """
    sticks, leg = play.sticks, random.random()
    if not sticks.parcels or leg < 0.4:
        sticks.parcels += close_outbox(laptop.store)[0]
        return "parcel_written"
    if not sticks.replies or leg < 0.7:
        return _hand_in(play, random.choice(sticks.parcels))
    return _give_back(play, laptop, random.choice(sticks.replies))


def _hand_in(play: Any, raw: bytes) -> str:
    try:
        play.sticks.replies.append(take_parcel(play.world.server.service, raw))
    except Refused as refused:  # it was restored, and waits for its operator
        must(refused.status == 503, "a parcel is taken", refused)
    return "parcel_arrives"


def _give_back(play: Any, laptop: Laptop, raw: bytes) -> str:
    reply = open_reply(raw, play.world.server.service.parcel_secrets.public)
    if reply.device != json.loads(laptop.meta("device")):
        code = _refusal(lambda: file_reply(laptop.store, raw))
        must(code in ("parcel.reply_for_another", "parcel.no_key"), "a reply is for one", code)
        return "reply_astray"
    if reply.epoch == json.loads(laptop.meta("epoch") or "null"):
        for answers in reply.answers:
            play.memory.heard(laptop, answers)
    file_reply(laptop.store, raw)
    return "reply_arrives"


def _refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except UserMends as refused:
        return refused.code
    return ""
