"""Several photos of one person -> one appearance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mien.appearance.reader import named
from mien.avatar.palette import Lch, hexed, lch
from mien.types import TRAITS, Appearance, Colour, Trait

LEAST = 0.05  #: weight of what can hardly be read: something is better than nothing
#: Traits whose codes lie on a scale, and the exponent of the mean that is taken of them: near 0 the mean is geometric,
#: so that photos which disagree meet where none of them objects; 1 would let the loudest win.
ORDERED, EXPONENT = ("hair_len", "brows", "mst", "age"), 0.25


def merged(looks: Sequence[Appearance], weights: Sequence[float] | None = None) -> Appearance:
    """One appearance out of several of the same person, at least one.

    The probabilities of a trait are averaged by how sure each photo is of it, on a scale (lengths, tones, ages) nearly
    geometrically (a power mean, between the linear and the logarithmic opinion pool of Genest & Zidek 1986,
    https://doi.org/10.1214/ss/1177013825). Colours and measures are weighted medians, so that one photo in odd light
    or from an odd side does not count. weights: how well each face could be read, 0..1.
    """
    if len(looks) == 1:
        return looks[0]
    trust = [max(weight, LEAST) for weight in weights] if weights else [1.0] * len(looks)
    fields: dict[str, Any] = {name: _trait(name, [getattr(look, name) for look in looks], trust) for name in TRAITS}
    for name in ("skin", "hair", "eyes", "lips"):
        fields[name] = _colour([getattr(look, name) for look in looks], trust)
    geometry = {name: middle([look.geometry[name] for look in looks], trust) for name in looks[0].geometry}
    return Appearance(**fields, geometry=geometry)


def middle(values: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted median; of one or two values the weighted mean. weights: above 0."""
    if len(values) < 3:
        return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
    pairs = sorted(zip(values, weights, strict=True))
    half, passed = sum(weights) / 2, 0.0
    for value, weight in pairs:
        passed += weight
        if passed >= half:
            return value
    return pairs[-1][0]


def _trait(name: str, said: Sequence[Trait], trust: Sequence[float]) -> Trait:
    weights = [t * s.confidence for s, t in zip(said, trust, strict=True)]
    r, whole = EXPONENT if name in ORDERED else 1.0, sum(weights)
    mean = {
        code: (sum(w * s.probabilities[code] ** r for s, w in zip(said, weights, strict=True)) / whole) ** (1 / r)
        for code in said[0].probabilities
    }
    total = sum(mean.values())
    return named(name, {code: share / total for code, share in mean.items()})


def _colour(seen: Sequence[Colour | None], trust: Sequence[float]) -> Colour | None:
    known = [(c, t * max(c.confidence, LEAST)) for c, t in zip(seen, trust, strict=True) if c]
    if not known:
        return None
    weights = [w for _, w in known]
    labs = [_lab(c.hex) for c, _ in known]
    lightness, a, b = (middle([lab[i] for lab in labs], weights) for i in range(3))
    mixed = hexed(Lch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360))
    return Colour(mixed, sum(c.confidence * w for c, w in known) / sum(weights))


def _lab(colour: str) -> tuple[float, float, float]:
    lightness, chroma, hue = lch(colour)
    return lightness, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
