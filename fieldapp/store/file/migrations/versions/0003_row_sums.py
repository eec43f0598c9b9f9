"""What the rows of each ward sum up to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Goes one step up. The sums are counted when they are first needed (`store.sums`)."""
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rows", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("row_sum", sa.String(length=64), nullable=False, server_default="0" * 64)
        )
