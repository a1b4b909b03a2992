"""The mouth: one shape driven by corners, width, opening and two lip curves, with teeth and tongue clipped inside."""

from __future__ import annotations

from dataclasses import dataclass

from mien.avatar.plain.ink import SOFT, Inks, outlined
from mien.avatar.shapes import (
    CENTRE,
    MOUTH,
    TEETH,
    TEETH_SHADE,
    TONGUE,
    TONGUE_SHADE,
    Point,
    Pull,
    at,
    blend,
    clamp,
    mix,
    n,
)  # fmt: skip

MOUTH_Y = 91.0


@dataclass(frozen=True, slots=True)
class Mouth:
    """A mouth's geometry: two corners and, for each lip curve, its height in the middle and how round it is."""

    left: Point  #: the corner on the left of the picture (the face's right)
    right: Point
    x: float
    top: float
    bottom: float
    bottom_x: float
    round_top: float  #: 0 handles pulled in (a bow) .. 1 handles above the corners (half an ellipse)
    round_bottom: float
    thin: float  #: 0 full lip line .. 1 lips rolled in

    @property
    def opening(self) -> float:
        return self.bottom - self.top

    def handles(self, y: float, x: float, roundness: float, shift: float = 0.0) -> tuple[Point, Point]:
        """Handles of the cubic between the corners that passes through height y half-way."""
        pull = mix(0.5, 0.02, roundness)
        (lx, ly), (rx, ry) = self.left, self.right
        mean = (8 * (y + shift) - ly - ry) / 6
        lean = (ry - ly) * 0.12
        return (mix(lx, x, pull), mean - lean), (mix(rx, x, pull), mean + lean)

    def upper(self, shift: float = 0.0) -> tuple[Point, Point]:
        return self.handles(self.top, self.x, self.round_top, shift)

    def lower(self, shift: float = 0.0) -> tuple[Point, Point]:
        return self.handles(self.bottom, self.bottom_x, self.round_bottom, shift)

    def outline(self) -> str:
        upper, lower = self.upper(), self.lower()
        return f"M{at(self.left)}C{at(*upper, self.right)}C{at(lower[1], lower[0], self.left)}Z"


def mouth_geometry(c: Pull) -> Mouth:
    """Where corners and lips stand for the controls."""
    jaw = c("jawOpen") * (1 - 0.85 * c("mouthClose"))
    smile, frown, stretch = c.both("mouthSmile"), c.both("mouthFrown"), c.both("mouthStretch")
    upper_up, lower_down = c.both("mouthUpperUp"), c.both("mouthLowerDown")
    funnel, pucker, press = c("mouthFunnel"), c("mouthPucker"), c.both("mouthPress")
    x = CENTRE + 8 * (c("mouthLeft") - c("mouthRight")) + 2 * (c("jawLeft") - c("jawRight"))
    bottom_x = x + 5 * (c("jawLeft") - c("jawRight")) + 7 * c.lean("mouthLowerDown")
    x += 7 * c.lean("mouthUpperUp")
    grin = smile * clamp(2.2 * max(jaw, upper_up * 0.8))

    def corner(side: str, out: int) -> Point:
        s, f, st = c.side("mouthSmile", side), c.side("mouthFrown", side), c.side("mouthStretch", side)
        d = c.side("mouthDimple", side)
        narrow = (1 - 0.6 * pucker) * (1 - 0.38 * funnel) * (1 - 0.26 * jaw * (1 - smile) * (1 - stretch))
        half = (1.12 if c.bold else 1) * (20 + 9.5 * s + 8 * st + 2.5 * d + 2 * c.side("mouthPress", side)) * narrow
        y = MOUTH_Y - 9.5 * s - 2.5 * d * (1 - f) + 9 * f - 3.5 * grin + 3.5 * jaw * (1 - smile) + 0.5 * st
        return x + out * half, y

    middle = MOUTH_Y + 6.5 * smile * (1 - grin) - 6 * frown - 4 * c("mouthShrugLower") - 1.2 * c("mouthShrugUpper")
    top = middle - 8.5 * grin - 5.5 * upper_up * (1 - 0.5 * grin) - 4.5 * funnel - (7.5 - 2 * smile) * jaw * (1 - grin)
    top -= 2.2 * stretch * max(upper_up, lower_down)
    bottom = middle + mix(26, 22, smile) * jaw + 7 * lower_down + 5 * funnel + 2.5 * stretch * lower_down
    bottom += 1.5 * c("jawForward") * jaw
    if c.bold:  # few pixels: what a mouth does is made larger
        top, bottom = (MOUTH_Y + 1.14 * (value - MOUTH_Y) for value in (top, bottom))
    loose = clamp(max(2.2 * jaw, funnel)) * (1 - clamp(2 * press) * 0.5)
    boxy = stretch * max(upper_up, lower_down)
    return Mouth(
        left=corner("Right", -1), right=corner("Left", 1), x=x, top=top, bottom=bottom, bottom_x=bottom_x,
        round_top=max(loose * (1 - clamp(1.6 * smile)), boxy, 0.8 * grin * upper_up),
        round_bottom=max(loose * mix(1, 0.86, smile), boxy, 0.55 * grin),
        thin=max(0.55 * press, 0.7 * c("mouthRollLower"), 0.7 * c("mouthRollUpper")),
    )  # fmt: skip


