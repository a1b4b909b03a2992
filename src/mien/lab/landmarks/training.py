"""Training of the landmark network: a run folder, seeded, resumable after a kill."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mien.errors import DataError
from mien.lab.landmarks.augment import TONGUE_OUT
from mien.lab.landmarks.data import Faces, learn_convention, load
from mien.lab.landmarks.measuring import measure
from mien.lab.landmarks.net import LandmarkNet, split
from mien.lab.landmarks.sample import Batch, Places, batches, read_candidates
from mien.lab.landmarks.sources import WEIGHTS, find_sources
from mien.lab.run import Ema, Run, cosine, epoch_seed, seed_everything, weight_groups


@dataclass(frozen=True)
class Recipe:
    """What can be chosen about a run."""

    epochs: int = 20
    steps: int = 200  #: batches an epoch
    batch: int = 128
    lr: float = 3e-3
    weight_decay: float = 0.02
    ema: float = 0.998
    warmup: int = 200
    seed: int = 0
    threads: int = 1
    bf16: bool = True


def train(
    data: Path | str | Sequence[Path | str],
    points: Path | str,
    out: Path | str,
    recipe: Recipe | None = None,
    *,
    candidates: Path | str | None = None,
    start: Path | str | None = None,
) -> dict[str, Any]:
    """Train on the folders in `data` that have a teacher file in `points`, into the run folder `out`; returns the
    last measures.

    `candidates`: a CSV of a detector's boxes on the set `scenes` (image, x, y, w, h, score, is_face): hard negatives.
    `start`: a run folder whose averaged weights to start from. A killed run goes on when called again with the same
    settings. Raises `DataError`.
    """
    recipe = recipe or Recipe()
    folders = [data] if isinstance(data, str | Path) else list(data)
    sources = [source for folder in folders for source in find_sources(folder, points)]
    run = Run(
        out, {"model": "landmarks", **asdict(recipe), "sources": [s.name for s in sources], "start": str(start or "")}
    )
    faces = load(sources, learn_convention(sources))
    hard: list[Any] = []
    if candidates is not None:
        hard, boxes = read_candidates(Path(candidates), faces, "scenes")
        faces.add_boxes(boxes, 0.2 * WEIGHTS["scenes"])
    return fit(faces, run, recipe, hard=hard, start=Path(start) if start else None)


def fit(
    faces: Faces, run: Run, recipe: Recipe, *, hard: Sequence[Any] = (), start: Path | None = None
) -> dict[str, Any]:
    """Train on loaded faces; see `train`."""
    torch.set_num_threads(recipe.threads)
    seed_everything(recipe.seed)
    net = LandmarkNet()
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's own stubs lack it
    if start is not None:
        net.load_state_dict(torch.load(start / "best.pt", map_location="cpu", weights_only=False)["ema"]["shadow"])
    ema = Ema(net, recipe.ema)
    optimizer = torch.optim.AdamW(weight_groups(net, recipe.weight_decay), lr=recipe.lr)
    first, best = 0, float("inf")
    if state := run.resume():
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        first, best = state["epoch"] + 1, state["best"]
    held = np.array(faces.held)
    rows, check = np.flatnonzero(~held), _some(faces, np.flatnonzero(held))
    if not len(rows):
        raise DataError("every face is held back: give more people or pictures")
    places, check_places = Places.of(faces, False, hard), Places.of(faces, True, hard)
    spread = _spread(faces, rows)
    _prefer_expressive(faces, rows, spread)
    measures: dict[str, Any] = run.history()[-1] if run.history() else {}
    for epoch in range(first, recipe.epochs):
        began = time.monotonic()
        loss = _epoch(net, ema, optimizer, faces, rows, places, recipe, epoch, spread)
        averaged = LandmarkNet()
        averaged.load_state_dict(ema.shadow)
        measures = measure(averaged.eval(), faces, check, check_places) if len(check) else {}
        score = measures.get("nme", loss) + measures.get("controls_mae", 0.0) + measures.get("pose_mae", 0.0) / 100
        state = {"net": net.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
        run.save({**state, "best": min(best, score)}, best=score <= best)
        best = min(best, score)
        run.log(epoch=epoch, loss=round(loss, 4), seconds=round(time.monotonic() - began, 1), **measures)
    return measures


def _some(faces: Faces, held: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Held-back faces to look at after each epoch: all with human-made points, and up to 1,200 others."""
    human = np.array([faces.human[i] for i in held], bool)
    others = held[~human]
    return np.concatenate([held[human], np.random.default_rng(0).permutation(others)[:1200]])


