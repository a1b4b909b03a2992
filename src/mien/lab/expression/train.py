"""Train an expression network on votes, labels, or both: `train` is the whole of it, from data to a run's folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch

from mien.errors import DataError
from mien.lab.curves import draw_run
from mien.lab.data import FaceSet, load_faces
from mien.lab.expression import networks
from mien.lab.expression.losses import Teach
from mien.lab.expression.optimise import need_compiler
from mien.lab.expression.parallel import Team, team
from mien.lab.expression.settings import Settings
from mien.lab.expression.trainer import Trainer
from mien.lab.expression.validate import Validation
from mien.lab.expression.watch import Silent, TensorBoard, Terminal, Watcher
from mien.lab.run import Run, StopRequest


def train(
    data: Path | str | Sequence[Path | str] | FaceSet,
    out: Path | str,
    settings: Settings | None = None,
    watcher: Watcher | None = None,
    teach: Teach | None = None,
    source: Sequence[Path | str] = (),
) -> Path:
    """Train on the split "Training" of `data` and choose the best epoch on "PublicTest"; returns the run's folder.

    Run it again to go on after any stop: an interrupted run ends where an uninterrupted one would have. Under
    `torchrun` the processes share every batch. `watcher`: None shows progress in the terminal. `teach` changes the
    objective; the caller then says so in `settings.extra`. `source`: where faces given as a `FaceSet` came from.
    Raises `DataError` for data or settings that cannot be used, before anything is written.
    """
    settings = settings or Settings()
    if settings.threads:
        torch.set_num_threads(settings.threads)
    if settings.compile:
        need_compiler()
    networks.info(settings.network)  # an unknown name is refused before anything is read or written
    faces = data if isinstance(data, FaceSet) else load_faces(data)
    for split in ("Training", "PublicTest"):
        if not (faces.split == split).any():
            raise DataError(f"no faces in split {split}: give the data one (mien lab data import --split)")
    with team() as together, ExitStack() as stack:
        if watcher is None:
            terminal = together.first
            watcher = stack.enter_context(Terminal(settings.epochs)) if terminal else Silent()
        run = Run(out, {"kind": "expression", **settings.config(), "faces": len(faces)}, write=together.first)
        named = _named(source if isinstance(data, FaceSet) else data)
        _train(faces, run, settings, together, watcher, named, teach)
    return run.folder


def _train(
    faces: FaceSet,
    run: Run,
    settings: Settings,
    together: Team,
    watcher: Watcher,
    named: list[str],
    teach: Teach | None,
) -> None:
    """All epochs. The trainer lives no longer than this: the team cannot part while a network is shared by it."""
    trainer = Trainer(faces, run, settings, together, watcher, named, teach)
    with StopRequest() as stop:
        _epochs(trainer, Validation(faces, trainer), together, stop)


def _named(data: Path | str | Sequence[Path | str]) -> list[str]:
    """Where the data lies, for the export to find it again."""
    return [str(Path(p).absolute()) for p in ([data] if isinstance(data, str | Path) else data)]


def _epochs(trainer: Trainer, validation: Validation, together: Team, stop: StopRequest) -> None:
    board = TensorBoard(trainer.run.folder, trainer.epoch) if together.first else None
    while not trainer.finished:
        began = time.perf_counter() - trainer.seconds
        objective = trainer.train_epoch(stop)
        row = together.told(_row(trainer, validation, objective) if together.first else None)
        better = trainer.end_epoch(row["score"])
        if board is None:
            continue
        row = {k: v for k, v in row.items() if k != "score"} | {
            "seconds": round(time.perf_counter() - began, 1), "best": better,
        }  # fmt: skip
        # The log first: a kill between the two repeats the epoch, and `history` counts it once.
        trainer.run.log(**row)
        trainer.run.save(trainer.state(), best=better)
        board.epoch(row)
        draw_run(trainer.run.folder)
        trainer.watcher.epoch(row)
    if board is not None:
        board.close()


def _row(trainer: Trainer, validation: Validation, objective: float) -> dict[str, Any]:
    """The log's line of an epoch: training and validation faces measured alike, without augmentation or dropout."""
    figures = validation.measure()
    chosen = trainer.settings.choose_by
    score = -figures["valid_loss"] if chosen == "loss" else figures[chosen]
    figures = {k: round(v, 4) for k, v in figures.items()}
    return {
        "epoch": trainer.epoch + 1, "objective": round(objective, 4), **figures,
        "learning_rate": trainer.learning_rate, "micro_batch": trainer.micro.size, "score": score,
    }  # fmt: skip
