"""What a field says of itself: how two people's changes of it are merged, and what it refers to.

The marks stand in the annotation of the field (`Annotated[str, LATEST]`), so that a policy is read
where the field is read. A field without a mark is `decide`: a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Policy(StrEnum):
    """What becomes of two changes of one field of which neither has seen the other."""

    DECIDE = "decide"
    """Same value: agreed. Else the standing value stays and a conflict waits for a person."""
    LATEST = "latest"
    """The later one by server-corrected time; the other stays in history."""
    TEXT = "text"
    """Three-way merge of the lines; where that fails both parts stay, each signed."""
    ADVANCE = "advance"
    """The further state of a declared order; a step back is for a person to decide."""
    MEMBERS = "members"
    """A set: adds win, a remove does not touch an add that it had not seen."""
    NEVER = "never"
    """Immutable: a new record corrects it."""


@dataclass(frozen=True)
class Merge:
    """The mark of a field's policy; `order` lists the states of an `advance` field."""

    policy: Policy
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refers:
    """The mark of a field that holds the id of a record of this type in the same ward."""

    record_type: str


LATEST = Merge(Policy.LATEST)
TEXT = Merge(Policy.TEXT)
MEMBERS = Merge(Policy.MEMBERS)
NEVER = Merge(Policy.NEVER)


def advance(*order: str) -> Merge:
    """The mark of a field that moves through these states, first to last."""
    return Merge(Policy.ADVANCE, order)
