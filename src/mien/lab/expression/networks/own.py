"""A user's own network, named `module:factory`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from mien.errors import DataError


def build_own(name: str, outputs: int, size: int = 48) -> nn.Module:
    """What `factory(outputs)` of `module` makes, tried once on two black faces of `size` px.

    The module is looked for in the current directory and on `sys.path`. Raises `DataError`, in one line, for a module
    or factory that is not there, fails, or makes no N x 1 x size x size -> N x `outputs` network.
    """
    with _current_directory_on_path():
        factory = _factory(name)
        try:
            net = factory(outputs)
        except Exception as error:  # a user's code may fail in any way
            raise DataError(
                f"network {name}: the factory failed with {outputs} outputs ({_one_line(error)})"
            ) from error
        if not isinstance(net, nn.Module):
            raise DataError(f"network {name}: the factory made a {type(net).__name__}, not a torch nn.Module")
        _try(net, name, outputs, size)
    return net


@contextmanager
def _current_directory_on_path() -> Iterator[None]:
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)


def _factory(name: str) -> Callable[[int], Any]:
    module_name, _, factory_name = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        where = f"run this in the folder that holds {module_name}.py" if error.name == module_name else "install it"
        raise DataError(f"network {name}: no module {error.name}: {where}") from error
    except Exception as error:
        raise DataError(f"network {name}: cannot import {module_name} ({_one_line(error)})") from error
    factory = getattr(module, factory_name, None)
    if not callable(factory):
        raise DataError(f"network {name}: {module_name} has no function {factory_name!r} that makes a network")
    return cast(Callable[[int], Any], factory)


@torch.no_grad()
def _try(net: nn.Module, name: str, outputs: int, size: int) -> None:
    net.eval()  # no statistics of the dry run stay behind
    try:
        answer = net(torch.zeros(2, 1, size, size))
    except Exception as error:
        raise DataError(f"network {name}: does not take N x 1 x {size} x {size} ({_one_line(error)})") from error
    finally:
        net.train()
    if not isinstance(answer, Tensor) or tuple(answer.shape) != (2, outputs):
        made = " x ".join(map(str, answer.shape)) if isinstance(answer, Tensor) else type(answer).__name__
        raise DataError(f"network {name}: gives {made} for two faces, not 2 x {outputs}")


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__
