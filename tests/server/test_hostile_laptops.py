"""Laptops of forgers, over the wire: everything is answered or refused with a reason, nothing
breaks, nothing changes without a grant, and nobody else notices.

FIELDAPP_HOSTILE says how many of each kind (150 without it, and then always the same ones; `make
hostile` makes thousands of new ones).
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.model.changesets import encode
from fieldapp.words import Words
from sync.protocol import Answers, Handshake, Page, Problem, Pull, Push, pack, unpack
from sync.server.api.app import build_app
from sync.server.api.openapi import described
from sync.server.verify import verify
from tests.server.test_health import ON_POSTGRES
from tests.support.changes import WARD, create
from tests.support.hostile import Grammar, Messages
from tests.support.live_api import Wire, live_api, whole
from tests.support.ward_office import Hand, Office, family

MANY = int(os.environ.get("FIELDAPP_HOSTILE", "150"))
HOSTILE = settings(
    max_examples=MANY,
    deadline=None,
    derandomize="FIELDAPP_HOSTILE" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
OTHER = "27000.20250701"
REASONS = {
    *("missing_on", "unknown_record", "unknown_type", "broken_rule", "no_grant", "no_right"),
    *("forged_author", "forged_device", "wrong_ward", "other_hash", "broken", "clone", "unproven"),
    *("erased", "revoked_device"),
}
pytestmark = ON_POSTGRES


@dataclass
class Siege:
    """A forger with a token of his own, and those who must not notice him."""

    office: Office
    address: str
    url: str
    forger: Hand
    bystander: Hand
    neighbour: Hand

    @property
    def names(self) -> list[str]:
        """What the forger may know: wards, people, devices, ids, the life of the database."""
        others = [self.bystander.who, self.neighbour.who]
        return [
            *(WARD, OTHER, "city", "lan", "phuc", "neighbour", self.forger.who.device),
            *(one.device for one in others),
            *(self.forger.who.epoch, "h1", "p1", "m-p1", "o1", "i1", "0" * 64, "server"),
        ]

    def sends(self, path: str, body: bytes, token: str | None = None) -> requests.Response:
        """Sends it, and sees to it that the answer is one."""
        wire = Wire(self.address, token or self.forger.who.token)
        answer = wire.post(path.removeprefix("/v1/"), body)
        assert answer.status_code < 500, (answer.status_code, answer.text, body)
        if answer.status_code != 200:
            code = unpack(Problem, whole(answer)).code
            assert all(Words(language).knows(code) for language in ("vi", "en")), code
        return answer

    def fortress(self) -> dict[str, Any]:
        """What a forger must not change: other wards, the city, who may do what, who wrote what."""
        asked = {
            "heads": f"SELECT ward, revision, row_sum FROM ward_head WHERE ward <> '{WARD}'",
            "grants": "SELECT username, ward, role, since, until FROM user_grant",
            "devices": "SELECT id, username, revoked_at, cloned_at, incarnation FROM device"
            f" WHERE id <> '{self.forger.who.device}'",
            "tokens": "SELECT hash, device, revoked_at FROM token",
            "state": "SELECT epoch, stopped FROM server_state",
            "people": "SELECT username, full_name, role FROM user_account",
            "written in other names": "SELECT changeset FROM log_entry"
            f" WHERE ward = '{WARD}' AND device <> '{self.forger.who.device}'",
        }
        with psycopg.connect(self.url) as looking:
            return {what: sorted(looking.execute(one).fetchall()) for what, one in asked.items()}


@pytest.fixture
def siege(office: Office, url: str) -> Iterator[Siege]:
    office.admin.add_ward("27000", date(2025, 7, 1), "Phường bên")
    forger, bystander = office.hires("lan"), office.hires("phuc")
    neighbour = office.hires("neighbour", "canvasser", OTHER)
    bystander.pushes(bystander.writes(0, *family()))
    neighbour.pushes(neighbour.writes(0, create("household", "o1"), ward=OTHER), ward=OTHER)
    with live_api(build_app(office.service)) as address:
        made = Siege(office, address, url, forger, bystander, neighbour)
        before = made.fortress()
        yield made
        assert made.fortress() == before
        assert verify(office.service.database) == []
        head = Wire(address, bystander.who.token).call(
            "pull", Pull(WARD, bystander.who.epoch, 0), Page
        )
        assert head.count
        with psycopg.connect(url) as looking:
            held = looking.execute("SELECT DISTINCT reason FROM held").fetchall()
        assert {reason for (reason,) in held} <= REASONS
        work = bystander.writes(head.head, create("household", "still-here"))
        assert bystander.pushes(work)[0].status == "applied"


def test_who_listens_with_anything_is_answered_or_refused(siege: Siege) -> None:
    for heads in ({"city": -1}, {"city": 10**60, OTHER: -1}, [], {"x" * 9_999: "1"}, {"city": 1.5}):
        siege.sends("listen", json.dumps({"heads": heads}).encode())


def test_messages_after_the_servers_own_description(siege: Siege) -> None:
    messages = Messages(described(), siege.names)
    calls = st.sampled_from(sorted(messages.requests)).flatmap(
        lambda path: st.tuples(st.just(path), messages.of(messages.requests[path]))
    )

    @HOSTILE
    @given(calls)
    def sends(call: tuple[str, Any]) -> None:
        path, message = call
        siege.sends(path, json.dumps(message).encode())

    sends()


def test_changesets_after_a_grammar(siege: Siege) -> None:
    names = siege.names
    whose = ["lan", siege.forger.who.device, *names]
    grammar = Grammar(whose, [WARD, OTHER, "city", ""], names)

    @HOSTILE
    @given(st.lists(grammar.texts(), min_size=1, max_size=6), st.sampled_from([WARD, WARD, OTHER]))
    def pushes(contents: list[str], ward: str) -> None:
        answer = siege.sends("push", json.dumps({"ward": ward, "contents": contents}).encode())
        if answer.status_code != 200:
            return
        answers = unpack(Answers, whole(answer)).answers
        assert len(answers) == len(contents)
        assert all(one.status != "held" or one.reason in REASONS for one in answers)
        assert ward == WARD or {one.status for one in answers} == {"held"}

    pushes()


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("a million changesets", 413),
        ("five thousand broken ones", 200),
        ("packed a thousand times", 413),
        ("a message nested deep", 400),
        ("not a number", 400),
        ("a body of nothing but brackets", 400),
    ],
)
def test_bodies_that_would_be_much_to_read(siege: Siege, what: str, status: int) -> None:
    zeros = b'{"ward":"' + b"0" * 12_000_000 + b'"}'
    bodies = {
        "a million changesets": pack(Push(WARD, ("1",) * 1_000_000)),
        "five thousand broken ones": pack(Push(WARD, ("{" * 30,) * 5_000)),
        "packed a thousand times": zeros,
        "a message nested deep": b'{"ward":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "not a number": b'{"ward":"x","epoch":"e","after":NaN}',
        "a body of nothing but brackets": b"[]" * 4_000_000,
    }
    body = bodies[what]
    call = "pull" if what == "not a number" else "push"
    wire = Wire(siege.address, siege.forger.who.token)
    packed = gzip.compress(body) if body is zeros else None
    assert wire.post(call, body, packed=packed).status_code == status


def test_a_name_that_comes_twice_in_a_changeset_leads_nowhere_else(siege: Siege) -> None:
    """Whichever of the two a reader takes: it is what the server judged."""
    text = encode(siege.forger.writes(1, create("household", "twice"))).decode()
    for twice in (f'"ward":"{OTHER}","ward":', f'"author":"phuc","ward":"{WARD}","ward":'):
        spoiled = text.replace('"ward":', twice, 1)
        [answer] = unpack(Answers, whole(siege.sends("push", pack(Push(WARD, (spoiled,)))))).answers
        assert answer.status in ("applied", "held")


def test_tokens_that_are_none_open_nothing(siege: Siege) -> None:
    own = Handshake("i1", "9999-12-31T23:59:59.999Z", {OTHER: ("x", 1 << 40)}, ("Q1", -5))
    for token in (siege.neighbour.who.device, "x" * 10_000, "' OR 1=1 --"):
        assert siege.sends("greet", pack(own), token).status_code == 401


def test_what_the_long_form_found(siege: Siege) -> None:
    """Each was answered 500 once."""
    messages: dict[str, Any] = {
        "parcel": {"content": "\x80"},
        "pieces": {"ward": WARD, "revision": 0, "first": 1 << 31},
    }
    for path, message in messages.items():
        siege.sends(path, json.dumps(message).encode())
