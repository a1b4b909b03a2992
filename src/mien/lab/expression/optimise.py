"""Optimisers and learning-rate schedules by name."""

from __future__ import annotations

import os
import shutil
from typing import Any, cast

import torch
from torch import nn

from mien.errors import DataError
from mien.lab.expression.settings import Settings
from mien.lab.run import cosine, weight_groups

#: The step schedule: a tenth of the rate after each of these shares of the run (He et al. 2016).
_MILESTONES = (0.5, 0.75)
_PLATEAU_PATIENCE, _PLATEAU_FACTOR = 4, 0.3


def make_optimiser(net: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    """SGD with Nesterov momentum, Adam, or AdamW; weight decay on matrices and kernels only."""
    s = settings
    groups = weight_groups(net, s.weight_decay)
    if s.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=s.learning_rate, momentum=s.momentum, nesterov=s.momentum > 0)
    kind = torch.optim.Adam if s.optimiser == "adam" else torch.optim.AdamW
    return kind(groups, lr=s.learning_rate, betas=(s.momentum, 0.999))


def compiled(net: nn.Module) -> nn.Module:
    """`net` with its operations fused by torch.compile, compiled at the first step: the same sums in another order."""
    return cast(nn.Module, torch.compile(net))


def need_compiler() -> None:
    """Raise `DataError` where torch.compile would find no C++ compiler."""
    if not any(shutil.which(name) for name in (os.environ.get("CXX", "c++"), "g++", "clang++", "cl")):
        raise DataError("compile = true needs a C++ compiler such as g++: install one, or leave it out")


class Schedule:
    """The learning rate's factor at a step: warm-up, then cosine, steps, a drop on every plateau, or constant."""

    def __init__(self, settings: Settings, steps_an_epoch: int) -> None:
        self.kind = settings.schedule
        self.total = settings.epochs * steps_an_epoch
        self.warmup = int(settings.warmup_epochs * steps_an_epoch)
        self.scale, self.best, self.stale = 1.0, float("-inf"), 0

    def factor(self, step: int) -> float:
        if step < self.warmup:
            return (step + 1) / self.warmup
        if self.kind == "cosine":
            return cosine(step, self.total, self.warmup)
        if self.kind == "step":
            return float(0.1 ** sum(step >= m * self.total for m in _MILESTONES))
        return self.scale

    def seen(self, score: float) -> None:
        """Tell the score of an epoch (more is better); a plateau lowers the rate."""
        if score > self.best:
            self.best, self.stale = score, 0
            return
        self.stale += 1
        if self.kind == "plateau" and self.stale >= _PLATEAU_PATIENCE:
            self.scale, self.stale = self.scale * _PLATEAU_FACTOR, 0

    def state_dict(self) -> dict[str, Any]:
        return {"scale": self.scale, "best": self.best, "stale": self.stale}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.scale, self.best, self.stale = state["scale"], state["best"], state["stale"]
