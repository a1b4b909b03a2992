"""A person's eyes: lids that move over an iris, lashes, the fold above and the pouch below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.head import Head
from mien.avatar.palette import Tones
from mien.avatar.shapes import CENTRE, Point, clamp, mix, n

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

#: shape -> (tilt of the corners, roundness of the upper lid, of the lower lid, how far the lid hangs at rest)
_SHAPES = {
    "almond": (0.8, 1.0, 0.84, 0.09), "round": (0.0, 1.14, 1.08, 0.02), "hooded": (-0.3, 0.92, 0.84, 0.22),
    "monolid": (1.7, 0.74, 0.66, 0.09), "upturned": (2.7, 1.0, 0.84, 0.09), "downturned": (-2.4, 1.0, 0.88, 0.12),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye's lids. The opening lies between two cubics that share the corners."""

    side: str
    out: int
    x: float
    y: float
    half_width: float
    half_height: float
    inner: Point
    outer: Point
    upper: tuple[Point, Point]  #: handles of the upper lid, inner then outer
    lower: tuple[Point, Point]
    fold: tuple[Point, Point, Point, Point]  #: the lid's upper border, where it folds into the socket
    iris: float  #: the height at rest that the iris is measured by
    closed: float  #: 0 open .. 1 shut
    squeeze: float  #: 0..1 shut hard


def build_eye(head: Head, spec: AvatarSpec, side: str) -> Eye:
    """Where lids and corners of one eye stand for the controls."""
    c, out = head.pull, 1 if side == "Left" else -1
    slant, round_up, round_low, hang = _SHAPES[spec.eyes.shape]
    wide, blink = c.side("eyeWide", side), c.side("eyeBlink", side)
    cheek, squint, down = c.side("cheekSquint", side), c.side("eyeSquint", side), clamp(c.side("browDown", side))
    sad = clamp(c("browInnerUp")) * (1 - 0.6 * clamp(c.side("browOuterUp", side)))
    half_width = head.eye_half_width * (1.12 if head.bold else 1)
    half_height = head.eye_half_height * (1 + 0.2 * wide) * (1.14 if head.bold else 1)
    x, y = CENTRE + out * head.eye_x, head.eye_y + 1.0 * cheek * blink

    raised = cheek * (0.42 + 0.38 * clamp(1.7 * blink))
    low = min(0.86, 1 - (1 - raised) * (1 - 0.34 * squint) * (1 - 0.2 * blink))
    gaze_drop = 0.24 * c.side("eyeLookDown", side) - 0.05 * c.side("eyeLookUp", side)
    high = clamp(hang + (1 - hang) * blink + 0.16 * squint + gaze_drop - (hang + 0.06) * wide, -0.06, 1.0)
    high = min(high, 1 - low)
    closed = clamp((high + low - 0.8) / 0.2)

    top = (-1 + 2 * high) * half_height * 4 / 3
    bottom = (1 - 2 * low) * half_height * 4 / 3
    top, bottom = top * (round_up if top < 0 else 1), bottom * (round_low if bottom > 0 else 1)
    slope = half_height * (1 - 0.45 * closed)
    tilt = slant + 2.4 * spec.eyes.tilt + 0.9 * down - 1.0 * sad
    inner = x - out * half_width, y + 0.6 * tilt
    outer = x + out * half_width, y - 0.8 * tilt
    upper_inner = top + slope * (0.62 * down - 0.08 * sad)
    upper_outer = top + slope * (0.46 * sad * (1 - down) - 0.06 * down) - 0.25 * tilt
    inner_x, outer_x = x - out * half_width * 0.72, x + out * half_width * 0.8

    def handles(a: float, b: float) -> tuple[Point, Point]:
        return (inner_x, y + a), (outer_x, y + b)

    lower_inner, lower_outer = bottom, bottom + 0.06 * slope * sad
    crease = -head.eye_half_height * 4 / 3 * round_up * (0.86 + 0.5 * spec.eyes.lid) - 0.8
    return Eye(
        side=side, out=out, x=x, y=y, half_width=half_width, half_height=half_height, inner=inner, outer=outer,
        upper=handles(min(upper_inner, lower_inner), min(upper_outer, lower_outer)),
        lower=handles(lower_inner, lower_outer),
        fold=(
            (x - out * half_width * 0.92, inner[1] - 1.6), *handles(crease + 2.6 * down, crease + 1.4 * sad),
            (x + out * half_width * 1.04, outer[1] - 1.5),
        ),
        iris=head.eye_half_height * mix(1, round_up, 0.7), closed=closed,
        squeeze=closed * clamp(min(blink, squint) * 2 - 1),
    )  # fmt: skip


