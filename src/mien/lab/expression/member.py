"""A trained model among others, whatever it is: a run, a checkpoint, an exported ONNX file, or the shipped model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mien import models
from mien.errors import DataError
from mien.expression.metadata import read_metadata
from mien.expression.preprocess import Preprocess
from mien.lab.expression.classifier import FaceClassifier
from mien.lab.expression.export import load_run
from mien.lab.expression.losses import HEADS
from mien.lab.expression.onnx_file import OUTPUTS, metadata, write_graph


@dataclass(frozen=True)
class Member:
    """One model, and what it answers."""

    name: str  #: of its folder or file, without the path
    file: Path  #: the checkpoint or ONNX file
    net: FaceClassifier | None  #: of a run; None for an ONNX file
    labels: tuple[str, ...]
    heads: tuple[str, ...]  #: "votes", "labels" or both, in the order of its outputs
    steps: tuple[str, ...]  #: pixel steps of `mien.expression.preprocess` that run before it
    priors: dict[str, list[float]]  #: head -> C, the share of each class in training
    included: dict[str, float]  #: head -> how much of the prior its logits hold already
    network: str
    emoji: dict[str, str]
    data: tuple[str, ...] = ()  #: what it was trained on, where that is known

    def output(self, head: str) -> str:
        """The name of the output that answers for a head, in an ONNX file."""
        return OUTPUTS[self.heads.index(head)]

    def onnx(self, folder: Path) -> Path:
        """Its ONNX file; a run's is written into `folder`."""
        if self.net is None:
            return self.file
        write_graph(self.net, folder / "graph.onnx")
        return folder / "graph.onnx"


def open_member(model: Path | str) -> Member:
    """A run (its folder or a checkpoint), an exported ONNX file, or the word "shipped".

    Raises `DataError` or `ModelError` for what cannot be opened.
    """
    path = Path(model)
    if str(model) == "shipped":
        return _exported(next(m.path for m in models.manifest() if m.name == "expression"), "shipped")
    if path.suffix == ".onnx":
        return _exported(path, path.name)
    net, state = load_run(path)
    name = path.resolve().name if path.is_dir() else f"{path.resolve().parent.name}/{path.name}"
    return Member(
        name, path / "best.pt" if path.is_dir() else path, net, tuple(state["classes"]), tuple(state["heads"]),
        tuple(step.spec for step in Preprocess.parse(state["preprocess"]).steps), dict(state["priors"]),
        dict.fromkeys(state["heads"], float(state["prior_included"])), state["network"], {},
        tuple(state.get("data") or ()),
    )  # fmt: skip


def _exported(onnx: Path, name: str) -> Member:
    said = read_metadata(metadata(onnx), name)
    both = (said.calibration, said.second) if said.second else (said.calibration,)
    heads = tuple(said.meta.get("heads") or HEADS[: len(both)])  # files of mien 0.1 do not say: votes came first
    included = said.meta.get("prior_included") or [0.0] * len(heads)
    if not len(heads) == len(both) == len(included):
        raise DataError(f"{name}: its metadata does not fit together: export it again")
    return Member(
        name, onnx, None, said.labels, heads, tuple(step.spec for step in said.preprocess.steps),
        {head: np.exp(c.log_prior).tolist() for head, c in zip(heads, both, strict=True)},
        dict(zip(heads, map(float, included), strict=True)), str(said.meta.get("network") or "unknown"), said.emoji,
    )  # fmt: skip
