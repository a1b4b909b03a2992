"""A person's mouth: one shape driven by corners, width, opening and two lip curves; teeth and tongue clipped inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.head import Head
from mien.avatar.palette import Tones, mixed, shift
from mien.avatar.shapes import CENTRE, Point, Pull, clamp, mix, n

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec


@dataclass(frozen=True, slots=True)
class Mouth:
    """Canvas units, straight ahead. The opening lies between two cubics that share the corners."""

    left: Point  #: the corner on the picture's left (the face's right)
    right: Point
    x: float
    top: float  #: middle of the opening's upper edge
    bottom: float
    bottom_x: float
    round_top: float  #: 0 handles pulled in (a bow) .. 1 handles above the corners (half an ellipse)
    round_bottom: float
    upper: float  #: thickness of the upper lip in the middle
    lower: float

    @property
    def opening(self) -> float:
        return max(self.bottom - self.top, 0.0)

    def edge(self, y: float, x: float, roundness: float) -> list[Point]:
        """The cubic from corner to corner that passes height y half-way."""
        pull = mix(0.5, 0.02, roundness)
        (lx, ly), (rx, ry) = self.left, self.right
        mean, lean = (8 * y - ly - ry) / 6, (ry - ly) * 0.12
        return [self.left, (mix(lx, x, pull), mean - lean), (mix(rx, x, pull), mean + lean), self.right]

    def upper_edge(self) -> list[Point]:
        return self.edge(self.top, self.x, self.round_top)

    def lower_edge(self) -> list[Point]:
        return self.edge(self.bottom, self.bottom_x, self.round_bottom)


def build_mouth(head: Head, spec: AvatarSpec) -> Mouth:
    """Where corners and lips stand for the controls."""
    c, base = head.pull, head.mouth_half
    k = base / 11.2 * (1.25 if head.bold else 1.0)
    bend = 1.6 if head.bold else 1.0  # few pixels: corners go further, or a smile would not be seen
    jaw = c("jawOpen") * (1 - 0.85 * c("mouthClose"))
    smile, frown, stretch = c.both("mouthSmile"), c.both("mouthFrown"), c.both("mouthStretch")
    upper_up, lower_down, press = c.both("mouthUpperUp"), c.both("mouthLowerDown"), c.both("mouthPress")
    funnel, pucker = c("mouthFunnel"), c("mouthPucker")
    x = CENTRE + 5.5 * (c("mouthLeft") - c("mouthRight")) + 0.45 * head.jaw_shift
    bottom_x = x + 0.5 * head.jaw_shift + 3 * c.lean("mouthLowerDown")
    top_x = x + 3 * c.lean("mouthUpperUp")
    grin = min(smile, 1.2) * clamp(2.2 * max(jaw, upper_up * 0.8))
    y = head.mouth_y

    def corner(side: str, out: int) -> Point:
        s, f, st = c.side("mouthSmile", side), c.side("mouthFrown", side), c.side("mouthStretch", side)
        d, p = c.side("mouthDimple", side), c.side("mouthPress", side)
        narrow = (1 - 0.46 * pucker) * (1 - 0.4 * funnel) * (1 - 0.2 * jaw * clamp(1 - smile) * clamp(1 - stretch))
        half = k * (11.2 + 4.9 * s + 4.6 * st + 1.5 * d + 0.8 * p + 0.6 * f) * narrow
        lift = (
            0.9 * clamp(1 - 2 * f)
            + 5.6 * s
            + 1.2 * d * clamp(1 - f)
            - 4.6 * f
            + 1.6 * grin
            - 2.0 * jaw * clamp(1 - smile)
            - 0.5 * st
        )
        return x + out * half, y - bend * lift

    curve = 2.6 * smile * (1 - clamp(grin)) - 3.0 * frown - 2.6 * c("mouthShrugLower") - 0.9 * c("mouthShrugUpper")
    middle = y + 0.8 + bend * curve
    middle -= 0.3 * c("mouthRollLower")
    top = middle - 3.6 * grin - 3.2 * upper_up * (1 - 0.4 * clamp(grin)) - 2.4 * funnel
    top -= (4.2 - 1.5 * smile) * jaw * clamp(1 - grin) + 1.0 * stretch * max(upper_up, lower_down)
    bottom = middle + mix(14.6, 13.2, clamp(smile)) * jaw + 4.0 * lower_down + 2.8 * funnel
    bottom += 1.2 * stretch * lower_down + 0.8 * c("jawForward") * jaw
    bottom = (
        min(bottom, 0.35 * bottom + 0.65 * (head.chin - 8.5), head.chin - 5) if bottom > head.chin - 8.5 else bottom
    )
    loose = clamp(max(2.2 * jaw, funnel)) * (1 - clamp(2 * press) * 0.5)
    boxy = clamp(stretch * max(upper_up, lower_down))
    thick = 1.3 if head.bold else 1.0
    full = 1 + (0.75 if spec.mouth.fullness > 0 else 0.55) * spec.mouth.fullness
    taut = (
        (1 - 0.28 * clamp(smile)) * (1 - 0.3 * clamp(stretch)) * (1 - 0.5 * press) * (1 + 1.3 * pucker + 0.2 * funnel)
    )
    taut *= 1 - 0.22 * clamp(jaw)
    return Mouth(
        left=corner("Right", -1), right=corner("Left", 1), x=top_x, top=top, bottom=max(bottom, top), bottom_x=bottom_x,
        round_top=max(loose * (1 - clamp(1.6 * smile)), boxy, 0.6 * clamp(grin) * upper_up),
        round_bottom=clamp(max(loose * mix(1, 0.86, clamp(smile)), boxy, 0.55 * grin)),
        upper=2.4 * thick * full * taut * (1 - 0.85 * c("mouthRollUpper")) * (1 + 0.15 * c("mouthShrugUpper")),
        lower=3.2 * thick * full * taut * (1 - 0.85 * c("mouthRollLower")) * (1 + 0.25 * c("mouthShrugLower")),
    )  # fmt: skip


def _halves(cubic: list[Point]) -> tuple[list[Point], list[Point]]:
    """A cubic cut in the middle (de Casteljau)."""
    a, b, c, d = cubic

    def mid(p: Point, q: Point) -> Point:
        return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2

    ab, bc, cd = mid(a, b), mid(b, c), mid(c, d)
    abc, bcd = mid(ab, bc), mid(bc, cd)
    m = mid(abc, bcd)
    return [a, ab, abc, m], [m, bcd, cd, d]


def _raised(points: list[Point], by: tuple[float, ...]) -> list[Point]:
    return [(x, y + dy) for (x, y), dy in zip(points, by, strict=True)]


def _lips(head: Head, m: Mouth, tones: Tones, spec: AvatarSpec) -> str:
    up, low, t, b = m.upper_edge(), m.lower_edge(), -m.upper, m.lower
    left, right = _halves(up)
    bow = _raised(left, (0.0, 0.75 * t, 1.32 * t, 0.86 * t)) + _raised(right, (0.86 * t, 1.32 * t, 0.75 * t, 0.0))[1:]
    under = _raised(low, (0.0, 1.34 * b, 1.34 * b, 0.0))
    at = head.at
    upper = f"M{head.cubics(bow)}C{at(*reversed(up[:3]))}Z"
    lower = f"M{head.cubics(under)}C{at(*reversed(low[:3]))}Z"
    seam = (
        f'<path d="M{head.cubics(up)}C{at(*reversed(low[:3]))}Z" fill="none" stroke="{tones.lip}" stroke-width=".8"/>'
    )
    if head.bold:  # light lips, so that the line between them is seen on deep skin too; a kiss is all lips
        bearded = spec.facial_hair.style != "none"
        light = shift(tones.lip_light, l=0.15 if tones.rim else 0.08 if bearded else 0.0)
        colour = tones.lip_dark if head.pull("mouthPucker") > 0.5 else light
        return f'<path d="{lower}{upper}" fill="{colour}"/>'
    soft = shift(tones.lip, l=0.05) if tones.rim else tones.lip
    return f'<path d="{lower}" fill="{soft}"/><path d="{upper}" fill="{tones.lip_dark}"/>{seam}'


def _teeth(head: Head, m: Mouth, tones: Tones) -> str:
    c = head.pull
    smile, stretch = c.both("mouthSmile"), c.both("mouthStretch")
    jaw, upper_up, lower_down = c("jawOpen"), c.both("mouthUpperUp"), c.both("mouthLowerDown")
    room = clamp(m.opening / 5)
    top = 5.2 * clamp(1.2 * smile + 0.8 * upper_up + 0.8 * stretch + 0.2 * jaw - 0.8 * c("mouthFunnel")) * room
    bottom = 4.6 * clamp(0.9 * lower_down + 0.4 * stretch - 0.6 * c("mouthFunnel") - 0.25) * room
    clenched = clamp(1 - 5 * jaw) * clamp((upper_up + lower_down) * 1.2 - 0.4)
    if clenched > 0:
        top, bottom = mix(top, m.opening * 0.58, clenched), mix(bottom, m.opening * 0.5, clenched)
    parts, (lx, ly), (rx, ry) = [], m.left, m.right
    if bottom > 0.3:
        rise = m.edge(m.bottom - bottom, m.bottom_x, m.round_bottom)
        band = f"M{head.cubics(rise)}L{head.at((rx, m.bottom + 20), (lx, m.bottom + 20))}Z"
        parts.append(f'<path d="{band}" fill="{tones.teeth_shade}"/>')
    if top > 0.3:
        drop = m.edge(m.top + top, m.x, max(m.round_top, 0.35))
        band = f"M{head.cubics(drop)}L{head.at((rx, ry - 20), (lx, ly - 20))}Z"
        parts.append(f'<path d="{band}" fill="{tones.teeth}"/>')
    if clenched > 0.05 and not head.bold:
        seam = f"M{head.cubics(m.edge((m.top + m.bottom) / 2, m.x, 0.4))}"
        parts.append(
            f'<path d="{seam}" fill="none" stroke="{tones.teeth_shade}" stroke-width=".9" '
            f'stroke-opacity="{n(clenched)}"/>'
        )
    return "".join(parts)


def _tongue_inside(head: Head, m: Mouth, tones: Tones) -> str:
    share = clamp((head.pull("jawOpen") * (1 - head.pull("mouthClose")) - 0.2) * 2.2) * (1 - head.pull("tongueOut"))
    if share <= 0.02:
        return ""
    half = (m.right[0] - m.left[0]) / 2
    rx, ry = half * 0.66, m.opening * 0.4 * share
    x, y = head.warp((m.bottom_x, m.bottom + 0.25 * ry))
    return f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}" fill="{tones.tongue}"/>'


def _tongue_out(head: Head, m: Mouth, tones: Tones) -> str:
    out = head.pull("tongueOut")
    if out <= 0.02:
        return ""
    x, half = m.bottom_x, min(7.6 if head.bold else 6.6, (m.right[0] - m.left[0]) * 0.36)
    root = mix((m.top + m.bottom) / 2, m.bottom - 4, clamp(m.opening / 8))
    end = max(m.bottom, root) + (14 if head.bold else 12) * out
    cheek = end - min(half * 1.2, (end - root) * 0.8)
    at = head.at
    shape = (
        f"M{at((x - half, root))}Q{at((x, root - 1.5), (x + half, root))}L{at((x + half, cheek))}"
        f"C{at((x + half, end), (x - half, end), (x - half, cheek))}Z"
    )
    groove = f"M{at((x, root + 1.5))}L{at((x, mix(root, end, 0.6)))}"
    return (
        f'<path d="{shape}" fill="{tones.tongue}"/>'
        f'<path d="{groove}" stroke="{tones.tongue_shade}" stroke-width="1.2" stroke-linecap="round"/>'
    )


def _seam(head: Head, m: Mouth, tones: Tones) -> str:
    """The line between closed lips: swelling in the middle, tapering outwards; it thins as the mouth opens."""
    shut = 1 - clamp(m.opening / 3)
    firm = 1.3 if tones.rim else 1.0  # on deep skin a dark line needs more body to be seen
    body, dip = (1.7 if head.bold else 0.65 * firm) * shut + 0.15, 0.55 * shut * clamp(m.upper / 2.4)
    (left, right), (low_left, low_right) = _halves(m.upper_edge()), _halves(m.lower_edge())
    # The upper lip dips in its middle; the line is thickest there and runs out at the corners.
    over = _raised(left, (0, 0.1, 0.2 * dip, dip)) + _raised(right, (dip, 0.2 * dip, 0.1, 0))[1:]
    under = (
        _raised(low_left, (0, 0.6 * body, body, body + dip)) + _raised(low_right, (body + dip, body, 0.6 * body, 0))[1:]
    )
    path = f"M{head.cubics(over)}{head.cubics(under[::-1], first=False)}Z"
    width = (2.3 if head.bold else 0.95 * firm) * (0.45 + 0.55 * shut)
    ink = mixed(tones.lip_line, tones.lash, 0.7) if head.bold else tones.lip_line
    return f'<path d="{path}" fill="{ink}" stroke="{ink}" stroke-width="{n(width)}" stroke-linejoin="round"/>'


def _folds(head: Head, m: Mouth, tones: Tones) -> str:
    """Dimples, the fold beside a smile, the crease under a lip pushed up or rolled in."""
    if head.bold:
        return ""
    c, parts = head.pull, []
    for side, out, (x, y) in (("Right", -1, m.left), ("Left", 1, m.right)):
        depth = max(c.side("mouthDimple", side), 0.6 * c.side("mouthPress", side), 0.55 * c.side("mouthSmile", side))
        depth *= 1 - clamp(c("mouthPucker"))
        if depth > 0.05:
            a, b, e = (x + out * 1.8, y - 2.6), (x + out * 3.8, y), (x + out * 1.6, y + 2.6)
            parts.append((f"M{head.at(a)}Q{head.at(b, e)}", 0.8 * min(depth, 1.0), 1.3))
    chin = max(c("mouthShrugLower"), 0.8 * c("mouthRollLower"), c("jawForward"), 0.5 * c.both("mouthPress"))
    if chin > 0.02:
        y = m.bottom + m.lower + 2.2
        bow = head.at((m.bottom_x, y - 1.8), (m.bottom_x + 4.6, y + 0.8))
        parts.append((f"M{head.at((m.bottom_x - 4.6, y + 0.8))}Q{bow}", 0.7 * chin, 1.3))
    lip = max(c("mouthShrugUpper"), 0.8 * c("mouthRollUpper"))
    if lip > 0.02:
        y = m.top - m.upper - 1.4
        bow = head.at((m.x, y + 1.6), (m.x + 3.6, y))
        parts.append((f"M{head.at((m.x - 3.6, y))}Q{bow}", 0.7 * lip, 1.2))
    return "".join(
        f'<path d="{d}" fill="none" stroke="{tones.line}" stroke-opacity="{n(opacity)}" stroke-width="{width}" '
        f'stroke-linecap="round"/>'
        for d, opacity, width in parts
    )


def mouth(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The whole mouth as SVG."""
    m = build_mouth(head, spec)
    opening = f"M{head.cubics(m.upper_edge())}C{head.at(*reversed(m.lower_edge()[:3]))}Z"
    parts = [_folds(head, m, tones), _lips(head, m, tones, spec), _seam(head, m, tones)]
    if m.opening > 0.4:
        parts.append(
            f'<clipPath id="{uid}m"><path d="{opening}"/></clipPath><g clip-path="url(#{uid}m)">'
            f'<path d="{opening}" fill="{tones.mouth}"/>{_tongue_inside(head, m, tones)}{_teeth(head, m, tones)}</g>'
        )
    parts.append(_tongue_out(head, m, tones))
    return "".join(parts)


def lips_taut(c: Pull) -> float:
    """How far the mouth is stretched, 0..1: facial hair spreads with it."""
    return clamp(max(c.both("mouthSmile"), c.both("mouthStretch")))
