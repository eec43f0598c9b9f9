"""lives of the database and of laptops' files, seals, backups"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "epoch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("parent", sa.String(length=36)),
        sa.Column("begun_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="The lives of this database: one after each restore, out of that in the backup.",
    )
    op.create_table(
        "epoch_common",
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", "ward"),
        comment="Up to which revision a life has a ward's log in common with its parent.",
    )
    op.create_table(
        "backup",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="Backups, with the revision of each ward that they contain. `kept`: would be"
        " restored.",
    )
    op.create_table(
        "was_entry",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "chain"),
        comment="Where changesets stood in lives of this database that were lost, as laptops"
        " proved.",
    )
    op.create_index("ix_was_entry_changeset", "was_entry", ["ward", "changeset"])
    op.create_table(
        "life",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("incarnation", sa.String(length=200), nullable=False),
        sa.Column("begun_at", sa.String(length=24), nullable=False),
        sa.Column("superseded_at", sa.String(length=24)),
        sa.Column("challenge", sa.String(length=36)),
        sa.Column("last_number", sa.BigInteger()),
        sa.Column("last_hash", sa.String(length=64)),
        sa.PrimaryKeyConstraint("device", "incarnation"),
        comment="The lives of a device's file, with the last work that each handed in.",
    )
    for table, columns in _new().items():
        for column in columns:
            op.add_column(table, column)
    op.execute(
        "INSERT INTO epoch (id, parent, begun_at) SELECT epoch, NULL, begun_at FROM server_state"
    )


def _new() -> dict[str, tuple[sa.Column[Any], ...]]:
    return {
        "server_state": (
            sa.Column("ledger_lines", sa.BigInteger(), nullable=False, server_default="0"),
            sa.Column("stopped", sa.String()),
        ),
        "log_entry": (
            sa.Column("epoch", sa.String(length=36), nullable=False, server_default=""),
            sa.Column("seal", sa.String(length=64), nullable=False, server_default=""),
        ),
        "device": (sa.Column("cloned_at", sa.String(length=24)),),
    }


def downgrade() -> None:
    """Back to the revision before."""
    for table, columns in _new().items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in ("life", "was_entry", "backup", "epoch_common", "epoch"):
        op.drop_table(table)
