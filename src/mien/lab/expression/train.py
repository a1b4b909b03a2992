"""Train the expression network on FER+ votes, with FER2013's labels as a second opinion."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from mien.errors import DataError
from mien.expression.recogniser import softmax
from mien.lab.data import FaceSet, load_faces, majority
from mien.lab.expression.augment import augment, mixup
from mien.lab.expression.measure import measure
from mien.lab.expression.net import ExpressionNet
from mien.lab.run import Ema, Run, cosine, epoch_seed, seed_everything, shuffled_batches, weight_groups
from mien.types import LABELS


@dataclass(frozen=True)
class Settings:
    """Everything that shapes a run. Learning rates are per optimiser step."""

    network: str = "mien"
    epochs: int = 40
    batch: int = 128
    learning_rate: float = 0.1
    weight_decay: float = 5e-4
    momentum: float = 0.9
    average: float = 0.999  #: decay of the weights' moving average
    mixup: float = 0.2  #: alpha of mixup, on every second batch
    smoothing: float = 0.02  #: label smoothing of the vote distribution
    second_head: float = 0.25  #: weight of the loss against FER2013's labels
    seed: int = 0
    bf16: bool = True


#: Networks by name: channels of the stem and the stages.
NETWORKS: dict[str, dict[str, Any]] = {
    "mien": {"channels": (24, 48, 96, 192), "blocks": (2, 2, 2)},
    "mobile": {"channels": (16, 24, 48, 88), "blocks": (2, 2, 2)},
}


def build(network: str) -> ExpressionNet:
    """The network called `network`. Raises `DataError` for an unknown name."""
    if network not in NETWORKS:
        raise DataError(f"no network {network!r}: choose one of {', '.join(NETWORKS)}")
    return ExpressionNet(**NETWORKS[network])


@dataclass
class Targets:
    """What the training faces teach: distributions over the labels, and how much each counts."""

    votes: Tensor  #: N x 8, sums to 1 (or 0 where there are no votes)
    votes_weight: Tensor  #: N, 0 where there are none
    fer2013: Tensor  #: N x 8 one-hot
    fer2013_weight: Tensor  #: N
    votes_prior: Tensor  #: 8, the share of each label among the votes
    fer2013_prior: Tensor  #: 8


def make_targets(faces: FaceSet, smoothing: float) -> Targets:
    """Turn votes and labels into soft targets. Single votes are dropped as outliers, as in the FER+ paper."""
    votes = np.nan_to_num(faces.votes, nan=0.0)
    kept = np.where(votes > 1, votes, 0)
    expressions = kept[:, : len(LABELS)]
    total = expressions.sum(1)
    lost = kept[:, len(LABELS) :].sum(1)  # unknown and not a face
    usable = (total > 0) & (total > lost)
    share = expressions / np.maximum(total, 1)[:, None]
    share = share * (1 - smoothing) + smoothing / len(LABELS)
    has_label = faces.labels >= 0
    label = np.eye(len(LABELS), dtype=np.float32)[np.maximum(faces.labels, 0)]
    label = label * (1 - smoothing) + smoothing / len(LABELS)

    def prior(distribution: NDArray[Any], mask: NDArray[np.bool_]) -> Tensor:
        mean = distribution[mask].mean(0) if mask.any() else np.full(len(LABELS), 1 / len(LABELS))
        return torch.tensor(mean, dtype=torch.float32)

    return Targets(
        torch.tensor(share, dtype=torch.float32),
        torch.tensor(np.where(usable, total / np.maximum(total + lost, 1), 0), dtype=torch.float32),
        torch.tensor(label, dtype=torch.float32),
        torch.tensor(has_label & (usable | np.isnan(faces.votes[:, 0])), dtype=torch.float32),
        prior(share, usable),
        prior(label, has_label),
    )


def soft_loss(logits: Tensor, target: Tensor, weight: Tensor, prior: Tensor) -> Tensor:
    """Cross-entropy against a distribution, with balanced softmax (Ren et al. 2020).

    The class prior is added to the logits while training, so that the logits themselves hold the evidence of the face
    alone; whoever reads them adds the prior that suits.
    """
    losses = -(target * F.log_softmax(logits + prior.clamp_min(1e-4).log(), dim=1)).sum(1)
    return (losses * weight).sum() / weight.sum().clamp_min(1e-6)


class Trainer:
    """One run: network, averaged weights, optimiser and data."""

    def __init__(self, train: FaceSet, valid: FaceSet, run: Run, settings: Settings, data: str = "") -> None:
        seed_everything(settings.seed)
        self.data = data
        self.settings, self.run = settings, run
        self.faces, self.valid = torch.from_numpy(train.images), valid
        self.targets = make_targets(train, settings.smoothing)
        used = (self.targets.votes_weight > 0) | (self.targets.fer2013_weight > 0)
        self.used = np.flatnonzero(used.numpy())
        if len(self.used) < settings.batch:
            raise DataError(f"{len(self.used)} usable training faces are fewer than one batch of {settings.batch}")
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = build(settings.network).to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.ema = Ema(self.net, settings.average)
        self.optimiser = torch.optim.SGD(
            weight_groups(self.net, settings.weight_decay),
            lr=settings.learning_rate, momentum=settings.momentum, nesterov=True,
        )  # fmt: skip
        self.epoch, self.best = 0, -1.0
        if state := run.resume():
            self.net.load_state_dict(state["net"])
            self.ema.load_state_dict(state["ema"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.epoch, self.best = state["epoch"], state["best"]

    def steps(self) -> int:
        return len(self.used) // self.settings.batch

    def step(self, index: NDArray[Any], number: int, generator: torch.Generator) -> float:
        s, t = self.settings, self.targets
        rows = torch.from_numpy(index)
        faces = augment(self.faces[rows], generator)
        goals = [t.votes[rows], t.fer2013[rows], t.votes_weight[rows, None], t.fer2013_weight[rows, None]]
        if s.mixup and number % 2:
            faces, goals = mixup(faces, goals, s.mixup, generator)
        faces, goals = faces.to(self.device), [g.to(self.device) for g in goals]
        factor = cosine(number, s.epochs * self.steps(), self.steps())
        for group in self.optimiser.param_groups:
            group["lr"] = s.learning_rate * factor
        with torch.autocast(self.device.type, torch.bfloat16, enabled=s.bf16):
            logits, second = self.net(faces)
        loss = soft_loss(logits.float(), goals[0], goals[2][:, 0], t.votes_prior.to(self.device))
        loss = loss + s.second_head * soft_loss(
            second.float(), goals[1], goals[3][:, 0], t.fer2013_prior.to(self.device)
        )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.ema.update(self.net)
        return float(loss.detach())

    def train_epoch(self, progress: Progress) -> float:
        seed = epoch_seed(self.settings.seed, self.epoch)
        torch.manual_seed(seed)  # dropout
        generator = torch.Generator().manual_seed(seed)
        self.net.train()
        task = progress.add_task(f"epoch {self.epoch + 1}/{self.settings.epochs}", total=self.steps(), loss="")
        losses: list[float] = []
        for rows in shuffled_batches(len(self.used), self.settings.batch, np.random.default_rng(seed)):
            number = self.epoch * self.steps() + len(losses)
            losses.append(self.step(self.used[rows], number, generator))
            progress.update(task, advance=1, loss=f"{np.mean(losses[-50:]):.3f}")
        progress.remove_task(task)
        return float(np.mean(losses))

    def validate(self) -> dict[str, float]:
        net = build(self.settings.network)
        net.load_state_dict(self.ema.shadow)
        logits = predict(net.to(self.device), self.valid.images, bf16=self.settings.bf16)
        truth = majority(self.valid.votes)
        head = 0
        if (truth < 0).all():  # data without votes: its own labels
            truth, head = self.valid.labels, 1
        prior = (self.targets.fer2013_prior if head else self.targets.votes_prior).clamp_min(1e-4).log().numpy()
        known = truth >= 0
        natural = measure(softmax(logits[head][known] + prior), truth[known])
        even = measure(softmax(logits[head][known] + 0.5 * prior), truth[known])
        return {
            "accuracy": natural["accuracy"], "balanced_accuracy": natural["balanced_accuracy"],
            "half_prior_accuracy": even["accuracy"], "half_prior_balanced_accuracy": even["balanced_accuracy"],
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        return {
            "kind": "expression", "network": self.settings.network, "labels": list(LABELS),
            "net": self.net.state_dict(), "ema": self.ema.state_dict(), "optimiser": self.optimiser.state_dict(),
            "epoch": self.epoch, "best": self.best, "data": self.data,
            "votes_prior": self.targets.votes_prior.tolist(), "fer2013_prior": self.targets.fer2013_prior.tolist(),
        }  # fmt: skip


@torch.no_grad()
def predict(net: ExpressionNet, images: NDArray[np.uint8], batch: int = 256, bf16: bool = False) -> NDArray[Any]:
    """Logits of both heads, 2 x N x 8, without any prior."""
    net.eval()
    device = next(net.parameters()).device
    parts = []
    for start in range(0, len(images), batch):
        faces = torch.from_numpy(images[start : start + batch]).to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            parts.append(torch.stack(net(faces)).float().cpu())
    return torch.cat(parts, 1).numpy()


def train(data: Path | str, out: Path | str, settings: Settings | None = None) -> Path:
    """Train on the "Training" split of `data`, choose on "PublicTest"; resumes the run in `out` if there is one.

    Returns the run's folder. Raises `DataError` for data that cannot be used.
    """
    settings = settings or Settings()
    build(settings.network)  # an unknown name is refused before anything is read or written
    faces = load_faces(data)
    run = Run(out, {"kind": "expression", **asdict(settings), "faces": len(faces)})
    trainer = Trainer(faces.only("Training"), faces.only("PublicTest"), run, settings, str(Path(data).absolute()))
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress:
        while trainer.epoch < settings.epochs:
            began = time.perf_counter()
            loss = trainer.train_epoch(progress)
            trainer.epoch += 1
            scores = trainer.validate()
            best = scores["accuracy"] > trainer.best
            trainer.best = max(trainer.best, scores["accuracy"])
            run.save(trainer.state(), best=best)
            seconds = time.perf_counter() - began
            run.log(
                epoch=trainer.epoch,
                loss=round(loss, 4),
                seconds=round(seconds, 1),
                **{k: round(v, 4) for k, v in scores.items()},
            )
            progress.print(
                f"epoch {trainer.epoch:3d}  loss {loss:.3f}  PublicTest {scores['accuracy']:.4f}  {seconds:.0f} s"
            )
    return run.folder
