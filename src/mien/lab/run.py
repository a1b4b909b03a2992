"""A training run is a folder: `config.json`, `log.jsonl` (one line an epoch), `last.pt` (to resume) and `best.pt`.

A run killed at any moment goes on from its last checkpoint: it holds weights, averaged weights, optimiser and place in
the run, and everything random is drawn from `epoch_seed(seed, epoch, ...)`, so a resumed run repeats what an
uninterrupted one would have done.
"""

from __future__ import annotations

import json
import math
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from mien.errors import DataError


class Run:
    """The folder of one training run.

    `write` False only reads and checks: for the other processes of a team. Raises `DataError` when the folder belongs
    to a run with another configuration.
    """

    def __init__(self, folder: Path | str, config: dict[str, Any], *, write: bool = True) -> None:
        self.folder = Path(folder)
        self.config = config
        if self.folder.exists() and not self.folder.is_dir():
            raise DataError(f"{self.folder} is a file: choose a folder for the run")
        if write:
            self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "config.json"
        if file.exists():
            before = json.loads(file.read_text())
            changed = sorted(k for k in {**before, **config} if before.get(k) != json.loads(json.dumps(config.get(k))))
            if changed:
                raise DataError(
                    f"{self.folder} holds a run with other settings ({', '.join(changed)}): "
                    "choose another folder, or delete it"
                )
        elif write:
            write_atomically(file, (json.dumps(config, indent=2) + "\n").encode())

    def resume(self) -> dict[str, Any] | None:
        """The state saved by the last whole epoch, or None for a fresh run."""
        file = self.folder / "last.pt"
        return torch.load(file, map_location="cpu", weights_only=False) if file.exists() else None

    def save(self, state: dict[str, Any], *, best: bool = False) -> None:
        """Save `state` atomically as `last.pt`, and as `best.pt` too if it is the best so far.

        The best first: a kill between the two then repeats the epoch and saves both again.
        """
        for name in ("best.pt", "last.pt") if best else ("last.pt",):
            part = self.folder / f".{name}.part"
            torch.save(state, part)
            part.replace(self.folder / name)

    def log(self, **row: Any) -> None:
        """Append one line to `log.jsonl`; a line that a kill tore stays a line of its own."""
        row = {"time": time.strftime("%Y-%m-%dT%H:%M:%S"), **row}
        with (self.folder / "log.jsonl").open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                torn = file.read(1) != b"\n"
                file.write(b"\n" * torn)
            file.write(json.dumps(row).encode() + b"\n")

    def history(self) -> list[dict[str, Any]]:
        """The lines of `log.jsonl`, one an epoch; an epoch repeated after a kill counts once, the last one."""
        file = self.folder / "log.jsonl"
        rows: dict[Any, dict[str, Any]] = {}
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:  # torn by a kill
                continue
            rows[row.get("epoch")] = row
        return list(rows.values())


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` so that `path` holds either the old or the new content, never a part."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


class StopRequest:
    """While open, Ctrl-C or SIGTERM only asks the run to stop where it can save; a second one stops at once."""

    def __init__(self) -> None:
        self.wanted = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # elsewhere signals cannot be taken
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._take)
        return self

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self.wanted:
            raise KeyboardInterrupt
        self.wanted = True

    def obey(self) -> None:
        """Raise `KeyboardInterrupt` if a stop was asked for: everything is saved."""
        if self.wanted:
            raise KeyboardInterrupt

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def epoch_seed(seed: int, *place: int) -> int:
    """The seed for everything random at a place of a run: an epoch, or an epoch, a step and a process."""
    return int(np.random.SeedSequence([seed, *place]).generate_state(1)[0])


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - third-party code may draw from the global generator
    torch.manual_seed(seed)


class Ema:
    """Exponential moving average of a module's weights and buffers (Polyak averaging), with a warm-up of its decay."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.shadow = {k: v.detach().clone() for k, v in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for key, value in module.state_dict().items():
            if value.dtype.is_floating_point:
                self.shadow[key].lerp_(value.detach(), 1 - decay)
            else:
                self.shadow[key].copy_(value)

    def state_dict(self) -> dict[str, Any]:
        return {"steps": self.steps, "shadow": self.shadow}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.steps, self.shadow = state["steps"], state["shadow"]


def saved(net: nn.Module, ema: Ema, optimiser: torch.optim.Optimizer) -> dict[str, Any]:
    """What every run must save of its network to go on; a run adds its own."""
    return {"net": net.state_dict(), "ema": ema.state_dict(), "optimiser": optimiser.state_dict()}


def restored(state: dict[str, Any], net: nn.Module, ema: Ema, optimiser: torch.optim.Optimizer) -> int:
    """Take up what `saved` gave; returns the epoch to go on with."""
    net.load_state_dict(state["net"])
    ema.load_state_dict(state["ema"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["epoch"]) + 1


def cosine(step: int, steps: int, warmup: int) -> float:
    """Learning-rate factor 0..1: linear warm-up, then half a cosine down to 0 (Loshchilov & Hutter 2017)."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warmup) / max(1, steps - warmup))))


def weight_groups(module: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Parameter groups for an optimiser: weight decay on matrices and kernels, none on norms and biases."""
    decay: list[Tensor] = [p for p in module.parameters() if p.ndim > 1]
    plain: list[Tensor] = [p for p in module.parameters() if p.ndim <= 1]
    return [{"params": decay, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]


def shuffled_batches(count: int, batch: int, rng: np.random.Generator) -> Iterator[np.ndarray[Any, Any]]:
    """Yield index arrays of `batch` (the incomplete last one is dropped) over a fresh permutation of `count`."""
    order = rng.permutation(count)
    for start in range(0, count - batch + 1, batch):
        yield order[start : start + batch]


def drawn_batches(
    share: np.ndarray[Any, Any], steps: int, batch: int, rng: np.random.Generator
) -> Iterator[np.ndarray[Any, Any]]:
    """Yield `steps` index arrays of `batch`, each index drawn in proportion to its `share` (N, sums to 1).

    Systematic resampling (Kitagawa 1996): an index comes as often as is expected of it, rounded down or up.
    """
    wanted = steps * batch
    mixed = rng.permutation(len(share))
    at = (np.arange(wanted) + rng.random()) / wanted
    drawn = mixed[np.searchsorted(np.cumsum(share[mixed]), at).clip(max=len(share) - 1)]
    yield from rng.permutation(drawn).reshape(steps, batch)
