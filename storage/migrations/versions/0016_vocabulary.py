"""The words of the vocabulary: action codes, and the fields of the registration form

The audit trail keeps the codes of its time: its rows are a chain.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ACTIONS = {
    "hurry": "mark_urgent",
    "find": "record_finding",
    "guide": "redirect",
    "dispatch": "hand_over",
    "sign_for": "acknowledge_receipt",
}
FIELDS = {"statement": "verbatim_statement", "note": "registrar_note"}


def upgrade() -> None:
    connection = op.get_bind()
    for table, column in (("case_steps", "act"), ("notifications", "kind")):
        for old, new in ACTIONS.items():
            rename = sa.text(f"UPDATE {table} SET {column} = :new WHERE {column} = :old")
            connection.execute(rename, {"old": old, "new": new})
    for old, new in FIELDS.items():
        op.execute(f"ALTER TABLE registrations RENAME COLUMN {old} TO {new}")
    versions = sa.table("registration_versions", sa.column("id", sa.Integer), sa.column("content", sa.JSON))
    for key, content in connection.execute(sa.select(versions.c.id, versions.c.content)).all():
        renamed = {FIELDS.get(name, name): value for name, value in content.items()}
        connection.execute(sa.update(versions).where(versions.c.id == key).values(content=renamed))
