"""From a run folder to the ONNX file that ships: calibrated, in int8."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mien.appearance.reader import HEAD_INPUT
from mien.errors import DataError
from mien.lab.appearance.data import Faces, load
from mien.lab.appearance.net import ANSWERS, AppearanceNet, Mirrored, Readable
from mien.lab.appearance.sample import make_batch
from mien.lab.appearance.scoring import by_trait, logits_of
from mien.types import TRAITS
from mien.vision.crop import LANDMARK_SIZE

RANGED = 256  #: training faces on which the ranges of activations are found


def load_net(run: Path | str) -> tuple[AppearanceNet, dict[str, Tensor]]:
    """The averaged weights of a run, ready to read, and the weights that its loss gave the codes. Raises
    `DataError`."""
    file = Path(run) / "last.pt"
    if not file.is_file():
        raise DataError(f"{file}: no such checkpoint; train first")
    state = torch.load(file, map_location="cpu", weights_only=False)
    net = AppearanceNet()
    try:
        net.load_state_dict(state["ema"]["shadow"])
        return net.eval(), state["weights"]
    except (KeyError, RuntimeError) as error:
        raise DataError(f"{file}: not a checkpoint of the appearance network ({type(error).__name__})") from None


def export(run: Path | str, onnx: Path | str, data: Path | str | None = None) -> Path:
    """Write a run's network as ONNX (opset 17): `head` N x 160 x 160 x 3 and `face` N x 96 x 96 x 3 uint8 -> for each
    trait N x codes probabilities; N is free.

    The weights by which the loss favoured rare codes are taken out again. With `data`, each trait gets a temperature
    (Guo et al. 2017) fitted on the held-out faces, and the convolutions become int8 with ranges from training faces;
    without, float32 as trained. Raises `DataError`.
    """
    net, weights = load_net(run)
    file = Path(onnx)
    file.parent.mkdir(parents=True, exist_ok=True)
    unweigh(net, weights)
    if data is None:
        return _write(net, file, dict.fromkeys(TRAITS, 1.0))
    faces = load(data, Path(run) / "places.npz")
    temperatures = calibrate(net, faces)
    from mien.lab.quantise import quantise

    exact = _write(net, file.with_name(f".{file.name}.exact"), temperatures)
    try:
        rows = np.flatnonzero(~np.array(faces.held))
        chosen = np.random.default_rng(0).permutation(rows)[:RANGED]
        parts = np.array_split(chosen, max(1, len(chosen) // 8))
        seen = [make_batch(faces, part, np.random.default_rng(1)) for part in parts]
        return quantise(exact, file, ({"head": b.head, "face": b.face} for b in seen))
    finally:
        exact.unlink(missing_ok=True)


@torch.no_grad()
def unweigh(net: AppearanceNet, weights: dict[str, Tensor]) -> None:
    """Trained with weights w, a network answers with w * p(code) up to scale: move its biases back to p(code)."""
    net.answers.bias.sub_(torch.cat([weights[trait].log() for trait in ANSWERS]))


@torch.no_grad()
def calibrate(net: AppearanceNet, faces: Faces) -> dict[str, float]:
    """Divide each trait's logits by the temperature under which the held-out faces are likeliest; returns them."""
    rows = np.array([row for row in np.flatnonzero(faces.held) if faces.labels[row]])
    targets = faces.targets()[rows]
    found = {
        trait: temperature(logits, targets[:, column])
        for column, (trait, logits) in enumerate(by_trait(logits_of(Mirrored(net), faces, rows)).items())
    }
    scale = torch.cat([torch.full((len(codes),), 1 / found[trait]) for trait, codes in ANSWERS.items()])
    net.answers.weight.mul_(scale[:, None])
    net.answers.bias.mul_(scale)
    return found


def temperature(logits: NDArray[np.float32], targets: NDArray[np.int64]) -> float:
    """The temperature, .3-3, under which the known targets (N; others are out of range) are likeliest."""
    known = (targets >= 0) & (targets < logits.shape[1])
    if known.sum() < 20:
        return 1.0
    raw, wanted = torch.from_numpy(logits[known]), torch.from_numpy(targets[known])
    tried = np.exp(np.linspace(np.log(0.3), np.log(3), 93))
    return float(min(tried, key=lambda t: float(functional.cross_entropy(raw / t, wanted))))


def _write(net: AppearanceNet, file: Path, temperatures: dict[str, float]) -> Path:
    import onnx

    part = file.with_name(f".{file.name}.part")
    names = ("head", "face", *TRAITS)
    sizes = (HEAD_INPUT, LANDMARK_SIZE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no further package is called legacy
        torch.onnx.export(
            Readable(net).eval(),
            tuple(torch.zeros(2, size, size, 3, dtype=torch.uint8) for size in sizes),
            str(part),
            input_names=list(names[:2]),
            output_names=list(TRAITS),
            dynamic_axes={name: {0: "n"} for name in names},
            opset_version=17,
            dynamo=False,
        )
    model = onnx.load(str(part))
    about: dict[str, Any] = {"model": "appearance", "codes": {trait: list(codes) for trait, codes in ANSWERS.items()}}
    about["temperatures"] = {trait: round(value, 3) for trait, value in temperatures.items()}
    onnx.helper.set_model_props(model, {"mien": json.dumps(about)})
    onnx.save(model, str(part))
    part.replace(file)
    return file
