"""Owners of journals in a studio's database, and what of theirs is in its tables."""

from __future__ import annotations

import uuid

from sqlalchemy import Engine, insert, text

from mien.database import METADATA, USERS, reading, writing
from mien.journal import Journal


def new_user(engine: Engine) -> str:
    number = uuid.uuid4().hex
    with writing(engine) as db:
        db.execute(insert(USERS).values(id=number, name=number, role="member", made=0.0))
    return number


def owner_of(journal: Journal) -> str:
    return journal._store.owner  # type: ignore[attr-defined, no-any-return]


def left(engine: Engine, owner: str) -> dict[str, int]:
    """Rows of an owner by table; those of entries that no session speaks of any more count for everybody."""
    found = {}
    with reading(engine) as db:
        for table in METADATA.sorted_tables:
            if "journal" in table.name and "owner" in table.c:
                query = f"SELECT count(*) FROM {table.name} WHERE owner = :owner"
                found[table.name] = db.execute(text(query), {"owner": owner}).scalar_one()
        orphans = "SELECT count(*) FROM journal_entries WHERE session NOT IN (SELECT id FROM journal_sessions)"
        found["orphans"] = db.execute(text(orphans)).scalar_one()
    return {name: count for name, count in found.items() if count}
