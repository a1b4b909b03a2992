"""The colour of the light on a face, estimated from everything in the picture whose own colour is known.

A light is a pair of numbers, ln(R/G) and ln(B/G) of what a white sheet would send back: (0, 0) is neutral. The whites
of the eyes, teeth, the surroundings (grey on average: shades of grey, Finlayson & Trezzi 2004) and the skin itself
(whose hue hardly varies at a given tone) each give an estimate with an error of known size; with the belief that most
photos are nearly neutral already, they are averaged by the inverse of their squared errors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.appearance.oklab import Floats, linear
from mien.appearance.regions import View, eyes, teeth

Light = NDArray[np.float64]  #: ln(R/G), ln(B/G)


class Evidence(NamedTuple):
    """What one source says of the light."""

    light: Light  #: its colour as seen, less the source's own colour
    error: NDArray[np.float64]  #: standard deviation of each of the two numbers


#: Own colour of each source in ln(R/G), ln(B/G), and the errors: medians and spreads over the labelled training faces,
#: see `mien.lab.appearance.tones`. Eyes and teeth are seen with skin and gum between their few pixels.
SOURCES = {
    "photo": ((0.0, 0.0), (0.17, 0.17)),
    "frame": ((0.20, -0.03), (0.26, 0.29)),
    "whites": ((0.43, -0.15), (0.20, 0.13)),
    "teeth": ((0.53, -0.13), (0.43, 0.12)),
}
MINKOWSKI = 6  #: norm of shades of grey
ENOUGH = 12  #: pixels of a source that are needed
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def is_grey(picture: NDArray[np.uint8]) -> bool:
    """Whether a picture (HxWx3) has no colours: one tint throughout, sepia included."""
    sample = picture[::4, ::4].reshape(-1, 3).astype(np.float32)
    differences = np.stack([sample[:, 0] - sample[:, 1], sample[:, 2] - sample[:, 1]], 1)
    # What a toning adds follows the luminance; what remains is colour.
    luminance = sample @ np.array([0.299, 0.587, 0.114], np.float32)
    basis = np.stack([np.ones_like(luminance), luminance, luminance**2], 1)
    remains = differences - basis @ np.linalg.lstsq(basis, differences, rcond=None)[0]
    return bool(remains.std(0).max() < 2.5)


def chromaticity(light: Floats) -> Light:
    """ln(R/G) and ln(B/G) of linear light (... x 3)."""
    safe = np.log(np.maximum(light, 1e-4))
    return np.asarray(np.stack([safe[..., 0] - safe[..., 1], safe[..., 2] - safe[..., 1]], -1))


def neutral(pixels: Floats, light: Light) -> NDArray[np.float64]:
    """Linear pixels (... x 3) as neutral light would show them, luminance kept (von Kries in sRGB's primaries)."""
    gains = np.exp(-np.array([light[0], 0.0, light[1]]))
    return np.asarray(pixels * (gains / (gains @ LUMINANCE)))


def estimate(evidence: dict[str, Evidence]) -> tuple[Light, NDArray[np.float64]]:
    """The light that the evidence agrees on, and its errors (2)."""
    weights = np.stack([e.error**-2.0 for e in evidence.values()])
    lights = np.stack([e.light for e in evidence.values()])
    return (weights * lights).sum(0) / weights.sum(0), weights.sum(0) ** -0.5


def gather(picture: NDArray[np.uint8], close: View) -> dict[str, Evidence]:
    """What the frame, the whites of the eyes and teeth say, and that photos are mostly neutral; sources that the
    picture does not show are left out."""
    seen = sources(picture, close)
    return {
        name: Evidence(seen[name] - own, np.array(errors)) for name, (own, errors) in SOURCES.items() if name in seen
    }


def sources(picture: NDArray[np.uint8], close: View) -> dict[str, Light]:
    """The colour of each source as the picture shows it."""
    _, white = eyes(close.points)
    found = {
        "photo": np.zeros(2),
        "frame": frame_light(picture, close),
        "whites": _whites(close, white),
        "teeth": _whites(close, teeth(close.points)),
    }
    return {name: light for name, light in found.items() if light is not None}


def frame_light(picture: NDArray[np.uint8], close: View) -> Light | None:
    """Shades of grey over the picture without clipped pixels; None where it shows little but the face."""
    step = max(1, max(picture.shape[:2]) // 96)
    sample = picture[::step, ::step].reshape(-1, 3)
    sample = sample[(sample.max(1) < 250) & (sample.max(1) > 8)]
    if not close.seen.all() or len(sample) < 400:
        return None
    return chromaticity((linear(sample) ** MINKOWSKI).mean(0) ** (1 / MINKOWSKI))


def _whites(close: View, mask: NDArray[np.bool_]) -> Light | None:
    """The median colour of the whitest pixels of a region: of the brighter 60 %, the quarter with the least colour."""
    pixels = close.pixels[mask & close.seen]
    pixels = pixels[pixels.max(1) < 252]
    if len(pixels) < ENOUGH:
        return None
    light = linear(pixels)
    luminance = light @ LUMINANCE
    bright = luminance >= np.quantile(luminance, 0.4)
    light, most, least = light[bright], pixels[bright].max(1).astype(float), pixels[bright].min(1)
    saturation = (most - least) / (most + 1)
    chosen = light[saturation <= np.quantile(saturation, 0.25)]
    return np.asarray(np.median(chromaticity(chosen), 0)) if chosen.mean() > 0.01 else None
