"""The landmark network: a small residual net with one linear head on what is left of the picture (3x3 places)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.types import CONTROLS

#: Sizes of the head's parts, in its order: 68 points, controls, pose, is-a-face logit, visible-share logit.
PARTS = (136, len(CONTROLS), 3, 1, 1)
#: Degrees that a pose output of 1 stands for; keeps all outputs near unit size.
POSE_UNIT = 30.0


class Block(nn.Module):
    """Basic residual block (He et al. 2015) of two 3x3 convolutions."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.norm_one = nn.BatchNorm2d(outside)
        self.two = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.norm_two = nn.BatchNorm2d(outside)
        self.short = nn.Identity() if stride == 1 and inside == outside else _projection(inside, outside, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.norm_one(self.one(x)))
        return torch.relu(self.norm_two(self.two(y)) + self.short(x))


def _projection(inside: int, outside: int, stride: int) -> nn.Module:
    # Averaging before the 1x1 convolution uses every pixel (ResNet-D, He et al. 2018).
    pool: list[nn.Module] = [nn.AvgPool2d(stride)] if stride > 1 else []
    return nn.Sequential(*pool, nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside))


class LandmarkNet(nn.Module):
    """96x96 RGB crop -> 68 points, 52 controls, pose, is-a-face, visible share.

    `forward` takes N x 96 x 96 x 3 uint8 (as crops come) and returns the raw head, N x 193, see `split`.
    """

    def __init__(
        self, stem: int = 16, widths: tuple[int, ...] = (32, 64, 96, 96), blocks: tuple[int, ...] = (2, 3, 2, 1)
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, stem, 3, 2, 1, bias=False), nn.BatchNorm2d(stem), nn.ReLU())
        layers: list[nn.Module] = []
        inside = stem
        for width, count in zip(widths, blocks, strict=True):
            layers += [Block(inside if i == 0 else width, width, 2 if i == 0 else 1) for i in range(count)]
            inside = width
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(inside * 9, sum(PARTS))
        with torch.no_grad():  # start at the middle of the crop, at rest
            self.head.weight.mul_(0.1)
            self.head.bias.zero_()
            self.head.bias[: PARTS[0]] = 0.5

    def forward(self, crops: Tensor) -> Tensor:
        x = crops.permute(0, 3, 1, 2)
        x = (x.float() - 127.5) / 64
        x = self.layers(self.stem(x.contiguous(memory_format=torch.channels_last)))
        raw: Tensor = self.head(x.flatten(1).float())
        return raw


def split(raw: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """The raw head as points (N x 68 x 2, crop sides), controls (N x 52), pose (N x 3, degrees), two logits (N)."""
    points, controls, pose, face, visible = torch.split(raw, list(PARTS), 1)
    return points.reshape(-1, 68, 2), controls, pose * POSE_UNIT, face[:, 0], visible[:, 0]


class Readable(nn.Module):
    """The network as it is exported: named outputs in their final units."""

    def __init__(self, net: LandmarkNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Points (N x 68 x 2, crop sides), controls (N x 52), pose (N x 3), face (N x 2: is a face, visible share;
        0..1)."""
        raw = self.net(crops)
        points, controls, pose, _, _ = split(raw)
        return points, controls.clamp(0, 1), pose, raw[:, -2:].sigmoid()
