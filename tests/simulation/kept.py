"""What was played, in a file: a run of many hours may be ended and go on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
PLAYED = ("fieldapp", "sync", "tests/simulation", "tests/support")
AT_ONCE = 20


@dataclass(frozen=True)
class Result:
    """What a seed came to."""

    seed: int
    steps: int
    landed: Counter[str]
    broken: str = ""
    invariant: str = ""


@dataclass
class Block:
    """What some seeds came to together. `broken`: by seed what broke, and which invariant."""

    seeds: range
    steps: int = 0
    landed: Counter[str] = field(default_factory=Counter)
    broken: dict[int, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, seeds: range, results: Iterable[Result]) -> Self:
        """From what each of them came to."""
        block = cls(seeds)
        for one in results:
            block.steps += one.steps
            block.landed += one.landed
            if one.broken:
                block.broken[one.seed] = (one.broken, one.invariant)
        return block

    @classmethod
    def together(cls, seeds: range, blocks: Iterable[Block]) -> Self:
        """All of these."""
        whole = cls(seeds)
        for block in blocks:
            whole += block
        return whole

    def __iadd__(self, other: Block) -> Self:
        self.steps += other.steps
        self.landed += other.landed
        self.broken |= other.broken
        return self

    def to_line(self, code: str) -> str:
        """As kept."""
        wire = {"code": code, "first": self.seeds.start, "seeds": len(self.seeds)}
        wire |= {"steps": self.steps, "landed": self.landed, "broken": self.broken}
        return json.dumps(wire, ensure_ascii=False) + "\n"

    @classmethod
    def from_line(cls, line: str) -> tuple[str, Self]:
        """The code that played, and the block."""
        wire = json.loads(line)
        seeds = range(wire["first"], wire["first"] + wire["seeds"])
        broken = {int(seed): (what, which) for seed, (what, which) in wire["broken"].items()}
        return wire["code"], cls(seeds, wire["steps"], Counter(wire["landed"]), broken)


class Results:
    """The file; without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @cached_property
    def code(self) -> str:
        """A hash of all that plays: what other code has played counts for nothing."""
        whole = hashlib.sha256()
        for folder in PLAYED:
            for path in sorted((ROOT / folder).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    whole.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
        return whole.hexdigest()

    @cached_property
    def _known(self) -> dict[int, Block]:
        if self._path is None or not self._path.exists():
            return {}
        found: dict[int, Block] = {}
        for line in self._path.read_text("utf-8").splitlines(keepends=True):
            if line.endswith("\n"):  # the last one may have been cut
                code, block = Block.from_line(line)
                if code == self.code:
                    found[block.seeds.start] = block
        return found

    def of(self, seeds: range) -> Sequence[Block]:
        """Blocks of these seeds that were played before."""
        return [self._known[b.start] for b in self._blocks(seeds) if self._is_known(b)]

    def lacking(self, seeds: range) -> Sequence[range]:
        """Those that were not."""
        return [block for block in self._blocks(seeds) if not self._is_known(block)]

    def add(self, block: Block) -> None:
        """Keeps what was played."""
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(block.to_line(self.code))

    def _is_known(self, block: range) -> bool:
        return block.start in self._known and self._known[block.start].seeds == block

    @staticmethod
    def _blocks(seeds: range) -> Iterable[range]:
        starts = range(seeds.start, seeds.stop, AT_ONCE)
        return [range(start, min(start + AT_ONCE, seeds.stop)) for start in starts]
