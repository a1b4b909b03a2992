"""Engines for SQLite and PostgreSQL, and transactions on them that fail in one way: with a `DatabaseError`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from mien.database.errors import DatabaseError, DatabaseUnreachable

#: Seconds that connecting, waiting for a free connection, a lock, and a statement may take.
CONNECT, POOL, LOCK, STATEMENT = 3, 5.0, 10, 30
#: Connections that a process keeps, and those it may open besides when they are all in use.
KEPT, MORE = 4, 8
#: Seconds after which a connection is opened anew: firewalls forget those that are silent.
RECYCLE = 1800


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://USER@HOST/NAME` (also `postgresql+psycopg://`). Connects when it
    is first used. Raises `DatabaseError` for another address."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError, SQLAlchemyError):  # what it says repeats the address, password and all
        raise DatabaseError("the database's address is none; write postgresql://USER@HOST/NAME") from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    if parsed.drivername in ("sqlite", "sqlite+pysqlite") and parsed.database not in (None, "", ":memory:"):
        return _sqlite(parsed.set(drivername="sqlite"))
    raise DatabaseError(f"a database of {backend} cannot be used; write postgresql://USER@HOST/NAME or sqlite:///FILE")


def is_postgresql(of: Engine | Connection) -> bool:
    return of.dialect.name == "postgresql"


def shown(engine: Engine) -> str:
    """The database's address as people may see it: without user, password and options."""
    url = engine.url
    if not is_postgresql(engine):
        return str(url.database)
    where = f"{url.host or 'localhost'}{f':{url.port}' if url.port else ''}"
    return f"postgresql://{where}/{url.database or ''}"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads. Raises `DatabaseError`."""
    with _told(engine), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, committed at the end. On SQLite it waits for its turn at the start (BEGIN IMMEDIATE),
    so that it never has to be begun anew. `IntegrityError` passes through. Raises `DatabaseError`."""
    with _told(engine), engine.execution_options(immediate=True).begin() as connection:
        yield connection


def clock(connection: Connection) -> float:
    """Seconds since 1970 by the database's clock, which all hosts that use it share."""
    if is_postgresql(connection):
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    return time.time()


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except NoConnection:
        raise DatabaseUnreachable(f"{shown(engine)}: every connection is in use; try again") from None
    except DBAPIError as error:
        name = type(error.orig).__name__
        if isinstance(error.orig, Exception) and (error.connection_invalidated or _is_away(engine, error)):
            raise DatabaseUnreachable(
                f"{shown(engine)}: the database does not answer ({_reason(engine, error)})"
            ) from None
        if not is_postgresql(engine) and name == "DatabaseError":
            raise DatabaseError(
                f"{shown(engine)}: cannot be used ({error.orig}); move it away, and start the studio again"
            ) from None
        raise


def _is_away(engine: Engine, error: DBAPIError) -> bool:
    """Whether the same could go well later: not a mistake in a statement."""
    state = getattr(error.orig, "sqlstate", None)
    if is_postgresql(engine):
        # https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, resources, operator intervention
        # (shutdown), lock not available, deadlock, and no state at all where nobody answered.
        away = ("08", "53", "57", "55P03", "40", "28", "3D")
        operational = type(error.orig).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")
        return state.startswith(away) if isinstance(state, str) else operational
    return any(word in str(error.orig) for word in ("locked", "unable to open", "disk", "readonly", "busy"))


def _reason(engine: Engine, error: DBAPIError) -> str:
    """The driver's words in one line, without the password."""
    words = " ".join(str(error.orig).split())
    for secret in (engine.url.password, *(str(engine.url.query.get(key, "")) for key in ("password", "sslpassword"))):
        if secret:
            words = words.replace(str(secret), "***")
    return words[:200]


def _postgresql(url: URL) -> Engine:
    options = f"-c statement_timeout={STATEMENT * 1000} -c lock_timeout={LOCK * 1000}"
    given: dict[str, Any] = {"connect_timeout": CONNECT, "application_name": "mien", "options": options}
    for name in given.keys() & url.query.keys():  # the address has the last word
        del given[name]
    # prepare_threshold: a pooler such as PgBouncer gives each transaction another connection.
    return create_engine(
        url, connect_args={**given, "prepare_threshold": None}, pool_size=KEPT, max_overflow=MORE, pool_timeout=POOL,
        pool_pre_ping=True, pool_recycle=RECYCLE, hide_parameters=True,
    )  # fmt: skip


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": LOCK}, pool_size=KEPT, max_overflow=MORE, pool_timeout=POOL, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
