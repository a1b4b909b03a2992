"""Hair colour from the pixels around the forehead, guided by what the network takes the hair for.

Which pixels are hair is not known: a fringe, a high forehead, a wall behind. Each pixel of the ring where hair can be
weighs by how well it fits the colours that such hair has in photos, so skin and walls drop out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mien.appearance import light as lights
from mien.appearance.oklab import hexed, linear, oklab
from mien.appearance.regions import View, hair_places
from mien.types import Colour

#: OKLab of hair by its code, mean and spread (standard deviations of L, a, b), of the middle tones of lit strands.
HAIR: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "K": ((0.24, 0.008, 0.008), (0.08, 0.012, 0.016)),
    "D": ((0.33, 0.020, 0.028), (0.08, 0.015, 0.020)),
    "L": ((0.47, 0.022, 0.050), (0.08, 0.018, 0.022)),
    "Y": ((0.66, 0.012, 0.072), (0.10, 0.020, 0.030)),
    "R": ((0.45, 0.058, 0.062), (0.10, 0.030, 0.028)),
    "G": ((0.55, 0.003, 0.008), (0.10, 0.012, 0.016)),
    "W": ((0.77, 0.002, 0.008), (0.09, 0.010, 0.016)),
    "X": ((0.50, 0.020, 0.000), (0.20, 0.090, 0.090)),
}
#: How much of what a colour's place weighs comes from its own likeness alone; the rest is any colour at all.
ELSEWHERE = 0.02
MEASURED = 0.75  #: how much of the answer is the pixels', at most; the rest is usual for what the network takes it for
SKIN_SPREAD = np.array([0.10, 0.02, 0.02])  #: of the skin's pixels about their median, shadows and gloss included
NONE, COVERED = "0", "C"


def hair_colour(
    head: View,
    skin: NDArray[np.float64],
    light: lights.Light,
    exposure: float,
    traits: Mapping[str, Mapping[str, float]],
) -> Colour | None:
    """The colour of the hair in neutral light; None where there is none to see (bald, covered).

    `skin`: linear RGB as photographed; `exposure`: factor on luminance, see `mien.appearance.colours`.
    """
    there = 1 - traits["hair_len"][NONE] - traits["hair_len"][COVERED]
    if there < 0.4:
        return None
    lab, place = _candidates(head)
    if not len(lab):
        return None
    neutral, bare = (oklab(lights.neutral(seen, light) * exposure) for seen in (lab, skin))
    chances = {code: p for code, p in traits["hair_colour"].items() if code in HAIR}
    total = sum(chances.values())
    if total < 0.2:
        return None
    weights = place * _likeness(neutral, {code: p / total for code, p in chances.items()}, bare)
    found = weights.sum()
    expected = np.sum([(p / total) * np.array(HAIR[code][0]) for code, p in chances.items()], 0)
    # What fits hardly anywhere is not measured but expected.
    measured = _lit(neutral, weights) if found > 1e-6 else expected
    share = float(found / (found + 12))
    mixed = MEASURED * share * measured + (1 - MEASURED * share) * expected
    return Colour(hexed(mixed), float(there * max(chances.values()) * (0.3 + 0.6 * share)))


def natural_hair(head: View, traits: Mapping[str, Mapping[str, float]]) -> Colour | None:
    """Hair on a photo without colour: as dark as the ring about the forehead, in the hue of such natural hair."""
    if traits["hair_len"][NONE] + traits["hair_len"][COVERED] > 0.6:
        return None
    pixels, place = _candidates(head)
    if not len(pixels):
        return None
    lightness = _quantile(oklab(pixels)[:, 0], place, 0.5)
    scale = [HAIR[code][0] for code in "KDLY"]
    a, b = (np.interp(lightness, [row[0] for row in scale], [row[i] for row in scale]) for i in (1, 2))
    return Colour(hexed(np.array([min(lightness, 0.8), a, b])), 0.2)


def _candidates(head: View) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Linear pixels (N x 3) where hair can be, and how likely it is there from the place alone."""
    place = hair_places(head.points) * head.seen
    chosen = place > 0.05
    return linear(head.pixels[chosen]), place[chosen]


def _likeness(lab: NDArray[np.float64], chances: Mapping[str, float], skin: NDArray[np.float64]) -> NDArray[np.float64]:
    """How well each pixel fits the expected hair, 0..1: its likeness to the likely codes against that to the face's own
    skin and to anything else."""
    fit = sum(chance * _bell(lab, *(np.array(v) for v in HAIR[code])) for code, chance in chances.items())
    return np.asarray(fit / (fit + 0.5 * _bell(lab, skin, SKIN_SPREAD) + ELSEWHERE))


def _bell(lab: NDArray[np.float64], mean: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.exp(-0.5 * (((lab - mean) / spread) ** 2).sum(1)))


def _lit(lab: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The colour of the strands that light falls on: hair is named after them, not after the shadows between. The
    lightness that .65 of the weight lies below; a and b are medians of the lighter half."""
    half = lab[:, 0] >= _quantile(lab[:, 0], weights, 0.5)
    hue = [_quantile(lab[half, i], weights[half], 0.5) for i in (1, 2)]
    return np.array([_quantile(lab[:, 0], weights, 0.65), *hue])


def _quantile(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> float:
    """The value below which a share of the weight lies."""
    order = values.argsort()
    passed = weights[order].cumsum()
    return float(values[order[min(np.searchsorted(passed, share * passed[-1]), len(order) - 1)]])
