"""Augmentation: what cameras, cropping and the web do to a portrait, the same to both views of a face."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from mien.vision.crop import UNSEEN, Matrix, map_points

Crop = NDArray[np.uint8]
Rng = np.random.Generator

_NOISE = np.random.default_rng(1).normal(0, 1, (256, 256, 3)).astype(np.float32)


def jitter(matrix: Matrix, size: int, rng: Rng, flip: bool, upright: float) -> Matrix:
    """A crop's matrix as the landmarks may err: shifted, scaled and turned a little (`upright` degrees), mirrored."""
    angle = math.radians(rng.normal(0, 5) if rng.random() < 0.85 else rng.uniform(-25, 25)) + math.radians(upright)
    scale = math.exp(rng.normal(0, 0.09))
    c, s = math.cos(angle) * scale, math.sin(angle) * scale
    turn = np.array([[c, s], [-s, c]])
    if flip:
        turn = np.diag([-1.0, 1.0]) @ turn
    middle = np.full(2, size / 2)
    shift = middle - turn @ middle + rng.normal(0, 0.03, 2) * size
    return np.hstack([turn @ matrix[:, :2], (turn @ matrix[:, 2] + shift)[:, None]])


def narrow(crop: Crop, rng: Rng) -> Crop:
    """The view of a head in a picture that is cropped about the face, as many data sets are: the rest is unseen."""
    size = len(crop)
    out = np.full_like(crop, UNSEEN)
    # Brows and chin lie about .36 and .75 of the side down, the cheeks at .3 and .7.
    left, right = (round(rng.uniform(0.0, 0.3) * size), round(rng.uniform(0.7, 1.0) * size))
    top, bottom = (round(rng.uniform(0.0, 0.3) * size), round(rng.uniform(0.72, 1.0) * size))
    out[top:bottom, left:right] = crop[top:bottom, left:right]
    return out


def light_table(rng: Rng) -> NDArray[np.uint8]:
    """A 256 x 3 table of exposure, contrast, gamma and colour temperature.

    Milder than for other networks: tone and hair colour are labelled as the photo shows them.
    """
    levels = np.arange(256, dtype=np.float32) / 255
    gamma, contrast = math.exp(rng.normal(0, 0.16)), math.exp(rng.normal(0, 0.14))
    curve = np.clip((levels**gamma - 0.5) * contrast + 0.5 + rng.normal(0, 0.04), 0, 1)
    warm, green = rng.normal(0, 0.06), rng.normal(0, 0.025)
    gains = np.array([1 + warm, 1 + green, 1 - warm])
    table: NDArray[np.uint8] = np.clip(curve[:, None] * gains * 255 + 0.5, 0, 255).astype(np.uint8)
    return table


def relit(crop: Crop, table: NDArray[np.uint8]) -> Crop:
    """The crop through a table of `light_table`; what is unseen stays so."""
    unseen = (crop == UNSEEN).all(2)
    out = np.stack([table[:, c][crop[..., c]] for c in range(3)], -1)
    out[unseen] = UNSEEN
    return out


def without_colour(crop: Crop, toning: NDArray[np.float64]) -> Crop:
    """The crop as a photo without colour; `toning`: gains of the channels, 1 but for sepia and the like."""
    grey = crop @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.clip(grey[..., None] * toning, 0, 255).astype(np.uint8)


def degrade(crop: Crop, rng: Rng) -> Crop:
    """Blur, few pixels, noise and JPEG, each on some crops."""
    size = len(crop)
    kind = rng.random()
    if kind < 0.12:
        crop = np.asarray(Image.fromarray(crop).filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.8))))
    elif kind < 0.27:
        small = int(size * rng.uniform(0.3, 0.8))
        image = Image.fromarray(crop).resize((small, small), Image.Resampling.BOX)
        crop = np.asarray(image.resize((size, size), Image.Resampling.BILINEAR))
    if rng.random() < 0.15:
        y, x = rng.integers(0, 256 - size, 2)
        noise = _NOISE[y : y + size, x : x + size] * rng.uniform(2, 12)
        crop = np.clip(crop + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        data = io.BytesIO()
        Image.fromarray(crop).save(data, "JPEG", quality=int(rng.integers(20, 85)))
        crop = np.asarray(Image.open(data))
    return crop


def cover(crop: Crop, rng: Rng) -> Crop:
    """A patch of plain colour somewhere (random erasing, Zhong et al. 2017): no trait hangs on one spot alone."""
    size = len(crop)
    width, height = (int(v) for v in rng.uniform(0.08, 0.28, 2) * size)
    x, y = int(rng.integers(0, size - width)), int(rng.integers(0, size - height))
    out = crop.copy()
    out[y : y + height, x : x + width] = rng.integers(0, 256, 3)
    return out


def sunglasses(picture: Crop, points: NDArray[np.float32], rng: Rng) -> Crop:
    """Paint sunglasses on the face with these 68 points: real ones are rare in the labelled sets.

    Two lenses of varied shape, size, darkness, tint and gradient, a bridge, temples towards the ears, a gloss.
    """
    left, right = points[36:42].mean(0), points[42:48].mean(0)
    across = right - left
    reach = float(np.linalg.norm(across))
    if reach < 6:
        return picture
    big = 3
    image = Image.fromarray(picture).resize((picture.shape[1] * big, picture.shape[0] * big), Image.Resampling.BILINEAR)
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    unit, down = across / reach, np.array([-across[1], across[0]]) / reach
    wide, high = reach * rng.uniform(0.3, 0.46), reach * rng.uniform(0.2, 0.4)
    power, drop = rng.uniform(2.0, 5.0), rng.uniform(-0.02, 0.1) * reach
    lens = (*(int(v) for v in rng.uniform(0, 60, 3)), int(rng.uniform(205, 255)))
    frame = (*(int(v) for v in rng.uniform(0, 1) * rng.uniform(20, 230, 3)), 255)
    line = max(1, int(reach * rng.uniform(0.02, 0.09) * big))
    angles = np.linspace(0, 2 * np.pi, 40)
    cos, sin = (np.sign(f) * np.abs(f) ** (2 / power) for f in (np.cos(angles), np.sin(angles)))
    for centre, side, ear in ((left, -1, points[0]), (right, 1, points[16])):
        outline = centre + drop * down + (cos * wide)[:, None] * unit + (sin * high)[:, None] * down
        edge = centre + side * wide * unit - 0.3 * high * down
        draw.line([tuple(edge * big), tuple(np.asarray(ear - 0.1 * reach * down) * big)], fill=frame, width=line)
        draw.polygon([tuple(p) for p in outline * big], fill=lens, outline=frame, width=line)
        if rng.random() < 0.5:
            spot = map_points(
                np.array([[-0.3, -0.4], [0.1, -0.1]]), np.column_stack([unit * wide, down * high, centre])
            )
            draw.line([tuple(p) for p in spot * big], fill=(255, 255, 255, int(rng.uniform(20, 110))), width=line * 2)
    bridge = [left + wide * unit - 0.3 * high * down, right - wide * unit - 0.3 * high * down]
    draw.line([tuple(p * big) for p in bridge], fill=frame, width=line)
    image.paste(layer, (0, 0), layer)
    return np.asarray(image.resize(picture.shape[1::-1], Image.Resampling.BOX))
