"""What the network is taught: every trait by cross-entropy, rare codes weighing more, unknown ones nothing."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mien.lab.appearance.data import Faces
from mien.lab.appearance.net import ANSWERS, YEARS, split
from mien.lab.appearance.sample import FROM_NAME, Batch
from mien.types import TRAITS

#: Trait -> weight of each of its codes.
Weights = dict[str, Tensor]

HEAVIEST = 6.0  #: no code weighs more, however rare
SMOOTHING = 0.05  #: share of a label that goes to the other codes (Szegedy et al. 2016): labellers err
TONE_SPREAD = 0.7  #: Monk steps: how far apart labellers' tones lie
YEARS_SPREAD = 0.12  #: of the soft years, as a share of the years, and at least one year
#: How much each trait counts; 1 but for what labellers hardly agree on.
TRAIT_WEIGHT = dict.fromkeys(TRAITS, 1.0) | {"brows": 0.7, "mst": 0.7}
YEARS_WEIGHT = 0.3
PRESENTATION, UNSURE = list(TRAITS).index("presentation"), TRAITS["presentation"].index("u")
AGE = list(TRAITS).index("age")


def class_weights(faces: Faces, rows: NDArray[np.int64], power: float) -> Weights:
    """Weights of the codes of each trait: (mean count / count) ** power, at most `HEAVIEST`, 1 on average over
    faces."""
    targets = faces.targets()[rows]
    weights = {}
    for column, (trait, codes) in enumerate(ANSWERS.items()):
        known = targets[:, column]
        counts = np.bincount(known[(known >= 0) & (known < len(codes))], minlength=len(codes)) + 1.0
        weight = np.minimum((counts.mean() / counts) ** power, HEAVIEST)
        weights[trait] = torch.from_numpy((weight * counts.sum() / (weight * counts).sum()).astype(np.float32))
    return weights


def loss_of(raw: Tensor, years: Tensor, batch: Batch, weights: Weights) -> Tensor:
    """The sum of the traits' losses (raw: N x 73, years: N x 14), each a weighted mean over the faces that are
    labelled."""
    labels, weight = torch.from_numpy(batch.labels), torch.from_numpy(batch.weight)
    parts = []
    for column, (trait, logits) in enumerate(split(raw).items()):
        target, known = _soft(trait, labels[:, column], weights[trait])
        counts = known * weight
        if trait == "presentation":
            target, counts = _from_gender(target, counts, batch)
        elif trait == "age":
            target, counts = _from_years(target, counts, batch)
        loss = -(target * functional.log_softmax(logits, 1)).sum(1)
        parts.append(TRAIT_WEIGHT[trait] * (loss * counts).sum() / max(float(counts.sum()), 1.0))
    parts.append(YEARS_WEIGHT * _years_loss(years, torch.from_numpy(batch.years)))
    return torch.stack(parts).sum()


def _soft(trait: str, labels: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Target shares (N x codes), already times the codes' weights, and 1 where the label is known, else 0."""
    codes = len(ANSWERS[trait])
    known = labels >= 0
    safe = labels.clamp(0, codes - 1)
    if trait == "mst":
        away = torch.arange(codes)[None] - safe[:, None]
        target = torch.softmax(-(away**2).float() / (2 * TONE_SPREAD**2), 1)
    else:
        target = functional.one_hot(safe, codes).float() * (1 - SMOOTHING) + SMOOTHING / codes
    if trait == "presentation":  # u: both alike
        target = torch.where((labels == UNSURE)[:, None], torch.full_like(target, 1 / codes), target)
    return target * weights[safe][:, None], known.float()


def _from_gender(target: Tensor, counts: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Where no labeller told presentation, UTKFace's gender does."""
    gender = torch.from_numpy(batch.gender)
    taken = ~torch.isnan(gender) & (counts == 0)
    hard = torch.stack([1 - gender, gender], 1).nan_to_num() * (1 - SMOOTHING) + SMOOTHING / 2
    return torch.where(taken[:, None], hard, target), torch.where(taken, torch.tensor(FROM_NAME), counts)


def _from_years(target: Tensor, counts: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Where no labeller told the age group, UTKFace's years do."""
    ages = torch.from_numpy(batch.ages)
    taken = ~torch.isnan(ages[:, 0]) & (counts == 0)
    return torch.where(taken[:, None], ages.nan_to_num(), target), torch.where(taken, torch.tensor(FROM_NAME), counts)


def _years_loss(logits: Tensor, years: Tensor) -> Tensor:
    """Cross-entropy against bins about the true years (label distribution learning, Gao et al. 2017)."""
    known = ~torch.isnan(years)
    if not known.any():
        return logits.sum() * 0
    wanted = years[known][:, None]
    spread = (YEARS_SPREAD * wanted).clamp(min=1.0) + 1.0
    target = torch.softmax(-((torch.tensor(YEARS)[None] - wanted) ** 2) / (2 * spread**2), 1)
    return -(target * functional.log_softmax(logits[known], 1)).sum(1).mean()
