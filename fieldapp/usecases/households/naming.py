"""Which texts of a ward name a person, beside those of her own records.

Her name, tones and case aside, or one of her numbers stands in them. Shorter ones than `SHORTEST`
are not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.rules.folding import fold
from fieldapp.store.rows import table_of

SHORTEST = 4
"""Shorter names and numbers would be found in everybody's notes."""
_NUMBERS = ("id_number", "old_id_number", "si_number", "card_number", "phone")
WRITTEN: Mapping[str, str] = {
    "flag_reply": "text",
    "flag_clearing": "note",
    "remittance_answer": "note",
    "held_release": "note",
}
"""Texts that people write about their work: never changed, and now and then they name somebody."""


def told_of(person: Mapping[str, Any]) -> frozenset[str]:
    """What she is called, folded, and her numbers."""
    texts = [fold(person.get("full_name") or ""), *(person.get(name) or "" for name in _NUMBERS)]
    return frozenset(text for text in texts if len(text) >= SHORTEST)


def names(text: str | None, told: frozenset[str]) -> bool:
    """Whether a text says one of these."""
    folded = fold(text or "")
    return any(one in folded or one in (text or "") for one in told)


def written_of(
    connection: Connection, ward: str, told: frozenset[str]
) -> Iterator[tuple[str, str, Any]]:
    """Type, field and row of what people wrote about their work that names her."""
    for kind, field in WRITTEN.items():
        table = table_of(kind)
        mine = (table.c.ward == ward) & (table.c[field] != "")
        for row in connection.execute(select(table).where(mine).order_by(table.c.id)):
            if told and names(getattr(row, field), told):
                yield kind, field, row
