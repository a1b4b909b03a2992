"""Jobs: work that outlasts a request. Each runs in a process of its own, one after the other, and survives a restart.

A process of its own because a clip takes minutes: requests keep their speed, its memory goes with it, and cancelling
it is to end it. It is told its folder, and prints how far it is, a line of JSON at a time. The queue is in the database
(`job_store`), their files in the studio's folder; all workers on all hosts share both.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.database import DatabaseError, upgrade
from mien.studio.job_launch import ended, file_of, started
from mien.studio.job_store import Full, Job, JobStore
from mien.studio.old_jobs import take_over
from mien.studio.private import private_folder
from mien.studio.problems import Problem

if TYPE_CHECKING:
    from mien.studio.house import House

_log = logging.getLogger("mien.studio")

#: Jobs at once in one worker: a clip keeps two processors busy by itself.
AT_ONCE = 1
#: Letters of an Idempotency-Key.
LONGEST_KEY = 200
#: Seconds between two looks for jobs that have expired.
SWEEP = 600.0
#: Seconds between two looks into the queue, and at a job that another worker runs.
POLL = 1.0
#: Seconds between two writes of how far a job is, where there is something new ...
OFTEN = 0.5
#: ... and the part of a lease after which it is renewed in any case.
RENEWED = 0.2


class Jobs:
    """The jobs of a studio, as one worker sees them. Use from its event loop; `open` it there first."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.store = JobStore(house.engine)
        self._root = Path()
        self._running: dict[str, tuple[Job, asyncio.subprocess.Process]] = {}
        self._gone: set[str] = set()  #: those of this worker that were deleted while they ran
        self._tasks: list[asyncio.Task[None]] = []
        self._changed: dict[str, asyncio.Event] = {}
        self._come = asyncio.Event()

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
        self._tasks = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]
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
        try:
            if source is not None:
                shutil.move(source, folder / job.params["source"])
            kept = _same(await self._house.ask(self.store.add, job, self._house.limits.jobs), job.fingerprint)
            assert kept is not None
        except Full:
            raise _busy() from None
        finally:
            if kept is not job:
                shutil.rmtree(folder, ignore_errors=True)
        self._come.set()
        return kept

    async def delete(self, number: str, owner: str) -> None:
        """Cancel a job if it has not ended, and delete it with all its files."""
        job = await self.get(number, owner)
        await self._house.ask(self.store.delete, number, owner)
        self._gone.add(number)
        self._tell(job)
        if number in self._running:
            await ended(self._running[number][1])
        shutil.rmtree(self.folder(job), ignore_errors=True)

    async def changed(self, number: str, seconds: float) -> None:
        """Wait until there may be something new about a job, so many seconds at most."""
        event = self._changed.setdefault(number, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), min(seconds, POLL))

    def _tell(self, job: Job) -> None:
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
                _tidy(folder, attempt)

    async def _work(self) -> None:
        while True:
            try:
                job = await self._claim()
            except DatabaseError:  # it is told of elsewhere
                await asyncio.sleep(POLL)
                continue
            if job is None:
                self._come.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._come.wait(), POLL)
                continue
            try:
                await self._run(job)
            except Exception:  # those that wait are still worked on
                _log.exception("job %s failed", job.id)
                with suppress(Exception):
                    await self._end(job, {})

    async def _claim(self) -> Job | None:
        claiming = asyncio.create_task(self._house.ask(self.store.claim, self._house.limits.lease))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:  # nobody will run what it claims
            with suppress(DatabaseError):
                if (job := await claiming) is not None:
                    await self._house.ask(self.store.release, job)
            raise

    async def _run(self, job: Job) -> None:
        self._tell(job)
        folder = self.folder(job)
        model = self._house.model_of(job.owner)
        told = {"kind": job.kind, "params": job.params, "model": None if model is None else str(model)}
        beating: asyncio.Task[None] | None = None
        try:
            (folder / f"{out_name(job.attempt)}.json").write_text(json.dumps(told))
            process = await started(folder, out_name(job.attempt))
            self._running[job.id] = job, process
            try:
                beating = asyncio.create_task(self._beat(job, process))
                last = await self._follow(job, process)
            finally:  # also when the studio is closed
                self._running.pop(job.id, None)
                if beating is not None:
                    beating.cancel()
                    await asyncio.gather(beating, return_exceptions=True)
                await ended(process)
        except asyncio.CancelledError:
            with suppress(DatabaseError):
                await asyncio.shield(self._house.ask(self.store.release, job))
            shutil.rmtree(self.out(job), ignore_errors=True)
            raise
        await self._end(job, last)

    async def _follow(self, job: Job, process: asyncio.subprocess.Process) -> dict[str, Any]:
        """The last word of a process; its progress goes into the job."""
        assert process.stdout is not None
        last: dict[str, Any] = {}
        async for line in process.stdout:
            with suppress(ValueError):
                said = json.loads(line)
                if "progress" in said:
                    job.progress, job.doing = said["progress"], said["doing"]
                else:
                    last = said
        await process.wait()
        return last

    async def _beat(self, job: Job, process: asyncio.subprocess.Process) -> None:
        """Keep the lease, and write how far it is. Ends the process where the job is not ours any more."""
        lease, told, renewed = self._house.limits.lease, (job.progress, job.doing), time.monotonic()
        while True:
            await asyncio.sleep(min(OFTEN, RENEWED * lease))
            now = job.progress, job.doing
            if now == told and time.monotonic() - renewed < RENEWED * lease:
                continue
            try:
                ours = await self._house.ask(self.store.beat, job, lease)
            except DatabaseError:  # it goes on; if the database is away for long, whoever is first has the job
                continue
            if not ours:
                with suppress(ProcessLookupError):
                    process.terminate()
                return
            told, renewed = now, time.monotonic()
            self._tell(job)

    async def _end(self, job: Job, last: dict[str, Any]) -> None:
        """Write what came of it, once the database answers; it counts only where the job is still ours."""
        out = self.out(job)
        if "result" in last and out.is_dir():
            job.files = [file_of(path) for path in sorted(out.iterdir())]
            job.state, job.result = "done", last["result"]
        else:
            job.state = "failed"
            job.problem = last.get("problem") or {
                "type": "/problems/failed", "title": "Something went wrong", "status": 500,
                "detail": "the job's process ended before its work was done; try again",
            }  # fmt: skip
        job.doing, job.ended = "", time.time()
        while True:
            try:
                ours = await self._house.ask(self.store.finish, job)
                break
            except DatabaseError:
                await asyncio.sleep(POLL)
        there = ours or job.id in await self._house.ask(self.store.states, [job.id])
        await asyncio.to_thread(self._clean, job, ours, there)
        self._tell(job)

    def _clean(self, job: Job, ours: bool, there: bool) -> None:
        if ours and job.state == "failed":
            shutil.rmtree(self.out(job), ignore_errors=True)
        if ours:
            _tidy(self.folder(job), job.attempt)  # what was sent in is not kept
        else:  # somebody else works on it, or it was deleted meanwhile
            shutil.rmtree(self.out(job) if there else self.folder(job), ignore_errors=True)


def out_name(attempt: int) -> str:
    """Of the folder with what came of an attempt."""
    return "out" if attempt <= 1 else f"out-{attempt}"


def _tidy(folder: Path, attempt: int) -> None:
    """Leave nothing in the folder of a job but what came of it."""
    for path in list(folder.iterdir()) if folder.is_dir() else []:
        if path.name != out_name(attempt):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _same(known: Job | None, fingerprint: str) -> Job | None:
    if known is not None and known.fingerprint != fingerprint:
        raise Problem("key-used", "Idempotency-Key: another request had this key; choose a new one")
    return known


def _busy() -> Problem:
    return Problem("busy", "too many jobs wait already; try again later", headers={"Retry-After": "30"})
