"""The teacher: EfficientNet-Lite0 (trained on ImageNet by others) as it is, and new heads on it that learn the traits.

It is never shipped. The network learns from what it says about views of labelled and unlabelled faces (Hinton et al.
2015, https://arxiv.org/abs/1503.02531) and to see what it sees (Romero et al. 2015, https://arxiv.org/abs/1412.6550).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from mien.lab.appearance.data import Faces
from mien.lab.appearance.lite import CHANNELS, EARLY_CHANNELS, Lite
from mien.lab.appearance.losses import Weights, loss_of
from mien.lab.appearance.net import ANSWERS, FACE_PLACES, HEAD_PLACES, SEEN, YEARS
from mien.lab.appearance.sample import Batch, about
from mien.lab.appearance.views import Views
from mien.lab.run import cosine

BATCH = 64
HIDDEN = 256
#: Places a side to which the maps of head and face are averaged for the heads.
HEAD_GRID, FACE_GRID = 3, 2
FEATURES = (EARLY_CHANNELS + CHANNELS) * (HEAD_GRID**2 + FACE_GRID**2)
CODES = sum(map(len, ANSWERS.values()))
Basis = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Tuning:
    """How the heads are trained."""

    heads: int = 3  #: whose answers are averaged
    steps: int = 1000
    lr: float = 1.5e-3
    weight_decay: float = 0.05
    warmup: int = 100


@dataclass
class Sight:
    """What the trunk sees, a row a view."""

    vectors: NDArray[np.float16]  #: V x 2 x FEATURES: of the view and of its mirror image
    head: NDArray[np.float16]  #: V x SEEN x 5 x 5: the leading directions of its last maps
    face: NDArray[np.float16]  #: V x SEEN x 3 x 3


class Head(nn.Module):
    """A row of `Sight.vectors` -> trait logits (N x 73) and years logits (N x 14)."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm1d(FEATURES, affine=False, eps=1e-2), nn.Dropout(0.3), nn.Linear(FEATURES, HIDDEN),
            nn.BatchNorm1d(HIDDEN), nn.ReLU(), nn.Dropout(0.4),
        )  # fmt: skip
        self.answers, self.years = nn.Linear(HIDDEN, CODES), nn.Linear(HIDDEN, len(YEARS))

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.body(vectors)
        return self.answers(hidden), self.years(hidden)


def look(lite: Lite, views: Views) -> Sight:
    """The trunk's sight of views."""
    late = lite.late()
    basis = principal(late, views)
    size = len(views)
    sight = Sight(
        np.empty((size, 2, FEATURES), np.float16),
        np.empty((size, SEEN, HEAD_PLACES, HEAD_PLACES), np.float16),
        np.empty((size, SEEN, FACE_PLACES, FACE_PLACES), np.float16),
    )
    for chosen in _parts(size):
        for mirrored in (False, True):
            early = early_of(views, chosen, mirrored)
            last = last_of(late, early)
            pairs = zip(early, last, (HEAD_GRID, FACE_GRID), strict=True)
            vectors = [functional.adaptive_avg_pool2d(x, grid).flatten(1) for *maps, grid in pairs for x in maps]
            sight.vectors[chosen, int(mirrored)] = torch.cat(vectors, 1).numpy().astype(np.float16)
            if not mirrored:
                for into, x, side in zip((sight.head, sight.face), last, (HEAD_PLACES, FACE_PLACES), strict=True):
                    grid = functional.adaptive_avg_pool2d(x, side)
                    into[chosen] = project(grid, basis).numpy().astype(np.float16)
    return sight


def _parts(size: int) -> Iterator[NDArray[np.int64]]:
    from rich.console import Console
    from rich.progress import track

    for start in track(range(0, size, BATCH), description="teacher looks", console=Console(stderr=True)):
        yield np.arange(start, min(start + BATCH, size))


def early_of(views: Views, chosen: NDArray[np.int64], mirrored: bool) -> tuple[Tensor, Tensor]:
    """The first blocks' maps of these views; mirrored, nearly those of the mirrored views."""
    parts = []
    for maps in (views.early_head, views.early_face):
        x = torch.from_numpy(maps[chosen]).float()
        parts.append((x.flip(3) if mirrored else x).contiguous(memory_format=torch.channels_last))
    return parts[0], parts[1]


def last_of(late: nn.Module, early: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """N x 320 x 7 x 7 of the head and N x 320 x 5 x 5 of the face."""
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        head, face = (late(x) for x in early)
    return head.float(), face.float()


def principal(late: nn.Module, views: Views, sample: int = 512) -> Basis:
    """Mean (320) and the leading directions (320 x SEEN) of the last maps, scaled to a mean variance of 1."""
    chosen = np.random.default_rng(0).permutation(len(views))[:sample]
    seen = [last_of(late, early_of(views, part, False)) for part in np.array_split(chosen, math.ceil(sample / BATCH))]
    x = torch.cat([maps.permute(0, 2, 3, 1).reshape(-1, CHANNELS) for pair in seen for maps in pair])
    mean = x.mean(0)
    values, vectors = torch.linalg.eigh((x - mean).T @ (x - mean) / len(x))
    leading = vectors.flip(1)[:, :SEEN]
    return mean, leading / values.flip(0)[:SEEN].mean().sqrt()


def project(grid: Tensor, basis: Basis) -> Tensor:
    """N x 320 x p x p -> N x SEEN x p x p."""
    mean, directions = basis
    return torch.einsum("nchw,cs->nshw", grid - mean[:, None, None], directions)


def tune(
    faces: Faces, views: Views, sight: Sight, odds: NDArray[np.float64], weights: Weights, tuning: Tuning, seed: int
) -> list[Head]:
    """Heads trained on views (drawn by `odds`) for the labels and what UTKFace's names tell."""
    return [_tuned(faces, views, sight, odds / odds.sum(), weights, tuning, seed + i) for i in range(tuning.heads)]


def _tuned(
    faces: Faces, views: Views, sight: Sight, shares: NDArray[np.float64], weights: Weights, tuning: Tuning, seed: int
) -> Head:
    from rich.console import Console
    from rich.progress import track

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    head = Head()
    optimiser = torch.optim.AdamW(head.parameters(), lr=tuning.lr, weight_decay=tuning.weight_decay)
    for step in track(range(tuning.steps), description="tuning the teacher", console=Console(stderr=True)):
        for group in optimiser.param_groups:
            group["lr"] = tuning.lr * cosine(step, tuning.steps, tuning.warmup)
        chosen = rng.choice(len(views), BATCH, p=shares)
        vectors = torch.from_numpy(sight.vectors[chosen, rng.integers(0, 2, BATCH)]).float()
        with torch.autocast("cpu", torch.bfloat16):
            raw, years = head(vectors)
        batch = Batch(views.head[:0], views.face[:0], views.labels[chosen], *about(faces, views.rows[chosen]))
        loss = loss_of(raw.float(), years.float(), batch, weights)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimiser.step()
    return head.eval()


def say(heads: list[Head], sight: Sight) -> NDArray[np.float32]:
    """Trait logits (V x 73): the mean over heads, view and mirror image."""
    said = np.empty((len(sight.vectors), CODES), np.float32)
    with torch.inference_mode():
        for start in range(0, len(said), BATCH):
            part = torch.from_numpy(sight.vectors[start : start + BATCH]).float()
            answers = [head(part[:, side])[0] for head in heads for side in (0, 1)]
            said[start : start + BATCH] = torch.stack(answers).mean(0).numpy()
    return said
