"""Augmentation of a batch of faces, as tensors: what a detector's box, a camera and a compressor do to a face."""

from __future__ import annotations

import io
import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from mien.lab.expression.strengths import Augment

__all__ = ["Augment", "augment", "mixup"]

#: The blur's kernel reaches this many pixels to each side.
REACH = 3
#: Erased patches are between this and its inverse times as high as a square of their area; a log.
ERASE_RATIO = 0.9


def augment(faces: Tensor, generator: torch.Generator, strengths: Augment | None = None) -> Tensor:
    """N x H x W bytes -> N x H x W floats of 0..255: flipped, moved, lit, blurred and covered at random.

    `strengths`: how much of each, by default mien's own (`Augment`). Everything random is drawn from `generator`, on
    its device; the faces may lie on another. The same state of the generator gives the same faces.
    """
    s = strengths or Augment()
    x = faces.float().unsqueeze(1)
    x = _move(x, generator, s)
    x = _light(x, generator, s)
    x = _degrade(x, generator, s)
    return _cover(x, generator, s).squeeze(1)


class _Draw:
    """Random numbers for a batch: drawn where the generator is, used where the faces are."""

    def __init__(self, x: Tensor, generator: torch.Generator) -> None:
        self.n, self.device, self.generator = len(x), x.device, generator

    def uniform(self, low: float, high: float, columns: int | None = None) -> Tensor:
        """N (or N x columns) numbers of low..high."""
        shape = (self.n,) if columns is None else (self.n, columns)
        drawn = torch.rand(shape, generator=self.generator, device=self.generator.device)
        return drawn.to(self.device) * (high - low) + low

    def factor(self, low: float, high: float) -> Tensor:
        """N factors of low..high, as likely above 1 as their logs say."""
        return torch.exp(self.uniform(math.log(low), math.log(high)))

    def chance(self, share: float) -> Tensor:
        """N yes or no, yes with probability `share`."""
        return self.uniform(0, 1) < share

    def normal(self, shape: torch.Size) -> Tensor:
        return torch.randn(shape, generator=self.generator, device=self.generator.device).to(self.device)


