"""A person's own file. Opened when there is one, made only when consent is given, closed to everybody else."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mien.errors import JournalError
from mien.journal.consents import WORDING
from mien.journal.schema import APPLICATION, MIGRATIONS, TABLES, migrate, version_of
from mien.journal.spelling import FILE, one_by_one
from mien.journal.store import Connection, Rows, held
from mien.media.sources import shown

#: Seconds to wait for another program that writes. One that deletes from a large journal takes a while.
PATIENCE = 60.0
#: Seconds to wait for readers to let go of deleted bytes; everybody else waits as long.
READERS = 5.0


class FileConnection:
    """A connection of `sqlite3` or `sqlcipher3` as the journal uses it."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def execute(self, sql: str, **values: Any) -> Rows:
        rows: Rows = self._db.execute(FILE(sql), values)
        return rows

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[int]]) -> None:
        """Add rows of integers to a table, those that are not there yet."""
        self._db.executemany(FILE(one_by_one(table, columns, "?")), rows)


class FileStore:
    """One connection to the journal's file, shared by threads under a lock.

    key: passphrase of an encrypted journal (SQLCipher 4: AES-256, PBKDF2); needs `pip install 'mien[encrypted]'`.
    """

    def __init__(self, path: Path, key: str | None = None) -> None:
        self.path, self.key = path, key
        self.name = shown(path)
        self.where, self.encrypted, self.wording = str(path), key is not None, WORDING
        self._lock = threading.RLock()
        self._db: Any = None
        self._file: tuple[int, int] | None = None

    def twin(self) -> FileStore:
        """The same file with a connection of its own, for another thread."""
        return FileStore(self.path, self.key)

    def close(self) -> None:
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """The connection; None where there is no file yet. Raises `JournalError`."""
        with self._lock, self._told():
            db = self._connection()
            yield None if db is None else FileConnection(db)

    @contextmanager
    def writing(self, *, create: bool = False) -> Iterator[Connection | None]:
        """The connection inside a transaction, undone after an error. create: make the file if need be; without it
        None where there is none. Raises `JournalError`."""
        with self._lock, self._told():
            if create:
                self._create()
            db = self._connection()
            if db is None:
                yield None
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                yield FileConnection(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def clear(self, db: Connection) -> None:
        """Delete all rows, within a transaction that writes."""
        for table in TABLES:
            db.execute(f"DELETE FROM {table}")  # with no condition SQLite need not look at the rows

    def scrub(self) -> None:
        """Let nothing that was deleted remain in the file or in its write-ahead log. Raises `JournalError`."""
        with self._lock, self._told():
            db = self._connection()
            if db is None:
                return
            db.execute("VACUUM")
            db.execute(f"PRAGMA busy_timeout = {READERS * 1000:.0f}")
            kept = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
            if kept:
                raise held(self.name)

    def settle(self) -> None:
        """Empty the write-ahead log where nobody else is reading; else the next one to close the file does."""
        with self._lock, self._told():
            db = self._connection()
            if db is not None:
                db.execute("PRAGMA busy_timeout = 0")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")

    def _connection(self) -> Any:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self.close()
            return None
        if self._db is not None and self._file != (status.st_dev, status.st_ino):
            self.close()  # somebody put another file in its place
        if self._db is None:
            self._db, self._file = self._opened(), (status.st_dev, status.st_ino)
        return self._db

    def _opened(self) -> Any:
        db = self._driver().connect(str(self.path), timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            if self.key is not None:
                db.execute(f"PRAGMA key = '{self.key.replace(chr(39), chr(39) * 2)}'")
            db.execute("PRAGMA secure_delete = ON")
            self._check(db)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # one write a second: a power cut loses no more than a crash does
            migrate(db)
        except BaseException:
            db.close()
            raise
        return db

    def _check(self, db: Any) -> None:
        version, tables = version_of(db), db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if (version or tables) and db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise JournalError(f"{self.name}: a database, but no journal of mien; choose another file")
        if version > len(MIGRATIONS):
            raise JournalError(f"{self.name}: written by a newer mien (version {version}); upgrade mien to open it")

    def _create(self) -> None:
        """An empty file that only its owner may read; SQLite gives its companions (-wal, -shm) the same rights."""
        if self.path.exists():
            return
        self._driver()
        with suppress(FileExistsError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def _driver(self) -> Any:
        if self.key is None:
            return sqlite3
        try:
            from sqlcipher3 import dbapi2
        except ImportError:
            raise JournalError(
                f"{self.name}: an encrypted journal needs sqlcipher3: pip install 'mien[encrypted]'"
            ) from None
        return dbapi2

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite or the system complains of, as one line."""
        try:
            yield
        except OSError as error:
            raise JournalError(f"{self.name}: cannot be used ({error.strerror or error}); check the path") from error
        except Exception as error:
            if not any(kind.__name__ == "DatabaseError" for kind in type(error).__mro__):  # sqlcipher3 has its own
                raise
            raise JournalError(f"{self.name}: {_plainly(str(error), self.key is not None)}") from error


def _plainly(said: str, keyed: bool) -> str:
    if "not a database" in said or "malformed" in said:
        if keyed:
            return "the passphrase is wrong, or this is no encrypted journal; check MIEN_JOURNAL_KEY"
        return "no journal, or an encrypted one; set its passphrase in MIEN_JOURNAL_KEY, or choose another file"
    if "locked" in said:
        return "another program has been writing for too long; try again when it is done"
    if "full" in said:
        return "the disk is full; make room"
    if "readonly" in said:
        return "may not be written; change its permissions"
    if "unable to open" in said:
        return "cannot be opened; check the path and its permissions"
    return f"cannot be used ({' '.join(said.split())}); restore it from a copy, or delete the file"
