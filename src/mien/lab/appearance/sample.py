"""Batches: two views of each face with its targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.appearance.reader import HEAD_INPUT
from mien.lab.appearance import augment
from mien.lab.appearance.data import GREY, UNKNOWN, Faces
from mien.types import TRAITS
from mien.vision.crop import LANDMARK_SIZE, crop_seen, head_crop_matrix

Crop = NDArray[np.uint8]
Rng = np.random.Generator

PAINTED = 0.01  #: share of the faces that get painted sunglasses
COLOURLESS = 0.08  #: share that lose their colour
NARROW = 0.25  #: share whose head view shows little more than the face
COVERED = 0.15
RELIT = 0.5  #: share that is seen in another light; the others keep it, since their colours were labelled in it
#: Soft borders of the age groups in years, for faces of which the years are known: child, young, adult, older.
AGE_BORDERS, AGE_SPREAD = (13.0, 36.0, 59.0), 3.0
#: Below this age presentation cannot be told from a face: UTKFace's gender is not learnt from.
TELLING_AGE = 4
#: What labels derived from UTKFace's names count, against a labeller's 1.
FROM_NAME = 0.5


@dataclass
class Batch:
    """B faces."""

    head: Crop  #: B x 160 x 160 x 3
    face: Crop  #: B x 96 x 96 x 3
    labels: NDArray[np.int64]  #: B x traits, -1 unknown
    weight: NDArray[np.float32]  #: B
    ages: NDArray[np.float32]  #: B x 4, soft age groups from years; NaN unknown
    years: NDArray[np.float32]  #: B; NaN unknown
    gender: NDArray[np.float32]  #: B: 0 male, 1 female from UTKFace's names; NaN unknown


def make_views(faces: Faces, row: int, rng: Rng | None) -> tuple[Crop, Crop, dict[str, int]]:
    """Head view, face view and labels of one face; exactly as at run time when `rng` is None."""
    picture, place, labels = faces.pictures[row], faces.places[row], dict(faces.labels[row])
    head, face = head_crop_matrix(place.points, HEAD_INPUT), place.matrix
    if rng is None:
        return crop_seen(picture, head, HEAD_INPUT), crop_seen(picture, face, LANDMARK_SIZE), labels
    if labels and rng.random() < PAINTED:
        picture = augment.sunglasses(picture, place.points, rng)
        labels["glasses"] = TRAITS["glasses"].index("S")
    flip, turned = bool(rng.random() < 0.5), float(rng.normal(0, 4))
    views = [
        crop_seen(picture, augment.jitter(head, HEAD_INPUT, rng, flip, turned), HEAD_INPUT),
        crop_seen(picture, augment.jitter(face, LANDMARK_SIZE, rng, flip, turned), LANDMARK_SIZE),
    ]
    if rng.random() < NARROW:
        views[0] = augment.narrow(views[0], rng)
    if rng.random() < RELIT:
        table = augment.light_table(rng)
        views = [augment.relit(view, table) for view in views]
    if rng.random() < COLOURLESS:
        toning = np.array([1.06, 1.0, 0.88]) if rng.random() < 0.2 else np.ones(3)
        views = [augment.without_colour(view, toning) for view in views]
        labels.update({trait: index for trait, index in GREY.items() if trait in labels})
    views = [augment.cover(view, rng) if rng.random() < COVERED else view for view in views]
    views = [augment.degrade(view, rng) for view in views]
    return views[0], views[1], labels


def targets_of(labels: dict[str, int]) -> NDArray[np.int64]:
    """The index of each trait's code, -1 where unknown."""
    return np.array([labels.get(trait, UNKNOWN) for trait in TRAITS], np.int64)


def soft_ages(years: NDArray[np.float32]) -> NDArray[np.float32]:
    """Years -> N x 4 shares of the age groups, NaN where unknown."""
    over = 1 / (1 + np.exp(-(years[:, None] - np.array(AGE_BORDERS)) / AGE_SPREAD))
    edges = np.hstack([np.ones((len(years), 1)), over, np.zeros((len(years), 1))])
    return np.asarray(edges[:, :-1] - edges[:, 1:], np.float32)


def make_batch(faces: Faces, rows: NDArray[np.int64], rng: Rng | None) -> Batch:
    """The batch of these rows; as at run time when `rng` is None."""
    made = [make_views(faces, int(row), rng) for row in rows]
    return Batch(
        np.stack([head for head, _, _ in made]),
        np.stack([face for _, face, _ in made]),
        np.stack([targets_of(labels) for *_, labels in made]),
        *about(faces, rows),
    )


def about(
    faces: Faces, rows: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Weight, soft age groups, years and gender of these rows, as `Batch` has them."""
    years = np.array([faces.years[row] for row in rows], np.float32)
    gender = np.array([faces.gender[row] for row in rows], np.float32)
    gender[(gender < 0) | (years < TELLING_AGE)] = np.nan
    return np.array([faces.weight[row] for row in rows], np.float32), soft_ages(years), years, gender


def batches(
    faces: Faces, rows: NDArray[np.int64], odds: NDArray[np.float64], size: int, steps: int, rng: Rng
) -> Iterator[Batch]:
    """`steps` random training batches of `size` faces, drawn by `odds`."""
    for _ in range(steps):
        yield make_batch(faces, rng.choice(rows, size, p=odds / odds.sum()), rng)
