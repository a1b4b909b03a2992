"""Batches: crops of faces with their targets, and of places that are none."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.landmarks.augment import (
    JAW_OPEN,
    SPREAD,
    Target,
    cut,
    degrade,
    detector_matrix,
    in_picture,
    mirror,
    occlude,
    tone,
    tongue,
)
from mien.lab.landmarks.data import Faces, Floats, overlap
from mien.types import CONTROLS
from mien.vision.crop import LANDMARK_SIZE, map_points

TONGUES = 0.07  #: share of the labelled faces that get a painted tongue (tried on those whose mouth allows it)
NEGATIVES = 0.3  #: share of a batch
HARD = 0.65  #: share of them that a detector took for faces, where such are known


@dataclass
class Batch:
    """B crops and targets; NaN where a target is unknown."""

    crops: NDArray[np.uint8]  #: B x 96 x 96 x 3
    points: Floats  #: B x 68 x 2
    controls: Floats  #: B x 52
    pose: Floats  #: B x 3
    face: Floats  #: B: 1 face, 0 none
    visible: Floats  #: B


@dataclass
class Places:
    """Where no face is: places in pictures, drawn at random or listed."""

    pictures: list[tuple[int, list[Floats]]]  #: index of a picture and its faces' boxes
    hard: list[tuple[int, Floats]]  #: boxes a detector took for faces: x, y, width, height, its score

    def __post_init__(self) -> None:
        scores = np.array([box[4] for _, box in self.hard])
        self._odds = scores / scores.sum() if len(scores) else scores

    @classmethod
    def of(cls, faces: Faces, held: bool, hard: Sequence[tuple[int, Floats]] = ()) -> Places:
        """The places of the pictures that are (or are not) held back."""
        there = [(i, boxes) for i, boxes in faces.boxes.items() if faces.held_picture[i] == held]
        return cls(there, [(i, box) for i, box in hard if faces.held_picture[i] == held])

    def draw(self, sizes: Sequence[tuple[int, int]], rng: np.random.Generator) -> tuple[int, Floats]:
        """A picture's index and a box in it that meets no face; `sizes`: height and width of the pictures."""
        if self.hard and rng.random() < HARD:
            index, box = self.hard[rng.choice(len(self.hard), p=self._odds)]
            return index, box[:4]
        while True:
            index, boxes = self.pictures[rng.integers(len(self.pictures))]
            height, width = sizes[index]
            if boxes and rng.random() < 0.35:
                box = _beside(boxes[rng.integers(len(boxes))], rng)
            else:
                high = math.exp(rng.uniform(math.log(12), math.log(max(24, min(height, width) * 0.8))))
                wide = high * rng.uniform(0.65, 0.95)
                x, y = rng.uniform(-0.1 * wide, width - 0.9 * wide), rng.uniform(-0.1 * high, height - 0.9 * high)
                box = np.array([x, y, wide, high], np.float32)
            if all(overlap(box, other) < 0.25 for other in boxes):
                return index, box


def _beside(box: Floats, rng: np.random.Generator) -> Floats:
    """A box that has slipped off a face: beside it, far too large or far too small."""
    x, y, w, h = box[:4]
    factor = math.exp(rng.uniform(math.log(0.3), math.log(2.6)))
    dx, dy = rng.uniform(-1.1, 1.1, 2) * (w, h)
    return np.array(
        [x + w / 2 + dx - w * factor / 2, y + h / 2 + dy - h * factor / 2, w * factor, h * factor], np.float32
    )


def read_candidates(path: Path, faces: Faces, source: str) -> tuple[list[tuple[int, Floats]], list[tuple[int, Floats]]]:
    """A detector's boxes with their scores (image, x, y, w, h, score, is_face) in one source: no faces, faces.

    Rows of pictures that are not loaded are skipped. Raises `DataError`.
    """
    place = {name: i for i, name in enumerate(faces.names)}
    none: list[tuple[int, Floats]] = []
    some: list[tuple[int, Floats]] = []
    try:
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                index = place.get(f"{source}/{row['image']}")
                if index is not None:
                    box = np.array([row[k] for k in ("x", "y", "w", "h", "score")], np.float32)
                    (some if int(row["is_face"]) else none).append((index, box))
    except (OSError, KeyError, TypeError, ValueError):
        raise DataError(f"{path}: expected columns image, x, y, w, h, score, is_face (0 or 1)") from None
    return none, some


