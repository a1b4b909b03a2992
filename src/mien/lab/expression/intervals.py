"""How sure a figure is: bootstrap intervals for the main figures, Wilson's for a single share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.expression.measure import BINS, bin_of, matrix_figures

DRAWS = 1000
_Z = 1.959964  #: 97.5 % point of the normal distribution
_AT_ONCE = 4_000_000  #: drawn indices held in memory


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share of `hits` among `n` (Wilson 1927): good for few faces and near 0 and 1."""
    if not n:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z / n
    centre = (share + z2 / 2) / (1 + z2)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n)) / (1 + z2)
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap(
    probabilities: NDArray[Any],
    truth: NDArray[np.int64],
    means: Mapping[str, NDArray[Any]] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, list[float]]:
    """95 % percentile intervals (Efron 1979) of accuracy, balanced_accuracy, macro_f1, ece, and of the `means`.

    Faces are drawn with replacement, `draws` times, the same for every figure. `means`: name -> N values a face whose
    mean is the figure; NaN where a face has none. The calibration error of a drawn set tends to be larger than that of
    the whole, so that its interval lies high.
    """
    n, classes = probabilities.shape
    cell = truth * classes + probabilities.argmax(1)
    place = bin_of(probabilities)
    gap = probabilities.max(1).astype(np.float64) - (probabilities.argmax(1) == truth)
    rng = np.random.default_rng(seed)
    found: dict[str, list[NDArray[Any]]] = {}
    for first in range(0, draws, rows := max(1, _AT_ONCE // n)):
        count = min(rows, draws - first)
        drawn = rng.integers(0, n, (count, n))
        cells = _counts(cell[drawn], classes * classes).reshape(count, classes, classes)
        parts = {**matrix_figures(cells), "ece": np.abs(_counts(place[drawn], BINS, gap[drawn])).sum(1) / n}
        for name, values in (means or {}).items():
            known = ~np.isnan(values)
            parts[name] = np.where(known, values, 0.0)[drawn].sum(1) / np.maximum(known[drawn].sum(1), 1)
        for name, part in parts.items():
            found.setdefault(name, []).append(part)
    return {
        name: [float(v) for v in np.percentile(np.concatenate(parts), (2.5, 97.5))] for name, parts in found.items()
    }


def _counts(values: NDArray[np.int64], kinds: int, weights: NDArray[Any] | None = None) -> NDArray[Any]:
    """R x N values in 0..kinds-1 -> R x kinds: how often (or with how much weight) each occurs in its row."""
    flat = (values + kinds * np.arange(len(values))[:, None]).ravel()
    total = np.bincount(flat, None if weights is None else weights.ravel(), len(values) * kinds)
    return total.reshape(len(values), kinds)
