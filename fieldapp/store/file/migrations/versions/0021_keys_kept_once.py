"""Tables that are nothing but their key are kept once, not as a table and an index over all of it.

An index of the search goes that no question was asked through.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Goes one step up."""
    _kept_once(
        "log_change",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    _kept_once(
        "search_number",
        sa.Column("reversed", sa.String(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
    )
    op.create_index("ix_search_number_key", "search_number", ["key"])
    op.drop_index("ix_search_entry_household", "search_entry")


def _kept_once(table: str, *key: sa.Column[Any]) -> None:
    names = [column.name for column in key]
    made = f"{table}_once"
    op.create_table(made, *key, sa.PrimaryKeyConstraint(*names), sqlite_with_rowid=False)
    listed = ", ".join(names)
    op.execute(f"INSERT INTO {made} SELECT {listed} FROM {table} ORDER BY {listed}")
    op.execute(
        f"DELETE FROM {table}"
    )  # else dropping it keeps all of it in memory until it is done
    op.drop_table(table)
    op.rename_table(made, table)
