"""The decoder: slots -> the picture that the engine would draw; and the judge that reads expressions off pictures."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from mien.avatar.neural.slots import SLOTS, Layout, current_layout
from mien.types import LABELS

SLOT_WIDTH = 48
WHOLE = 192  #: the vector of the whole face
CHANNELS = (64, 64, 48)  #: at 8, 16 and 32 places a side


class Film(nn.Module):
    """Two convolutions whose channels are scaled and shifted by the whole face (FiLM, Perez et al. 2018,
    https://arxiv.org/abs/1709.07871): a colour reaches every place at once."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(inside, outside, 3, 1, 1), nn.Conv2d(outside, outside, 3, 1, 1)
        self.by = nn.Linear(WHOLE, 2 * outside)
        self.short = nn.Identity() if inside == outside else nn.Conv2d(inside, outside, 1)

    def forward(self, x: Tensor, whole: Tensor) -> Tensor:
        scale, shift = self.by(whole)[:, :, None, None].chunk(2, 1)
        y = torch.relu(self.one(x) * (1 + scale) + shift)
        return torch.relu(self.two(y) + self.short(x))


class Decoder(nn.Module):
    """Vector (N x V) -> picture, N x 4 x 64 x 64, 0..1: red, green and blue times alpha, alpha."""

    def __init__(self, layout: Layout | None = None) -> None:
        super().__init__()
        layout = layout or current_layout()
        self.spans = [(layout.span(slot).start, layout.span(slot).stop) for slot in SLOTS]
        self.slots = nn.ModuleList(nn.Linear(stop - start, SLOT_WIDTH) for start, stop in self.spans)
        self.whole = nn.Sequential(nn.GELU(), nn.Linear(SLOT_WIDTH * len(SLOTS), WHOLE), nn.GELU())
        self.begin = nn.Linear(WHOLE, CHANNELS[0] * 64)
        inside = CHANNELS[0]
        self.levels = nn.ModuleList()
        for channels in CHANNELS:
            self.levels.append(Film(inside, channels))
            inside = channels
        self.up = nn.Upsample(scale_factor=2)
        self.out = nn.Sequential(nn.Conv2d(inside, 16, 3, 1, 1), nn.PixelShuffle(2))

    def forward(self, vector: Tensor) -> Tensor:
        embedded = [layer(vector[:, a:b]) for layer, (a, b) in zip(self.slots, self.spans, strict=True)]
        whole = self.whole(torch.cat(embedded, 1))
        x = self.begin(whole).reshape(-1, CHANNELS[0], 8, 8).contiguous(memory_format=torch.channels_last)
        for i, level in enumerate(self.levels):
            x = level(self.up(x) if i else x, whole)
        return torch.sigmoid(self.out(x).float())


class Judge(nn.Module):
    """Reads the eight expressions off a picture (N x 4 x 64 x 64): a small plain network, taught by the engine's
    drawings alone and then held still."""

    def __init__(self) -> None:
        super().__init__()
        widths, layers = (4, 24, 48, 64, 96), []
        for inside, outside in pairwise(widths):
            layers += [nn.Conv2d(inside, outside, 3, 2, 1), nn.BatchNorm2d(outside), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2), nn.Linear(96 * 16, len(LABELS)))

    def forward(self, picture: Tensor) -> Tensor:
        logits: Tensor = self.layers(picture)
        return logits
