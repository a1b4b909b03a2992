"""A classifier of faces: bytes in, logits out; resizing and normalising are part of the graph.

So training, evaluation and the exported ONNX file cannot disagree about preprocessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.errors import DataError
from mien.lab.expression import networks
from mien.lab.expression.networks.weights import Loaded, load_weights

#: Side of the faces that the lab stores and the program crops.
FACE_SIDE = 48
#: What the network can be given: "face" standardises every face by its own mean and deviation (the gain of the camera
#: does not matter), "unit" is 0..1, "signed" is -1..1, "none" leaves 0..255.
NORMALISE = ("face", "unit", "signed", "none")


def normalise(x: Tensor, how: str) -> Tensor:
    """N x 1 x S x S of 0..255 as the network wants it, see `NORMALISE`."""
    if how == "face":
        x = x - x.mean((2, 3), keepdim=True)
        return x / (x.square().mean((2, 3), keepdim=True).sqrt() + 8.0)  # 8: noise of a flat picture stays small
    if how == "unit":
        return x / 255.0
    if how == "signed":
        return x / 127.5 - 1.0
    return x


class FaceClassifier(nn.Module):
    """N x 48 x 48 of 0..255 (uint8 or float) -> one N x `classes` tensor of logits for each of `heads`.

    `network`: a name of `mien.lab.expression.networks`, or `module:factory`. `size` and `normalise` are the network's
    own by default. `weights`: a local state dict that the network starts from. Raises `DataError` for an unknown
    network or normalisation, and for weights that do not fit.
    """

    def __init__(
        self,
        network: str,
        classes: int,
        heads: Sequence[str] = ("votes",),
        *,
        size: int | None = None,
        normalise: str | None = None,
        weights: Path | str | None = None,
    ) -> None:
        super().__init__()
        known = networks.info(network)
        self.network, self.classes, self.heads = network, classes, tuple(heads)
        self.size = size or known.size
        self.normalise = normalise or known.normalise
        if self.normalise not in NORMALISE:
            raise DataError(f"no normalisation {self.normalise!r}: choose one of {', '.join(NORMALISE)}")
        self.net = networks.build(network, classes * len(self.heads), size=self.size)
        #: what of `weights` arrived, None without any; as text it is one line for people
        self.loaded: Loaded | None = None if weights is None else load_weights(self.net, weights)
        self._frozen = False

    def prepare(self, faces: Tensor) -> Tensor:
        """N x 48 x 48 of 0..255 -> what the network is given, N x 1 x size x size float32."""
        x = faces.float().unsqueeze(1)
        if self.size != FACE_SIDE:
            x = F.interpolate(x, (self.size, self.size), mode="bilinear", align_corners=False)
        return normalise(x, self.normalise).contiguous(memory_format=torch.channels_last)

    def forward(self, faces: Tensor) -> tuple[Tensor, ...]:
        logits: Tensor = self.net(self.prepare(faces))
        return torch.split(logits, self.classes, dim=1)

    def backbone(self) -> list[nn.Parameter]:
        """All parameters but those of the last layers; empty for a network without `backbone_parameters()`."""
        offered = getattr(self.net, "backbone_parameters", None)
        return list(offered()) if offered else []

    def freeze_backbone(self, frozen: bool) -> None:
        """Stop the backbone from learning, its batch norms' running statistics included, or let it learn again."""
        self._frozen = frozen
        for parameter in self.backbone():
            parameter.requires_grad_(not frozen)
        self.train(self.training)

    def train(self, mode: bool = True) -> Self:
        """Switch to training or evaluation; frozen batch norms stay in evaluation."""
        super().train(mode)
        if mode and self._frozen:
            for module in self.net.modules():
                if isinstance(module, nn.modules.batchnorm._BatchNorm) and not module.weight.requires_grad:
                    module.eval()
        return self
