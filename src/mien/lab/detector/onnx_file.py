"""From a trained network to the ONNX file that `mien.vision.detector` runs."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from mien.lab.detector.calibrate import calibration, recalibrate
from mien.lab.detector.data import load_all
from mien.lab.detector.loop import load_net
from mien.lab.detector.net import OUTPUTS, Net
from mien.lab.quantise import quantise
from mien.models import session
from mien.vision.detector import QUICK_SIDE, Detector, pad, resize


class Shipped(nn.Module):
    """The network as shipped: 1xHxWx3 uint8 in, scores 0..1 (1xN) and raw numbers (1xNx14) out."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        logits, shapes = self.net(pictures.permute(0, 3, 1, 2).float())
        return logits.sigmoid(), shapes


def export(run: Path | str, onnx_path: Path | str, *, data: Path | str | None = None) -> Path:
    """Write the averaged network of a run folder as ONNX; returns the path.

    With `data` as shipped: scores calibrated on the held-out scenes there, and in int8, the ranges of activations taken
    from the training scenes. Without, in float32 as trained.
    Raises `DataError` when the run has no finished epoch, or for data that cannot be used.
    """
    net = load_net(run)
    if data is None:
        return export_net(net, onnx_path)
    scenes, unseen = (load_all(Path(data), Path(data), split=s, folders=("scenes",)) for s in ("train", "validation"))
    with tempfile.TemporaryDirectory() as folder:
        exact = export_net(net, Path(folder) / "exact.onnx")
        recalibrate(net, *calibration(Detector(session(exact)), unseen))
    return export_int8(net, [p.pixels for p in scenes[:: max(1, len(scenes) // 64)]], onnx_path)


def export_int8(net: Net, pictures: Sequence[NDArray[np.uint8]], path: Path | str, *, side: int = QUICK_SIDE) -> Path:
    """Write `net` in int8, activation ranges as seen on `pictures` (HxWx3 uint8) scaled to a long side of `side`.

    The last layers stay in floating point: a score's rank is worth more than their few operations.
    """
    import onnx

    with tempfile.TemporaryDirectory() as folder:
        exact = export_net(net, Path(folder) / "exact.onnx", precision="int8")
        graph = onnx.load(str(exact)).graph
        channels = {w.name: w.dims[0] for w in graph.initializer}
        last = [n.name for n in graph.node if n.op_type == "Conv" and channels.get(n.input[1]) in (1, OUTPUTS)]
        images = (Image.fromarray(p) for p in pictures)
        scaled = (np.asarray(resize(image, image.size, side / max(image.size))) for image in images)
        return quantise(exact, path, ({"pictures": pad(view)[None]} for view in scaled), keep_float=last)


def export_net(net: Net, path: Path | str, *, precision: str = "float32") -> Path:
    """Write `net` as ONNX with free height and width (multiples of 32); returns the path.

    `precision` is only noted in the metadata.
    """
    import onnx

    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    axes = {1: "height", 2: "width"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the TorchScript exporter is deprecated, but needs no onnxscript
        torch.onnx.export(
            Shipped(net).eval(),
            (torch.zeros(1, 256, 320, 3, dtype=torch.uint8),),
            str(part),
            dynamo=False,
            opset_version=17,
            input_names=["pictures"],
            output_names=["scores", "shapes"],
            dynamic_axes={"pictures": axes, "scores": {1: "cells"}, "shapes": {1: "cells"}},
        )
    model = onnx.load(str(part))
    parameters = sum(p.numel() for p in net.parameters())
    note(
        model, {"kind": "face-detector", "parameters": parameters, "shape": net.plan.to_dict(), "precision": precision}
    )
    onnx.save(model, str(part))
    part.replace(path)
    return path


def note(model: Any, values: dict[str, Any]) -> None:
    """Keep `values` in an ONNX model's metadata, under "mien"."""
    entry = model.metadata_props.add()
    entry.key, entry.value = "mien", json.dumps(values)
