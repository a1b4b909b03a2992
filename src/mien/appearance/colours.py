"""Skin, hair, eye and lip colour from the pixels under the landmarks, the colour of the light taken out.

The rule, in OKLCH:

1. Light. `mien.appearance.light` gathers what the whites of the eyes, teeth and the frame say; the skin adds its word:
   at the tone that the network believes in, skin has a known mean colour. Their average is divided out.
2. Skin. Hue and chroma are those measured in that neutral light. Lightness depends on the exposure more than on the
   person (it spreads by .08 among faces of one tone; a step on the Monk scale is .04), so it is the average of the
   measured one and that of the network's tone, weighted by their inverse squared errors.
3. The others are brightened or darkened along with the skin (lips fully, hair and eyes by half), since they were
   exposed with it.

A photo without colour shows lightness only: skin and hair get the hue that is usual at that lightness, with little
confidence; eyes and lips none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.appearance import light as lights
from mien.appearance import regions
from mien.appearance.hair import hair_colour, natural_hair
from mien.appearance.oklab import hexed, linear, oklab
from mien.types import Colour
from mien.vision.crop import Matrix

Lab = NDArray[np.float64]

#: Skin as photos show it, median over the labelled training faces of each Monk tone 1-10: lightness in OKLCH, then
#: ln(R/G) and ln(B/G) in linear light (`mien.lab.appearance.tones`; 8 to 10, of which few were seen, are smoothed).
TONES = np.array([
    (0.903, 0.20, -0.08), (0.856, 0.29, -0.11), (0.804, 0.47, -0.20), (0.767, 0.59, -0.31), (0.736, 0.68, -0.44),
    (0.681, 0.76, -0.51), (0.634, 0.85, -0.53), (0.553, 0.80, -0.44), (0.470, 0.75, -0.36), (0.400, 0.70, -0.30),
])  # fmt: skip
TONE_ERRORS = np.array([0.12, 0.12])  #: how far a person's ln(R/G) and ln(B/G) lie from their tone's
EXPOSURE_ERROR = 0.08  #: of a measured lightness
STEP_ERROR = 0.025  #: of the lightness of a tone, were the tone known


class Skin(NamedTuple):
    """Skin as measured."""

    light: NDArray[np.float64]  #: linear RGB (3) as the photo shows it
    spread: float  #: how far the regions lie apart in lightness
    pixels: int


class Colours(NamedTuple):
    """What was measured; None where it could not be."""

    skin: Colour | None = None
    hair: Colour | None = None
    eyes: Colour | None = None
    lips: Colour | None = None


def measure(
    picture: NDArray[np.uint8],
    points: NDArray[np.float32],
    matrix: Matrix,
    traits: Mapping[str, Mapping[str, float]],
) -> Colours:
    """The colours of one face of an upright HxWx3 picture. `points`: 68 x 2, its pixels; `matrix`: picture -> landmark
    crop; `traits`: the network's probabilities by trait and code."""
    close, head = regions.close_view(picture, points, matrix), regions.head_view(picture, points)
    skin = measure_skin(close)
    if skin is None:
        return Colours()
    tone = np.array([traits["mst"][str(step)] for step in range(1, 11)])
    if lights.is_grey(picture):
        return Colours(skin=_grey_skin(skin), hair=natural_hair(head, traits))
    light, errors = lights.estimate(lights.gather(picture, close) | {"skin": skin_evidence(skin, tone)})
    lab, exposure = true_skin(skin, light, tone)
    sure = float(np.exp(-6 * skin.spread) * np.exp(-2 * errors.mean()) * min(1.0, skin.pixels / 150))
    return Colours(
        Colour(hexed(lab), sure),
        hair_colour(head, skin.light, light, np.sqrt(exposure), traits),
        _eyes(close, skin, light, np.sqrt(exposure), traits),
        _lips(close, light, exposure, sure),
    )


def measure_skin(close: regions.View) -> Skin | None:
    """Medians of forehead, cheeks and nose, each without shadow and gloss; regions unlike the others (a fringe, a
    beard) count little. None where fewer than 40 pixels show skin."""
    colours, counts = [], []
    for mask in regions.skin_regions(close.points).values():
        pixels = linear(close.pixels[mask & close.seen])
        if len(pixels) < 20:
            continue
        luminance = pixels @ lights.LUMINANCE
        low, high = np.quantile(luminance, (0.3, 0.9))
        colours.append(np.median(pixels[(luminance >= low) & (luminance <= high)], 0))
        counts.append(len(pixels))
    if sum(counts) < 40:
        return None
    labs = oklab(np.stack(colours))
    middle = np.median(labs, 0)
    away = np.linalg.norm(labs - middle, axis=1)
    weights = np.array(counts) * np.exp(-((away / 0.08) ** 2))
    return Skin(weights @ np.stack(colours) / weights.sum(), float(labs[:, 0].std()), sum(counts))


