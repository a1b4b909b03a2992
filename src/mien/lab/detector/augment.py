"""Training samples: scaled, turned and relit crops of scenes, with pictures of single faces pasted in.

Everything random comes from the generator handed in, so a sample is repeatable.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mien.lab.detector.data import SURE, Labelled

SIDE = 256  #: pixels of a training crop
SMALLEST = 8.0  #: faces smaller than this (square root of the area, pixels) are ignored
Rng = np.random.Generator
# The five points after mirroring: left and right change places.
MIRROR = [1, 0, 2, 4, 3]


@dataclass(slots=True)
class Sample:
    """A crop with its faces; `ignored` faces neither count as faces nor as background."""

    pixels: Image.Image
    boxes: NDArray[np.float32]  #: Mx4: left, top, right, bottom; may reach over the edge
    points: NDArray[np.float32]  #: Mx5x2, NaN where unknown
    ignored: NDArray[np.bool_]  #: M


def crop(picture: Labelled, rng: Rng, *, smallest: float, largest: float, zoom: float, side: int = SIDE) -> Sample:
    """A square crop in which one face, chosen by chance, is `smallest`..`largest` pixels (log-uniform).

    `zoom` bounds the enlargement. A picture without faces is scaled by 0.5 to `zoom`. Most crops are enlarged until
    the picture fills them nearly.
    """
    height, width = picture.pixels.shape[:2]
    sure = np.flatnonzero(picture.scores >= SURE)
    if len(sure):
        x, y, w, h = picture.boxes[rng.choice(sure)]
        scale = math.exp(rng.uniform(math.log(smallest), math.log(largest))) / math.sqrt(w * h)
        scale, focus = float(np.clip(scale, 0.08, zoom)), np.array([x + w / 2, y + h / 2])
    else:
        scale = math.exp(rng.uniform(math.log(0.5), math.log(zoom)))
        focus = rng.uniform(0, 1, 2) * (width, height)
    if rng.random() < 0.85:  # mostly without wide empty margins
        scale = max(scale, 0.8 * side / min(width, height))
    half = side / 2 / scale
    centre = focus + rng.uniform(-0.8, 0.8, 2) * half * min(1.0, 1.2 * rng.random() + 0.2)
    if rng.random() < 0.75:  # stay inside the picture where it is large enough
        for i, length in enumerate((width, height)):
            centre[i] = np.clip(centre[i], half, length - half) if length > 2 * half else length / 2
    return warp(picture, centre, scale, angle(rng), bool(rng.random() < 0.5), fill(rng), side)


def angle(rng: Rng) -> float:
    """Degrees of roll: often none, mostly little, sometimes up to 45."""
    kind = rng.random()
    if kind < 0.3:
        return 0.0
    return float(rng.uniform(-45, 45) if kind < 0.55 else rng.normal(0, 8))


def fill(rng: Rng) -> tuple[int, int, int]:
    """The colour beyond the picture's edge: black, grey or any."""
    kind = rng.random()
    if kind < 0.3:
        return (0, 0, 0)
    r, g, b = (int(v) for v in rng.integers(0, 256, 3))
    return (r, r, r) if kind < 0.6 else (r, g, b)


def warp(
    picture: Labelled,
    centre: NDArray[np.float64],
    scale: float,
    degrees: float,
    mirror: bool,
    colour: tuple[int, int, int],
    side: int,
) -> Sample:
    """The square of `side` pixels around `centre`, scaled, turned clockwise and mirrored."""
    image = Image.fromarray(picture.pixels)
    pre = 1.0
    if scale < 0.75:  # shrink with an averaging filter first: the affine map samples only four pixels
        pre = scale * 1.1
        image = image.resize(
            (max(2, round(image.width * pre)), max(2, round(image.height * pre))), Image.Resampling.BOX
        )
    a = math.radians(degrees)
    flip = -1.0 if mirror else 1.0
    # forward: crop = turn @ (flip * scale * (picture - centre)) + side / 2
    turn = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    forward = scale * turn @ np.diag([flip, 1.0])
    back = np.linalg.inv(forward) * pre
    offset = centre * pre - back @ np.array([side / 2, side / 2])
    pixels = image.transform(
        (side, side),
        Image.Transform.AFFINE,
        (back[0, 0], back[0, 1], offset[0], back[1, 0], back[1, 1], offset[1]),
        resample=Image.Resampling.BILINEAR,
        fillcolor=colour,
    )
    middles = (picture.boxes[:, :2] + picture.boxes[:, 2:] / 2 - centre) @ forward.T + side / 2
    w, h = picture.boxes[:, 2] * scale, picture.boxes[:, 3] * scale
    # the box around a turned ellipse
    wide = np.hypot(w * math.cos(a), h * math.sin(a)) / 2
    high = np.hypot(w * math.sin(a), h * math.cos(a)) / 2
    boxes = np.stack([middles[:, 0] - wide, middles[:, 1] - high, middles[:, 0] + wide, middles[:, 1] + high], 1)
    points = (picture.points - centre) @ forward.T + side / 2
    if mirror:
        points = points[:, MIRROR]
    return mark(Sample(pixels, boxes.astype(np.float32), points.astype(np.float32), picture.scores < SURE), side)


