"""Figures for a classifier: accuracy, balanced accuracy, F1, calibration error; by class; Brier, cross-entropy, KL.

Probabilities are N x C, truths N class indices or N x C distributions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 15  #: of confidence, for the calibration error (Guo et al. 2017)
SMALLEST = 1e-12  #: probability that stands for 0 in logarithms


def measure(probabilities: NDArray[Any], truth: NDArray[np.int64]) -> dict[str, float]:
    """Figures of N x C `probabilities` against N class indices, over the classes that occur in `truth`.

    balanced_accuracy: mean recall over classes. ece: expected calibration error in 15 equal bins of confidence (Guo et
    al. 2017). Everything in 0..1.
    """
    matrix = confusion(probabilities.argmax(1), truth, probabilities.shape[1])
    figures = {name: float(value) for name, value in matrix_figures(matrix).items()}
    return figures | {"ece": calibration_error(probabilities, truth), "n": int(matrix.sum())}


def confusion(predicted: NDArray[np.int64], truth: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """`classes` x `classes` counts: rows are the truth, columns the prediction."""
    counts: NDArray[np.int64] = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return counts.reshape((classes, classes))


def matrix_figures(matrix: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """accuracy, balanced_accuracy and macro_f1 of one or many (... x C x C) confusion matrices; 0 for an empty one."""
    support, found = matrix.sum(-1), matrix.sum(-2)
    right = np.diagonal(matrix, axis1=-2, axis2=-1)
    present = support > 0
    classes = np.maximum(present.sum(-1), 1)
    recall = right / np.maximum(support, 1)
    f1 = np.where(present, 2 * right / np.maximum(support + found, 1), 0.0)
    return {
        "accuracy": right.sum(-1) / np.maximum(support.sum(-1), 1),
        "balanced_accuracy": recall.sum(-1) / classes,
        "macro_f1": f1.sum(-1) / classes,
    }


def calibration_error(probabilities: NDArray[Any], truth: NDArray[np.int64], bins: int = BINS) -> float:
    """Expected calibration error: mean gap between confidence and accuracy, weighted by how many fall in a bin."""
    if not len(truth):
        return 0.0
    right = probabilities.argmax(1) == truth
    gap = np.bincount(bin_of(probabilities, bins), probabilities.max(1) - right, bins)
    return float(np.abs(gap).sum() / len(truth))


def bin_of(probabilities: NDArray[Any], bins: int = BINS) -> NDArray[np.int64]:
    """Which of `bins` equal bins of 0..1 each face's confidence falls in."""
    place: NDArray[np.int64] = np.minimum((probabilities.max(1) * bins).astype(np.int64), bins - 1)
    return place


def brier(probabilities: NDArray[Any], target: NDArray[Any]) -> NDArray[np.float64]:
    """N squared distances between prediction and truth, 0 right and sure .. 2 wrong and sure (Brier 1950).

    `target`: N x C distributions; a one-hot row where the truth is one class.
    """
    result: NDArray[np.float64] = np.square(probabilities.astype(np.float64) - target).sum(1)
    return result


def cross_entropy(probabilities: NDArray[Any], target: NDArray[Any]) -> NDArray[np.float64]:
    """N values of -sum(target log probability), in nats; for one-hot targets the negative log-likelihood."""
    result: NDArray[np.float64] = -(target * np.log(np.maximum(probabilities.astype(np.float64), SMALLEST))).sum(1)
    return result


def divergence(probabilities: NDArray[Any], target: NDArray[Any]) -> NDArray[np.float64]:
    """N values of KL(target || prediction), in nats: the cross-entropy less what no prediction could avoid."""
    return cross_entropy(probabilities, target) - cross_entropy(target, target)


def by_class(matrix: NDArray[np.int64], labels: Sequence[str]) -> dict[str, dict[str, float]]:
    """recall, precision, f1 and n (faces) of every class that occurs among the true ones."""
    support, found = matrix.sum(1), matrix.sum(0)
    return {
        label: {
            "recall": float(matrix[i, i] / support[i]),
            "precision": float(matrix[i, i] / max(1, found[i])),
            "f1": float(2 * matrix[i, i] / (support[i] + found[i])),
            "n": int(support[i]),
        }
        for i, label in enumerate(labels)
        if support[i]
    }


def top_confusions(matrix: NDArray[np.int64], labels: Sequence[str], most: int = 10) -> list[dict[str, Any]]:
    """The pairs that are mistaken most often: truth, predicted, n, and n as a share of the faces of that truth."""
    wrong = matrix - np.diag(np.diag(matrix))
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    pairs = [divmod(int(cell), len(labels)) for cell in order]
    return [
        {
            "truth": labels[i],
            "predicted": labels[j],
            "n": int(wrong[i, j]),
            "share": float(wrong[i, j] / matrix[i].sum()),
        }
        for i, j in pairs
        if wrong[i, j]
    ]
