"""What each network costs: parameters, multiplications, bytes and milliseconds."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from mien.errors import DataError
from mien.lab.expression.classifier import FACE_SIDE, FaceClassifier
from mien.lab.expression.macs import cost
from mien.lab.expression.networks.registry import NETWORKS, info
from mien.types import LABELS


@dataclass(frozen=True)
class NetworkFigures:
    """One line of `mien lab networks`."""

    name: str
    about: str
    source: str
    size: int  #: side of the input in pixels
    normalise: str
    classes: int
    parameters: int
    macs: int  #: multiply-accumulates for one face
    fp32_bytes: int
    int8_bytes: int
    milliseconds: float | None = None  #: of processor time for one face on one thread; None where it was not timed

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def describe(name: str, classes: int = len(LABELS), *, timed: bool = False) -> NetworkFigures:
    """The figures of one network with one head of `classes`.

    `timed`: also measure how long the exported network takes. Raises `DataError` for an unknown network, or one of
    one's own that does not work.
    """
    known = info(name)
    model = FaceClassifier(name, classes).eval()
    spent = cost(model.net, model.size)
    milliseconds = round(time_one_face(model), 3) if timed else None
    return NetworkFigures(
        name, known.about, known.source, model.size, model.normalise, classes, **asdict(spent),
        milliseconds=milliseconds,
    )  # fmt: skip


def describe_all(
    names: Sequence[str] = (), classes: int = len(LABELS), *, timed: bool = False
) -> Iterator[NetworkFigures]:
    """The figures of several networks, by default of all that mien knows."""
    for name in names or NETWORKS:
        yield describe(name, classes, timed=timed)


def time_one_face(model: FaceClassifier, repeat: int = 60) -> float:
    """Milliseconds from one face's bytes to its logits: float32 ONNX, one thread of onnxruntime, mean of `repeat`.

    Processor time, so that what else the machine does counts little. Raises `DataError` for a network
    that cannot be written as ONNX.
    """
    import onnxruntime

    faces = torch.randint(0, 256, (1, FACE_SIDE, FACE_SIDE), dtype=torch.uint8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own deprecation, and what the tracer says of Python values
        file = Path(folder) / "network.onnx"
        try:
            torch.onnx.export(model, (faces,), str(file), input_names=["faces"], opset_version=17, dynamo=False)
        except Exception as error:
            reason = " ".join(str(error).split())[:120]
            raise DataError(f"network {model.network}: cannot be written as ONNX ({reason})") from error
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    feed = {"faces": faces.numpy()}
    for _ in range(5):
        session.run(None, feed)
    began = time.thread_time()
    for _ in range(repeat):
        session.run(None, feed)
    return 1000 * (time.thread_time() - began) / repeat
