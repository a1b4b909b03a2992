"""Learning to answer alike to a face and to its next frame: consistency regularisation.

Sajjadi et al. 2016 (https://arxiv.org/abs/1606.04586); the divergence is that of R-Drop (Liang et al. 2021,
https://arxiv.org/abs/2106.14448). For video: a face that moves by a pixel should keep its label.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from mien.lab.expression.losses import Objective

NOISE = 4.0  #: standard deviation of what an encoder adds, grey levels
NOISY = 0.5  #: share of the faces that it is added to
#: How much of the class prior is in the compared answers: about what models are exported with.
PRIOR_SHARE = 0.6


def next_frame(faces: Tensor, generator: torch.Generator) -> Tensor:
    """N x H x W of 0..255, each moved by one pixel, straight or diagonally; the edge is repeated. Half are noisy."""
    n, height, width = faces.shape
    down, across = (torch.randint(0, 3, (n,), generator=generator) for _ in range(2))
    across = torch.where((down == 1) & (across == 1), 2, across)  # 1 is where it was
    padded = F.pad(faces[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    rows = (down[:, None] + torch.arange(height))[:, :, None]
    columns = (across[:, None] + torch.arange(width))[:, None, :]
    moved = padded[torch.arange(n)[:, None, None], rows, columns]
    noisy = torch.rand(n, generator=generator) < NOISY
    noise = torch.randn(faces.shape, generator=generator) * NOISE
    return (moved + noise * noisy[:, None, None]).clamp(0, 255)


def apart(objective: Objective, one: Sequence[Tensor], other: Sequence[Tensor]) -> Tensor:
    """How far the answers to two views of the same faces are apart, 0 for the same: summed over faces and heads.

    one, other: per head N x C logits. Half the symmetric Kullback-Leibler divergence, by the weights of the heads.
    """
    total = torch.zeros((), device=one[0].device)
    for (head, target), a, b in zip(objective.targets.items(), one, other, strict=True):
        prior = 0 if objective.balance == "none" else PRIOR_SHARE * target.log_prior.to(a.device)
        p, q = ((logits.float() + prior).log_softmax(1) for logits in (a, b))
        total = total + objective.weights[head] * 0.5 * ((p.exp() - q.exp()) * (p - q)).sum()
    return total
