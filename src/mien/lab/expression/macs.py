"""What a network costs: every layer's shapes, parameters and multiplications, found by running it once with hooks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.modules.pooling import _AdaptiveAvgPoolNd, _AdaptiveMaxPoolNd, _AvgPoolNd, _MaxPoolNd

POOLS = (_MaxPoolNd, _AvgPoolNd, _AdaptiveAvgPoolNd, _AdaptiveMaxPoolNd)


@dataclass(frozen=True)
class Layer:
    """One layer as it ran for one face. Shapes are without the batch: (channels, height, width) or (features,)."""

    name: str  #: its place in the network, as in the state dict
    kind: str  #: conv, dense, pool, norm, dropout or other
    module: nn.Module
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    parameters: int
    macs: int
    source: int  #: the same number for layers that read the very same tensor, pooled or not


@dataclass(frozen=True)
class Cost:
    """What one face costs, and what the file would weigh."""

    parameters: int
    macs: int  #: multiply-accumulates of convolutions and dense layers; other layers are small beside them
    fp32_bytes: int  #: weights and buffers as they are
    int8_bytes: int  #: one byte a weight, nine a channel for bias, scale and zero point; the graph itself comes on top


def cost(net: nn.Module, size: int) -> Cost:
    """Parameters and multiplications of `net` for one face, N x 1 x `size` x `size`."""
    layers = trace(net, size)
    weights = {id(x.module): x.module for x in layers if x.kind in ("conv", "dense")}
    kernels = [m.weight for m in weights.values() if isinstance(m.weight, Tensor)]
    return Cost(
        parameters=sum(p.numel() for p in net.parameters()),
        macs=sum(x.macs for x in layers),
        fp32_bytes=sum(t.numel() * t.element_size() for t in (*net.parameters(), *net.buffers())),
        int8_bytes=sum(w.numel() + 9 * w.shape[0] for w in kernels),
    )


@torch.no_grad()
def trace(net: nn.Module, size: int) -> list[Layer]:
    """The layers of `net` in the order in which they run on one face of N x 1 x `size` x `size`.

    A layer is a module without modules inside, or with parameters of its own. What a network does without modules
    (adding, functional pooling) is not seen. The network is left in the mode in which it was.
    """
    layers: list[Layer] = []
    seen: list[Tensor] = []  # kept alive, so that no two tensors share an id
    pooled: dict[int, int] = {}  # a pool's output -> what it read

    def record(name: str, module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        output = output[0] if isinstance(output, tuple) else output
        if not (inputs and isinstance(inputs[0], Tensor) and isinstance(output, Tensor)):
            return
        seen.extend((inputs[0], output))
        source = pooled.get(id(inputs[0]), id(inputs[0]))
        if kind_of(module) == "pool":
            pooled[id(output)] = source
        own = sum(p.numel() for p in module.parameters(recurse=False))
        shapes = tuple(inputs[0].shape[1:]), tuple(output.shape[1:])
        macs = macs_of(module, inputs[0], output)
        layers.append(Layer(name, kind_of(module), module, *shapes, own, macs, source))

    hooks = [
        module.register_forward_hook(lambda m, i, o, name=name: record(name, m, i, o))  # type: ignore[misc]
        for name, module in net.named_modules()
        if not any(True for _ in module.children()) or any(True for _ in module.parameters(recurse=False))
    ]
    modes = [(module, module.training) for module in net.modules()]
    example = next(net.parameters(), torch.zeros(0))
    try:
        net.eval()(torch.zeros(1, 1, size, size, device=example.device))
    finally:
        for hook in hooks:
            hook.remove()
        for module, training in modes:
            module.training = training
    return layers


def kind_of(module: nn.Module) -> str:
    """conv, dense, pool, norm, dropout or other."""
    if isinstance(module, _ConvNd):
        return "conv"
    if isinstance(module, nn.Linear):
        return "dense"
    if isinstance(module, POOLS):
        return "pool"
    if isinstance(module, _BatchNorm | nn.LayerNorm | nn.GroupNorm):
        return "norm"
    return "dropout" if isinstance(module, _DropoutNd) else "other"


def macs_of(module: nn.Module, given: Tensor, answer: Tensor) -> int:
    """Multiply-accumulates of one convolution or dense layer for the tensors that went in and came out."""
    if isinstance(module, _ConvTransposeNd):
        return given.numel() * math.prod(module.kernel_size) * module.out_channels // module.groups
    if isinstance(module, _ConvNd):
        return answer.numel() * math.prod(module.kernel_size) * module.in_channels // module.groups
    if isinstance(module, nn.Linear):
        return answer.numel() * module.in_features
    return 0
