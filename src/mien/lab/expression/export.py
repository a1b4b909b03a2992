"""Export a trained expression network: ONNX with labels, preprocessing and calibration inside its metadata."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mien.errors import DataError
from mien.expression.recogniser import softmax
from mien.lab.data import FaceSet, load_faces, majority
from mien.lab.expression.measure import measure
from mien.lab.expression.net import ExpressionNet
from mien.lab.expression.train import build, predict
from mien.lab.quantise import quantise


def load_run(run: Path | str, file: str = "best.pt") -> tuple[ExpressionNet, dict[str, Any]]:
    """The averaged network of a run, and its checkpoint. Raises `DataError` where there is none."""
    path = Path(run) / file
    if not path.is_file():
        raise DataError(f"{run}: no finished epoch here (no {file})")
    state = torch.load(path, map_location="cpu", weights_only=False)
    if state.get("kind") != "expression":
        raise DataError(f"{path}: not a run of `mien lab train expression`")
    net = build(state["network"])
    net.load_state_dict(state["ema"]["shadow"])
    return net.eval(), state


def fit_temperature(logits: NDArray[Any], truth: NDArray[np.int64]) -> float:
    """The temperature that makes the true labels most likely (Guo et al. 2017), by search over 0.2-5."""
    grid = np.geomspace(0.2, 5, 200)
    rows = np.arange(len(truth))
    losses = [-np.log(softmax(logits / t)[rows, truth] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibrate(logits: NDArray[Any], prior: list[float], truth: NDArray[np.int64], prior_share: float) -> dict[str, Any]:
    """Temperature and prior for one head, fitted on faces that were not trained on."""
    known = truth >= 0
    log_prior = np.log(np.maximum(prior, 1e-4))
    shifted = logits[known] + prior_share * log_prior
    return {
        "log_prior": [round(float(v), 5) for v in log_prior],
        "prior_share": prior_share,
        "temperature": round(fit_temperature(shifted, truth[known]), 4),
    }


def export(
    run: Path | str,
    onnx: Path | str,
    data: Path | str | None = None,
    prior_share: float = 0.6,
    unsure_below: float = 0.4,
    int8: bool = False,
) -> Path:
    """Write `onnx` from the best checkpoint of `run`, calibrated on the PublicTest split of `data`
    (by default the data that the run was trained on).

    `prior_share`: 1 is most often right overall, 0 treats rare expressions like common ones. The file is checked
    against the checkpoint before it takes its name. `int8`: a third of the time, a quarter of the bytes. Raises
    `DataError`.
    """
    net, state = load_run(run)
    faces = load_faces(data or state.get("data", ""))
    valid = faces.only("PublicTest")
    logits = predict(net, valid.images)
    truth = majority(valid.votes)
    meta: dict[str, Any] = {
        "kind": "expression",
        "labels": state["labels"],
        "network": state["network"],
        "epochs": state["epoch"],
        "input": "N x 48 x 48 uint8, grey (ITU-R 601-2 luma), framed as in FER2013",
    }
    if (truth >= 0).any():
        meta["calibration"] = calibrate(logits[0], state["votes_prior"], truth, prior_share) | {
            "unsure_below": unsure_below
        }
        if (valid.labels >= 0).any():
            meta["calibration_fer2013"] = calibrate(logits[1], state["fer2013_prior"], valid.labels, 1.0)
    else:
        meta["calibration"] = calibrate(logits[1], state["fer2013_prior"], valid.labels, prior_share)
    target = Path(onnx)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        part = Path(folder) / "model.onnx"
        write_onnx(net, part, meta)
        check_same(net, part, valid)
        if int8:
            quantise(part, part, typical_batches(faces.only("Training")))
        part.replace(target)
    return target


def typical_batches(faces: FaceSet, count: int = 12, size: int = 32) -> Iterator[dict[str, NDArray[np.uint8]]]:
    """Training faces in batches, for finding the ranges of activations."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield {"faces": faces.images[rng.integers(0, len(faces), size)]}


def write_onnx(net: ExpressionNet, path: Path, meta: dict[str, Any]) -> None:
    """Trace the network into ONNX (opset 17, any batch size) with `meta` as JSON under the metadata key "mien"."""
    import onnx

    example = torch.zeros(2, 48, 48, dtype=torch.uint8)
    names = ["logits", "logits_fer2013"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the newer exporter needs onnxscript
        torch.onnx.export(
            net, (example,), str(path), input_names=["faces"], output_names=names, opset_version=17, dynamo=False,
            dynamic_axes={name: {0: "n"} for name in ("faces", *names)},
        )  # fmt: skip
    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, {"mien": json.dumps(meta)})
    onnx.save(model, str(path))


def check_same(net: ExpressionNet, path: Path, faces: FaceSet, tolerance: float = 1e-2) -> None:
    """Raise `DataError` unless the exported file answers as the network does."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    images = faces.images[:64]
    ours = predict(net, images)
    theirs = session.run(["logits", "logits_fer2013"], {"faces": images})
    worst = max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True))
    if worst > tolerance:
        raise DataError(f"{path}: the exported model differs from the checkpoint by {worst:.3g}")


def sweep(
    run: Path | str, data: Path | str, shares: tuple[float, ...] = (0, 0.25, 0.5, 0.6, 0.75, 1)
) -> list[dict[str, float]]:
    """Accuracy against mean class recall for several `prior_share`s on PublicTest, to choose one by."""
    net, state = load_run(run)
    valid = load_faces(data).only("PublicTest")
    logits = predict(net, valid.images)[0]
    truth = majority(valid.votes)
    known = truth >= 0
    log_prior = np.log(np.maximum(state["votes_prior"], 1e-4))
    return [{"prior_share": s, **measure(softmax(logits[known] + s * log_prior), truth[known])} for s in shares]
