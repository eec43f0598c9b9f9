"""What a change had seen when it was made: which others it must be merged with. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from fieldapp.model.changesets import Changeset
from sync.log_view import REFERS, LogView, PastChange


def unseen(
    changeset: Changeset, key: tuple[str, str], name: str, view: LogView
) -> list[PastChange]:
    """The accepted changes of the field that the author had not seen, by revision.

    Seen is what lies at or before `base`; but where a changeset in `on` changed the field too, the
    screen showed that one's value, so only what that one had seen counts, and so on back.
    """
    past = [p for p in view.past(*key) if p.field == name]
    if not past:
        return []
    seen = _seen(changeset, key, name, view, past)
    return [p for p in past if p.accepted and p.changeset not in seen]


def _seen(
    changeset: Changeset,
    key: tuple[str, str],
    name: str,
    view: LogView,
    past: Sequence[PastChange],
) -> set[str]:
    seen, waiting, asked = {changeset.id}, [changeset], {changeset.id}
    while waiting:
        current = waiting.pop()
        below = [c for c in map(view.changeset, current.on) if c and c.touches(*key, name)]
        if not below and current.base.epoch == view.epoch():
            seen |= {p.changeset for p in past if p.revision <= current.base.revision}
        for own in below:
            seen.add(own.id)
            if own.id not in asked:
                asked.add(own.id)
                waiting.append(own)
    return seen


def unseen_work(changeset: Changeset, key: tuple[str, str], view: LogView) -> list[PastChange]:
    """Unseen changes of any field but `withdrawn`, and new records that refer to this one."""
    past = view.past(*key)
    names = {p.field for p in past} - {"withdrawn", REFERS}
    work = [p for name in names for p in unseen(changeset, key, name, view)]
    own, base = _own(changeset, view), changeset.base
    limit = base.revision if base.epoch == view.epoch() else 0
    work += [p for p in past if p.field == REFERS and p.revision > limit and p.changeset not in own]
    return sorted(work, key=lambda p: p.revision)


def _own(changeset: Changeset, view: LogView) -> set[str]:
    """The changesets that it names in `on`, and those that they name, and so on back."""
    own: set[str] = set()
    waiting = list(changeset.on)
    while waiting:
        name = waiting.pop()
        if name not in own:
            own.add(name)
            named = view.changeset(name)
            waiting += named.on if named else ()
    return own
