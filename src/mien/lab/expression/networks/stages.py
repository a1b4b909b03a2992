"""A network as a person would sketch it: stages of one resolution, with what is repeated said once.

Read off one run of the network (`mien.lab.expression.macs.trace`), so it works for networks of one's own too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from torch import nn

from mien.lab.expression.macs import Layer, trace

FEW = 3  #: so many layers in a row are told one by one
CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


@dataclass(frozen=True)
class Group:
    """Layers said once, and how often they follow one another."""

    count: int
    lines: tuple[str, ...]


@dataclass
class Stage:
    """Feature maps of one resolution, or one dense layer."""

    kind: str  #: maps, dense or output
    shape: tuple[int, ...]  #: (channels, height, width) or (features,)
    units: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  #: pooling, dropout, flattening after the layers
    shortcut: bool = False
    stride: int = 1
    parameters: int = 0
    macs: int = 0

    @property
    def groups(self) -> list[Group]:
        """What the stage does: blocks that are repeated once, but up to three single layers each."""
        found: list[Group] = []
        for lines, same in groupby(self.units):
            count = len(list(same))
            few = len(lines) == 1 and count <= FEW
            found.append(Group(1, lines * count) if few else Group(count, lines))
        return found


def stages(net: nn.Module, size: int) -> list[Stage]:
    """The stages of `net` for one face of N x 1 x `size` x `size`."""
    layers = trace(net, size)
    found: list[Stage] = []
    pooled = False
    for unit in _units(net, layers):
        main = _main(unit)
        if not main:
            pooled = _aside(found, unit) or pooled
            continue
        last, stride = main[-1], _stride(unit, main)
        if len(last.outputs) < 3:
            _flatten(found, last)
            found.append(Stage("dense", last.outputs))
        elif not found or pooled or len(found[-1].shape) < 3 or found[-1].shape[1:] != last.outputs[1:]:
            _shrunk(found, main[0])
            found.append(Stage("maps", last.outputs, stride=stride))
        stage, pooled = found[-1], False
        stage.shape = last.outputs
        stage.units.append(tuple(_texts(unit, main)))
        stage.shortcut = stage.shortcut or any(_parallel(layer, unit) for layer in unit if layer.kind == "conv")
        _add(stage, unit)
    if found and found[-1].kind == "dense":
        found[-1].kind = "output"
    return found


def _add(stage: Stage, layers: Iterable[Layer]) -> None:
    for layer in layers:
        stage.parameters += layer.parameters
        stage.macs += layer.macs


def _units(net: nn.Module, layers: Sequence[Layer]) -> list[list[Layer]]:
    """Layers in the order they run, those of one block together.

    A block is the outermost module of one's own making in which the resolution changes at most once.
    """
    modules = dict(net.named_modules())
    sides: dict[str, set[int]] = {}
    for layer in layers:
        if layer.kind in ("conv", "pool") and len(layer.outputs) == 3:
            for name in _ancestors(layer.name):
                sides.setdefault(name, set()).update({layer.outputs[1]} - {1})

    def unit_of(layer: Layer) -> str:
        for name in _ancestors(layer.name):
            if not isinstance(modules[name], CONTAINERS) and 0 < len(sides.get(name, ())) <= 2:
                return name
        return layer.name

    return [list(unit) for _, unit in groupby(layers, unit_of)]


def _ancestors(name: str) -> list[str]:
    """The modules that a layer is in, outermost first, without the network itself."""
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _main(unit: Sequence[Layer]) -> list[Layer]:
    """The convolutions and dense layers on the main way: neither shortcuts nor gates."""
    return [x for x in unit if x.kind in ("conv", "dense") and not _gate(x, unit) and not _parallel(x, unit)]


def _gate(layer: Layer, unit: Sequence[Layer]) -> bool:
    """Whether a layer only weighs channels: it sees one value a channel while its block sees maps."""
    flat = len(layer.inputs) == 1 or layer.inputs[1:] == (1, 1)
    return flat and any(len(x.outputs) == 3 and x.outputs[1] > 1 for x in unit)


def _parallel(layer: Layer, unit: Sequence[Layer]) -> bool:
    """Whether a convolution reads what an earlier one of the block read: the projection of a shortcut."""
    before = unit[: unit.index(layer)]
    return any(x.kind == "conv" and x.source == layer.source for x in before)


def _texts(unit: Sequence[Layer], main: Sequence[Layer]) -> list[str]:
    texts = [_text(layer) for layer in main]
    if any(_gate(layer, unit) for layer in unit if layer.kind in ("conv", "dense")):
        texts.append("squeeze-excite")
    return texts


def _text(layer: Layer) -> str:
    module = layer.module
    if isinstance(module, nn.Linear):
        return f"dense {module.out_features}"
    kernel = "×".join(map(str, getattr(module, "kernel_size", ())))
    depthwise = getattr(module, "groups", 1) == getattr(module, "in_channels", 0) > 1
    return f"{'depthwise' if depthwise else 'conv'} {kernel} · {layer.outputs[0]}"


def _stride(unit: Sequence[Layer], main: Sequence[Layer]) -> int:
    steps = [getattr(layer.module, "stride", 1) for layer in main]
    return max(step[0] if isinstance(step, tuple) else int(step) for step in steps)


def _aside(found: list[Stage], unit: Sequence[Layer]) -> bool:
    """Note what stands between the layers that learn; True when it was a pooling."""
    pooled = False
    for layer in unit:
        if not found:
            break
        stage = found[-1]
        if layer.kind == "pool":
            pooled = True
            stage.notes.append(_pool(layer))
        elif layer.kind == "dropout":
            _flatten(found, layer)
            stage.notes.append(f"dropout {100 * float(getattr(layer.module, 'p', 0)):g} %")
        elif layer.kind == "other" and layer.parameters:
            stage.units.append((type(layer.module).__name__,))
        _add(stage, [layer])
    return pooled


def _pool(layer: Layer) -> str:
    kind = "max pool" if "Max" in type(layer.module).__name__ else "average"
    if layer.outputs[1:] == (1, 1):
        return "max of the map" if kind == "max pool" else "average of the map"
    kernel = getattr(layer.module, "kernel_size", None)
    kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return f"{kind} {kernel[0]}×{kernel[1]}" if kernel[0] else kind


def _flatten(found: list[Stage], reader: Layer) -> None:
    """Note how maps became the features that `reader` reads, where no module says so."""
    if not found or len(found[-1].shape) < 3 or len(reader.inputs) > 1:
        return
    features, (channels, *_) = reader.inputs[-1], found[-1].shape
    if any(" of the map" in note or note.startswith("flatten") for note in found[-1].notes):
        return
    if features > channels:
        found[-1].notes.append(f"flatten to {features}")
    elif features == channels:
        found[-1].notes.append("average of the map")


def _shrunk(found: list[Stage], first: Layer) -> None:
    """Note a pooling that is no module."""
    if found and len(found[-1].shape) == 3 and len(first.inputs) == 3:
        noted = any("pool" in note or "average" in note for note in found[-1].notes)
        if first.inputs[1] < found[-1].shape[1] and not noted:
            found[-1].notes.append(f"pooled to {first.inputs[1]}×{first.inputs[2]}")
