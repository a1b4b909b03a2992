"""The shipped networks: where they are, what they are, and one function that opens them.

`manifest.json` has a row a model: name, file, sha256, bytes, parameters, input, licence, card. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mien.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime

HERE = Path(__file__).parent


class Model(NamedTuple):
    """A row of the manifest."""

    name: str
    file: str
    sha256: str
    bytes: int
    parameters: int
    input: str
    licence: str
    card: str  #: path of its model card in the repository

    @property
    def path(self) -> Path:
        return HERE / self.file


def manifest() -> list[Model]:
    """The shipped models, in the manifest's order."""
    return [Model(**row) for row in json.loads((HERE / "manifest.json").read_text())]


def digest(path: Path) -> str:
    """sha256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify() -> list[tuple[Model, bool]]:
    """Each shipped model, and whether its file is there with the hash that the manifest gives."""
    return [(m, m.path.exists() and digest(m.path) == m.sha256) for m in manifest()]


def session(model: str | Path) -> onnxruntime.InferenceSession:
    """Open a shipped model by its name, or an ONNX file by its path; opened once, then shared between threads;
    a file that was written anew is opened anew.

    One onnxruntime thread: two did not help nets this small, and callers run them side by side.
    Raises `ModelError` when it is missing, damaged, or no ONNX model.
    """
    if isinstance(model, str) and (known := _shipped().get(model)):
        return _open(known)
    return _open(Path(model), stamp(model))


def stamp(path: str | Path) -> tuple[int, ...] | None:
    """When a file was last written, its size and its place on the disk: another stamp, another content.

    None for a missing file.
    """
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Path]:
    return {m.name: m.path for m in manifest()}


@lru_cache(maxsize=16)
def _open(path: Path, stamped: tuple[int, ...] | None = None) -> onnxruntime.InferenceSession:
    import onnxruntime as ort

    if not path.is_file():
        raise ModelError(f"{path}: no such model file")
    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors come as exceptions; nothing goes to stderr
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises many types, none of them public
        raise ModelError(f"{path}: not a model that onnxruntime can open ({type(error).__name__})") from None


def metadata(opened: onnxruntime.InferenceSession) -> dict[str, Any]:
    """What `mien lab export` wrote into the model's metadata under "mien"; empty for a foreign model."""
    text = opened.get_modelmeta().custom_metadata_map.get("mien", "{}")
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
