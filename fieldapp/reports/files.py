"""A file that appears whole or not at all, and errors that say who can mend them.

Everything is written beside the target under a name of its own and takes the target's name in one
step at the end. Whoever opens the folder sees the old file or the new one, never half of one. What
was left behind by a kill, or by a share that vanished, goes when the next file is written there.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from fieldapp.errors import FieldappError, SurroundingsMend, UserMends

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ESTALE}
_BAD_NAME = {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ}
_WINDOWS_HELD = {32, 33}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_WINDOWS_FULL = {39, 112}  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
_SCRATCH = re.compile(r"\.[0-9a-f]{12}\.part")
_HELD = ".held"
"""The file in a hidden folder that is locked as long as something is being written there."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Gives a path in the same folder to write to; at the end the file takes its real name.

    When the block raises, nothing is left and a file of that name stays as it was. Raises
    SurroundingsMend with a code `reports.*` for what disk, folder or another program did, and
    UserMends where the name cannot be that of a file.
    """
    scratch, held = _scratch(path)
    part = scratch / path.name
    try:
        yield part
        _settle(part)
        _take_name(part, path)
    except OSError as error:
        raise mended_by(error, path) from error
    finally:
        with suppress(OSError):
            held.close()  # else Windows could not remove it
        shutil.rmtree(scratch, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Takes away what writers left in a folder that were killed or lost sight of it: it holds
    people's data. What is being written, here or by another program, stays. Raises nothing."""
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            hidden = _SCRATCH.fullmatch(one.name) and one.is_dir(follow_symlinks=False)
            if hidden and _is_left(Path(one.path)):
                shutil.rmtree(one.path, ignore_errors=True)


def _is_left(scratch: Path) -> bool:
    try:
        with (scratch / _HELD).open("rb+") as file:
            _lock(file)
    except FileNotFoundError:  # the lock comes before anything else
        return any(scratch.iterdir())
    except OSError:
        return False
    return True


def _lock(file: BinaryIO) -> None:
    """Raises OSError where somebody else holds it, or the folder knows no locks."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _scratch(path: Path) -> tuple[Path, BinaryIO]:
    """A hidden folder beside the target, readable by its owner alone, for it holds people's data;
    and the file that says, as long as it is open, that it is in use."""
    sweep(path.parent)
    scratch = path.parent / f".{secrets.token_hex(6)}.part"
    try:
        if path.is_dir():
            raise UserMends("reports.name_is_folder", field="path", name=path.name)
        scratch.mkdir(mode=0o700)
        held = (scratch / _HELD).open("xb")
        with suppress(OSError):
            _lock(held)
    except OSError as error:
        raise mended_by(error, path) from error
    return scratch, held


def _settle(part: Path) -> None:
    """Waits until the bytes are on the disk: a full one may say so only now."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _take_name(part: Path, path: Path) -> None:
    """Gives the finished file its name. Here a refusal means that somebody holds the old one."""
    try:
        part.replace(path)
    except PermissionError as error:
        raise SurroundingsMend("reports.file_held_open", field="path", name=path.name) from error
    with suppress(OSError):  # Windows and some network folders cannot sync a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def mended_by(error: OSError, path: Path) -> FieldappError:
    """The error of the house for what the system said while `path` was being written."""
    code, windows = error.errno, getattr(error, "winerror", None)
    values = {"field": "path", "name": path.name, "folder": str(path.parent)}
    if code in _FULL or windows in _WINDOWS_FULL:
        return SurroundingsMend("reports.disk_full", **values)
    if windows in _WINDOWS_HELD:
        return SurroundingsMend("reports.file_held_open", **values)
    if not path.parent.is_dir() or code in _GONE:
        return SurroundingsMend("reports.folder_missing", **values)
    if code in _REFUSED:
        return SurroundingsMend("reports.folder_not_writable", **values)
    if code in _BAD_NAME:
        return UserMends("reports.name_not_usable", **values)
    return SurroundingsMend("reports.not_written", **values, reason=str(error))
