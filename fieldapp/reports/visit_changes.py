"""What of the visit log is otherwise than in an earlier file of it: new, changed, gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from fieldapp.clock import VIETNAM
from fieldapp.errors import UserMends
from fieldapp.reports.visit_cells import Value
from fieldapp.reports.visit_row import FIELDS, VisitRow
from fieldapp.reports.visits import CHECK_EVERY, WardPosition, Watch, position_text
from fieldapp.words import Words


@dataclass(frozen=True)
class ChangedRow:
    """A visit that is otherwise. `change` is new, gone or changed, `fields` which are; `row` is as
    it is now, or as it was where it is gone."""

    row: VisitRow
    change: str
    fields: tuple[str, ...] = ()


@dataclass
class Changes:
    """The rows, and the file that they are compared with: when it was made, how far its data
    reached, its content hash; `columns` are those of both files. `count` is of the rows that were
    told."""

    rows: Iterable[ChangedRow]
    made_at: datetime
    positions: tuple[WardPosition, ...]
    sha256: str
    columns: tuple[str, ...]
    count: int = 0

    def told(self, watch: Watch) -> Iterator[ChangedRow]:
        """The rows, once. Raises UserMends `reports.cancelled` when the watch says so."""
        for one in self.rows:
            self.count += 1
            yield one
            if self.count % CHECK_EVERY == 0 and watch.cancelled():
                raise UserMends("reports.cancelled", rows=self.count)


def changed_rows(
    before: Iterable[VisitRow], now: Iterable[VisitRow], columns: Collection[str]
) -> Iterator[ChangedRow]:
    """The differences, in the order of the log. Both come in that order and neither is kept."""
    compared = [name for name in FIELDS if not columns or name in columns]
    old, new = iter(before), iter(now)
    was, is_ = next(old, None), next(new, None)
    while was is not None or is_ is not None:
        if is_ is None or (was is not None and _place(was) < _place(is_)):
            assert was is not None
            yield ChangedRow(was, "gone")
            was = next(old, None)
        elif was is None or _place(is_) < _place(was):
            yield ChangedRow(is_, "new")
            is_ = next(new, None)
        else:
            fields = tuple(n for n in compared if getattr(was, n) != getattr(is_, n))
            if fields:
                yield ChangedRow(is_, "changed", fields)
            was, is_ = next(old, None), next(new, None)


def _place(row: VisitRow) -> tuple[datetime, str, str]:
    return row.visited_at, row.ward, row.visit


def change_text(one: ChangedRow, words: Words) -> str:
    """What is otherwise, in words."""
    fields = ", ".join(words.say(f"reports.column_{name}") for name in one.fields)
    return words.say(f"reports.change_{one.change}", fields=fields)


def change_summary(changes: Changes, words: Words) -> list[tuple[str, Value]]:
    """What the sheet compares with, as pairs of label and value."""
    at = f"{changes.made_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    reached = "; ".join(position_text(position, words) for position in changes.positions)
    pairs: list[tuple[str, Value]] = [
        ("changes_since", words.say("reports.changes_since_text", at=at, positions=reached)),
        ("changes_hash", changes.sha256),
        ("changes_count", changes.count),
    ]
    return [(words.say(f"reports.summary_{name}"), value) for name, value in pairs]
