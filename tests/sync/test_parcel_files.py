"""Parcels as files: read by their server alone, from their device alone, whole or not at all."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fieldapp.errors import UserMends
from sync.parcels import (
    MAGIC,
    REPLY_MAGIC,
    Parcel,
    Reply,
    close_parcel,
    close_reply,
    kind_of,
    open_parcel,
    open_reply,
    server_secrets,
    verify_key,
)
from sync.protocol import Answer, Answers, ParcelKeys, Push

SERVER, OTHER = server_secrets(b"s" * 32), server_secrets(b"o" * 32)
DEVICE = b"d" * 32
PARCEL = Parcel("d1", "e0", "2026-11-23T01:00:00Z", (Push("26956.20250701", ("{}", "[]")),))
ANSWERS = Answers("e0", "w", (Answer("c1", "h", "applied", 7),), "2026-11-23T01:00:00Z", "7F3A")
REPLY = Reply("d1", "e0", "2026-11-23T01:00:00Z", (ANSWERS,))


def written(sign_key: bytes = DEVICE, to: ParcelKeys = SERVER.public) -> bytes:
    return close_parcel(PARCEL, sign_key, to, Random(1).randbytes)


def known(device: str) -> str | None:
    return verify_key(DEVICE) if device == "d1" else None


def code_of(raw: bytes) -> str:
    with pytest.raises(UserMends) as refused:
        open_parcel(raw, SERVER, known)
    return refused.value.code


def test_its_server_reads_a_parcel_whole() -> None:
    assert open_parcel(written(), SERVER, known) == PARCEL
    assert kind_of(written()) == "parcel"


def test_nobody_on_the_way_reads_it() -> None:
    raw = written()
    assert b"26956" not in raw and b"d1" not in raw.removeprefix(MAGIC)
    with pytest.raises(UserMends, match="for_another_server"):
        open_parcel(raw, OTHER, known)


def test_a_device_that_signs_with_another_key_is_no_other_device() -> None:
    assert code_of(written(sign_key=b"x" * 32)) == "parcel.forged"


def test_a_device_that_the_server_never_met_is_named() -> None:
    with pytest.raises(UserMends, match="unknown_device"):
        open_parcel(written(), SERVER, lambda device: None)


def test_without_the_servers_key_nothing_is_written() -> None:
    with pytest.raises(UserMends, match="no_key"):
        written(to=ParcelKeys())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_seen_wherever_it_is(place: int, by: int) -> None:
    raw = bytearray(written())
    place %= len(raw)
    raw[place] ^= by
    assert code_of(bytes(raw)).removeprefix("parcel.") in (
        *("damaged", "forged", "for_another_server", "not_a_parcel"),
    )


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000))
def test_a_cut_parcel_counts_for_nothing(length: int) -> None:
    raw = written()
    assert code_of(raw[: length % len(raw)]).startswith("parcel.")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_what_is_no_parcel_is_refused_in_words(raw: bytes) -> None:
    assume(kind_of(raw) is None)
    assert code_of(raw) == "parcel.not_a_parcel"
    assert code_of(MAGIC + raw).startswith("parcel.")
    for reply in (raw, REPLY_MAGIC + raw):
        with pytest.raises(UserMends):
            open_reply(reply, SERVER.public)


def test_a_reply_counts_from_its_server_alone() -> None:
    assert open_reply(close_reply(REPLY, SERVER), SERVER.public) == REPLY
    for by in (OTHER.public, ParcelKeys(), ParcelKeys("", "zz")):
        with pytest.raises(UserMends, match="forged_reply"):
            open_reply(close_reply(REPLY, SERVER), by)


def test_a_reply_says_nothing_of_anybody() -> None:
    assert kind_of(close_reply(REPLY, SERVER)) == "reply"
    with pytest.raises(UserMends, match="not_a_parcel"):
        open_parcel(close_reply(REPLY, SERVER), SERVER, known)
