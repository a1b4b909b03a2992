"""From a run folder to the one ONNX file that ships, its larger weights in 8 bits."""

from __future__ import annotations

import json
import warnings
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.avatar.neural.slots import current_layout
from mien.errors import DataError
from mien.lab.appearance.net import ANSWERS
from mien.lab.emojify.decoder import Decoder
from mien.lab.emojify.decoding import load_decoder
from mien.lab.emojify.net import POINTS, TRAIT_ORDER, Emission, Encoder, split_traits
from mien.lab.emojify.settings import DECODER, Recipe
from mien.vision.crop import HEAD_SIZE

INPUTS = ("head", "points", "given", "known")
OUTPUTS = ("vector", "traits", "attention", "picture")
LARGE = 1024  #: weights of a tensor from which on it is stored in 8 bits


class Readable(nn.Module):
    """Encoder and decoder as they are exported."""

    def __init__(self, encoder: Encoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder, self.decoder, self.emission = encoder, decoder, Emission()

    def forward(self, head: Tensor, points: Tensor, given: Tensor, known: Tensor) -> tuple[Tensor, ...]:
        """Emitted vector (N x V), trait probabilities (N x 73), attention (N x 11 x tokens), and the picture
        (N x 4 x 64 x 64) of the emitted vector, or of `given` (N x V) where `known` (N x 1) is 1."""
        raw, logits, attention = self.encoder(head, points)
        if not self.encoder.landmarks:
            attention = attention + 0 * points.mean()  # an input that nothing reads would be left out of the file
        vector = self.emission(raw)
        traits = torch.cat([part.softmax(1) for part in split_traits(logits).values()], 1)
        return vector, traits, attention, self.decoder(known * given + (1 - known) * vector)


def load_nets(run: Path | str) -> tuple[Encoder, Decoder]:
    """The averaged encoder of a run and the decoder it was taught with. Raises `DataError`."""
    file = Path(run) / "last.pt"
    if not file.is_file():
        raise DataError(f"{file}: no such checkpoint; train first")
    state = torch.load(file, map_location="cpu", weights_only=False)
    config = json.loads((Path(run) / "config.json").read_text())
    recipe = Recipe(**{field.name: config[field.name] for field in fields(Recipe) if field.name in config})
    encoder, decoder = Encoder(recipe), Decoder()
    try:
        encoder.load_state_dict(state["ema"]["shadow"])
        decoder.load_state_dict(state["decoder"])
    except (KeyError, RuntimeError) as error:
        raise DataError(f"{file}: not a checkpoint of emojify ({type(error).__name__})") from None
    return encoder.eval(), decoder.eval()


def export(run: Path | str, onnx: Path | str, *, decoder: Path | str | None = None, int8: bool = True) -> Path:
    """Write a run as ONNX (opset 17), see `Readable`; N is free.

    decoder: another run, of `train` or `teach_decoder`, whose decoder to take. int8: larger weights are stored in 8
    bits a channel and computed with in float32. Raises `DataError`.
    """
    import onnx as format_of

    encoder, drawing = load_nets(run)
    if decoder is not None:
        drawing = load_decoder(Path(decoder) / DECODER)
    file = Path(onnx)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    layout = current_layout()
    feed = (
        torch.zeros(2, HEAD_SIZE, HEAD_SIZE, 3, dtype=torch.uint8), torch.full((2, POINTS, 2), 0.5),
        torch.zeros(2, layout.size), torch.zeros(2, 1),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no further package is called legacy
        torch.onnx.export(
            Readable(encoder, drawing).eval(),
            feed,
            str(part),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "n"} for name in (*INPUTS, *OUTPUTS)},
            opset_version=17,
            dynamo=False,
        )
    model = format_of.load(str(part))
    if int8:
        store_in_8_bits(model)
    about: dict[str, Any] = {
        "model": "emojify",
        "choices": {path: list(names) for path, names in layout.choices.items()},
        "traits": {trait: list(ANSWERS[trait]) for trait in TRAIT_ORDER},
    }
    format_of.helper.set_model_props(model, {"mien": json.dumps(about)})
    format_of.save(model, str(part))
    part.replace(file)
    return file


def store_in_8_bits(model: Any) -> int:
    """Replace every large weight of convolutions and matrix products by signed bytes, a scale an output channel, and
    the two nodes that make it float32 again, which a runtime folds when it opens the file. Returns how many."""
    from onnx import helper, numpy_helper

    graph = model.graph
    values = {tensor.name: tensor for tensor in graph.initializer}
    done: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul") or len(node.input) < 2:
            continue
        name = node.input[1]
        if name in done or name not in values or int(np.prod(values[name].dims)) < LARGE:
            continue
        turned = any(a.name == "transB" and a.i for a in node.attribute)
        axis = 0 if node.op_type == "Conv" or turned else -1
        whole, scale = rounded(numpy_helper.to_array(values[name]), axis)
        graph.initializer.remove(values[name])
        graph.initializer.append(numpy_helper.from_array(whole, f"{name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        done[name] = [
            helper.make_node("Cast", [f"{name}.int8"], [f"{name}.float"], to=1),
            helper.make_node("Mul", [f"{name}.float", f"{name}.scale"], [name]),
        ]
    nodes = [node for pair in done.values() for node in pair] + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    return len(done)


def rounded(weights: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Signed bytes and the scale along an axis (shaped to be multiplied with) that give the weights back."""
    others = tuple(i for i in range(weights.ndim) if i != axis % weights.ndim)
    scale = np.maximum(np.abs(weights).max(others, keepdims=True), 1e-8) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)
