"""The end of held work: what a clerk made of a changeset that could not enter its log by itself."""

from __future__ import annotations

from typing import Annotated

from sqlmodel import Field

from fieldapp.model.derived import derived_id
from fieldapp.model.merging import NEVER
from fieldapp.model.record import Record

LET_IN = "let_in"
"""It enters as if its author had had the right; what it waits for it goes on waiting for."""
LET_IN_WITHOUT = "let_in_without"
"""It enters also without what is lost for ever: an earlier changeset, a record."""
REFUSE = "refuse"
"""Its changes are history only, its records arrive withdrawn, its receipts count until voided."""
ENDS = (LET_IN, LET_IN_WITHOUT, REFUSE)


class HeldRelease(Record, table=True):
    """A decision on one held changeset. Its id is derived: two clerks who decide alike make one.

    What was let in and still waits for another can be decided again; of decisions that both end it
    the first one counts.

    Attributes:
        held: the id under which the changeset is held.
        how: one of `ENDS`.
        note: why, for its author.
    """

    __tablename__ = "held_release"

    held: Annotated[str, NEVER] = Field(default="", max_length=36)
    how: Annotated[str, NEVER] = LET_IN
    note: Annotated[str, NEVER] = ""


def release_id(ward: str, held: str, how: str) -> str:
    """The id of this decision on a held changeset, on every machine."""
    return derived_id("release", ward, held, how)


def aside_id(device: str, content_hash: str) -> str:
    """The id under which a content is held that has no right to the id that it names.

    Of who handed it in as well: a forger must not keep the genuine one out.
    """
    return derived_id("aside", device, content_hash)
