"""The tables as they are now, and in `journal_tables` those of the journals. How a database gets there from an older
one is in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

#: Names by rule, so that migrations can speak of every constraint in both databases
#: (https://alembic.sqlalchemy.org/en/latest/naming.html).
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)  # fmt: skip

#: The newest version in `migrations/versions`; a test holds them together.
HEAD = "0002"

#: Who may come in. Times are seconds since 1970, here and below.
USERS = Table(
    "users", METADATA,
    Column("id", String(32), primary_key=True),  # 32 hex digits; what is theirs is kept under it, not under the name
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),  # admin, member, viewer
    Column("made", Float(53), nullable=False),
)  # fmt: skip

#: SHA-256 of their tokens, as hex digits. The tokens themselves are kept nowhere.
TOKENS = Table(
    "tokens", METADATA,
    Column("hash", String(64), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made", Float(53), nullable=False),
)  # fmt: skip

#: Work that outlasts a request, and the queue of it at the same time.
JOBS = Table(
    "jobs", METADATA,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),  # a user's id; "" in a studio without users
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # queued, running, done, failed
    Column("params", Text, nullable=False),  # JSON, and so are files, result and problem
    Column("key", String(200)),  # the Idempotency-Key
    Column("fingerprint", String(64), nullable=False),
    Column("made", Float(53), nullable=False),
    Column("started", Float(53)),  # the last attempt
    Column("ended", Float(53)),
    Column("files", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("problem", Text),
    Column("progress", Float(53)),
    Column("doing", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),  # how often it was begun: what an earlier attempt says is not heard
    Column("lease", Float(53)),  # until when whoever runs it must say that it still does
    UniqueConstraint("owner", "key", name="uq_jobs_owner_key"),
    Index("ix_jobs_state_made", "state", "made"),
    Index("ix_jobs_owner_made", "owner", "made"),
)  # fmt: skip
