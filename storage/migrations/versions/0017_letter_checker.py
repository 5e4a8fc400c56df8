"""The letter checker: who has looked an unread letter through first; and files that replace a page

A letter that waits to be looked through is handed over now, whatever it lacks: nobody else sees it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REPLACEMENTS = """
UPDATE sources SET replaces_page = :yes WHERE id IN (SELECT source_id FROM page_scans WHERE number > 1)
    AND id NOT IN (SELECT source_id FROM page_scans WHERE number = 1)
"""


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("checked_by", sa.Integer()))
        batch_op.create_foreign_key(op.f("fk_cases_checked_by_accounts"), "accounts", ["checked_by"], ["id"])
    with op.batch_alter_table("sources") as batch_op:
        batch_op.add_column(sa.Column("replaces_page", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.get_bind().execute(sa.text(REPLACEMENTS), {"yes": True})
