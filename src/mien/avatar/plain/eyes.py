"""Eyes and brows: lids move over an iris, brows are strokes of varying width."""

from __future__ import annotations

from dataclasses import dataclass

from mien.avatar.plain.ink import SOFT, Inks
from mien.avatar.shapes import CENTRE, IRIS, PUPIL, Pull, at, blend, clamp, mix, n

EYE_X, EYE_Y = 21.5, 59.0  # from the middle; from the top
HALF_WIDTH, HALF_HEIGHT = 12.4, 15.0


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye's geometry. `out` is +1 where outwards is to the right of the picture (the face's left eye), else -1."""

    out: int
    x: float
    y: float
    half_width: float
    half_height: float
    inner_y: float  #: corners
    outer_y: float
    upper: tuple[float, float]  #: heights of the upper lid curve's two handles, inner then outer
    lower: tuple[float, float]
    closed: float  #: 0 open .. 1 shut
    squeeze: float  #: 0 .. 1, shut hard: the line folds into a chevron

    @property
    def inner(self) -> tuple[float, float]:
        return self.x - self.out * self.half_width, self.inner_y

    @property
    def outer(self) -> tuple[float, float]:
        return self.x + self.out * self.half_width, self.outer_y

    def curve(self, handles: tuple[float, float]) -> str:
        """The lid curve from the inner to the outer corner, without its start."""
        (ix, _), (ox, _) = self.inner, self.outer
        return "C" + at((ix, handles[0]), (ox, handles[1]), self.outer)

    def aperture(self) -> str:
        (ix, _), (ox, _) = self.inner, self.outer
        back = "C" + at((ox, self.lower[1]), (ix, self.lower[0]), self.inner)
        return f"M{at(self.inner)}{self.curve(self.upper)}{back}Z"


def eye_geometry(c: Pull, side: str, *, glossy: bool = False) -> Eye:
    """Where lids and corners of one eye stand for the controls. glossy: larger, and round however sad the brows."""
    out = 1 if side == "Left" else -1
    wide, blink = c.side("eyeWide", side), c.side("eyeBlink", side)
    cheek, squint = c.side("cheekSquint", side), c.side("eyeSquint", side)
    down, sad = c.side("browDown", side), c("browInnerUp") * (1 - 0.6 * c.side("browOuterUp", side))
    half_width, half_height = HALF_WIDTH * (1 + 0.12 * wide), HALF_HEIGHT * (1 + 0.16 * wide)
    if glossy:
        half_width, half_height, sad = 1.1 * half_width, 1.06 * half_height, 0.3 * sad
    x, y = CENTRE + out * EYE_X, EYE_Y + 2.2 * cheek * blink

    # Lids as shares of the eye's height. The lower lid gives way last: raised by the cheek it shuts the eye in an arch
    # (joy), left to the upper lid alone the eye shuts in a bowl (rest, sleep).
    raised = cheek * (0.5 + 0.32 * clamp(1.7 * blink))
    low = min(0.86, 1 - (1 - raised) * (1 - 0.34 * squint) * (1 - 0.2 * blink))
    gaze_drop = 0.28 * c.side("eyeLookDown", side) - 0.06 * c.side("eyeLookUp", side)
    high = clamp(0.11 + 0.89 * blink + 0.14 * squint + gaze_drop - 0.15 * wide, -0.04, 1.0)
    high = min(high, 1 - low)
    closed = clamp((high + low - 0.8) / 0.2)

    upper, lower = (-1 + 2 * high) * half_height * 4 / 3, (1 - 2 * low) * half_height * 4 / 3
    slant = half_height * (1 - 0.45 * closed)
    upper_inner = upper + slant * (0.95 * down - 0.1 * sad)
    upper_outer = upper + slant * (0.62 * sad * (1 - down) - 0.12 * down)
    lower_inner, lower_outer = lower - 0.05 * slant * down, lower + 0.1 * slant * sad
    shift = 2.6 * down - 2.2 * sad
    return Eye(
        out=out, x=x, y=y, half_width=half_width, half_height=half_height,
        inner_y=y + shift, outer_y=y - 0.9 * shift,
        upper=(y + min(upper_inner, lower_inner), y + min(upper_outer, lower_outer)),
        lower=(y + lower_inner, y + lower_outer),
        closed=closed,
        squeeze=closed * clamp(min(blink, squint) * 2 - 1),
    )  # fmt: skip


def _gaze(c: Pull, eye: Eye, side: str) -> tuple[float, float]:
    outwards = c.side("eyeLookOut", side) - c.side("eyeLookIn", side)
    downwards = c.side("eyeLookDown", side) - c.side("eyeLookUp", side)
    return eye.x + eye.out * (5.4 * outwards - 0.9), eye.y + 0.6 + (6.4 if downwards > 0 else 8.4) * downwards


def _iris(c: Pull, eye: Eye, side: str, glossy: bool) -> str:
    x, y = _gaze(c, eye, side)
    size = 1.36 if glossy else 1 - 0.24 * c.side("eyeWide", side)
    rx, ry = 9.3 * size, 11.3 * size
    if c.bold and not glossy:
        return (
            f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(1.04 * rx)}" ry="{n(1.04 * ry)}" fill="{PUPIL}"/>'
            f'<ellipse cx="{n(x - 3)}" cy="{n(y - 4.4)}" rx="{n(3.6 * size)}" ry="{n(4.2 * size)}" fill="#fff"/>'
        )
    parts = [
        f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}" fill="{IRIS}"/>',
        f'<ellipse cx="{n(x)}" cy="{n(y + 0.4)}" rx="{n(rx * 0.68)}" ry="{n(ry * 0.7)}" fill="{PUPIL}"/>',
        f'<ellipse cx="{n(x - 2.9)}" cy="{n(y - 4)}" rx="{n(2.9 * size)}" ry="{n(3.4 * size)}" fill="#fff"/>',
    ]
    if glossy:
        parts += [
            f'<ellipse cx="{n(x - 3.2)}" cy="{n(y - 4.6)}" rx="5.2" ry="5.8" fill="#fff"/>',
            f'<circle cx="{n(x + 5)}" cy="{n(y + 5.4)}" r="3.1" fill="#fff"/>',
            f'<path d="M{n(x - 8)} {n(y + 8)}Q{n(x)} {n(y + 15)} {n(x + 8)} {n(y + 8)}Q{n(x)} {n(y + 19)} {n(x - 8)} '
            f'{n(y + 8)}Z" fill="#bfe3ff"/>',
        ]
    return "".join(parts)


def _open_eye(c: Pull, eye: Eye, side: str, uid: str, lid_fill: str, glossy: bool) -> str:
    clip = f"{uid}e{side[0]}"
    shape = eye.aperture()
    top = -eye.half_height * 4 / 3 + eye.y
    lid = f"M{at(eye.inner)}{eye.curve((top, top))}" + (
        "C" + at((eye.outer[0], eye.upper[1]), (eye.inner[0], eye.upper[0]), eye.inner) + "Z"
    )
    if c.bold:
        return (
            f'<clipPath id="{clip}"><path d="{shape}"/></clipPath><path d="{shape}" fill="#fffefb"/>'
            f'<g clip-path="url(#{clip})">{_iris(c, eye, side, glossy)}</g>'
        )
    return (
        f'<path d="{lid}" fill="{lid_fill}" fill-opacity="{n(0.4 * (1 - eye.closed) ** 0.5)}"/>'
        f'<clipPath id="{clip}"><path d="{shape}"/></clipPath>'
        f'<path d="{shape}" fill="#fffefb"/><g clip-path="url(#{clip})">{_iris(c, eye, side, glossy)}'
        f'<path d="M{at(eye.inner)}{eye.curve(eye.upper)}" fill="none" stroke="#7a4a1c" stroke-opacity=".28" '
        f'stroke-width="6.5"/></g>'
    )


def _lash(eye: Eye, bold: bool, ink: str) -> str:
    """The upper lid's edge; shut it thickens, shut hard it opens into a chevron that points at the nose."""
    width = mix(1.8 if bold else 2.3, 6.8 if bold else 5.2, eye.closed)
    style = f'fill="none" stroke="{ink}" stroke-width="{n(width)}" stroke-linecap="round" stroke-linejoin="round"'
    if eye.squeeze == 0:
        return f'<path d="M{at(eye.inner)}{eye.curve(eye.upper)}" {style}/>'
    q = eye.squeeze
    reach, drop = eye.half_width * mix(1, 0.86, q), 9.2 * q
    (ix, iy), (_, oy) = eye.inner, eye.outer
    tip = (ix + eye.out * 1.2 * q, mix(iy, eye.y, q))
    ends = [(eye.x + eye.out * reach, mix(oy, eye.y + sign * drop, q)) for sign in (-1, 1)]

    def arm(end: tuple[float, float]) -> str:
        handles = [
            (mix(ix, mix(tip[0], end[0], t), q), mix(flat, mix(tip[1], end[1], t), q))
            for t, flat in ((1 / 3, eye.upper[0]), (2 / 3, eye.upper[1]))
        ]
        handles[1] = (mix(eye.outer[0], mix(tip[0], end[0], 2 / 3), q), handles[1][1])
        return "C" + at(*handles, end)

    back = arm(ends[0])
    return f'<path d="M{at(tip)}{back}M{at(tip)}{arm(ends[1])}" {style}/>'


