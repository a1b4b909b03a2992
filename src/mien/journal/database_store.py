"""A journal in the database of a studio, SQLite or PostgreSQL: one for each user. Needs SQLAlchemy (`mien[studio]`).

Nobody's row is reached with another's store: every statement names the owner, or a session that was found by its owner.
What is deleted PostgreSQL only marks so. `VACUUM FULL` writes a table anew without it, and locks everybody out while it
does: `scrub` runs it while the tables are small. For larger ones it is `VACUUM`, which frees the space but leaves bytes
in it until it is used again. Either way copies stay in the write-ahead log and in backups until those go
(https://www.postgresql.org/docs/current/routine-vacuuming.html).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection as Connected
from sqlalchemy import Engine, TextClause, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from mien import database
from mien.database import JOURNALS, USERS, DatabaseError, DatabaseUnreachable, is_postgresql
from mien.errors import JournalError, NotInJournal
from mien.journal import keeping
from mien.journal.consents import SHARED
from mien.journal.spelling import DATABASE, at_once, one_by_one
from mien.journal.store import Connection, JournalAway, Rows, held
from mien.journal.times import now

_TABLES = [DATABASE(f"${name}") for name in ("entries", "spans", "sessions", "people", "consents")]
_ROWS = text("SELECT sum(reltuples) FROM pg_class WHERE relname = ANY(:tables)").bindparams(tables=_TABLES)
#: Rows of all journals up to which the tables are written anew: half a second.
SMALL = 500_000
#: Milliseconds to wait until nobody uses a table that is to be written anew; others wait behind it.
FREE = 2000


class Unreachable(JournalAway, DatabaseUnreachable):
    """Both: a journal, and a database, that does not answer now."""


class DatabaseConnection:
    """A transaction of SQLAlchemy as the journal uses it."""

    def __init__(self, db: Connected, owner: str) -> None:
        self._db, self._owner = db, owner

    def execute(self, sql: str, **values: Any) -> Rows:
        rows: Rows = self._db.execute(_statement(sql), {**values, "owner": self._owner})
        return rows

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[int]]) -> None:
        """Add rows of integers to a table, those that are not there yet."""
        if is_postgresql(self._db):
            lists = (list(values) for values in zip(*rows, strict=True))
            self._db.execute(_statement(at_once(table, columns)), dict(zip(columns, lists, strict=True)))
        else:
            named = [dict(zip(columns, row, strict=True)) for row in rows]
            self._db.execute(_statement(one_by_one(table, columns)), named)


@lru_cache(256)
def _statement(sql: str) -> TextClause:
    return text(DATABASE(sql))


class DatabaseStore:
    """The journal of one user. owner: their id; "" in a studio without users.

    The engine is shared and stays open. Its tables must be there: see `database.upgrade`.
    """

    def __init__(self, engine: Engine, owner: str = "") -> None:
        self._engine, self.owner = engine, owner
        self._snapshot = engine  # what is read by several queries fits together
        if is_postgresql(engine):
            self._snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
        self.where, self.encrypted, self.wording = database.shown(engine), False, SHARED

    def twin(self) -> DatabaseStore:
        """The same: each transaction has a connection of its own."""
        return DatabaseStore(self._engine, self.owner)

    def close(self) -> None:
        """Nothing is held between transactions."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads; a journal that is not there is empty. Raises `JournalError`."""
        with self._told(), database.reading(self._snapshot) as db:
            yield DatabaseConnection(db, self.owner)

    @contextmanager
    def writing(self, *, create: bool = False) -> Iterator[Connection | None]:
        """A transaction that no other of this journal runs beside: what consent it finds holds until its end. Raises
        `JournalError`."""
        with self._told(), database.writing(self._engine) as db:
            if is_postgresql(db):  # a large journal takes a while to delete; waiting for locks keeps its limit
                db.execute(text("SET LOCAL statement_timeout = 0"))
            if create:
                insert = postgresql.insert if is_postgresql(db) else sqlite.insert
                row = {"owner": self.owner, "user_id": self.owner or None}
                db.execute(insert(JOURNALS).values(row).on_conflict_do_nothing())
            there = select(JOURNALS.c.owner).where(JOURNALS.c.owner == self.owner).with_for_update()
            yield None if db.execute(there).first() is None else DatabaseConnection(db, self.owner)

    def clear(self, db: Connection) -> None:
        """Delete all rows, within a transaction that writes: they go with the journal."""
        db.execute("DELETE FROM journals WHERE $mine")

    def scrub(self) -> None:
        """Let SQLite write its file anew; PostgreSQL free what is deleted, as far as nobody else still reads it."""
        if is_postgresql(self._engine):
            self.vacuum(anew=True)
            return
        with self._told(), closing(self._engine.raw_connection()) as db:
            db.cursor().execute("VACUUM")
            kept = db.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if kept:
            raise held(self.where)

    def settle(self) -> None:
        """Nothing that takes no time."""

    def size(self) -> int:
        """Bytes of all journals' tables and indexes in PostgreSQL."""
        with self._told(), database.reading(self._engine) as db:
            return sum(int(db.execute(text(f"SELECT pg_total_relation_size('{one}')")).scalar_one()) for one in _TABLES)

    def vacuum(self, *, anew: bool = False) -> None:
        """Free what is deleted in PostgreSQL, of all journals. anew: write small tables anew, if nobody keeps them
        busy. What fails autovacuum does later."""
        tables = ", ".join(_TABLES)
        with suppress(SQLAlchemyError), self._engine.connect() as opened:
            db = opened.execution_options(isolation_level="AUTOCOMMIT")
            db.exec_driver_sql("SET statement_timeout = 0")
            try:
                # INDEX_CLEANUP: else the indexes keep names and times of a few deleted rows.
                db.exec_driver_sql(f"VACUUM (INDEX_CLEANUP ON, ANALYZE) {tables}")
                if anew and db.scalar(_ROWS) <= SMALL:
                    db.exec_driver_sql(f"SET lock_timeout = {FREE}")
                    db.exec_driver_sql(f"VACUUM (FULL) {tables}")
            finally:
                db.exec_driver_sql("RESET statement_timeout")
                db.exec_driver_sql("RESET lock_timeout")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except JournalError:
            raise
        except DatabaseUnreachable as error:
            raise Unreachable(str(error)) from error
        except DatabaseError as error:
            raise JournalError(str(error)) from error
        except sqlite3.Error as error:
            raise JournalError(f"{self.where}: cannot be used ({error}); try again") from error
        except IntegrityError as error:
            raise NotInJournal("whose journal this is has been removed from the studio") from error


