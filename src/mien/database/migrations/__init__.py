"""Alembic's environment. A new version is a file in `versions`, and its number in `mien.database.schema.HEAD`."""
