"""The database of a studio: SQLite in its folder, or PostgreSQL. Needs SQLAlchemy and Alembic (`mien[studio]`).

>>> from mien.database import open_engine, reading, sqlite_url, upgrade, writing
"""

from __future__ import annotations

from mien.database.engine import clock, is_postgresql, open_engine, reading, shown, sqlite_url, writing
from mien.database.errors import DatabaseError, DatabaseUnreachable
from mien.database.journal_tables import JOURNALS
from mien.database.schema import JOBS, METADATA, TOKENS, USERS
from mien.database.upgrading import upgrade

__all__ = [
    "JOBS", "JOURNALS", "METADATA", "TOKENS", "USERS", "DatabaseError", "DatabaseUnreachable", "clock", "is_postgresql",
    "open_engine", "reading", "shown", "sqlite_url", "upgrade", "writing",
]  # fmt: skip
