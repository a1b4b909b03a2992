"""How much two specs look like one person: a weighted mean over the traits that people recognise drawn faces by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mien.avatar.palette import difference
from mien.avatar.parts import HAIR, HEADWEAR
from mien.avatar.parts.facial_hair import TRAIT_OF_FACIAL_HAIR

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

#: Learnt by `mien lab measure likeness --learn` from 250 people of YouTube Faces, starting from what is known to carry
#: likeness (hair's silhouette, glasses and beard, colours, outline, then features).
WEIGHTS = {
    "hair": 0.08, "hairline": 0.057, "skin": 0.08, "hair_colour": 0.086, "facial_hair": 0.078, "beard_colour": 0.019,
    "glasses": 0.085, "headwear": 0.069, "age": 0.073, "outline": 0.053, "jaw": 0.041, "brows": 0.05,
    "brow_shape": 0.02, "lashes": 0.089, "eyes": 0.023, "eye_colour": 0.017, "nose": 0.032, "mouth": 0.037,
    "earrings": 0.011,
}  # fmt: skip

#: How alike beards of different kinds are, none among them: T stubble, M moustache, G chin beard, B full beard.
_BEARDS = {
    ("N", "T"): 0.5, ("N", "M"): 0.15, ("N", "G"): 0.15, ("N", "B"): 0.0, ("T", "M"): 0.4, ("T", "G"): 0.5,
    ("T", "B"): 0.4, ("M", "G"): 0.5, ("M", "B"): 0.4, ("G", "B"): 0.6,
}  # fmt: skip


def similarity(a: AvatarSpec, b: AvatarSpec) -> float:
    """0..1, symmetric; 1 for equal looks. Background, clothing and presentation do not count: they are not the face.

    The weighted mean of `likenesses`, squared: most people share most traits, and two strangers should not look alike.
    """
    if a.plain or b.plain:
        return float(a.plain == b.plain)
    alike = likenesses(a, b)
    return float((sum(WEIGHTS[name] * alike[name] for name in WEIGHTS) / sum(WEIGHTS.values())) ** 2)


def likenesses(a: AvatarSpec, b: AvatarSpec) -> dict[str, float]:
    """How alike two people are in each respect of `WEIGHTS`, 0..1; 1 for the same."""
    return {
        **_hair(a, b),
        "skin": _colour(a.skin.colour, b.skin.colour, 0.11),
        "facial_hair": _beards(a.facial_hair.style, b.facial_hair.style),
        "beard_colour": _colour(a.facial_hair.colour or a.hair.colour, b.facial_hair.colour or b.hair.colour, 0.2)
        if a.facial_hair.style != "none" != b.facial_hair.style
        else 1.0,
        "glasses": _named(a.glasses.style, b.glasses.style, 0.8),
        "headwear": _named(a.headwear.style, b.headwear.style, 0.4),
        "earrings": _named(a.earrings.style, b.earrings.style, 0.7),
        "age": _close((a.marks.wrinkles,), (b.marks.wrinkles,)),
        "outline": _close((a.shape.width, a.shape.length), (b.shape.width, b.shape.length)),
        "jaw": _close((a.shape.jaw, a.shape.chin, a.shape.cheeks), (b.shape.jaw, b.shape.chin, b.shape.cheeks)),
        "brows": _close((a.brows.thickness, a.brows.angle), (b.brows.thickness, b.brows.angle)),
        "brow_shape": float(a.brows.shape == b.brows.shape),
        "lashes": _close((a.eyes.lashes,), (b.eyes.lashes,)),
        "eyes": 0.8 * _close((a.eyes.size, a.eyes.spacing, a.eyes.tilt), (b.eyes.size, b.eyes.spacing, b.eyes.tilt))
        + 0.2 * (a.eyes.shape == b.eyes.shape),
        "eye_colour": _colour(a.eyes.colour, b.eyes.colour, 0.15),
        "nose": 0.7 * _close((a.nose.width, a.nose.length), (b.nose.width, b.nose.length))
        + 0.3 * (a.nose.kind == b.nose.kind),
        "mouth": _close((a.mouth.width, a.mouth.fullness), (b.mouth.width, b.mouth.fullness)),
    }  # fmt: skip


def _hair(a: AvatarSpec, b: AvatarSpec) -> dict[str, float]:
    """Hair's silhouette, hairline and colour; what headwear hides tells nothing."""
    hidden = HEADWEAR[a.headwear.style].hair is None or HEADWEAR[b.headwear.style].hair is None
    if hidden:
        same = 1.0 if a.headwear.style == b.headwear.style else 0.5
        return {"hair": same, "hairline": same, "hair_colour": same}
    finer = (a.hair.length, a.hair.volume), (b.hair.length, b.hair.volume)
    return {
        "hair": _styles(a.hair.style, b.hair.style) * (0.8 + 0.2 * _close(*finer)),
        "hairline": 0.7 * _close((a.hair.hairline,), (b.hair.hairline,)) + 0.3 * (a.hair.parting == b.hair.parting),
        "hair_colour": _colour(a.hair.colour, b.hair.colour, 0.16),
    }


def _styles(a: str, b: str) -> float:
    """How alike two hair styles are by length, form and fringe."""
    if a == b:
        return 1.0
    first, second = HAIR[a], HAIR[b]
    longer = 1 - min(abs(first.length - second.length), 3) / 3
    return 0.1 + 0.5 * longer + 0.2 * (first.form == second.form) + 0.1 * (first.fringe == second.fringe)


def _beards(a: str, b: str) -> float:
    if a == b:
        return 1.0
    first, second = TRAIT_OF_FACIAL_HAIR.get(a, "B"), TRAIT_OF_FACIAL_HAIR.get(b, "B")
    return 0.9 if first == second else _BEARDS.get((first, second), _BEARDS.get((second, first), 0.0))


def _colour(a: str, b: str, scale: float) -> float:
    """1 for the same colour, falling smoothly; 0.37 at a distance of `scale` in OKLab."""
    return math.exp(-((difference(a, b) / scale) ** 2))


def _close(a: tuple[float, ...], b: tuple[float, ...], scale: float = 0.45) -> float:
    """1 for the same departures from the mean face; 0.37 where they differ by `scale` (root mean square)."""
    square = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / len(a)
    return math.exp(-square / scale**2)


def _named(a: str, b: str, alike: float) -> float:
    """The same name 1; both worn but different `alike`; one worn and the other not 0."""
    return 1.0 if a == b else 0.0 if "none" in (a, b) else alike
