"""Which faces are hard: people disagree about them, or a model finds their label unlikely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.data import FaceSet
from mien.lab.expression.classifiers import Classifier, open_model

SHIPPED = "shipped"
_BATCH = 256


@dataclass(frozen=True)
class Reading:
    """What a model says about every face."""

    model: str  #: its name, for people
    probabilities: NDArray[np.float32]  #: N x C, over the set's own classes
    own: NDArray[np.float32]  #: N: the probability of the face's label; NaN where it has none
    says: NDArray[np.int64]  #: N: the most probable class
    doubtful: NDArray[np.bool_]  #: N: labels that are likely wrong, see `likely_wrong`


def read_faces(
    faces: FaceSet,
    labels: NDArray[np.int64],
    model: str | Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Reading | None:
    """Let a model (`shipped`, an ONNX file or a run's folder) read every face.

    Faces without votes are read as FER2013's labellers would, where the model can. None when the shipped model does
    not know the set's classes; for any other model that is a `DataError`.
    """
    classifier = open_model(model)
    columns = _columns(classifier.labels, faces, labels)
    if columns is None:
        if str(model) == SHIPPED:
            return None
        known, wanted = ", ".join(classifier.labels), ", ".join(_occurring(faces, labels)) or "no labels"
        raise DataError(f"{model}: this model tells {known}; the data has {wanted}: give another model or none")
    probabilities = _probabilities(classifier, faces, progress)[:, columns]
    probabilities *= np.array([c >= 0 for c in columns], np.float32)  # -1: a class without faces that it does not know
    own = np.where(labels >= 0, probabilities[np.arange(len(faces)), np.maximum(labels, 0)], np.nan)
    return Reading(
        "the shipped model" if str(model) == SHIPPED else f"the model {Path(model).name}",
        probabilities, own.astype(np.float32), probabilities.argmax(1), likely_wrong(probabilities, labels),
    )  # fmt: skip


def likely_wrong(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """N: which labels a model would confidently change, as confident learning counts them (Northcutt et al. 2021).

    A class's threshold is the mean probability of that class over the faces labelled so. A label is likely wrong when
    another class reaches its threshold and is the most probable one of those that do. Labels of -1 never are.
    """
    classes = probabilities.shape[1]
    thresholds = np.full(classes, np.inf)
    for c in range(classes):
        if (labels == c).any():
            thresholds[c] = probabilities[labels == c, c].mean()
    reached = np.where(probabilities >= thresholds, probabilities, -1.0)
    best = reached.argmax(1)
    wrong: NDArray[np.bool_] = (labels >= 0) & (reached.max(1) >= 0) & (best != labels)
    return wrong


def hardest(score: NDArray[np.floating], chosen: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Indices of the chosen faces with the highest scores, the hardest first; NaN is left out."""
    rows = np.flatnonzero(chosen & ~np.isnan(score))
    return rows[np.argsort(-score[rows], kind="stable")[:most]]


def _occurring(faces: FaceSet, labels: NDArray[np.int64]) -> list[str]:
    return [faces.classes[c] for c in np.unique(labels[labels >= 0])]


def _columns(known: tuple[str, ...], faces: FaceSet, labels: NDArray[np.int64]) -> list[int] | None:
    """For each class of the set the model's column (-1 = unknown to it); None when a class that occurs is unknown."""
    occurring = _occurring(faces, labels)
    if not occurring or not set(occurring) <= set(known):
        return None
    return [known.index(name) if name in known else -1 for name in faces.classes]


def _probabilities(classifier: Classifier, faces: FaceSet, progress: Callable[[int, int], None]) -> NDArray[np.float32]:
    result = np.zeros((len(faces), len(classifier.labels)), np.float32)
    done = 0
    for rows, read in (
        (np.flatnonzero(faces.voted), classifier.probabilities),
        (np.flatnonzero(~faces.voted), classifier.probabilities_fer2013),
    ):
        for start in range(0, len(rows), _BATCH):
            some = rows[start : start + _BATCH]
            result[some] = read(np.ascontiguousarray(faces.images[some]))
            done += len(some)
            progress(done, len(faces))
    return result
