"""What the pictures themselves are like: brightness, contrast, sharpness, and the mean face of a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: What is measured on each picture, with its unit.
MEASURES = {
    "brightness": "mean grey level, 0-255",
    "contrast": "standard deviation of the grey levels",
    "sharpness": "variance of the Laplacian",
}
#: What stands out, in grey levels: darker or flatter than this is hard to read even for people.
DARK, BRIGHT, FLAT = 50.0, 205.0, 20.0
_BATCH = 1024


def measure_looks(
    images: NDArray[np.uint8], progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, NDArray[np.float64]]:
    """N values a measure (see `MEASURES`) of N x H x W grey pictures; `progress` is told how many are done.

    Sharpness is the variance of the Laplacian (Pech-Pacheco et al. 2000): the lower, the more blurred.
    """
    result = {name: np.zeros(len(images)) for name in MEASURES}
    for start in range(0, len(images), _BATCH):
        rows = slice(start, start + _BATCH)
        grey = images[rows].astype(np.float32)
        result["brightness"][rows] = grey.mean((1, 2))
        result["contrast"][rows] = grey.std((1, 2))
        result["sharpness"][rows] = laplacian(grey).var((1, 2))
        progress(min(start + _BATCH, len(images)), len(images))
    return result


def laplacian(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """N x H x W -> N x (H-2) x (W-2): the four neighbours less four times the centre."""
    centre = grey[:, 1:-1, 1:-1]
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    around -= 4 * centre
    return around


def spread(values: NDArray[Any]) -> dict[str, float]:
    """Mean and percentiles of some values; empty for none."""
    if not len(values):
        return {}
    low, quarter, half, three, high = np.percentile(values, (5, 25, 50, 75, 95))
    figures = {"mean": values.mean(), "p5": low, "p25": quarter, "median": half, "p75": three, "p95": high}
    return {name: round(float(value), 2) for name, value in figures.items()}


def mean_face(images: NDArray[np.uint8], chosen: NDArray[np.bool_]) -> NDArray[np.float32] | None:
    """H x W, 0..255: the mean of the chosen pictures; None when none is chosen."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return None
    total = np.zeros(images.shape[1:], np.float64)
    for start in range(0, len(rows), _BATCH):
        total += images[rows[start : start + _BATCH]].sum(0, dtype=np.float64)
    return (total / len(rows)).astype(np.float32)