def _epoch(
    net: LandmarkNet,
    ema: Ema,
    optimizer: torch.optim.Optimizer,
    faces: Faces,
    rows: np.ndarray[Any, Any],
    places: Places,
    recipe: Recipe,
    epoch: int,
    spread: Tensor,
) -> float:
    from rich.console import Console
    from rich.progress import track

    seed = epoch_seed(recipe.seed, epoch)
    seed_everything(seed)
    net.train()
    total = 0.0
    stream = batches(faces, rows, places, recipe.batch, recipe.steps, np.random.default_rng(seed))
    title, console = f"epoch {epoch + 1}/{recipe.epochs}", Console(stderr=True)
    for step, batch in enumerate(track(stream, description=title, total=recipe.steps, console=console)):
        for group in optimizer.param_groups:
            group["lr"] = recipe.lr * cosine(epoch * recipe.steps + step, recipe.epochs * recipe.steps, recipe.warmup)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bf16):
            raw = net(torch.from_numpy(batch.crops))
        loss = loss_of(raw.float(), batch, spread)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        ema.update(net)
        total += loss.item()
    return total / recipe.steps


def _spread(faces: Faces, rows: np.ndarray[Any, Any]) -> Tensor:
    """Standard deviation of each control over the training faces, not less than .05; of the painted tongues, .2."""
    known = np.stack([faces.controls[row] for row in rows])
    known = known[~np.isnan(known[:, 0])]
    spread = np.maximum(known.std(0) if len(known) else np.zeros(known.shape[1]), 0.05)
    spread[TONGUE_OUT] = 0.2
    return torch.from_numpy(spread.astype(np.float32))


def _prefer_expressive(faces: Faces, rows: np.ndarray[Any, Any], spread: Tensor) -> None:
    """Draw faces whose controls are far from the mean up to three times as often, and blank ones half as often."""
    known = np.stack([faces.controls[row] for row in rows])
    away = np.nan_to_num((((known - np.nanmean(known, 0)) / spread.numpy()) ** 2).mean(1), nan=1.0)
    for row, factor in zip(rows, np.clip(away, 0.5, 3.0), strict=True):
        faces.weight[row] *= float(factor)


def loss_of(raw: Tensor, batch: Batch, spread: Tensor) -> Tensor:
    """The sum of the parts' losses; unknown targets (NaN) count for nothing.

    L1 for points, controls and pose (what is measured is a mean absolute error), binary cross-entropy for face and
    share. Most controls rest at 0 on most faces, where L1 alone settles for 0 always: the squared error in units of
    each control's own `spread` (52) keeps them alive.
    """
    points, controls, pose, face, visible = split(raw)
    parts = (
        20.0 * _l1(points, batch.points),
        2.5 * _l1(controls, batch.controls),
        0.6 * _l2(controls / spread, torch.from_numpy(batch.controls) / spread),
        8.0 * _l2(controls[:, TONGUE_OUT], torch.from_numpy(batch.controls)[:, TONGUE_OUT]),
        0.08 * _l1(pose, batch.pose),
        1.0 * functional.binary_cross_entropy_with_logits(face, torch.from_numpy(batch.face)),
        1.5 * _share(visible, batch.visible),
    )
    return torch.stack(parts).sum()


def _l1(said: Tensor, wanted: np.ndarray[Any, Any]) -> Tensor:
    target = torch.from_numpy(wanted)
    known = ~torch.isnan(target)
    if not known.any():
        return said.sum() * 0
    return (said - target)[known].abs().mean()


def _l2(said: Tensor, target: Tensor) -> Tensor:
    known = ~torch.isnan(target)
    if not known.any():
        return said.sum() * 0
    return (said - target)[known].square().mean()


def _share(logit: Tensor, wanted: np.ndarray[Any, Any]) -> Tensor:
    target = torch.from_numpy(wanted)
    known = ~torch.isnan(target)
    if not known.any():
        return logit.sum() * 0
    return functional.binary_cross_entropy_with_logits(logit[known], target[known])
