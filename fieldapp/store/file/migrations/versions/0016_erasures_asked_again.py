"""Whether an erasure was refused, and why it was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Goes one step up."""
    op.add_column(
        "erasure",
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("erasure", sa.Column("reason", sa.String(), nullable=False, server_default=""))
