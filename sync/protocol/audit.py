"""What laptops did beside their logs, handed over to the server's list; and that list, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HappenedThere:
    """Something that was seen or taken out on a laptop. Who did it says the token."""

    id: str
    ward: str
    kind: str
    happened_at: str
    person: str = ""
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class HandOver:
    """Lines to append, at most `MOST_HANDED`; and, for a supervisor, after which number of the list
    to go on reading (None: not at all)."""

    lines: tuple[HappenedThere, ...] = ()
    after: int | None = None


@dataclass(frozen=True)
class AuditTold:
    """One line of the list."""

    number: int
    ward: str
    kind: str
    actor: str
    happened_at: str
    person: str = ""
    details: Mapping[str, Any] | None = None
    noted_at: str = ""


@dataclass(frozen=True)
class HandedOver:
    """Which of the lines need not come again; which of these were refused, each with the reason's
    code; and the next lines of the list, of the wards in which the caller is supervisor or
    administrator."""

    epoch: str
    ids: tuple[str, ...] = ()
    lines: tuple[AuditTold, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


MOST_HANDED = 500
MOST_READ = 1_000
