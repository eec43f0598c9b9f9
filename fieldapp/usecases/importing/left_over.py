"""Lists of which lines were left over when they were taken in: somebody has to mend those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from fieldapp.clock import iso
from fieldapp.store.store import Store
from fieldapp.usecases.importing.preview import Preview
from fieldapp.usecases.me import desk_wards

LEFT_OVER = "import_left_over"
"""The setting that holds them, the oldest first."""
MOST_KEPT = 50


@dataclass(frozen=True)
class LeftOver:
    """A list that was taken in on this laptop but for `wrong` of its lines; `id` is the digest of
    its file, `at` when that was."""

    id: str
    ward: str
    kind: str
    file: str
    wrong: int
    at: str


def left_over_lists(store: Store) -> tuple[LeftOver, ...]:
    """Those of wards in which the user works at the desk."""
    wards = {ward.stream for ward in desk_wards(store)}
    return tuple(one for one in _kept(store) if one.ward in wards)


def note_left_over(store: Store, preview: Preview) -> None:
    """What was taken in counts from now on: of a list taken in again, or of its file of errors (it
    has the list's name and a word behind it), only what is left over now."""
    done = LeftOver(
        id=preview.digest,
        ward=preview.ward.stream,
        kind=preview.kind,
        file=preview.file,
        wrong=preview.wrong,
        at=iso(store.now()),
    )
    others = [one for one in _kept(store) if not _takes_up(done, one)]
    _keep(store, [*others, *([done] if done.wrong else [])])


def forget_left_over(store: Store, id: str) -> None:
    """Nothing is to be done any more about what was left over of this list."""
    _keep(store, [one for one in _kept(store) if one.id != id])


def _takes_up(done: LeftOver, one: LeftOver) -> bool:
    name, stem = PurePath(done.file).stem, PurePath(one.file).stem
    same = name == stem or name.startswith(f"{stem} ")
    return done.id == one.id or ((done.ward, done.kind) == (one.ward, one.kind) and same)


def _kept(store: Store) -> list[LeftOver]:
    kept: list[Mapping[str, Any]] = store.setting(LEFT_OVER, [])
    return [LeftOver(**one) for one in kept]


def _keep(store: Store, lists: list[LeftOver]) -> None:
    if lists != _kept(store):
        store.remember(**{LEFT_OVER: [asdict(one) for one in lists[-MOST_KEPT:]]})
