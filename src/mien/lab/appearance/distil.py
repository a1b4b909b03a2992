"""Learning from the teacher: its lessons, kept with the run, and batches and losses made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mien.lab.appearance import augment
from mien.lab.appearance.data import Faces
from mien.lab.appearance.lite import load_lite
from mien.lab.appearance.losses import TRAIT_WEIGHT, Weights
from mien.lab.appearance.net import split
from mien.lab.appearance.sample import COVERED, Batch, about
from mien.lab.appearance.teacher import Tuning, look, say, tune
from mien.lab.appearance.views import make_views
from mien.vision.crop import UNSEEN

Crop = NDArray[np.uint8]
Rng = np.random.Generator

FILE = "lessons.npz"
#: What the teacher's answers and its view count, against the labels' 1.
SAID, SEEN_LIKE = 1.0, 0.5
MOVED = 0.03  #: how far a view is shifted at most, as a share of its side


@dataclass
class School:
    """Views with the teacher's lessons; V rows."""

    rows: NDArray[np.int64]  #: V: of the faces
    head: Crop  #: V x 160 x 160 x 3
    face: Crop  #: V x 96 x 96 x 3
    labels: NDArray[np.int64]  #: V x traits
    logits: NDArray[np.float32]  #: V x 73: the teacher's answers
    seen_head: NDArray[np.float16]  #: V x SEEN x 5 x 5: what it sees
    seen_face: NDArray[np.float16]  #: V x SEEN x 3 x 3

    def __len__(self) -> int:
        return len(self.rows)


@dataclass
class Taught:
    """A batch with its lessons."""

    batch: Batch
    logits: NDArray[np.float32]  #: B x 73
    seen_head: NDArray[np.float32]  #: B x SEEN x 5 x 5
    seen_face: NDArray[np.float32]  #: B x SEEN x 3 x 3


def school(
    faces: Faces,
    rows: NDArray[np.int64],
    odds: NDArray[np.float64],
    teacher: Path,
    weights: Weights,
    folder: Path,
    seed: int,
    tuning: Tuning | None = None,
) -> School:
    """Views of these rows with lessons by the network in the file `teacher`; kept in `folder`."""
    file = folder / FILE
    if file.exists():
        with np.load(file) as kept:
            return School(**kept)
    lite = load_lite(teacher)
    views = make_views(faces, rows, lite, seed)
    chances = dict(zip(rows.tolist(), odds.tolist(), strict=True))
    drawn = np.array([chances[row] for row in views.rows.tolist()])
    sight = look(lite, views)
    said = say(tune(faces, views, sight, drawn, weights, tuning or Tuning(), seed), sight)
    result = School(views.rows, views.head, views.face, views.labels, said, sight.head, sight.face)
    part = folder / f".{FILE}.part.npz"
    np.savez(part, **vars(result))
    part.replace(file)
    return result


def taught_batches(
    faces: Faces, taught: School, odds: NDArray[np.float64], size: int, steps: int, rng: Rng
) -> Iterator[Taught]:
    """`steps` random batches of `size` views, drawn by `odds`: mirrored, shifted, covered and degraded at random."""
    shares = odds / odds.sum()
    for _ in range(steps):
        chosen = rng.choice(len(taught), size, p=shares)
        flips = rng.random(size) < 0.5
        head = np.stack([_shown(taught.head[i], flip, rng) for i, flip in zip(chosen, flips, strict=True)])
        face = np.stack([_shown(taught.face[i], flip, rng) for i, flip in zip(chosen, flips, strict=True)])
        batch = Batch(head, face, taught.labels[chosen], *about(faces, taught.rows[chosen]))
        seen = [
            np.where(flips[:, None, None, None], maps[chosen][..., ::-1], maps[chosen]).astype(np.float32)
            for maps in (taught.seen_head, taught.seen_face)
        ]
        yield Taught(batch, taught.logits[chosen], seen[0], seen[1])


def _shown(view: Crop, flip: bool, rng: Rng) -> Crop:
    if flip:
        view = view[:, ::-1]
    view = _shifted(view, rng)
    if rng.random() < COVERED:
        view = augment.cover(view, rng)
    return augment.degrade(view, rng)


def _shifted(view: Crop, rng: Rng) -> Crop:
    """The view moved by a few pixels; what comes in is unseen."""
    reach = round(MOVED * len(view))
    x, y = (int(v) for v in rng.integers(-reach, reach + 1, 2))
    size = len(view)
    out = np.full_like(view, UNSEEN)
    out[max(0, y) : size + min(0, y), max(0, x) : size + min(0, x)] = view[
        max(0, -y) : size + min(0, -y), max(0, -x) : size + min(0, -x)
    ]
    return out


def lesson_loss(raw: Tensor, seen_head: Tensor, seen_face: Tensor, taught: Taught) -> Tensor:
    """Cross-entropy with the teacher's answers, trait by trait, and the mean squared error of what is seen."""
    said = torch.from_numpy(taught.logits)
    parts = [
        TRAIT_WEIGHT[trait] * functional.kl_div(mine.log_softmax(1), theirs.softmax(1), reduction="batchmean")
        for (trait, mine), theirs in zip(split(raw).items(), split(said).values(), strict=True)
    ]
    alike = sum(
        (functional.mse_loss(mine, torch.from_numpy(theirs)) for mine, theirs in
         ((seen_head, taught.seen_head), (seen_face, taught.seen_face))),
        torch.zeros(()),
    )  # fmt: skip
    return SAID * torch.stack(parts).sum() + SEEN_LIKE * alike
