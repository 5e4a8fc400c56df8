"""Words of acts, reasons and names of files are screened: what was written before is matched with all names once

Until the worker has done so, accounts open no content, as after every new name.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("persons", "units"):
        table = sa.table(name, sa.column("matched", sa.Boolean))
        op.execute(sa.update(table).values(matched=False))
