"""What rules answer with: codes and values, never sentences.

Values are formatted by their type by whoever says them: an int under a name ending in `_dong` is
money, any other int is a count, a date is a date, a str is printed as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

Value = int | str | date | time


@dataclass(frozen=True)
class Reason:
    """Why something is so; its words stand under `rules.<code>`."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of a computation, with the law that it follows.

    `source` names law and article in full, `article` is its short form for the line under a name.
    `confidence` is that of the weakest table row used: S seen in the source, S2 second-hand,
    C computed, U not verified (never print U to a citizen as certain).
    """

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    source: str = ""
    confidence: str = "S"
    article: str = ""

    @property
    def placeholders(self) -> Mapping[str, Value]:
        """All that the step's sentence may use: its values, `article`, `source`, and `n` months."""
        plural = {"n": self.values["months"]} if "months" in self.values else {}
        article = self.article or self.source
        return {**plural, "source": self.source, "article": article, **self.values}


@dataclass(frozen=True)
class Finding:
    """Something noticed about an input; its words stand under `rules.<code>`.

    An `error` must be mended before saving. A `warning` may stand; with `needs_reason` only if the
    user writes down why.
    """

    code: str
    level: Literal["error", "warning"]
    values: Mapping[str, Value] = field(default_factory=dict)
    field: str = ""
    needs_reason: bool = False
