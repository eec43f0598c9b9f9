"""`fieldapp staff`: a supervisor's script against a real server; what it refuses, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from fieldapp.__main__ import run
from sync.server.admin import NewUser
from sync.server.cli_parts import opened
from tests.cli.conftest import PASSWORD, Ran
from tests.support.server_process import ServerProcess

WARD = "26956.20250701"
Call = Callable[..., Ran]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Runs a command as somebody: tri supervises, lan does not."""
    monkeypatch.setenv("FIELDAPP_PASSWORD", PASSWORD)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    data = tmp_path / "server"
    with opened(None, data) as admin:
        ward = admin.add_ward("26956", date(2025, 7, 1), "Phường Thạnh Mỹ Tây")
        codes = {}
        for name, role in (("tri", "supervisor"), ("lan", "canvasser")):
            admin.add_user(NewUser(name, name.title(), role, [ward], PASSWORD))
            codes[name] = admin.invite(name)
    server = ServerProcess(f"sqlite:///{data / 'server.db'}")
    server.start()

    def called(who: str, *arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["--profile", str(tmp_path / who), "--json", *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    for name, code in codes.items():
        named = ("--server", server.url, "--user", name, "--invitation", code)
        assert called(name, "sign-in", *named).code == 0
        assert called(name, "sync").code == 0
    yield called
    server.stop()


def test_a_script_does_what_the_page_does(call: Call) -> None:
    new = ("--name", "Lê Thị Mười", "--ward", WARD, "--until", "2099-12-31")
    told = call("tri", "staff", "invite", "muoi", *new).answer
    assert told["code"] and len(told["password"]) >= 12
    assert call("tri", "staff", "give", "muoi", WARD, "clerk").code == 0
    listed = call("tri", "staff", "list").answer
    assert [one["username"] for one in listed["people"]] == ["lan", "muoi", "tri"]
    assert {g["role"] for g in listed["people"][1]["grants"]} == {"canvasser", "clerk"}
    assert call("tri", "staff", "end", "muoi", WARD).code == 0
    device = next(one for one in listed["devices"] if one["username"] == "lan")
    assert device["unsent"] == 0 and device["app_version"]
    assert call("tri", "staff", "revoke", device["device"]).code == 0
    assert call("lan", "sync").error["code"].startswith("sync.device_")

    def refused(who: str, *arguments: str) -> tuple[int, str]:
        ran = call(who, "staff", *arguments)
        assert ran.out == ""
        return ran.code, ran.error["code"]

    assert refused("tri", "give", "lan", WARD, "admin") == (2, "staff.role_too_high")
    assert refused("tri", "give", "lan", "99999.20250701", "clerk") == (2, "staff.other_ward")
    assert refused("tri", "invite", "ai") == (2, "staff.not_yours")
