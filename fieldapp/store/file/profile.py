"""The profile folder: one installation of one user, with its encrypted file.

profile.json   what the sign-in screen shows before the password: server, user, machine;
               a training profile is marked in it, and in the encrypted file, too
key.json       the wrapped key
field.db       the encrypted file (and its -wal)
running        while the file is open: if it is there later, the file was not closed
receipt.mark   the last receipt number, outside the file
damaged/       files that could not be read any more, set aside by a rescue
lock           held while the file is open
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from weakref import finalize

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from fieldapp import durable, practice
from fieldapp.clock import Clock, Ids, iso
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model.sums import schema_mark
from fieldapp.store.file import keys, migrate, salvage
from fieldapp.store.file import rescue as replacing
from fieldapp.store.file.engine import open_engine, sorted_errors
from fieldapp.store.file.foreign_log import is_foreign
from fieldapp.store.file.keys import Cost, Keystore
from fieldapp.store.file.rescue import Rescued
from fieldapp.store.log import sums
from fieldapp.store.receipts import FileMarks, KeystoreMarks
from fieldapp.store.store import Store

TRAINING = "training"
"""The setting that marks the encrypted file of a training profile."""


@dataclass(frozen=True)
class Card:
    """What the sign-in screen may show before the password."""

    profile: str
    server: str
    username: str
    full_name: str
    device_name: str
    training: bool = False
    """Made for practice: everybody in it is invented. Opened by the training alone."""


@dataclass(frozen=True)
class Machine:
    """What the profile needs of the machine: passed in, so that tests own it."""

    clock: Clock
    ids: Ids
    keystore: Keystore
    cost: Cost = field(default_factory=Cost)


class Profile:
    """An open profile: holds the folder's lock and the store until it is closed."""

    def __init__(self, folder: Path, store: Store, lock: FileLock, card: Card) -> None:
        self.folder = folder
        self.store = store
        self.card = card
        if card.training:
            practice.enter()
        # also where an error ends the program: SQLite takes the log in and away all the same, and
        # with the mark still there that would pass for a log that was lost
        self._end = finalize(store, _end, folder, store.ending(), lock, card)

    def close(self) -> None:
        """Closes the file and gives the folder free."""
        if self._end.alive:
            _unmark(self.folder)
            self.store.close()
        self._end()


def _end(folder: Path, close: Callable[[], None], lock: FileLock, card: Card) -> None:
    if card.training:
        practice.leave()
    _unmark(folder)
    close()
    lock.release()


def _unmark(folder: Path) -> None:
    """Notes that the file is about to be closed, by which it loses its log."""
    with suppress(OSError):  # then the next start says that it was not closed
        durable.remove(folder / salvage.RUNNING)


