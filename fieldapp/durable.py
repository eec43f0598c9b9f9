"""Small files that are on the disk when a call returns: whole or not at all, under their name."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str | bytes) -> None:
    """Replaces the file by one with this content; its name, too, outlives a power cut.

    Raises:
        OSError: it could not be written; what stood before still stands.
    """
    move_into_place(write_aside(path, text), path)


def write_aside(path: Path, text: str | bytes) -> Path:
    """Writes the content beside the file, to be moved into its place; where it is."""
    aside = path.with_suffix(".new")
    with aside.open("wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)
        file.flush()
        os.fsync(file.fileno())
    return aside


def move_into_place(aside: Path, path: Path) -> None:
    """Gives a synced file the name of another, which is gone by that."""
    aside.replace(path)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Takes a file away, also after a power cut; one that is not there is no matter."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Puts the names in a folder on the disk. Windows has no such call, and its journal does it."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
