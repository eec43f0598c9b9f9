"""The HTTP side on a real socket: whole bodies in and out, and a problem for all the rest."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from fieldapp.model.changesets import encode
from fieldapp.words import Words
from sync.protocol import (
    BODY_LIMIT,
    DIGEST_HEADER,
    VERSION_HEADER,
    Answers,
    Greeting,
    Handshake,
    Page,
    Problem,
    Pull,
    Push,
    SignedIn,
    SignIn,
    pack,
    page_is_a_run,
    unpack,
)
from sync.protocol.brief import BRIEF_HEADER, SPOKEN, brief, read_brief
from sync.server.api.app import build_app
from tests.support.changes import WARD
from tests.support.live_api import Wire, live_api, whole
from tests.support.ward_office import PASSWORD, Hand, Office, family

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    with live_api(build_app(office.service)) as listening:
        yield listening


@pytest.fixture
def lan(office: Office) -> Hand:
    return office.hires("lan")


@pytest.fixture
def wire(address: str, lan: Hand) -> Wire:
    return Wire(address, lan.who.token)


def problem(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal, which has its words."""
    code = unpack(Problem, whole(answer)).code
    assert all(Words(language).knows(code) for language in ("vi", "en"))
    return answer.status_code, code


def test_a_whole_sync_over_the_wire(office: Office, address: str, lan: Hand) -> None:
    office.adds_user("minh")
    invitation = office.admin.invite("minh")
    request = SignIn("minh", PASSWORD, "máy", invitation)
    who = Wire(address).call("sign-in", request, SignedIn)
    wire = Wire(address, who.token)
    greeting = wire.call("greet", Handshake("i1", "2026-11-23T01:00:00.000Z"), Greeting)
    assert greeting.epoch == who.epoch
    made = Hand(office, who).writes(0, *family())
    answers = wire.call("push", Push(WARD, (encode(made).decode(),)), Answers)
    assert [answer.status for answer in answers.answers] == ["applied"]
    page = wire.call("pull", Pull(WARD, who.epoch, 0), Page)
    assert page_is_a_run(page)
    assert page.entries[0].entry().content == encode(made)


def test_a_sign_of_life_needs_no_token(address: str, wire: Wire) -> None:
    answer = requests.get(f"{address}/live", timeout=30)
    assert (answer.status_code, whole(answer)) == (200, b'{"status":"alive"}')


