"""Jobs of a studio from before it had a database: `jobs.sqlite3` is read once, and deleted when all are taken over."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from mien.studio.job_store import Job, JobStore
from mien.studio.settings import StudioError

#: `PRAGMA user_version` of the only version there was.
VERSION = 1
_JSON = ("params", "files", "result", "problem")
_KEPT = ("kind", "params", "fingerprint", "key", "id", "state", "made", "ended", "files", "result", "problem")


def take_over(path: Path, store: JobStore) -> int:
    """Move the jobs of an old file into the database; how many. None are lost where this is cut short, and none are
    there twice where it is done again. Raises `StudioError` for a file that is something else."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path)) as base:
            version = base.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise StudioError(f"{path}: written by a newer mien; upgrade, or set MIEN_STUDIO to another folder")
            rows = base.execute(f"SELECT {', '.join(_KEPT)} FROM jobs").fetchall() if version else []
    except sqlite3.Error as error:
        raise StudioError(f"{path}: cannot be used ({error}); move it away, and start the studio again") from None
    jobs = [_job(dict(zip(_KEPT, row, strict=True))) for row in rows]
    there = store.states(job.id for job in jobs)
    for job in jobs:
        if job.id not in there:
            job.attempt = 1 if job.over else 0  # what came of it lies where that of a first attempt does
            job.state = job.state if job.over else "queued"
            store.add(job)
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return len(jobs)


def _job(row: dict[str, Any]) -> Job:
    return Job(**{**row, **{name: json.loads(row[name]) for name in _JSON if row[name] is not None}})
