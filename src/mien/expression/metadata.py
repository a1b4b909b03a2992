"""What the file of an expression network says about it, in its metadata, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError, ModelError
from mien.expression.preprocess import Preprocess
from mien.types import UNSURE


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


@dataclass(frozen=True)
class Metadata:
    """A network's metadata, read."""

    labels: tuple[str, ...]
    calibration: Calibration
    second: Calibration | None  #: of the head that answers as FER2013's labels do, if there is one
    preprocess: Preprocess
    emoji: dict[str, str]  #: label -> the emoji that stands for it; labels left out are matched
    meta: dict[str, Any]  #: as it stands in the file

    def taking(self, share: float | None) -> Metadata:
        """With so much of the natural prior in the answers, 0..1; None leaves it as the file says."""
        if share is None:
            return self
        held = self.meta.get("prior_included") or [0.0, 0.0]  # that the logits hold already
        second = self.second and replace(self.second, prior_share=share - held[1])
        return replace(self, calibration=replace(self.calibration, prior_share=share - held[0]), second=second)


def read_metadata(meta: dict[str, Any], model: str) -> Metadata:
    """Check the metadata of the file `model`. Raises `ModelError`, in one line, that says what is wrong with it."""
    if "labels" not in meta:
        raise ModelError(f"{model}: not an expression model made by `mien lab export` (no labels in its metadata)")
    labels = meta["labels"]
    if not (isinstance(labels, list) and labels and all(isinstance(name, str) and name.strip() for name in labels)):
        raise _broken(model, "labels must be a list of names")
    if len(set(labels)) < len(labels) or UNSURE in labels:
        raise _broken(model, f"labels must differ from each other and from {UNSURE!r}")
    try:
        preprocess = Preprocess.parse(meta.get("preprocess") or ())
    except DataError as error:
        raise _broken(model, str(error)) from None
    second = _calibration(meta, "calibration_fer2013", labels, model) if "calibration_fer2013" in meta else None
    calibration = _calibration(meta, "calibration", labels, model)
    return Metadata(tuple(labels), calibration, second, preprocess, _emoji(meta, labels, model), meta)


def _calibration(meta: dict[str, Any], key: str, labels: list[str], model: str) -> Calibration:
    values = meta.get(key) or {}
    known = [f.name for f in fields(Calibration)]
    if not isinstance(values, Mapping) or any(name not in known for name in values):
        raise _broken(model, f"{key} must be a table of {', '.join(known)}")
    prior = values.get("log_prior", [0.0] * len(labels))
    if not isinstance(prior, list) or len(prior) != len(labels):
        raise _broken(model, f"{key} needs a log_prior for each of the {len(labels)} labels")
    numbers = [*prior, *(value for name, value in values.items() if name != "log_prior")]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in numbers):
        raise _broken(model, f"{key} must hold finite numbers")
    if values.get("temperature", 1.0) <= 0:
        raise _broken(model, f"{key} needs a temperature above 0")
    return Calibration(**{**values, "log_prior": tuple(prior)})


def _emoji(meta: dict[str, Any], labels: list[str], model: str) -> dict[str, str]:
    given = meta.get("emoji") or {}
    if not isinstance(given, Mapping) or not all(isinstance(v, str) and v.strip() for v in given.values()):
        raise _broken(model, "emoji must be a table of labels and their emoji")
    if unknown := [name for name in given if name not in labels]:
        raise _broken(model, f"emoji is for a label {unknown[0]!r} that the model does not have")
    return dict(given)


def _broken(model: str, what: str) -> ModelError:
    return ModelError(f"{model}: its metadata is broken: {what}; export it again")
