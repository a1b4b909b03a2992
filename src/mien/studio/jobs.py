"""Jobs: work that outlasts a request. Each runs in a process of its own, one after the other, and survives a restart.

A process of its own because a clip takes minutes: requests keep their speed, its memory goes with it, and cancelling
it is to end it. It is told its folder, and prints how far it is, a line of JSON at a time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import mimetypes
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.studio.job_store import Job, JobStore
from mien.studio.private import FolderLock, private_folder
from mien.studio.problems import Problem

if TYPE_CHECKING:
    from mien.studio.house import House

_log = logging.getLogger("mien.studio")

#: Jobs at once: a clip keeps two processors busy by itself.
AT_ONCE = 1
#: Letters of an Idempotency-Key.
LONGEST_KEY = 200
#: Seconds that a process has to end when it is asked to.
PATIENCE = 3.0
#: Seconds between two looks for jobs that have expired.
SWEEP = 600.0


class Jobs:
    """The jobs of a studio. Use from its event loop; `open` it there first."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._store: JobStore | None = None
        self._lock: FolderLock | None = None
        self._root = Path()
        self._jobs: dict[str, Job] = {}
        self._keys: dict[str, str] = {}
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._changed: dict[str, asyncio.Event] = {}

    def prepare(self) -> None:
        """Open the file of jobs. Where another studio has it, these jobs end with this studio. Raises `StudioError`."""
        if self._store is not None:
            return
        folder = self._house.folder()
        self._lock = FolderLock(folder)
        if not self._lock.held:
            _log.warning("another studio keeps its jobs in %s: those of this one go when it ends", folder)
            folder = self._house.temporary.path
        self._store = JobStore(folder / "jobs.sqlite3")
        self._root = private_folder(folder / "jobs")

    def open(self) -> None:
        """Take up what an earlier studio left, and begin. Raises `StudioError`."""
        self.prepare()
        assert self._store is not None
        for job in self._store.all():
            self._jobs[job.id] = job
            if job.key:
                self._keys[job.key] = job.id
            if not job.over:
                shutil.rmtree(self.folder(job) / "out", ignore_errors=True)
                job.state = "queued"
                self._queue.put_nowait(job.id)
        for folder in self._root.iterdir():
            if folder.name not in self._jobs:
                shutil.rmtree(folder, ignore_errors=True)
        self._expire()
        self._tasks = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]
        self._tasks.append(asyncio.create_task(self._sweep()))

    async def close(self) -> None:
        """Stop what runs; it begins again when a studio is next opened."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._store is not None:
            self._store.close()
        if self._lock is not None:
            self._lock.release()

    def __len__(self) -> int:
        return sum(not job.over for job in self._jobs.values())

    def __contains__(self, number: str) -> bool:
        return number in self._jobs

    def all(self) -> list[Job]:
        """Newest first."""
        return sorted(self._jobs.values(), key=lambda job: -job.made)

    def get(self, number: str) -> Job:
        """Raises `Problem` "not-found"."""
        if number not in self._jobs:
            raise Problem("not-found", "no such job; it was deleted, or it has expired")
        return self._jobs[number]

    def folder(self, job: Job) -> Path:
        """Its own: what was sent in, and `out` with what came of it."""
        return self._root / job.id

    def known(self, key: str | None, fingerprint: str) -> Job | None:
        """The job that a request with this Idempotency-Key made before. Raises `Problem` where that was another one."""
        if key is None:
            return None
        if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
            raise Problem("invalid", f"Idempotency-Key: 1 to {LONGEST_KEY} printable letters")
        job = self._jobs.get(self._keys.get(key, ""))
        if job is not None and job.fingerprint != fingerprint:
            raise Problem("key-used", "Idempotency-Key: another request had this key; choose a new one")
        return job

    def admit(self, key: str | None = None) -> None:
        """Raises `Problem` "busy" when there are too many already. key: one that is known asks for no new job."""
        if len(self) >= self._house.limits.jobs and (key is None or key not in self._keys):
            raise Problem("busy", "too many jobs wait already; try again later", headers={"Retry-After": "30"})

    def add(self, job: Job, source: Path | None = None) -> Job:
        """Queue a job. source: the file that was sent with it, which becomes the job's.

        The answer is another job where one with the same key has come meanwhile. Raises `Problem`, as `known` and
        `admit` do.
        """
        assert self._store is not None
        if (known := self.known(job.key, job.fingerprint)) is not None:
            return known
        self.admit()
        folder = self.folder(job)
        folder.mkdir(mode=0o700)
        try:
            if source is not None:
                shutil.move(source, folder / job.params["source"])
            self._store.save(job)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._jobs[job.id] = job
        if job.key:
            self._keys[job.key] = job.id
        self._queue.put_nowait(job.id)
        return job

    async def delete(self, number: str) -> None:
        """Cancel a job if it has not ended, and delete it with all its files."""
        job = self.get(number)
        self._forget(job)
        if (process := self._running.pop(number, None)) is not None:
            await _ended(process)
        shutil.rmtree(self.folder(job), ignore_errors=True)

    async def changed(self, job: Job, seconds: float) -> None:
        """Wait until there is something new about a job, or so many seconds."""
        event = self._changed.setdefault(job.id, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)

    def _tell(self, job: Job) -> None:
        if (event := self._changed.pop(job.id, None)) is not None:
            event.set()

    def _forget(self, job: Job) -> None:
        assert self._store is not None
        self._store.delete(job.id)
        self._jobs.pop(job.id, None)
        self._keys.pop(job.key or "", None)
        self._tell(job)

    def _expire(self) -> None:
        before = time.time() - self._house.limits.kept_jobs
        for job in [job for job in self._jobs.values() if job.over and (job.ended or job.made) < before]:
            self._forget(job)
            shutil.rmtree(self.folder(job), ignore_errors=True)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            self._expire()

    async def _work(self) -> None:
        while True:
            number = await self._queue.get()
            job = self._jobs.get(number)
            if job is None or job.state != "queued":
                continue
            try:
                await self._run(job)
            except Exception:  # those that wait are still worked on
                _log.exception("job %s failed", job.id)
                self._give_up(job)

    def _give_up(self, job: Job) -> None:
        if job.id in self._jobs:
            try:
                self._end(job, {})
            except Exception:  # such as a full disk; it has ended all the same
                _log.exception("job %s cannot be saved", job.id)
                self._tell(job)

    async def _run(self, job: Job) -> None:
        assert self._store is not None
        job.state, job.progress = "running", None
        self._store.save(job)
        self._tell(job)
        folder = self.folder(job)
        model = None if self._house.model is None else str(self._house.model)
        (folder / "job.json").write_text(json.dumps({"kind": job.kind, "params": job.params, "model": model}))
        process = await _started(folder)
        self._running[job.id] = process
        try:
            last = await self._follow(job, process)
        finally:  # also when the studio is closed
            self._running.pop(job.id, None)
            await _ended(process)
        if job.id not in self._jobs:  # it was deleted meanwhile
            shutil.rmtree(folder, ignore_errors=True)
            return
        self._end(job, last)

    async def _follow(self, job: Job, process: asyncio.subprocess.Process) -> dict[str, Any]:
        """The last word of a process; its progress goes into the job."""
        assert process.stdout is not None
        last: dict[str, Any] = {}
        async for line in process.stdout:
            with suppress(ValueError):
                said = json.loads(line)
                if "progress" in said:
                    job.progress, job.doing = said["progress"], said["doing"]
                    self._tell(job)
                else:
                    last = said
        await process.wait()
        return last

    def _end(self, job: Job, last: dict[str, Any]) -> None:
        assert self._store is not None
        folder = self.folder(job)
        if "result" in last:
            job.files = [_file(path) for path in sorted((folder / "out").iterdir())]
            job.state, job.result = "done", last["result"]
        else:
            job.state = "failed"
            job.problem = last.get("problem") or {
                "type": "/problems/failed", "title": "Something went wrong", "status": 500,
                "detail": "the job's process ended before its work was done; try again",
            }  # fmt: skip
            shutil.rmtree(folder / "out", ignore_errors=True)
        job.doing, job.ended = "", time.time()
        for path in list(folder.iterdir()) if folder.is_dir() else []:  # what was sent in is not kept
            if path.is_file():
                path.unlink()
        self._store.save(job)
        self._tell(job)


def _file(path: Path) -> dict[str, Any]:
    kind = {".jsonl": "application/jsonl", ".apng": "image/apng", ".webp": "image/webp"}.get(path.suffix)
    kind = kind or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"name": path.name, "bytes": path.stat().st_size, "type": kind}


async def _started(folder: Path) -> asyncio.subprocess.Process:
    """-P: modules come from where this process has them, never from the current folder. It ends when its standard
    input does, so that none is left behind where the studio dies."""
    paths = os.pathsep.join(path for path in sys.path if path)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "mien.studio.job_process", str(folder), env={**os.environ, "PYTHONPATH": paths},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=os.name != "nt",
    )  # fmt: skip


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            if os.name == "nt":
                process.terminate()
            else:  # its own helpers too: it leads a session
                os.killpg(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
