"""A server process and the signed-in, synced profiles of its people, for commands of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from fieldapp.__main__ import run
from sync.server.admin import NewUser
from sync.server.cli.parts import opened
from tests.cli.conftest import PASSWORD, Ran
from tests.support.server_process import ServerProcess

WARD = "26956.20250701"
Call = Callable[..., Ran]


@dataclass
class Field:
    """A server that can be reached or not. `call`: runs a command as somebody."""

    data: Path
    server: ServerProcess
    call: Call


@contextmanager
def open_field(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    roles: Mapping[str, str],
) -> Iterator[Field]:
    """Begins with these people, by user name, in one ward."""
    monkeypatch.setenv("FIELDAPP_PASSWORD", PASSWORD)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    data = folder / "server"
    with opened(None, data) as admin:
        ward = admin.add_ward("26956", date(2025, 7, 1), "Phường Thạnh Mỹ Tây")
        codes = {}
        for name, role in roles.items():
            admin.add_user(NewUser(name, name.title(), role, [ward], PASSWORD))
            codes[name] = admin.invite(name)
    server = ServerProcess(f"sqlite:///{data / 'server.db'}")
    server.start()

    def call(who: str, *arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["--profile", str(folder / who), "--json", *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    try:
        for name, code in codes.items():
            named = ("--server", server.url, "--user", name, "--invitation", code)
            assert call(name, "sign-in", *named).code == 0
            assert call(name, "sync").code == 0
        yield Field(data, server, call)
    finally:
        server.stop()
