"""From the teacher's points to those that people place.

People and MediaPipe's mesh do not mean quite the same place by, say, "the third point of the jaw". On pictures that
have both, a ridge regression learns the difference as a linear function of the teacher's own points and head pose, in
a frame fixed to the face, so that every teacher-labelled picture can teach the human convention.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError

Points = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Convention:
    """A learned correction: `weights` takes a face's features (see `_features`) to 136 differences in face units."""

    weights: NDArray[np.float64]

    def apply(self, points: Points, pose: Points) -> NDArray[np.float32]:
        """Teacher points (68x2, pixels) with the head's pose (degrees), as people would have placed them."""
        origin, axes = _frame(points)
        moved = _local(points, origin, axes) + (_features(points, pose) @ self.weights).reshape(68, 2)
        return np.asarray(moved @ axes + origin, np.float32)


def fit(teacher: Points, pose: Points, human: Points, ridge: float = 3.0) -> Convention:
    """Learn the correction from N faces that have both (N x 68 x 2 pixels each, pose N x 3 degrees).

    Fitted twice: faces whose human points lie far from the first fit (mistakes) are left out of the second.
    Raises `DataError` with fewer than 20 faces.
    """
    if len(teacher) < 20:
        raise DataError(
            f"{len(teacher)} faces with human and teacher points: at least 20 are needed to learn the difference"
        )
    features = np.stack([_features(t, p) for t, p in zip(teacher, pose, strict=True)])
    targets = []
    for t, h in zip(teacher, human, strict=True):
        origin, axes = _frame(t)
        targets.append((_local(h, origin, axes) - _local(t, origin, axes)).ravel())
    wanted = np.stack(targets)
    keep = np.ones(len(features), bool)
    for _ in range(2):
        x, y = features[keep], wanted[keep]
        penalty = ridge * np.eye(x.shape[1])
        penalty[0, 0] = 0  # the mean difference is free
        weights = np.linalg.solve(x.T @ x + penalty, x.T @ y)
        error = np.abs(features @ weights - wanted).mean(1)
        keep = error < 2.5 * np.median(error)
    return Convention(np.asarray(weights, np.float64))


def _frame(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Origin (2) and scaled axes (2x2, rows) of the face: between eyes and mouth, upright by them, the unit their
    spread."""
    eyes, mouth = points[36:48].mean(0), points[48:68].mean(0)
    across = points[42:48].mean(0) - points[36:42].mean(0)
    down = mouth - eyes
    x = across + np.array([down[1], -down[0]])
    x = x / max(float(np.linalg.norm(x)), 1e-6)
    unit = max(float(np.hypot(*across) + np.hypot(*down)) / 2, 1e-3)
    return (eyes + mouth) / 2, unit * np.array([x, [-x[1], x[0]]])


def _local(points: Points, origin: Points, axes: Points) -> NDArray[np.float64]:
    return np.asarray((points - origin) @ np.linalg.inv(axes), np.float64)


def _features(points: Points, pose: Points) -> NDArray[np.float64]:
    # Clipped: squares learnt on faces that mostly look ahead must not run away on profiles.
    yaw, pitch = np.clip(np.asarray(pose[:2], float) / 30, -1.5, 1.5)
    local = _local(points, *_frame(points)).ravel()
    return np.concatenate([[1.0, yaw, pitch, yaw * yaw, abs(yaw), yaw * pitch, pitch * pitch], local])
