"""Jobs shared by several processes: resvg and the encoders hold the interpreter's lock.

The helpers are fresh interpreters, not `multiprocessing`: nothing is inherited that threads could have locked (the
studio is full of threads), and the caller's script does not run again. They load the drawing while the caller still
looks at the photo.
"""

from __future__ import annotations

import importlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Self

from mien.errors import MienError

MOST = 8  #: processes
_START = "from mien.stickers.workers import serve; serve()"


def serve() -> None:
    """A helper's life: jobs from stdin, results to stdout, until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's, who ends the helpers
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not get among the results
    importlib.import_module("mien.stickers.sticker")
    while True:
        try:
            module, name, job = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(_done(module, name, job), results)
        results.flush()


def _done(module: str, name: str, job: Any) -> tuple[bool, Any]:
    try:
        return True, getattr(importlib.import_module(module), name)(job)
    except Exception as error:  # any failure goes to the caller, who raises it
        return False, error if isinstance(error, MienError) else RuntimeError(f"{type(error).__name__}: {error}")


class Workers:
    """Helper processes, as many as there are processors; killed on leaving the `with` block."""

    def __init__(self, processes: int | None = None) -> None:
        count = processes or min(_processors(), MOST)
        self._helpers = [helper for helper in (_start() for _ in range(count)) if helper] if count > 1 else []
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        for helper in self._helpers:
            helper.kill()
            helper.wait()
        for helper in self._helpers:
            for stream in (helper.stdin, helper.stdout):
                if stream is not None:
                    with suppress(OSError, ValueError):  # what was not sent yet cannot be any more
                        stream.close()

    def map(self, function: Callable[[Any], Any], jobs: Sequence[Any], told: Callable[[int], None]) -> list[Any]:
        """`function` of each job, in order. told: called in this thread with how many are done; what it raises ends the
        work. A failed job's error is raised here."""
        if not self._helpers or len(jobs) == 1:
            done = []
            for job in jobs:
                done.append(function(job))
                told(len(done))
            return done
        waiting: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        finished: queue.SimpleQueue[tuple[int, bool, Any]] = queue.SimpleQueue()
        for item in enumerate(jobs):
            waiting.put(item)
        for helper in self._helpers:
            threading.Thread(
                target=_feed, args=(helper, function, waiting, finished, self._closed), daemon=True
            ).start()
        results: dict[int, Any] = {}
        while len(results) < len(jobs):
            number, good, result = finished.get()
            if not good:
                raise result
            results[number] = result
            told(len(results))
        return [results[i] for i in range(len(jobs))]


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start() -> subprocess.Popen[bytes] | None:
    """A helper. -P: modules come from where this process has them, never from the current folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, **one, "PYTHONPATH": paths},
        )  # fmt: skip
    except OSError:
        return None


def _feed(
    helper: subprocess.Popen[bytes],
    function: Callable[[Any], Any],
    waiting: queue.SimpleQueue[tuple[int, Any]],
    finished: queue.SimpleQueue[tuple[int, bool, Any]],
    closed: threading.Event,
) -> None:
    """Hands a helper one job after the other. A helper that dies leaves its job to this process."""
    assert helper.stdin is not None and helper.stdout is not None
    while True:
        try:
            number, job = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            pickle.dump((function.__module__, function.__name__, job), helper.stdin)
            helper.stdin.flush()
            good, result = pickle.load(helper.stdout)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            if closed.is_set():
                return
            good, result = _done(function.__module__, function.__name__, job)
        finished.put((number, good, result))
