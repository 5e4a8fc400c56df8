"""Marks on a case (the database sets them: `storage.veto_bits`); an index that answers all a veto asks of concerns"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("marks", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("concerns") as batch_op:
        batch_op.drop_index("ix_concerns_case")
        batch_op.create_index(
            "ix_concerns_case",
            ["case_id", "person_id", "unit_id", "kind"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
