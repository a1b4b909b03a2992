"""Face crop -> calibrated probabilities over the labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien import models
from mien.errors import ModelError
from mien.expression.metadata import Calibration, read_metadata, softmax
from mien.expression.prepare import INPUT_SIZE, to_input
from mien.expression.preprocess import Preprocess
from mien.expression.prior import Prior, prior_share

__all__ = ["Calibration", "Recogniser", "prepare", "softmax"]

#: Faces a session sees at once; more only costs memory.
BATCH = 64


class Recogniser:
    """An expression network, ours or a user's own as `mien lab export` writes it.

    The metadata of its file says what the network needs and means: `labels`, any names in any number; `calibration`;
    `preprocess`, the steps that faces go through first; `emoji`, which emoji stands for which label.
    prior: how common expressions are taken to be, "natural", "uniform", or a share of the natural; None as the file
    says. Raises `ModelError`, in one line, for a file that cannot be opened or whose metadata does not fit the network,
    `DataError` for another prior.
    """

    def __init__(self, model: str | Path | None = None, prior: Prior = None) -> None:
        self._session = models.session("expression" if model is None else Path(model))
        said = read_metadata(models.metadata(self._session), str(model or "expression")).taking(prior_share(prior))
        self.labels, self.calibration = said.labels, said.calibration
        self.preprocess: Preprocess = said.preprocess
        self.emoji: dict[str, str] = said.emoji  #: label -> its emoji, for labels that have one of their own
        self.meta: dict[str, Any] = said.meta
        self._second = said.second
        if model is not None:
            self._check(str(model))

    def _check(self, model: str) -> None:
        """Try the network on one face: it must take 48 x 48 bytes and answer for every label."""
        heads = ["logits"] if self._second is None else ["logits", "logits_fer2013"]
        face = np.zeros((1, INPUT_SIZE, INPUT_SIZE), np.uint8)
        try:
            answers = self._session.run(heads, {"faces": face})
        except Exception as error:  # onnxruntime raises many types, none of them public
            raise ModelError(
                f"{model}: expected an input faces (N x 48 x 48 uint8) and the outputs {', '.join(heads)}: "
                "export it with `mien lab export`"
            ) from error
        for head, answer in zip(heads, answers, strict=True):
            if np.shape(answer) != (1, len(self.labels)):
                raise ModelError(
                    f"{model}: {len(self.labels)} labels in its metadata, but {head} has the shape {np.shape(answer)}"
                )

    def logits(self, faces: NDArray[np.uint8], head: str = "logits", upright: bool = False) -> NDArray[np.float32]:
        """N x 48 x 48 grey faces -> N x C evidence for each label, before any prior.

        upright: the faces were cut along their landmarks, so a network that wants them upright need not turn them.
        """
        if not len(faces):
            return np.zeros((0, len(self.labels)), np.float32)
        steps = self.preprocess.without_turning() if upright else self.preprocess
        parts = [
            self._session.run([head], {"faces": steps(faces[i : i + BATCH])})[0] for i in range(0, len(faces), BATCH)
        ]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def probabilities(self, faces: NDArray[np.uint8], upright: bool = False) -> NDArray[np.float32]:
        """N x 48 x 48 grey faces -> N x C calibrated probabilities; `upright` as for `logits`."""
        return self.calibration.apply(self.logits(faces, upright=upright))

    def probabilities_fer2013(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The same under FER2013's reading of the labels, from the network's second head, if it has one."""
        if self._second is None:
            return self.probabilities(faces)
        return self._second.apply(self.logits(faces, "logits_fer2013"))


def prepare(crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Face crops (HxW or HxWx3 uint8, any size) -> N x 48 x 48 grey."""
    faces = [to_input(crop) for crop in crops]
    return np.stack(faces) if faces else np.zeros((0, INPUT_SIZE, INPUT_SIZE), np.uint8)
