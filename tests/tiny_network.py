"""A network of one's own, as `tiny_network:make`, small enough to train in tests."""

import torch
from torch import nn

from mien.lab.expression.networks.residual import ResidualNet


class Hungry(nn.Module):
    """Runs out of memory on more than `MOST` faces at once while it learns."""

    MOST = 5

    def forward(self, x):
        if self.training and len(x) > self.MOST:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return x


def make(outputs):
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, 4, 2), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, 2, 1), nn.ReLU(), nn.Flatten(),
        nn.Dropout(0.2), nn.Linear(8 * 36, outputs),
    )  # fmt: skip


def make_plain(outputs):
    """Without batch norm: a batch in parts gives the very gradients of the whole."""
    return nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(144, 16), nn.Tanh(), nn.Linear(16, outputs))


def make_hungry(outputs):
    return nn.Sequential(Hungry(), make_plain(outputs))


def make_starving(outputs):
    Hungry_ = type("Starving", (Hungry,), {"MOST": 0})
    return nn.Sequential(Hungry_(), make_plain(outputs))


def make_small(outputs):
    """For faces of any size, learning fast."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, 4, 2), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(6), nn.Flatten(),
        nn.Linear(8 * 36, outputs),
    )  # fmt: skip


class Restless(nn.Module):
    """Draws lots, also when it should answer."""

    def forward(self, x):
        return x + torch.rand_like(x)


def make_restless(outputs):
    return nn.Sequential(make_small(outputs), Restless())


def make_roomy(outputs):
    """Mostly weights: its file shrinks when they do."""
    return nn.Sequential(*list(make_small(512)), nn.ReLU(), nn.Linear(512, outputs))


def make_residual(outputs, blocks=(1, 2, 1)):
    """As `mien`, with few channels."""
    return ResidualNet(outputs, (8, 8, 16, 24), blocks, pooled=True)


def make_deeper(outputs):
    return make_residual(outputs, (2, 3, 1))


def make_shallow(outputs):
    return make_residual(outputs, (1, 1, 1))
