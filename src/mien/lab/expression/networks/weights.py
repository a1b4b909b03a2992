"""Weights from a file into a network: local state dicts of torchvision, timm or the lab itself."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mien.errors import DataError

#: Where checkpoints keep their state dict, innermost last.
NESTS = ("state_dict", "model", "model_state_dict", "ema", "shadow", "net")
#: What wrappers (DataParallel, torch.compile, Lightning, our classifier) put before every name.
PREFIXES = ("module.", "_orig_mod.", "model.", "backbone.", "net.")
#: Names of last layers, which belong to the classes of the data set that the weights come from.
HEADS = ("fc.", "head.", "classifier.", "last_linear.", "logits.")


@dataclass(frozen=True)
class Loaded:
    """What of a file arrived in a network."""

    used: int  #: tensors taken over
    missing: tuple[str, ...]  #: the network has them, the file does not: they keep their random start
    unexpected: tuple[str, ...]  #: the file has them, the network does not

    def __str__(self) -> str:
        """One line for people."""
        parts = [f"{self.used} tensors loaded"]
        for word, names in (("missing", self.missing), ("unexpected", self.unexpected)):
            if names:
                shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
                parts.append(f"{len(names)} {word} ({shown})")
        return "; ".join(parts)


def read_state_dict(path: Path | str) -> dict[str, Tensor]:
    """The tensors of a .pt, .pth or .safetensors file by name, without wrappers and prefixes.

    No code in the file is run. Raises `DataError` for a file that is not there, is not readable, or holds no tensors.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file of weights")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            found: Any = load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise DataError(f"{path}: holds more than tensors: save its state_dict() alone") from None
    except Exception as error:
        raise DataError(f"{path}: not a file of weights ({' '.join(str(error).split())[:120]})") from None
    while isinstance(found, Mapping) and (nest := next((k for k in NESTS if isinstance(found.get(k), Mapping)), None)):
        found = found[nest]
    tensors = {str(k): v for k, v in found.items() if isinstance(v, Tensor)} if isinstance(found, Mapping) else {}
    if not tensors:
        raise DataError(f"{path}: no tensors in it: a state_dict is expected")
    while prefix := next((p for p in PREFIXES if all(k.startswith(p) for k in tensors)), None):
        tensors = {k.removeprefix(prefix): v for k, v in tensors.items()}
    return tensors


def load_weights(net: nn.Module, path: Path | str) -> Loaded:
    """Put the weights of a file into `net`, in place.

    A colour stem is summed over its channels into a grey one: a grey picture as three equal channels gives the same
    activations. A last layer for other classes is left out. Raises `DataError` for a file whose tensors do not fit:
    other shapes, or fewer than half of the network's tensors.
    """
    own = net.state_dict()
    found = {k: v for k, v in read_state_dict(path).items() if not k.endswith("num_batches_tracked")}
    taken: dict[str, Tensor] = {}
    for name, value in found.items():
        if name not in own:
            continue
        if name.startswith(HEADS) and value.shape != own[name].shape:
            continue
        taken[name] = _to_grey(value, own[name])
        if taken[name].shape != own[name].shape:
            raise DataError(
                f"{path}: {name} is {_size(value)}, the network's is {_size(own[name])}: weights of another network"
            )
    wanted = [k for k in own if not k.endswith("num_batches_tracked")]
    report = Loaded(
        len(taken),
        tuple(k for k in wanted if k not in taken and not k.startswith(HEADS)),
        tuple(k for k in found if k not in own and not k.startswith(HEADS)),
    )
    if len(taken) < len(wanted) / 2:
        raise DataError(f"{path}: weights of another network: {report}")
    net.load_state_dict(taken, strict=False)
    return report


def _to_grey(value: Tensor, target: Tensor) -> Tensor:
    """A 3-channel kernel for a 1-channel one: the sum over the channels."""
    if value.ndim == 4 and value.shape[1] == 3 and target.shape[1] == 1:
        return value.sum(1, keepdim=True)
    return value


def _size(value: Tensor) -> str:
    return re.sub(", ", " x ", str(tuple(value.shape)).strip("(),")) or "a number"
