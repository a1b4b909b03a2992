"""Export a trained expression network: ONNX with labels, preprocessing and calibration inside its metadata."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mien import __version__
from mien.errors import DataError
from mien.expression.preprocess import Preprocess
from mien.expression.recogniser import Recogniser, softmax
from mien.lab.data import FaceSet
from mien.lab.expression.calibrate import Source, calibrate, faces_over, names_of, shifted, truth_of_head
from mien.lab.expression.classifier import FaceClassifier
from mien.lab.expression.emoji_map import checked_emoji
from mien.lab.expression.measure import measure
from mien.lab.expression.onnx_file import (
    OnnxNet,
    accuracy,
    agreement,
    better_in_float,
    check_same,
    file_to_write,
    set_metadata,
    typical_batches,
    write_graph,
)
from mien.lab.expression.validate import predict
from mien.lab.quantise import quantise

#: What an expression network is given.
INPUT = "N x 48 x 48 uint8, grey (ITU-R 601-2 luma), framed as in FER2013"
#: int8 that costs more accuracy than this on PublicTest is refused.
INT8_LOSS = 0.02
#: The second head answers as the data's own labels do, which are as common as in the data.
OWN_LABELS_SHARE = 1.0


def load_run(run: Path | str, file: str = "best.pt") -> tuple[FaceClassifier, dict[str, Any]]:
    """The averaged network of a run, ready to answer, and its checkpoint.

    run: a run's folder, of which `file` is read, or a checkpoint itself. Raises `DataError` where there is none.
    """
    path = Path(run)
    path = path if path.is_file() else path / file
    if not path.is_file():
        raise DataError(f"{run}: no finished epoch here (no {file})")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, OSError, ValueError, pickle.UnpicklingError):
        raise DataError(f"{path}: not a checkpoint, or a damaged one: train it again") from None
    if not isinstance(state, dict) or state.get("kind") != "expression":
        raise DataError(f"{path}: not a run of `mien lab train expression`")
    state = state if "heads" in state else _upgraded(state)
    net = FaceClassifier(
        state["network"], len(state["classes"]), state["heads"], size=state["size"], normalise=state["normalise"]
    )
    try:
        net.load_state_dict(state["ema"]["shadow"])
    except RuntimeError:
        raise DataError(f"{path}: the network {state['network']} has changed since this run: train it again") from None
    return net.eval(), state


def _upgraded(state: dict[str, Any]) -> dict[str, Any]:
    """The checkpoint of a run of mien 0.1 as it would be now: two heads in one layer, a prior for each."""
    shadow = dict(state["ema"]["shadow"])
    for kind in ("weight", "bias"):
        shadow[f"head.{kind}"] = torch.cat([shadow[f"head.{kind}"], shadow.pop(f"head_fer2013.{kind}")])
    return state | {
        "classes": state["labels"], "heads": ["votes", "labels"], "preprocess": [], "size": 48, "normalise": "face",
        "priors": {"votes": state["votes_prior"], "labels": state["fer2013_prior"]}, "prior_included": False,
        "data": [state["data"]], "ema": {"shadow": {f"net.{key}": value for key, value in shadow.items()}},
    }  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """The faces that a file is calibrated and tried with, as its network sees them (after the pixel steps)."""

    faces: FaceSet  #: of all splits
    valid: FaceSet  #: of PublicTest
    images: NDArray[np.uint8]  #: of PublicTest, preprocessed
    preprocess: Preprocess

    @classmethod
    def of(cls, data: Source, classes: Sequence[str], preprocess: Preprocess) -> Bench:
        """Raises `DataError` for data that cannot be read, has other classes, or no PublicTest."""
        faces = faces_over(data, classes)
        valid = faces.only("PublicTest")
        return cls(faces, valid, preprocess(valid.images), preprocess)


def export(
    run: Path | str,
    onnx: Path | str,
    data: Source | None = None,
    *,
    prior_share: float = 0.6,
    unsure_below: float = 0.4,
    int8: bool = False,
    emoji: Mapping[str, str] | None = None,
    card: bool = True,
) -> Path:
    """Write `onnx` from the best checkpoint of `run`, calibrated on the PublicTest split of `data` (by default the data
    that the run was trained on), and a model card beside it, drafted from the run (`my.md` for `my.onnx`).

    prior_share: 1 is most often right overall, 0 treats rare expressions like common ones. unsure_below: less confident
    answers are "unsure". int8: a quarter of the bytes and often faster. emoji: class -> the emoji that stands for it;
    for classes left out `mien.emoji` chooses one for every face.
    The file is checked against the checkpoint before it takes its name, and int8 against the file in float32. Raises
    `DataError`, also when int8 costs more than 2 points of accuracy; then nothing is written.
    """
    net, state = load_run(run)
    target = file_to_write(onnx)
    source = _source(run, state, data)
    bench = Bench.of(source, state["classes"], Preprocess.parse(state["preprocess"]))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".mien-") as folder:
        part = Path(folder) / target.name
        write_graph(net, part)
        check_same(net, part, bench.images)
        meta = describe_run(state) | {"emoji": checked_emoji(emoji, state["classes"])}
        priors = [state["priors"][head] for head in state["heads"]]
        finish(part, meta, bench, priors, prior_share, unsure_below, int8=int8)
        written = [(part, target)]
        if card:
            from mien.lab.expression.card import draft_card

            text = part.with_suffix(".md")
            text.write_text(
                draft_card(part, bench.faces, state, names_of(source), run=Path(run), net=net), encoding="utf-8"
            )
            written.append((text, target.with_suffix(".md")))
        for file, place in written:
            file.replace(place)
    return target


def describe_run(state: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata that a checkpoint alone knows."""
    preprocess = Preprocess.parse(state["preprocess"])
    return {
        "kind": "expression",
        "labels": list(state["classes"]),
        "heads": list(state["heads"]),
        "network": state["network"],
        "epochs": state["epoch"],
        "input": INPUT,
        "preprocess": [step.spec for step in preprocess.steps],  # what runs before the graph
        "resize": state["size"],  # what the graph does itself
        "normalise": state["normalise"],
        "prior_included": [float(state["prior_included"])] * len(state["heads"]),  # that the logits hold already
        "mien": __version__,
    }