def open_store(url: str, user: str | None = None) -> DatabaseStore:
    """The journal of a user, by name, in the database at this address; its tables are made if need be. user None: of a
    studio without users. Raises `DatabaseError`, `JournalError`."""
    engine = database.open_engine(url)
    database.upgrade(engine)
    return DatabaseStore(engine, "" if user is None else owner_of(engine, user))


def owner_of(engine: Engine, name: str) -> str:
    """The id of a user. Raises `JournalError` where there is none of this name."""
    with DatabaseStore(engine)._told(), database.reading(engine) as db:
        found = db.execute(select(USERS.c.id).where(USERS.c.name == name)).scalar()
    if found is None:
        raise NotInJournal(f"{name}: no user of this name; `mien studio users list` shows all")
    return str(found)


def expire_all(engine: Engine) -> int:
    """Delete what is older than it may be from every journal, also of those who never come back; returns the number of
    entries. Raises `JournalError`."""
    with DatabaseStore(engine)._told(), database.reading(engine) as db:
        owners = db.execute(select(JOURNALS.c.owner)).scalars().all()
    gone = sum(keeping.expire(DatabaseStore(engine, owner), now()) for owner in owners)
    if gone and is_postgresql(engine):
        DatabaseStore(engine).vacuum()
    return gone
