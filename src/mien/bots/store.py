"""What a bot keeps: the specs of those who agreed, which messages were answered, and where it stands in the stream.

One SQLite file that only its owner can read, held by one bot at a time. No picture, no text and no answer is in it. A
message is known by a hash, so that nothing of a person is left once they are forgotten.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from mien.bots.errors import BotError

#: `PRAGMA application_id`: "mien" in ASCII, plus one.
APPLICATION = 0x6D69656F
#: Days that an answered message is remembered; no server delivers one again after so long.
DAYS = 30

_TABLES = (
    "CREATE TABLE IF NOT EXISTS people (user TEXT PRIMARY KEY, spec TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS answers (message BLOB PRIMARY KEY, sent INTEGER NOT NULL, done INTEGER NOT NULL,"
    " at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS places (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
#: One bot at a time: two would answer everything twice. What is deleted is overwritten.
_ALONE = ("locking_mode = EXCLUSIVE", "secure_delete = ON")
#: A write-ahead log that is synced now and then: what a killed bot noted is kept, and it waits for no disk.
_QUICK = ("journal_mode = WAL", "synchronous = NORMAL")


class Store:
    """Opened for as long as the bot runs. Raises `BotError` for a file that is another program's or another bot's."""

    def __init__(self, path: str | os.PathLike[str], clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = Path(path), clock
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600)
            if os.name == "posix":
                self._path.chmod(0o600)
            self._db = sqlite3.connect(self._path, timeout=0.5, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise BotError(f"{path}: cannot be opened ({reason}); choose another place with --store") from None
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            busy = "locked" in str(error)
            why = "another bot is using it; stop that one" if busy else f"{error}; choose another place"
            raise BotError(f"{path}: {why}, or name another file with --store") from None
        except sqlite3.DatabaseError:
            self._db.close()
            raise BotError(f"{path}: not a bot's store; choose another file with --store") from None

    def _prepare(self) -> None:
        for pragma in _ALONE:
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("BEGIN EXCLUSIVE")
        owner = self._db.execute("PRAGMA application_id").fetchone()[0]
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if owner not in (0, APPLICATION) or (tables and owner != APPLICATION):
            raise sqlite3.DatabaseError("another program's")
        for table in _TABLES:
            self._db.execute(table)
        self._db.execute(f"PRAGMA application_id = {APPLICATION}")
        self._db.execute("DELETE FROM answers WHERE done AND at < ?", (int(self._clock()) - DAYS * 86400,))
        self._db.execute("COMMIT")
        for pragma in _QUICK:  # only now: the file is ours
            self._db.execute(f"PRAGMA {pragma}")

    @property
    def path(self) -> Path:
        return self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._db.close()

    # People

    def keep(self, user: str, spec: str) -> None:
        """Keep the spec (JSON) of a person who has agreed to it."""
        self._db.execute("INSERT OR REPLACE INTO people VALUES (?, ?, ?)", (user, spec, int(self._clock())))
        self._settle()

    def spec(self, user: str) -> str | None:
        row = self._db.execute("SELECT spec FROM people WHERE user = ?", (user,)).fetchone()
        return row[0] if row else None

    def users(self) -> list[str]:
        """Those whose spec is kept."""
        return [row[0] for row in self._db.execute("SELECT user FROM people")]

    def forget(self, user: str) -> bool:
        """Delete everything about a person; False where there was nothing."""
        found = self._db.execute("DELETE FROM people WHERE user = ?", (user,)).rowcount > 0
        self._settle()
        return found

    def _settle(self) -> None:
        """Write the log into the file and empty it: what was deleted is in neither, also after a power cut."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # Answers

    def progress(self, message: str) -> int | None:
        """How many parts of the answer went out; None once all of it did."""
        row = self._db.execute("SELECT sent, done FROM answers WHERE message = ?", (_key(message),)).fetchone()
        return 0 if row is None else None if row[1] else int(row[0])

    def sent(self, message: str, parts: int) -> None:
        """So many parts of the answer to a message went out."""
        self._write(message, parts, done=False)

    def done(self, message: str) -> None:
        """A message needs no more answer."""
        self._write(message, 0, done=True)

    def _write(self, message: str, parts: int, *, done: bool) -> None:
        values = (_key(message), parts, done, int(self._clock()))
        self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", values)

    # The stream of messages

    def place(self, name: str) -> str | None:
        """Up to where messages were taken, in the messenger's own terms."""
        row = self._db.execute("SELECT value FROM places WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_place(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO places VALUES (?, ?)", (name, value))


def _key(message: str) -> bytes:
    return hashlib.sha256(message.encode()).digest()
