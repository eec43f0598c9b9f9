"""The first schema.

Until the first release it is whatever the metadata says; from then on this revision is frozen to
explicit statements and each change of the schema is a revision of its own.
"""

from __future__ import annotations

from alembic import op

from sync.server.tables import server_metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates all tables."""
    server_metadata().create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """There is nothing before the first schema: a server's data is never dropped by a tool."""
    raise NotImplementedError("restore a backup instead")
