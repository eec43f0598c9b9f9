"""What a forger or a broken machine may send: every wrong value is held or refused, never a crash.

Both engines must take each value or hold it alike: SQLite takes texts and numbers that PostgreSQL
refuses, so nothing may be left to the database to find out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fieldapp.model import record_types
from fieldapp.model.changesets import encode
from fieldapp.model.record import content_fields
from sync.protocol import (
    BrokenBody,
    Handshake,
    Pull,
    Push,
    SignIn,
    pack,
    unpack,
)
from sync.server.refusals import Refused
from sync.server.verify import verify
from tests.support.changes import WARD, create, edit
from tests.support.ward_office import PASSWORD, Hand, Office, family

JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    1 << 31,
    1 << 70,
    10**400,
    "",
    "x" * 10_000,
    "nul\0inside",
    "\ud800",
    "🂡",
    "2026-11-23",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999Z",
    [],
    [None],
    [["a", "b"]],
    {},
    {"": {"": []}},
    {"x" * 300: 1},
    {"full_name": "ab"},
]
RAW = ["NaN", "1e999", "-Infinity", '{"a":1,"a":2}', "[" * 40 + "]" * 40, "0123", "1" * 5_000]
"""JSON (or nearly) that `json.dumps` would not write."""
REQUIRED = {
    "enrolment": {"paid_on": "2026-11-23"},
    "receipt": {"issued_at": "2026-11-23T01:00:00.000Z"},
    "visit": {"visited_at": "2026-11-23T01:00:00.000Z"},
    "notice": {"shown_at": "2026-11-23T01:00:00.000Z"},
}


@pytest.fixture
def lan(office: Office) -> Iterator[Hand]:
    hand = office.hires("lan")
    hand.pushes(hand.writes(0, *family()))
    yield hand
    assert verify(office.service.database) == []
    assert hand.pushes(hand.writes(1, edit("person", "p1", sex=(None, "male"))))[0].revision


def junk_in(wire: dict[str, Any]) -> Iterator[str]:
    """The document with each of its parts, at any depth, replaced by each kind of junk."""
    marker = "@@@"
    for path in list(paths(wire)):
        whole = json.loads(json.dumps(wire))
        put(whole, path, marker)
        text = json.dumps(whole)
        for junk in (*map(json.dumps, JUNK), *RAW):
            yield text.replace(f'"{marker}"', junk)


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        yield (*at, name)
        if isinstance(part, dict | list):
            yield from paths(part, (*at, name))


def put(value: Any, path: tuple[Any, ...], what: Any) -> None:
    for name in path[:-1]:
        value = value[name]
    value[path[-1]] = what


def test_junk_anywhere_in_a_changeset_is_held_or_taken_whole(office: Office, lan: Hand) -> None:
    decision = {"kind": "decide", "type": "person", "id": "p1", "sides": ["s"], "reopens": ["r"]}
    decision["fields"] = {"full_name": ["A", "B"]}
    wire = json.loads(
        encode(lan.writes(1, *family("h2", "p2"), edit("person", "p1", sex=(None, "x"))))
    )
    wire["changes"] = [wire["changes"][1], wire["changes"][-1], decision | {"id": "p2"}]
    contents = [text for text in junk_in(wire) if "\ud800" not in text]
    answers = lan.hands_in(*contents).answers
    assert len(answers) == len(contents)
    assert {answer.status for answer in answers} <= {"applied", "merged", "conflict", "held"}
    assert sum(answer.status == "held" for answer in answers) > len(answers) // 2


def test_junk_in_any_field_of_any_record_is_held_or_taken_whole(lan: Hand) -> None:
    contents = []
    for name, record in record_types().items():
        for field in content_fields(record):
            for number, junk in enumerate(JUNK):
                if junk == "\ud800":
                    continue
                values = REQUIRED.get(name, {}) | {field: junk}
                identity = f"{name}-{field}-{number}"[:36]
                made = lan.writes(1, create(name, identity, **values))
                contents.append(encode(made).decode())
    answers = lan.hands_in(*contents).answers
    assert {answer.reason for answer in answers} <= {
        None,
        "broken",
        "broken_rule",
        "no_right",
        "unknown_record",
    }


def test_half_a_surrogate_pair_and_a_nul_are_held_as_broken(lan: Hand) -> None:
    good = encode(lan.writes(1, edit("person", "p1", note=("", "?")))).decode()
    for bad in ("\\ud800", "\\u0000", "nul\\u0000"):
        [answer] = lan.hands_in(good.replace('"?"', f'"{bad}"')).answers
        assert answer.reason == "broken", bad


def test_a_moment_beyond_the_calendar_is_held_as_broken(lan: Hand) -> None:
    made = lan.writes(1, edit("person", "p1", note=("", "?")), offset_ms=(1 << 53) - 1)
    assert lan.pushes(made)[0].reason == "broken"


def messages(lan: Hand) -> dict[str, Any]:
    push = Push(WARD, (encode(lan.writes(1, edit("person", "p1", note=("", "?")))).decode(),))
    greeting = Handshake("i1", "2026-11-23T01:00:00.000Z", {WARD: ("e", 1)}, ("Q1", 1), "1.0")
    return {
        "sign_in": SignIn("lan", PASSWORD, "máy", "AAAA", lan.office.enrols("lan").who.device),
        "greet": greeting,
        "push": push,
        "pull": Pull(WARD, lan.who.epoch, 1),
    }


def test_junk_anywhere_in_a_message_is_refused_or_answered(office: Office, lan: Hand) -> None:
    for call, message in messages(lan).items():
        for text in junk_in(json.loads(pack(message))):
            office.clock.forward(minutes=16)
            try:
                body = text.encode()
                getattr(lan.session, call)(unpack(type(message), body))
            except (BrokenBody, UnicodeEncodeError):
                continue
            except Refused as refusal:
                assert 400 <= refusal.status < 500
                office.service.database.in_write(
                    lambda connection: connection.exec_driver_sql("DELETE FROM throttle")
                )