def make_face(
    faces: Faces, row: int, rng: np.random.Generator | None, texture: NDArray[np.uint8] | None = None
) -> tuple[NDArray[np.uint8], Target]:
    """The crop of one face with its target; as the detector would cut it exactly when `rng` is None."""
    picture = faces.pictures[faces.picture[row]]
    matrix, roll = detector_matrix(faces.box[row], faces.roll[row], rng)
    points = (map_points(faces.points[row], matrix) / LANDMARK_SIZE).astype(np.float32)
    pose = faces.pose[row] - np.array([0, 0, roll], np.float32)
    target = Target(points, faces.controls[row], pose)
    crop = cut(picture, matrix, rng)
    known = not np.isnan(points[0, 0])
    places = SPREAD @ points if known else None
    stay = in_picture(picture, matrix, places) if places is not None else np.ones(len(SPREAD), bool)
    if rng is not None:
        if known and rng.random() < TONGUES * (3 if target.controls[JAW_OPEN] > 0.12 else 0.6):
            crop, target = tongue(crop, target, rng)
        if places is not None and rng.random() < 0.35:
            crop, uncovered = occlude(crop, places, rng, texture)
            stay &= uncovered
        crop = degrade(tone(crop, rng), rng)
        if rng.random() < 0.5:
            crop, target = mirror(crop, target)
    target.visible = float(stay.mean()) if known else np.nan
    return crop, target


def make_place(faces: Faces, place: tuple[int, Floats], rng: np.random.Generator | None) -> NDArray[np.uint8]:
    """The crop of a place without a face."""
    index, box = place
    spin = 0.0
    if rng is not None and rng.random() < 0.5:
        spin = rng.uniform(-60, 60)
    matrix, _ = detector_matrix(box, spin, rng)
    crop = cut(faces.pictures[index], matrix, rng)
    if rng is not None:
        crop = degrade(tone(crop, rng), rng)
        if rng.random() < 0.5:
            crop = np.ascontiguousarray(crop[:, ::-1])
    return crop


def batches(
    faces: Faces, rows: NDArray[np.int64], places: Places, batch: int, steps: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """`steps` random training batches: faces drawn by their weights, and negatives."""
    weights = np.array([faces.weight[i] for i in rows])
    weights /= weights.sum()
    sizes = [p.shape[:2] for p in faces.pictures]
    negatives = round(batch * NEGATIVES) if places.pictures else 0
    drawn = rng.choice(rows, (steps, batch - negatives), p=weights)
    texture: NDArray[np.uint8] | None = None
    for step in range(steps):
        crops, targets = [], []
        for _ in range(negatives):
            crops.append(make_place(faces, places.draw(sizes, rng), rng))
        if crops:
            texture = crops[0]
        for row in drawn[step]:
            crop, target = make_face(faces, int(row), rng, texture)
            crops.append(crop)
            targets.append(target)
        yield _collate(crops, targets, negatives)


def _collate(crops: list[NDArray[np.uint8]], targets: list[Target], negatives: int) -> Batch:
    total = len(crops)
    out = Batch(
        np.stack(crops),
        np.full((total, 68, 2), np.nan, np.float32),
        np.full((total, len(CONTROLS)), np.nan, np.float32),
        np.full((total, 3), np.nan, np.float32),
        np.zeros(total, np.float32),
        np.full(total, np.nan, np.float32),
    )
    for i, target in enumerate(targets, start=negatives):
        out.points[i], out.controls[i], out.pose[i] = target.points, target.controls, target.pose
        out.face[i], out.visible[i] = 1, target.visible
    return out
