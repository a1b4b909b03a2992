"""From a run folder to the ONNX file that ships."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

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


#: The head stays in float: its points are finer than 8 bits can tell.
KEEP_FLOAT = ("/net/head/Gemm",)


@dataclass(frozen=True)
class Calibration:
    """What training faces tell an export, see `calibrate`."""

    crops: NDArray[np.uint8]  #: K x 96 x 96 x 3, on which the ranges of activations are found
    offsets: NDArray[np.float32]  #: 68 x 2, crop sides, added to the points


def export(run: Path | str, onnx: Path | str, *, calibration: Calibration | None = None) -> Path:
    """Write a run's network as ONNX (opset 17), and what its crops must look like into the file's metadata under
    "mien".

    `crops` N x 96 x 96 x 3 uint8 -> `points` N x 68 x 2 in crop sides, `controls` N x 52 in 0..1, `pose` N x 3 in
    degrees, `face` N x 2 (is a face, visible share) in 0..1; N is free. With `calibration` the convolutions become
    int8, which is twice as fast, and the points move to where people place them; float32 and as trained without.
    Raises `DataError`.
    """
    net, file = load_net(run), Path(onnx)
    if calibration is not None:
        with torch.no_grad():
            net.head.bias[: calibration.offsets.size] += torch.from_numpy(calibration.offsets.ravel())
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
    if calibration is not None:
        from mien.lab.quantise import quantise

        parts = np.array_split(calibration.crops, max(1, len(calibration.crops) // 8))
        quantise(file, file, [{"crops": part} for part in parts], KEEP_FLOAT)
    return file


def calibrate(
    run: Path | str, data: Path | str | Sequence[Path | str], points: Path | str, count: int = 160
) -> Calibration:
    """Look at training faces for `export`: `count` crops, and how far the run's points are from those that people
    placed.

    The offsets are medians over the training faces with human-made points, 0 without any. Training mirrors its faces,
    so whatever is lopsided in the way people (or their tool) placed points is lost, and found again here. Always the
    same.
    """
    from mien.lab.landmarks.data import load
    from mien.lab.landmarks.measuring import reader_of
    from mien.lab.landmarks.sample import make_face
    from mien.lab.landmarks.sources import find_sources

    folders = [data] if isinstance(data, str | Path) else list(data)
    faces = load([source for folder in folders for source in find_sources(folder, points)])
    rows = np.flatnonzero(~np.array(faces.held))
    rng = np.random.default_rng(0)
    crops = np.stack([make_face(faces, int(row), rng)[0] for row in rng.permutation(rows)[:count]])
    read, apart = reader_of(load_net(run)), []
    for row in (row for row in rows if faces.human[row]):
        crop, target = make_face(faces, int(row), None)
        apart.append(target.points - read(np.array([crop]))[0][0])
    offsets = np.median(apart, 0) if apart else np.zeros((68, 2))
    return Calibration(crops, offsets.astype(np.float32))


def _with_metadata(model: bytes, about: dict[str, Any]) -> bytes:
    import onnx

    proto = onnx.load_model_from_string(model)
    onnx.helper.set_model_props(proto, {"mien": json.dumps(about)})
    return bytes(proto.SerializeToString())
