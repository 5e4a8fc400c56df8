"""The check list of a reception stands on the registration form (rules, 11.2)"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registrations") as batch_op:
        batch_op.add_column(sa.Column("conduct", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("conduct_note", sa.String(length=500), nullable=False, server_default=sa.text("''")))
    with op.batch_alter_table("registrations") as batch_op:
        batch_op.alter_column("conduct", existing_type=sa.JSON(), server_default=None)
