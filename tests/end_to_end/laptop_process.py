"""A laptop as a process: saves, pushes and pulls without end, and says what it has done.

`python -m tests.end_to_end.laptop_process FOLDER SEED` works until it is killed; with `--drain` it
only syncs until everything is sent. Lines on standard output, each flushed at once:

    at save|greeting|pushing|pulling|filed    what begins now
    saved ID                                  after the commit of one action
    receipt BOOK NUMBER                       after the commit of one receipt
    drained                                   the run is over and nothing is unsent
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random

from sqlalchemy import Connection, select

from fieldapp.clock import Ids, SystemClock
from fieldapp.errors import UserMends
from fieldapp.model import Household, Membership, Person, Receipt
from fieldapp.store.file import profile
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from sync.client.machine import State
from sync.client.runner import SyncReport, sync_once
from sync.client.transport import HttpTransport
from tests.support.laptops import CHEAP, PASSWORD, WARD


def say(*words: object) -> None:
    """One line to whoever watches."""
    print(*words, flush=True)


def plain_machine() -> Machine:
    """This machine's clock, no keystore, a cheap key."""
    clock = SystemClock()
    return Machine(clock, Ids(clock), NoKeystore(), CHEAP)


class Worker:
    """Works on one store from a seed."""

    def __init__(self, store: Store, server: str, random: Random) -> None:
        self._store, self._server, self._random = store, server, random

    def work_on(self) -> None:
        """Saves and syncs in turn, without end."""
        while True:
            for _ in range(self._random.randrange(1, 6)):
                self._save()
                time.sleep(self._random.random() * 0.05)  # a hand is no machine gun
            self.sync()

    def sync(self) -> SyncReport:
        """One run; its trouble is no matter here."""
        transport = HttpTransport(self._server, self._store.setting("token"))
        try:
            return sync_once(self._store, transport, random=self._random, on_state=self._told)
        finally:
            transport.close()

    def _told(self, state: State) -> None:
        say("at", state.phase)

    def _save(self) -> None:
        say("at", "save")
        known = self._store.read(some_people)
        action = self._random.choice(("family", "edit", "edit", "note", "receipt"))
        if action == "family" or not known:
            self._add_family()
        elif action == "receipt":
            self._write_receipt()
        else:
            self._edit(self._random.choice(known), action)

    def _add_family(self) -> None:
        with self._store.work(Intent("register", WARD)) as unit:
            home = unit.create(Household(id=unit.fresh_id(), street="Nguyễn Xí"))
            for number in range(self._random.randrange(1, 5)):
                name = f"Người {number} {self._random.randrange(1000)}"
                person = unit.create(Person(id=unit.fresh_id(), full_name=name))
                unit.create(Membership(id=unit.fresh_id(), person=person, household=home))
        say("saved", unit.new_id)

    def _edit(self, person: str, action: str) -> None:
        text = f"{action} {self._random.randrange(10_000)}"
        fields = {"note": text} if action == "note" else {"full_name": text, "phone": text}
        basis = self._store.basis(WARD, ("person", person))
        with self._store.work(Intent("edit", WARD), basis) as unit:
            unit.edit(Person, person, **fields)
        if unit.saved.changeset is not None:
            say("saved", unit.new_id)

    def _write_receipt(self) -> None:
        """Home and receipt in one action; without a number the worker just goes on."""
        try:
            with self._store.work(Intent("receipt", WARD)) as unit:
                book, number = unit.receipt_number()
                home = unit.create(Household(id=unit.fresh_id(), street="Lê Lợi"))
                unit.create(
                    Receipt(
                        id=unit.fresh_id(),
                        household=home,
                        book=book,
                        number=number,
                        amount_dong=1_263_600,
                        issued_at=self._store.now(),
                    )
                )
        except UserMends:
            return  # used up, or the mark is ahead of the file: the next sync mends both
        say("saved", unit.new_id)
        say("receipt", book, number)


def some_people(connection: Connection) -> list[str]:
    """People whom everybody likes to edit, so that two laptops meet on them."""
    return list(connection.execute(select(Person.id).order_by(Person.id).limit(8)).scalars())


def main() -> None:
    """The process."""
    reads = argparse.ArgumentParser()
    reads.add_argument("folder", type=Path)
    reads.add_argument("seed", type=int)
    reads.add_argument("--drain", action="store_true")
    said = reads.parse_args()
    opened = profile.unlock(said.folder, PASSWORD, plain_machine())
    worker = Worker(opened.store, opened.card.server, Random(said.seed))
    say("at", "open")
    if not said.drain:
        worker.work_on()
    report = worker.sync()
    opened.close()
    say("drained" if report.done else f"failed {report.trouble}")
    sys.exit(0 if report.done else 1)


if __name__ == "__main__":
    main()
