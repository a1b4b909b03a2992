"""Evaluate an expression model (shipped, exported, or a run's checkpoint) under a named protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.expression.recogniser import Calibration, Recogniser
from mien.lab.data import FaceSet, load_faces, majority
from mien.lab.expression.measure import confusion, measure
from mien.types import LABELS

PROTOCOLS = ("ferplus-majority", "fer2013")


class Classifier(Protocol):
    """What can be evaluated."""

    labels: tuple[str, ...]

    def probabilities(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]: ...
    def probabilities_fer2013(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]: ...


class Checkpoint:
    """A run's best checkpoint as a classifier; uncalibrated, with the prior of its training data."""

    def __init__(self, run: Path) -> None:
        from mien.lab.expression.export import load_run

        self.net, state = load_run(run)
        self.labels = tuple(state["labels"])
        self._priors = [tuple(np.log(np.maximum(state[k], 1e-4))) for k in ("votes_prior", "fer2013_prior")]

    def _read(self, faces: NDArray[np.uint8], head: int) -> NDArray[np.float32]:
        from mien.lab.expression.train import predict

        return Calibration(self._priors[head]).apply(predict(self.net, faces)[head])

    def probabilities(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._read(faces, 0)

    def probabilities_fer2013(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._read(faces, 1)


def open_model(model: str | Path) -> Classifier:
    """`shipped`, an ONNX file, or the folder of a run."""
    if str(model) == "shipped":
        return Recogniser()
    return Checkpoint(Path(model)) if Path(model).is_dir() else Recogniser(model)


def truth_of(faces: FaceSet, protocol: str) -> NDArray[np.int64]:
    """The true class of each face under `protocol`, -1 where the protocol leaves it out."""
    if protocol == "ferplus-majority":
        if np.isnan(faces.votes[:, 0]).all():
            raise DataError("the data has no votes: ferplus-majority needs an FER+ folder with fer2013new.csv")
        return majority(faces.votes)
    if protocol == "fer2013":
        if (faces.labels < 0).all():
            raise DataError("the data has no FER2013 labels: the protocol fer2013 needs fer2013.csv or class folders")
        return faces.labels
    raise DataError(f"no protocol {protocol!r}: choose one of {', '.join(PROTOCOLS)}")


def evaluate(model: str | Path, data: Path | str, protocol: str, split: str = "PublicTest") -> dict[str, Any]:
    """Figures of `model` on one split: accuracy, balanced_accuracy, macro_f1, ece, n; and all of it by class."""
    faces = load_faces(data).only(split)
    truth = truth_of(faces, protocol)
    known = truth >= 0
    classifier = open_model(model)
    read = classifier.probabilities_fer2013 if protocol == "fer2013" else classifier.probabilities
    probabilities = read(faces.images[known])
    truth = truth[known]
    if protocol == "fer2013" and len(LABELS) == probabilities.shape[1]:  # FER2013 knows no contempt
        probabilities = probabilities.copy()
        probabilities[:, LABELS.index("contempt")] = 0
        probabilities /= probabilities.sum(1, keepdims=True)
    matrix = confusion(probabilities.argmax(1), truth, len(classifier.labels))
    support, found = matrix.sum(1), matrix.sum(0)
    by_class = {
        label: {
            "recall": round(float(matrix[i, i] / support[i]), 4),
            "precision": round(float(matrix[i, i] / max(1, found[i])), 4),
            "f1": round(float(2 * matrix[i, i] / (support[i] + found[i])), 4),
            "n": int(support[i]),
        }
        for i, label in enumerate(classifier.labels)
        if support[i]
    }
    figures = {k: round(v, 4) if isinstance(v, float) else v for k, v in measure(probabilities, truth).items()}
    return {
        "model": str(model), "protocol": protocol, "split": split, **figures,
        "by_class": by_class, "labels": list(classifier.labels), "confusion": matrix.tolist(),
    }  # fmt: skip
