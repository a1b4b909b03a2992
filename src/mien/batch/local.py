"""The local engine: a process a core, fed through short queues."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from mien.batch.feeding import Copy, Feeder, Passed
from mien.batch.settings import Settings
from mien.batch.tasks import Outcome
from mien.batch.worker import Worker

#: Seconds that work in hand may take once a stop is asked for; a clip that takes longer is begun anew another time.
GRACE = 5.0
#: Chunks that wait for each worker, and results that wait to be written.
ROOM = 2


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalEngine:
    """Runs a feeder's tasks in `workers` processes (default: as many as there are processors)."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or processors()

    def results(
        self, feeder: Feeder, settings: Settings, spool: str, stop: threading.Event
    ) -> Iterator[Outcome | Copy | Passed]:
        """What became of every input, in no certain order. Memory stays bounded: who is ahead waits."""
        jobs: queue.Queue[Any] = queue.Queue(self.workers * ROOM)
        results: queue.Queue[Any] = queue.Queue(self.workers * ROOM * 2)
        closed = threading.Event()
        workers: list[Worker] = []
        threads = [threading.Thread(target=_feed, args=(feeder, jobs, results, closed, self.workers), daemon=True)]
        threads += [
            threading.Thread(target=_work, args=(settings, spool, workers, jobs, results, closed), daemon=True)
            for _ in range(self.workers)
        ]
        for thread in threads:
            thread.start()
        try:
            yield from _collected(results, len(threads), stop)
        finally:
            closed.set()
            for worker in list(workers):
                worker.close()


def _collected(results: queue.Queue[Any], threads: int, stop: threading.Event) -> Iterator[Any]:
    """Results until all threads are done, or until patience with them is."""
    stopped_at = None
    while threads:
        try:
            result = results.get(timeout=0.2)
        except queue.Empty:
            result = Passed(0)
        if result is None:
            threads -= 1
        elif isinstance(result, BaseException):
            raise result
        else:
            yield result
        if stop.is_set():
            stopped_at = stopped_at or time.monotonic()
            if time.monotonic() - stopped_at > GRACE:
                return


def _feed(
    feeder: Feeder, jobs: queue.Queue[Any], results: queue.Queue[Any], closed: threading.Event, workers: int
) -> None:
    try:
        for fed in feeder:
            if not _put(jobs if isinstance(fed, list) else results, fed, closed):
                return
    except BaseException as error:
        _put(results, error, closed)
    for _ in range(workers):
        _put(jobs, None, closed)
    _put(results, None, closed)


def _work(
    settings: Settings, spool: str, workers: list[Worker], jobs: queue.Queue[Any], results: queue.Queue[Any],
    closed: threading.Event,
) -> None:  # fmt: skip
    try:
        worker = None
        while not closed.is_set():
            with suppress(queue.Empty):
                tasks = jobs.get(timeout=0.2)
                if tasks is None:
                    break
                if worker is None:  # where all is done already, none is started
                    worker = Worker(settings, spool)
                    workers.append(worker)
                for outcome in worker.look(tasks):
                    _put(results, outcome, closed)
    except BaseException as error:
        _put(results, error, closed)
    _put(results, None, closed)


def _put(target: queue.Queue[Any], item: Any, closed: threading.Event) -> bool:
    """Whether there was room before the end of everything."""
    while not closed.is_set():
        with suppress(queue.Full):
            target.put(item, timeout=0.2)
            return True
    return False
