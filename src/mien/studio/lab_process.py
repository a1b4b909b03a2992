"""The process of one task of the lab: `python -m mien.studio.lab_process`. Its first line of input says what to do.

It prints JSON lines: {"progress": 0.4, "doing": "..."}, {"step": {...}} and {"epoch": {...}} of a training, and at the
end {"result": {...}}, {"problem": {...}} or {"stopped": true}. When its input ends it stops where it can go on later:
that is how the studio stops it, and what happens when the studio dies.
"""

from __future__ import annotations

import _thread
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from mien.errors import MienError

#: Seconds between two words about how far it is.
OFTEN = 0.25
#: Lower priority than the studio's own (Unix).
NICE = 5
#: Seconds that a task has to stop by itself.
GRACE = 60.0

Tell = Callable[..., None]


def main() -> int:
    """Do one task; 0, or 1 where it failed."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print does not come between
    task = json.loads(sys.stdin.buffer.readline())
    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_end_with_input, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)

    def tell(**words: Any) -> None:
        out.write(json.dumps(words) + "\n")
        out.flush()

    from mien.studio.lab_work import WORK

    try:
        tell(result=WORK[task["task"]](task, tell))
    except KeyboardInterrupt:
        tell(stopped=True)
    except MienError as error:
        tell(problem=_problem(error, task))
        return 1
    except MemoryError:
        tell(problem={
            "type": "/problems/failed", "title": "Not enough memory", "status": 500,
            "detail": "not enough memory; close other programs, or choose a smaller network or batch",
        })  # fmt: skip
        return 1
    return 0


def often(tell: Tell) -> Tell:
    """The same, but only so often that it can be read."""
    last = 0.0

    def seldom(**words: Any) -> None:
        nonlocal last
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            tell(**words)

    return seldom


def _problem(error: MienError, task: dict[str, Any]) -> dict[str, Any]:
    from mien.studio.problems import KINDS, problem_of

    problem = problem_of(error)
    kind = KINDS[problem.name]
    detail = str(problem.detail)
    for private in ("source", "folder", "data"):  # messages name files, not the private folder that they lie in
        if task.get(private) and not task.get("typed"):
            detail = detail.replace(str(Path(task[private])), task.get("name", private))
    return {"type": f"/problems/{problem.name}", "title": kind.title, "status": kind.status, "detail": detail}


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end_with_input() -> None:
    try:
        while os.read(0, 1024):
            pass
    except OSError:
        pass
    _thread.interrupt_main(signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
