"""`vgg13`: the network of the FER+ paper (Barsoum et al. 2016, https://arxiv.org/abs/1608.01041).

It reads 64 x 64 pixels: 2 + 2 + 3 + 3 convolutions of 3 x 3, max pooling and dropout after each stage, two dense
layers.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

#: Channels and number of convolutions of the four stages.
STAGES = ((64, 2), (128, 2), (256, 3), (256, 3))


class Vgg13(nn.Module):
    """N x 1 x size x size (normalised) -> N x outputs. 8.8 million parameters at 64 px."""

    def __init__(self, outputs: int, size: int = 64) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        width = 1
        for channels, count in STAGES:
            for _ in range(count):
                layers += [nn.Conv2d(width, channels, 3, padding=1), nn.ReLU()]
                width = channels
            layers += [nn.MaxPool2d(2), nn.Dropout(0.25)]
        self.features = nn.Sequential(*layers)
        side = size // 2 ** len(STAGES)
        self.dense = nn.Sequential(
            nn.Flatten(),
            nn.Linear(width * side * side, 1024), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(1024, 1024), nn.ReLU(), nn.Dropout(0.5),
        )  # fmt: skip
        self.head = nn.Linear(1024, outputs)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                # Not Glorot's as in the authors' code: without norms, He's keeps the scale through twelve ReLU layers.
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.head.weight, std=0.01)  # or the first steps only unlearn chance answers

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.head(self.dense(self.features(x)))
        return answer

    def backbone_parameters(self) -> Iterator[nn.Parameter]:
        """The convolutions, to be frozen first in transfer learning."""
        return self.features.parameters()
