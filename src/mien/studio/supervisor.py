"""Several workers on one socket: starts them, starts anew those that die, and exchanges them one by one at SIGHUP.

The socket is opened once and shared, so that a connection that waits is taken by whichever worker is there: none is
lost when one of them ends, as it would be with a socket each (SO_REUSEPORT).
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from mien.studio.house import House
from mien.studio.serve import DRAIN, LINGER, address_of, listening, warn_if_closed
from mien.studio.settings import DATABASE, Settings, StudioError
from mien.studio.worker import WARM, packed

_log = logging.getLogger("mien.studio")

#: Workers that there may be.
MOST = 64
#: Seconds that a worker has to end, after those it gives to requests.
MARGIN = 10.0
#: Seconds before a worker that died is started anew, at first and at most; one that lived `STEADY` seconds begins anew.
SOON, LATE, STEADY = 0.2, 30.0, 20.0


def serve_many(settings: Settings, workers: int, *, say: Callable[[str], None] = print) -> None:
    """Run a studio of several workers until Ctrl-C or SIGTERM. say: told the address once it can be opened.

    Raises `MienError`."""
    if os.name == "nt":
        raise StudioError("--workers: several workers need a system other than Windows; leave it out")
    if not 1 <= workers <= MOST:
        raise StudioError(f"--workers {workers}: a number from 1 to {MOST}")
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there are workers to exchange
    bound = listening(settings.host, settings.port)
    try:
        house = House(settings)
        house.prepare()  # the tables are made before there are workers; what it raises is for people
        users = house.directory.locked
        warn_if_closed(house)
        house.discard()
        supervisor = Supervisor(replace(settings, users=users), bound, workers)
        asyncio.run(supervisor.run(lambda: say(address_of(settings, bound))))
    finally:
        bound.close()


class _Worker:
    """A process that serves."""

    def __init__(self, number: int, process: asyncio.subprocess.Process) -> None:
        self.number, self.process, self.began = number, process, time.monotonic()
        self.retired = False  #: asked to end

    async def ready(self) -> bool:
        """Wait until it can serve; False where it ended before."""
        assert self.process.stdout is not None
        with suppress(TimeoutError):
            return bool(await asyncio.wait_for(self.process.stdout.readline(), WARM + MARGIN))
        return False

    async def retire(self) -> None:
        """Let it finish what it does, and end."""
        self.retired = True
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), LINGER + DRAIN + MARGIN)
        except TimeoutError:
            _log.warning("worker %d does not end, and is killed", self.number)
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


class Supervisor:
    """Keeps as many workers as it is told to."""

    def __init__(self, settings: Settings, bound: socket.socket, workers: int) -> None:
        self._settings, self._bound, self._count = settings, bound, workers
        self._workers: dict[int, _Worker] = {}  #: those that are wanted
        self._alive: set[_Worker] = set()  #: and those that drain, or are not ready yet
        self._ending = asyncio.Event()
        self._rolling = self._again = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, up: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT. up: called when the first worker can serve."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._begin(self._roll()))
        started = [await self._start(number) for number in range(1, self._count + 1)]
        for worker in started:
            self._put(worker)
        ready = asyncio.create_task(self._first_ready(started))
        ending = asyncio.create_task(self._ending.wait())
        await asyncio.wait((ready, ending), return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and ready.result():
            up()
            await ending
        failed = ready.done() and not ready.result()
        for task in (ready, ending, *self._tasks):
            task.cancel()
        self._ending.set()
        await asyncio.gather(*(worker.retire() for worker in self._alive if worker.process.returncode is None))
        if failed:
            raise StudioError("no worker could be started; what they wrote says why")

    async def _first_ready(self, workers: list[_Worker]) -> bool:
        for asked in asyncio.as_completed([worker.ready() for worker in workers]):
            if await asked:
                return True
        return False

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _put(self, worker: _Worker) -> None:
        self._workers[worker.number] = worker
        self._begin(self._watch(worker))

    async def _start(self, number: int) -> _Worker:
        """-P: modules come from where this process has them. In a session of its own: Ctrl-C is for the supervisor."""
        paths = os.pathsep.join(path for path in sys.path if path)
        environment = {name: value for name, value in os.environ.items() if name != DATABASE}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "mien.studio.worker", str(self._bound.fileno()),
            env={**environment, "PYTHONPATH": paths}, pass_fds=(self._bound.fileno(),), start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(packed(replace(self._settings, worker=number)).encode() + b"\n")
        worker = _Worker(number, process)
        self._alive = {one for one in self._alive if one.process.returncode is None} | {worker}
        return worker

    async def _watch(self, worker: _Worker) -> None:
        """Start another one when this one dies; the longer it takes, the sooner they die."""
        wait = SOON
        while True:
            code = await worker.process.wait()
            if worker.retired or self._ending.is_set():
                return
            wait = SOON if time.monotonic() - worker.began > STEADY else min(LATE, 2 * wait)
            _log.warning("worker %d ended (%s); another is started", worker.number, code)
            await asyncio.sleep(wait)
            if self._workers[worker.number] is not worker:  # it has been exchanged meanwhile
                return
            try:
                fresh = await self._start(worker.number)
            except OSError as error:  # no memory, no process
                _log.error("worker %d cannot be started (%s)", worker.number, error)
                continue
            if self._workers[worker.number] is not worker:  # likewise
                await fresh.retire()
                return
            worker = self._workers[worker.number] = fresh

    async def _roll(self) -> None:
        """Exchange the workers one by one: the new one serves before the old one drains, so that none is missing."""
        self._again = True
        if self._rolling:  # once more when that has ended: what is on the disk may have changed since
            return
        self._rolling = True
        try:
            while self._again:
                self._again = False
                await self._exchange()
        finally:
            self._rolling = False

    async def _exchange(self) -> None:
        for number in range(1, self._count + 1):
            fresh = await self._start(number)
            if not await fresh.ready():
                _log.error("worker %d: the new one cannot serve; the old ones go on", number)
                await fresh.retire()
                return
            old = self._workers[number]
            old.retired = True
            self._put(fresh)
            await old.retire()
