"""`fieldapp staff`: a supervisor's script against a real server; what it refuses, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.field import WARD, Call, open_field


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Runs a command as somebody: tri supervises, lan does not."""
    with open_field(
        tmp_path, monkeypatch, capsys, {"tri": "supervisor", "lan": "canvasser"}
    ) as made:
        yield made.call


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
