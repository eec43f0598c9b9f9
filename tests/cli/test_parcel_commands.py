"""`fieldapp parcel` and `fieldapp-server parcel`: a day's work handed in without any network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from fieldapp.__main__ import run
from sync.server import cli as server_cli
from sync.server.admin import NewUser
from sync.server.cli_parts import opened
from tests.cli.conftest import PASSWORD, Ran
from tests.support.server_process import ServerProcess

HOUSEHOLD = {
    "ward": "26956.20250701",
    "fields": {"house_number": "12/3", "street": "Nguyễn Xí"},
    "members": [{"full_name": "Nguyễn Thị Thử", "relationship": "00"}],
}
Call = Callable[..., Ran]


@dataclass
class Field:
    """A server that can be reached or not, and two canvassers' profiles."""

    data: Path
    server: ServerProcess
    call: Call


@pytest.fixture
def field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Field]:
    monkeypatch.setenv("FIELDAPP_PASSWORD", PASSWORD)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    data = tmp_path / "server"
    with opened(None, data) as admin:
        ward = admin.add_ward("26956", date(2025, 7, 1), "Phường Thạnh Mỹ Tây")
        codes = {}
        for name in ("lan", "phuc"):
            admin.add_user(NewUser(name, name.title(), "canvasser", [ward], PASSWORD))
            codes[name] = admin.invite(name)
    server = ServerProcess(f"sqlite:///{data / 'server.db'}")
    server.start()

    def call(who: str, *arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["--profile", str(tmp_path / who), "--json", *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    for name, code in codes.items():
        named = ("--server", server.url, "--user", name, "--invitation", code)
        assert call(name, "sign-in", *named).code == 0
        assert call(name, "sync").code == 0
    yield Field(data, server, call)
    server.stop()


def test_a_parcel_travels_by_hand_both_ways(field: Field, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert field.call("lan", "do", "register_household", json.dumps(HOUSEHOLD)).code == 0
    written = field.call("lan", "parcel", "write", "--out", str(stick)).answer
    (parcel,) = written["files"]
    assert written["changesets"] == 1

    reply = field.call("phuc", "parcel", "carry", parcel).answer["reply"]
    again = stick / "again.traloi"
    office = ["parcel", "take", parcel, "--reply", str(again), "--data", str(field.data)]
    server_cli.cli(office, standalone_mode=False)
    assert again.stat().st_size > 100

    for answer in (reply, str(again)):
        taken = field.call("lan", "parcel", "read", answer).answer
        assert taken == {"confirmed": 1, "named": 1}
    status = field.call("lan", "sync").answer
    assert (status["unsent"], status["sent"], status["safe_to_shut_down"]) == (0, 1, True)


def test_what_goes_wrong_is_told_in_the_users_words(field: Field, tmp_path: Path) -> None:
    def refused(*arguments: str) -> tuple[int, str]:
        ran = field.call("lan", "parcel", *arguments)
        assert ran.out == ""
        return ran.code, ran.error["code"]

    assert refused("write", "--out", str(tmp_path)) == (2, "parcel.nothing_unsent")
    field.call("lan", "do", "register_household", json.dumps(HOUSEHOLD))
    assert refused("write", "--out", str(tmp_path / "gone")) == (3, "parcel.not_written")
    assert refused("read", str(tmp_path / "gone.traloi")) == (3, "parcel.not_read")
    letter = tmp_path / "letter.goi"
    letter.write_text("chào", "utf-8")
    assert refused("carry", str(letter)) == (2, "parcel.not_a_parcel")
    assert refused("read", str(letter)) == (2, "parcel.not_a_reply")
