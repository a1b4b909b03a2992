"""Augmentation of a batch of faces, as tensors: what a detector's box, a camera and a compressor do to a face."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def augment(faces: Tensor, generator: torch.Generator) -> Tensor:
    """N x 48 x 48 bytes -> N x 48 x 48 floats of 0..255: flipped, moved, lit, blurred and covered at random."""
    x = faces.float().unsqueeze(1)
    x = _move(x, generator)
    x = _light(x, generator)
    x = _degrade(x, generator)
    return _cover(x, generator).squeeze(1)


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low


def _move(x: Tensor, generator: torch.Generator) -> Tensor:
    """Flip (half), roll +-16 degrees (a tenth: +-32), scale 0.85-1.18, shift +-8 %: how boxes and heads vary."""
    n = len(x)
    wild = (torch.rand(n, generator=generator) < 0.1).float() + 1
    angle = _uniform(n, -16, 16, generator) * wild * math.pi / 180
    scale = torch.exp(_uniform(n, math.log(1 / 1.18), math.log(1 / 0.85), generator))
    stretch = torch.exp(_uniform(n, -0.08, 0.08, generator))
    flip = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    shift = _uniform(2 * n, -0.16, 0.16, generator).view(n, 2)  # grid units: the side is 2
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    matrix = torch.stack(
        [torch.stack([cos * flip * stretch, -sin, shift[:, 0]], 1), torch.stack([sin * flip, cos, shift[:, 1]], 1)], 1
    )
    grid = F.affine_grid(matrix, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def _light(x: Tensor, generator: torch.Generator) -> Tensor:
    """Gamma 0.64-1.57, gain 0.74-1.35 with clipping, and light from one side."""
    n, _, height, width = x.shape
    gamma = torch.exp(_uniform(n, -0.45, 0.45, generator)).view(n, 1, 1, 1)
    gain = torch.exp(_uniform(n, -0.3, 0.3, generator)).view(n, 1, 1, 1)
    x = (x / 255).clamp(0, 1) ** gamma * gain
    slope = _uniform(2 * n, -0.25, 0.25, generator).view(n, 2, 1, 1)
    ramp_x = torch.linspace(-1, 1, width).view(1, 1, 1, width)
    ramp_y = torch.linspace(-1, 1, height).view(1, 1, height, 1)
    return (x * (1 + slope[:, :1] * ramp_x + slope[:, 1:] * ramp_y)).clamp(0, 1) * 255


def _degrade(x: Tensor, generator: torch.Generator) -> Tensor:
    """A seventh blurred (sigma 0.5-1.6 px), a twelfth seen at half resolution, a fifth noisy (sigma up to 10)."""
    n = len(x)
    sigma = _uniform(n, 0.5, 1.6, generator)
    taps = torch.arange(-3, 4).float()
    kernel = torch.exp(-0.5 * (taps / sigma.view(n, 1)) ** 2)
    kernel = kernel / kernel.sum(1, keepdim=True)
    planes = x.transpose(0, 1)
    padded = F.pad(planes, (3, 3, 3, 3), mode="replicate")
    blurred = F.conv2d(padded, kernel.view(n, 1, 1, 7), groups=n)
    blurred = F.conv2d(blurred, kernel.view(n, 1, 7, 1), groups=n).transpose(0, 1)
    low = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear", align_corners=False)
    choice = torch.rand(n, generator=generator).view(n, 1, 1, 1)
    x = torch.where(choice < 0.14, blurred, torch.where(choice < 0.22, low, x))
    noise = torch.randn(x.shape, generator=generator) * _uniform(n, 0, 10, generator).view(n, 1, 1, 1)
    noisy = (torch.rand(n, generator=generator) < 0.2).float().view(n, 1, 1, 1)
    return (x + noise * noisy).clamp(0, 255)


def _cover(x: Tensor, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong et al. 2020): a quarter of the faces lose a patch of 4-16 % to one grey."""
    n, _, height, width = x.shape
    area = _uniform(n, 0.04, 0.16, generator) * (torch.rand(n, generator=generator) < 0.25)
    ratio = torch.exp(_uniform(n, -0.9, 0.9, generator))
    half_h, half_w = (area * ratio).sqrt() * height / 2, (area / ratio).sqrt() * width / 2
    centre = torch.rand(n, 2, generator=generator)
    ys, xs = torch.arange(height).view(1, height, 1), torch.arange(width).view(1, 1, width)
    inside = ((ys - (centre[:, 0] * height).view(n, 1, 1)).abs() < half_h.view(n, 1, 1)) & (
        (xs - (centre[:, 1] * width).view(n, 1, 1)).abs() < half_w.view(n, 1, 1)
    )
    grey = _uniform(n, 0, 255, generator).view(n, 1, 1, 1)
    return torch.where(inside.unsqueeze(1), grey, x)


def mixup(
    faces: Tensor, targets: list[Tensor], alpha: float, generator: torch.Generator
) -> tuple[Tensor, list[Tensor]]:
    """Blend each face and its targets with another's (Zhang et al. 2018); lambda from Beta(alpha, alpha)."""
    seed = int(torch.randint(2**31, (1,), generator=generator))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    order = torch.randperm(len(faces), generator=generator)
    return faces * share + faces[order] * (1 - share), [t * share + t[order] * (1 - share) for t in targets]
