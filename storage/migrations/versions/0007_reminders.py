"""Reminders: how much of a clock's allowance was told last"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_clocks") as batch_op:
        batch_op.add_column(sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("case_clocks") as batch_op:
        batch_op.alter_column("reminded", existing_type=sa.Integer(), server_default=None)
