"""A server process killed at one statement after another of an erasure: she is there whole, or gone
from everywhere; asked again, she is gone.

With FIELDAPP_STATEMENTS at each of them, without it at some (`make torture` sets it).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event

from fieldapp.clock import Ids, SetClock, iso
from fieldapp.model.changesets import encode
from fieldapp.model.erasures import erasure_id
from sync.protocol import Push
from sync.server.admin import Admin
from sync.server.lives.safe import FileLedger, Safe
from sync.server.people.passwords import Passwords
from sync.server.service import Service
from sync.server.store.database import open_database
from sync.server.verify import verify
from tests.support.changes import WARD, create, edit
from tests.support.scanning import found_in
from tests.support.ward_office import CHEAP, OPENING, Hand, Office, family

EACH = "FIELDAPP_STATEMENTS" in os.environ

BEHIND_THE_LEDGER = (-1, -2, -3)
"""The commit is further away: whom the log calls erased is looked at before it."""
SAID = {"blanks": [], "erased_by": "tri", "erased_at": iso(OPENING)}


def serving(url: str, safe: Safe) -> Service:
    """The server, as a process of its own opens it."""
    clock = SetClock(OPENING)
    return Service(open_database(url), clock, Ids(clock), passwords=Passwords(CHEAP), safe=safe)


def takes_in_and_dies(url: str, safe: Safe, token: str, content: str, at: int) -> None:
    """A process: takes a push in, and is killed at its so many-th statement, or at its commit;
    below 0: at the so many-th once the ledger has it."""
    service, done, noted = serving(url, safe), count(1), len(safe.ledger.lines())

    def next_one(*_: object) -> None:
        counts = at > 0 or len(safe.ledger.lines()) > noted
        if counts and next(done) == abs(at):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(service.database.engine, "before_cursor_execute", next_one)
    event.listen(service.database.engine, "commit", next_one)
    service.for_token(token).push(Push(WARD, (content,)))
    os._exit(0)


@pytest.fixture
def safe(office: Office, tmp_path: Path) -> Safe:
    """The safe of the office, whose ledger is in a file from now on."""
    ledger = FileLedger(tmp_path / "ledger")
    ledger.append(office.service.safe.ledger.lines())
    office.service = replace(office.service, safe=replace(office.service.safe, ledger=ledger))
    office.admin = Admin(office.service)
    return office.service.safe


@dataclass
class Somebody:
    """A person with a row, a log and held work, and the erasure that a supervisor asks for."""

    office: Office
    name: str
    tri: Hand
    content: str

    def left(self) -> list[tuple[str, str]]:
        """Where her name still stands."""
        with self.office.service.database.read() as connection:
            return found_in(connection, [self.name])

    def erase(self) -> None:
        """The erasure arrives, perhaps again."""
        [answer] = self.tri.session.push(Push(WARD, (self.content,))).answers
        assert (answer.status, self.left()) == ("applied", [])
        assert verify(self.office.service.database, self.office.service.safe) == []


def people(office: Office) -> Iterator[Somebody]:
    """One after another."""
    lan, tri = office.hires("lan"), office.hires("tri", "admin")
    for number in count(1):
        person, name = f"p{number:03}", f"Nguyễn Thị Khuyênh {number:03}"
        lan.pushes(lan.writes(0, *family(f"h{number:03}", person, full_name=name, note="một")))
        late = edit("person", person, note=("một", name))
        lan.pushes(lan.writes(0, late, on=("missing",)))
        erasure = create("erasure", erasure_id(WARD, person), person=person, **SAID)
        gone = edit("person", person, withdrawn=(False, True))
        made = tri.writes(tri.pulls().head, erasure, gone)
        yield Somebody(office, name, tri, encode(made).decode())


def statements(office: Office, somebody: Somebody) -> int:
    """How many an erasure takes, with its commit."""
    engine, done = office.service.database.engine, count(0)

    def next_one(*_: object) -> None:
        next(done)

    moments = ("before_cursor_execute", "commit")
    for moment in moments:
        event.listen(engine, moment, next_one)
    somebody.tri.session.push(Push(WARD, (somebody.content,)))
    for moment in moments:
        event.remove(engine, moment, next_one)
    return next(done)


def test_killed_at_any_statement_she_is_there_whole_or_gone(
    office: Office, url: str, safe: Safe
) -> None:
    someone = people(office)
    total = statements(office, next(someone))
    some = range(1, total, 1 if EACH else 15)
    ends = Counter[bool]()
    for at in (*some, *BEHIND_THE_LEDGER):
        her = next(someone)
        before = her.left()
        arguments = (url, safe, her.tri.who.token, her.content, at)
        dying = multiprocessing.get_context("fork").Process(
            target=takes_in_and_dies, args=arguments
        )
        dying.start()
        dying.join(60)
        assert dying.exitcode == -signal.SIGKILL, at
        again = serving(url, safe)
        Admin(again).init()
        again.database.close()
        after = her.left()
        assert after in (before, []), (at, after)
        assert verify(office.service.database, safe) == []
        ends[after == before] += 1
        her.erase()
    assert ends[True] > 3, ends
    assert ends[False] > 0, "where the ledger had it before the commit"
