"""Training runs side by side: what each network costs, how it does on PublicTest, how far training runs ahead."""

from __future__ import annotations

import math
import pickle
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from mien.errors import DataError, MienError
from mien.lab.curves import draw_compared
from mien.lab.expression.classifier import FaceClassifier
from mien.lab.expression.macs import cost
from mien.lab.history import History, read_history, run_names

#: Settings that make figures of different runs no longer comparable.
DATA_SETTINGS = ("faces", "labels", "data")


@dataclass(frozen=True)
class RunFigures:
    """One run at its best epoch. Shares are 0..1; None is what the run does not tell."""

    run: str  #: the run's folder, as short as tells the runs apart
    network: str
    parameters: int | None
    macs: int | None
    epochs: int  #: finished so far
    best_epoch: int | None
    train_accuracy: float | None
    accuracy: float | None  #: on PublicTest
    balanced_accuracy: float | None  #: on PublicTest
    gap: float | None  #: training accuracy less PublicTest's: what was learnt by heart
    seconds: float | None  #: an epoch, median

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


@dataclass(frozen=True)
class Comparison:
    """Runs, best accuracy first, the settings in which they differ, and the pictures of their curves."""

    runs: list[RunFigures]
    differing: dict[str, list[Any]]  #: setting -> its value in each run, in the order of `runs`
    pictures: list[Path]

    @property
    def other_data(self) -> bool:
        """Whether the runs learnt from different data or labels: their figures then say little about the networks."""
        return any(key in self.differing for key in DATA_SETTINGS)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "runs": [run.to_dict() for run in self.runs],
            "differing": self.differing,
            "pictures": [str(path) for path in self.pictures],
        }


def compare(runs: Sequence[Path | str], out: Path | str | None = None) -> Comparison:
    """Compare the runs in these folders at their best epochs; with `out`, draw their curves into that folder.

    Raises `DataError` for what is no run of an expression network, and for a run without a finished epoch.
    """
    if not runs:
        raise DataError("no runs to compare: name at least one run's folder")
    histories = [_read(run) for run in runs]
    figures = [_figures(history, name) for history, name in zip(histories, run_names(histories), strict=True)]
    order = sorted(range(len(figures)), key=lambda i: -_or(figures[i].accuracy, -math.inf))
    ordered = [histories[i] for i in order]
    pictures = draw_compared([history.folder for history in ordered], out) if out is not None else []
    return Comparison([figures[i] for i in order], differing(ordered), pictures)


def _read(run: Path | str) -> History:
    history = read_history(run)
    kind = history.config.get("kind") or history.config.get("model") or "detector"
    if kind != "expression":
        raise DataError(f"{run}: a {kind} run: only expression runs can be compared")
    if not history.rows:
        raise DataError(f"{run}: no finished epoch in it (log.jsonl is empty)")
    return history


def differing(histories: Sequence[History]) -> dict[str, list[Any]]:
    """The settings that are not the same in all runs, with every run's value (None where it has none)."""
    keys = {key: None for history in histories for key in history.config}  # a dict keeps the order
    values = {key: [history.config.get(key) for history in histories] for key in keys}
    return {key: found for key, found in values.items() if any(value != found[0] for value in found)}


def _figures(history: History, name: str) -> RunFigures:
    best = history.best()
    seconds = [value for value in history.values("seconds") if not math.isnan(value)]

    def at_best(field: str) -> float | None:
        value = best.get(field) if best else None
        return float(value) if isinstance(value, int | float) else None

    training, accuracy = at_best("train_accuracy"), at_best("accuracy")
    parameters, macs = _cost(history)
    return RunFigures(
        name,
        str(history.config.get("network", "")),
        parameters,
        macs,
        len(history.rows),
        int(best["epoch"]) if best else None,
        training,
        accuracy,
        at_best("balanced_accuracy"),
        None if training is None or accuracy is None else round(training - accuracy, 4),
        statistics.median(seconds) if seconds else None,
    )


def _cost(history: History) -> tuple[int | None, int | None]:
    """Parameters and multiplications of the run's network; Nones where its checkpoint or its own module is gone."""
    for file in ("best.pt", "last.pt"):
        try:
            state = torch.load(history.folder / file, map_location="cpu", mmap=True, weights_only=True)
            net = FaceClassifier(
                state["network"], len(state["classes"]), state["heads"],
                size=state["size"], normalise=state["normalise"],
            )  # fmt: skip
        except (OSError, KeyError, TypeError, RuntimeError, MienError, pickle.UnpicklingError):
            continue
        spent = cost(net.net, net.size)
        return spent.parameters, spent.macs
    return None, None


def _or(value: float | None, instead: float) -> float:
    return instead if value is None else value