def mark(sample: Sample, side: int) -> Sample:
    """Drop faces outside the crop; ignore those that are tiny or more than 45 % cut off."""
    box = sample.boxes
    area = np.maximum((box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1]), 1e-6)
    inside = np.clip(box, 0, side)
    seen = (inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1]) / area
    ignored = sample.ignored | (np.sqrt(area) < SMALLEST) | (seen < 0.55)
    keep = seen > 0.05
    return Sample(sample.pixels, box[keep], sample.points[keep], ignored[keep])


def paste(sample: Sample, picture: Labelled, rng: Rng) -> Sample:
    """Paste a face with its surroundings, scaled and turned, over a part of the sample."""
    side = sample.pixels.width
    inner = int(math.exp(rng.uniform(math.log(0.12), math.log(0.8))) * side)
    height, width = picture.pixels.shape[:2]
    scale, centre = inner / max(height, width), np.array([width / 2, height / 2])
    if picture.folder == "scenes":  # not the whole scene: two to five times one of its faces
        x, y, w, h = picture.boxes[rng.choice(np.flatnonzero(picture.scores >= SURE))]
        scale = min(3.0, inner / (math.sqrt(w * h) * rng.uniform(1.8, 5)))
        centre = np.array([x + w / 2, y + h / 2]) + rng.normal(0, 0.3, 2) * (w, h)
    patch = warp(picture, centre, scale, angle(rng) * 0.7, bool(rng.random() < 0.5), fill(rng), inner)
    x, y = (int(v) for v in rng.integers(0, side - inner + 1, 2))
    mask = Image.new("L", (inner, inner), 255)
    if rng.random() < 0.5:  # a soft edge, so that the rectangle itself tells nothing
        margin = max(1, inner // 12)
        mask = Image.new("L", (inner, inner), 0)
        mask.paste(255, (margin, margin, inner - margin, inner - margin))
        mask = mask.filter(ImageFilter.BoxBlur(margin / 2))
    pixels = sample.pixels.copy()
    pixels.paste(patch.pixels, (x, y), mask)
    # faces underneath: hidden ones go, half-hidden ones are ignored
    low = np.maximum(sample.boxes[:, :2], (x, y))
    high = np.minimum(sample.boxes[:, 2:], (x + inner, y + inner))
    area = np.maximum((sample.boxes[:, 2:] - sample.boxes[:, :2]).prod(1), 1e-6)
    hidden = np.clip(high - low, 0, None).prod(1) / area
    keep = hidden < 0.7
    shift = np.array([x, y], np.float32)
    return Sample(
        pixels,
        np.concatenate([sample.boxes[keep], patch.boxes + np.tile(shift, 2)]),
        np.concatenate([sample.points[keep], patch.points + shift]),
        np.concatenate([(sample.ignored | (hidden > 0.25))[keep], patch.ignored]),
    )


def cover(sample: Sample, rng: Rng) -> Sample:
    """Hide up to a third of one face behind a plain or mottled rectangle (a hand, a cup, a helmet)."""
    if not len(sample.boxes):
        return sample
    left, top, right, bottom = sample.boxes[rng.integers(len(sample.boxes))]
    w, h = (right - left) * rng.uniform(0.3, 0.6), (bottom - top) * rng.uniform(0.25, 0.55)
    x, y = rng.uniform(left - w / 2, right - w / 2), rng.uniform(top - h / 2, bottom - h / 2)
    size = (max(1, int(w)), max(1, int(h)))
    cells = rng.integers(0, 256, (2, 2, 3)).astype(np.uint8)
    patch = Image.fromarray(cells[:1, :1] if rng.random() < 0.5 else cells).resize(size, Image.Resampling.BILINEAR)
    pixels = sample.pixels.copy()
    pixels.paste(patch, (int(x), int(y)))
    return Sample(pixels, sample.boxes, sample.points, sample.ignored)


def relight(pixels: Image.Image, rng: Rng) -> Image.Image:
    """Gamma, brightness, contrast, coloured light, grey, blur, noise and JPEG, each by chance."""
    if rng.random() < 0.7:
        strength = 0.5 if rng.random() < 0.7 else 1.0
        ramp = np.linspace(0, 1, 256) ** math.exp(rng.normal(0, 0.35 * strength))
        ramp = (ramp - 0.5) * math.exp(rng.normal(0, 0.3 * strength)) + 0.5 + rng.normal(0, 0.1 * strength)
        if rng.random() < 0.1:
            ramp = ramp * rng.uniform(0.15, 0.6)  # a dark room
        tint = np.exp(rng.normal(0, 0.12 if rng.random() < 0.85 else 0.4, 3))
        table = np.clip(ramp[None] * tint[:, None] * 255, 0, 255).astype(np.uint8)
        pixels = pixels.point(table.ravel().tolist())
    if rng.random() < 0.12:
        pixels = pixels.convert("L").convert("RGB")
    if rng.random() < 0.1:
        pixels = pixels.filter(ImageFilter.BoxBlur(rng.uniform(0.3, 1.5)))
    if rng.random() < 0.12:
        values = np.asarray(pixels, np.int16)
        grain = rng.integers(-128, 128, values.shape, np.int8).astype(np.float32) * (rng.uniform(3, 20) / 74)
        pixels = Image.fromarray(np.clip(values + grain, 0, 255).astype(np.uint8))
    if rng.random() < 0.2:
        file = io.BytesIO()
        pixels.save(file, "JPEG", quality=int(rng.integers(20, 85)))
        pixels = Image.open(file).convert("RGB")
    return pixels


@dataclass
class Mixer:
    """Draws samples: mostly crops of scenes, some of them with faces pasted in, some crops around large faces."""

    scenes: Sequence[Labelled]
    empty: Sequence[Labelled]
    heads: Sequence[Labelled]
    side: int = SIDE
    pasted: float = 0.4  #: share of the samples with faces pasted in

    @staticmethod
    def of(pictures: Sequence[Labelled], side: int = SIDE) -> Mixer:
        """Sort pictures into scenes with faces, pictures without, and pictures of one head (every other folder)."""
        scenes = [p for p in pictures if p.folder == "scenes" and (p.scores >= SURE).any()]
        empty = [p for p in pictures if p.folder == "scenes" and not (p.scores >= SURE).any()]
        heads = [p for p in pictures if p.folder != "scenes" and (p.scores >= SURE).any()]
        return Mixer(scenes, empty, heads, side)

    def sample(self, rng: Rng) -> Sample:
        """One training sample."""
        kind = rng.random()
        if self.heads and (kind < 0.12 or not self.scenes):
            sample = crop(one(self.heads, rng), rng, smallest=24, largest=1.3 * self.side, zoom=4, side=self.side)
        elif self.empty and kind < 0.24:
            sample = crop(one(self.empty, rng), rng, smallest=8, largest=8, zoom=2.5, side=self.side)
        else:
            sample = crop(one(self.scenes, rng), rng, smallest=9, largest=0.8 * self.side, zoom=3, side=self.side)
        if rng.random() < self.pasted:
            for _ in range(int(rng.integers(1, 4))):
                from_scenes = self.scenes and (not self.heads or rng.random() < 0.65)
                sample = paste(sample, one(self.scenes if from_scenes else self.heads, rng), rng)
        if rng.random() < 0.15:
            sample = cover(sample, rng)
        return Sample(relight(sample.pixels, rng), sample.boxes, sample.points, sample.ignored)


def one(pictures: Sequence[Labelled], rng: Rng) -> Labelled:
    return pictures[int(rng.integers(len(pictures)))]
