"""Builds the files again: as of each moment, and as a power cut may leave them.

After `kill -9` everything written is there. After a power cut only what was synced must be: of the
writes since a file's last sync any may be missing, in any order, or be torn between sectors; of the
creations, deletions and renamings since the folder's last sync only the first few may be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.crash.recording import KEYSTORE, Act, Recording

SECTOR = 512


@dataclass
class _Inode:
    """A file's bytes: those on the disk, and the acts that may not have reached it."""

    durable: bytes = b""
    waiting: list[Act] = field(default_factory=list)

    def whole(self) -> bytes:
        """With everything that was written."""
        return _written(self.durable, self.waiting)

    def sync(self) -> None:
        """What waits has reached the disk."""
        self.durable, self.waiting = self.whole(), []


@dataclass(frozen=True)
class _Move:
    """A creation, deletion or renaming; of a creation also the file that it made."""

    act: Act
    made: _Inode

    def on(self, names: dict[str, _Inode]) -> None:
        """Does it."""
        match self.act.kind:
            case "rename":
                names[self.act.content.decode()] = names.pop(self.act.name)
            case "delete":
                del names[self.act.name]
            case _:
                names[self.act.name] = self.made


class Disk:
    """The files of a folder, with what of them is durable."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._names = {name: _Inode(content) for name, content in files.items()}
        self._durable = dict(self._names)
        self._moves: list[_Move] = []

    def follow(self, act: Act) -> None:
        """One act more."""
        made = act.kind in ("create", "rewrite") and act.name not in self._names
        if made or act.kind in ("rename", "delete"):
            move = _Move(act, _Inode())
            move.on(self._names)
            self._moves.append(move)
        match act.kind:
            case "write" | "truncate" | "rewrite":
                self._names[act.name].waiting.append(act)
            case "sync":
                self._names[act.name].sync()
            case "sync_folder":
                self._durable, self._moves = dict(self._names), []
            case "keep":
                self._names[act.name] = self._durable[act.name] = _Inode(act.content)

    def killed(self) -> dict[str, bytes]:
        """What is there after `kill -9`."""
        return {name: inode.whole() for name, inode in self._names.items()}

    def cut(self, random: Random) -> dict[str, bytes]:
        """What a power cut may leave."""
        names = dict(self._durable)
        for move in self._moves[: random.randrange(len(self._moves) + 1)]:
            move.on(names)
        how = random.choice(("nothing", "prefix", "any", "any"))
        return {name: _after_cut(inode, how, random) for name, inode in names.items()}


def _after_cut(inode: _Inode, how: str, random: Random) -> bytes:
    waiting = inode.waiting
    if how == "nothing" or not waiting:
        return inode.durable
    if how == "prefix":
        kept = waiting[: random.randrange(len(waiting) + 1)]
        return _written(inode.durable, kept[:-1] + _torn(kept[-1:], random))
    kept = [act for act in waiting if random.random() < 0.6]
    torn = [
        act for one in kept for act in (_torn([one], random) if random.random() < 0.3 else [one])
    ]
    random.shuffle(torn)
    return _written(inode.durable, torn)


def _torn(acts: list[Act], random: Random) -> list[Act]:
    """Some of the sectors that a write covers."""
    torn = []
    for act in acts:
        if act.kind == "truncate":
            torn.append(act)
            continue
        start, end = act.number, act.number + len(act.content)
        edges = [start, *range(start - start % SECTOR + SECTOR, end, SECTOR), end]
        for low, high in pairwise(edges):
            if random.random() < 0.5:
                torn.append(Act("write", act.name, low, act.content[low - start : high - start]))
    return torn


def _written(before: bytes, acts: list[Act]) -> bytes:
    made = bytearray(before)
    for act in acts:
        if act.kind == "rewrite":
            made = bytearray(act.content)
            continue
        if act.kind == "truncate":
            del made[act.number :]
            continue
        if len(made) < act.number:
            made.extend(bytes(act.number - len(made)))
        made[act.number : act.number + len(act.content)] = act.content
    return bytes(made)


@dataclass(frozen=True)
class Image:
    """The files after a crash before act `at`, and what the database may then hold."""

    at: int
    how: str
    files: dict[str, bytes]
    allowed: list[str]

    @property
    def secrets(self) -> dict[str, str]:
        """What the keystore has."""
        known = self.files.items()
        return {n.partition(":")[2]: c.decode() for n, c in known if n.startswith(KEYSTORE)}


def images(recording: Recording, random: Random, *, cuts: int, every: int = 1) -> Iterator[Image]:
    """The images of every `every`-th moment, each killed and with `cuts` power cuts."""
    disk = Disk(recording.start)
    first = random.randrange(every)
    for at in range(len(recording.acts) + 1):
        if at % every == first or at == len(recording.acts):
            allowed = recording.allowed(at)
            yield Image(at, "killed", disk.killed(), allowed)
            for _ in range(cuts):
                yield Image(at, "cut", disk.cut(random), allowed)
        if at < len(recording.acts):
            disk.follow(recording.acts[at])
