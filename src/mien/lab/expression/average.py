"""The mean of several runs' weights: one network, as quick as each of them ("model soup").

Wortsman et al. 2022, https://arxiv.org/abs/2203.05482: it helps where the runs began from the same trained weights.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from mien.errors import DataError
from mien.lab.expression.export import load_run

#: What must be the same in every run, for their weights to mean the same.
SAME = ("network", "classes", "heads", "preprocess", "size", "normalise", "prior_included")


def average(runs: Sequence[Path | str], out: Path | str, weights: Sequence[float] | None = None) -> Path:
    """Write `out`, a checkpoint whose weights are the weighted mean of the best weights of `runs`.

    runs: two or more folders or checkpoints of one network, trained on from one ancestor. weights: one positive number
    a run (default: all alike); their sum does not matter. `mien lab evaluate`, `export` and `distil` take the file as
    they take a run; training cannot go on from where it stopped, but `weights = "FILE"` begins with it.

    Raises `DataError` for runs that do not fit together; then nothing is written.
    """
    if len(runs) < 2:
        raise DataError("an average needs two runs or more")
    shares = [1.0] * len(runs) if weights is None else list(weights)
    if len(shares) != len(runs) or not all(0 < share < float("inf") for share in shares):
        raise DataError(f"--weight: one positive number for each of the {len(runs)} runs")
    loaded = [load_run(run) for run in runs]
    first = loaded[0][1]
    for run, (_, state) in zip(runs, loaded, strict=True):
        for name in SAME:
            if state[name] != first[name]:
                raise DataError(
                    f"{run}: another {name.replace('_', ' ')} than {runs[0]}; only like runs can be averaged"
                )
    total = sum(shares)
    mean: dict[str, Any] = {}
    for key, value in loaded[0][0].state_dict().items():
        parts = [
            net.state_dict()[key].double() * (share / total) for (net, _), share in zip(loaded, shares, strict=True)
        ]
        mean[key] = torch.stack(parts).sum(0).to(value.dtype)
    target = Path(out)
    data = list(dict.fromkeys(path for _, state in loaded for path in state.get("data") or ()))
    epoch = max(state["epoch"] for _, state in loaded)
    kept = {key: first[key] for key in ("kind", "priors", *SAME)}
    write_checkpoint({**kept, "data": data, "epoch": epoch, "ema": {"shadow": mean}, "net": mean}, target)
    return target


def write_checkpoint(state: dict[str, Any], target: Path) -> None:
    """Write a checkpoint whole or not at all. Raises `DataError`."""
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".mien-") as folder:
            part = Path(folder) / target.name
            torch.save(state, part)
            part.replace(target)
    except OSError as error:
        raise DataError(f"{target}: cannot be written ({error.strerror or error})") from None
