"""The door: units, memberships and posts, concerns, dated roles and allowances, the audit chain"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage import chain
from storage.models.types import UtcDateTime, new_public_id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = datetime.now(UTC)
    _persons_and_accounts(now)
    _cases()
    _new_tables()
    _allowances(now)
    _recusals_to_concerns()
    _audit_trail()


def _taken(table: str, *columns: str) -> list[dict[str, Any]]:
    """The rows of a table that is made anew; the table is dropped."""
    types: dict[str, Any] = {"at": UtcDateTime(), "until": UtcDateTime(), "details": sa.JSON()}
    old = sa.table(table, *(sa.column(name, types.get(name)) for name in columns))
    rows = [dict(row) for row in op.get_bind().execute(sa.select(old)).mappings()]
    op.drop_table(table)
    return rows


def _identify(table: str) -> None:
    connection = op.get_bind()
    named = sa.table(table, sa.column("id", sa.Integer()), sa.column("public_id", sa.String()))
    for key in connection.scalars(sa.select(named.c.id)).all():
        connection.execute(sa.update(named).where(named.c.id == key).values(public_id=new_public_id()))


def _persons_and_accounts(now: datetime) -> None:
    with op.batch_alter_table("persons") as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=32)))
        batch_op.add_column(sa.Column("staff_no", sa.String(length=40)))
        batch_op.add_column(sa.Column("matched", sa.Boolean(), nullable=False, server_default=sa.false()))
    _identify("persons")
    with op.batch_alter_table("persons") as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.alter_column("matched", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_unique_constraint(op.f("uq_persons_public_id"), ["public_id"])
        batch_op.create_unique_constraint(op.f("uq_persons_staff_no"), ["staff_no"])
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=32)))
        batch_op.add_column(sa.Column("password_given", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("changed_at", UtcDateTime()))
        batch_op.add_column(sa.Column("changed_by", sa.Integer()))
        batch_op.add_column(sa.Column("confirmed_at", UtcDateTime()))
        batch_op.add_column(sa.Column("confirmed_by", sa.Integer()))
    _identify("accounts")
    # The accounts of before were made on the machine itself, which counts as confirmed.
    accounts = sa.table("accounts", sa.column("confirmed_at", UtcDateTime()))
    op.get_bind().execute(sa.update(accounts).values(confirmed_at=now))
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.alter_column("password_given", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_unique_constraint(op.f("uq_accounts_public_id"), ["public_id"])
        batch_op.create_foreign_key(op.f("fk_accounts_changed_by_accounts"), "accounts", ["changed_by"], ["id"])
        batch_op.create_foreign_key(op.f("fk_accounts_confirmed_by_accounts"), "accounts", ["confirmed_by"], ["id"])
    roles = _taken("account_roles", "account_id", "role")
    made = op.create_table(
        "account_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_roles_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_roles")),
    )
    op.create_index("ix_account_roles_account", "account_roles", ["account_id", "role"])
    op.bulk_insert(made, [{**row, "since": now, "until": None} for row in roles])


def _cases() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("read_at", UtcDateTime()))
        batch_op.add_column(sa.Column("screened", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("brought_by", sa.Integer()))
        batch_op.add_column(sa.Column("handed_over_at", UtcDateTime()))
        batch_op.add_column(sa.Column("looked_through_at", UtcDateTime()))
        batch_op.add_column(sa.Column("event_date", sa.Date()))
    with op.batch_alter_table("intakes") as batch_op:
        batch_op.add_column(sa.Column("letter_count", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("intakes") as batch_op:
        batch_op.alter_column("letter_count", existing_type=sa.Integer(), server_default=None)
    connection = op.get_bind()
    connection.execute(
        sa.text("UPDATE intakes SET letter_count = (SELECT count(*) FROM letters WHERE letters.intake_id = intakes.id)")
    )
    # What was read before is looked through for names by the next worker (`archive_app.screening.matching`).
    connection.execute(
        sa.text(
            "UPDATE cases SET read_at = created_at WHERE NOT EXISTS (SELECT 1 FROM letters"
            " WHERE letters.case_id = cases.id AND letters.state IN ('kept', 'reading'))"
        )
    )
    connection.execute(
        sa.text(
            "UPDATE cases SET brought_by = (SELECT max(intakes.account_id) FROM letters"
            " JOIN intakes ON intakes.id = letters.intake_id WHERE letters.case_id = cases.id)"
        )
    )
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("screened", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_foreign_key(op.f("fk_cases_brought_by_accounts"), "accounts", ["brought_by"], ["id"])


def _allowances(now: datetime) -> None:
    rows = _taken("allowances", "case_id", "person_id", "until")
    made = op.create_table(
        "allowances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_account", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_account"], ["accounts.id"], name=op.f("fk_allowances_by_account_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_allowances_case_id_cases")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_allowances_ended_by_accounts")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_allowances_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowances")),
    )
    in_force = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_allowances_case",
        "allowances",
        ["case_id", "person_id"],
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_index(op.f("ix_allowances_person_id"), "allowances", ["person_id"])
    op.bulk_insert(made, [{**row, "kind": "listed", "at": now, "reason": ""} for row in rows])


def _recusals_to_concerns() -> None:
    rows = _taken("recusals", "person_id", "case_id", "at", "reason")
    concerns = sa.table(
        "concerns",
        *(sa.column(name) for name in ("public_id", "case_id", "kind", "person_id", "words", "reason")),
        sa.column("contexts", sa.JSON()),
        sa.column("at", UtcDateTime()),
    )
    op.bulk_insert(
        concerns,
        [{**row, "public_id": new_public_id(), "kind": "recused", "words": "", "contexts": []} for row in rows],
    )


def _audit_trail() -> None:
    rows = _taken("audit_events", "id", "at", "account_id", "action", "case_id", "letter_id", "page_number", "details")
    made = op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("page_number", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_audit_events_account_id_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_audit_events_case_id_cases")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_audit_events_letter_id_letters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_letter", "audit_events", ["letter_id", "id"])
    op.create_index("ix_audit_events_case", "audit_events", ["case_id", "id"])
    last, chained = chain.GENESIS, []
    for number, row in enumerate(sorted(rows, key=lambda each: each["id"]), start=1):
        row |= {"id": number, "subject": ""}
        last = row["hash"] = chain.link(last, row)
        chained.append(row)
    op.bulk_insert(made, chained)
    head = sa.table("audit_head", *(sa.column(name) for name in ("id", "count", "hash")))
    op.bulk_insert(head, [{"id": 1, "count": len(chained), "hash": last}])


def _new_tables() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("public_id", name=op.f("uq_units_public_id")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id_persons")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_person_unit", ["person_id", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "person_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_person_names_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_names")),
    )
    with op.batch_alter_table("person_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_names_person_id"), ["person_id"], unique=False)

    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_posts_person_id_persons")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_posts_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_person_unit", ["person_id", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posts_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_names_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_names")),
    )
    with op.batch_alter_table("unit_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_names_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_reach",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("member_unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_unit_id"], ["units.id"], name=op.f("fk_unit_reach_member_unit_id_units")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_reach_unit_id_units")),
        sa.PrimaryKeyConstraint("unit_id", "member_unit_id", name=op.f("pk_unit_reach")),
    )
    op.create_table(
        "unit_successions",
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["units.id"], name=op.f("fk_unit_successions_predecessor_id_units")
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["units.id"], name=op.f("fk_unit_successions_successor_id_units")),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_unit_successions")),
    )
    op.create_table(
        "concerns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("contexts", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_account", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("person_id IS NULL OR unit_id IS NULL", name=op.f("ck_concerns_one")),
        sa.ForeignKeyConstraint(["by_account"], ["accounts.id"], name=op.f("fk_concerns_by_account_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_concerns_case_id_cases")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_concerns_letter_id_letters")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_concerns_person_id_persons")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_concerns_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
        sa.UniqueConstraint("public_id", name=op.f("uq_concerns_public_id")),
    )
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.create_index(
            "ix_concerns_case",
            ["case_id", "person_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_concerns_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concerns_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concerns_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "concern_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_concern_reviews_account_id_accounts")),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_reviews_concern_id_concerns")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_concern_reviews_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_reviews")),
        sa.UniqueConstraint(
            "concern_id", "person_id", "round", name=op.f("uq_concern_reviews_concern_id_person_id_round")
        ),
    )
    with op.batch_alter_table("concern_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_reviews_concern_id"), ["concern_id"], unique=False)
