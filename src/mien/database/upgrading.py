"""Bring a database to the present version: make its tables, or change those of an older mien, keeping what is in it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from mien.database.engine import is_postgresql, reading, shown, writing
from mien.database.errors import DatabaseError
from mien.database.schema import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"
#: Of the advisory lock that one process holds while it upgrades; any number that others do not use.
LOCK = 0x6D69656E


def upgrade(engine: Engine, version: str = HEAD) -> None:
    """All in one transaction, by one process at a time; others wait. Raises `DatabaseError`, also for a database of a
    newer mien, which is left alone."""
    with reading(engine) as connection:
        if version_of(connection) == version:
            return  # most often; Alembic need not be imported
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with writing(engine) as connection:
        if is_postgresql(connection):
            for name in ("statement_timeout", "lock_timeout"):  # large tables take a while, and others wait for them
                connection.execute(text(f"SET LOCAL {name} = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        before = version_of(connection)
        if before is not None and before not in known:
            raise DatabaseError(f"{shown(engine)}: written by a newer mien; upgrade mien, or use another database")
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def version_of(connection: Connection) -> str | None:
    """None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)
