"""The networks by name."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from mien.errors import DataError
from mien.lab.expression.networks.own import build_own
from mien.lab.expression.networks.residual import ResidualNet
from mien.lab.expression.networks.resnet import ResNet50
from mien.lab.expression.networks.tutorial import TutorialNet
from mien.lab.expression.networks.vgg13 import Vgg13
from mien.lab.expression.networks.weights import load_weights

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NetworkInfo:
    """What there is to know about a network before it is built."""

    about: str  #: one line
    source: str  #: the paper or page that it comes from
    make: Callable[[int, int], nn.Module]  #: (outputs, size) -> the network
    size: int = 48  #: side of its input in pixels
    normalise: str = "face"  #: how its input is normalised, see `mien.lab.expression.classifier`


NETWORKS: dict[str, NetworkInfo] = {
    "tutorial": NetworkInfo(
        "the Keras tutorials' plain network",
        "https://github.com/atulapra/Emotion-detection",
        TutorialNet,
        normalise="unit",
    ),
    "vgg13": NetworkInfo(
        "the FER+ paper's network", "Barsoum et al. 2016, https://arxiv.org/abs/1608.01041", Vgg13, size=64
    ),
    "resnet50": NetworkInfo(
        "the standard one, for transfer learning",
        "He et al. 2016, https://arxiv.org/abs/1512.03385",
        lambda outputs, _: ResNet50(outputs),
        size=64,
    ),
    "mien": NetworkInfo(
        "ours: residual, with squeeze-and-excitation",
        "He et al. 2016, 2019; Hu et al. 2018, https://arxiv.org/abs/1709.01507",
        lambda outputs, _: ResidualNet(outputs, (24, 48, 112, 224), pooled=True),
    ),
    "mien-deep": NetworkInfo(
        "ours, one block deeper",
        "He et al. 2016, 2019; Hu et al. 2018, https://arxiv.org/abs/1709.01507",
        lambda outputs, _: ResidualNet(outputs, (24, 48, 112, 224), (2, 3, 2), pooled=True),
    ),
    "mobile": NetworkInfo(
        "ours, narrower, for phones",
        "He et al. 2016; Hu et al. 2018, https://arxiv.org/abs/1709.01507",
        lambda outputs, _: ResidualNet(outputs, (16, 24, 48, 88)),
    ),
}


def info(name: str) -> NetworkInfo:
    """What is known about a network; of a user's own (`module:factory`) only its name. Raises `DataError`."""
    if name in NETWORKS:
        return NETWORKS[name]
    module, colon, factory = name.partition(":")
    if colon and module and factory:
        return NetworkInfo("your own", name, lambda outputs, size: build_own(name, outputs, size))
    raise DataError(f"no network {name!r}: choose one of {', '.join(NETWORKS)}, or your own as module:factory")


def build(name: str, outputs: int, weights: Path | str | None = None, *, size: int | None = None) -> nn.Module:
    """A network that maps N x 1 x S x S float32 (normalised) to N x `outputs`.

    `size`: S, by default what the network was made for. `weights`: a local state dict to start from, without its last
    layer; what of it fits is logged in one line. Raises `DataError` for an unknown name, a network of one's own that
    does not work, or weights that do not fit.
    """
    known = info(name)
    net = known.make(outputs, size or known.size)
    if weights is not None:
        log.info("%s from %s: %s", name, weights, load_weights(net, weights))
    return net