def finish(
    part: Path,
    meta: dict[str, Any],
    bench: Bench,
    priors: Sequence[Sequence[float]],
    prior_share: float,
    unsure_below: float,
    *,
    int8: bool = False,
    logits: NDArray[np.float32] | None = None,
) -> None:
    """Quantise the graph `part` if wanted, calibrate it, and put `meta` with the calibration of each head into it.

    priors: the share of each class in training, a row a head. logits: its answers on PublicTest, if known. The second
    head answers as the data's own labels do, with the whole prior. Raises `DataError` where PublicTest has no truth for
    the first head, and where int8 costs too much; `ModelError` for metadata that cannot be read back.
    """
    heads, included = meta["heads"], meta["prior_included"]
    truth = truth_of_head(bench.valid, heads[0])
    if not (truth >= 0).any():
        raise DataError(f"the split PublicTest has no {heads[0]} to calibrate on: give other data (--data)")
    logits = OnnxNet(part).logits(bench.images) if logits is None else logits
    if int8:
        meta["int8"], logits = _quantised(part, logits, bench, truth, priors[0], prior_share - included[0])
    first = calibrate(logits[0], priors[0], truth, prior_share, included[0])
    meta["calibration"] = first | {"unsure_below": unsure_below}
    if len(heads) > 1:
        own = truth_of_head(bench.valid, heads[1])
        meta["calibration_fer2013"] = calibrate(logits[1], priors[1], own, OWN_LABELS_SHARE, included[1])
    set_metadata(part, meta)
    Recogniser(part)  # raises where it would not open it


def _quantised(
    part: Path,
    before: NDArray[np.float32],
    bench: Bench,
    truth: NDArray[np.int64],
    prior: Sequence[float],
    share: float,
) -> tuple[dict[str, float], NDArray[np.float32]]:
    """Turn `part` into int8; what that changed on PublicTest (0..1), and the new logits of every head."""
    training = bench.faces.split == "Training"
    rows = np.flatnonzero(training if training.any() else ~training)
    chosen = np.sort(np.random.default_rng(0).permutation(rows)[:384])
    faces = typical_batches(bench.preprocess(bench.faces.images[chosen]))
    quantise(part, part, faces, better_in_float(part), also=["Mul"])  # squeeze-and-excitation weighs by products
    after = OnnxNet(part).logits(bench.images)
    table = {"prior_share": share, "log_prior": np.log(np.maximum(prior, 1e-4)), "temperature": 1.0}
    old, new = shifted(before[0], table), shifted(after[0], table)
    report = {
        "agreement": round(agreement(old, new), 4),
        "accuracy": round(accuracy(new, truth), 4),
        "accuracy_float32": round(accuracy(old, truth), 4),
    }
    if report["accuracy"] < report["accuracy_float32"] - INT8_LOSS:
        raise DataError(
            f"int8 costs this network too much: {report['accuracy']:.1%} on PublicTest instead of "
            f"{report['accuracy_float32']:.1%}: export it without --int8"
        )
    return report, after


def _source(run: Path | str, state: Mapping[str, Any], data: Source | None) -> Source:
    """Where the faces are: as given, or what the run was trained on."""
    if data is not None:
        return data
    known: list[str] = list(state.get("data") or [])
    if not known:
        raise DataError(f"{run}: it was not trained on files: say which data to calibrate on (--data)")
    return known[0] if len(known) == 1 else known


def sweep(
    run: Path | str, data: Source, shares: tuple[float, ...] = (0, 0.25, 0.5, 0.6, 0.75, 1)
) -> list[dict[str, float]]:
    """Accuracy against mean class recall for several `prior_share`s on PublicTest, to choose one by."""
    net, state = load_run(run)
    bench = Bench.of(data, state["classes"], Preprocess.parse(state["preprocess"]))
    head = state["heads"][0]
    logits = predict(net, bench.images)[0]
    truth = truth_of_head(bench.valid, head)
    known = truth >= 0
    log_prior = np.log(np.maximum(state["priors"][head], 1e-4))
    held = float(state["prior_included"])
    return [
        {"prior_share": s, **measure(softmax(logits[known] + (s - held) * log_prior), truth[known])} for s in shares
    ]