def card_of(folder: Path) -> Card | None:
    """The card of a profile that was set up in this folder; None for an empty one."""
    try:
        return Card(**json.loads((folder / "profile.json").read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as defect:
        raise SurroundingsMend("store.damaged", path=str(folder / "profile.json")) from defect


def create(
    folder: Path, card: Card, password: str, machine: Machine, settings: Mapping[str, Any]
) -> Profile:
    """Sets up a profile in an empty folder, after the server has accepted the sign-in.

    Raises:
        UserMends: `store.profile_exists`.
        SurroundingsMend: `store.in_use`, `store.disk_full`, or the folder can't be written
            (`store.read_only`).
    """
    lock = _take_lock(folder)
    with _freed_by_failure(lock, folder):
        if (folder / "profile.json").exists():
            raise UserMends("store.profile_exists", path=str(folder))
        key = keys.new_key()
        keys.save(
            keys.wrap(key, password, card.profile, machine.keystore, machine.cost),
            folder / "key.json",
        )
        (folder / "field.db").unlink(missing_ok=True)  # left by a set-up that was cut
        engine = _open(folder, key)
        store = _store(engine, folder, machine, card)
        own = {"incarnation": machine.ids.new(), "device_name": card.device_name}
        own |= {sums.SCHEMA_MARK: schema_mark()}  # nothing in it is older than this program
        mark = {TRAINING: True} if card.training else {}
        store.remember(**settings, **mark, **own)
        store.use_dated_tables()
        _write_card(folder, card)
        durable.write_whole(folder / salvage.RUNNING, "")
    return Profile(folder, store, lock, card)


@contextmanager
def _freed_by_failure(lock: FileLock, folder: Path) -> Iterator[None]:
    """Gives the folder free where writing it failed, and says whether the disk is full."""
    try:
        yield
    except OSError as error:
        lock.release()
        full = error.errno == errno.ENOSPC
        code = "store.disk_full" if full else "store.read_only"
        raise SurroundingsMend(code, path=str(folder)) from error
    except BaseException:
        lock.release()
        raise


def unlock(folder: Path, password: str, machine: Machine, *, training: bool = False) -> Profile:
    """Opens the profile of a folder; with `training` one of the training, else a real one.

    Raises:
        UserMends: `store.no_profile`, `store.wrong_password` (the file is untouched),
            `store.erased`: the device was revoked, and its work is with the server;
            `store.is_training`, `store.not_training`: it is of the other kind, by its card or by
            what stands in the encrypted file.
        SurroundingsMend: `store.in_use`, `store.damaged`, `store.keystore_lost`, `store.newer`.
    """
    card = card_of(folder)
    if card is None:
        raise UserMends("store.no_profile", path=str(folder))
    _must_be_of_kind(folder, card.training, training)
    lock = _take_lock(folder)
    try:
        if keys.was_erased(folder / "key.json"):
            raise UserMends("store.erased", path=str(folder))
        key = keys.unwrap(keys.load(folder / "key.json"), password, machine.keystore)
        replacing.finish(folder)
        _must_hold_data(folder / salvage.DATA)
        _must_be_its_log(folder, key)
        store = _begin(folder, key, machine, card)
    except OSError as defect:
        lock.release()
        raise SurroundingsMend("store.read_only", path=str(folder)) from defect
    except BaseException:
        lock.release()
        raise
    return Profile(folder, store, lock, card)


def rescue(folder: Path, password: str, machine: Machine) -> tuple[Profile, Rescued]:
    """Opens a damaged profile anew: own work that can be read in a new file, the old one set aside.

    The next sync brings the rest from the server.

    Raises:
        UserMends: as `unlock` says, and `store.not_damaged`: nothing was changed. A training
            profile is never rescued: it is begun anew.
        SurroundingsMend: `store.in_use`; `store.disk_full`, `store.read_only`: nothing was changed.
    """
    card = card_of(folder)
    if card is None:
        raise UserMends("store.no_profile", path=str(folder))
    _must_be_of_kind(folder, card.training, False)
    lock = _take_lock(folder)
    with _freed_by_failure(lock, folder):
        key = keys.unwrap(keys.load(folder / "key.json"), password, machine.keystore)
        rescued = _rescue(folder, key, machine, card)
        store = _begin(folder, key, machine, card)
    return Profile(folder, store, lock, card), rescued


def _rescue(folder: Path, key: bytes, machine: Machine, card: Card) -> Rescued:
    """Sets the file aside and makes a new one of what can be read of it."""
    scratch = folder / "salvage"
    replacing.finish(folder)
    replacing.discard(folder)
    try:
        there = (folder / salvage.DATA).exists() and not _lost_its_log(folder)
        if there and salvage.is_sound(folder, key, scratch):
            raise UserMends("store.not_damaged", path=str(folder))
        at = machine.clock.now()
        aside = replacing.put_aside(folder, at)
        found = salvage.read_what_can_be(folder, key, scratch)
        rows = found.journal.values()
        settings = {"device": card.profile, "username": card.username, "full_name": card.full_name}
        settings |= {"device_name": card.device_name, "incarnation": machine.ids.new()}
        told = {"at": iso(at), "kept": len(rows), "missing": found.missing}
        scans = _fill_fresh(
            *(folder, key, found, settings | {replacing.RESCUED: told}),
            salvage.scans_that_wait(folder, key, scratch),
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    replacing.take_its_place(folder)
    unsent = sum(row["state"] == "unsent" for row in rows)
    return Rescued(len(rows), unsent, found.missing, *scans, aside)


def _fill_fresh(
    folder: Path,
    key: bytes,
    found: salvage.Salvage,
    settings: Mapping[str, Any],
    scans: Iterator[tuple[dict[str, Any], list[bytes] | None]],
) -> tuple[int, int]:
    """Makes the new file; how many scans are in it, and how many could not be read."""
    engine = _open(folder, key, replacing.FRESH)
    try:
        with sorted_errors(), engine.execution_options(writes=True).begin() as connection:
            replacing.fill(connection, found, settings)
            return replacing.fill_scans(connection, scans)
    finally:
        engine.dispose()


def _must_be_of_kind(folder: Path, found: object, wanted: bool) -> None:
    """Raises where invented data would pass for real data, or real data for invented."""
    if bool(found) != wanted:
        code = "store.not_training" if wanted else "store.is_training"
        raise UserMends(code, path=str(folder))


def _must_hold_data(path: Path) -> None:
    """A file without a page would pass for a new one: the work in it would be gone in silence."""
    if not path.exists() or path.stat().st_size == 0:
        raise SurroundingsMend("store.damaged", path=str(path))


def _begin(folder: Path, key: bytes, machine: Machine, card: Card) -> Store:
    """Opens the file. From the first statement on its log is there, until it is closed."""
    store = _store(_open(folder, key), folder, machine, card)
    try:
        store.meet_program()
        _must_be_of_kind(folder, bool(store.setting(TRAINING)), card.training)
        store.use_dated_tables()
        durable.write_whole(folder / salvage.RUNNING, "")
    except BaseException:
        _unmark(folder)  # it may stand from a start before this one
        store.close()
        raise
    return store


def _lost_its_log(folder: Path) -> bool:
    """Whether the file was not closed, and the log that holds its last actions is gone."""
    return (folder / salvage.RUNNING).exists() and not (folder / salvage.LOG).exists()


def _must_be_its_log(folder: Path, key: bytes) -> None:
    """Without its log the file would be an older one, and nobody would be told.

    With another file's log that one's pages would be written into it.
    """
    if _lost_its_log(folder) or is_foreign(folder / salvage.DATA, folder / salvage.LOG, key):
        raise SurroundingsMend("store.damaged", path=str(folder / salvage.LOG))


def _take_lock(folder: Path) -> FileLock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=0, thread_local=False)  # closed by any thread
        lock.acquire()
    except Timeout:
        raise SurroundingsMend("store.in_use", path=str(folder)) from None
    except OSError as defect:
        raise SurroundingsMend("store.read_only", path=str(folder)) from defect
    return lock


def _open(folder: Path, key: bytes, name: str = salvage.DATA) -> Engine:
    engine = open_engine(folder / name, key)
    try:
        with sorted_errors():
            migrate.up_to_date(engine)
    except BaseException:
        if name == salvage.DATA:
            _unmark(folder)
        engine.dispose()
        raise
    return engine


def _store(engine: Engine, folder: Path, machine: Machine, card: Card) -> Store:
    marks = KeystoreMarks(machine.keystore, card.profile, FileMarks(folder / "receipt.mark"))
    eraser = partial(_erase, folder, machine, card)
    return Store(engine, clock=machine.clock, ids=machine.ids, marks=marks, eraser=eraser)


def _erase(folder: Path, machine: Machine, card: Card) -> None:
    """Takes the key away, here and in the keystore: without it the file is noise."""
    try:
        keys.erase(folder / "key.json", card.profile, machine.keystore)
    except OSError as error:
        raise SurroundingsMend("store.read_only", path=str(folder)) from error


def _write_card(folder: Path, card: Card) -> None:
    """Last of all: a folder without it counts as not set up."""
    told = {name: value for name, value in asdict(card).items() if value is not False}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    durable.write_whole(folder / "profile.json", text)
