"""A bar for work in several stages, as the lab's functions report it: what is done, how much of it, out of how much."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mien.cli.terminal import PATIENCE


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr, on a terminal only, that appears when the work outlasts two seconds.

    Call it with what is being done, how much is done, and how much there is (0 where that is not known).
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=None)
    began, said = time.monotonic(), ""

    def step(what: str, done: int, total: int) -> None:
        nonlocal said
        if what != said:
            bar.reset(task, description=what)
            said = what
        bar.update(task, completed=done, total=total or None)  # of unknown size: the bar pulses
        if not bar.live.is_started and time.monotonic() - began > PATIENCE:
            bar.start()

    try:
        yield step
    finally:
        bar.stop()
