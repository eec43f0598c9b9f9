"""All tables of the laptop's file: those of the records, and its own."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from fieldapp.model import Conflict
from fieldapp.model.record import record_types, table_behind
from fieldapp.store.tables import JOURNAL


def schema() -> MetaData:
    """A metadata with exactly the tables of this file, for migrations and their tests."""
    whole = MetaData()
    models: list[type[SQLModel]] = [*record_types().values(), Conflict]
    for model in models:
        table_behind(model).to_metadata(whole)
    for table in JOURNAL.sorted_tables:
        table.to_metadata(whole)
    return whole
