"""Training of the appearance network: a run folder, seeded, resumable after a kill."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien import models
from mien.errors import DataError
from mien.lab.appearance.data import Faces, load
from mien.lab.appearance.distil import School, Taught, lesson_loss, school, taught_batches
from mien.lab.appearance.exporting import load_net
from mien.lab.appearance.losses import Weights, class_weights, loss_of
from mien.lab.appearance.net import AppearanceNet
from mien.lab.appearance.sample import Batch, batches, make_batch
from mien.lab.appearance.scoring import logits_of, score
from mien.lab.appearance.start import begin_from, settle
from mien.lab.run import Ema, Run, StopRequest, cosine, epoch_seed, restored, saved, seed_everything, weight_groups
from mien.vision.landmarks import MODEL as LANDMARKS

#: How often a face without a labeller's traits (only a name of UTKFace) is drawn, against one with them.
UNLABELLED = 0.25
#: The same with a teacher, for any face without a labeller's traits.
UNTOLD = 1.0


@dataclass(frozen=True)
class Recipe:
    """What can be chosen about a run."""

    epochs: int = 40
    steps: int = 100  #: batches an epoch
    batch: int = 64
    lr: float = 1.5e-3
    weight_decay: float = 0.05
    dropout: float = 0.3
    ema: float = 0.998
    warmup: int = 200
    frozen: int = 0  #: the stem and this many shared blocks stay as they began, 0: none
    balance: float = 0.5  #: exponent of the rarity weights: 0 none, 1 every code counts the same
    seed: int = 0
    threads: int = 1
    bf16: bool = True


#: The settings with a teacher, from a network that a first run has trained.
TAUGHT = Recipe(epochs=4, steps=200, lr=1.2e-3, dropout=0.25, ema=0.99, warmup=60, frozen=2, balance=0.3)


def train(
    data: Path | str,
    out: Path | str,
    recipe: Recipe | None = None,
    *,
    start: Path | str | None = "shipped",
    teacher: Path | str | None = None,
) -> dict[str, Any]:
    """Train on the folders `portraits` and `utkface` of `data` into the run folder `out`; returns the last measures.

    `start`: an exported landmark or appearance network whose trunk to begin from ("shipped": the landmark network of
    `mien`), or the `last.pt` of a run to go on from, None for chance weights. `teacher`: the weights of
    EfficientNet-Lite0, to learn from it too (`mien.lab.appearance.teacher`); its lessons are kept in the run folder. A
    killed run goes on when called again with the same settings. Raises `DataError`.
    """
    recipe = recipe or (TAUGHT if teacher else Recipe())
    run = Run(out, {"model": "appearance", **asdict(recipe), "start": str(start or ""), "teacher": str(teacher or "")})
    faces = load(data, run.folder / "places.npz")
    return fit(faces, run, recipe, start=start, teacher=teacher)


def fit(
    faces: Faces,
    run: Run,
    recipe: Recipe,
    *,
    start: Path | str | None = None,
    teacher: Path | str | None = None,
) -> dict[str, Any]:
    """Train on loaded faces; see `train`."""
    torch.set_num_threads(recipe.threads)
    seed_everything(recipe.seed)
    rows, held = (np.flatnonzero(np.array(faces.held) == side) for side in (False, True))
    odds = np.array([1.0 if faces.labels[row] else UNLABELLED * np.isfinite(faces.years[row]) for row in rows])
    if not odds.sum():
        raise DataError("no labelled faces outside the held-out part: give more pictures")
    weights = class_weights(faces, rows, recipe.balance)
    taught = school(faces, rows, odds, Path(teacher), weights, run.folder, recipe.seed) if teacher else None
    trainer = Trainer(faces, rows, odds, recipe, start, weights, taught)
    first = trainer.restore(run.resume())
    check = np.array([row for row in held if faces.labels[row]], np.int64)
    measures: dict[str, Any] = run.history()[-1] if run.history() else {}
    with StopRequest() as stop:
        for epoch in range(first, recipe.epochs):
            began = time.monotonic()
            loss = trainer.epoch(epoch)
            averaged = AppearanceNet()
            averaged.load_state_dict(trainer.ema.shadow)
            measures = score(faces, check, logits_of(averaged.eval(), faces, check)) if len(check) else {}
            run.save({**trainer.state(), "epoch": epoch})
            run.log(epoch=epoch, loss=round(loss, 4), seconds=round(time.monotonic() - began, 1), **measures)
            stop.obey()
    return measures


class Trainer:
    """Network, optimiser and averages of a run."""

    def __init__(
        self,
        faces: Faces,
        rows: NDArray[np.int64],
        odds: NDArray[np.float64],
        recipe: Recipe,
        start: Path | str | None,
        weights: Weights,
        taught: School | None = None,
    ) -> None:
        self.faces, self.rows, self.odds, self.recipe = faces, rows, odds, recipe
        self.weights, self.taught = weights, taught
        self.net = AppearanceNet(dropout=recipe.dropout)
        if start and Path(start).suffix == ".pt":
            self.net = load_net(Path(start).parent)[0]
            self.net.dropout.p = recipe.dropout
        elif start:
            shipped = next(m.path for m in models.manifest() if m.name == LANDMARKS)
            begin_from(self.net, shipped if start == "shipped" else Path(start))
            seen = make_batch(faces, rows[:: max(1, len(rows) // 128)], None)
            settle(self.net, torch.from_numpy(seen.head), torch.from_numpy(seen.face))
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's own stubs lack it
        self.ema = Ema(self.net, recipe.ema)
        self.optimiser = torch.optim.AdamW(weight_groups(self.net, recipe.weight_decay), lr=recipe.lr)

    def epoch(self, epoch: int) -> float:
        """One epoch; returns its mean loss."""
        from rich.console import Console
        from rich.progress import track

        recipe, seed = self.recipe, epoch_seed(self.recipe.seed, epoch)
        seed_everything(seed)
        self.net.train()
        for part in self._frozen():
            part.eval().requires_grad_(False)
        total = 0.0
        stream = self._stream(np.random.default_rng(seed))
        title, console = f"epoch {epoch + 1}/{recipe.epochs}", Console(stderr=True)
        for step, batch in enumerate(track(stream, description=title, total=recipe.steps, console=console)):
            place = epoch * recipe.steps + step
            for group in self.optimiser.param_groups:
                group["lr"] = recipe.lr * cosine(place, recipe.epochs * recipe.steps, recipe.warmup)
            loss = self._loss(batch)
            self.optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
            self.optimiser.step()
            self.ema.update(self.net)
            total += loss.item()
        return total / recipe.steps

    def _frozen(self) -> list[nn.Module]:
        if not self.recipe.frozen:
            return []
        return [self.net.stem, *list(self.net.layers)[: self.recipe.frozen]]

    def _stream(self, rng: np.random.Generator) -> Iterator[Batch | Taught]:
        recipe = self.recipe
        if self.taught is None:
            return batches(self.faces, self.rows, self.odds, recipe.batch, recipe.steps, rng)
        # A face that nobody labelled teaches as well, through the teacher.
        odds = np.where([bool(self.faces.labels[row]) for row in self.taught.rows], 1.0, UNTOLD)
        return taught_batches(self.faces, self.taught, odds, recipe.batch, recipe.steps, rng)

    def _loss(self, item: Batch | Taught) -> Tensor:
        batch = item.batch if isinstance(item, Taught) else item
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bf16):
            raw, years, *seen = self.net.training_heads(torch.from_numpy(batch.head), torch.from_numpy(batch.face))
        loss = loss_of(raw.float(), years.float(), batch, self.weights)
        if isinstance(item, Taught):
            loss = loss + lesson_loss(raw.float(), seen[0].float(), seen[1].float(), item)
        return loss

    def state(self) -> dict[str, Any]:
        return {
            **saved(self.net, self.ema, self.optimiser),
            "weights": self.weights,
        }

    def restore(self, state: dict[str, Any] | None) -> int:
        """Take up a saved state; returns the epoch to go on with."""
        if state is None:
            return 0
        return restored(state, self.net, self.ema, self.optimiser)
