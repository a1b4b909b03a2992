"""Noses: a soft shade under the tip, the wings, and the folds of a sneer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.head import Head, ellipse
from mien.avatar.palette import Tones
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of nose, in shares of the head's own width of nose or in canvas units."""

    width: float = 1.0
    drop: float = 1.0  #: the tip below the wings, in units
    thick: float = 1.0  #: of the shade under the tip
    tip: float = 1.0  #: roundness and size of the tip
    bridge: float = 0.4  #: how strongly the bridge throws its shade
    hook: float = 0.0  #: a bump on the bridge, in units
    nostrils: float = 0.0  #: how far they are seen from the front
    wings: float = 0.0  #: how far the wings stand out beyond the base


KINDS = {
    "straight": Kind(bridge=0.7), "button": Kind(width=0.68, drop=0.2, thick=1.2, tip=1.15, bridge=0.0),
    "broad": Kind(width=1.3, drop=0.9, thick=1.2, tip=1.3, bridge=0.25, wings=1.0),
    "aquiline": Kind(width=0.98, drop=3.2, tip=0.9, bridge=1.0, hook=2.6),
    "snub": Kind(width=0.86, drop=-0.6, thick=0.75, tip=1.2, bridge=0.0, nostrils=1.0),
    "bulbous": Kind(width=1.2, drop=1.8, thick=1.3, tip=2.1, bridge=0.2),
    "narrow": Kind(width=0.66, drop=1.8, thick=0.95, tip=0.8, bridge=1.0),
}  # fmt: skip
_DEPTH = 1.3  # a nose stands before the face


def nose(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The nose as SVG: a soft shade under the tip, a light on it, and as much bridge and nostril as its kind has."""
    c, kind = head.pull, KINDS[spec.nose.kind]
    sneer = c.side("noseSneer", "Right"), c.side("noseSneer", "Left")
    half, y = head.nose_half * kind.width, head.nose_y
    wings = [(half * (1 + 0.1 * s), y - 2.1 - 2.2 * s) for s in sneer]
    low = y + kind.drop - 0.5 * (sneer[0] + sneer[1])
    (rx, ry), (lx, ly) = wings
    thick = (2.3 if head.bold else 1.9) * kind.thick
    under = (
        Pen(head, depth=_DEPTH).move(-rx, ry).curve(-0.95 * rx, ry + 2.7, -0.5 * half, low + 0.5, 0, low + 0.6)
        .curve(0.5 * half, low + 0.5, 0.95 * lx, ly + 2.7, lx, ly)
        .curve(0.8 * lx, ly + 1.6, 0.44 * half, low + 0.5 - thick, 0, low + 0.6 - thick)
        .curve(-0.44 * half, low + 0.5 - thick, -0.8 * rx, ry + 1.6, -rx, ry).close()
    )  # fmt: skip
    style = f'fill="{tones.nose}" stroke="{tones.nose}" stroke-width="{1.3 if head.bold else 0.9}"'
    mark = f'<path d="{under.d}" {style} stroke-linejoin="round"/>'
    if head.bold:
        return mark
    parts = [_bridge(head, tones, kind, half), _tip(head, tones, kind, low), mark]
    for out, (wx, wy) in ((-1, wings[0]), (1, wings[1])):
        if kind.nostrils:
            hole = (
                Pen(head, out, _DEPTH).move(0.34 * half, low - 2.3).bow(0.56 * half, low - 3.3, 0.76 * half, low - 2.3)
            )
            parts.append(hole.stroke(tones.nose, 1.2, 0.5 * kind.nostrils))
        if kind.wings:
            wing = (
                Pen(head, out, _DEPTH)
                .move(0.9 * wx, wy - 2.4)
                .curve(1.22 * wx, wy - 1.8, 1.24 * wx, wy + 2.4, wx, wy + 1.6)
            )
            parts.append(wing.stroke(tones.nose, 1.2 * kind.wings))
    return "".join(parts) + _wrinkles(head, tones)


def _bridge(head: Head, tones: Tones, kind: Kind, half: float) -> str:
    """The side of the bridge away from the light."""
    if not kind.bridge:
        return ""
    top, y = head.eye_y - 4, head.nose_y
    side = (
        Pen(head, depth=_DEPTH).move(2.6, top).curve(1.6, top + 6, 2.2 + kind.hook, y - 12, 2.6 + kind.hook, y - 9)
        .curve(3.0, y - 6, 0.86 * half, y - 5, 0.92 * half, y - 2.4)
        .curve(0.7 * half, y - 1, 0.4 * half, y - 2, 1.6, y - 4)
        .curve(0.6, y - 8, 0.8 + kind.hook, top + 8, 2.6, top).close()
    )  # fmt: skip
    return side.fill(tones.skin.shade, 0.8 * kind.bridge)


def _tip(head: Head, tones: Tones, kind: Kind, low: float) -> str:
    light = f'fill="{tones.skin.light}" fill-opacity=".85"'
    shine = ellipse(head, (CENTRE - 0.9, low - 5.0), 1.9 * kind.tip, 1.7 * kind.tip + 0.3, light, _DEPTH)
    if kind.tip <= 1.3:
        return shine
    shade = f'fill="{tones.skin.shade}" fill-opacity=".75"'
    return ellipse(head, (CENTRE, low - 3.2), 2.6 * kind.tip, 2.4 * kind.tip, shade, _DEPTH) + shine


def _wrinkles(head: Head, tones: Tones) -> str:
    parts = []
    for side, out in (("Right", -1), ("Left", 1)):
        sneer = head.pull.side("noseSneer", side)
        if sneer > 0.02:
            for k, y in enumerate((head.eye_y + 1.5, head.eye_y + 5.0)):
                x = CENTRE + out * (2.0 + 0.8 * k)
                bow = head.at((x + out * 1.6, y - 1.0), (x + out * 3.4, y - 0.4 + sneer))
                parts.append(
                    f'<path d="M{head.at((x, y + sneer))}Q{bow}" fill="none" stroke="{tones.line}" stroke-width="1.2" '
                    f'stroke-opacity="{n(0.8 * min(sneer, 1.0))}" stroke-linecap="round"/>'
                )
    return "".join(parts)
