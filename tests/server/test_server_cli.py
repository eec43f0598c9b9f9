"""`fieldapp-server` as an administrator uses it: real processes, one JSON document a command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from fieldapp.model import Staff, Ward
from sync.protocol import Greeting, Handshake, Page, Pull, SignedIn, SignIn
from tests.support.live_api import Wire

STREAM = "26956.20250701"
PASSWORD = "mat khau that dai"


class Tool:
    """The program on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {"FIELDAPP_LANGUAGE": "en"}
        self.environment.pop("FIELDAPP_DATABASE", None)

    def command(self, *words: str) -> list[str]:
        program = "from sync.server.cli.program import main; main()"
        return [sys.executable, "-c", program, *words, "--data", str(self.folder)]

    def run(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            input=typed,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=60,
            check=False,
        )

    def json(self, *words: str, typed: str = "") -> Any:
        done = self.run(*words, "--json", typed=typed)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    return Tool(tmp_path / "data")


def test_a_server_is_set_up_run_and_stopped_from_the_command_line(tool: Tool) -> None:
    assert tool.json("init") == {"ready": True}
    ward = ("ward", "add", "26956", "--valid-from", "2025-07-01", "--name", "Cầu Ông Lãnh")
    assert tool.json(*ward) == {"ward": STREAM}
    user = ("user", "add", "lan", "--full-name", "Trần Thị Lan", "--role", "canvasser")
    tool.json(*user, "--ward", STREAM, "--sex", "female", "--password-stdin", typed=PASSWORD + "\n")
    tool.json("book", "add", "Q1", "--first", "1", "--last", "500", "--ward", STREAM)
    code = tool.json("device", "invite", "lan")["invitation"]
    with subprocess.Popen(
        tool.command("run", "--port", "0"), stdout=subprocess.PIPE, text=True, env=tool.environment
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        address = line.split()[-1]
        assert requests.get(f"{address}/live", timeout=30).status_code == 200
        who = Wire(address).call("sign-in", SignIn("lan", PASSWORD, "máy", code), SignedIn)
        wire = Wire(address, who.token)
        greeting = wire.call("greet", Handshake("i1", "2026-11-23T01:00:00.000Z"), Greeting)
        assert greeting.lease is not None and greeting.lease.last == 50
        city = wire.call("pull", Pull("city", greeting.epoch, 0), Page)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    records = [json.loads(entry.content)["changes"][0] for entry in city.entries]
    assert [record["type"] for record in records] == [Ward.type_name(), Staff.type_name()]
    assert records[0]["values"]["stream"] == STREAM
    assert records[1]["values"]["full_name"] == "Trần Thị Lan"
    [device] = tool.json("device", "list")
    assert device["username"] == "lan" and device["clock_offset_ms"] != "None"
    assert tool.json("device", "revoke", who.device) == {"device": who.device}
    assert tool.json("user", "revoke", "lan", "--ward", STREAM)["ended"] == 1
    assert tool.json("held", "list") == []
    assert tool.json("verify") == {"sound": True, "findings": []}


def test_verify_says_where_a_database_was_changed_and_fails(tool: Tool) -> None:
    from sqlcipher3 import dbapi2

    tool.json("ward", "add", "26956", "--valid-from", "2025-07-01", "--name", "Cầu Ông Lãnh")
    connection = dbapi2.connect(str(tool.folder / "server.db"))
    connection.execute("UPDATE ward SET name = 'X'")
    connection.commit()
    connection.close()
    done = tool.run("verify", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)["findings"]
    assert {(one["ward"], one["what"]) for one in found} == {
        ("city", "row_differs"),
        ("city", "row_sum_differs"),
    }


def test_an_error_is_told_in_words_on_standard_error(tool: Tool) -> None:
    done = tool.run("device", "invite", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no user nobody" in done.stderr and "Traceback" not in done.stderr


def test_the_data_folder_is_for_its_owner_only(tool: Tool) -> None:
    tool.json("init")
    assert tool.folder.stat().st_mode & 0o077 == 0


def test_an_address_in_use_is_told(tool: Tool) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = tool.run("run", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "can't be used" in done.stderr
