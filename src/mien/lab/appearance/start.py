"""Beginning from the landmark network, whose trunk has seen tens of thousands of faces (labelled ones are few), or
from an earlier appearance network.

The weights are read from an exported ONNX file, so that a training can be repeated without the run it begins from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mien.errors import DataError
from mien.lab.appearance.net import AppearanceNet
from mien.lab.landmarks.net import Block

Weights = tuple[NDArray[np.float32], NDArray[np.float32]]


def begin_from(net: AppearanceNet, model: Path | str) -> int:
    """Set stem and shared layers of `net` to the convolutions of an exported landmark or appearance network (int8 or
    float32); returns how many convolutions were taken over. Raises `DataError` for another network."""
    convolutions = read_convolutions(Path(model))
    places: list[tuple[str, nn.Module]] = [("stem.stem.0", net.stem)]
    places += [(f"layers.layers.{i}", block) for i, block in enumerate(net.layers)]
    return sum(take(module, name, convolutions) for name, module in places)


def read_convolutions(path: Path) -> dict[str, Weights]:
    """Kernel and bias of every convolution of an ONNX file, by the place in the network that its node name tells."""
    import onnx
    from onnx import numpy_helper

    if not path.is_file():
        raise DataError(f"{path}: no such model")
    graph = onnx.load(str(path)).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in values:
            values[node.output[0]] = _dequantised(values, *node.input)
    found = {}
    for node in graph.node:
        if node.op_type == "Conv" and len(node.input) == 3:
            # "/net/layers/layers.0/one/Conv" -> "layers.layers.0.one"
            place = node.name.removeprefix("/net/").removeprefix("net/").removesuffix("/Conv").replace("/", ".")
            found[place] = (values[node.input[1]].astype(np.float32), values[node.input[2]].astype(np.float32))
    return found


def _dequantised(values: dict[str, NDArray[Any]], data: str, scale: str, zero: str) -> NDArray[np.float32]:
    """Integers times their scale; a scale a row where there are several."""
    whole, steps, offset = values[data].astype(np.float32), values[scale], values[zero].astype(np.float32)
    shape = (-1, *[1] * (whole.ndim - 1)) if steps.ndim and steps.size > 1 else ()
    return np.asarray((whole - offset.reshape(shape)) * steps.reshape(shape), np.float32)


def take(module: nn.Module, place: str, convolutions: dict[str, Weights]) -> int:
    """Copy the convolutions of a stem or a block with the norms that follow them.

    The file has the norms folded into the kernels. Here a norm starts as the identity plus the bias; `settle` then
    gives it the statistics that it would have had.
    """
    pairs = _pairs(module, place)
    for name, conv, norm in pairs:
        kernel, bias = convolutions.get(name, (None, None))
        if kernel is None or bias is None or kernel.shape != tuple(conv.weight.shape):
            raise DataError(f"the model has no convolution {name} of shape {tuple(conv.weight.shape)}: not landmarks")
        with torch.no_grad():
            conv.weight.copy_(torch.from_numpy(kernel.copy()))
            norm.weight.fill_(1)
            norm.bias.copy_(torch.from_numpy(bias.copy()))
    return len(pairs)


def _pairs(module: nn.Module, place: str) -> list[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    """The convolutions in a module, each with the norm behind it, and its name in the file."""
    named: list[tuple[str, Any, Any]] = []
    if isinstance(module, Block):
        named = [(f"{place}.one", module.one, module.norm_one), (f"{place}.two", module.two, module.norm_two)]
        if isinstance(module.short, nn.Sequential):
            named.append((f"{place}.short.short.{len(module.short) - 2}", module.short[-2], module.short[-1]))
    elif isinstance(module, nn.Sequential):  # the stem
        named = [(place, module[0], module[1])]
    return named


@torch.no_grad()
def settle(net: AppearanceNet, head: torch.Tensor, face: torch.Tensor) -> None:
    """Give every norm of stem and shared layers the statistics of these views, and the scale and shift under which it
    changes nothing: the network then computes what the file's did, and trains on from there. Layer by layer, since each
    layer's input depends on the norms before it."""
    modules = [m for part in (net.stem, net.layers) for m in part.modules()]
    norms = [m for m in modules if isinstance(m, nn.BatchNorm2d)]

    def hook(norm: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None and norm.running_var is not None
        if norm in done:  # the second view of a shared layer
            return
        done.add(norm)
        x = inputs[0].float().transpose(0, 1).flatten(1)
        mean, var = x.mean(1), x.var(1)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(var)
        norm.weight.copy_((var + norm.eps).sqrt())
        norm.bias.add_(mean)

    done: set[nn.Module] = set()
    handles = [norm.register_forward_pre_hook(hook) for norm in norms]
    net.eval()
    net(head, face)
    for handle in handles:
        handle.remove()
