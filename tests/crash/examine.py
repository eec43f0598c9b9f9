"""Opens an image as the next start of the program would, and says what is wrong with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text
from sqlcipher3 import dbapi2

from fieldapp.clock import Ids, SetClock
from fieldapp.errors import FieldappError, UserMends
from fieldapp.model import Household, Receipt
from fieldapp.model.changesets import content_hash, is_erased
from fieldapp.model.entries import next_chain
from fieldapp.store import search, tables
from fieldapp.store.file import profile
from fieldapp.store.file.keys import Cost
from fieldapp.store.file.profile import Machine
from fieldapp.store.log import reunion, sums
from fieldapp.store.rows import table_of
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from tests.crash.images import Image
from tests.crash.recording import KEYSTORE, connect, digest
from tests.support.laptops import MORNING, PASSWORD, WARD, KeptSecrets

MEMORY = Path("/dev/shm")
"""Images need no real disk under them."""


class Bench:
    """Where images are laid out, one after another."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder, self._key = folder, key

    def lay_out(self, image: Image) -> None:
        """Makes the folder hold the image and nothing else."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name, content in image.files.items():
            if not name.startswith(KEYSTORE):
                (self.folder / name).write_bytes(content)

    def look(self, image: Image) -> list[str]:
        """Whether the database opens and holds one of the states that it may hold."""
        self.lay_out(image)
        try:
            connection = connect(self.folder / "field.db", self._key)
            try:
                found = digest(connection)
                sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
            finally:
                connection.close()
        except dbapi2.Error as defect:
            return [f"it does not open: {defect}"]
        if sound != "ok":
            return [f"integrity: {sound}"]
        if found not in image.allowed:
            return ["what was committed is not there, or what was not is half there"]
        return []

    def start(self, image: Image) -> list[str]:
        """Whether the program starts on it, finds everything in order, and can go on working."""
        self.lay_out(image)
        secrets = KeptSecrets(image.secrets)
        clock = SetClock(MORNING)
        clock.forward(days=60)
        machine = Machine(clock, Ids(clock), secrets, Cost(64, 1, 1))
        try:
            opened = profile.unlock(self.folder, PASSWORD, machine)
        except UserMends as refusal:
            erased = refusal.code == "store.erased" and profile.card_of(self.folder) is not None
            return [] if erased and _is_erasing(image) else [f"it does not start: {refusal.code}"]
        except FieldappError as defect:
            return [f"it does not start: {defect.code}"]
        try:
            return disorder(opened.store) or _goes_on(opened.store)
        finally:
            opened.close()


def _is_erasing(image: Image) -> bool:
    return b"sealed" not in image.files["key.json"]


@contextmanager
def bench(key: bytes) -> Iterator[Bench]:
    """A bench for images of files with this key."""
    with scratch() as folder:
        yield Bench(folder / "image", key)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is room for one, else a temporary one."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield Path(folder)


def disorder(store: Store) -> list[str]:
    """What of a laptop's file does not fit together; empty where all does."""
    looks = (_journal, _log, _index, _rows, _numbers, _erased)
    return store.read(lambda connection: [fault for look in looks for fault in look(connection)])


def _journal(connection: Connection) -> Iterator[str]:
    """Contents fit their hashes, numbers have no gap, changes stand on changesets."""
    journal = tables.journal.c
    rows = connection.execute(select(tables.journal)).all()
    wards = set(connection.execute(select(tables.position.c.ward)).scalars())
    for row in rows:
        here = content_hash(row.content) == row.hash
        gone = row.content == b"" and row.settled
        if gone and row.ward in wards:
            gone = row.revision <= reunion.floor_of(connection, row.ward)[0]
        if not here and not gone:
            yield f"journal: {row.id}"
    numbers: dict[str, list[int]] = {}
    for life, number in connection.execute(select(journal.incarnation, journal.number)):
        numbers.setdefault(life, []).append(number)
    for found in numbers.values():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"journal: numbers {sorted(found)}"
    own = set(connection.execute(select(tables.own_change.c.changeset)).scalars())
    yield from (f"a change without its changeset: {name}" for name in own - {r.id for r in rows})


