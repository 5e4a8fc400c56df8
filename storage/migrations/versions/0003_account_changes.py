"""What administrators did to an account since it was confirmed, for who confirms it next"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(sa.Column("changes", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column("changes", existing_type=sa.JSON(), server_default=None)
