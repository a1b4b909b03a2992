"""A worker process: loads the models once, then turns chunks of tasks into outcomes, until its stdin ends."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from mien.batch.errors import BatchError
from mien.batch.settings import Settings
from mien.batch.tasks import Outcome, Task

_START = "from mien.batch.worker import serve; serve()"


def serve() -> None:
    """A worker's life. Results go to stdout; whatever a library prints must not get among them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's, who ends the workers in good order
    from mien.batch.looking import Looker

    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    looker = None
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if looker is None:
            looker = Looker(*job)
            answer: Any = True
        else:
            answer = looker.look(job)
        try:
            pickle.dump(answer, results, pickle.HIGHEST_PROTOCOL)
            results.flush()
        except BrokenPipeError:  # whoever asked was killed
            os._exit(0)


class Worker:
    """A worker process, seen from outside. One that dies is started anew."""

    def __init__(self, settings: Settings, spool: str) -> None:
        self._settings, self._spool = settings, spool
        self._process = self._start()

    def look(self, tasks: list[Task]) -> list[Outcome]:
        """Outcomes of the tasks. Where the process dies of them (a decoder that crashes, too little memory), they are
        tried one by one, and the one that it dies of twice is bad."""
        for _ in range(2):
            with suppress(OSError, EOFError, pickle.UnpicklingError):
                outcomes: list[Outcome] = self._ask(tasks)
                return outcomes
            self.close()
            self._process = self._start()
            if len(tasks) > 1:
                return [outcome for task in tasks for outcome in self.look([task])]
        content = tasks[0].content
        sha256 = content.sha256 if content else ""
        return [Outcome(tasks[0].source, tasks[0].stamp, sha256, bad="the process that read it died; is it damaged?")]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError, ValueError):  # what was not sent yet cannot be any more
                    stream.close()

    def _start(self) -> subprocess.Popen[bytes]:
        """A fresh interpreter, in which nothing is inherited that a thread could have locked. -P: modules come from
        where this process has them, never from the current folder."""
        one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        paths = os.pathsep.join(path for path in sys.path if path)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={**os.environ, **one, "PYTHONPATH": paths},
            )  # fmt: skip
            self._ask((self._settings, self._spool))
        except (OSError, EOFError) as error:
            raise BatchError(f"no worker process can be started ({error or 'it died'})") from None
        return self._process

    def _ask(self, job: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        pickle.dump(job, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)
