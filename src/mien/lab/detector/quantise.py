"""The detector's network in 8-bit integers: smaller, and faster on processors with integer dot products."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.vision.detector import QUICK_SIDE, pad, whole


class Pictures:
    """Feeds pictures to onnxruntime's calibration."""

    def __init__(self, pictures: Sequence[NDArray[np.uint8]], side: int) -> None:
        self.left = [pad(whole(Image.fromarray(p), side / max(p.shape[:2]))[0])[None] for p in pictures]

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        return {"pictures": self.left.pop()} if self.left else None


def quantise(
    source: Path | str, pictures: Sequence[NDArray[np.uint8]], out: Path | str, *, side: int = QUICK_SIDE
) -> Path:
    """Write an int8 version (QDQ: uint8 activations, int8 weights a channel) of an exported detector; returns its path.

    Activation ranges are those seen on `pictures` (HxWx3 uint8), scaled to a long side of `side`. The last layers stay
    in floating point, since a score's rank is worth more than their few operations.
    """
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    model = onnx.load(str(source))
    kept = {entry.key: entry.value for entry in model.metadata_props}
    last = [n.name for n in model.graph.node if n.op_type == "Conv" and _outputs(model, n) in (1, 14)]
    with tempfile.TemporaryDirectory() as folder:
        prepared, result = Path(folder) / "prepared.onnx", Path(folder) / "int8.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared), str(result), Pictures(pictures, side), quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Add", "Relu", "Resize"], per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, nodes_to_exclude=last,
            calibrate_method=CalibrationMethod.MinMax,
        )  # fmt: skip
        quantised = onnx.load(str(result))
    values = json.loads(kept.get("mien", "{}")) | {"precision": "int8"}
    del quantised.metadata_props[:]
    entry = quantised.metadata_props.add()
    entry.key, entry.value = "mien", json.dumps(values)
    part = Path(out).with_name(f".{Path(out).name}.part")
    onnx.save(quantised, str(part))
    part.replace(out)
    return Path(out)


def _outputs(model: Any, node: Any) -> int:
    """The number of channels a convolution gives."""
    return next(int(w.dims[0]) for w in model.graph.initializer if w.name == node.input[1])
