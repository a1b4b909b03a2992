"""The colours of the lines on the plain face: soft, or strong for eyes that need more contrast."""

from __future__ import annotations

from dataclasses import dataclass

from mien.avatar.shapes import CREASE, INK, n


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours of lines, "#rrggbb"."""

    line: str  #: brows that move, lashes, closed lips
    rest: str  #: brows at rest
    crease: str  #: folds of the skin
    edge: str | None = None  #: outline of the disc and of what lies on it; None for none


SOFT = Inks(INK, "#b06a1c", CREASE)
#: Lines stand out by 7:1 or more from the yellow, the outline from white as well (WCAG 2.2, 1.4.6).
STRONG = Inks("#1c0d03", "#1c0d03", "#7a3b02", "#1c0d03")


def outlined(edge: str | None, width: float = 2.0) -> str:
    """Attributes that give a shape an outline; none for None."""
    return f' stroke="{edge}" stroke-width="{n(width)}" stroke-linejoin="round"' if edge else ""
