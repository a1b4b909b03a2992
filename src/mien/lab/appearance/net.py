"""The appearance network: one small residual trunk sees the head and the face; a linear head answers for each trait."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.appearance.reader import HEAD_INPUT, answers
from mien.lab.landmarks.net import Block
from mien.types import TRAITS
from mien.vision.crop import LANDMARK_SIZE

#: Codes the network answers with. Presentation's u is said where neither m nor f is likely enough.
ANSWERS = {trait: answers(trait) for trait in TRAITS}
#: Middles of the bins, in years, of the training-only age head (a finer teacher than four groups).
YEARS = (1, 4, 8, 13, 18, 23, 28, 34, 40, 47, 54, 62, 70, 80)
#: Directions of what the teacher sees that the network learns to see too (a training-only head).
SEEN = 96
#: Side of what the trunk leaves of a view: a 32nd.
FACE_PLACES, HEAD_PLACES = LANDMARK_SIZE // 32, HEAD_INPUT // 32


class AppearanceNet(nn.Module):
    """Head view (N x 160 x 160 x 3 uint8) and face view (N x 96 x 96 x 3 uint8) -> raw logits, N x 73, see `split`.

    Both views go through one stem and the first `layers`; the last layer is each view's own. The places are kept, not
    averaged: where hair ends is what tells its length.
    """

    def __init__(
        self,
        stem: int = 16,
        widths: tuple[int, ...] = (32, 64, 96, 160),
        blocks: tuple[int, ...] = (2, 3, 2, 2),
        kept: int = 64,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, stem, 3, 2, 1, bias=False), nn.BatchNorm2d(stem), nn.ReLU())
        layers: list[nn.Module] = []
        inside = stem
        for width, count in zip(widths[:-1], blocks[:-1], strict=True):
            layers += [Block(inside if i == 0 else width, width, 2 if i == 0 else 1) for i in range(count)]
            inside = width
        self.layers = nn.Sequential(*layers)
        self.face_layers, self.head_layers = (self._last(inside, widths[-1], blocks[-1], kept) for _ in range(2))
        self.dropout = nn.Dropout(dropout)
        features = kept * (FACE_PLACES**2 + HEAD_PLACES**2)
        self.answers = nn.Linear(features, sum(map(len, ANSWERS.values())))
        self.years = nn.Linear(features, len(YEARS))
        self.face_mimic, self.head_mimic = (nn.Conv2d(widths[-1], SEEN, 1) for _ in range(2))

    @staticmethod
    def _last(inside: int, width: int, blocks: int, kept: int) -> nn.Sequential:
        layers = [Block(inside if i == 0 else width, width, 2 if i == 0 else 1) for i in range(blocks)]
        keep = nn.Sequential(nn.Conv2d(width, kept, 1, bias=False), nn.BatchNorm2d(kept), nn.ReLU())
        return nn.Sequential(nn.Sequential(*layers), keep)

    def maps(self, head: Tensor, face: Tensor) -> tuple[Tensor, Tensor]:
        """What the trunk leaves of the views: N x 160 x 5 x 5 and N x 160 x 3 x 3."""
        found = []
        for view, last in ((head, self.head_layers), (face, self.face_layers)):
            x = (view.permute(0, 3, 1, 2).float() - 127.5) / 64
            x = self.layers(self.stem(x.contiguous(memory_format=torch.channels_last)))
            found.append(last[0](x))
        return found[0], found[1]

    def kept(self, head: Tensor, face: Tensor) -> Tensor:
        """Both maps -> N x 2176: what is kept of them, place by place."""
        return torch.cat([self.face_layers[1](face).flatten(1), self.head_layers[1](head).flatten(1)], 1).float()

    def forward(self, head: Tensor, face: Tensor) -> Tensor:
        raw: Tensor = self.answers(self.kept(*self.maps(head, face)))
        return raw

    def training_heads(self, head: Tensor, face: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Trait logits (N x 73) and years logits (N x 14), with dropout; what the teacher should see in the maps
        (N x 96 x 5 x 5 and N x 96 x 3 x 3)."""
        maps = self.maps(head, face)
        seen = self.dropout(self.kept(*maps))
        return self.answers(seen), self.years(seen), self.head_mimic(maps[0]), self.face_mimic(maps[1])


def split(raw: Tensor) -> dict[str, Tensor]:
    """The raw logits (N x 73) by trait."""
    parts = torch.split(raw, [len(codes) for codes in ANSWERS.values()], 1)
    return dict(zip(ANSWERS, parts, strict=True))


class Mirrored(nn.Module):
    """The mean of what the network answers for the views and for their mirror images."""

    def __init__(self, net: AppearanceNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, head: Tensor, face: Tensor) -> Tensor:
        both: Tensor = self.net(torch.cat([head, head.flip(2)]), torch.cat([face, face.flip(2)]))
        count = head.shape[0]
        return (both[:count] + both[count:]) / 2


class Readable(nn.Module):
    """The network as it is exported: it looks at both sides, and a calibrated softmax a trait."""

    def __init__(self, net: AppearanceNet) -> None:
        super().__init__()
        self.net = Mirrored(net)

    def forward(self, head: Tensor, face: Tensor) -> tuple[Tensor, ...]:
        """Probabilities (N x codes), one output a trait in the order of `TRAITS`."""
        return tuple(part.softmax(1) for part in split(self.net(head, face)).values())
