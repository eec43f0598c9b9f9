"""QR codes as rectangles, for paper and screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import zxingcpp


def qr_rects(text: str, size: float) -> list[tuple[float, float, float, float]]:
    """The dark parts of a QR code as x, y, width, height in a square of `size`, y upwards.

    The light margin that readers need is part of the square.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = cast("bytes", code.to_image())  # it has the buffer protocol, its type does not say so
    rows = cast("list[list[int]]", memoryview(image).tolist())
    module = size / len(rows)
    found = []
    for y, row in enumerate(rows):
        for start, length in _runs(row):
            place = (start * module, size - (y + 1) * module, length * module, module)
            found.append(place)
    return found


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    found: list[tuple[int, int]] = []
    for x, value in enumerate(row):
        if value:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
