"""A deeper network that answers as a trained one does, to train on from: its new blocks begin as identities.

Net2DeeperNet (Chen et al. 2016, https://arxiv.org/abs/1511.05641), with residual blocks whose branch begins at zero.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from mien.errors import DataError
from mien.lab.expression.average import write_checkpoint
from mien.lab.expression.classifier import FaceClassifier
from mien.lab.expression.export import load_run
from mien.lab.expression.networks.residual import Block, ResidualNet


def grow(run: Path | str, network: str, out: Path | str) -> Path:
    """Write `out`, a checkpoint of `network` that answers as the best epoch of `run` does.

    network: one of `mien` and its kin with the run's channels, and at least as many blocks in every stage. Begin to
    train it with `weights = "OUT"`. Raises `DataError` for networks that do not fit; then nothing is written.
    """
    small, state = load_run(run)
    large = FaceClassifier(network, small.classes, small.heads, size=small.size, normalise=small.normalise)
    if not isinstance(small.net, ResidualNet) or not isinstance(large.net, ResidualNet):
        raise DataError(f"{run}: only mien and its kin can grow, into one another")
    before, after = _stages(small.net), _stages(large.net)
    fits = len(before) == len(after) and all(len(a) <= len(b) for a, b in zip(before, after, strict=True))
    if not fits:
        raise DataError(f"{network} has fewer blocks than {state['network']}, or other stages")
    try:
        large.net.stem.load_state_dict(small.net.stem.state_dict())
        large.net.head.load_state_dict(small.net.head.state_dict())
        for old, new in zip(before, after, strict=True):
            for ours, theirs in zip(new, old, strict=False):
                ours.load_state_dict(theirs.state_dict())
            for extra in new[len(old) :]:
                _still(extra)
    except RuntimeError:
        raise DataError(f"{network} has other channels than {state['network']}") from None
    weights = large.state_dict()
    write_checkpoint({**state, "network": network, "ema": {"shadow": weights}, "net": weights}, Path(out))
    return Path(out)


def _stages(net: ResidualNet) -> list[list[Block]]:
    """The blocks by resolution: a stage begins where the shortcut is more than the input itself."""
    stages: list[list[Block]] = []
    for block in net.body:
        assert isinstance(block, Block)
        if not isinstance(block.shortcut, nn.Identity):
            stages.append([])
        stages[-1].append(block)
    return stages


def _still(block: Block) -> None:
    """Let a block give its input back: its branch ends in a norm of scale and shift 0, and nothing is below 0."""
    norm = block.second[1]
    assert isinstance(norm, nn.BatchNorm2d)
    with torch.no_grad():
        norm.weight.zero_()
        norm.bias.zero_()
