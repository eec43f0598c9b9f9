"""Where own work stood in the log before the server was restored."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Goes one step up."""
    op.add_column("journal", sa.Column("former", sa.JSON()))
