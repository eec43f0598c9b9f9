"""Which receipts a desk wants to see, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ReceiptChoice:
    """Which receipts, in which order. Days inclusive; "" chooses everybody or everything.

    `only`: "", `used`, `void`, `cash`, `transfer`, `in_hand`. `sort`: `number`, `at`, `payer`,
    `by`, `method`, `amount`.
    """

    wards: tuple[str, ...]
    since: date
    until: date
    by: str = ""
    only: str = ""
    sort: str = "at"
    upwards: bool = False


@dataclass(frozen=True)
class ReceiptSums:
    """What chosen receipts come to; void ones count and add nothing."""

    count: int
    void: int
    total_dong: int
