"""Jobs: work that outlasts a request. Each runs in a process of its own, one after the other, and survives a restart.

A process of its own because a clip takes minutes: requests keep their speed, its memory goes with it, and cancelling
it is to end it. It is told its folder, and prints how far it is, a line of JSON at a time. The queue is in the database
(`job_store`), their files in the studio's folder; all workers on all hosts share both.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mien.database import DatabaseError, upgrade
from mien.studio.job_launch import ended
from mien.studio.job_runner import POLL, Runner, out_name, tidy
from mien.studio.job_store import Full, Gone, Job, JobStore
from mien.studio.old_jobs import take_over
from mien.studio.private import private_folder
from mien.studio.problems import Problem
from mien.studio.users import ended as gone

if TYPE_CHECKING:
    from mien.studio.house import House

#: Jobs at once in one worker: a clip keeps two processors busy by itself.
AT_ONCE = 1
#: Letters of an Idempotency-Key.
LONGEST_KEY = 200
#: Seconds between two looks for jobs that have expired.
SWEEP = 600.0


class Jobs:
    """The jobs of a studio, as one worker sees them. Use from its event loop; `open` it there first."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.store = JobStore(house.engine)
        self._root = Path()
        self._tasks: list[asyncio.Task[None]] = []
        self._changed: dict[str, asyncio.Event] = {}
        self._runner = Runner(house, self)

    def prepare(self) -> None:
        """Make the tables and folders, and take over what an older mien left. Raises `MienError`."""
        self._root = private_folder(self._house.folder() / "jobs")
        upgrade(self._house.engine)
        take_over(self._house.folder() / "jobs.sqlite3", self.store)

    def open(self) -> None:
        """Begin to work."""
        self._root = private_folder(self._house.folder() / "jobs")
        with suppress(DatabaseError):
            self._expire()
        self._tasks = [asyncio.create_task(self._runner.work()) for _ in range(AT_ONCE)]
        self._tasks.append(asyncio.create_task(self._sweep()))

    async def close(self) -> None:
        """Stop what runs; it begins again in another worker, or when a studio is next opened."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def count(self) -> int:
        """Those of everybody that wait or run."""
        return await self._house.ask(self.store.open)

    async def all(self, owner: str) -> list[Job]:
        """Newest first."""
        return await self._house.ask(self.store.all, owner)

    async def find(self, number: str, owner: str) -> Job | None:
        return await self._house.ask(self.store.find, number, owner)

    async def get(self, number: str, owner: str) -> Job:
        """Raises `Problem` "not-found", also for somebody else's."""
        job = await self.find(number, owner)
        if job is None:
            raise Problem("not-found", "no such job; it was deleted, or it has expired")
        return job

    def folder(self, job: Job) -> Path:
        """Its own: what was sent in, and what came of it."""
        return self._root / job.id

    def out(self, job: Job) -> Path:
        """What came of it. Each attempt has its own: one that was given up may not have ended yet."""
        return self.folder(job) / out_name(job.attempt)

    def model_of(self, job: Job) -> Path | None:
        """What its owner reads faces with."""
        return self._house.model_of(job.owner)

    async def known(self, owner: str, key: str | None, fingerprint: str) -> Job | None:
        """The job that a request with this Idempotency-Key made before. Raises `Problem` where that was another one."""
        if key is None:
            return None
        if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
            raise Problem("invalid", f"Idempotency-Key: 1 to {LONGEST_KEY} printable letters")
        return _same(await self._house.ask(self.store.by_key, owner, key), fingerprint)

    async def admit(self, owner: str, key: str | None = None) -> None:
        """Raises `Problem` "busy" when there are too many already. key: one that is known asks for no new job."""
        if await self._house.ask(self.store.open, owner) < self._house.limits.jobs:
            return
        if key is None or await self._house.ask(self.store.by_key, owner, key) is None:
            raise _busy()

    async def add(self, job: Job, source: Path | None = None) -> Job:
        """Queue a job. source: the file that was sent with it, which becomes the job's.

        The answer is another job where one with the same key has come meanwhile. Raises `Problem`, as `known` and
        `admit` do.
        """
        folder = self.folder(job)
        folder.mkdir(mode=0o700)
        kept: Job | None = None
        adding = partial(self.store.add, job, self._house.limits.jobs, owned=True)
        try:
            if source is not None:
                shutil.move(source, folder / job.params["source"])
            kept = _same(await self._house.ask(adding), job.fingerprint)
            assert kept is not None
        except Gone:
            raise gone() from None
        except Full:
            raise _busy() from None
        finally:
            if kept is not job:
                shutil.rmtree(folder, ignore_errors=True)
        self._runner.come.set()
        return kept

    async def delete(self, number: str, owner: str) -> None:
        """Cancel a job if it has not ended, and delete it with all its files."""
        job = await self.get(number, owner)
        await self._house.ask(self.store.delete, number, owner)
        self.tell(job)
        if number in self._runner.running:
            await ended(self._runner.running[number][1])
        shutil.rmtree(self.folder(job), ignore_errors=True)

    async def changed(self, number: str, seconds: float) -> None:
        """Wait until there may be something new about a job, so many seconds at most."""
        event = self._changed.setdefault(number, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), min(seconds, POLL))

    def tell(self, job: Job) -> None:
        """There is something new about a job."""
        if (event := self._changed.pop(job.id, None)) is not None:
            event.set()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            with suppress(DatabaseError, OSError):
                await self._house.ask(self._expire)

    def _expire(self) -> None:
        """Delete jobs that ended long ago, folders of that age that belong to none, and what a crash left of others."""
        kept = self._house.limits.kept_jobs
        for number in self.store.expire(kept):
            shutil.rmtree(self._root / number, ignore_errors=True)
        folders = [folder for folder in self._root.iterdir() if folder.is_dir()]
        states = self.store.states(folder.name for folder in folders)
        for folder in folders:
            state, attempt = states.get(folder.name, ("gone", 0))
            if state == "gone" and time.time() - folder.stat().st_mtime > kept:
                shutil.rmtree(folder, ignore_errors=True)
            elif state in ("done", "failed"):
                tidy(folder, attempt)


def _same(known: Job | None, fingerprint: str) -> Job | None:
    if known is not None and known.fingerprint != fingerprint:
        raise Problem("key-used", "Idempotency-Key: another request had this key; choose a new one")
    return known


def _busy() -> Problem:
    return Problem("busy", "too many jobs wait already; try again later", headers={"Retry-After": "30"})
