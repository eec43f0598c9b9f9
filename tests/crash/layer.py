"""A file layer (SQLite's VFS) beneath the cipher of the product's own driver, in Python.

`sqlcipher3` carries its SQLite inside and exports that library's symbols, so `ctypes` can register
a VFS in it: a copy of the built-in one whose writes, truncations, syncs and deletions are told to a
watcher first. The watcher may also refuse one with an error of SQLite. What is not seen: the shared
memory of the WAL's index, which is never trusted after a crash (the first to open builds it anew).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3._sqlite3 as driver

SQLITE_OK = 0
IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, IOERR_DELETE = (10 | n << 8 for n in (3, 4, 6, 10))
FULL = 13

_OPEN_CREATE = 0x4
_OPEN_WAL = 0x80000

Watcher = Callable[[str, Path, int, bytes], int]
"""Called before each act: its name ("create", "write", "truncate", "sync", "delete"), the file, the
offset or size, the bytes. It answers 0, or the error that SQLite gets instead of the act."""


class _File(Structure):
    _fields_ = (("methods", c_void_p),)


_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, POINTER(c_int))
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("app_data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 17),
    )


class _Methods(Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("others", c_void_p * 13),
    )


def _library() -> Any:
    library = ctypes.CDLL(driver.__file__)
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
    return library


def _address(function: Any) -> int:
    found = ctypes.cast(function, c_void_p).value
    assert found is not None
    return found


@dataclass(frozen=True)
class _Real:
    """The built-in layer's own methods of one kind of file."""

    close: Any
    write: Any
    truncate: Any
    sync: Any


class _Layer:
    """The one layer of a process. It stays registered; without a watcher it only passes on."""

    def __init__(self) -> None:
        self.watcher: Watcher | None = None
        self._library = _library()
        self._below = self._library.sqlite3_vfs_find(None)
        below = self._below.contents
        self._real_open, self._real_delete = _Open(below.open), _Delete(below.delete)
        self._open, self._delete = _Open(self._opens), _Delete(self._deletes)
        self._vfs = _Vfs()
        ctypes.memmove(ctypes.byref(self._vfs), self._below, ctypes.sizeof(_Vfs))
        self._vfs.name = b"watched"
        self._vfs.open, self._vfs.delete = _address(self._open), _address(self._delete)
        self._paths: dict[int, Path] = {}
        self._fresh_logs: set[int] = set()
        self._tables: dict[int, _Methods] = {}
        self._reals: dict[int, _Real] = {}
        self._real_of: dict[int, _Real] = {}
        self._ours = (
            _Close(self._closes),
            _Write(self._writes),
            _Truncate(self._truncates),
            _Sync(self._syncs),
        )

    def register(self, *, first: bool) -> None:
        """Puts this layer before the built-in one, or behind it."""
        chosen = ctypes.byref(self._vfs) if first else self._below
        assert self._library.sqlite3_vfs_register(chosen, 1) == SQLITE_OK

    def _told(self, act: str, path: Path, number: int = 0, content: bytes = b"") -> int:
        return self.watcher(act, path, number, content) if self.watcher is not None else SQLITE_OK

    def _opens(self, _vfs: int, name: int, file: Any, flags: int, out: Any) -> int:
        if not name:
            return int(self._real_open(self._address_below, name, file, flags, out))
        path = Path(ctypes.string_at(name).decode())
        there = path.exists()
        if not there and flags & _OPEN_CREATE and (fault := self._told("create", path)):
            return fault
        code = int(self._real_open(self._address_below, name, file, flags, out))
        if code == SQLITE_OK and file.contents.methods:
            place = ctypes.addressof(file.contents)
            self._paths[place] = path
            if not there and flags & _OPEN_WAL:
                self._fresh_logs.add(place)
            below = file.contents.methods
            file.contents.methods = self._table_for(below)
            self._real_of[place] = self._reals[below]
        return code

    @property
    def _address_below(self) -> int:
        return ctypes.addressof(self._below.contents)

    def _table_for(self, methods: int) -> int:
        """Our copy of a table of methods; each kind of file has its own."""
        if methods not in self._tables:
            table = _Methods()
            ctypes.memmove(ctypes.byref(table), methods, ctypes.sizeof(_Methods))
            self._reals[methods] = _Real(
                _Close(table.close),
                _Write(table.write),
                _Truncate(table.truncate),
                _Sync(table.sync),
            )
            close, write, truncate, sync = (_address(function) for function in self._ours)
            table.close, table.write, table.truncate, table.sync = close, write, truncate, sync
            self._tables[methods] = table
        return ctypes.addressof(self._tables[methods])

    def _closes(self, file: int) -> int:
        del self._paths[file]
        self._fresh_logs.discard(file)
        return int(self._real_of.pop(file).close(file))

    def _writes(self, file: int, content: int, count: int, offset: int) -> int:
        written = ctypes.string_at(content, count)
        fault = self._told("write", self._paths[file], offset, written)
        return fault or int(self._real_of[file].write(file, content, count, offset))

    def _truncates(self, file: int, size: int) -> int:
        fault = self._told("truncate", self._paths[file], size)
        return fault or int(self._real_of[file].truncate(file, size))

    def _syncs(self, file: int, flags: int) -> int:
        """The first sync of a new log syncs its folder too, as the built-in layer does."""
        fault = self._told("sync", self._paths[file])
        if not fault and file in self._fresh_logs:
            self._fresh_logs.discard(file)
            fault = self._told("sync_folder", self._paths[file].parent)
        return fault or int(self._real_of[file].sync(file, flags))

    def _deletes(self, _vfs: int, name: bytes, sync_folder: int) -> int:
        path = Path(name.decode())
        fault = self._told("delete", path) if path.exists() else SQLITE_OK
        if not fault and sync_folder:
            fault = self._told("sync_folder", path.parent)
        return fault or int(self._real_delete(self._address_below, name, sync_folder))


_LAYER: list[_Layer] = []


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Files opened in this block are watched, until they are closed or the block ends."""
    if not _LAYER:
        _LAYER.append(_Layer())
    layer = _LAYER[0]
    assert layer.watcher is None, "one watcher at a time"
    layer.watcher = watcher
    layer.register(first=True)
    try:
        yield
    finally:
        layer.watcher = None
        layer.register(first=False)
