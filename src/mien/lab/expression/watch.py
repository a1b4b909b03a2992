"""Who watches a training run: the terminal's progress bar, TensorBoard, or a program of one's own."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Watcher(Protocol):
    """What a run tells while it goes. A watcher may raise to end the run; it then resumes from its last checkpoint."""

    def step(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> None:
        """After each step: running means over the epoch; `epoch` counts from 1."""

    def epoch(self, row: dict[str, Any]) -> None:
        """After each epoch, with the line that went into `log.jsonl`."""

    def say(self, text: str) -> None:
        """What a person should know."""


class Terminal:
    """A live bar with loss, accuracy and time left; one plain line an epoch in a pipe."""

    def __init__(self, epochs: int, choose_by: str = "accuracy") -> None:
        self.epochs, self.choose_by = epochs, choose_by
        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("loss {task.fields[loss]}  accuracy {task.fields[accuracy]}"),
            TimeElapsedColumn(),
            TextColumn("left in all"),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self.task = self.progress.add_task("", total=None, epoch=1, epochs=epochs, loss="-", accuracy="-")
        self.best = float("-inf")

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.progress.stop()

    def step(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> None:
        done = (epoch - 1) * steps + step
        self.progress.update(self.task, completed=done, total=self.epochs * steps)
        self.progress.update(self.task, epoch=epoch, loss=f"{loss:.3f}", accuracy=f"{accuracy:.1%}")

    def epoch(self, row: dict[str, Any]) -> None:
        self.say(
            f"epoch {row['epoch']:3d}/{self.epochs}"
            f"  training {row['train_accuracy']:.1%}  validation {row['accuracy']:.1%}"
            f"  mean recall {row['balanced_accuracy']:.1%}  loss {row['loss']:.3f}/{row['valid_loss']:.3f}"
            f"  {row['seconds']:.0f} s{'  best' if row['best'] else ''}"
        )

    def say(self, text: str) -> None:
        self.progress.console.print(text, highlight=False, markup=False, soft_wrap=True)


class Silent:
    """Nobody watches."""

    def step(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> None: ...
    def epoch(self, row: dict[str, Any]) -> None: ...
    def say(self, text: str) -> None: ...


class TensorBoard:
    """Writes each epoch's figures under `folder/tensorboard`, training and validation as two curves of one chart."""

    def __init__(self, folder: Path, epochs_done: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        # What an interrupted run wrote beyond its checkpoint is repeated; purge_step hides the first telling.
        kinds = ("training", "validation")
        self.writers = {k: SummaryWriter(str(folder / "tensorboard" / k), purge_step=epochs_done + 1) for k in kinds}

    def epoch(self, row: dict[str, Any]) -> None:
        figures = {
            "training": {"accuracy": row["train_accuracy"], "loss": row["loss"]} | {k: row[k] for k in _PLAIN},
            "validation": {"accuracy": row["accuracy"], "loss": row["valid_loss"]},
        }
        for kind, values in figures.items():
            for name, value in values.items():
                self.writers[kind].add_scalar(name, value, row["epoch"])
            self.writers[kind].flush()

    def close(self) -> None:
        for writer in self.writers.values():
            writer.close()


_PLAIN = ("objective", "learning_rate", "seconds")
