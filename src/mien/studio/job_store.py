"""Jobs on the disk: one SQLite file, so that they go on when the studio is started again."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from mien.studio.settings import StudioError

State = Literal["queued", "running", "done", "failed"]

#: Statements that bring a file from one version (`PRAGMA user_version`) to the next.
MIGRATIONS = (
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, params TEXT NOT NULL, key TEXT UNIQUE,
        fingerprint TEXT NOT NULL, made REAL NOT NULL, ended REAL, files TEXT NOT NULL, result TEXT NOT NULL,
        problem TEXT
    );
    CREATE INDEX jobs_by_time ON jobs (made);
    """,
)
_JSON = ("params", "files", "result", "problem")


@dataclass(slots=True)
class Job:
    """One job. `progress` and `doing` live as long as the studio; all else is on the disk."""

    kind: str  #: "clip" or "stickers"
    params: dict[str, Any]
    fingerprint: str  #: of the whole request: the same key with another one is a mistake
    key: str | None = None  #: the Idempotency-Key
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "queued"
    made: float = field(default_factory=time.time)  #: seconds since 1970
    ended: float | None = None
    files: list[dict[str, Any]] = field(default_factory=list)  #: name, bytes, type
    result: dict[str, Any] = field(default_factory=dict)
    problem: dict[str, Any] | None = None
    progress: float | None = None  #: 0..1; None where it cannot be told
    doing: str = ""

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed")

    def to_dict(self) -> dict[str, Any]:
        """As the API tells it: without the request's own files and keys."""
        href = f"/api/jobs/{self.id}"
        return {
            "id": self.id, "kind": self.kind, "state": self.state,
            "progress": 1.0 if self.state == "done" else self.progress, "doing": self.doing,
            "made": round(self.made, 3), "ended": None if self.ended is None else round(self.ended, 3),
            "files": [{**row, "href": f"{href}/files/{row['name']}"} for row in self.files], "result": self.result,
            "problem": self.problem, "href": href,
        }  # fmt: skip


_KEPT = [one.name for one in fields(Job) if one.name not in ("progress", "doing")]


class JobStore:
    """The table of jobs. Every call is one transaction; use from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Raises `StudioError` for a file that is none of ours, or of a newer mien."""
        try:
            self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.execute("PRAGMA secure_delete = ON")
            self._migrate(path)
        except sqlite3.Error as error:
            raise StudioError(f"{path}: cannot be used ({error}); move it away, and start the studio again") from None

    def _migrate(self, path: Path) -> None:
        version = self._base.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise StudioError(f"{path}: written by a newer mien; upgrade, or set MIEN_STUDIO to another folder")
        for number, statements in enumerate(MIGRATIONS[version:], version + 1):
            self._base.executescript(f"BEGIN; {statements} PRAGMA user_version = {number}; COMMIT;")

    def save(self, job: Job) -> None:
        """Add a job, or renew it. Raises `sqlite3.IntegrityError` for a key that another job has."""
        row = asdict(job)
        values = [json.dumps(row[name]) if name in _JSON else row[name] for name in _KEPT]
        marks = ", ".join("?" * len(_KEPT))
        renewed = ", ".join(f"{name} = excluded.{name}" for name in _KEPT if name != "id")
        self._base.execute(
            f"INSERT INTO jobs ({', '.join(_KEPT)}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {renewed}", values
        )

    def delete(self, number: str) -> None:
        self._base.execute("DELETE FROM jobs WHERE id = ?", (number,))

    def all(self) -> list[Job]:
        """Every job, oldest first."""
        with closing(self._base.execute(f"SELECT {', '.join(_KEPT)} FROM jobs ORDER BY made")) as rows:
            return [
                Job(**{n: json.loads(v) if n in _JSON else v for n, v in zip(_KEPT, row, strict=True)}) for row in rows
            ]

    def close(self) -> None:
        self._base.close()
