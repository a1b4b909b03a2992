"""Int8 weights and activations for an exported network, where that is measured to be faster and as accurate.

Static quantisation by onnxruntime in QDQ form (Jacob et al. 2018): unsigned activations, signed weights per channel.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantise(
    source: Path | str,
    target: Path | str,
    batches: Iterable[dict[str, NDArray[Any]]],
    keep_float: Sequence[str] = (),
    also: Sequence[str] = (),
) -> Path:
    """Write an int8 copy of the ONNX file `source`, keeping its metadata.

    batches: typical inputs (name -> array) from training data, to find the ranges of activations. keep_float: names of
    nodes that stay in floating point. also: kinds of nodes that become int8 beside convolutions, matrix products, sums
    and rectifiers, where that is quicker.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.calibrate import CalibrationDataReader
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self.items: Iterator[dict[str, NDArray[Any]]] = iter(batches)

        def get_next(self) -> dict[str, NDArray[Any]] | None:
            return next(self.items, None)

    source, target = Path(source), Path(target)
    prepared = target.with_name(f".{target.name}.prepared")
    part = target.with_name(f".{target.name}.part")
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # onnxruntime warns through it of what was just done
    try:
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared), str(part), Reader(),
            quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "Add", "Relu", "Gemm", "MatMul", *also], nodes_to_exclude=list(keep_float),
        )  # fmt: skip
        meta = {p.key: p.value for p in onnx.load(str(source)).metadata_props}
        model = onnx.load(str(part))
        onnx.helper.set_model_props(model, meta)
        onnx.save(model, str(part))
        part.replace(target)
    finally:
        root.setLevel(level)
        prepared.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return target


def median_ms(path: Path | str, feed: dict[str, NDArray[Any]], repeat: int = 50) -> float:
    """Median milliseconds of one run on one thread."""
    import time

    from mien.models import session

    opened = session(Path(path))
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        opened.run(None, feed)
        times.append(time.perf_counter() - began)
    return float(np.median(times) * 1e3)
