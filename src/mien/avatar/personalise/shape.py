"""The face's own shape, exaggerated, and the kinds of nose, eyes and glasses that go with it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mien.avatar.personalise.rules import CHILD, FARTHEST, GAIN, GEOMETRY, LOWER_FACE


def exaggerated(geometry: Mapping[str, float], *, child: float = 0.0, covered: bool = False) -> dict[str, float]:
    """Fields of the spec, -1..1, from departures in standard deviations.

    child: 0..1, how surely it is one; covered: a mask or a hand hides the lower face, which is drawn as the mean.
    """
    fields = {
        field: 0.0 if covered and field in LOWER_FACE else math.tanh(GAIN * own * geometry.get(measure, 0.0) / FARTHEST)
        for field, (measure, own) in GEOMETRY.items()
    }
    for field, change in CHILD.items():
        fields[field] = fields.get(field, 0.0) + child * change
    return {field: round(min(max(value, -1.0), 1.0), 2) for field, value in fields.items()}


def nearest(places: Mapping[str, tuple[float, float]], x: float, y: float) -> str:
    """The name whose place lies nearest; the first of equals."""
    return min(places, key=lambda name: math.dist(places[name], (x, y)))