def eye(c: Pull, side: str, uid: str, *, lid: str, glossy: bool = False, inks: Inks = SOFT) -> str:
    """One eye as SVG. side: "Left" or "Right", the face's own. lid: the lid's colour."""
    shape = eye_geometry(c, side, glossy=glossy)
    parts = [_open_eye(c, shape, side, uid, lid, glossy)] if shape.closed < 1 else []
    parts.append(_lash(shape, c.bold, inks.line))
    cheek = c.side("cheekSquint", side)
    if c.bold:
        return "".join(parts)
    if cheek > 0.05 or c.side("eyeSquint", side) > 0.05:
        fold = max(cheek, 0.7 * c.side("eyeSquint", side)) * (1 - 0.75 * shape.closed)
        y = shape.y + shape.half_height * mix(1.05, 0.75, cheek) + 1.5
        bow = at((shape.x - 4, y + 3.4), (shape.x + 4, y + 3.4), (shape.x + 9, y))
        parts.append(
            f'<path d="M{at((shape.x - 9, y))}C{bow}" fill="none" stroke="{inks.crease}" '
            f'stroke-opacity="{n(0.55 * fold)}" stroke-width="2" stroke-linecap="round"/>'
        )
    return "".join(parts)


def brow(c: Pull, side: str, inks: Inks = SOFT) -> str:
    """One brow: thick inside, thin outside."""
    out = 1 if side == "Left" else -1
    down, inner_up = c.side("browDown", side), c("browInnerUp")
    outer_up, wide = c.side("browOuterUp", side), c.side("eyeWide", side)
    # A brow at rest stays in the background: thin and pale; what it does brings it forward.
    moved = clamp(1.7 * max(down, inner_up, outer_up, 0.7 * wide))
    ink = blend(inks.rest, inks.line, moved)
    lift = 2.6 * wide + 1.5 * c.side("cheekSquint", side) * c.side("eyeBlink", side)
    inner = (
        CENTRE + out * (9.5 - 2.5 * down),
        38.5 - 9 * inner_up * (1 - 0.5 * down) - 3 * outer_up + 9.5 * down - lift,
    )
    middle = (CENTRE + out * 21.5, 34 - 4.5 * inner_up - 9 * outer_up + 6.5 * down - lift)
    outer = (CENTRE + out * 33.5, 38.5 + 3.2 * inner_up * (1 - outer_up) - 7 * outer_up + 0.5 * down - lift)
    # A quadratic's handle that makes the curve pass through `middle`.
    bend = (2 * middle[0] - (inner[0] + outer[0]) / 2, 2 * middle[1] - (inner[1] + outer[1]) / 2)
    thick = (2.7 + 0.9 * down, 3.0, 1.0) if c.bold else (1.9 + 0.8 * down, 2.3, 0.3)
    grow = mix(0.45, 1.0, moved)

    def edge(sign: int) -> list[tuple[float, float]]:
        return [(x, y + sign * t * grow) for (x, y), t in zip((inner, bend, outer), thick, strict=True)]

    top, bottom = edge(-1), edge(1)
    path = f"M{at(top[0])}Q{at(*top[1:])}L{at(bottom[2])}Q{at(bottom[1], bottom[0])}Z"
    width = n(mix(2.6, 3.6, moved))
    return f'<path d="{path}" fill="{ink}" stroke="{ink}" stroke-width="{width}" stroke-linejoin="round"/>'


def nose_wrinkles(c: Pull, inks: Inks = SOFT) -> str:
    """The folds beside the bridge that a sneer makes; a smiley has no other nose."""
    parts = []
    for side, out in (("Right", -1), ("Left", 1)):
        sneer = c.side("noseSneer", side)
        if sneer > 0.02:
            for k, (y, length) in enumerate(((61.0, 4.0), (66.5, 5.5))):
                x = CENTRE + out * (2.4 + k)
                bow = at((x + out * length * 0.5, y - 1), (x + out * length, y - 0.5 + sneer))
                parts.append(
                    f'<path d="M{at((x, y + 2 * sneer))}Q{bow}" fill="none" stroke="{inks.crease}" stroke-width="2.4" '
                    f'stroke-opacity="{n(0.9 * sneer)}" stroke-linecap="round"/>'
                )
    return "".join(parts)
