"""The users' journals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: The expressions as they were then.
LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


def upgrade() -> None:
    op.create_table(
        "journals",
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32)),
        sa.PrimaryKeyConstraint("owner", name="pk_journals"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE", name="fk_journals_user_id_users"),
    )
    op.create_index("ix_journals_user_id", "journals", ["user_id"])
    op.create_table(
        "journal_consents",
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.BigInteger()),
        sa.PrimaryKeyConstraint("owner", "person", name="pk_journal_consents"),
        _owned("journal_consents"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal_settings",
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", name="pk_journal_settings"),
        _owned("journal_settings"),
        sqlite_with_rowid=False,
    )
    for table, more in (
        ("journal_people", sa.Column("consent", sa.Text(), nullable=False)),
        ("journal_sessions", sa.Column("began", sa.BigInteger(), nullable=False)),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("owner", sa.String(32), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            more,
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint("owner", "name", name=f"uq_{table}_owner_name"),
            _owned(table),
            sqlite_autoincrement=True,
        )
    op.create_table(
        "journal_entries",
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(label, sa.SmallInteger(), nullable=False) for label in LABELS),
        sa.PrimaryKeyConstraint("session", "person", "at", name="pk_journal_entries"),
        _in_session("journal_entries"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal_spans",
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        *(sa.Column(label, sa.Integer(), nullable=False) for label in LABELS),
        sa.PrimaryKeyConstraint("session", "person", "start", name="pk_journal_spans"),
        _in_session("journal_spans"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_journal_spans_owner_start", "journal_spans", ["owner", "start"])


def _owned(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_owner_journals"
    return sa.ForeignKeyConstraint(["owner"], ["journals.owner"], ondelete="CASCADE", name=name)


def _in_session(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_session_journal_sessions"
    return sa.ForeignKeyConstraint(["session"], ["journal_sessions.id"], ondelete="CASCADE", name=name)
