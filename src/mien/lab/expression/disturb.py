"""Disturbances that a face meets before a network sees it, each of one strength; for measuring, not training."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mien.vision.crop import crop_affine, similarity

Picture = NDArray[np.uint8]  #: H x W grey or H x W x 3 RGB

#: Channel gains of lamps: incandescent, shade, green fluorescent, magenta stage light.
CASTS = {"warm": (1.15, 0.95, 0.6), "cold": (0.7, 0.95, 1.2), "green": (0.8, 1.15, 0.8), "magenta": (1.2, 0.7, 1.1)}


def moved(
    degrees: float = 0.0, scale: float = 1.0, across: float = 0.0, down: float = 0.0
) -> Callable[[Picture], Picture]:
    """The face under a box turned, `scale` times as large, shifted by shares of its side; the edge is repeated."""

    def apply(face: Picture) -> Picture:
        height, width = face.shape[:2]
        centre = (width / 2 + across * width, height / 2 + down * height)
        return crop_affine(face, similarity(centre, width * scale, degrees, width), width)

    return apply


def jpeg(quality: int) -> Callable[[Picture], Picture]:
    def apply(face: Picture) -> Picture:
        buffer = io.BytesIO()
        Image.fromarray(face).save(buffer, "JPEG", quality=quality)
        return np.asarray(Image.open(buffer))

    return apply


def blur(sigma: float) -> Callable[[Picture], Picture]:
    """Gaussian, `sigma` in pixels."""
    return lambda face: np.asarray(Image.fromarray(face).filter(ImageFilter.GaussianBlur(sigma)))


def light(gain: float = 1.0, gamma: float = 1.0) -> Callable[[Picture], Picture]:
    """255 (x / 255)^gamma gain; what gets too bright is cut off."""
    levels = np.clip((np.arange(256) / 255) ** gamma * gain * 255, 0, 255).round().astype(np.uint8)
    return lambda face: levels[face]


def cast(gains: tuple[float, float, float]) -> Callable[[Picture], Picture]:
    """A grey or coloured face under coloured light, as RGB."""

    def apply(face: Picture) -> Picture:
        colour = np.repeat(face[..., None], 3, axis=2) if face.ndim == 2 else face
        lit: Picture = np.clip(colour * np.array(gains), 0, 255).round().astype(np.uint8)
        return lit

    return apply


def covered(
    top: float, bottom: float, left: float = 0.0, right: float = 1.0, grey: int = 30
) -> Callable[[Picture], Picture]:
    """A plain patch between shares of the height and width."""

    def apply(face: Picture) -> Picture:
        height, width = face.shape[:2]
        out = face.copy()
        out[round(top * height) : round(bottom * height), round(left * width) : round(right * width)] = grey
        return out

    return apply


def glasses(face: Picture) -> Picture:
    """Two dark lenses with a bridge over the eyes: a quarter of the face with their rims."""
    height, width = face.shape[:2]
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width]).reshape(2, 1, 1)
    lens = (
        np.minimum(np.hypot((x - 0.28) / 0.21, (y - 0.33) / 0.17), np.hypot((x - 0.72) / 0.21, (y - 0.33) / 0.17)) < 1
    )
    bridge = (np.abs(y - 0.3) < 0.025) & (x > 0.05) & (x < 0.95)
    out = face.copy()
    out[lens | bridge] = 25
    return out


#: Conditions by name, in families; the worst and the mean of a family are told.
CONDITIONS: Mapping[str, Mapping[str, Callable[[Picture], Picture]]] = {
    "roll": {f"{d:+d} degrees": moved(degrees=d) for d in (-30, -15, 15, 30)},
    "box scale": {f"{s:g}": moved(scale=s) for s in (0.8, 0.9, 1.2, 1.4)},
    "shift 15 %": {
        "left": moved(across=-0.15), "right": moved(across=0.15), "up": moved(down=-0.15), "down": moved(down=0.15),
    },
    "compression": {"JPEG 30": jpeg(30)},
    "blur": {"sigma 1.5 px": blur(1.5)},
    "brightness": {
        "gain 0.5": light(gain=0.5), "gain 2": light(gain=2), "gamma 0.5": light(gamma=0.5), "gamma 2": light(gamma=2),
    },
    "colour cast": {name: cast(gains) for name, gains in CASTS.items()},
    "covered": {
        "glasses": glasses, "mask": covered(0.68, 1.0, 0.11, 0.89), "left quarter": covered(0, 1, 0, 0.25),
        "right quarter": covered(0, 1, 0.75, 1),
    },
}  # fmt: skip

#: What the next frame of a video may change: one pixel of place, or an encoder's noise.
NEXT_FRAME: Mapping[str, Callable[[Picture], Picture]] = {
    "left 1 px": moved(across=-1 / 48), "right 1 px": moved(across=1 / 48), "up 1 px": moved(down=-1 / 48),
    "down 1 px": moved(down=1 / 48), "JPEG 90": jpeg(90), "JPEG 75": jpeg(75),
}  # fmt: skip
