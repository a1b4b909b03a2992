"""Path arithmetic for the drawing: numbers, curves and the palette."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mien.types import CONTROLS

#: Side of the square canvas, in user units; every drawing uses it.
CANVAS = 128.0
CENTRE = 64.0

# Darker tones of the shapes' own hue stand in for outlines.
INK = "#5a2d0c"  # brows, lashes, closed lips: the darkest brown
CREASE = "#c4700f"  # folds of the skin
MOUTH = "#6d1a1f"
TONGUE = "#f2606b"
TONGUE_SHADE = "#cf3f52"
TEETH = "#fffdf8"
TEETH_SHADE = "#e4d5c6"
IRIS = "#54290f"
PUPIL = "#2a1206"

_KNOWN = frozenset(CONTROLS)
#: What may be pushed beyond anatomy without the face tearing.
_ELASTIC = ("brow", "mouthSmile", "mouthFrown", "mouthStretch", "noseSneer", "jawOpen")

Point = tuple[float, float]


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    return low if value < low else high if value > high else value


def mix(a: float, b: float, t: float) -> float:
    return a + (b - a) * t


def blend(a: str, b: str, t: float) -> str:
    """The colour between two "#rrggbb" colours."""
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(mix(x, y, t)):02x}" for x, y in pairs)


def n(value: float) -> str:
    """A coordinate with two decimals and no trailing zeros: the same text on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def at(*points: Point) -> str:
    return " ".join(f"{n(x)} {n(y)}" for x, y in points)


class Pull:
    """The 52 controls as the drawing reads them: missing is 0, anything else is held within 0..1."""

    def __init__(self, controls: Mapping[str, float], *, bold: bool = False, gain: float = 1.0) -> None:
        """bold: for pictures of few pixels; strokes grow and fine creases go. gain: pushes brows, cheeks and the soft
        parts of the mouth beyond anatomy, as emoji do; lids and gaze never overshoot. Raises ValueError for a name
        that is not one of `mien.types.CONTROLS`."""
        self.bold = bold
        if unknown := [name for name in controls if name not in _KNOWN]:
            raise ValueError(f"unknown control {unknown[0]!r}; the 52 names are mien.types.CONTROLS")
        self._value = {
            name: clamp(float(value)) * (gain if name.startswith(_ELASTIC) else 1.0) if math.isfinite(value) else 0.0
            for name, value in controls.items()
            if value
        }

    def __call__(self, name: str) -> float:
        return self._value.get(name, 0.0)

    def side(self, stem: str, side: str) -> float:
        return self._value.get(stem + side, 0.0)

    def both(self, stem: str) -> float:
        return (self.side(stem, "Left") + self.side(stem, "Right")) / 2

    def lean(self, stem: str) -> float:
        """How much more its left side is pulled than its right, -1..1."""
        return self.side(stem, "Left") - self.side(stem, "Right")

    def strongest(self, count: int) -> list[str]:
        """Names of the strongest controls, for a description in words."""
        ranked = sorted(self._value.items(), key=lambda item: (-item[1], item[0]))
        return [name for name, value in ranked[:count] if value >= 0.2]
