"""From a network's logits to probabilities that can be believed: temperature and class prior, fitted on PublicTest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.expression.recogniser import softmax
from mien.lab.data import FaceSet, load_faces, majority
from mien.lab.expression.protocols import match_labels

#: Where the temperature is looked for.
COLDEST, WARMEST = 0.2, 5.0
#: A class that training never saw counts as this share of it.
LEAST_PRIOR = 1e-4

Source = Path | str | Sequence[Path | str] | FaceSet


def fit_temperature(logits: NDArray[Any], truth: NDArray[np.int64]) -> float:
    """The temperature that makes the true labels most likely (Guo et al. 2017), by search over 0.2-5."""
    grid = np.geomspace(COLDEST, WARMEST, 200)
    rows = np.arange(len(truth))
    losses = [-np.log(softmax(logits / t)[rows, truth] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibrate(
    logits: NDArray[Any],
    prior: Sequence[float],
    truth: NDArray[np.int64],
    prior_share: float,
    included: float = 0.0,
) -> dict[str, Any]:
    """Temperature and prior for one head, fitted on faces that were not trained on.

    logits: N x C. prior: C, the share of each class in training. truth: N class indices, -1 where unknown; without any
    the temperature stays 1. prior_share: how much of the prior the probabilities shall hold; `included` is how much the
    logits hold already. The result is what `mien.expression.card.Calibration` reads.
    """
    known = truth >= 0
    log_prior = np.log(np.maximum(prior, LEAST_PRIOR))
    share = prior_share - included
    shifted = logits[known] + share * log_prior
    return {
        "log_prior": [round(float(v), 5) for v in log_prior],
        "prior_share": round(share, 4),
        "temperature": round(fit_temperature(shifted, truth[known]), 4) if known.any() else 1.0,
    }


def shifted(logits: NDArray[Any], calibration: dict[str, Any]) -> NDArray[Any]:
    """Logits with the prior that `calibration` adds and its temperature: the softmax of this are the probabilities."""
    log_prior = np.array(calibration["log_prior"])
    return np.asarray((logits + calibration["prior_share"] * log_prior) / calibration["temperature"])


def truth_of_head(faces: FaceSet, head: str) -> NDArray[np.int64]:
    """What is true of each face for the head "votes" (the majority) or "labels"; -1 where nothing is."""
    return majority(faces.votes) if head == "votes" else faces.labels


def names_of(data: Source) -> list[str]:
    """The paths of the data; none for faces in memory."""
    if isinstance(data, FaceSet):
        return []
    return [str(data)] if isinstance(data, str | Path) else [str(path) for path in data]


def faces_over(data: Source, classes: Sequence[str]) -> FaceSet:
    """The faces of `data`, their labels counted over `classes` of the same name or meaning (happy, happiness).

    Raises `DataError` where the data has labels that are not among them.
    """
    faces = data if isinstance(data, FaceSet) else load_faces(data)
    wanted = tuple(classes)
    if faces.classes == wanted:
        return faces
    place = match_labels(faces.classes, wanted)
    used = np.unique(faces.labels[faces.labels >= 0])
    if foreign := [faces.classes[i] for i in used if place[i] is None]:
        raise DataError(f"the data has the classes {', '.join(foreign)}, but the model knows {', '.join(wanted)}")
    if faces.voted.any():
        raise DataError(f"the data has votes, which count for mien's labels, but the model knows {', '.join(wanted)}")
    table = np.array([*(-1 if found is None else found for found in place), -1])  # -1 stays -1
    return replace(faces, labels=table[faces.labels], classes=wanted)
