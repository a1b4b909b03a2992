"""What can be evaluated, opened by one function: the shipped model, an ONNX file, a run's folder or a checkpoint."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mien import models
from mien.errors import DataError
from mien.expression.metadata import Calibration
from mien.expression.preprocess import Preprocess
from mien.expression.recogniser import Recogniser

_TIMED, _WARM_UP = 100, 10  #: faces whose time is taken, and faces before them


class Classifier(Protocol):
    """What can be evaluated: faces (N x 48 x 48 uint8, grey) in, N x C probabilities out."""

    labels: tuple[str, ...]
    unsure_below: float  #: the confidence below which its answer is "unsure"; 0 where there is none
    identity: dict[str, Any]  #: what it is, for reports

    def probabilities(self, faces: NDArray[np.uint8], upright: bool = False) -> NDArray[np.float32]:
        """As FER+'s voters read faces. upright: the faces were cut along their landmarks and need no turning."""

    def probabilities_fer2013(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As the data's own labels do; the same where the network has learnt only one reading."""


class Exported:
    """The shipped model, or an ONNX file as `mien lab export` writes it."""

    def __init__(self, model: str | Path | None, prior_share: float | None = None) -> None:
        self._recogniser = read = Recogniser(model, prior_share)
        self.labels, self.unsure_below = read.labels, read.calibration.unsure_below
        path = next(m.path for m in models.manifest() if m.name == "expression") if model is None else Path(model)
        self.identity = {
            "name": str(model or "shipped"), "kind": "ONNX", **_file(path),
            "network": read.meta.get("network"), "epochs": read.meta.get("epochs"),
            "preprocess": read.preprocess.spec(),
        }  # fmt: skip

    def probabilities(self, faces: NDArray[np.uint8], upright: bool = False) -> NDArray[np.float32]:
        return self._recogniser.probabilities(faces, upright)

    def probabilities_fer2013(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._recogniser.probabilities_fer2013(faces)


class Checkpoint:
    """A run's best checkpoint, or another file of it; uncalibrated, with the prior of its training data."""

    unsure_below = 0.0

    def __init__(self, run: Path, prior_share: float | None = None) -> None:
        from mien.lab.expression.export import load_run

        path = run if run.suffix == ".pt" else run / "best.pt"
        if run.suffix == ".pt" and not run.is_file():
            raise DataError(f"{run}: no such checkpoint")
        self._net, state = load_run(run)
        self.labels = tuple(state["classes"])
        self._heads: list[str] = list(state["heads"])
        share = (1.0 if prior_share is None else prior_share) - bool(state.get("prior_included"))
        self._calibrations = {
            head: Calibration(tuple(np.log(np.maximum(state["priors"][head], 1e-4))), share) for head in self._heads
        }
        self._preprocess = Preprocess.parse(state["preprocess"])
        self.identity = {
            "name": str(run), "kind": "checkpoint", **_file(path), "network": state["network"],
            "epochs": state["epoch"], "preprocess": self._preprocess.spec(),
        }  # fmt: skip

    def _read(self, faces: NDArray[np.uint8], head: str, upright: bool = False) -> NDArray[np.float32]:
        from mien.lab.expression.validate import predict

        if not len(faces):
            return np.zeros((0, len(self.labels)), np.float32)
        head = head if head in self._heads else self._heads[0]
        steps = self._preprocess.without_turning() if upright else self._preprocess
        logits = predict(self._net, steps(faces))[self._heads.index(head)]
        return self._calibrations[head].apply(logits)

    def probabilities(self, faces: NDArray[np.uint8], upright: bool = False) -> NDArray[np.float32]:
        return self._read(faces, "votes", upright)

    def probabilities_fer2013(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._read(faces, "labels")


def _file(path: Path) -> dict[str, Any]:
    return {"sha256": models.digest(path), "bytes": path.stat().st_size}


def open_model(model: str | Path, prior_share: float | None = None) -> Classifier:
    """`shipped`, an ONNX file, the folder of a run (its best epoch), or one of its checkpoints (`RUN/last.pt`).

    `prior_share` overrides how common the classes are taken to be: 1 as common as in the training data, 0 all alike.
    Raises `ModelError` or `DataError` for what cannot be opened.
    """
    if prior_share is not None and not 0 <= prior_share <= 1:
        raise DataError(
            f"prior {prior_share:g}: expected 0 (all classes equally common) to 1 (as in the training data)"
        )
    path = Path(model)
    if str(model) == "shipped":
        return Exported(None, prior_share)
    if path.is_dir() or path.suffix == ".pt":
        return Checkpoint(path, prior_share)
    return Exported(model, prior_share)


def latency(classifier: Classifier, faces: NDArray[np.uint8]) -> dict[str, float]:
    """Milliseconds a face, one at a time on one thread, preprocessing included: median and 95th percentile.

    upright_median is the median for faces that are upright already, as `mien.look` cuts them: the network alone, where
    turning is the only step. Each is timed by itself, face after face.
    """
    with _one_thread():
        whole, upright_only = (_times(classifier, faces, upright) for upright in (False, True))
    median, late = np.percentile(whole, (50, 95))
    return {
        "median": float(median), "p95": float(late), "upright_median": float(np.median(upright_only)), "faces": _TIMED,
    }  # fmt: skip


def _times(classifier: Classifier, faces: NDArray[np.uint8], upright: bool) -> list[float]:
    """Milliseconds of each of `_TIMED` faces, after a few to warm up."""
    taken = []
    for i in range(_WARM_UP + _TIMED):
        face = faces[i % len(faces)][None]
        start = time.perf_counter()
        classifier.probabilities(face, upright=upright)
        taken.append(1000 * (time.perf_counter() - start))
    return taken[_WARM_UP:]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Hold torch to one thread, where torch is loaded at all; onnxruntime always has one."""
    if "torch" not in sys.modules:
        yield
        return
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
