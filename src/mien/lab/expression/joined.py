"""Join several expression networks into one ONNX graph that answers with the mean of their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mien.errors import DataError
from mien.lab.expression.classifier import FACE_SIDE
from mien.lab.expression.onnx_file import OPSET, OUTPUTS

MEANS = ("arithmetic", "geometric")


@dataclass(frozen=True)
class Answer:
    """One output of one file, and what makes probabilities of it: softmax((logits + shift) / temperature)."""

    output: str
    shift: Sequence[float]  #: C
    temperature: float


def join(files: Sequence[Path], heads: Sequence[Sequence[Answer]], out: Path, mean: str = "arithmetic") -> None:
    """Write `out`: `faces` -> for each head the logarithm of the mean over the files' probabilities.

    heads: for each output of `out` an answer of each file. mean: of the probabilities, or ("geometric") of their
    logarithms, which is not normalised. Raises `DataError` for files that cannot stand in one graph.
    """
    import onnx
    from onnx import TensorProto, helper

    models = [onnx.load(str(file)) for file in files]
    parts = [onnx.compose.add_prefix(m, f"m{i}/", rename_inputs=False) for i, m in enumerate(models)]
    nodes = [node for part in parts for node in part.graph.node]
    tensors = [tensor for part in parts for tensor in part.graph.initializer]
    for number, answers in enumerate(heads):
        more, constants = _mean_of(answers, OUTPUTS[number], mean)
        nodes += more
        tensors += constants
    classes = len(heads[0][0].shift)
    graph = helper.make_graph(
        nodes,
        "ensemble",
        [helper.make_tensor_value_info("faces", TensorProto.UINT8, ["n", FACE_SIDE, FACE_SIDE])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", classes]) for name in OUTPUTS[: len(heads)]],
        tensors,
    )
    model = helper.make_model(
        graph, opset_imports=_opsets(parts, files), ir_version=max(part.ir_version for part in parts)
    )
    onnx.checker.check_model(model)
    onnx.save(model, str(out))


def _mean_of(answers: Sequence[Answer], output: str, mean: str) -> tuple[list[Any], list[Any]]:
    """Nodes and constants that turn the files' logits into the logarithm of their mean probabilities."""
    from onnx import helper, numpy_helper

    def constant(name: str, value: Any) -> str:
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    nodes: list[Any] = []
    constants: list[Any] = []
    stacked = []
    first = constant(f"{output}/axis", np.array([0], np.int64))
    for i, answer in enumerate(answers):
        name = f"{output}/{i}"
        shift = constant(f"{name}/shift", np.array([answer.shift], np.float32))
        warmth = constant(f"{name}/temperature", np.array(answer.temperature, np.float32))
        nodes += [
            helper.make_node("Add", [f"m{i}/{answer.output}", shift], [f"{name}/shifted"]),
            helper.make_node("Div", [f"{name}/shifted", warmth], [f"{name}/scaled"]),
            helper.make_node("LogSoftmax", [f"{name}/scaled"], [f"{name}/log"], axis=1),
            helper.make_node("Unsqueeze", [f"{name}/log", first], [f"{name}/row"]),
        ]
        stacked.append(f"{name}/row")
    nodes.append(helper.make_node("Concat", stacked, [f"{output}/all"], axis=0))
    if mean == "geometric":
        nodes.append(helper.make_node("ReduceMean", [f"{output}/all"], [output], axes=[0], keepdims=0))
        return nodes, constants
    count = constant(f"{output}/count", np.array(np.log(len(answers)), np.float32))
    nodes += [
        helper.make_node("ReduceLogSumExp", [f"{output}/all"], [f"{output}/sum"], axes=[0], keepdims=0),
        helper.make_node("Sub", [f"{output}/sum", count], [output]),
    ]
    return nodes, constants


def _opsets(parts: Sequence[Any], files: Sequence[Path]) -> list[Any]:
    """The operator sets of all files, where they agree."""
    from onnx import helper

    found: dict[str, int] = {"": OPSET}
    for part, file in zip(parts, files, strict=True):
        if part.functions:
            raise DataError(f"{file}: holds functions of its own: give the run that it was exported from")
        for used in part.opset_import:
            domain = "" if used.domain == "ai.onnx" else used.domain
            if found.setdefault(domain, used.version) != used.version:
                raise DataError(
                    f"{file}: made for version {used.version} of ONNX's operators, the others for {found[domain]}: "
                    "export it again with `mien lab export`"
                )
    return [helper.make_opsetid(domain, version) for domain, version in found.items()]
