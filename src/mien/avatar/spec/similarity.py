"""How much two specs look like one person: a weighted mean over the traits that people recognise drawn faces by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mien.avatar.palette import difference
from mien.avatar.parts import FACIAL_HAIR, GLASSES, HAIR, HEADWEAR

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

#: Weights by our own judgement, in the order of what carries likeness: hair's silhouette, brows, glasses and beard,
#: outline, colours, then features.
WEIGHTS = {
    "hair": 0.22, "skin": 0.15, "hair_colour": 0.12, "facial_hair": 0.12, "glasses": 0.10, "headwear": 0.08,
    "shape": 0.09, "brows": 0.05, "eyes": 0.03, "nose": 0.02, "mouth": 0.02,
}  # fmt: skip


def _colour(a: str, b: str, scale: float) -> float:
    """1 for the same colour, falling smoothly; 0.37 at a distance of `scale` in OKLab."""
    return math.exp(-((difference(a, b) / scale) ** 2))


def _close(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """1 for the same departures from the mean face, 0 for opposite extremes in all of them."""
    return 1 - sum(abs(x - y) for x, y in zip(a, b, strict=True)) / (2 * len(a))


def _hair(a: AvatarSpec, b: AvatarSpec) -> float:
    if a.hair.style == b.hair.style:
        base = 1.0
    else:
        first, second = HAIR[a.hair.style], HAIR[b.hair.style]
        longer = 1 - min(abs(first.length - second.length), 3) / 3
        base = 0.15 + 0.4 * longer + 0.25 * (first.form == second.form) + 0.1 * (first.fringe == second.fringe)
    finer = (a.hair.length, a.hair.volume, a.hair.hairline), (b.hair.length, b.hair.volume, b.hair.hairline)
    return base * (0.7 + 0.3 * _close(*finer))


def _named(a: str, b: str, alike: float) -> float:
    """The same name 1; both worn but different `alike`; one worn and the other not 0."""
    return 1.0 if a == b else 0.0 if "none" in (a, b) else alike


def similarity(a: AvatarSpec, b: AvatarSpec) -> float:
    """0..1, symmetric; 1 for equal looks. Background, clothing and presentation do not count: they are not the face."""
    if a.plain or b.plain:
        return float(a.plain == b.plain)
    hidden = HEADWEAR[a.headwear.style].hair is None or HEADWEAR[b.headwear.style].hair is None
    parts = {
        "hair": 0.5 if hidden else _hair(a, b),
        "hair_colour": 0.5 if hidden else _colour(a.hair.colour, b.hair.colour, 0.16),
        "skin": _colour(a.skin.colour, b.skin.colour, 0.11),
        "facial_hair": _named(a.facial_hair.style, b.facial_hair.style, 0.55) if FACIAL_HAIR else 1.0,
        "glasses": _named(a.glasses.style, b.glasses.style, 0.7) if GLASSES else 1.0,
        "headwear": _named(a.headwear.style, b.headwear.style, 0.4),
        "shape": _close(tuple(vars(a.shape).values()), tuple(vars(b.shape).values())),
        "brows": 0.6 * _close((a.brows.thickness, a.brows.angle), (b.brows.thickness, b.brows.angle))
        + 0.4 * (a.brows.shape == b.brows.shape),
        "eyes": 0.5 * _close((a.eyes.size, a.eyes.spacing, a.eyes.tilt), (b.eyes.size, b.eyes.spacing, b.eyes.tilt))
        + 0.2 * (a.eyes.shape == b.eyes.shape) + 0.3 * _colour(a.eyes.colour, b.eyes.colour, 0.15),
        "nose": 0.5 * _close((a.nose.width, a.nose.length), (b.nose.width, b.nose.length))
        + 0.5 * (a.nose.kind == b.nose.kind),
        "mouth": _close((a.mouth.width, a.mouth.fullness), (b.mouth.width, b.mouth.fullness)),
    }  # fmt: skip
    if hidden and a.headwear.style == b.headwear.style:
        parts["hair"] = parts["hair_colour"] = 1.0
    return sum(WEIGHTS[name] * value for name, value in parts.items()) / sum(WEIGHTS.values())