def test_long_answers_are_packed_and_their_digest_is_of_what_they_unpack_to(
    wire: Wire, lan: Hand
) -> None:
    lan.pushes(*(lan.writes(0, *family(f"h{n}", f"p{n}")) for n in range(20)))
    body = pack(Pull(WARD, lan.who.epoch, 0))
    answer = wire.post("pull", body)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert unpack(Page, whole(answer)).count == 20
    plain = wire.post("pull", body, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert whole(plain) == whole(answer)


def test_a_body_that_is_not_whole_has_no_effect(wire: Wire, lan: Hand) -> None:
    body = pack(Push(WARD, (encode(lan.writes(0, *family())).decode(),)))
    packed = gzip.compress(body)
    refusals = [
        wire.post("push", body, headers={DIGEST_HEADER: "0" * 64}),
        wire.post("push", body, headers={DIGEST_HEADER: None}),
        wire.post("push", body, packed=packed[:-20]),
        wire.post("push", body, packed=b"no gzip"),
        wire.post("push", body, packed=packed + packed),
        wire.post("push", b'{"ward": 7, "contents": []}'),
        wire.post("push", b"<html>log in here</html>"),
        wire.post("push", b""),
        wire.post("push", b"[" * 100_000),
        wire.post("push", b"\xff\xfe"),
    ]
    assert {problem(answer) for answer in refusals[:2]} == {(400, "server.digest_wrong")}
    assert {problem(answer) for answer in refusals[2:]} == {(400, "server.broken_body")}
    assert lan.pulls().head == 0


def in_brief(wire: Wire, body: bytes, said: str) -> requests.Response:
    long = {"Content-Type": None, VERSION_HEADER: None, DIGEST_HEADER: None}
    return wire.post("pull", body, headers=long | {BRIEF_HEADER: said})


def test_whoever_asks_in_brief_hears_in_brief(wire: Wire, lan: Hand) -> None:
    body = pack(Pull(WARD, lan.who.epoch, 0))
    assert wire.post("pull", body).headers[BRIEF_HEADER] == SPOKEN
    answer = in_brief(wire, body, brief(body, "0123456789abcdef"))
    told = read_brief(answer.headers[BRIEF_HEADER])
    assert answer.status_code == 200 and told is not None and told.proves(answer.content)
    unpack(Page, answer.content)
    assert not {"content-type", DIGEST_HEADER.lower()} & {*map(str.lower, answer.headers)}
    for said, status, code in (
        (brief(body + b" "), 400, "server.digest_wrong"),
        (SPOKEN, 400, "server.digest_wrong"),
        ("2 digest", 426, "server.unknown_version"),
        ("1 too many words here", 415, "server.unknown_media_type"),
    ):
        answer = in_brief(wire, body, said)
        assert (answer.status_code, unpack(Problem, answer.content).code) == (status, code)


def test_bodies_of_another_kind_are_refused_by_name(wire: Wire) -> None:
    body = pack(Push(WARD, ()))
    assert problem(wire.post("push", body, headers={"Content-Type": "application/json"})) == (
        415,
        "server.unknown_media_type",
    )
    assert problem(wire.post("push", body, headers={VERSION_HEADER: "2"})) == (
        426,
        "server.unknown_version",
    )
    assert problem(wire.post("push", body, headers={"Content-Encoding": "br"})) == (
        415,
        "server.unknown_packing",
    )


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(wire: Wire) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * 1_000_000) for _ in range(200)) + packer.flush()
    assert len(bomb) < 250_000
    refused = wire.post("push", b"", packed=bomb)
    assert problem(refused) == (413, "server.body_too_large")
    ratio = wire.post("push", b"", packed=gzip.compress(b" " * 1_000_000))
    assert problem(ratio) == (413, "server.body_too_large")


def test_a_body_beyond_the_limit_is_refused_without_packing_too(wire: Wire) -> None:
    assert problem(wire.post("push", b" " * (BODY_LIMIT + 1)))[0] == 413


def test_whoever_has_no_token_is_asked_to_sign_in(address: str, wire: Wire) -> None:
    body = pack(Pull("city", "", 0))
    assert problem(Wire(address).post("pull", body)) == (401, "server.sign_in_first")
    for header in ("Basic abc", "Bearer", "Bearer  ", f"Token {wire.token}"):
        answer = wire.post("pull", body, headers={"Authorization": header})
        assert problem(answer)[0] == 401


def test_a_wait_is_told_in_seconds(wire: Wire) -> None:
    body = pack(SignIn("lan", "doan thu mot cai", "máy"))
    answers = [wire.post("sign-in", body) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 6 + [429]
    assert answers[-1].headers["Retry-After"] == "2"


def test_there_is_nothing_else_to_find(address: str, wire: Wire) -> None:
    for path in ("/", "/docs", "/openapi.json", "/v1/nothing", "/v1/push/x"):
        assert problem(requests.get(f"{address}{path}", timeout=30))[0] in (404, 405)
    assert problem(requests.get(f"{address}/v1/push", timeout=30))[0] == 405


def test_a_defect_is_told_without_what_is_inside(
    office: Office, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise ZeroDivisionError("0912345678 is a secret")

    monkeypatch.setattr("sync.server.service.page_of", fails)
    answer = wire.post("pull", pack(Pull(WARD, "", 0)))
    assert problem(answer) == (500, "server.defect")
    assert "secret" not in answer.text and "Traceback" not in answer.text


def test_a_database_that_is_away_asks_to_come_back(office: Office, wire: Wire) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("SELECT secret", {}, Exception("the disk is gone"))

    engine = office.service.database.engine
    event.listen(engine, "before_cursor_execute", away)
    answer = wire.post("pull", pack(Pull(WARD, "", 0)))
    event.remove(engine, "before_cursor_execute", away)
    assert problem(answer) == (503, "server.busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert "secret" not in answer.text and "disk" not in answer.text
