"""Contents of the log are shortened from here on: notes which rows are not yet."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Goes one step up. An older program would not read what is written from now on."""
    there = op.get_bind()
    upto = {
        table: there.execute(sa.text(f"SELECT coalesce(max(rowid), 0) FROM {table}")).scalar_one()
        for table in ("log_entry", "old_entry")
    }
    if any(upto.values()):
        note = sa.text("INSERT OR REPLACE INTO meta (name, value) VALUES ('plain_entries', :upto)")
        there.execute(note, {"upto": json.dumps(upto)})
