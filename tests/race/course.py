"""A whole race: sets the office up, starts the processes, and judges what they noted."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import select

from fieldapp.clock import Ids, SystemClock
from sync.protocol import SignIn
from sync.server.admin import Admin, NewUser
from sync.server.people.passwords import Passwords
from sync.server.service import Service
from sync.server.store.database import open_database
from sync.server.store.tables import log_entry, server_state
from sync.server.verify import verify
from tests.race.part import Part, Runner
from tests.race.planted import make_sequence

PASSWORD = "mat khau that dai"
FOLLOWERS = 2


@dataclass(frozen=True)
class Race:
    """How large a race is: `commits` transactions of all `writers` together."""

    commits: int
    writers: int = 16
    processes: int = 4
    batch: int = 1
    seed: int = 1
    planted: bool = False


@dataclass
class Result:
    """What the judge found. All but the first five must be 0 or empty.

    Attributes:
        missed: rows that some follower never saw, though the server had acknowledged them.
        gaps: revisions that a follower was shown the next one of before them.
        doubled: rows seen twice, or given two revisions.
        unasked: rows seen that nobody was told of.
        found: what `verify` of the server says.
    """

    rows: int = 0
    commits: int = 0
    pulls: int = 0
    seconds: float = 0.0
    missed: int = 0
    gaps: int = 0
    doubled: int = 0
    unasked: int = 0
    found: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.missed or self.gaps or self.doubled or self.unasked or self.found)


def run(race: Race, url: str, folder: Path) -> Result:
    """Runs a race on an empty database and judges it."""
    parts, followers = _set_up(race, url, folder)
    writing = [part.start("tests.race.writer") for part in parts]
    following = [part.start("tests.race.follower") for part in followers]
    try:
        for process in (*writing, *following):
            assert _line(process) == "ready\n"
        began = time.monotonic()
        for process in (*following, *writing):
            _tell(process)
        for process in writing:
            assert process.wait() == 0, "a writer failed"
        took = time.monotonic() - began
        for process in following:
            _tell(process)
        pulls = sum(json.loads(_line(process))["pulls"] for process in following)
    finally:
        for process in (*writing, *following):
            process.kill()
            process.communicate()
    result = judge([part.notes for part in parts], [part.notes for part in followers])
    result.commits, result.seconds, result.pulls = race.commits, took, pulls
    if not race.planted:
        result.found = _verified(url, result.rows)
    return result


def judge(acknowledged: Sequence[Path], seen: Sequence[Path]) -> Result:
    """Compares what was acknowledged with what each follower saw."""
    known: dict[str, int] = {}
    result = Result()
    for notes in acknowledged:
        for name, revision, *_ in _lines(notes):
            result.doubled += name in known
            known[name] = int(revision)
    result.rows = len(known)
    result.doubled += len(known) - len(set(known.values()))
    chains: dict[int, str] = {}
    for notes in seen:
        there: set[str] = set()
        last = 0
        for name, revision, chain in _lines(notes):
            number = int(revision)
            result.gaps += number != last + 1
            result.doubled += name in there or known.get(name, number) != number
            result.doubled += chains.setdefault(number, chain) != chain
            result.unasked += name not in known
            there.add(name)
            last = number
        result.missed += len(known.keys() - there)
    return result


def _lines(notes: Path) -> Iterator[list[str]]:
    with notes.open() as lines:
        for line in lines:
            yield line.split()


def _set_up(race: Race, url: str, folder: Path) -> tuple[list[Part], list[Part]]:
    """The office with its users; what each process of writers and each follower plays."""
    clock = SystemClock()
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    admin = Admin(Service(open_database(url), clock, Ids(clock), passwords=cheap))
    admin.init()
    ward = admin.add_ward("26956", date(2025, 7, 1), "Phường Cầu Ông Lãnh")
    runners = [_runner(admin, ward, f"w{number}") for number in range(race.writers)]
    watching = [_runner(admin, ward, f"f{number}") for number in range(FOLLOWERS)]
    with admin.service.database.write() as connection:
        epoch = str(connection.execute(select(server_state.c.epoch)).scalar_one())
        if race.planted:
            make_sequence(connection)
    admin.service.database.close()

    def part(name: str, players: Sequence[Runner], number: int) -> Part:
        return Part(
            url=url,
            ward=ward,
            epoch=epoch,
            runners=tuple(players),
            notes=folder / f"{name}{number}",
            seed=race.seed * 100 + number,
            commits=race.commits // race.writers,
            batch=race.batch,
            planted=race.planted,
        )

    shares = [runners[number :: race.processes] for number in range(race.processes)]
    writing = [part("writer", share, number) for number, share in enumerate(shares)]
    following = [part("follower", [one], number) for number, one in enumerate(watching)]
    return writing, following


def _runner(admin: Admin, ward: str, name: str) -> Runner:
    admin.add_user(NewUser(name, name, "canvasser", (ward,), PASSWORD, "female"))
    request = SignIn(name, PASSWORD, name, admin.invite(name))
    signed = admin.service.for_token(None).sign_in(request)
    return Runner(name, signed.device, signed.token)


def _verified(url: str, rows: int) -> list[str]:
    """What the server says of itself, and whether it holds as many entries as were answered."""
    database = open_database(url)
    found = [str(finding) for finding in verify(database)]
    with database.read() as connection:
        wards = connection.execute(select(log_entry.c.ward)).scalars()
        held = max(Counter(wards).values(), default=0)
    database.close()
    return found if held == rows else [*found, f"{held} entries for {rows} answers"]


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
