"""The expression network: a small residual net with squeeze-and-excitation over a 48 x 48 grey face.

He et al. 2016 (identity shortcuts), Hu et al. 2018 (squeeze-and-excitation). Plain 3 x 3 convolutions throughout: on
a CPU they run and quantise better than depthwise ones. The graph takes bytes and standardises each face itself, so
training and run time cannot disagree about preprocessing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.types import LABELS


def conv_norm(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class SqueezeExcite(nn.Module):
    """Weigh channels by what the whole face shows (Hu et al. 2018)."""

    def __init__(self, channels: int, reduction: int = 8) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, channels // reduction, 1)
        self.excite = nn.Conv2d(channels // reduction, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        weight = torch.relu(self.squeeze(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(weight))


class Block(nn.Module):
    """Two 3 x 3 convolutions with a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = conv_norm(inputs, outputs, stride=stride)
        self.second = conv_norm(outputs, outputs)
        self.attend = SqueezeExcite(outputs)
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else conv_norm(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(self.attend(y) + self.shortcut(x))


class ExpressionNet(nn.Module):
    """N x 48 x 48 bytes -> logits over the labels (N x 8), and over FER2013's reading of them (N x 8)."""

    def __init__(
        self,
        channels: tuple[int, ...] = (24, 48, 96, 192),
        blocks: tuple[int, ...] = (2, 2, 2),
        labels: int = len(LABELS),
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        stem, *stages = channels
        self.stem = conv_norm(1, stem)
        layers: list[nn.Module] = []
        width = stem
        for outputs, count in zip(stages, blocks, strict=True):
            for i in range(count):
                layers.append(Block(width, outputs, stride=2 if i == 0 else 1))
                width = outputs
        self.body = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, labels)
        self.head_fer2013 = nn.Linear(width, labels)

    @staticmethod
    def standardise(faces: Tensor) -> Tensor:
        """N x 48 x 48 of 0..255 -> N x 1 x 48 x 48 with mean 0 and deviation 1 a face: gain does not matter."""
        x = faces.float().unsqueeze(1)
        x = x - x.mean((2, 3), keepdim=True)
        return x / (x.square().mean((2, 3), keepdim=True).sqrt() + 8.0)

    def features(self, faces: Tensor) -> Tensor:
        x = self.standardise(faces).contiguous(memory_format=torch.channels_last)
        pooled: Tensor = self.body(torch.relu(self.stem(x))).mean((2, 3))
        return pooled

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        x = self.dropout(self.features(faces))
        return self.head(x), self.head_fer2013(x)
