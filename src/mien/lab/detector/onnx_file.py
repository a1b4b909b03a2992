"""From a trained network to the ONNX file that `mien.vision.detector` runs."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mien.lab.detector.loop import load_net
from mien.lab.detector.net import Net


class Shipped(nn.Module):
    """The network as shipped: 1xHxWx3 uint8 in, scores 0..1 (1xN) and raw numbers (1xNx14) out."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        logits, shapes = self.net(pictures.permute(0, 3, 1, 2).float())
        return logits.sigmoid(), shapes


def export(run: Path | str, onnx_path: Path | str) -> Path:
    """Write the averaged network of a run folder as ONNX; returns the path.

    Raises `DataError` when the run has no finished epoch.
    """
    return export_net(load_net(run), onnx_path)


def export_net(net: Net, path: Path | str) -> Path:
    """Write `net` as ONNX with free height and width (multiples of 32); returns the path."""
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
    note(model, {"kind": "face-detector", "parameters": parameters, "shape": net.plan.to_dict()})
    onnx.save(model, str(part))
    part.replace(path)
    return path


def note(model: Any, values: dict[str, Any]) -> None:
    """Keep `values` in an ONNX model's metadata, under "mien"."""
    entry = model.metadata_props.add()
    entry.key, entry.value = "mien", json.dumps(values)
