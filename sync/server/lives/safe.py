"""The safe: what the server keeps outside its database, so that no restore makes it forget.

The seal key proves what this server once accepted. The ledger holds what no laptop could give back
(users, grants, devices, books, leases, backups, epochs), each line on the disk before the answer
that rests on it; a restored database is brought up to it before it serves.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from fieldapp.errors import SurroundingsMend
from fieldapp.model.changesets import canonical

KEY_BYTES = 32
SEAL_LENGTH = 32
_FIRST = "0" * 16

Line = dict[str, Any]
"""`set` (a table), `where`, `rows`: all rows of that table that match are these now. `n` counts the
lines from 1, `group` is the first line of one transaction; `void` takes back a group."""


class Ledger(Protocol):
    """An append-only list of lines."""

    def lines(self) -> list[Line]:
        """All of them, the oldest first."""
        ...

    def append(self, lines: Sequence[Line]) -> int:
        """Keeps lines as one group, on the disk when it returns; the number of the last one."""
        ...


@dataclass
class MemoryLedger:
    """A ledger for a server that is gone with its process."""

    kept: list[Line] = field(default_factory=list)

    def lines(self) -> list[Line]:
        """All lines."""
        return list(self.kept)

    def append(self, lines: Sequence[Line]) -> int:
        """Keeps lines as one group."""
        group = len(self.kept) + 1
        for line in lines:
            plain = json.loads(canonical(line))
            self.kept.append(plain | {"n": len(self.kept) + 1, "group": group})
        return len(self.kept)


class FileLedger:
    """A ledger as a file of JSON lines, each with a check over all lines before it.

    Several processes may append. A last line that was cut by a crash counts for nothing: what
    rests on it was never answered.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count, self._check, self._upto = 0, _FIRST, 0

    def lines(self) -> list[Line]:
        """All lines.

        Raises:
            SurroundingsMend: `server.ledger_damaged`: a line before the last is not as written.
        """
        self._count, self._check, self._upto = 0, _FIRST, 0
        if not self._path.exists():
            return []
        with self._locked() as file:
            return list(self._read_on(file))

    def append(self, lines: Sequence[Line]) -> int:
        """Keeps lines as one group, on the disk when it returns."""
        with self._locked() as file:
            for _ in self._read_on(file):
                pass  # what other processes wrote meanwhile
            os.ftruncate(file, self._upto)
            group, text = self._count + 1, b""
            for line in lines:
                body = canonical(line | {"n": self._count + 1, "group": group})
                self._count, self._check = self._count + 1, _checked(self._check, body)
                text += self._check.encode() + b" " + body + b"\n"
            os.lseek(file, 0, os.SEEK_END)
            _write_all(file, text)
            os.fsync(file)
            self._upto += len(text)
        return self._count

    @contextmanager
    def _locked(self) -> Iterator[int]:
        import fcntl  # a laptop without it can still run the practice server, which keeps no ledger

        new = not self._path.exists()
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if new:
                _sync_folder(self._path.parent)
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _read_on(self, file: int) -> Iterator[Line]:
        """The lines from where was read last up to the last whole one."""
        os.lseek(file, self._upto, os.SEEK_SET)
        rest = b"".join(iter(lambda: os.read(file, 1 << 20), b""))
        while (end := rest.find(b"\n")) >= 0:
            raw, rest = rest[:end], rest[end + 1 :]
            check, _, body = raw.partition(b" ")
            if check.decode("latin-1") != _checked(self._check, body):
                if not rest:
                    return  # torn by a power cut
                line = self._count + 1
                raise SurroundingsMend("server.ledger_damaged", path=str(self._path), line=line)
            self._count, self._check = self._count + 1, check.decode()
            self._upto += len(raw) + 1
            yield json.loads(body)


def _checked(before: str, body: bytes) -> str:
    return hashlib.sha256(before.encode() + body).hexdigest()[:16]


def _write_all(file: int, text: bytes) -> None:
    while text:
        text = text[os.write(file, text) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Safe:
    """The seal key and the ledger of one server."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)
    ledger: Ledger = field(default_factory=MemoryLedger)

    def seal(self, epoch: str, ward: str, revision: int, chain: str) -> str:
        """The proof that this server accepted the entry which the chain ends in, at this place.

        A MAC over epoch, ward, revision and chain; the chain covers the entry and all before it.
        """
        said = "\n".join(("fieldapp entry", epoch, ward, str(revision), chain)).encode()
        return hmac.digest(self.key, said, "sha256").hex()[:SEAL_LENGTH]

    def proves(self, seal: str, epoch: str, ward: str, revision: int, chain: str) -> bool:
        """Whether a seal is this server's."""
        made = self.seal(epoch, ward, revision, chain).encode()
        return bool(seal) and hmac.compare_digest(seal.encode(), made)


def open_safe(folder: Path) -> Safe:
    """The safe in a folder, which is made where there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "seal.key"
    if not path.exists():
        aside = path.with_suffix(f".{secrets.token_hex(4)}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        _write_all(handle, secrets.token_bytes(KEY_BYTES).hex().encode())
        os.fsync(handle)
        os.close(handle)
        with suppress(FileExistsError):  # of two that begin at once one makes the key
            os.link(aside, path)
        aside.unlink()
        _sync_folder(folder)
    return Safe(bytes.fromhex(path.read_text("ascii")), FileLedger(folder / "ledger.jsonl"))
