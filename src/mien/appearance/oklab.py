"""OKLab for arrays of pixels (Björn Ottosson 2020, https://bottosson.github.io/posts/oklab/).

Distances in OKLab look about equal on dark and on fair colours; OKLCH is the same space as lightness, chroma, hue.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

_TO_CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
_TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip
_FROM_CONES, _FROM_LAB = np.linalg.inv(_TO_CONES), np.linalg.inv(_TO_LAB)
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)


def linear(srgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """sRGB bytes (... x 3) -> linear light, 0..1."""
    return _LINEAR[srgb]


def encoded(light: Floats) -> NDArray[np.float64]:
    """Linear light (... x 3) -> sRGB, 0..1, clipped."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def oklab(light: Floats) -> NDArray[np.float64]:
    """Linear light (... x 3) -> L 0..1, a, b."""
    return np.asarray(np.cbrt(np.maximum(light, 0) @ _TO_CONES.T) @ _TO_LAB.T)


def from_oklab(lab: Floats) -> NDArray[np.float64]:
    """L, a, b (... x 3) -> linear light; outside 0..1 for colours that sRGB does not have."""
    return np.asarray((np.asarray(lab) @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T)


def hexed(lab: Floats) -> str:
    """One OKLab colour (3) as "#rrggbb"; chroma gives way until sRGB has it, lightness and hue stay."""
    colour = np.asarray(lab, float)
    colour = np.array([np.clip(colour[0], 0, 1), *colour[1:]])
    for share in np.linspace(1, 0, 21):
        light = from_oklab(colour * [1, share, share])
        if (light > -1e-4).all() and (light < 1 + 1e-4).all():
            break
    return "#" + "".join(f"{round(255 * v):02x}" for v in encoded(light))


def lab_of(hex_colour: str) -> NDArray[np.float64]:
    """OKLab of "#rrggbb"."""
    return oklab(linear(np.array([int(hex_colour[i : i + 2], 16) for i in (1, 3, 5)], np.uint8)))
