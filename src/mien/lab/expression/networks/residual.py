"""`mien` and `mobile`: a small residual net with squeeze-and-excitation over a grey face.

He et al. 2016 (identity shortcuts, https://arxiv.org/abs/1512.03385), Hu et al. 2018 (squeeze-and-excitation,
https://arxiv.org/abs/1709.01507). Plain 3 x 3 convolutions throughout: on a CPU they run and quantise better than
depthwise ones.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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
        weight = torch.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1)))
        return x * torch.sigmoid(self.excite(weight))


class Pooled(nn.Sequential):
    """A shortcut that averages squares of stride x stride pixels, then mixes channels."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        average = nn.AvgPool2d(stride, ceil_mode=True, count_include_pad=False)
        super().__init__(average, conv_norm(inputs, outputs, 1))
        self.inputs, self.outputs, self.stride = inputs, outputs, stride

    def fused(self) -> nn.Sequential:
        """The same for sides that `stride` divides, as one strided convolution."""
        mixing = self.get_submodule("1.0").get_parameter("weight")
        wide = nn.Conv2d(self.inputs, self.outputs, self.stride, self.stride, bias=False)
        wide.weight.copy_(mixing.expand_as(wide.weight) / self.stride**2)
        return nn.Sequential(wide, self.get_submodule("1.1"))


class Block(nn.Module):
    """Two 3 x 3 convolutions with a shortcut.

    `pooled`: where the shortcut halves the resolution it averages first (ResNet-D, He et al. 2019,
    https://arxiv.org/abs/1812.01187), instead of looking at one pixel of four: a face that moves by a pixel then
    changes less.
    """

    def __init__(self, inputs: int, outputs: int, stride: int, pooled: bool = False) -> None:
        super().__init__()
        self.first = conv_norm(inputs, outputs, stride=stride)
        self.second = conv_norm(outputs, outputs)
        self.attend = SqueezeExcite(outputs)
        same = inputs == outputs and stride == 1
        self.shortcut: nn.Module = nn.Identity()
        if not same:
            pool = pooled and stride > 1
            self.shortcut = Pooled(inputs, outputs, stride) if pool else conv_norm(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(self.attend(y) + self.shortcut(x))


class ResidualNet(nn.Module):
    """N x 1 x S x S (normalised, float32, any S) -> N x outputs.

    `channels`: of the stem, then of every stage; `blocks`: how many blocks each stage has. The first block of a stage
    halves the resolution. Twice the channels are four times the parameters and the multiplications.
    """

    def __init__(
        self,
        outputs: int,
        channels: Sequence[int] = (24, 48, 96, 192),
        blocks: Sequence[int] = (2, 2, 2),
        dropout: float = 0.2,
        pooled: bool = False,
    ) -> None:
        super().__init__()
        stem, *stages = channels
        self.stem = conv_norm(1, stem)
        layers: list[nn.Module] = []
        width = stem
        for wanted, count in zip(stages, blocks, strict=True):
            for i in range(count):
                layers.append(Block(width, wanted, stride=2 if i == 0 else 1, pooled=pooled))
                width = wanted
        self.body = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.body(torch.relu(self.stem(x))).mean((2, 3))
        answer: Tensor = self.head(self.dropout(pooled))
        return answer

    def backbone_parameters(self) -> Iterator[nn.Parameter]:
        """All but the head, to be frozen first in transfer learning."""
        yield from self.stem.parameters()
        yield from self.body.parameters()


@torch.no_grad()
def fused(net: nn.Module, side: int) -> nn.Module:
    """A copy whose pooled shortcuts are one strided convolution each: the same answers, quicker in an exported file.

    side: of the input in pixels. A network whose sides become odd on the way is copied as it is, since there the
    average of the last pixels is over fewer of them; so is one without such shortcuts.
    """
    net = copy.deepcopy(net)
    shortcuts = [(m, m.shortcut) for m in net.modules() if isinstance(m, Block) and isinstance(m.shortcut, Pooled)]
    if side % math.prod(shortcut.stride for _, shortcut in shortcuts) == 0:
        for block, shortcut in shortcuts:
            block.shortcut = shortcut.fused()
    return net
