"""Notes what happens to the files of a profile, and what each commit made of the database.

The database, its log and its journal are seen beneath the cipher (`layer`); the small files beside
it (`key.json`, `receipt.mark`) at their `fsync` and renaming; the keystore is taken to be durable
at once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy.engine.default import DefaultDialect
from sqlcipher3 import dbapi2

from fieldapp.store.file import keys
from fieldapp.store.file.engine import _PRAGMAS
from tests.crash.layer import watched
from tests.support.laptops import PASSWORD, KeptSecrets

KEYSTORE = "keystore"
"""Stands before the names of secrets in the keystore."""


@dataclass(frozen=True)
class Act:
    """One act on a file of the profile: as `layer.Watcher` names them, or "rename" and "keep"."""

    kind: str
    name: str
    number: int = 0
    content: bytes = b""


@dataclass(frozen=True)
class Commit:
    """A commit that returned: how many acts there were before and after it, and what stood then."""

    begun: int
    ended: int
    digest: str


@dataclass
class Recording:
    """What one step did.

    Attributes:
        start: the files and the secrets before it, all of them durable.
        standing: the digest of the database before it.
        key: of the encrypted file.
        orderly: at no moment of it may the file be at odds with itself.
    """

    label: str
    key: bytes
    orderly: bool
    start: dict[str, bytes]
    standing: str
    acts: list[Act] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)

    def allowed(self, at: int) -> list[str]:
        """What the database may hold after a crash before act `at`: what was committed by then.

        With a commit under way: that one too, whole.
        """
        states = [self.standing, *(commit.digest for commit in self.commits)]
        returned = sum(commit.ended <= at for commit in self.commits)
        begun = sum(commit.begun < at for commit in self.commits)
        return states[returned : max(begun, returned) + 1]


def connect(path: Path, key: bytes) -> Any:
    """A connection as the product opens it."""
    connection = dbapi2.connect(path, check_same_thread=False)
    connection.isolation_level = None
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    for pragma in _PRAGMAS:
        connection.execute("PRAGMA " + pragma)
    return connection


def digest(connection: Any) -> str:
    """A hash over every row of every table, index of words and journal included."""
    found = hashlib.sha256()
    connection.execute("BEGIN")
    names = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    for name, sql in names.fetchall():
        found.update(sql.encode())
        rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
        found.update(repr(sorted(rows, key=repr)).encode())
    connection.execute("COMMIT")
    return found.hexdigest()


class Recorder:
    """Watches one profile's folder. Without `digests` it opens no file by itself."""

    def __init__(self, folder: Path, keystore: KeptSecrets, *, digests: bool = True) -> None:
        self._folder, self._keystore, self._digests = folder, keystore, digests
        self._key = b""
        self._acts: list[Act] = []
        self._commits: list[Commit] = []

    @property
    def so_far(self) -> int:
        """How many acts there were by now in the step that is recorded."""
        return len(self._acts)

    @property
    def key(self) -> bytes:
        """The file's key; empty before there is one."""
        sealed = self._folder / "key.json"
        if not self._key and sealed.exists():
            self._key = keys.unwrap(keys.load(sealed), PASSWORD, self._keystore)
        return self._key

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Everything opened in this block is watched."""
        with ExitStack() as stack:
            for patched in self._patches():
                stack.enter_context(patched)
            stack.enter_context(watched(self._sees))
            yield

    def record(self, label: str, step: Callable[[], object], *, orderly: bool = True) -> Recording:
        """What the step does."""
        before = self._stands()
        self._acts, self._commits = [], []
        start = self._files()
        acts, commits = self._acts, self._commits
        try:
            step()
        finally:
            self._acts, self._commits = [], []  # what comes now is not of this step
        return Recording(label, self.key, orderly, start, before, acts, commits)

    def _files(self) -> dict[str, bytes]:
        if not self._folder.exists():
            return {}
        files = {
            path.name: path.read_bytes()
            for path in self._folder.iterdir()
            if path.is_file() and path.name != "lock" and not path.name.endswith("-shm")
        }
        secrets = self._keystore.secrets.items()
        return files | {f"{KEYSTORE}:{name}": secret.encode() for name, secret in secrets}

    def _stands(self) -> str:
        """What is committed now, by a connection of its own that changes no file."""
        if not self._digests or not (self._folder / "field.db").exists():
            return ""
        acts, self._acts = self._acts, []  # it is the last one to close where the product has
        connection = connect(self._folder / "field.db", self.key)
        try:
            return digest(connection)
        finally:
            connection.close()
            self._acts = acts

    def _sees(self, kind: str, path: Path, number: int, content: bytes) -> int:
        if path == self._folder:
            self._acts.append(Act(kind, ""))
        elif path.parent == self._folder:
            self._acts.append(Act(kind, path.name, number, content))
        return 0

    # what is not SQLite's

    def _patches(self) -> Iterator[Any]:
        fsync, replace, unlink = os.fsync, os.replace, os.unlink
        commit, keep = DefaultDialect.do_commit, KeptSecrets.write

        def syncs(descriptor: int) -> None:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            if path == self._folder:
                self._acts.append(Act("sync_folder", ""))
            elif path.parent == self._folder:
                self._acts.append(Act("rewrite", path.name, 0, path.read_bytes()))
                self._acts.append(Act("sync", path.name))
            fsync(descriptor)

        def replaces(source: Any, target: Any) -> None:
            if Path(target).parent == self._folder:
                self._acts.append(Act("rename", Path(source).name, 0, Path(target).name.encode()))
            replace(source, target)

        def unlinks(path: Any, **others: Any) -> None:
            gone = Path(path)
            if gone.parent == self._folder and gone.exists() and not gone.name.endswith("-shm"):
                self._acts.append(Act("delete", gone.name))
            unlink(path, **others)

        def keeps(keystore: KeptSecrets, name: str, secret: str) -> bool:
            self._acts.append(Act("keep", f"{KEYSTORE}:{name}", 0, secret.encode()))
            return keep(keystore, name, secret)

        def commits(dialect: Any, connection: Any) -> None:
            begun = len(self._acts)
            commit(dialect, connection)
            if len(self._acts) > begun:
                self._commits.append(Commit(begun, len(self._acts), self._stands()))

        yield patch.object(os, "fsync", syncs)
        yield patch.object(os, "replace", replaces)
        yield patch.object(os, "unlink", unlinks)
        yield patch.object(KeptSecrets, "write", keeps)
        yield patch.object(DefaultDialect, "do_commit", commits)