def skin_evidence(skin: Skin, tone: NDArray[np.float64]) -> lights.Evidence:
    """What the skin says of the light: its colour less the mean colour of its tone (10 probabilities)."""
    expected = tone @ TONES[:, 1:]
    doubt = np.sqrt(tone @ (TONES[:, 1:] - expected) ** 2)
    return lights.Evidence(lights.chromaticity(skin.light) - expected, np.hypot(TONE_ERRORS, doubt))


def true_skin(skin: Skin, light: lights.Light, tone: NDArray[np.float64]) -> tuple[Lab, float]:
    """OKLab of the skin in neutral light and at its own lightness, and by what its luminance was multiplied."""
    lab = oklab(lights.neutral(skin.light, light))
    expected = float(tone @ TONES[:, 0])
    doubt = float(np.hypot(STEP_ERROR, np.sqrt(tone @ (TONES[:, 0] - expected) ** 2)))
    weights = np.array([EXPOSURE_ERROR**-2, doubt**-2])
    lightness = float(weights @ [lab[0], expected] / weights.sum())
    factor = lightness / max(float(lab[0]), 0.05)
    return lab * factor, float(np.clip(factor**3, 0.25, 4.0))  # L goes with the cube root of luminance


def step_of(lab: Lab) -> float:
    """The Monk step (1-10, with fractions) whose usual skin lies nearest to an OKLab colour."""
    fine = np.linspace(1, 10, 181)
    table = np.stack([np.interp(fine, np.arange(1, 11), column) for column in TONES.T], 1)
    return float(fine[np.linalg.norm(_tone_labs(table) - lab, axis=1).argmin()])


def _tone_labs(table: NDArray[np.float64]) -> Lab:
    """OKLab of rows of lightness, ln(R/G), ln(B/G)."""
    light = np.exp(np.stack([table[:, 1], np.zeros(len(table)), table[:, 2]], 1))
    lab = oklab(light)
    return np.asarray(lab * (table[:, :1] / lab[:, :1]))


def _grey_skin(skin: Skin) -> Colour:
    """Usual skin of the lightness that a photo without colour shows."""
    lightness = float(np.clip(oklab(skin.light)[0], TONES[-1, 0], TONES[0, 0]))
    table = np.array([[np.interp(-lightness, -TONES[:, 0], column) for column in TONES.T]])
    return Colour(hexed(_tone_labs(table)[0]), 0.2)


#: Irises of few pixels are mixed with lashes and pupils: they are drawn to the commonest eye colour, a dark brown.
USUAL_EYES = np.array([0.36, 0.022, 0.034])
LID = 0.12  #: distance in OKLab from the skin below which a pixel between the lids is taken for one of them


def _eyes(
    close: regions.View, skin: Skin, light: lights.Light, exposure: float, traits: Mapping[str, Mapping[str, float]]
) -> Colour | None:
    """The irises between pupil and gloss, without pixels that are lid. None behind sunglasses and closed lids."""
    iris, _ = regions.eyes(close.points)
    pixels = linear(close.pixels[iris & close.seen])
    pixels = pixels[np.linalg.norm(oklab(pixels) - oklab(skin.light), axis=1) > LID]
    if len(pixels) < 8 or traits["glasses"]["S"] > 0.5:
        return None
    luminance = pixels @ lights.LUMINANCE
    low, high = np.quantile(luminance, (0.25, 0.85))
    lab = oklab(np.median(lights.neutral(pixels[(luminance >= low) & (luminance <= high)], light), 0) * exposure)
    real = len(pixels) * close.detail**2
    sure = real / (real + 15)
    return Colour(hexed(sure * lab + (1 - sure) * USUAL_EYES), float(0.8 * sure * (1 - 0.4 * traits["glasses"]["G"])))


def _lips(close: regions.View, light: lights.Light, exposure: float, sure: float) -> Colour | None:
    """The red of the lips, without the line between them and without gloss."""
    pixels = linear(close.pixels[regions.lips(close.points) & close.seen])
    if len(pixels) < 20:
        return None
    luminance = pixels @ lights.LUMINANCE
    low, high = np.quantile(luminance, (0.35, 0.85))
    lab = oklab(np.median(lights.neutral(pixels[(luminance >= low) & (luminance <= high)], light), 0) * exposure)
    return Colour(hexed(lab), sure * min(1.0, len(pixels) * close.detail**2 / 80))
