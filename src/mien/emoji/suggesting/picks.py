"""The user's own file of picks: counts of which emoji were picked or passed over, in which coarse context.

One SQLite table: no pictures, no faces, no words, no times. SQLite makes writes atomic and keeps two processes apart.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.errors import MienError
from mien.media.folders import user_folder
from mien.types import LABELS, UNSURE

#: What a context can be: the expression, or "none" where there was no face.
MOODS = (*LABELS, UNSURE, "none")
#: Seconds that a write waits for another process.
PATIENCE = 10.0
VERSION = 1

_TABLE = """
CREATE TABLE IF NOT EXISTS picks (
    mood TEXT NOT NULL, strong INTEGER NOT NULL, text INTEGER NOT NULL, emoji TEXT NOT NULL,
    picked INTEGER NOT NULL DEFAULT 0, passed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (mood, strong, text, emoji)
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO picks (mood, strong, text, emoji, picked, passed) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET picked = picked + excluded.picked, passed = passed + excluded.passed
"""


@dataclass(frozen=True, slots=True)
class Context:
    """All that is kept of a situation."""

    mood: str  #: of `MOODS`
    strong: bool  #: a strong expression
    text: bool  #: there were words


@dataclass(frozen=True, slots=True)
class Count:
    """How often an emoji was picked in a context, and how often passed over for another."""

    context: Context
    emoji: str
    picked: int
    passed: int

    def to_dict(self) -> dict[str, Any]:
        own = {"mood": self.context.mood, "strong": self.context.strong, "text": self.context.text}
        return own | {"emoji": self.emoji, "picked": self.picked, "passed": self.passed}


def default_file() -> Path:
    """Where picks lie unless told otherwise: `$MIEN_PICKS`, else the platform's folder for a program's state."""
    if chosen := os.environ.get("MIEN_PICKS"):
        return Path(chosen)
    return user_folder("XDG_STATE_HOME", ".local/state") / "mien" / "picks.db"


class PickFile:
    """A file of counts, mode 600. Safe between threads and between processes."""

    def __init__(self, path: str | Path) -> None:
        """Opens or makes `path`. Raises `MienError` where that cannot be done or the file is none of ours."""
        self.path = Path(path)
        self._lock = threading.Lock()
        try:
            if not self.path.parent.exists():
                self.path.parent.mkdir(parents=True, mode=0o700)
            # Made before SQLite opens it: its journal takes the mode of the file.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self._base = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            self._base.execute("PRAGMA secure_delete = ON")
            version = self._base.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, VERSION):
                raise MienError(f"{self.path}: written by another version of mien; delete it, or name another file")
            self._base.execute(_TABLE)
            self._base.execute(f"PRAGMA user_version = {VERSION}")
            if os.name == "posix":
                self.path.chmod(0o600)
        except OSError as error:
            raise MienError(f"{self.path}: cannot keep picks there ({error.strerror})") from error
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def close(self) -> None:
        self._base.close()

    def add(self, context: Context, picked: str, passed: Sequence[str]) -> None:
        """Count one pick and what was passed over for it, in one transaction."""
        key = (context.mood, int(context.strong), int(context.text))
        rows = [(*key, picked, 1, 0), *((*key, emoji, 0, 1) for emoji in passed)]
        with self._working() as base:
            base.execute("BEGIN IMMEDIATE")
            base.executemany(_ADD, rows)
            base.execute("COMMIT")

    def counts(self) -> list[Count]:
        """Everything that is kept, the most picked first."""
        with self._working() as base:
            rows = base.execute(
                "SELECT mood, strong, text, emoji, picked, passed FROM picks ORDER BY picked DESC, emoji, mood"
            ).fetchall()
        return [Count(Context(m, bool(s), bool(t)), e, p, o) for m, s, t, e, p, o in rows if m in MOODS]

    def changed(self) -> tuple[int, int]:
        """A mark that differs after any change, by this process or another."""
        with self._working() as base:
            return base.execute("PRAGMA data_version").fetchone()[0], base.total_changes

    def forget(self) -> None:
        """Delete all counts; their bytes are overwritten."""
        with self._working() as base:
            base.execute("DELETE FROM picks")
            base.execute("VACUUM")

    @contextmanager
    def _working(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._base
            except sqlite3.Error as error:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> MienError:
        return MienError(f"{self.path}: no file of picks ({error}); delete it, or name another file")
