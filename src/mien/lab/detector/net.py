"""The face detector's network: plain 3x3 convolutions, a feature pyramid and three levels of anchor-free outputs.

Every cell of the levels (strides 8, 16 and 32) gives a face score, the distances to the four sides of the box (FCOS,
Tian et al. 2019, arXiv:1904.01355) and five points. Plain convolutions beat depthwise ones here: onnxruntime and
oneDNN run them near the processor's peak, also in bfloat16 and int8.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STRIDES = (8, 16, 32)
POINTS = 5
OUTPUTS = 4 + 2 * POINTS  #: numbers a cell besides its score: left, top, right, bottom, then x, y of each point


@dataclass(frozen=True)
class Shape:
    """Widths and depths; multiples of 16 channels fit the processor's vectors."""

    stem: tuple[int, int] = (16, 32)
    widths: tuple[int, int, int] = (32, 64, 96)
    blocks: tuple[int, int, int] = (1, 3, 1)
    neck: int = 48
    head: int = 64

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def of(values: dict[str, Any]) -> Shape:
        """The shape saved by `to_dict` (JSON turns tuples into lists)."""
        kept: dict[str, Any] = {k: tuple(v) if isinstance(v, list | tuple) else v for k, v in values.items()}
        return Shape(**kept)


def conv(inputs: int, outputs: int, size: int = 3, stride: int = 1, *, act: bool = True) -> nn.Sequential:
    """Convolution, batch norm and, unless `act` is false, ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(outputs, momentum=0.03),
    ]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if act else []))


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(conv(width, width), conv(width, width, act=False))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.body(x))


class Head(nn.Module):
    """Half of one 3x3 convolution for the score, half for box and points; shared by the levels but for the norms."""

    def __init__(self, neck: int, width: int) -> None:
        super().__init__()
        self.split = width // 2
        self.tower = nn.Conv2d(neck, width, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width, momentum=0.03) for _ in STRIDES)
        self.score = nn.Conv2d(self.split, 1, 1)
        self.shape = nn.Conv2d(width - self.split, OUTPUTS, 1)
        nn.init.normal_(self.score.weight, std=0.01)
        nn.init.normal_(self.shape.weight, std=0.01)
        for layer, value in ((self.score, -4.6), (self.shape, 0.0)):
            assert layer.bias is not None
            nn.init.constant_(layer.bias, value)  # scores of 1 % at first: the many empty cells must not swamp the loss

    def forward(self, features: list[Tensor]) -> tuple[Tensor, Tensor]:
        scores, shapes = [], []
        for x, norm in zip(features, self.norms, strict=True):
            a, b = F.relu(norm(self.tower(x))).tensor_split([self.split], 1)
            scores.append(self.score(a).flatten(2))
            shapes.append(self.shape(b).flatten(2))
        return torch.cat(scores, 2)[:, 0], torch.cat(shapes, 2).transpose(1, 2)


class Net(nn.Module):
    """Bx3xHxW pictures (0..255, H and W multiples of 32) -> score logits BxN and raw box and point numbers BxNx14.

    N counts the cells of all levels, stride 8 first, row by row. See `decode` for what the numbers mean.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        s = self.plan = shape or Shape()
        self.stem = nn.Sequential(conv(3, s.stem[0], stride=2), conv(*s.stem, stride=2))
        before = (s.stem[1], *s.widths[:2])
        self.stages = nn.ModuleList(
            nn.Sequential(conv(i, o, stride=2), *(Residual(o) for _ in range(n)))
            for i, o, n in zip(before, s.widths, s.blocks, strict=True)
        )
        self.lateral = nn.ModuleList(conv(w, s.neck, 1, act=False) for w in s.widths)
        self.head = Head(s.neck, s.head)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        x = self.stem(pictures * (1 / 64) - 2)
        features: list[Tensor] = []
        for stage, lateral in zip(self.stages, self.lateral, strict=True):
            x = stage(x)
            features.append(lateral(x))
        for i in (1, 0):
            features[i] = features[i] + F.interpolate(features[i + 1], scale_factor=2.0, mode="nearest")
        answer: tuple[Tensor, Tensor] = self.head([F.relu(f) for f in features])
        return answer


def cells(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Centres Nx2 (x, y in pixels) and strides N of the cells of an input of this size."""
    centres, strides = [], []
    for s in STRIDES:
        y, x = torch.meshgrid(torch.arange(height // s), torch.arange(width // s), indexing="ij")
        centres.append((torch.stack([x, y], -1).reshape(-1, 2).float() + 0.5) * s)
        strides.append(torch.full((centres[-1].shape[0],), float(s)))
    return torch.cat(centres), torch.cat(strides)


def decode(shapes: Tensor, centres: Tensor, strides: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes ...x4 (left, top, right, bottom) and points ...x5x2 in pixels from the raw numbers ...x14.

    A side lies `2 * stride * exp(number)` from the centre, a point `2 * stride * number`.
    """
    unit = (2 * strides).unsqueeze(-1)
    sides = shapes[..., :4].clamp(-4, 4).exp() * unit
    boxes = torch.cat([centres - sides[..., :2], centres + sides[..., 2:]], -1)
    points = shapes[..., 4:].reshape(*shapes.shape[:-1], POINTS, 2) * unit.unsqueeze(-1) + centres.unsqueeze(-2)
    return boxes, points