def _iris(head: Head, tones: Tones, eye: Eye, glossy: bool) -> str:
    """Iris, pupil and the light in it: a large one from the upper left, a small one opposite."""
    c, side = head.pull, eye.side
    outwards = c.side("eyeLookOut", side) - c.side("eyeLookIn", side)
    downwards = c.side("eyeLookDown", side) - c.side("eyeLookUp", side)
    x, y = head.warp((eye.x + eye.out * (3.3 * outwards - 0.5), eye.y + 0.1 + 3.5 * downwards))
    x, y = x + 1.2 * head.yaw, y - 0.8 * head.pitch
    r = 0.8 * eye.iris * (1 - 0.07 * c.side("eyeWide", side))
    if glossy:
        r *= 1.12
    if head.bold:
        return (
            f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{tones.iris.deep}"/>'
            f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(0.62 * r)}" fill="#17100d"/>'
            f'<circle cx="{n(x - 0.32 * r)}" cy="{n(y - 0.4 * r)}" r="{n(0.34 * r)}" fill="#fff"/>'
        )
    glow = (
        f"M{n(x - 0.8 * r)} {n(y + 0.12 * r)}A{n(0.81 * r)} {n(0.81 * r)} 0 0 0 {n(x + 0.8 * r)} {n(y + 0.12 * r)}"
        f"Q{n(x)} {n(y + 0.5 * r)} {n(x - 0.8 * r)} {n(y + 0.12 * r)}Z"
    )
    wet = ""
    if glossy:
        wet = (
            f'<circle cx="{n(x - 0.3 * r)}" cy="{n(y - 0.36 * r)}" r="{n(0.4 * r)}" fill="#fff"/>'
            f'<circle cx="{n(x + 0.4 * r)}" cy="{n(y + 0.3 * r)}" r="{n(0.22 * r)}" fill="#fff"/>'
            f'<ellipse cx="{n(x)}" cy="{n(y + 0.86 * r)}" rx="{n(0.7 * r)}" ry="{n(0.22 * r)}" fill="#cfeaff"/>'
        )
    return (
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{tones.iris.deep}"/>'
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(0.84 * r)}" fill="{tones.iris.base}"/>'
        f'<path d="{glow}" fill="{tones.iris.rim}" fill-opacity=".8"/>'
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(0.47 * r)}" fill="#17100d"/>'
        f'<circle cx="{n(x - 0.34 * r)}" cy="{n(y - 0.4 * r)}" r="{n(0.29 * r)}" fill="#fff"/>'
        f'<circle cx="{n(x + 0.36 * r)}" cy="{n(y + 0.42 * r)}" r="{n(0.13 * r)}" fill="#fff" fill-opacity=".85"/>{wet}'
    )


def _lashes(head: Head, tones: Tones, spec: AvatarSpec, eye: Eye) -> str:
    """The upper lid's edge: a stroke that swells outwards; shut it is all there is, shut hard it folds."""
    at, lash, o = head.at, spec.eyes.lashes, eye.out
    lash = min(lash + 0.35 * spec.marks.eyeliner, 1.2)
    thick = mix(1.3 + 0.75 * lash, 1.75 + 0.3 * lash, eye.closed) + 0.5 * spec.marks.eyeliner
    thick *= 1.5 if head.bold else 1
    if eye.squeeze > 0:
        return _chevron(head, tones, eye, 1.5 * thick)
    (ux, uy), (vx, vy) = eye.upper
    (ix, iy), (ox, oy) = eye.inner, eye.outer
    flick = (0.2 + 2.4 * lash) * (1 - 0.45 * eye.closed)
    tip = (ox + o * flick, oy - flick * mix(0.55, -0.25, eye.closed))
    outside = f"M{at((ix, iy))}C{at((ux, uy - 0.25 * thick), (vx, vy - thick), tip)}"
    inside = f"C{at((vx, vy + 0.75 * thick), (ux, uy + 0.6 * thick), (ix, iy))}Z"
    return (
        f'<path d="{outside}{inside}" fill="{tones.lash}" stroke="{tones.lash}" stroke-width="{n(0.5 * thick)}" '
        f'stroke-linejoin="round"/>'
    )


