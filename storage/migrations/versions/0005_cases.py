"""Registration and the way of a case: the register, its versions and years, steps, assignments, clocks, prints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.models.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _cases()
    _register()
    _way()


def _cases() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("major", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("repeats", sa.Integer()))
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("urgent", existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column("major", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_foreign_key(op.f("fk_cases_repeats_cases"), "cases", ["repeats"], ["id"])
        batch_op.create_index(op.f("ix_cases_repeats"), ["repeats"])


def _register() -> None:
    op.create_table(
        "register_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_register_years")),
    )
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("register_no", sa.String(length=30), nullable=False),
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("petitioner", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("telephone", sa.String(length=60), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("signatories", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("locality", sa.String(length=6), nullable=False),
        sa.Column("street", sa.String(length=100), nullable=False),
        sa.Column("content_class", sa.String(length=20), nullable=False),
        sa.Column("sector", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("main_problem", sa.String(length=200), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("claims", "suggestions", "matter", "reasons", "statement", "note")
        ),
        sa.Column("feedback_by", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "(series = 'general') = (sequence IS NOT NULL)", name=op.f("ck_registrations_numbered")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_registrations_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["accounts.id"], name=op.f("fk_registrations_registered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("case_id", name=op.f("uq_registrations_case_id")),
        sa.UniqueConstraint("register_no", name=op.f("uq_registrations_register_no")),
        sa.UniqueConstraint("series", "year", "sequence", name=op.f("uq_registrations_series_year_sequence")),
    )
    op.create_index(op.f("ix_registrations_petitioner"), "registrations", ["petitioner"])
    op.create_index(op.f("ix_registrations_telephone"), "registrations", ["telephone"])
    op.create_table(
        "registration_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_registration_versions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_registration_versions_registration_id_registrations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_versions")),
        sa.UniqueConstraint(
            "registration_id", "number", name=op.f("uq_registration_versions_registration_id_number")
        ),
    )


def _way() -> None:
    op.create_table(
        "case_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("from_state", sa.String(length=30), nullable=False),
        sa.Column("to_state", sa.String(length=30), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_case_steps_account_id_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_steps_case_id_cases")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_case_steps_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_steps")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_steps_case_id_number")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assignments_case_id_cases")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_assignments_person_id_persons")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_assignments_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    in_force = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_assignments_case", "assignments", ["case_id"], sqlite_where=in_force, postgresql_where=in_force
    )
    op.create_index(op.f("ix_assignments_unit_id"), "assignments", ["unit_id"])
    op.create_table(
        "case_clocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("urgent_days", sa.Integer(), nullable=False),
        sa.Column("counting", sa.String(length=10), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_urgent", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_clocks_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clocks")),
    )
    running = sa.text("stopped_at IS NULL")
    op.create_index("ix_case_clocks_due", "case_clocks", ["due"], sqlite_where=running, postgresql_where=running)
    op.create_index("ix_case_clocks_case", "case_clocks", ["case_id"])
    op.create_table(
        "case_prints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=30), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_case_prints_account_id_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_prints_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_prints")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_prints_case_id_number")),
    )
