"""Jobs in the database: what is known of each, and the queue that all workers of all hosts share.

A worker claims the job that is next for a while (its lease), and says again and again that it still runs it. Who does
not, because it was killed, loses it to another. Each claim raises the job's attempt, and whatever is written names the
attempt that it is of: one who lost the job without knowing writes nothing (Kleppmann 2016, "How to do distributed
locking", calls such a number a fencing token).
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from mien.database import JOBS, USERS, clock, is_postgresql, reading, writing

State = Literal["queued", "running", "done", "failed"]

#: Seconds from now that no lease reaches.
FAR = 600.0

_JSON = ("params", "files", "result", "problem")


@dataclass(slots=True)
class Job:
    """One job."""

    kind: str  #: "clip" or "stickers"
    params: dict[str, Any]
    fingerprint: str  #: of the whole request: the same key with another one is a mistake
    key: str | None = None  #: the Idempotency-Key
    owner: str = ""  #: id of the user whose it is
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "queued"
    made: float = field(default_factory=time.time)  #: seconds since 1970
    started: float | None = None
    ended: float | None = None
    files: list[dict[str, Any]] = field(default_factory=list)  #: name, bytes, type
    result: dict[str, Any] = field(default_factory=dict)
    problem: dict[str, Any] | None = None
    progress: float | None = None  #: 0..1; None where it cannot be told
    doing: str = ""
    attempt: int = 0  #: how often it was begun

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


_FIELDS = [one.name for one in fields(Job)]
_COLUMNS = [JOBS.c[name] for name in _FIELDS]
_OPEN = JOBS.c.state.in_(("queued", "running"))


class Gone(Exception):
    """The owner of a job has been removed."""


class Full(Exception):
    """As many jobs of one owner as there may be wait or run already."""


class JobStore:
    """The table of jobs. Every call is one transaction, and raises `DatabaseError`; safe between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, job: Job, most: int | None = None, *, owned: bool = False) -> Job:
        """Queue a job; or the one with its owner and key that has come before. Raises `Full` where `most` are open;
        owned: `Gone` where its owner has been removed meanwhile, as while a long clip came."""
        try:
            with writing(self._engine) as connection:
                if is_postgresql(connection):  # one at a time of each owner, so that the count holds
                    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:owner))"), {"owner": job.owner})
                if owned and job.owner:
                    owner = select(USERS.c.id).where(USERS.c.id == job.owner).with_for_update(read=True)
                    if connection.execute(owner).first() is None:
                        raise Gone
                if most is not None and _open(connection, job.owner) >= most:
                    known = _by_key(connection, job.owner, job.key)
                    if known is None:
                        raise Full
                    return known
                connection.execute(insert(JOBS).values(_row(job)))
            return job
        except IntegrityError:
            known = self.by_key(job.owner, job.key)
            if known is None:
                raise
            return known

    def find(self, number: str, owner: str) -> Job | None:
        with reading(self._engine) as connection:
            query = select(*_COLUMNS).where(JOBS.c.id == number, JOBS.c.owner == owner)
            row = connection.execute(query).mappings().first()
            return None if row is None else _job(row)

    def by_key(self, owner: str, key: str | None) -> Job | None:
        with reading(self._engine) as connection:
            return _by_key(connection, owner, key)

    def all(self, owner: str) -> list[Job]:
        """Newest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(*_COLUMNS).where(JOBS.c.owner == owner).order_by(JOBS.c.made.desc()))
            return [_job(row) for row in rows.mappings()]

    def open(self, owner: str | None = None) -> int:
        """How many wait or run, of one owner or of all."""
        with reading(self._engine) as connection:
            return _open(connection, owner)

    def states(self, numbers: Iterable[str]) -> dict[str, tuple[State, int]]:
        """State and attempt of those that there are."""
        with reading(self._engine) as connection:
            query = select(JOBS.c.id, JOBS.c.state, JOBS.c.attempt).where(JOBS.c.id.in_(list(numbers)))
            return {row.id: (row.state, row.attempt) for row in connection.execute(query)}

    def claim(self, lease: float) -> Job | None:
        """Take the job that is next, for `lease` seconds: one that waits, or whose runner has gone silent. Owners take
        turns: whose last one began longest ago comes first. None where there is none."""
        others = JOBS.alias()
        latest = func.max(others.c.started).label("latest")
        served = select(others.c.owner, latest).group_by(others.c.owner).subquery()
        if not is_postgresql(self._engine):  # there nobody need wait for the lock to learn that there is nothing
            with reading(self._engine) as connection:
                if connection.execute(select(JOBS.c.id).where(_free(clock(connection))).limit(1)).first() is None:
                    return None
        query = select(*_COLUMNS).join(served, served.c.owner == JOBS.c.owner).limit(1)
        query = query.order_by(func.coalesce(served.c.latest, 0.0), JOBS.c.made)
        with writing(self._engine) as connection:
            now = clock(connection)
            query = query.where(_free(now)).with_for_update(skip_locked=True, of=JOBS)
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            job = _job(row)
            job.state, job.attempt, job.started, job.progress, job.doing = "running", job.attempt + 1, now, None, ""
            connection.execute(
                update(JOBS).where(JOBS.c.id == job.id).values(
                    state=job.state, attempt=job.attempt, started=now, lease=now + lease, progress=None, doing="",
                )
            )  # fmt: skip
            return job

    def beat(self, job: Job, lease: float) -> bool:
        """Say that this attempt still runs, and how far it is; False where it does not count any more."""
        with writing(self._engine) as connection:
            values = {"lease": clock(connection) + lease, "progress": job.progress, "doing": job.doing[:200]}
            return _change(connection, job, values)

    def finish(self, job: Job) -> bool:
        """Write what came of this attempt; False where it does not count any more."""
        values = {name: _row(job)[name] for name in ("state", "ended", "files", "result", "problem", "progress")}
        with writing(self._engine) as connection:
            return _change(connection, job, {**values, "doing": "", "lease": None})

    def release(self, job: Job) -> bool:
        """Give a job back, for whoever is free."""
        with writing(self._engine) as connection:
            return _change(connection, job, {"state": "queued", "lease": None, "progress": None, "doing": ""})

    def delete(self, number: str, owner: str) -> bool:
        """Whether there was one."""
        with writing(self._engine) as connection:
            gone = delete(JOBS).where(JOBS.c.id == number, JOBS.c.owner == owner)
            return connection.execute(gone).rowcount == 1

    def expire(self, seconds: float) -> list[str]:
        """Delete those that ended so long ago; their ids."""
        with writing(self._engine) as connection:
            before = clock(connection) - seconds
            old = and_(~_OPEN, func.coalesce(JOBS.c.ended, JOBS.c.made) < before)
            return list(connection.execute(delete(JOBS).where(old).returning(JOBS.c.id)).scalars())


def _free(now: float) -> ColumnElement[bool]:
    """Those that wait, and those whose runner has gone silent; also where the clock was set back since."""
    silent = or_(JOBS.c.lease < now, JOBS.c.lease > now + FAR)
    return or_(JOBS.c.state == "queued", and_(JOBS.c.state == "running", silent))


def _change(connection: Connection, job: Job, values: dict[str, Any]) -> bool:
    mine = and_(JOBS.c.id == job.id, JOBS.c.attempt == job.attempt, JOBS.c.state == "running")
    return connection.execute(update(JOBS).where(mine).values(values)).rowcount == 1


def _open(connection: Connection, owner: str | None) -> int:
    query = select(func.count()).select_from(JOBS).where(_OPEN)
    return int(connection.execute(query if owner is None else query.where(JOBS.c.owner == owner)).scalar_one())


def _by_key(connection: Connection, owner: str, key: str | None) -> Job | None:
    if key is None:
        return None
    row = connection.execute(select(*_COLUMNS).where(JOBS.c.owner == owner, JOBS.c.key == key)).mappings().first()
    return None if row is None else _job(row)


def _row(job: Job) -> dict[str, Any]:
    values = {name: getattr(job, name) for name in _FIELDS}
    texts = {name: None if values[name] is None else json.dumps(values[name]) for name in _JSON}
    return {**values, **texts, "doing": job.doing[:200]}


def _job(row: RowMapping) -> Job:
    texts = {name: None if row[name] is None else json.loads(row[name]) for name in _JSON}
    return Job(**{**{name: row[name] for name in _FIELDS}, **texts})
