"""A server killed at the worst moments: nothing is half there, a repeated push has one effect."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import requests

from fieldapp.model.changesets import encode
from sync.protocol import Answers, Page, Pull, Push, pack
from sync.server.verify import verify
from tests.support.changes import WARD
from tests.support.live_api import Wire
from tests.support.ward_office import Hand, Office, family


@pytest.fixture
def lan(office: Office) -> Hand:
    office.clock.at = datetime(2026, 11, 1, tzinfo=UTC)
    return office.hires("lan")


@contextmanager
def a_server(url: str, moment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its address."""
    command = [sys.executable, "-m", "tests.support.dying_server", url, moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


@pytest.mark.parametrize(("moment", "kept"), [("before", 0), ("after", 1)])
def test_a_push_cut_by_a_kill_is_all_or_nothing_and_the_next_one_has_one_effect(
    office: Office, lan: Hand, url: str, moment: str, kept: int
) -> None:
    contents = tuple(encode(lan.writes(0, *family(f"h{n}", f"p{n}"))).decode() for n in range(3))
    body = pack(Push(WARD, contents))
    with a_server(url, moment) as (process, address):
        with pytest.raises(requests.ConnectionError):
            Wire(address, lan.who.token).post("push", body)
        assert process.wait(30) == -9
    assert verify(office.service.database) == []
    assert lan.pulls().head == 3 * kept
    with a_server(url, "never") as (process, address):
        wire = Wire(address, lan.who.token)
        answers = wire.call("push", Push(WARD, contents), Answers)
        assert [(a.status, a.revision) for a in answers.answers] == [
            ("applied", n) for n in (1, 2, 3)
        ]
        assert wire.call("pull", Pull(WARD, lan.who.epoch, 0), Page).head == 3
        process.terminate()
        assert process.wait(30) == 0
    assert verify(office.service.database) == []
