"""The judge: small networks that learn the eight expressions from varied Noto emoji, and never see a drawing of ours.

One member is trained for each fold of `grouping.folds`, without that fold's emoji; on them it is examined. How often it
names an emoji that it has never seen is the bound of what its word on other drawings is worth. The judge is the mean of
all members, so that every emoji has been learnt by most of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from torch import Tensor, nn

from mien.avatar.raster import rasterise
from mien.lab.roundtrip.grouping import folds
from mien.lab.roundtrip.layers import Drawing
from mien.lab.roundtrip.spoiling import SIDE, spoilt
from mien.lab.roundtrip.variants import variant
from mien.types import LABELS

BATCH = 48
EXAMINED = 20  #: for so many pictures of a label to learn from, one of each held-out emoji to be examined on


@dataclass(frozen=True, slots=True)
class Pictures:
    """Varied emoji: N x SIDE x SIDE x 3, the number of each one's label, and which emoji it is."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    emoji: NDArray[np.str_]

    def of(self, chosen: NDArray[np.bool_]) -> Pictures:
        return Pictures(self.pixels[chosen], self.labels[chosen], self.emoji[chosen])


def varied(drawings: Sequence[Drawing], count: int, seed: int) -> Pictures:
    """count pictures of each label, spread evenly over its emoji."""
    r = Random(seed)
    groups = [[drawing for drawing in drawings if drawing.label == label] for label in LABELS]
    jobs = [(i, group[k % len(group)]) for i, group in enumerate(groups) for k in range(count)]
    pixels = [
        spoilt(rasterise(variant(drawing, r), SIDE), r)
        for _, drawing in track(jobs, "varying the emoji", console=Console(stderr=True), transient=True)
    ]
    names = [drawing.emoji for _, drawing in jobs]
    return Pictures(np.stack(pixels), np.array([i for i, _ in jobs]), np.array(names))


class Member(nn.Module):
    """Four convolutions on SIDE x SIDE pixels; where a feature lies counts, so the last map is kept as 3 x 3."""

    def __init__(self) -> None:
        super().__init__()

        def block(before: int, after: int, stride: int) -> list[nn.Module]:
            return [nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]

        self.features = nn.Sequential(
            *block(3, 12, 2), *block(12, 24, 1), nn.MaxPool2d(2), *block(24, 48, 1), nn.MaxPool2d(2),
            *block(48, 72, 1), nn.MaxPool2d(2), nn.Flatten(),
        )  # fmt: skip
        side = SIDE // 16
        self.answer = nn.Sequential(nn.Dropout(0.4), nn.Linear(72 * side * side, len(LABELS)))

    def forward(self, pixels: Tensor) -> Tensor:
        """pixels: N x 3 x SIDE x SIDE, about -1..1 -> logits over `LABELS`."""
        answer: Tensor = self.answer(self.features(pixels))
        return answer


def tensors(pixels: NDArray[np.uint8]) -> Tensor:
    """N x SIDE x SIDE x 3 bytes -> N x 3 x SIDE x SIDE; each picture with its own mean light and contrast."""
    x = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255
    x = x - x.mean((1, 2, 3), keepdim=True)
    scaled: Tensor = x / (x.std((1, 2, 3), keepdim=True) + 0.05)
    return scaled


def trained(pictures: Pictures, epochs: int, seed: int) -> Member:
    """A member, by AdamW with one cycle of the learning rate."""
    torch.manual_seed(seed)
    net, x, y = Member(), tensors(pictures.pixels), torch.from_numpy(pictures.labels)
    steps = -(-len(x) // BATCH) * epochs
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps, pct_start=0.2)
    loss = nn.CrossEntropyLoss(label_smoothing=0.05)
    net.train()
    for _ in range(epochs):
        for chosen in torch.split(torch.randperm(len(x)), BATCH):
            optimiser.zero_grad()
            loss(net(_jittered(x[chosen])), y[chosen]).backward()
            optimiser.step()
            schedule.step()
    return net.eval()


def _jittered(x: Tensor) -> Tensor:
    """A batch in a mirror and shifted by up to three pixels, so that no picture comes back the same."""
    if torch.rand(()) < 0.5:
        x = x.flip(3)
    dy, dx = (int(v) for v in torch.randint(-3, 4, (2,)))
    return x.roll((dy, dx), (2, 3))


@dataclass(frozen=True, slots=True)
class Judge:
    """The members, and how each label's unseen emoji were named: LABELS x LABELS, rows the truth."""

    members: tuple[Member, ...]
    examined: NDArray[np.int64]
    unseen: dict[str, float]  #: emoji -> how often a member that never saw it named it right

    @torch.no_grad()
    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """N x SIDE x SIDE x 3 -> N x LABELS."""
        x = tensors(pixels)
        mean = torch.stack([member(x).softmax(1) for member in self.members]).mean(0)
        return np.asarray(mean.numpy(), dtype=np.float64)


def build_judge(
    drawings: Sequence[Drawing], *, count: int = 480, epochs: int = 8, members: int = 2, seed: int = 0
) -> Judge:
    """Trains and examines the members.

    count: pictures of each label. One thread, as everywhere in the lab's small jobs; about two minutes.
    """
    torch.set_num_threads(1)
    held_out = folds(members)
    pictures = varied(drawings, count, seed)
    asked_of = [drawing for drawing in drawings if any(drawing.emoji in held for held in held_out)]
    fresh = varied(asked_of, max(1, count // EXAMINED) * members, seed + 1)
    nets, table, right = [], np.zeros((len(LABELS), len(LABELS)), np.int64), dict[str, list[bool]]()
    for k, held in enumerate(track(held_out, "training the judge", console=Console(stderr=True), transient=True)):
        net = trained(pictures.of(~np.isin(pictures.emoji, held)), epochs, seed + k)
        asked = fresh.of(np.isin(fresh.emoji, held))
        with torch.no_grad():
            said = net(tensors(asked.pixels)).argmax(1).numpy()
        np.add.at(table, (asked.labels, said), 1)
        for emoji, wanted, answer in zip(asked.emoji, asked.labels, said, strict=True):
            right.setdefault(str(emoji), []).append(bool(wanted == answer))
        nets.append(net)
    return Judge(tuple(nets), table, {emoji: round(float(np.mean(hits)), 3) for emoji, hits in right.items()})
