"""No one person shows somebody a case, or sets another's password (docs/decisions/0031)

Changes of staff and units, and later event days, wait for a second person. What is recorded stays in force. A unit that
took the place of one whose names are looked for is looked for as well.

Passwords are set by their holder only, with two codes. One that an administrator has set, and that its holder has not
changed, opens nothing any more: the administrator knows it. Another one is asked for on the page of the person, or at
the server (`archive account reset`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.models.types import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WAITING = (
    ("memberships", "pending_id"),
    ("memberships", "end_pending_id"),
    ("posts", "pending_id"),
    ("posts", "end_pending_id"),
    ("unit_reach", "pending_id"),
    ("units", "unwatch_pending_id"),
)

INHERIT = """
UPDATE units SET watched = true, matched = false WHERE NOT watched AND id IN (
    SELECT successor_id FROM unit_successions JOIN units AS old ON old.id = predecessor_id WHERE old.watched)
"""


def upgrade() -> None:
    _make_pending_changes()
    _make_event_date_proposals()
    for table, column in WAITING:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
            name = op.f(f"fk_{table}_{column}_pending_changes")
            batch_op.create_foreign_key(name, "pending_changes", [column], ["id"])
    connection = op.get_bind()
    while connection.execute(sa.text(INHERIT)).rowcount:
        pass
    _make_password_resets()
    op.execute("UPDATE accounts SET password_hash = '' WHERE password_given")
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.drop_column("password_given")


def _make_pending_changes() -> None:
    op.create_table(
        "pending_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("first_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["accounts.id"], name=op.f("fk_pending_changes_confirmed_by_accounts")
        ),
        sa.ForeignKeyConstraint(["first_by"], ["accounts.id"], name=op.f("fk_pending_changes_first_by_accounts")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_pending_changes_proposed_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pending_changes_public_id")),
    )


def _make_event_date_proposals() -> None:
    op.create_table(
        "event_date_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by_account", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_account"], ["accounts.id"], name=op.f("fk_event_date_proposals_by_account_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_event_date_proposals_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["accounts.id"], name=op.f("fk_event_date_proposals_confirmed_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_date_proposals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_date_proposals_public_id")),
    )
    op.create_index(op.f("ix_event_date_proposals_case_id"), "event_date_proposals", ["case_id"])


def _make_password_resets() -> None:
    op.create_table(
        "password_resets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("first_hash", sa.String(length=64), nullable=False),
        sa.Column("second_hash", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_password_resets_account_id_accounts")),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_password_resets_asked_by_accounts")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["accounts.id"], name=op.f("fk_password_resets_confirmed_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("public_id", name=op.f("uq_password_resets_public_id")),
    )
    op.create_index(op.f("ix_password_resets_account_id"), "password_resets", ["account_id"])
