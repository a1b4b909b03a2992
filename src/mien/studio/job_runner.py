"""Runs the jobs of one worker: claims one, starts its process, keeps its lease, and writes what came of it."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.database import DatabaseError
from mien.studio.job_launch import ended, file_of, started
from mien.studio.job_store import Job

if TYPE_CHECKING:
    from mien.studio.house import House
    from mien.studio.jobs import Jobs

_log = logging.getLogger("mien.studio")

#: Seconds between two looks into the queue, and at a job that another worker runs.
POLL = 1.0
#: Seconds between two writes of how far a job is, where there is something new ...
OFTEN = 0.5
#: ... and the part of a lease after which it is renewed in any case.
RENEWED = 0.2
#: How often a job is begun: one that brings its worker down each time does not go on for ever.
ATTEMPTS = 10
_GIVEN_UP = {
    "type": "/problems/failed", "title": "Something went wrong", "status": 500,
    "detail": f"begun {ATTEMPTS} times, and each time its worker ended before; send something smaller",
}  # fmt: skip


class Runner:
    """One job at a time. Use from the event loop of the worker."""

    def __init__(self, house: House, jobs: Jobs) -> None:
        self._jobs, self._store, self._ask = jobs, jobs.store, house.ask
        self._lease = house.limits.lease
        self.running: dict[str, tuple[Job, asyncio.subprocess.Process]] = {}
        self.come = asyncio.Event()  #: set when there may be something new in the queue

    async def work(self) -> None:
        """For ever."""
        while True:
            self.come.clear()
            try:
                job = await self._claim()
            except Exception as error:  # those that wait are still worked on
                if not isinstance(error, DatabaseError):  # which is told of elsewhere
                    _log.exception("no job can be claimed")
                await asyncio.sleep(POLL)
                continue
            if job is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.come.wait(), POLL)
                continue
            try:
                if job.attempt > ATTEMPTS:
                    await self._end(job, {"problem": _GIVEN_UP})
                else:
                    await self._run(job)
            except Exception:  # likewise
                _log.exception("job %s failed", job.id)
                with suppress(Exception):
                    await self._end(job, {})

    async def _claim(self) -> Job | None:
        claiming = asyncio.create_task(self._ask(self._store.claim, self._lease))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:  # nobody will run what it claims
            with suppress(DatabaseError):
                if (job := await claiming) is not None:
                    await self._ask(self._store.release, job)
            raise

    async def _run(self, job: Job) -> None:
        self._jobs.tell(job)
        folder = self._jobs.folder(job)
        model = self._jobs.model_of(job)
        told = {"kind": job.kind, "params": job.params, "model": None if model is None else str(model)}
        beating: asyncio.Task[None] | None = None
        try:
            (folder / f"{out_name(job.attempt)}.json").write_text(json.dumps(told))
            process = await started(folder, out_name(job.attempt))
            self.running[job.id] = job, process
            try:
                beating = asyncio.create_task(self._beat(job, process))
                last = await self._follow(job, process)
            finally:  # also when the studio is closed
                self.running.pop(job.id, None)
                if beating is not None:
                    beating.cancel()
                    await asyncio.gather(beating, return_exceptions=True)
                await ended(process)
        except asyncio.CancelledError:
            with suppress(DatabaseError):
                await asyncio.shield(self._ask(self._store.release, job))
            shutil.rmtree(self._jobs.out(job), ignore_errors=True)
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
        lease, told, renewed = self._lease, (job.progress, job.doing), time.monotonic()
        while True:
            await asyncio.sleep(min(OFTEN, RENEWED * lease))
            now = job.progress, job.doing
            if now == told and time.monotonic() - renewed < RENEWED * lease:
                continue
            try:
                ours = await self._ask(self._store.beat, job, lease)
            except DatabaseError:  # it goes on; if the database is away for long, whoever is first has the job
                continue
            if not ours:
                await ended(process)  # with its helpers
                return
            told, renewed = now, time.monotonic()
            self._jobs.tell(job)

    async def _end(self, job: Job, last: dict[str, Any]) -> None:
        """Write what came of it, once the database answers; it counts only where the job is still ours."""
        out = self._jobs.out(job)
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
                ours = await self._ask(self._store.finish, job)
                break
            except DatabaseError:
                await asyncio.sleep(POLL)
        there = ours or job.id in await self._ask(self._store.states, [job.id])
        await asyncio.to_thread(self._clean, job, ours, there)
        self._jobs.tell(job)

    def _clean(self, job: Job, ours: bool, there: bool) -> None:
        if ours and job.state == "failed":
            shutil.rmtree(self._jobs.out(job), ignore_errors=True)
        if ours:
            tidy(self._jobs.folder(job), job.attempt)  # what was sent in is not kept
        else:  # somebody else works on it, or it was deleted meanwhile
            shutil.rmtree(self._jobs.out(job) if there else self._jobs.folder(job), ignore_errors=True)


def out_name(attempt: int) -> str:
    """Of the folder with what came of an attempt."""
    return "out" if attempt <= 1 else f"out-{attempt}"


def tidy(folder: Path, attempt: int) -> None:
    """Leave nothing in the folder of a job but what came of it."""
    for path in list(folder.iterdir()) if folder.is_dir() else []:
        if path.name != out_name(attempt):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
