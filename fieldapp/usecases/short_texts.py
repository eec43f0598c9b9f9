"""Names, addresses, contacts: texts of one line, which fit on papers and screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fieldapp.errors import UserMends

LINE_LIMIT = 200
"""Characters. No name of a person, a street or a document is as long: a whole page was pasted."""


def must_fit(values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises UserMends, `entry.text_too_long`, for the first of these texts that is too long."""
    for name in names:
        if len(values.get(name) or "") > LINE_LIMIT:
            raise UserMends("entry.text_too_long", field=name, limit=LINE_LIMIT)
