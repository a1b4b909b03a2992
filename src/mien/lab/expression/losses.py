"""What the faces teach, and how answers are judged: targets, losses, class balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from mien.lab.data import FaceSet, majority
from mien.types import LABELS

HEADS = ("votes", "labels")  #: what a network's answers can be taught by
_BETA = 0.999  #: of the effective number of samples (Cui et al. 2019)


@dataclass(frozen=True)
class Target:
    """What one head is taught."""

    share: Tensor  #: N x C, each row a distribution, or zeros where there is nothing to learn
    weight: Tensor  #: N, how much a face counts; 0 = not at all
    prior: Tensor  #: C, the share of each class among what is taught

    @property
    def log_prior(self) -> Tensor:
        return log_prior(self.prior)


def log_prior(prior: Tensor) -> Tensor:
    """The logarithm of class shares; absent classes are taken for very rare ones."""
    return prior.clamp_min(1e-4).log()


def heads_of(faces: FaceSet, wanted: str = "both") -> tuple[str, ...]:
    """The heads that these faces can teach: "votes" first where there are any, and "labels"."""
    has = {"votes": bool((majority(faces.votes) >= 0).any()), "labels": bool((faces.labels >= 0).any())}
    return tuple(head for head in HEADS if has[head] and wanted in ("both", head))


def truth_for(faces: FaceSet, head: str) -> NDArray[np.int64]:
    """The true class of each face for a head, -1 where there is none."""
    return majority(faces.votes) if head == "votes" else faces.labels


def make_target(faces: FaceSet, head: str, loss: str = "soft", smoothing: float = 0.0) -> Target:
    """Turn votes or labels into distributions.

    Single votes are dropped as outliers, and faces that most people called unknown or no face teach nothing, as in
    Barsoum et al. 2016. With `loss` "soft" the votes' distribution is taught, else their majority.
    """
    classes = len(faces.classes)
    expressions, lost = _counted(faces.votes)
    total = expressions.sum(1)
    usable = (total > 0) & (total > lost)
    if head == "labels":
        share = _one_hot(faces.labels, classes)
        weight = ((faces.labels >= 0) & (usable | ~faces.voted)).astype(np.float32)
    elif loss == "soft":
        share = expressions / np.maximum(total, 1)[:, None]
        weight = np.where(usable, total / np.maximum(total + lost, 1), 0)
    else:
        winner = majority(faces.votes)
        share, weight = _one_hot(winner, classes), (winner >= 0).astype(np.float32)
    taught = weight > 0
    share = np.where(taught[:, None], share * (1 - smoothing) + smoothing / classes, 0)
    prior = share[taught].mean(0) if taught.any() else np.full(classes, 1 / classes)
    return Target(*(torch.tensor(v, dtype=torch.float32) for v in (share, weight, prior)))


def _counted(votes: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Votes for the expressions (N x 8), and for unknown and no face together (N), single votes dropped."""
    votes = np.nan_to_num(votes, nan=0.0)
    kept = np.where(votes > 1, votes, 0)
    return kept[:, : len(LABELS)], kept[:, len(LABELS) :].sum(1)


