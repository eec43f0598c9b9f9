"""Who was told apart from whom."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Goes one step up."""
    told = sa.Column("told_apart", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("person", told)
