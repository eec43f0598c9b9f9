"""Goes through the images of recordings and counts what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.crash.examine import bench
from tests.crash.images import Image, images
from tests.crash.recording import Recording


@dataclass(frozen=True)
class Depth:
    """How many images are made.

    Attributes:
        cuts: power cuts at each chosen moment, besides the kill.
        every: each how many acts a moment is chosen.
        starts: on each how many images the whole program is started.
    """

    cuts: int = 5
    every: int = 1
    starts: int = 20
    seed: int = 1


@dataclass
class Found:
    """What a sweep came to; `faults` must be empty."""

    label: str = ""
    images: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Adds what another sweep found."""
        self.images += other.images
        self.faults += other.faults


def sweep(recording: Recording, depth: Depth) -> Found:
    """All images of one recording."""
    found = Found(recording.label)
    random = Random(f"{depth.seed} {recording.label}")
    known: dict[int, tuple[str, ...]] = {}
    turn = random.randrange(depth.starts)
    with bench(recording.key) as here:
        for image in images(recording, random, cuts=depth.cuts, every=depth.every):
            same = hash(frozenset(image.files.items()))
            if known.get(same) == tuple(image.allowed):
                continue  # a cut that lost nothing, or the same
            known[same] = tuple(image.allowed)
            found.images[image.how] += 1
            faults = here.look(image)
            turn += 1
            chosen = _is_rare(image) or turn % depth.starts == 0
            if not faults and recording.orderly and chosen:
                found.images["started"] += 1
                faults = here.start(image)
            where = f"{recording.label}, {image.how} before act {image.at}"
            found.faults += [f"{where}: {fault}" for fault in faults]
    return found


def _is_rare(image: Image) -> bool:
    """Whether a small file was being replaced, which only the whole program looks at."""
    return any(name.endswith(".new") for name in image.files)


def sweep_all(
    recordings: Iterable[Recording],
    depth: Depth,
    *,
    workers: int = 1,
    told: Callable[[Found], None] = lambda found: None,
) -> Found:
    """All images of all recordings."""
    total = Found()
    one = partial(sweep, depth=depth)
    if workers == 1:
        for found in map(one, recordings):
            told(found)
            total.add(found)
        return total
    with ProcessPoolExecutor(workers) as pool:
        for found in pool.map(one, recordings):
            told(found)
            total.add(found)
    return total
