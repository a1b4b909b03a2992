"""Write an expression network as an ONNX file, read it back, and prove that it answers as the network does."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.expression.classifier import FACE_SIDE, FaceClassifier
from mien.lab.expression.networks.residual import fused
from mien.lab.expression.validate import predict

#: Names of the outputs, the first head's first: `mien.expression.recogniser` relies on them.
OUTPUTS = ("logits", "logits_fer2013")
OPSET = 17
#: Batches that a file is tried with.
TRIED = (1, 64)


def write_graph(net: FaceClassifier, path: Path) -> None:
    """Trace the network into ONNX: `faces` (N x 48 x 48 uint8, any N) -> `logits`; a second head is `logits_fer2013`.

    Its pooled shortcuts are fused on the way. Raises `DataError` for a network that cannot be traced.
    """
    names = OUTPUTS[: len(net.heads)]
    quick = fused(net, net.size)
    example = torch.zeros(2, FACE_SIDE, FACE_SIDE, dtype=torch.uint8)
    with warnings.catch_warnings(), _quiet_exporter():
        warnings.simplefilter("ignore")  # the exporter's own deprecation, and what the tracer says of Python values
        try:
            torch.onnx.export(
                quick, (example,), str(path), input_names=["faces"], output_names=list(names), opset_version=OPSET,
                dynamo=False, dynamic_axes={name: {0: "n"} for name in ("faces", *names)},
            )  # fmt: skip
        except Exception as error:  # a network of one's own may do anything
            reason = " ".join(str(error).split())[:160]
            raise DataError(f"network {net.network}: cannot be written as ONNX ({reason})") from error


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Stop torch from printing the whole graph where it cannot export it: it has no switch for that that works."""
    say = getattr(torch._C, "_jit_onnx_log", None)
    if say is None:
        yield
        return
    torch._C._jit_onnx_log = lambda *_: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        torch._C._jit_onnx_log = say


def set_metadata(path: Path, meta: dict[str, Any]) -> None:
    """Put `meta` into the file, as JSON under the key "mien"."""
    import onnx

    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, {"mien": json.dumps(meta, ensure_ascii=False)})
    onnx.save(model, str(path))


class OnnxNet:
    """An ONNX file opened afresh, whatever lay at its path before."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 4
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        present = [output.name for output in self.session.get_outputs()]
        self.outputs = [name for name in OUTPUTS if name in present]

    def logits(self, faces: NDArray[np.uint8], batch: int = 64) -> NDArray[np.float32]:
        """Preprocessed faces, N x 48 x 48 uint8 -> H x N x C."""
        parts = [self.session.run(self.outputs, {"faces": faces[i : i + batch]}) for i in range(0, len(faces), batch)]
        return np.stack([np.concatenate([part[h] for part in parts]) for h in range(len(self.outputs))])


def check_same(net: FaceClassifier, path: Path, faces: NDArray[np.uint8], tolerance: float = 1e-2) -> None:
    """Raise `DataError` unless the file answers as the network does, for one face and for 64 (N x 48 x 48, N >= 1).

    `tolerance`: of a logit, and a tenth of it of the logit's own size.
    """
    images = faces[np.arange(max(TRIED)) % len(faces)]
    ours = predict(net, images)
    opened = OnnxNet(path)
    for batch in TRIED:
        theirs = opened.logits(images, batch)
        if not np.allclose(ours, theirs, rtol=tolerance / 10, atol=tolerance):
            worst = float(np.abs(ours - theirs).max())
            raise DataError(
                f"network {net.network}: its ONNX file differs from the checkpoint by {worst:.3g} for batches of "
                f"{batch}: the network does something that cannot be exported"
            )


def better_in_float(path: Path) -> list[str]:
    """Names of the nodes that int8 makes slower and coarser: what normalises the face, and convolutions that look at a
    single channel.
    """
    import onnx

    graph = onnx.load(str(path)).graph
    first = next((i for i, node in enumerate(graph.node) if node.op_type == "Conv"), 0)
    normalising = [node.name for node in graph.node[:first]]
    narrow = {tensor.name for tensor in graph.initializer if len(tensor.dims) == 4 and tensor.dims[1] == 1}
    return normalising + [
        node.name
        for node in graph.node
        if node.op_type == "Conv"
        and node.input[1] in narrow
        and all(a.i == 1 for a in node.attribute if a.name == "group")
    ]


def typical_batches(
    faces: NDArray[np.uint8], count: int = 12, size: int = 32
) -> Iterator[dict[str, NDArray[np.uint8]]]:
    """Preprocessed training faces in batches, for finding the ranges of activations."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield {"faces": faces[rng.integers(0, len(faces), size)]}


def metadata(path: Path) -> dict[str, Any]:
    """What `mien lab export` wrote into a file. Raises `ModelError` for what is no such file."""
    from mien import models

    return models.metadata(models.session(path))


def agreement(ours: NDArray[Any], theirs: NDArray[Any]) -> float:
    """Share of the faces, 0..1, for which two models choose the same class; both N x C."""
    return float((ours.argmax(1) == theirs.argmax(1)).mean())


def accuracy(scores: NDArray[Any], truth: NDArray[np.int64]) -> float:
    """Share, 0..1, of the faces with a known class (>= 0) that N x C `scores` put into it."""
    known = truth >= 0
    return float((scores[known].argmax(1) == truth[known]).mean()) if known.any() else 0.0


def file_to_write(target: Path | str, needed: Sequence[str] = (".onnx",)) -> Path:
    """The path of a file that is to be written. Raises `DataError` where that cannot be."""
    path = Path(target)
    if path.suffix not in needed:
        raise DataError(f"{path}: name the file with the ending {needed[0]}")
    if not path.parent.is_dir():
        raise DataError(f"{path}: there is no folder {path.parent}: make it first")
    if path.is_dir():
        raise DataError(f"{path} is a folder: name a file")
    return path
