"""What rules answer with: codes and values, never sentences.

Values are formatted by their type by whoever says them: an int under a name ending in `_dong` is
money, any other int is a count, a date is a date, a str is printed as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from fieldapp.rules.tables import Row

Value = int | str | date | time

UNVERIFIED = "U"
"""The confidence mark of what no source was seen for."""


@dataclass(frozen=True)
class Reason:
    """Why something is so; its words stand under `rules.<code>`."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of a computation, with the rows of the dated tables that its numbers come from.

    The first row is the law that the step follows. A step without a row rests on what somebody
    typed, and is not verified.
    """

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()

    @property
    def source(self) -> str:
        """Law and article in full."""
        return self.rows[0].source if self.rows else ""

    @property
    def article(self) -> str:
        """Law and article for the line under a name; see `article_open`."""
        return self.rows[0].article if self.rows else ""

    @property
    def article_open(self) -> bool:
        """Whether `article` names the document only, since its article was not seen."""
        return bool(self.rows) and self.rows[0].article_open

    @property
    def confidence(self) -> str:
        """The mark of the weakest row used: S seen in the source, S2 second-hand, C computed, U
        not verified (never print U to a citizen as certain)."""
        from fieldapp.rules.money.exact import weakest  # the first picture needs no numbers

        return weakest(*(row.confidence for row in self.rows)) if self.rows else UNVERIFIED

    @property
    def verified(self) -> bool:
        """Whether the step may be told as certain."""
        return self.confidence != UNVERIFIED

    @property
    def placeholders(self) -> Mapping[str, Value]:
        """All that the step's sentence may use: its values, `article`, `source`, and `n` months."""
        plural = {"n": self.values["months"]} if "months" in self.values else {}
        return {**plural, "source": self.source, "article": self.article, **self.values}

    @property
    def record(self) -> dict[str, Any]:
        """The step as plain JSON, with the rows that it rests on: what was told is kept so."""
        return {
            "code": self.code,
            "values": {name: _plain(value) for name, value in self.values.items()},
            "source": self.source,
            "article": self.article,
            "article_known": bool(self.rows) and not self.article_open,
            "confidence": self.confidence,
            "rows": [_row_record(row) for row in self.rows],
        }


def _row_record(row: Row) -> dict[str, Any]:
    return {
        "table": row.table,
        "key": row.key,
        "valid_from": row.valid_from.isoformat(),
        "source": row.source,
        "article": row.article,
        "article_known": not row.article_open,
        "confidence": row.confidence,
    }


def _plain(value: Value) -> int | str:
    return value.isoformat() if isinstance(value, date | time) else value


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
