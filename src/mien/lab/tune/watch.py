"""Who watches a search: the terminal, or a program of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class SearchWatcher(Protocol):
    """What a search tells while it goes. `trial` counts from 0."""

    def begin(self, trial: int, chosen: Mapping[str, Any], done: int) -> None:
        """A trial starts, or goes on, with `done` epochs behind it."""

    def step(self, trial: int, epoch: int, step: int, steps: int) -> None:
        """After each step of training; `epoch` counts from 1."""

    def end(self, trial: int, how: str, value: float | None, best: float | None) -> None:
        """A trial has ended: "complete", "pruned" or "failed"; its figure and the best of all, more is better."""

    def say(self, text: str) -> None:
        """What a person should know."""


class Quiet:
    """Nobody watches."""

    def begin(self, trial: int, chosen: Mapping[str, Any], done: int) -> None: ...
    def step(self, trial: int, epoch: int, step: int, steps: int) -> None: ...
    def end(self, trial: int, how: str, value: float | None, best: float | None) -> None: ...
    def say(self, text: str) -> None: ...


class Terminal:
    """A live bar on stderr for the trial at work, and a line for each that has ended; only the lines in a pipe."""

    def __init__(self, trials: int, epochs: int, choose_by: str = "accuracy", console: Console | None = None) -> None:
        self.trials, self.epochs, self.choose_by = trials, epochs, choose_by
        console = console or Console(stderr=True)
        self.progress = Progress(
            TextColumn("trial {task.fields[trial]} of {task.fields[trials]}"),
            BarColumn(bar_width=24),
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[best]}"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self.shown: dict[str, Any] = {"trial": 1, "trials": trials, "epoch": 1, "epochs": epochs, "best": ""}
        self.task = self.progress.add_task("", total=None, **self.shown)
        self.chosen: Mapping[str, Any] = {}

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.progress.stop()

    def begin(self, trial: int, chosen: Mapping[str, Any], done: int) -> None:
        self.chosen = chosen
        self.shown |= {"trial": trial + 1, "epoch": min(done + 1, self.epochs)}
        self.progress.reset(self.task, **self.shown)
        if done:
            self.say(f"trial {trial + 1:3d}  goes on after epoch {done}")

    def step(self, trial: int, epoch: int, step: int, steps: int) -> None:
        done = (epoch - 1) * steps + step
        self.progress.update(self.task, completed=done, total=self.epochs * steps, epoch=epoch)

    def end(self, trial: int, how: str, value: float | None, best: float | None) -> None:
        figure = "-" if value is None else self._figure(value)
        values = "  ".join(f"{name} {short(value)}" for name, value in self.chosen.items())
        self.say(f"trial {trial + 1:3d}  {how:<8}  {figure:>7}  {values}")
        if best is not None:
            self.shown["best"] = f"best {self._figure(best)}"
            self.progress.update(self.task, **self.shown)

    def _figure(self, value: float) -> str:
        """A figure of which more is better: a share, or a loss with its sign turned."""
        return f"{-value:.3f}" if self.choose_by == "loss" else f"{100 * value:.1f} %"

    def say(self, text: str) -> None:
        self.progress.console.print(text, highlight=False, markup=False, soft_wrap=True)


def short(value: Any) -> str:
    """A value in few digits; 0.9995 keeps all of its own."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