def _eye_shadow(head: Head, e: Eye, colour: str) -> str:
    """Make-up over the lid, up to the fold and beyond it outwards."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = e.fold
    top = [(x0, y0), (x1, y1 - 2.4), (x2 + e.out * 1.8, y2 - 3.2), (x3 + e.out * 2.6, y3 - 2.4)]
    path = f"M{head.cubics(top)}L{head.at(e.outer)}C{head.at(e.upper[1], e.upper[0], e.inner)}Z"
    return f'<path d="{path}" fill="{colour}" fill-opacity=".55"/>'


def _chevron(head: Head, tones: Tones, eye: Eye, width: float) -> str:
    """An eye shut hard: the line opens into two arms from a point near the nose."""
    q, o = eye.squeeze, eye.out
    (ix, iy), (ox, oy) = eye.inner, eye.outer
    tip = (ix + o * 1.6 * q, mix(iy, eye.y + 0.6, q))
    path = ""
    for sign in (-1, 1):
        end = (mix(ox, eye.x + o * 0.86 * eye.half_width, q), mix(oy, eye.y + 0.6 + sign * 5.2, q))
        handles = [
            (mix(hx, mix(tip[0], end[0], t), q), mix(hy, mix(tip[1], end[1], t), q))
            for t, (hx, hy) in zip((1 / 3, 2 / 3), eye.upper, strict=True)
        ]
        path += f"M{head.at(tip)}C{head.at(*handles, end)}"
    return (
        f'<path d="{path}" fill="none" stroke="{tones.lash}" stroke-width="{n(width)}" stroke-linecap="round" '
        f'stroke-linejoin="round"/>'
    )


def eye(head: Head, tones: Tones, spec: AvatarSpec, uid: str, side: str, *, glossy: bool = False) -> str:
    """One eye as SVG. side: "Left" or "Right", the face's own."""
    e, at = build_eye(head, spec, side), head.at
    clip, back = f"{uid}e{side[0]}", (e.lower[1], e.lower[0], e.inner)
    aperture = f"M{at(e.inner)}C{at(*e.upper, e.outer)}C{at(*back)}Z"
    lid = f"M{at(e.fold[0])}C{at(*e.fold[1:])}L{at(e.outer)}C{at(e.upper[1], e.upper[0], e.inner)}Z"
    parts = []
    if not head.bold:
        parts.append(f'<path d="{lid}" fill="{tones.lid}" fill-opacity="{n(0.55 * (1 - 0.85 * e.squeeze))}"/>')
        if spec.eyes.shape != "monolid":
            parts.append(
                f'<path d="M{at(e.fold[0])}C{at(*e.fold[1:])}" fill="none" stroke="{tones.line}" '
                f'stroke-opacity="{n(0.45 * (1 - 0.75 * e.closed))}" '
                f'stroke-width=".9" stroke-linecap="round"/>'
            )
        if spec.marks.eye_shadow:
            parts.append(_eye_shadow(head, e, spec.marks.eye_shadow))
    if e.closed < 1:
        shade = f"M{at(e.inner)}C{at(*e.upper, e.outer)}"
        parts.append(
            f'<clipPath id="{clip}"><path d="{aperture}"/></clipPath><path d="{aperture}" fill="{tones.white}"/>'
            f'<g clip-path="url(#{clip})">{_iris(head, tones, e, glossy)}<path d="{shade}" fill="none" '
            f'stroke="{tones.skin.deep}" stroke-opacity=".32" stroke-width="3.2"/></g>'
            f'<path d="M{at(e.outer)}C{at(*back)}" fill="none" stroke="{tones.line}" stroke-opacity=".6" '
            f'stroke-width=".8" stroke-linecap="round"/>'
        )
    parts.append(_lashes(head, tones, spec, e))
    return "".join(parts) + ("" if head.bold else _pouch(head, tones, e))


def _pouch(head: Head, tones: Tones, e: Eye) -> str:
    """The fold under an eye that a cheek or a squint pushes up."""
    c = head.pull
    push = max(c.side("cheekSquint", e.side), 0.7 * c.side("eyeSquint", e.side))
    if push <= 0.05:
        return ""
    y = e.y + e.half_height * mix(1.25, 0.95, min(push, 1)) + 0.8
    bow = head.at((e.x - e.out * 2.4, y + 2.2), (e.x + e.out * 3.4, y + 1.8), (e.x + e.out * 7, y - 0.8))
    return (
        f'<path d="M{head.at((e.x - e.out * 6, y - 0.4))}C{bow}" fill="none" stroke="{tones.line}" '
        f'stroke-opacity="{n(0.42 * min(push, 1))}" stroke-width="1.1" stroke-linecap="round"/>'
    )
