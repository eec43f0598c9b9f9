"""Files that leave the laptop are noted: before one takes its name, and what it came to.

The line is in the laptop's file before the file exists, so that no file goes unnoted, whatever dies
in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fieldapp.errors import FieldappError
from fieldapp.model.happenings import MOST_NAMED, SAID_OF, UNKNOWN
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store


def sha256_of(path: Path) -> str:
    """The hash of a file as it is; "" where it is gone already."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@dataclass
class Came:
    """What a file came to, told by whoever wrote it: rows, hash, whatever proves it."""

    told: dict[str, Any] = field(default_factory=dict)

    def to(self, **told: Any) -> None:
        """Tells more of it."""
        self.told |= told


def _said(choices: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """Choices as the list may keep them: a user name that is nobody's may be anything, and of very
    many names only their number stands there."""
    said = dict(choices)
    for name in SAID_OF:
        if said.get(name):
            said[name] = said[name] if said[name] in known else UNKNOWN
    for name in ("canvassers", "outcomes"):
        if name in said:
            found = [one for one in said[name] if name == "outcomes" or one in known]
            said |= {name: found[:MOST_NAMED], f"{name}_count": len(said[name])}
    return said


@contextmanager
def noted_export(
    store: Store,
    what: str,
    wards: Sequence[str],
    choices: Mapping[str, Any],
    *,
    masked: bool,
    person: str = "",
) -> Iterator[Came]:
    """Around the writing of a file: which (`what`), of which wards, with which choices, whether ID
    numbers in it are masked, and of whom it is, if it is of one person.

    Raises:
        SurroundingsMend: the line could not be kept (a full disk): nothing is written then.
    """
    known = {row.username for row in store.read(q.all_staff)}
    said = {"what": what, "masked": masked, "choices": _said(choices, known)}
    store.happened("export", wards, said, person)
    came = Came()
    try:
        yield came
    except FieldappError as error:
        store.happened("export_stopped", wards, {"what": what, "why": error.code}, person)
        raise
    store.happened("exported", wards, {"what": what, **came.told}, person)