def _teeth(c: Pull, m: Mouth) -> str:
    smile, stretch = c.both("mouthSmile"), c.both("mouthStretch")
    jaw, upper_up, lower_down = c("jawOpen"), c.both("mouthUpperUp"), c.both("mouthLowerDown")
    top = 9.5 * clamp(1.3 * smile + 0.8 * upper_up + 0.8 * stretch - 0.8 * c("mouthFunnel"))
    top *= clamp(m.opening / 9)
    bottom = 8.5 * clamp(0.9 * lower_down + 0.4 * stretch - 0.6 * c("mouthFunnel") - 0.25) * clamp(m.opening / 9)
    clenched = clamp(1 - 5 * jaw) * clamp((upper_up + lower_down) * 1.2 - 0.4)
    if clenched > 0:
        top, bottom = mix(top, m.opening * 0.56, clenched), mix(bottom, m.opening * 0.48, clenched)
    parts = []
    if top > 0.4:
        drop = m.handles(m.top + top, m.x, max(m.round_top, 0.3))
        up = (m.left[0], m.left[1] - 30), (m.right[0], m.right[1] - 30)
        band = f"M{at(m.left)}C{at(*drop, m.right)}L{at(up[1])}L{at(up[0])}Z"
        parts.append(f'<path d="{band}" fill="{TEETH}"/>')
    if bottom > 0.4:
        rise = m.handles(m.bottom - bottom, m.bottom_x, m.round_bottom)
        low = (m.left[0], m.bottom + 30), (m.right[0], m.bottom + 30)
        band = f"M{at(m.left)}C{at(*rise, m.right)}L{at(low[1])}L{at(low[0])}Z"
        parts.append(f'<path d="{band}" fill="{TEETH}"/>')
    if clenched > 0.05:
        seam = m.handles((m.top + m.bottom) / 2, m.x, 0.4)
        lines = f"M{at(m.left)}C{at(*seam, m.right)}"
        for k in (-2, -1, 0, 1, 2):
            x = m.x + k * (m.right[0] - m.left[0]) / 5.6
            lines += f"M{n(x)} {n(m.top - 12)}V{n(m.bottom + 12)}"
        parts.append(
            f'<path d="{lines}" fill="none" stroke="{TEETH_SHADE}" stroke-width="1.7" stroke-opacity="{n(clenched)}"/>'
        )
    return "".join(parts)


def _tongue_inside(c: Pull, m: Mouth) -> str:
    share = clamp((c("jawOpen") * (1 - c("mouthClose")) - 0.2) * 2.2) * (1 - c("tongueOut"))
    if share <= 0.02:
        return ""
    half = (m.right[0] - m.left[0]) / 2
    rx, ry = half * 0.68, m.opening * 0.42 * share
    y = m.bottom + ry * 0.15
    return (
        f'<ellipse cx="{n(m.bottom_x - rx * 0.25)}" cy="{n(y)}" rx="{n(rx * 0.8)}" ry="{n(ry)}" fill="{TONGUE}"/>'
        f'<ellipse cx="{n(m.bottom_x + rx * 0.25)}" cy="{n(y)}" rx="{n(rx * 0.8)}" ry="{n(ry)}" fill="{TONGUE}"/>'
    )


def _tongue_out(c: Pull, m: Mouth, edge: str | None) -> str:
    out = c("tongueOut")
    if out <= 0.02:
        return ""
    x, half = m.bottom_x, min(13.5, (m.right[0] - m.left[0]) * 0.38)
    root = mix((m.top + m.bottom) / 2, m.bottom - 7, clamp(m.opening / 14))
    end = max(m.bottom, root) + (24 if c.bold else 22) * out
    round_y = min(half * 1.25, (end - root) * 0.8)
    tip = f"C{at((x + half, end), (x - half, end), (x - half, end - round_y))}"
    shape = f"M{at((x - half, root))}Q{at((x, root - 2.5), (x + half, root))}V{n(end - round_y)}{tip}Z"
    return (
        f'<path d="{shape}" fill="{TONGUE}"{outlined(edge)}/>'
        f'<path d="M{at((x, root + 2))}V{n(mix(root, end, 0.62))}" stroke="{TONGUE_SHADE}" stroke-width="2" '
        f'stroke-linecap="round"/>'
    )


