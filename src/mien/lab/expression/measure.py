"""Figures for a classifier: accuracy, balanced accuracy, F1, calibration."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def measure(probabilities: NDArray[Any], truth: NDArray[np.int64]) -> dict[str, float]:
    """Figures of N x C `probabilities` against N class indices, over the classes that occur in `truth`.

    balanced_accuracy: mean recall over classes. ece: expected calibration error in 15 equal bins of confidence (Guo et
    al. 2017). Everything in 0..1.
    """
    matrix = confusion(probabilities.argmax(1), truth, probabilities.shape[1])
    support, found, right = matrix.sum(1), matrix.sum(0), np.diag(matrix)
    present = support > 0
    recall = right[present] / support[present]
    f1 = 2 * right[present] / np.maximum(support[present] + found[present], 1)
    return {
        "accuracy": float(right.sum() / max(1, support.sum())),
        "balanced_accuracy": float(recall.mean()) if present.any() else 0.0,
        "macro_f1": float(f1.mean()) if present.any() else 0.0,
        "ece": calibration_error(probabilities, truth),
        "n": int(support.sum()),
    }


def confusion(predicted: NDArray[np.int64], truth: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """`classes` x `classes` counts: rows are the truth, columns the prediction."""
    return np.bincount(truth * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def calibration_error(probabilities: NDArray[Any], truth: NDArray[np.int64], bins: int = 15) -> float:
    """Expected calibration error: mean gap between confidence and accuracy, weighted by how many fall in a bin."""
    if not len(truth):
        return 0.0
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    gap = np.abs(np.bincount(bin_of, confidence, bins) - np.bincount(bin_of, right, bins))
    return float(gap.sum() / count.sum())
