"""All tables of the laptop's file: those of the records, and its own."""

from __future__ import annotations

from sqlalchemy import MetaData

from fieldapp.model import Conflict
from fieldapp.model.record import record_types
from fieldapp.store.tables import JOURNAL


def schema() -> MetaData:
    """A metadata with exactly the tables of this file, for migrations and their tests."""
    whole = MetaData()
    for model in (*record_types().values(), Conflict):
        model.__table__.to_metadata(whole)  # type: ignore[attr-defined]
    for table in JOURNAL.sorted_tables:
        table.to_metadata(whole)
    return whole