def _pucker(c: Pull, m: Mouth, ink: str) -> str:
    """Lips pushed forward, in the shorthand of all emoji: two bows, one over the other, seen a little from the side."""
    p = _kiss(c)
    if p <= 0.02:
        return ""
    x, y, w, h = m.x - 1.5 * p, (m.top + m.bottom) / 2, 11.5 * p, 10.5 * p
    upper = f"M{at((x - 0.45 * w, y - h))}C{at((x + 0.6 * w, y - 1.45 * h), (x + 0.95 * w, y - 0.25 * h), (x, y))}"
    lower = f"C{at((x + 1.05 * w, y + 0.2 * h), (x + 0.75 * w, y + 1.5 * h), (x - 0.45 * w, y + h))}"
    return (
        f'<path d="{upper}{lower}" fill="none" stroke="{ink}" stroke-width="{n((6.4 if c.bold else 5.0) * p**0.5)}" '
        f'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _kiss(c: Pull) -> float:
    """How far the lips are pushed forward with nothing else going on."""
    return c("mouthPucker") * (1 - clamp(2 * c("jawOpen"))) * (1 - 0.8 * c.both("mouthSmile"))


def _folds(c: Pull, m: Mouth, crease: str) -> str:
    """Dimples at pulled or pressed corners, and the crease under a lip pushed up or rolled in."""
    if c.bold:
        return ""
    parts = []
    for side, out, (x, y) in (("Right", -1, m.left), ("Left", 1, m.right)):
        depth = max(c.side("mouthDimple", side), 0.6 * c.side("mouthPress", side), 0.5 * c.side("mouthSmile", side))
        depth *= 1 - c("mouthPucker")
        if depth > 0.05:
            a, b = (x + out * 2.5, y - 4.5), (x + out * 2.5, y + 4)
            parts.append(
                f'<path d="M{at(a)}Q{at((x + out * 5.5, y), b)}" fill="none" stroke="{crease}" stroke-width="2.4" '
                f'stroke-opacity="{n(depth)}" stroke-linecap="round"/>'
            )
    chin = max(c("mouthShrugLower"), 0.8 * c("mouthRollLower"), c("jawForward"), 0.5 * c.both("mouthPress"))
    if chin > 0.02:
        y = min(m.bottom + 8.5, 117.0)
        a, b = (m.bottom_x - 8, y + 1.5), (m.bottom_x + 8, y + 1.5)
        parts.append(
            f'<path d="M{at(a)}Q{at((m.bottom_x, y - 3), b)}" fill="none" stroke="{crease}" stroke-width="2.4" '
            f'stroke-opacity="{n(0.7 * chin)}" stroke-linecap="round"/>'
        )
    lip = max(c("mouthShrugUpper"), 0.8 * c("mouthRollUpper"))
    if lip > 0.02:
        y = m.top - 7
        parts.append(
            f'<path d="M{at((m.x - 6, y))}Q{at((m.x, y + 3), (m.x + 6, y))}" fill="none" stroke="{crease}" '
            f'stroke-width="2.2" stroke-opacity="{n(0.7 * lip)}" stroke-linecap="round"/>'
        )
    return "".join(parts)


def mouth(c: Pull, uid: str, inks: Inks = SOFT) -> str:
    """The whole mouth as SVG."""
    m = mouth_geometry(c)
    shape = m.outline()
    shut = 1 - clamp(m.opening / 6)
    body = 1.1 * shut * (1 - m.thin)  # the lip line swells towards its middle
    upper, lower = m.upper(-body), m.lower(body)
    swollen = f"M{at(m.left)}C{at(*upper, m.right)}C{at(lower[1], lower[0], m.left)}Z"
    edge = (
        (1.45 if c.bold else 1)
        * mix(4.8, 2.6, clamp(m.opening / 8))
        * (1 - 0.3 * m.thin)
        * (1 - 0.5 * c("mouthPucker"))
    )
    ink = blend(inks.line, inks.edge or MOUTH, clamp(m.opening / 6))
    parts = [_folds(c, m, inks.crease)]
    lips = 1 - clamp(1.6 * (_kiss(c) - 0.35))  # a kiss takes the line's place
    if lips > 0:
        style = f'fill="{ink}" stroke="{ink}" stroke-width="{n(edge * lips**0.5)}" stroke-linejoin="round"'
        faded = "" if lips >= 1 else f' opacity="{n(lips)}"'
        parts.append(f'<path d="{swollen}" {style}{faded}/>')
    if m.opening > 0.5 and lips > 0:
        parts.append(
            f'<clipPath id="{uid}m"><path d="{shape}"/></clipPath><g clip-path="url(#{uid}m)">'
            f"{_tongue_inside(c, m)}{_teeth(c, m)}</g>"
        )
    parts += [_tongue_out(c, m, inks.edge), _pucker(c, m, inks.line)]
    return "".join(parts)
