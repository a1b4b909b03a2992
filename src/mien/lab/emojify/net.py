"""The encoder: a residual trunk over the head, tokens of picture and landmarks, slots that look at them.

The slots are learned queries (as the object queries of DETR, Carion et al. 2020, https://arxiv.org/abs/2005.12872;
Vaswani et al. 2017 for the attention). Each slot's head emits its share of the vector of `mien.avatar.neural.slots`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from mien.avatar.neural.slots import SLOT_TRAITS, SLOTS, Layout, current_layout
from mien.lab.appearance.net import ANSWERS
from mien.lab.emojify.settings import Recipe
from mien.lab.landmarks.net import Block
from mien.vision.crop import HEAD_SIZE

POINTS = 68
STRIDE = 16  #: of the trunk
PLACES = (HEAD_SIZE // STRIDE) ** 2
WIDTHS, BLOCKS, STEM = (32, 64, 96), (2, 3, 2), 16  #: as the appearance network's shared layers
HIDDEN = 64  #: of a slot's head


class Trunk(nn.Module):
    """The appearance network's stem and shared layers, their norms folded into the convolutions and held still."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, STEM, 3, 2, 1, bias=False), nn.BatchNorm2d(STEM), nn.ReLU())
        inside, layers = STEM, []
        for width, count in zip(WIDTHS, BLOCKS, strict=True):
            layers += [Block(inside if i == 0 else width, width, 2 if i == 0 else 1) for i in range(count)]
            inside = width
        self.layers = nn.Sequential(*layers)

    def forward(self, head: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """N x 128 x 128 x 3 uint8 -> features at a 4th, an 8th and a 16th: N x 32, 64, 96 x places."""
        x = (head.permute(0, 3, 1, 2).float() - 127.5) / 64
        x = self.stem(x.contiguous(memory_format=torch.channels_last))
        levels, end = [], 0
        for count in BLOCKS:
            x = self.layers[end : end + count](x)
            levels.append(x)
            end += count
        return levels[0], levels[1], levels[2]

    def train(self, mode: bool = True) -> Trunk:
        """Norms keep the statistics they have."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


class Attention(nn.Module):
    """Multi-head attention that also tells where it looked; `uniform`: every token alike, which is average pooling."""

    def __init__(self, width: int, heads: int, *, uniform: bool = False) -> None:
        super().__init__()
        self.heads, self.uniform = heads, uniform
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.out = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, slots: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """N x S x D and N x T x D -> N x S x D, and the weights, N x S x T, mean over the heads."""
        s, d = slots.shape[1:]
        t = tokens.shape[1]

        def split(x: Tensor, count: int) -> Tensor:
            return x.reshape(-1, count, self.heads, d // self.heads).transpose(1, 2)

        value = split(self.value(tokens), t)
        if self.uniform:
            weights = (value[..., :1].transpose(2, 3) * 0 + 1 / t).expand(-1, -1, s, -1)
        else:
            query, key = split(self.query(slots), s), split(self.key(tokens), t)
            weights = (query @ key.transpose(2, 3) * (d // self.heads) ** -0.5).softmax(-1)
        seen = (weights @ value).transpose(1, 2).reshape(-1, s, d)
        return self.out(seen), weights.mean(1)


class Layer(nn.Module):
    """Slots look at the tokens, then at each other, then think."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        d = recipe.width
        self.norms = nn.ModuleList(nn.LayerNorm(d) for _ in range(3))
        self.look = Attention(d, recipe.heads, uniform=recipe.looking == "pool")
        self.talk = Attention(d, recipe.heads)
        self.think = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))
        self.dropout = nn.Dropout(recipe.dropout)

    def forward(self, slots: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        seen, weights = self.look(self.norms[0](slots), tokens)
        slots = slots + self.dropout(seen)
        others = self.norms[1](slots)
        slots = slots + self.dropout(self.talk(others, others)[0])
        return slots + self.dropout(self.think(self.norms[2](slots))), weights


class Encoder(nn.Module):
    """Head view (N x 128 x 128 x 3 uint8) and landmarks (N x 68 x 2, shares of the view's side) -> slots."""

    def __init__(self, recipe: Recipe | None = None, layout: Layout | None = None) -> None:
        super().__init__()
        recipe, layout = recipe or Recipe(), layout or current_layout()
        d = recipe.width
        self.landmarks = recipe.landmarks
        self.trunk = Trunk()
        self.from_picture = nn.Linear(WIDTHS[-1], d)
        self.places = nn.Parameter(torch.randn(PLACES, d) * 0.02)
        self.from_point = nn.Linear(WIDTHS[0] + WIDTHS[1] + 2, d)
        self.points = nn.Parameter(torch.randn(POINTS, d) * 0.02)
        self.token = nn.Sequential(
            nn.LayerNorm(d), nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d), nn.LayerNorm(d)
        )
        self.queries = nn.Parameter(torch.randn(len(SLOTS), d) * 0.5)
        self.layers = nn.ModuleList(Layer(recipe) for _ in range(recipe.layers))
        spans = [layout.span(slot) for slot in SLOTS]
        self.sizes = [span.stop - span.start for span in spans]
        self.traits = [sum(len(ANSWERS[trait]) for trait in SLOT_TRAITS.get(slot, ())) for slot in SLOTS]
        self.answers = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(d), nn.Linear(d, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, size + count))
            for size, count in zip(self.sizes, self.traits, strict=True)
        )

    def tokens(self, head: Tensor, points: Tensor) -> Tensor:
        """N x 64 (row by row of 8 x 8 places) or, with landmarks, N x 132 x D."""
        fine, middle, coarse = self.trunk(head)
        picture: Tensor = self.from_picture(coarse.flatten(2).transpose(1, 2)) + self.places
        if not self.landmarks:
            return torch.add(picture, self.token(picture))
        grid = (points * 2 - 1)[:, None]  # N x 1 x 68 x 2
        near = [
            functional.grid_sample(level.float(), grid, padding_mode="border", align_corners=False)[:, :, 0]
            for level in (fine, middle)
        ]
        local = torch.cat([*near, (points * 4 - 2).transpose(1, 2)], 1).transpose(1, 2)
        marks = self.from_point(local) + self.points
        tokens = torch.cat([picture, marks], 1)
        return torch.add(tokens, self.token(tokens))

    def forward(self, head: Tensor, points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Raw vector (N x V), trait logits (N x 73, in the order of `SLOT_TRAITS`), and where each slot looked in the
        last layer (N x 11 x tokens; rows sum to 1)."""
        tokens = self.tokens(head, points)
        slots = self.queries[None].expand(tokens.shape[0], -1, -1)
        weights = tokens
        for layer in self.layers:
            slots, weights = layer(slots, tokens)
        raw, traits = [], []
        for i, answer in enumerate(self.answers):
            said = answer(slots[:, i])
            raw.append(said[:, : self.sizes[i]])
            traits.append(said[:, self.sizes[i] :])
        return torch.cat(raw, 1), torch.cat(traits, 1), weights


#: The traits in the order of the encoder's logits.
TRAIT_ORDER = tuple(trait for slot in SLOTS for trait in SLOT_TRAITS.get(slot, ()))


def split_traits(logits: Tensor) -> dict[str, Tensor]:
    """The trait logits (N x 73) by trait."""
    parts = torch.split(logits, [len(ANSWERS[trait]) for trait in TRAIT_ORDER], 1)
    return dict(zip(TRAIT_ORDER, parts, strict=True))


class Emission(nn.Module):
    """Raw numbers -> the vector: probabilities of choices, signed fields in -1..1, shares, flags and controls in 0..1,
    colours as they are."""

    def __init__(self, layout: Layout | None = None) -> None:
        super().__init__()
        pieces: list[tuple[str, int, int]] = []
        for field in (layout or current_layout()).fields:
            start, stop = field.place.start, field.place.stop
            own = {"signed": "tanh", "share": "sigmoid", "control": "sigmoid", "colour": "linear"}
            parts = [("sigmoid", start, start + 1), ("linear", start + 1, stop)] if field.kind == "optional" else [
                (own.get(field.kind, "softmax"), start, stop)
            ]  # fmt: skip
            for how, low, high in parts:
                if pieces and pieces[-1][0] == how != "softmax":
                    pieces[-1] = (how, pieces[-1][1], high)
                else:
                    pieces.append((how, low, high))
        self.pieces = pieces

    def forward(self, raw: Tensor) -> Tensor:
        parts = []
        for how, low, high in self.pieces:
            part = raw[:, low:high]
            parts.append(
                part.softmax(1) if how == "softmax" else part.tanh() if how == "tanh"
                else part.sigmoid() if how == "sigmoid" else part
            )  # fmt: skip
        return torch.cat(parts, 1)