def _one_hot(label: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    return np.eye(classes, dtype=np.float32)[np.maximum(label, 0)] * (label >= 0)[:, None]


def class_weights(prior: Tensor, count: int) -> Tensor:
    """Weights of the class-balanced loss, mean 1 over the data: (1 - b) / (1 - b^n_c) (Cui et al. 2019)."""
    weight = (1 - _BETA) / (1 - _BETA ** (prior * count).clamp_min(1.0))
    return weight / (weight * prior).sum()


def sampling_weights(targets: Mapping[str, Target], power: float = 1.0) -> NDArray[np.float64]:
    """How often each face is drawn: 1 / (faces of its class in the first head) ^ `power`; 1 makes all classes alike.

    With 0.5, square-root sampling (Mahajan et al. 2018, https://arxiv.org/abs/1805.00932), rare classes come oftener
    and common ones are still seen whole.
    """
    first = next(iter(targets.values()))
    label = first.share.argmax(1).numpy()
    taught = (first.weight > 0).numpy()
    count = np.bincount(label[taught], minlength=first.share.shape[1]).clip(1)
    weight = np.where(taught, count[label] ** -float(power), 0.0)
    others = np.any([(t.weight > 0).numpy() for t in targets.values()], axis=0) & ~taught
    return np.where(others, weight[taught].mean() if taught.any() else 1.0, weight)


def drawn_prior(target: Target, weight: NDArray[np.float64]) -> Tensor:
    """C, the share of each class in what is taught when faces are drawn by `weight` (N)."""
    by_face = torch.from_numpy(weight).float() * (target.weight > 0)
    found: Tensor = (target.share * by_face[:, None]).sum(0)
    return found / found.sum()


def soft_loss(logits: Tensor, share: Tensor, weight: Tensor, *, focal_gamma: float = 0.0) -> Tensor:
    """Sum over faces of weight x cross-entropy against a distribution; focal with gamma > 0 (Lin et al. 2017)."""
    log_p = F.log_softmax(logits, dim=1)
    if focal_gamma:
        log_p = log_p * (1 - log_p.exp()) ** focal_gamma
    return (-(share * log_p).sum(1) * weight).sum()


@dataclass(frozen=True)
class Objective:
    """The loss of a batch over all heads. A subclass may teach more: see `mien.lab.expression.distil`.

    `balance` "softmax" adds the class prior to the logits while training (Ren et al. 2020), so that the logits hold
    the evidence of the face alone; "loss" weighs classes (Cui et al. 2019); "sampler" and "none" leave the loss alone.
    """

    targets: Mapping[str, Target]
    weights: Mapping[str, float]  #: head -> its share in the loss
    balance: str = "softmax"
    focal_gamma: float = 0.0
    drawn: Mapping[str, Tensor] = field(default_factory=dict)  #: the class prior of the drawn faces, where it differs

    def goals(self, rows: NDArray[np.int64]) -> list[Tensor]:
        """Per head the distributions (n x C) and the weights (n x 1) of some faces."""
        index = torch.from_numpy(rows)
        return [t for target in self.targets.values() for t in (target.share[index], target.weight[index, None])]

    def on_view(self, faces: Tensor, goals: list[Tensor]) -> list[Tensor]:
        """The goals once the faces are as the network will see them: augmented and mixed, n x H x W of 0..255."""
        return goals

    def sizes(self, goals: Sequence[Tensor]) -> list[float]:
        """Per head the weight of a whole batch, to divide by."""
        return [max(float(w.sum()), 1e-6) for w in goals[1::2]]

    def loss(self, logits: Sequence[Tensor], goals: Sequence[Tensor], sizes: Sequence[float]) -> Tensor:
        """The loss of (a part of) a batch; parts of one batch add up to the loss of the whole."""
        total = torch.zeros((), device=logits[0].device)
        heads = zip(self.targets.items(), logits, goals[0::2], goals[1::2], sizes, strict=True)
        for (head, target), own, share, weight, size in heads:
            scores, factor = own.float(), weight[:, 0]
            if self.balance == "softmax":
                prior = self.drawn.get(head, target.prior)
                scores = scores + log_prior(prior).to(scores.device)
            elif self.balance == "loss":
                by_class = class_weights(target.prior, int((target.weight > 0).sum())).to(scores.device)
                factor = factor * (share * by_class).sum(1)
            total = total + self.weights[head] / size * soft_loss(scores, share, factor, focal_gamma=self.focal_gamma)
        return total


#: Makes a run's objective another one: from the usual one, the training faces, where the network is, and whom to tell.
Teach = Callable[[Objective, FaceSet, torch.device, Callable[[str], None]], Objective]