def _move(x: Tensor, generator: torch.Generator, s: Augment) -> Tensor:
    """Flip, roll, scale, stretch and shift in one resampling: how boxes and heads vary. The edge is mirrored."""
    if not s.moves:
        return x
    draw = _Draw(x, generator)
    wild = draw.chance(s.wild).float() + 1
    angle = draw.uniform(-s.rotation, s.rotation) * wild * math.pi / 180
    scale = draw.factor(1 / s.zoom[1], 1 / s.zoom[0])
    stretch = torch.exp(draw.uniform(-s.stretch, s.stretch))
    flip = torch.where(draw.chance(s.flip), -1.0, 1.0)
    shift = draw.uniform(-2 * s.shift, 2 * s.shift, columns=2)  # grid units: the side is 2
    if s.still:
        still = draw.chance(s.still)
        angle, scale, stretch = angle.masked_fill(still, 0), scale.masked_fill(still, 1), stretch.masked_fill(still, 1)
        pixel = 2 / torch.tensor([x.shape[3], x.shape[2]], device=x.device)
        shift = torch.where(still[:, None], (shift / pixel).round() * pixel, shift)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    matrix = torch.stack(
        [torch.stack([cos * flip * stretch, -sin, shift[:, 0]], 1), torch.stack([sin * flip, cos, shift[:, 1]], 1)], 1
    )
    grid = F.affine_grid(matrix, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def _light(x: Tensor, generator: torch.Generator, s: Augment) -> Tensor:
    """Gamma, gain with clipping, and light from one side."""
    if not s.lights:
        return x
    draw = _Draw(x, generator)
    _, _, height, width = x.shape
    gamma = torch.exp(draw.uniform(-s.gamma, s.gamma)).view(-1, 1, 1, 1)
    gain = torch.exp(draw.uniform(-s.gain, s.gain)).view(-1, 1, 1, 1)
    x = (x / 255).clamp(0, 1) ** gamma * gain
    slope = draw.uniform(-s.side_light, s.side_light, columns=2).view(-1, 2, 1, 1)
    ramp_x = torch.linspace(-1, 1, width, device=x.device).view(1, 1, 1, width)
    ramp_y = torch.linspace(-1, 1, height, device=x.device).view(1, 1, height, 1)
    return (x * (1 + slope[:, :1] * ramp_x + slope[:, 1:] * ramp_y)).clamp(0, 1) * 255


def _degrade(x: Tensor, generator: torch.Generator, s: Augment) -> Tensor:
    """Some blurred, some seen at half resolution (never both), some noisy; then some once kept as JPEG."""
    if not s.degrades:
        return x
    draw = _Draw(x, generator)
    sigma = draw.uniform(*s.blur_sigma)
    choice = draw.uniform(0, 1).view(-1, 1, 1, 1)
    low = F.interpolate(F.avg_pool2d(x, 2), size=x.shape[2:], mode="bilinear", align_corners=False)
    softer = torch.where(choice < s.blur, _blurred(x, sigma), torch.where(choice < s.blur + s.low_resolution, low, x))
    noise = draw.normal(x.shape) * draw.uniform(0, s.noise).view(-1, 1, 1, 1)
    noisy = draw.chance(s.noise_probability).float().view(-1, 1, 1, 1)
    x = (softer + noise * noisy).clamp(0, 255)
    return _recoded(x, draw, s) if s.jpeg else x


def _recoded(x: Tensor, draw: _Draw, s: Augment) -> Tensor:
    """Some faces (N x 1 x H x W) as a JPEG file of their own quality gives them back."""
    chosen, quality = draw.chance(s.jpeg), draw.uniform(*s.jpeg_quality)
    x = x.clone()
    for i in torch.nonzero(chosen)[:, 0].tolist():
        stream = io.BytesIO()
        Image.fromarray(x[i, 0].round().byte().cpu().numpy()).save(stream, "JPEG", quality=round(float(quality[i])))
        x[i, 0] = torch.from_numpy(np.array(Image.open(stream))).to(x)
    return x


def _blurred(x: Tensor, sigma: Tensor) -> Tensor:
    """Each face blurred by its own Gaussian, `sigma` (N) in pixels."""
    n = len(x)
    taps = torch.arange(-REACH, REACH + 1, device=x.device).float()
    kernel = torch.exp(-0.5 * (taps / sigma.view(n, 1)) ** 2)
    kernel = kernel / kernel.sum(1, keepdim=True)
    padded = F.pad(x.transpose(0, 1), (REACH,) * 4, mode="replicate")
    across = F.conv2d(padded, kernel.view(n, 1, 1, -1), groups=n)
    return F.conv2d(across, kernel.view(n, 1, -1, 1), groups=n).transpose(0, 1)


def _cover(x: Tensor, generator: torch.Generator, s: Augment) -> Tensor:
    """Random erasing (Zhong et al. 2020): some faces lose a patch to one grey."""
    if not s.erase:
        return x
    draw = _Draw(x, generator)
    n, _, height, width = x.shape
    area = draw.uniform(*s.erase_area) * draw.chance(s.erase)
    ratio = torch.exp(draw.uniform(-ERASE_RATIO, ERASE_RATIO))
    half_h, half_w = (area * ratio).sqrt() * height / 2, (area / ratio).sqrt() * width / 2
    centre = draw.uniform(0, 1, columns=2)
    ys = torch.arange(height, device=x.device).view(1, height, 1)
    xs = torch.arange(width, device=x.device).view(1, 1, width)
    inside = ((ys - (centre[:, 0] * height).view(n, 1, 1)).abs() < half_h.view(n, 1, 1)) & (
        (xs - (centre[:, 1] * width).view(n, 1, 1)).abs() < half_w.view(n, 1, 1)
    )
    grey = draw.uniform(0, 255).view(n, 1, 1, 1)
    return torch.where(inside.unsqueeze(1), grey, x)


def mixup(
    faces: Tensor, targets: list[Tensor], alpha: float, generator: torch.Generator
) -> tuple[Tensor, list[Tensor]]:
    """Blend each face and its targets with another's (Zhang et al. 2018); lambda from Beta(alpha, alpha)."""
    where = generator.device
    seed = int(torch.randint(2**31, (1,), generator=generator, device=where))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    order = torch.randperm(len(faces), generator=generator, device=where)

    def blended(t: Tensor) -> Tensor:
        return t * share + t[order.to(t.device)] * (1 - share)

    return blended(faces), [blended(t) for t in targets]
