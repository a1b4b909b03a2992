"""Augmentation: what a detector, a camera and the world do to a face crop. All of it in numpy and Pillow, a crop at a
time."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from mien.types import CONTROLS
from mien.vision.crop import LANDMARK_SCALE, LANDMARK_SIZE, crop_affine, invert, map_points, similarity

Crop = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

#: Where each of the 68 points goes when the picture is mirrored.
MIRROR_68 = np.array([
    *range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, 35, 34, 33, 32, 31,
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
    54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65,
])  # fmt: skip


def _mirrored(name: str) -> str:
    if name.endswith("Left"):
        return name[:-4] + "Right"
    return name[:-5] + "Left" if name.endswith("Right") else name


#: Where each control goes when the picture is mirrored: Left and Right change places.
MIRROR_CONTROLS = np.array([CONTROLS.index(_mirrored(name)) for name in CONTROLS])
MIRROR_POSE = np.array([-1, 1, -1], np.float32)
JAW_OPEN, TONGUE_OUT = CONTROLS.index("jawOpen"), CONTROLS.index("tongueOut")


@dataclass
class Target:
    """What the network should say of one crop; NaN where it is not known."""

    points: Floats  #: 68 x 2, crop sides
    controls: Floats  #: 52
    pose: Floats  #: 3, degrees, roll as the crop shows it
    visible: float = 1.0  #: share of the face that nothing covers and the crop shows


def detector_matrix(
    box: Floats, roll: float, rng: Rng | None, size: int = LANDMARK_SIZE
) -> tuple[NDArray[np.float64], float]:
    """The run-time crop of a box turned by `roll`, jittered as a detector errs (not without `rng`); also the roll it
    used."""
    x, y, width, height = (float(v) for v in box)
    side = LANDMARK_SCALE * math.sqrt(width * height)
    centre = [x + width / 2, y + height / 2]
    if rng is not None:
        reach = math.sqrt(width * height)
        wide = 0.12 if rng.random() < 0.8 else 0.2
        centre = [c + rng.uniform(-wide, wide) * reach for c in centre]
        side *= math.exp(rng.uniform(math.log(0.8), math.log(1.28)))
        spread = rng.random()
        roll += rng.normal(0, 7) if spread < 0.75 else rng.uniform(-25, 25) if spread < 0.92 else rng.uniform(-60, 60)
    return similarity((centre[0], centre[1]), side, roll, size), roll


def mirror(crop: Crop, target: Target) -> tuple[Crop, Target]:
    """Crop and labels as a mirror shows them."""
    points = target.points[MIRROR_68].copy()
    points[:, 0] = 1 - points[:, 0]
    flipped = Target(points, target.controls[MIRROR_CONTROLS], target.pose * MIRROR_POSE, target.visible)
    return np.ascontiguousarray(crop[:, ::-1]), flipped


def cut(picture: Crop, matrix: NDArray[np.float64], rng: Rng | None) -> Crop:
    """The crop as RGB; with `rng`, some are cut at the few pixels that a small face has and enlarged."""
    size = LANDMARK_SIZE
    if rng is not None and rng.random() < 0.3:
        small = int(math.exp(rng.uniform(math.log(18), math.log(80))))
        shrink = np.diag([small / size, small / size])
        crop = crop_affine(picture, shrink @ matrix, small)
        method = Image.Resampling.BILINEAR if rng.random() < 0.7 else Image.Resampling.BICUBIC
        image = Image.fromarray(crop)
        if rng.random() < 0.5:
            image = _jpeg(image, rng)
        crop = np.asarray(image.resize((size, size), method))
    else:
        crop = crop_affine(picture, matrix, size)
    return crop if crop.ndim == 3 else np.repeat(crop[..., None], 3, 2)


def in_picture(
    picture: Crop, matrix: NDArray[np.float64], points: Floats, size: int = LANDMARK_SIZE
) -> NDArray[np.bool_]:
    """Which points (crop sides) lie inside the picture and inside the crop."""
    where = map_points(points * size, invert(matrix))
    height, width = picture.shape[:2]
    inside = (where >= 0).all(1) & (where[:, 0] <= width) & (where[:, 1] <= height)
    return np.asarray(inside & (points >= 0).all(1) & (points <= 1).all(1))


def _spread() -> Floats:
    """Weights (160 x 68) that mix the 68 points into places all over the face."""
    rng = np.random.default_rng(0)
    return rng.dirichlet(np.full(68, 0.12), 160).astype(np.float32)


#: Used to tell what share of a face a patch covers.
SPREAD = _spread()


def occlude(crop: Crop, places: Floats, rng: Rng, texture: Crop | None) -> tuple[Crop, NDArray[np.bool_]]:
    """Cover part of the crop with a patch of colour, skin, noise or another picture; also which `places` (crop sides)
    stay."""
    size = crop.shape[0]
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    if rng.random() < 0.4:  # something reaching in from an edge: a scarf, a hand, another head
        edge, depth = rng.integers(4), rng.uniform(0.15, 0.6) * size
        box = [(0, 0, size, depth), (0, size - depth, size, size), (0, 0, depth, size), (size - depth, 0, size, size)][
            edge
        ]
        slope = rng.uniform(-0.2, 0.2) * size
        x0, y0, x1, y1 = box
        draw.polygon([(x0 - slope, y0), (x1, y0 - slope), (x1 + slope, y1), (x0, y1 + slope)], fill=255)
    else:
        cx, cy = rng.uniform(0.15, 0.85, 2) * size
        w, h = np.exp(rng.uniform(math.log(0.06), math.log(0.32), 2)) * size
        shape = (cx - w, cy - h, cx + w, cy + h)
        (draw.ellipse if rng.random() < 0.6 else draw.rectangle)(shape, fill=255)
        mask = mask.rotate(rng.uniform(-45, 45), center=(cx, cy))
    covered = np.asarray(mask) > 127
    kind = rng.random()
    fill: NDArray[np.generic]
    if texture is not None and kind < 0.45:
        fill = texture
    elif kind < 0.7:  # skin taken from the face itself: a hand
        tone = crop[size // 3 : 2 * size // 3, size // 3 : 2 * size // 3].reshape(-1, 3).mean(0)
        fill = _shaded(tone + rng.uniform(-25, 25), size, rng)
    else:
        fill = _shaded(rng.uniform(0, 255, 3), size, rng)
    out = np.where(covered[..., None], fill, crop).astype(np.uint8)
    at = np.clip((places * size).astype(int), 0, size - 1)
    return out, ~covered[at[:, 1], at[:, 0]]


def _shaded(colour: NDArray[np.float64], size: int, rng: Rng) -> NDArray[np.float32]:
    ramp = np.linspace(-1, 1, size, dtype=np.float32)
    tilt = rng.uniform(-30, 30, 2)
    shade = ramp[:, None] * tilt[0] + ramp[None, :] * tilt[1]
    return np.asarray(np.clip(colour.astype(np.float32) + shade[..., None], 0, 255), np.float32)


def tone(crop: Crop, rng: Rng) -> Crop:
    """Exposure, contrast, gamma, colour cast, darkness and grey."""
    levels = np.arange(256, dtype=np.float32) / 255
    gamma = math.exp(rng.normal(0, 0.3))
    contrast, brightness = math.exp(rng.normal(0, 0.25)), rng.normal(0, 0.1)
    cast = np.exp(rng.normal(0, 0.1, 3)) if rng.random() < 0.5 else np.ones(3)
    dark = rng.uniform(0.15, 0.5) if rng.random() < 0.08 else 1.0
    curve = np.clip((levels**gamma - 0.5) * contrast + 0.5 + brightness, 0, 1) * dark
    tables = np.clip(curve[:, None] * cast * 255, 0, 255).astype(np.uint8)
    out = np.stack([tables[:, c][crop[..., c]] for c in range(3)], -1)
    if rng.random() < 0.3:
        out = np.repeat((out @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.uint8)[..., None], 3, 2)
    return out


_NOISE = np.random.default_rng(1).normal(0, 1, (256, 256, 3)).astype(np.float32)


def degrade(crop: Crop, rng: Rng) -> Crop:
    """Blur, noise and JPEG, each on some crops."""
    size = crop.shape[0]
    if rng.random() < 0.15:
        crop = np.asarray(Image.fromarray(crop).filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 2.2))))
    if rng.random() < 0.2:
        y, x = rng.integers(0, 256 - size, 2)
        noise = _NOISE[y : y + size, x : x + size] * rng.uniform(2, 16)
        crop = np.clip(crop + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        crop = np.asarray(_jpeg(Image.fromarray(crop), rng))
    return crop


def _jpeg(image: Image.Image, rng: Rng) -> Image.Image:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=int(rng.integers(15, 80)))
    return Image.open(data)


def tongue(crop: Crop, target: Target, rng: Rng) -> tuple[Crop, Target]:
    """Paint a tongue over the lower lip, lit like the face, and say so: no teacher knows `tongueOut`, so it is
    synthesised.

    From the inner mouth it reaches over the lower lip; size, angle and colour vary, with a crease and a highlight.
    """
    size, big = crop.shape[0], 4
    inner = target.points[60:68] * size
    left, right, bottom = inner[0], inner[4], target.points[57] * size
    width = float(np.linalg.norm(right - left))
    across = (right - left) / max(width, 1e-3)
    down = np.array([-across[1], across[0]])
    angle = rng.normal(0, 0.25)
    down = down * math.cos(angle) + across * math.sin(angle)
    half = width * rng.uniform(0.22, 0.42)
    root = (inner[1:4].mean(0) + inner[5:8].mean(0)) / 2 + across * width * rng.normal(0, 0.08)
    length = max(float((bottom - root) @ down), 0.15 * width) + width * rng.uniform(0.15, 0.7)
    light = float(crop[int(np.clip(root[1], 0, size - 1)) - 1 :][:20].mean()) / 255
    light = np.clip(0.35 + 0.9 * light, 0.3, 1.1)
    base = np.array([rng.uniform(180, 240), rng.uniform(75, 135), rng.uniform(85, 145)]) * light
    if (crop[..., 0] == crop[..., 2]).all():  # no colour on a grey photo
        base[:] = base @ (0.299, 0.587, 0.114)
    u = np.linspace(0, 1, 24)
    side = half * np.where(u < 0.62, 0.85 + 0.25 * u, np.sqrt(np.clip(1 - ((u - 0.62) / 0.38) ** 2, 0, 1)))
    spine = root + u[:, None] * length * down
    outline = np.concatenate([spine - side[:, None] * across, (spine + side[:, None] * across)[::-1]])
    image = Image.fromarray(crop).resize((size * 2, size * 2), Image.Resampling.BILINEAR)
    mask = Image.new("L", (size * big, size * big))
    ImageDraw.Draw(mask).polygon([(x * big, y * big) for x, y in outline], fill=255)
    yy, xx = np.mgrid[: size * 2, : size * 2] / 2
    along = ((xx - root[0]) * down[0] + (yy - root[1]) * down[1]) / length
    off = ((xx - root[0]) * across[0] + (yy - root[1]) * across[1]) / half
    shade = 0.65 + 0.4 * np.clip(along, 0, 1) - 0.22 * off**2 - 0.18 * np.exp(-((off / 0.12) ** 2)) * (along < 0.8)
    gloss = rng.uniform(0, 70) * np.exp(-(((along - 0.65) / 0.15) ** 2) - ((off - 0.3) / 0.25) ** 2)
    paint = np.clip(base * shade[..., None] + gloss[..., None], 0, 255).astype(np.uint8)
    mask = mask.resize((size * 2, size * 2), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.7))
    image.paste(Image.fromarray(paint), (0, 0), mask)
    controls = target.controls.copy()
    controls[TONGUE_OUT] = 1
    out = np.asarray(image.resize((size, size), Image.Resampling.BOX))
    return out, Target(target.points, controls, target.pose, target.visible)
