"""`tutorial`: the network of the Keras tutorials on FER2013, which hundreds of notebooks train.

Its best known copy is https://github.com/atulapra/Emotion-detection. ReLU after every layer, no padding, pixels / 255.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn


class TutorialNet(nn.Module):
    """N x 1 x size x size (pixels / 255) -> N x outputs. With 48 px and 7 outputs 2,345,607 parameters, as in Keras."""

    def __init__(self, outputs: int, size: int = 48) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
            nn.Conv2d(64, 128, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(128, 128, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        )  # fmt: skip
        side = (((size - 4) // 2 - 2) // 2 - 2) // 2
        self.dense = nn.Sequential(nn.Flatten(), nn.Linear(128 * side * side, 1024), nn.ReLU(), nn.Dropout(0.5))
        self.head = nn.Linear(1024, outputs)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):  # Keras' own default
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.head(self.dense(self.features(x)))
        return answer

    def backbone_parameters(self) -> Iterator[nn.Parameter]:
        """The convolutions, to be frozen first in transfer learning."""
        return self.features.parameters()
