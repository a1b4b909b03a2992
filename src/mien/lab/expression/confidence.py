"""How far a classifier's confidence can be trusted: reliability, risk against coverage, and the answer "unsure"."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.expression.intervals import wilson
from mien.lab.expression.measure import BINS, bin_of

COVERAGES = (0.5, 0.7, 0.8, 0.9, 0.95)  #: shares of the faces answered, at which accuracy is given
_POINTS = 100  #: of the risk-coverage curve


def reliability(probabilities: NDArray[Any], truth: NDArray[np.int64], bins: int = BINS) -> list[dict[str, Any]]:
    """One row a bin of confidence that holds faces: low, high, n, mean confidence, accuracy, and its 95 % interval."""
    confidence, right = probabilities.max(1).astype(np.float64), probabilities.argmax(1) == truth
    place = bin_of(probabilities, bins)
    rows = []
    for b in np.unique(place):
        inside = place == b
        n, hits = int(inside.sum()), int(right[inside].sum())
        rows.append(
            {
                "low": float(b / bins), "high": float((b + 1) / bins), "n": n,
                "confidence": float(confidence[inside].mean()), "accuracy": hits / n, "interval": list(wilson(hits, n)),
            }
        )  # fmt: skip
    return rows


def risk_coverage(probabilities: NDArray[Any], truth: NDArray[np.int64]) -> dict[str, Any]:
    """What accuracy becomes when only the faces with the highest confidence are answered.

    area: area under the curve of error rate against coverage, lower is better (Geifman & El-Yaniv 2017,
    arXiv:1705.08500); best_area: what an ordering with every wrong answer last would have. accuracy_at: accuracy by
    share of faces answered. curve: coverage and accuracy, at most 100 points.
    """
    order = np.argsort(-probabilities.max(1), kind="stable")
    wrong = (probabilities.argmax(1) != truth)[order]
    n = len(wrong)
    answered = np.arange(1, n + 1)
    risk = np.cumsum(wrong) / answered
    best = np.cumsum(np.sort(wrong)) / answered
    points = np.unique(np.linspace(1, n, min(n, _POINTS)).round().astype(int))
    return {
        "area": float(risk.mean()),
        "best_area": float(best.mean()),
        "accuracy_at": {f"{c:g}": float(1 - risk[max(1, round(c * n)) - 1]) for c in COVERAGES},
        "curve": [[round(float(k / n), 4), round(float(1 - risk[k - 1]), 4)] for k in points],
    }


def abstention(probabilities: NDArray[Any], truth: NDArray[np.int64], unsure_below: float) -> dict[str, Any]:
    """How often a confidence threshold answers, and how often that is right.

    answered: share of the faces with at least this confidence; accuracy_answered; accuracy_unsure: what the best guess
    would have reached on the others. Accuracies are None where there are no faces.
    """
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    sure = confidence >= unsure_below
    return {
        "threshold": float(unsure_below),
        "answered": float(sure.mean()),
        "accuracy_answered": float(right[sure].mean()) if sure.any() else None,
        "accuracy_unsure": float(right[~sure].mean()) if not sure.all() else None,
        "n_unsure": int((~sure).sum()),
    }
