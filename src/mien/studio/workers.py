"""A bounded pool of threads: what comes while it is full is told to come back, instead of bringing the machine down."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from mien.studio.problems import Problem

T = TypeVar("T")

#: Seconds that a task is taken to last before any has been measured, and the share of a new one in the mean.
GUESS, SHARE = 0.3, 0.1


class Workers:
    """Runs functions in `threads` threads; at most `queue` more wait. Use from one event loop."""

    def __init__(self, threads: int, queue: int, seconds: float) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="mien studio")
        self._threads, self._queue, self._seconds = threads, queue, seconds
        self.taken = 0  #: tasks that run or wait
        self.coming = 0  #: requests whose bodies are being read
        self.refused = 0
        self.mean = GUESS  #: seconds a task takes

    async def run(self, task: Callable[..., T], *arguments: Any, seconds: float | None = None) -> T:
        """The task's result. Raises `Problem` "busy" when the queue is full, "too-slow" when it lasts too long.

        A task that lasts too long cannot be stopped: it keeps its place until it ends, and nobody waits for it.
        """
        self.admit()
        self.taken += 1
        try:
            future = self._pool.submit(self._timed, task, arguments)
        except RuntimeError:  # the pool was shut down
            self.taken -= 1
            raise Problem("closing", "the studio is closing; start it again") from None
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: _quietly(loop, self._leave))
        waiting = asyncio.wrap_future(future)
        try:
            return await asyncio.wait_for(asyncio.shield(waiting), seconds or self._seconds)
        except TimeoutError:
            future.cancel()
            waiting.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody else will ask
            limit = seconds or self._seconds
            raise Problem("too-slow", f"not done after {limit:g} seconds; send something smaller") from None
        except asyncio.CancelledError:  # whoever asked has gone
            future.cancel()
            raise

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """While a body is read for a task: it has a place already. Raises `Problem` "busy" where there is none."""
        self.admit(self.coming)
        self.coming += 1
        try:
            yield
        finally:
            self.coming -= 1

    def admit(self, others: int = 0) -> None:
        """Raises `Problem` "busy" when a task, with so many others before it, would not be taken."""
        if self.taken + others >= self._threads + self._queue:
            self.refused += 1
            wait = max(1, math.ceil(self.taken / self._threads * self.mean))
            raise Problem("busy", "too many requests wait already; try again soon", headers={"Retry-After": str(wait)})

    def _timed(self, task: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        start = time.monotonic()
        try:
            return task(*arguments)
        finally:
            self.mean += SHARE * (time.monotonic() - start - self.mean)

    def _leave(self) -> None:
        self.taken -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _quietly(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:  # the loop has closed
        call()
