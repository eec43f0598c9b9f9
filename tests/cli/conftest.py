"""A set-up profile on the disk, without a server, opened by the commands as by a user."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldapp.__main__ import run
from fieldapp.clock import Ids, SystemClock
from fieldapp.model import CITY, stream_of
from fieldapp.store.file.keys import Cost, NoKeystore
from fieldapp.store.file.profile import Card, Machine, create, unlock
from fieldapp.store.rows import insert_records

WARD = stream_of("26956", date(2025, 7, 1))
PASSWORD = "cà phê sữa đá buổi sáng"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of lan's profile; the password stands in the environment."""
    clock = SystemClock()
    cheap = Cost(memory_kib=64, passes=1, lanes=1)
    machine = Machine(clock, Ids(clock), NoKeystore(), cheap)
    folder = tmp_path / "lan"
    card = Card("d1", "http://127.0.0.1:9", "lan", "Lê Thị Hồng Lan", "máy thử")
    grants = [{"ward": WARD, "role": "canvasser", "until": None}]
    names = {"device": "d1", "username": "lan", "full_name": card.full_name, "token": "t"}
    settings = names | {"role": "canvasser", "grants": grants, "epoch": "e1"}
    create(folder, card, PASSWORD, machine, settings).close()
    monkeypatch.setenv("FIELDAPP_PASSWORD", PASSWORD)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return folder


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The one document on standard error."""
        return json.loads(self.err)["error"]


@pytest.fixture
def fieldapp(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command on the profile."""

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["--profile", str(folder), *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


@pytest.fixture
def quote(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """Runs `fieldapp quote …` as it stands, on a machine without a profile or a password."""
    monkeypatch.delenv("FIELDAPP_PASSWORD", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["quote", *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


@pytest.fixture
def receive(folder: Path) -> Callable[[str, str], None]:
    """Puts a table into the profile's file as a sync would have left it."""

    def receive(name: str, content: str) -> None:
        clock = SystemClock()
        profile = unlock(folder, PASSWORD, Machine(clock, Ids(clock), NoKeystore()))
        values = {"name": name, "content": content, "note": "NĐ999/2027", "issued_at": None}
        with profile.store._write() as connection:
            insert_records(connection, CITY, {("dated_table", name): ("c1", values)})
        profile.close()

    return receive
