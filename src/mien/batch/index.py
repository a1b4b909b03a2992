"""`Index`: which inputs are done, for any number of them.

It is made anew from the manifest at every start, in a private temporary database of SQLite, which holds little in
memory and leaves nothing behind.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

_TABLES = """
CREATE TABLE sources(key BLOB PRIMARY KEY, stamp TEXT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE contents(sha256 TEXT PRIMARY KEY, source TEXT) WITHOUT ROWID;
CREATE TABLE bad(source TEXT PRIMARY KEY, reason TEXT) WITHOUT ROWID;
"""


class Index:
    """Safe to share between threads."""

    def __init__(self) -> None:
        # An empty name is a temporary database on disk, of which 8 MB are kept in memory.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;" + _TABLES)
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def add(self, entries: Iterable[dict[str, Any]]) -> None:
        """Take in inputs as the manifest lists them."""
        with self._lock:
            self._db.execute("BEGIN")
            for entry in entries:
                source = entry["source"]
                if "bad" in entry:
                    self._db.execute("INSERT OR REPLACE INTO bad VALUES (?, ?)", (source, entry["bad"]))
                    continue
                self._db.execute("DELETE FROM bad WHERE source = ?", (source,))
                row = (_key(source), entry["stamp"], entry.get("sha256", ""))
                self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", row)
                if "rows" in entry:
                    self._db.execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (entry["sha256"], source))
            self._db.execute("COMMIT")

    def has(self, source: str, stamp: str) -> bool:
        """Whether this input is done, has not been written since, as far as its stamp tells, and was not bad since."""
        known = stamp and self._one("SELECT stamp FROM sources WHERE key = ?", _key(source)) == stamp
        return bool(known) and self.reason_of(source) is None

    def content_of(self, source: str) -> str | None:
        """The sha256 that an input had when it was done."""
        return self._one("SELECT sha256 FROM sources WHERE key = ?", _key(source))

    def source_of(self, sha256: str) -> str | None:
        """The input whose rows tell of this content."""
        return self._one("SELECT source FROM contents WHERE sha256 = ?", sha256)

    def reason_of(self, source: str) -> str | None:
        """Why an input could not be read when last tried."""
        return self._one("SELECT reason FROM bad WHERE source = ?", source)

    def bad(self) -> Iterator[tuple[str, str]]:
        """Inputs that could not be read when last tried, and why, in the order of their names."""
        last = ""
        while True:
            with self._lock:
                query = "SELECT source, reason FROM bad WHERE source > ? ORDER BY source LIMIT 1000"
                rows = self._db.execute(query, (last,)).fetchall()
            if not rows:
                return
            yield from rows
            last = rows[-1][0]

    def count_bad(self) -> int:
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM bad").fetchone()[0])

    def _one(self, query: str, value: str | bytes) -> str | None:
        with self._lock:
            row = self._db.execute(query, (value,)).fetchone()
        return None if row is None else row[0]


def _key(source: str) -> bytes:
    return blake2b(source.encode(), digest_size=16).digest()
