"""Redacted extracts: which letter was made from which"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.models.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extracts",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("of_letter_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_extracts_account_id_accounts")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_extracts_letter_id_letters")),
        sa.ForeignKeyConstraint(["of_letter_id"], ["letters.id"], name=op.f("fk_extracts_of_letter_id_letters")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_extracts")),
    )
    with op.batch_alter_table("extracts") as batch_op:
        batch_op.create_index(op.f("ix_extracts_of_letter_id"), ["of_letter_id"])
