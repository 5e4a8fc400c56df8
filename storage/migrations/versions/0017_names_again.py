"""Match all names again: more of what a person is called is searched for (docs/decisions/0029)

Until the worker has matched a person, their accounts open no content.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE persons SET matched = false")
