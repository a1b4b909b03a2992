"""Training batches of heads: cut, mirrored, relit and spoilt as photos are, with what each is to become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.avatar.neural.slots import Layout, current_layout
from mien.lab.appearance import augment
from mien.lab.emojify.people import MARGIN, People
from mien.lab.emojify.settings import Recipe
from mien.lab.landmarks.augment import MIRROR_68, MIRROR_CONTROLS
from mien.vision.crop import HEAD_SIZE, crop_seen, map_points

Rng = np.random.Generator
Vectors = NDArray[np.float32]

RELIT, COVERED = 0.3, 0.15  #: shares of the faces
POINT_ERROR = 0.6  #: pixels of the head view by which the landmark network's points err, on top of the crop's jitter
UPRIGHT = np.array([[1.0, 0.0, -MARGIN], [0.0, 1.0, -MARGIN]])  #: cut -> head view as at run time


@dataclass
class Batch:
    """B faces."""

    head: NDArray[np.uint8]  #: B x 128 x 128 x 3
    points: NDArray[np.float32]  #: B x 68 x 2, shares of the view's side
    target: Vectors  #: B x V
    labels: NDArray[np.int64]  #: B x traits, -1 unknown
    weight: NDArray[np.float32]  #: B: of the labels
    person: NDArray[np.int64]  #: B: who it is, -1 unknown
    plain: NDArray[np.bool_]  #: B: not mirrored: the picture of the target is its drawing
    rows: NDArray[np.int64]  #: B


class Mirror:
    """A vector as a mirror shows it: controls of left and right change places, and so does the parting."""

    def __init__(self, layout: Layout) -> None:
        self.order = np.arange(layout.size)
        controls = layout.controls_index()
        self.order[controls] = controls[MIRROR_CONTROLS]
        parting = layout.by_path["hair.parting"]
        left, right = (parting.start + parting.names.index(side) for side in ("left", "right"))
        self.order[[left, right]] = [right, left]

    def __call__(self, vector: Vectors) -> Vectors:
        return vector[self.order]


def make_batch(people: People, rows: NDArray[np.int64], rng: Rng | None) -> Batch:
    """The batch of these rows; exactly as at run time when `rng` is None."""
    mirror = Mirror(current_layout())
    heads, points, targets, plain = [], [], [], []
    for row in rows.tolist():
        flip = rng is not None and bool(rng.random() < 0.5)
        head, marks = _view(people.cuts[row], people.points[row], rng, flip)
        heads.append(head)
        points.append(marks / HEAD_SIZE)
        targets.append(mirror(people.target[row]) if flip else people.target[row])
        plain.append(not flip)
    return Batch(
        np.stack(heads), np.stack(points).astype(np.float32), np.stack(targets), people.labels[rows],
        people.weight[rows], people.person[rows], np.array(plain), rows,
    )  # fmt: skip


def _view(
    cut: NDArray[np.uint8], points: NDArray[np.float32], rng: Rng | None, flip: bool
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Head view and the points in it, pixels."""
    if rng is None:
        whole = slice(MARGIN, MARGIN + HEAD_SIZE)
        return cut[whole, whole], map_points(points, UPRIGHT)
    matrix = augment.jitter(UPRIGHT, HEAD_SIZE, rng, flip, float(rng.normal(0, 3)))
    head = crop_seen(cut, matrix, HEAD_SIZE)
    marks = map_points(points, matrix) + rng.normal(0, POINT_ERROR, points.shape)
    if flip:
        marks = marks[MIRROR_68]
    if rng.random() < RELIT:
        head = augment.relit(head, augment.light_table(rng))
    if rng.random() < COVERED:
        head = augment.cover(head, rng)
    return augment.degrade(head, rng), marks


class Drawer:
    """Draws the rows of a batch: `recipe.people` people twice, the rest any faces, labelled ones more often."""

    def __init__(self, people: People, recipe: Recipe) -> None:
        self.recipe = recipe
        free = ~people.held
        self.faces = np.flatnonzero(free & (people.person < 0))
        labelled = (people.labels[self.faces] >= 0).any(1)
        self.odds = np.where(labelled, 1.0, 0.5)
        rows = np.flatnonzero(free & (people.person >= 0))
        self.of_person = {who: rows[people.person[rows] == who] for who in np.unique(people.person[rows]).tolist()}
        self.of_person = {who: own for who, own in self.of_person.items() if len(own) > 1}

    def draw(self, rng: Rng) -> NDArray[np.int64]:
        """The rows of one batch; the pairs come first, two by two."""
        count = min(self.recipe.people, len(self.of_person))
        chosen: Any = rng.choice(list(self.of_person), count, replace=False) if count else []
        pairs = [rng.choice(self.of_person[int(who)], 2, replace=False) for who in chosen]
        rest = self.recipe.batch - 2 * count
        others = rng.choice(self.faces, rest, p=self.odds / self.odds.sum()) if len(self.faces) else np.zeros(0, int)
        return np.concatenate([*pairs, others]).astype(np.int64)
