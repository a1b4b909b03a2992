"""From a run folder to the ONNX file that ships."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import torch

from mien.errors import DataError
from mien.lab.landmarks.net import LandmarkNet, Readable
from mien.lab.run import write_atomically
from mien.vision.crop import LANDMARK_SCALE, LANDMARK_SIZE

OUTPUTS = ("points", "controls", "pose", "face")


def load_net(run: Path | str) -> LandmarkNet:
    """The averaged weights of a run's best epoch (`best.pt`), ready to read. Raises `DataError`."""
    file = Path(run) / "best.pt"
    if not file.is_file():
        raise DataError(f"{file}: no such checkpoint; train first")
    net = LandmarkNet()
    try:
        net.load_state_dict(torch.load(file, map_location="cpu", weights_only=False)["ema"]["shadow"])
    except (KeyError, RuntimeError) as error:
        raise DataError(f"{file}: not a checkpoint of the landmark network ({type(error).__name__})") from None
    return net.eval()


def export(run: Path | str, onnx: Path | str) -> Path:
    """Write a run's network as ONNX (opset 17, float32): `crops` N x 96 x 96 x 3 uint8 -> `points` N x 68 x 2 in crop
    sides, `controls` N x 52 in 0..1, `pose` N x 3 in degrees, `face` N x 2 (is a face, visible share) in 0..1; N is
    free.

    What the crops must look like is written into the file's metadata under "mien". Raises `DataError`.
    """
    net, file = load_net(run), Path(onnx)
    buffer = io.BytesIO()
    names = ("crops", *OUTPUTS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no further package is called legacy
        torch.onnx.export(
            Readable(net).eval(),
            (torch.zeros(2, LANDMARK_SIZE, LANDMARK_SIZE, 3, dtype=torch.uint8),),
            buffer,  # type: ignore[arg-type]  # takes a file object too
            input_names=["crops"],
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "n"} for name in names},
            opset_version=17,
            dynamo=False,
        )
    about = {"model": "landmarks", "size": LANDMARK_SIZE, "scale": LANDMARK_SCALE, "outputs": list(OUTPUTS)}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, _with_metadata(buffer.getvalue(), about))
    return file


def _with_metadata(model: bytes, about: dict[str, Any]) -> bytes:
    import onnx

    proto = onnx.load_model_from_string(model)
    onnx.helper.set_model_props(proto, {"mien": json.dumps(about)})
    return bytes(proto.SerializeToString())
