"""Why the server refused a line; when it noted those that it tells, which are read anew."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Goes one step up."""
    op.add_column("happening", sa.Column("refused", sa.String(length=32), nullable=True))
    op.execute("DELETE FROM heard_audit")
    noted_at = sa.Column("noted_at", sa.String(length=24), nullable=False, server_default="")
    op.add_column("heard_audit", noted_at)
