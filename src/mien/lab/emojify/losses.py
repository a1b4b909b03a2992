"""What the encoder is taught: attributes, the spec's choices and values, controls, picture, expression, identity."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mien.avatar.neural.slots import NONE, WORN, Layout
from mien.lab.appearance.losses import SMOOTHING, TRAIT_WEIGHT
from mien.lab.emojify.net import split_traits
from mien.types import TRAITS

SHARPNESS = 0.1  #: share of the absolute error beside the squared one: edges stay edges
#: How much more an error counts where a drawing has detail: eyes and mouths are few pixels among many of skin and hair.
DETAIL, AROUND = 3.0, 5
#: What a unit of the vector counts for who it is, by kind; controls are the moment's, not the person's.
IDENTITY = {"choice": 0.7, "signed": 1.0, "share": 0.5, "colour": 0.5, "optional": 0.3, "control": 0.0}


def attribute_loss(logits: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
    """Mean cross-entropy of the labelled traits. logits: N x 73; labels: N x traits, -1 (or presentation's u) unknown;
    weight: N."""
    parts = []
    for trait, said in split_traits(logits).items():
        wanted = labels[:, list(TRAITS).index(trait)]
        known = (wanted >= 0) & (wanted < said.shape[1])
        if known.any():
            loss = functional.cross_entropy(said[known], wanted[known], reduction="none", label_smoothing=SMOOTHING)
            parts.append(TRAIT_WEIGHT[trait] * (loss * weight[known]).sum() / weight[known].sum().clamp(min=1.0))
    return torch.stack(parts).mean() if parts else logits.sum() * 0


class VectorLoss(nn.Module):
    """Losses between raw numbers of the encoder and a target vector, by kind of field."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        self.controls = torch.from_numpy(layout.controls_index())
        scale = np.concatenate([np.full(field.size, IDENTITY[field.kind]) for field in layout.fields])
        self.scale = torch.from_numpy(scale.astype(np.float32))

    def choices(self, raw: Tensor, target: Tensor) -> Tensor:
        """Mean cross-entropy over the choices."""
        fields = [field for field in self.layout.fields if field.kind == "choice"]
        parts = [functional.cross_entropy(raw[:, f.place], target[:, f.place].argmax(1)) for f in fields]
        return torch.stack(parts).mean()

    def values(self, vector: Tensor, target: Tensor) -> Tensor:
        """Mean absolute error of signed fields, shares, flags and colours that show (emitted vector, N x V)."""
        parts = []
        for field in self.layout.fields:
            if field.kind in ("choice", "control"):
                continue
            error = (vector[:, field.place] - target[:, field.place]).abs()
            shown = self._shown(field.path, target)
            if field.kind == "optional":
                parts.append(_mean(error[:, :1], shown))
                parts.append(_mean(error[:, 1:], shown * target[:, field.start]))
            else:
                parts.append(_mean(error, shown))
        return torch.stack(parts).mean()

    def _shown(self, path: str, target: Tensor) -> Tensor:
        """1 for the faces on which a field shows."""
        if path not in WORN:
            return torch.ones(len(target))
        style = self.layout.by_path[WORN[path]]
        return 1 - target[:, style.start + style.names.index(NONE)]

    def moved(self, vector: Tensor, target: Tensor) -> Tensor:
        """Mean absolute error of the 52 controls."""
        return (vector[:, self.controls] - target[:, self.controls]).abs().mean()

    def identity(self, vector: Tensor, pairs: int, sharpness: Tensor) -> Tensor:
        """InfoNCE (van den Oord et al. 2018, https://arxiv.org/abs/1807.03748) over the first `pairs` pairs of rows:
        among all people of the batch the other frame's vector is to be the nearest. sharpness: of the softmax."""
        if pairs < 2:
            return vector.sum() * 0
        who = vector[: 2 * pairs] * self.scale
        first, second = who[0::2], who[1::2]
        logits = -(torch.cdist(first, second) ** 2) * sharpness
        same = torch.arange(pairs)
        return (functional.cross_entropy(logits, same) + functional.cross_entropy(logits.T, same)) / 2


def _mean(error: Tensor, shown: Tensor) -> Tensor:
    """Mean over the faces on which it shows."""
    return (error.mean(1) * shown).sum() / shown.sum().clamp(min=1.0)


def picture_loss(said: Tensor, drawn: Tensor) -> Tensor:
    """Squared error between two pictures (N x 4 x 64 x 64, 0..1), and a little of the absolute one, both weighted by
    how far the drawing departs from its own blur."""
    around = functional.avg_pool2d(drawn, AROUND, 1, AROUND // 2, count_include_pad=False)
    detail = (drawn - around).abs().mean(1, keepdim=True)
    weight = 1 + DETAIL * detail / detail.mean((2, 3), keepdim=True).clamp(min=1e-3)
    error = (said - drawn).abs()
    return (weight * (error**2 + SHARPNESS * error)).mean() / (1 + DETAIL)


def expression_loss(judged: Tensor, wanted: Tensor) -> Tensor:
    """Kullback-Leibler divergence of what a judge reads off a picture (N x 8 logits) from what it reads off the
    engine's drawing."""
    return functional.kl_div(judged.log_softmax(1), wanted.log_softmax(1), reduction="batchmean", log_target=True)
