"""Put an exported network among the shipped ones: the file into `mien/models/`, its row into the manifest.

For maintainers, in a checkout:  python -m mien.lab.ship face-detector runs/detector/face-detector.onnx
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np

from mien import models
from mien.errors import DataError
from mien.lab.run import write_atomically

#: The shipped models: what each sees. The card of NAME is docs/models/NAME.md.
INPUTS = {
    "face-detector": "1 x height x width x 3 uint8 RGB, sides multiples of 32",
    "face-landmarks": "N x 96 x 96 x 3 uint8 RGB, cut by mien.vision.crop",
    "expression": "N x 48 x 48 uint8 grey, framed as in FER2013",
    "appearance": "N x 160 x 160 x 3 and N x 96 x 96 x 3 uint8 RGB, cut by mien.vision.crop",
    "emojify": "N x 128 x 128 x 3 uint8 RGB, cut by mien.vision.crop, and 68 points; or the vector of a spec",
}
LIMIT = 12_000_000  #: bytes that all weights together may take


def parameters(path: Path) -> int:
    """Number of weights in an ONNX file."""
    import onnx

    return sum(int(np.prod(tensor.dims)) for tensor in onnx.load(str(path)).graph.initializer)


def ship(name: str, onnx: Path | None = None) -> models.Model:
    """Copy `onnx` to its place (None: it lies there already) and renew its row. Raises `DataError`."""
    if name not in INPUTS:
        raise DataError(f"no shipped model is called {name!r}: choose one of {', '.join(INPUTS)}")
    target = models.HERE / f"{name}.onnx"
    if onnx is not None and onnx != target:
        shutil.copyfile(onnx, target)
    models.session(target)  # opens, or raises ModelError
    row = models.Model(
        name, target.name, models.digest(target), target.stat().st_size, parameters(target), INPUTS[name],
        "Apache-2.0", f"docs/models/{name}.md",
    )  # fmt: skip
    rows = [m for m in models.manifest() if m.name != name] + [row]
    if (total := sum(m.bytes for m in rows)) > LIMIT:
        raise DataError(f"the weights would take {total / 1e6:.1f} MB together: the limit is {LIMIT / 1e6:.0f} MB")
    rows.sort(key=lambda m: list(INPUTS).index(m.name))
    text = json.dumps([m._asdict() for m in rows], indent=2) + "\n"
    write_atomically(models.HERE / "manifest.json", text.encode())
    return row


if __name__ == "__main__":
    print(ship(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None))
