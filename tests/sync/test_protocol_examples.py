"""The session that `PROTOCOL.md` tells, played by a client that knows nothing but that text."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from sync.server.api.app import build_app
from sync.server.wardlog import snapshots
from tests.support.laptops import PASSWORD
from tests.support.live_api import live_api
from tests.support.team import Team

TEXT = (Path(__file__).parents[2] / "sync" / "PROTOCOL.md").read_text("utf-8")
BLOCKS = re.findall(r"^```json (\w+) ?(\S*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"<([^<>]+)>")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Where the server is, and an invitation for lan."""
    monkeypatch.setattr(snapshots, "SMALLEST", 1)
    monkeypatch.setattr(snapshots, "MOST_OF_THE_LOG", 1.0)
    team = Team()
    invitation = team.hire("lan")
    with live_api(build_app(team.service)) as url:
        yield url, invitation
    team.close()


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Stranger:
    """A client made from the text alone. `known`: the session's values by their names."""

    url: str
    known: dict[str, Any] = field(default_factory=dict)

    def filled(self, value: Any) -> Any:
        """A message with the values that its names stand for."""
        if isinstance(value, dict):
            return {key: self.filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        name = NAMED.fullmatch(value) if isinstance(value, str) else None
        return self.known[name[1]] if name else value

    def post(self, call: str, message: Any) -> tuple[int, Any]:
        body = canonical(self.filled(message)).encode()
        headers = {
            "Content-Type": "application/vnd.fieldapp.v1+json",
            "Content-Encoding": "gzip",
            "Fieldapp-Protocol": "1",
            "Fieldapp-Digest": hashlib.sha256(body).hexdigest(),
        }
        if "token" in self.known:
            headers["Authorization"] = f"Bearer {self.known['token']}"
        packed = gzip.compress(body)
        answer = requests.post(f"{self.url}/v1/{call}", packed, headers=headers, timeout=30)
        assert answer.headers["Fieldapp-Digest"] == hashlib.sha256(answer.content).hexdigest()
        return answer.status_code, answer.json()

    def hears(self, told: Any, heard: Any, where: str = "") -> None:
        """The answer is the one that the text tells, field by field; no field is left untold."""
        if told == "…":
            return
        if isinstance(told, dict):
            assert isinstance(heard, dict) and told.keys() == heard.keys(), (where, heard)
            for key, one in told.items():
                self.hears(one, heard[key], f"{where}.{key}")
        elif isinstance(told, list):
            assert len(told) == len(heard), (where, heard)
            for place, one in enumerate(told):
                self.hears(one, heard[place], f"{where}[{place}]")
        elif isinstance(told, str) and (name := NAMED.fullmatch(told)):
            assert self.known.setdefault(name[1], heard) == heard, (where, heard)
        else:
            assert told == heard, (where, heard)


def standing(known: dict[str, Any]) -> str:
    """As the text says: the positions, and the last changeset."""
    ward = ["26956.20250701", 1, known["chain 1"], 1, known["row sum"]]
    city = ["city", known["city"], *(known[f"city {name}"] for name in ("chain", "rows", "sum"))]
    return sha256(canonical([[ward, city], [1, known["hash of c1"]]]))[:20]


def test_a_stranger_speaks_the_protocol_from_its_text_alone(address: tuple[str, str]) -> None:
    url, invitation = address
    client = Stranger(url, {"password": PASSWORD, "invitation": invitation})
    status, answer, calls = 0, None, 0
    for kind, name, text in BLOCKS:
        example = json.loads(text)
        if kind == "changeset":
            client.known[name] = canonical(client.filled(example))
            client.known[f"hash of {name}"] = sha256(client.known[name])
        elif kind == "POST":
            if name == "knock":
                client.known["standing 1"] = standing(client.known)
            status, answer = client.post(name, example)
            calls += 1
        else:
            assert status == int(kind), answer
            client.hears(example, answer, kind)
    assert calls == 14

    known = client.known
    packed = base64.b64decode(known["packed 0"])
    assert hashlib.sha256(packed).hexdigest() == known["piece 0"]
    assert sha256(zlib.decompress(packed).decode()) == known["row sum"]
    assert known["hash of outcome"] == sha256(known["outcome"])
    made = json.loads(known["c1"])["id"]
    parts = ["0" * 64, made, known["hash of c1"], known["hash of outcome"]]
    assert known["chain 1"] == sha256("\n".join(parts))