def _log(connection: Connection) -> Iterator[str]:
    """Each log is whole from where it begins to its position, and its chain leads there."""
    entry, position = tables.log_entry.c, tables.position.c
    for ward, revision, last in connection.execute(
        select(position.ward, position.revision, position.chain)
    ).all():
        at, chain = reunion.floor_of(connection, ward)
        found = select(tables.log_entry).where(entry.ward == ward).order_by(entry.revision)
        for row in connection.execute(found).all():
            at += 1
            chain = next_chain(chain, row.changeset, row.content, row.outcome)
            if (row.revision, row.chain) != (at, chain):
                yield f"log: {ward} {row.revision}"
        if (at, chain) != (revision, last):
            yield f"log: {ward} ends at {at}, not at {revision}"


def _index(connection: Connection) -> Iterator[str]:
    """Searching finds what the rows say: the index is the one that would be made anew."""
    connection.execute(text("INSERT INTO person_search(person_search) VALUES ('integrity-check')"))
    before = _indexed(connection)
    people = table_of("person")
    trial = connection.begin_nested()
    for ward in connection.execute(select(people.c.ward).distinct()).scalars().all():
        ids = connection.execute(select(people.c.id).where(people.c.ward == ward)).scalars()
        search.index_touched(connection, ward, [("person", one) for one in ids])
    if _indexed(connection) != before:
        yield "the index of people is not that of the rows"
    trial.rollback()


def _indexed(connection: Connection) -> list[Any]:
    return connection.execute(
        text(
            "SELECT e.ward, e.person, e.household, e.name, e.address, s.name, s.address,"
            " (SELECT group_concat(n.reversed) FROM (SELECT reversed FROM search_number"
            "  WHERE key = e.key ORDER BY reversed) n)"
            " FROM search_entry e JOIN person_search s ON s.rowid = e.key ORDER BY 1, 2"
        )
    ).all()  # type: ignore[return-value]  # rows are tuples


def _rows(connection: Connection) -> Iterator[str]:
    """Each ward's rows sum up to what was kept when its pages were taken in."""
    position = tables.position.c
    for ward in connection.execute(select(position.ward)).scalars().all():
        if sums.count(connection, ward) != sums.stored_sum(connection, ward):
            yield f"the rows of {ward} do not sum up"


def _numbers(connection: Connection) -> Iterator[str]:
    """Receipts ascend from the beginning of their range to the next number."""
    receipt = table_of(Receipt.type_name()).c
    for row in connection.execute(select(tables.lease)).all():
        given = select(receipt.number).where(receipt.book == row.book)
        used = sorted(connection.execute(given).scalars())
        if used and used != list(range(row.first, row.next)):
            yield f"receipts {used}, next {row.next}"


def _erased(connection: Connection) -> Iterator[str]:
    """Of whom the log erases nothing is left, neither in the rows nor in any body."""
    change, said, people = tables.log_change.c, table_of("erasure").c, table_of("person").c
    named = select(change.record).where(change.record_type == "erasure")
    for ward, person in connection.execute(
        select(said.ward, said.person).where(said.id.in_(named))
    ).all():
        here = (people.ward == ward) & (people.id == person)
        if connection.execute(select(people.full_name).where(here)).scalar():
            yield f"{person} is erased and has a name"
        for table in (tables.log_entry, tables.journal):
            for body in connection.execute(select(table.c.content)).scalars():
                if person.encode() in body and not is_erased(body) and b"full_name" in body:
                    yield f"{person} is erased, and a body of {table.name} is whole"


def _goes_on(store: Store) -> list[str]:
    """Another household is saved; a receipt gets the next number, or waits for a handshake."""
    if not any(grant["ward"] == WARD for grant in store.setting("grants")):
        return []
    with store.work(Intent("register", WARD)) as unit:
        home = unit.create(Household(id=unit.fresh_id(), street="Lê Lợi"))
    try:
        with store.work(Intent("receipt", WARD)) as unit:
            book, number = unit.receipt_number()
            paper = {"book": book, "number": number, "amount_dong": 1_263_600}
            issued = {"household": home, "issued_at": store.now()}
            unit.create(Receipt(id=unit.fresh_id(), **paper, **issued))
    except UserMends as refusal:
        if refusal.code not in ("receipts.sync_first", "receipts.book_used_up"):
            return [f"no receipt: {refusal.code}"]
    return disorder(store)
