"""The tables of a journal in a file, and how an older file becomes the present one.

`PRAGMA user_version` counts the migrations that a file has gone through. A probability is an integer of thousandths,
a time an integer of milliseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import Any

from mien.types import LABELS

#: `PRAGMA application_id` of a journal: "mien" in ASCII.
APPLICATION = 0x6D69656E
#: Milliseconds of a row in `spans`.
SPAN = 10_000
#: All of them, those first that speak of others.
TABLES = ("entries", "spans", "sessions", "people", "consents", "settings")

_COLUMNS = ", ".join(f"{label} INTEGER NOT NULL" for label in LABELS)
_SUMS = ", ".join(f"sum({label})" for label in LABELS)
_NAMES = ", ".join(LABELS)
#: True of an entry that tells no expression: all of its probabilities are 0.
UNSURE = f"({' + '.join(LABELS)} = 0)"

#: Sums over the entries of ten seconds, of one person in one session, so that charts need not read every entry.
FILL_SPANS = (
    f"INSERT INTO $spans ($owner session, person, start, entries, unsure, {_NAMES}) SELECT $whose session, person,"
    f" at / {SPAN}, count(*), sum(CASE WHEN {UNSURE} THEN 1 ELSE 0 END), {_SUMS} FROM $entries"
    f" WHERE session = :session AND person = :person AND at >= :first AND at < :last"
    f" GROUP BY session, person, at / {SPAN} ON CONFLICT (session, person, start) DO UPDATE SET entries ="
    f" excluded.entries, unsure = excluded.unsure, {', '.join(f'{label} = excluded.{label}' for label in LABELS)}"
)

#: Each makes the next version of a file; none is ever changed once it was released.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE consents (person TEXT PRIMARY KEY, everyone INTEGER NOT NULL, wording INTEGER NOT NULL,"
        " given INTEGER NOT NULL, withdrawn INTEGER) WITHOUT ROWID",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, consent TEXT NOT NULL)",
        "CREATE TABLE sessions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, began INTEGER NOT NULL)",
        f"CREATE TABLE entries (session INTEGER NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL, {_COLUMNS},"
        " PRIMARY KEY (session, person, at)) WITHOUT ROWID",
    ),
    (
        "CREATE TABLE spans (session INTEGER NOT NULL, person INTEGER NOT NULL, start INTEGER NOT NULL,"
        f" entries INTEGER NOT NULL, unsure INTEGER NOT NULL, {_COLUMNS},"
        " PRIMARY KEY (session, person, start)) WITHOUT ROWID",
        "CREATE INDEX spans_by_time ON spans (start)",
        f"INSERT INTO spans SELECT session, person, at / {SPAN}, count(*), sum({UNSURE}), {_SUMS} FROM entries"
        f" GROUP BY session, person, at / {SPAN}",
    ),
)


def version_of(db: Any) -> int:
    """The version of an open file; 0 for an empty one."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: Any) -> None:
    """Bring a file to the present version, in one transaction; two programs may try at once."""
    if version_of(db) == len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[version_of(db) :]:
            for statement in step:
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
