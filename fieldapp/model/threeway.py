"""Three-way merges of single values: what two people made of one old value, joined.

Pure, and used by both sides: by the server when it accepts a changeset, by the laptop when it lays
its own unsent work over the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher


def merge_members(
    old: Sequence[str], new: Sequence[str], standing: Sequence[str], unseen_adds: Iterable[str] = ()
) -> list[str]:
    """A set after concurrent adds and removes: sorted, adds win.

    Args:
        old, new: what the author saw and what the author made of it.
        standing: what the log holds now.
        unseen_adds: members that others added without the author seeing it; a remove spares them.
    """
    added = set(new) - set(old)
    removed = set(old) - set(new) - set(unseen_adds)
    return sorted((set(standing) - removed) | added)


def merge_text(old: str, first: str, second: str) -> str | None:
    """The old text with the changes of both, line by line; None where they touch the same lines.

    `first` is whose addition comes first where both added at the same place: give the texts in
    changeset-id order, so that the order of arrival does not matter.
    """
    return merge_texts(old, (first, second))


def merge_texts(old: str, texts: Sequence[str]) -> str | None:
    """The old text with the changes of all, as `merge_text` does it for two.

    What several made alike counts once.
    """
    changed = [text for text in dict.fromkeys(texts) if text != old]
    if len(changed) < 2:
        return changed[0] if changed else old
    lines = old.splitlines()
    edits: list[Edit] = []
    for text in changed:
        fresh = [edit for edit in _edits(lines, text) if edit not in edits]
        if _collide(edits, fresh):
            return None
        edits += fresh
    merged, at = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):  # stable
        merged += lines[at:start] + replacement
        at = max(at, end)
    return "\n".join(merged + lines[at:])


Edit = tuple[int, int, list[str]]


def _edits(lines: list[str], text: str) -> list[Edit]:
    """The places of `lines` that `text` replaces: from, to (exclusive), by what."""
    changed = text.splitlines()
    matcher = SequenceMatcher(None, lines, changed, autojunk=False)
    return [
        (i1, i2, changed[j1:j2]) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"
    ]


def _collide(first: list[Edit], second: list[Edit]) -> bool:
    """Whether two edits touch the same old line. Two additions at one place do not collide."""
    return any(
        max(a1, b1) < min(a2, b2) or (a1 == b1 and (a1 == a2) != (b1 == b2))
        for a1, a2, _ in first
        for b1, b2, _ in second
    )
