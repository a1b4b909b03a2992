"""Run by Alembic. `upgrade` hands its connection over, in a transaction that is open already."""

from __future__ import annotations

from alembic import context

from mien.database.schema import METADATA

connection = context.config.attributes["connection"]
# SQLite cannot alter tables: there Alembic copies them (https://alembic.sqlalchemy.org/en/latest/batch.html).
context.configure(
    connection=connection, target_metadata=METADATA, render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
