"""Runs of one recipe that differ in their seed alone: how far chance moves each figure (Bouthillier et al. 2021,
https://arxiv.org/abs/2103.03098: a difference between two recipes means little unless it is larger)."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mien.errors import DataError
from mien.lab.data.loading import Sources
from mien.lab.data.reading import Progress
from mien.lab.expression.compare import differing
from mien.lab.expression.evaluate import evaluate
from mien.lab.history import read_history

#: The figures that are told of every run.
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1", "ece", "nll")


@dataclass(frozen=True)
class Spread:
    """One figure over the runs, in their order; `deviation` is the sample standard deviation."""

    mean: float
    deviation: float
    values: list[float]


@dataclass(frozen=True)
class Seeds:
    """What the runs of one recipe come to."""

    runs: list[str]
    seeds: list[int]
    protocol: str
    split: str
    n: int  #: faces judged
    figures: dict[str, Spread]  #: one of `FIGURES` -> its spread, 0..1 (nll in nats)
    recall: dict[str, Spread]  #: class -> the share of its faces that was found

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def spread(
    runs: Sequence[Path | str],
    data: Sources,
    protocol: str = "ferplus-majority",
    split: str = "PublicTest",
    *,
    prior: float | None = None,
    epoch: str = "last",
    progress: Progress | None = None,
) -> Seeds:
    """Evaluate two or more runs of one recipe and tell mean and standard deviation of each figure.

    epoch: "last", or "best": the epoch that did best on PublicTest, which flatters on that split. prior: as for
    `evaluate`. Raises `DataError` for fewer runs, and for runs of unlike length or that differ in more than their seed.
    """
    if len(runs) < 2:
        raise DataError("a spread needs two runs or more")
    if epoch not in ("last", "best"):
        raise DataError(f"epoch {epoch!r}: choose last or best")
    seeds = _seeds(runs)
    found = []
    for number, run in enumerate(runs):
        if progress is not None:
            progress("Evaluating", number, len(runs))
        found.append(evaluate(Path(run) / f"{epoch}.pt", data, protocol, split, prior=prior, by=(), near=False))
    return Seeds(
        [str(run) for run in runs], seeds, protocol, split, int(found[0]["n"]),
        {name: _spread([f[name] for f in found]) for name in FIGURES},
        {label: _spread([f["by_class"][label]["recall"] for f in found]) for label in found[0]["by_class"]},
    )  # fmt: skip


def _seeds(runs: Sequence[Path | str]) -> list[int]:
    """The seed of each run. Raises `DataError` unless only that tells the runs apart, and they are of one length."""
    histories = [read_history(run) for run in runs]
    for key, values in differing(histories).items():
        if key != "seed":
            raise DataError(f"the runs differ in {key}, not in their seed alone: {', '.join(map(str, values))}")
    seeds = [int(h.config.get("seed", 0)) for h in histories]
    if len(set(seeds)) < len(seeds):
        raise DataError(f"two of the runs have the same seed ({', '.join(map(str, seeds))}): they are one run twice")
    ends = {len(h.rows) for h in histories}
    if len(ends) > 1:
        raise DataError(f"the runs have {', '.join(map(str, sorted(ends)))} epochs: let all of them end first")
    return seeds


def _spread(values: list[float]) -> Spread:
    return Spread(round(statistics.fmean(values), 4), round(statistics.stdev(values), 4), values)
