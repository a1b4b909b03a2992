"""Face crop -> calibrated probabilities over the labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien import models
from mien.errors import ModelError
from mien.expression.prepare import INPUT_SIZE, to_input

#: Faces a session sees at once; more only costs memory.
BATCH = 64


@dataclass(frozen=True)
class Calibration:
    """How logits become probabilities: softmax((logits + prior_share * log_prior) / temperature).

    `temperature` after Guo et al. 2017; `prior_share` 1 answers as if labels were as common as in the training data,
    0 as if all were equally common.
    """

    log_prior: tuple[float, ...]
    prior_share: float = 1.0
    temperature: float = 1.0
    unsure_below: float = 0.0  #: below this confidence the answer is "unsure"

    def apply(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """N x C logits -> N x C probabilities."""
        z = (logits + self.prior_share * np.array(self.log_prior, np.float32)) / self.temperature
        return softmax(z).astype(np.float32)


def softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Logits -> probabilities, over the last axis."""
    z = np.exp(logits - logits.max(-1, keepdims=True))
    share: NDArray[Any] = z / z.sum(-1, keepdims=True)
    return share


class Recogniser:
    """An expression network, ours or a user's own as `mien lab export` writes it."""

    def __init__(self, model: str | Path | None = None) -> None:
        self._session = models.session("expression" if model is None else Path(model))
        meta = models.metadata(self._session)
        if "labels" not in meta:
            raise ModelError(f"{model}: not an expression model made by `mien lab export` (no labels in its metadata)")
        self.labels: tuple[str, ...] = tuple(meta["labels"])
        self.calibration = _calibration(meta, "calibration", len(self.labels))
        self.meta: dict[str, Any] = meta

    def logits(self, faces: NDArray[np.uint8], head: str = "logits") -> NDArray[np.float32]:
        """N x 48 x 48 grey faces -> N x C evidence for each label, before any prior."""
        if not len(faces):
            return np.zeros((0, len(self.labels)), np.float32)
        parts = [self._session.run([head], {"faces": faces[i : i + BATCH]})[0] for i in range(0, len(faces), BATCH)]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def probabilities(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """N x 48 x 48 grey faces -> N x C calibrated probabilities."""
        return self.calibration.apply(self.logits(faces))

    def probabilities_fer2013(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The same under FER2013's reading of the labels, from the network's second head, if it has one."""
        if "calibration_fer2013" not in self.meta:
            return self.probabilities(faces)
        calibration = _calibration(self.meta, "calibration_fer2013", len(self.labels))
        return calibration.apply(self.logits(faces, "logits_fer2013"))


def _calibration(meta: dict[str, Any], key: str, classes: int) -> Calibration:
    values = dict(meta.get(key) or {"log_prior": [0.0] * classes})
    return Calibration(**{**values, "log_prior": tuple(values["log_prior"])})


def prepare(crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Face crops (HxW or HxWx3 uint8, any size) -> N x 48 x 48 grey."""
    faces = [to_input(crop) for crop in crops]
    return np.stack(faces) if faces else np.zeros((0, INPUT_SIZE, INPUT_SIZE), np.uint8)
