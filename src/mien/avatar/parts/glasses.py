"""Glasses: frames round lenses, and arms to the ears. Sunglasses and party glasses are in `glasses_sun`.

Frames stand a little before the face and turn with it; they sit below the brows, so that an expression stays in view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.palette import Ramp, lch, ramp
from mien.avatar.parts import glasses_shapes as shapes
from mien.avatar.parts.registry import GLASSES, Part
from mien.avatar.shapes import CENTRE, Point, at, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

#: What a photo shows in the codebook's terms (N none, G eyeglasses, S sunglasses), and the style that stands for it.
GLASSES_TRAITS = {"N": "none", "G": "square", "S": "sunglasses"}

_DEPTH = 1.12
_CLEAR = "#eaf5ff"
_BLENDS = 0.24  #: difference in lightness below which a frame is lost on the skin


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A pair of glasses. Lengths in canvas units for the mean face."""

    lens: shapes.Outline
    wide: float = 12.4  #: half the width of a lens
    high: float = 10.6
    rim: float = 1.5  #: width of the rim; 0: none
    brow: float = 0.0  #: how much wider the rim is along the top
    half: bool = False  #: no rim along the bottom
    metal: bool = True  #: thin with a gleam, else acetate with a broad light
    bars: int = 1  #: bridges: 2 has a bar across the brow
    tint: str | None = None  #: sunglasses: colour of the lens where the spec names none
    other: str | None = None  #: colour of the face's left lens, where it is another
    veil: tuple[float, float] = (0.97, 0.84)  #: how dark tinted lenses are at the top and the bottom
    drop: float = 1.0  #: the lens's middle below the eye's
    colour: str | None = None  #: a frame of a fixed colour


class _Pair:
    """Where one frame stands on one head. A lens is stiff: it moves with the head and narrows on the far side."""

    def __init__(self, head: Head, frame: Frame) -> None:
        self.head, self.frame = head, frame
        grow = 0.5 + 0.5 * head.eye_half_width / 9.3
        self.x = head.eye_x + 0.5 + max(0.0, 0.4 * (frame.wide - 12.4))
        self.y = head.eye_y + frame.drop
        self.wide, self.high = min(frame.wide * grow, self.x - 2.6), frame.high * grow
        self.middle = {out: head.warp((CENTRE + out * self.x, self.y), _DEPTH) for out in (-1, 1)}

    def point(self, out: int, x: float, y: float) -> Point:
        """A point in shares of a lens, as it stands in the picture."""
        far = max(0.0, out * self.head.yaw)
        (cx, cy), slant = self.middle[out], 0.9 * self.head.pitch * out * self.head.yaw
        return cx + out * self.wide * (1 - 0.22 * far) * x, cy + self.high * y + slant * x

    def path(self, points: shapes.Outline, sides: tuple[int, ...] = (-1, 1)) -> str:
        """Both lenses' outlines, or a piece of them, as path data; the whole is closed."""
        d = ""
        for out in sides:
            start, *rest = (self.point(out, x, y) for x, y in points)
            d += f"M{at(start)}C{at(*rest)}" + ("Z" if points[0] == points[-1] else "")
        return d


def _stroke(d: str, colour: str, width: float, opacity: float = 1.0) -> str:
    clear = "" if opacity >= 1 else f' stroke-opacity="{n(opacity)}"'
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-linecap="round" '
        f'stroke-linejoin="round"{clear}/>'
    )


def _upper(frame: Frame) -> shapes.Outline:
    """The outline's piece over the top."""
    return frame.lens[: len(frame.lens) // 2 + 1]


def _lenses(pair: _Pair, spec: AvatarSpec, uid: str, d: str) -> str:
    frame, tint = pair.frame, spec.glasses.lens or pair.frame.tint
    bold = pair.head.bold
    if tint is None:
        return f'<path d="{d}" fill="{_CLEAR}" fill-opacity=".12"/>' + ("" if bold else _glints(pair))
    top, low = frame.veil if frame.tint else (0.55, 0.4)
    r = ramp(tint)
    glass = (
        f'<linearGradient id="{uid}gl" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{r.deep}" '
        f'stop-opacity="{n(top)}"/><stop offset="1" stop-color="{r.light}" stop-opacity="{n(low)}"/></linearGradient>'
        f'<path d="{d}" fill="url(#{uid}gl)"/>'
    )
    if frame.other:
        glass += f'<path d="{pair.path(frame.lens, (1,))}" fill="{frame.other}"/>'
    if bold or not frame.tint:
        return glass + ("" if bold else _glints(pair))
    return f'{glass}<clipPath id="{uid}gc"><path d="{d}"/></clipPath>{_bands(pair, uid)}'


def _glints(pair: _Pair) -> str:
    """The window's reflection: an arc along the upper left of each lens."""
    d, lens = "", pair.frame.lens
    for out in (-1, 1):
        corner = lens[:4] if out > 0 else lens[3:7][::-1]
        # The middle half of the corner's cubic, as one quadratic.
        marks = [(0.15, 0.72), (0.5, 0.76), (0.85, 0.72)] if len(lens) == 13 else [(0.0, 0.7), (0.5, 0.72), (1.0, 0.7)]
        (ax, ay), (bx, by), (cx, cy) = (tuple(k * v for v in _cubic(corner, t)) for t, k in marks)
        bend = 2 * bx - (ax + cx) / 2, 2 * by - (ay + cy) / 2
        d += f"M{at(pair.point(out, ax, ay))}Q{at(pair.point(out, *bend), pair.point(out, cx, cy))}"
    return _stroke(d, "#ffffff", 1.4, 0.6)


def _cubic(c: shapes.Outline, t: float) -> Point:
    w = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    return sum(k * p[0] for k, p in zip(w, c, strict=True)), sum(k * p[1] for k, p in zip(w, c, strict=True))


def _bands(pair: _Pair, uid: str) -> str:
    """Two slanting bands of light across dark lenses."""
    d = ""
    for out in (-1, 1):
        for a, b in ((-0.5, 0.06), (0.2, 0.38)):
            if out < 0:  # the light comes from one side
                a, b = -b, -a
            lean = 0.5 * out
            slant = ((a + lean, -1.3), (b + lean, -1.3), (b - lean, 1.1), (a - lean, 1.1))
            d += f"M{at(*(pair.point(out, x, y) for x, y in slant))}Z"
    return f'<path d="{d}" fill="#fff" fill-opacity=".17" clip-path="url(#{uid}gc)"/>'


def _bridge(pair: _Pair) -> str:
    """Between the lenses, over the nose."""
    frame, head, d = pair.frame, pair.head, ""
    spans = [(-0.98, -0.22, 1.8 + 0.8 * frame.metal)] + [(-0.7, -0.72, 0.8)] * (frame.bars - 1)
    for x, y, rise in spans:
        (ax, ay), (bx, by) = pair.point(-1, x, y), pair.point(1, x, y)
        push = 1.1 * head.yaw  # the nose stands before the lenses
        bend = (0.75 * ax + 0.25 * bx + push, ay - rise), (0.25 * ax + 0.75 * bx + push, by - rise)
        d += f"M{at((ax, ay))}C{at(*bend, (bx, by))}"
    return d


def _hinges(pair: _Pair) -> str:
    """The end pieces at the outer upper corners."""
    return "".join(f"M{at(pair.point(out, 0.97, -0.42))}L{at(pair.point(out, 1.1, -0.46))}" for out in (-1, 1))


def _front(pair: _Pair, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    frame, head = pair.frame, pair.head
    r = ramp(frame.colour or spec.glasses.colour)
    outline = pair.path(frame.lens)
    width = max(frame.rim, 1.0) * (1.15 if head.bold else 1) + (0.8 if head.bold else 0)
    parts = [_lenses(pair, spec, uid, outline)]
    if frame.rim and abs(lch(r.base).l - lch(tones.skin.base).l) < _BLENDS and lch(r.base).l < 0.45:
        parts.append(_stroke(outline, r.rim, width + 1.3, 0.75))  # a rim of light, or it is lost in deep skin
    if frame.rim and not frame.half:
        parts.append(_stroke(outline, r.base, width))
    else:  # the bare edge of the glass
        parts.append(_stroke(outline, r.base, 1.3 if head.bold else 0.8, 0.6))
    if frame.half or frame.brow:
        top = width + frame.brow + (0.6 if head.bold and frame.half else 0)
        parts.append(_stroke(pair.path(_upper(frame)), r.base, top))
    parts.append(_stroke(_bridge(pair), r.base, max(width, 1.5 if frame.metal else 2.6)))
    parts.append(_stroke(_hinges(pair), r.base, max(width + 0.4 * frame.brow, 1.6)))
    if not head.bold:
        parts.append(_gleam(pair, r, width))
    return "".join(parts)


def _gleam(pair: _Pair, r: Ramp, width: float) -> str:
    """The light along the top of the rims, a little inside the stroke."""
    frame = pair.frame
    if not frame.rim:
        d = ""
        for out in (-1, 1):  # the screws that hold the glass
            d += "".join(f"M{at(pair.point(out, x, -0.3))}h.01" for x in (-0.86, 0.86))
        return _stroke(d, r.rim, 1.5)
    thick = frame.brow or width > 2.2
    return _stroke(pair.path(_upper(frame)[:4]), r.rim, 0.9 if thick else 0.6, 0.7)


def _arms(pair: _Pair, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """From the frame to the ears, under the hair; and the frame's soft shadow on the face."""
    frame, head = pair.frame, pair.head
    r = ramp(frame.colour or spec.glasses.colour)
    d = ""
    for out in (-1, 1):
        d += f"M{at(pair.point(out, 1.05, -0.46))}L{at((CENTRE + out * (head.half + 0.8), head.ear_top + 2.2))}"
    svg = _stroke(d, r.shade, (1.6 if frame.metal else 2.4) + (0.8 if head.bold else 0))
    if head.bold or not frame.rim or frame.tint:
        return svg
    shadow = _stroke(pair.path(frame.lens), tones.skin.deep, frame.rim + 0.4, 0.24)
    return f'<g clip-path="url(#{uid}head)" transform="translate(.5 1.5)">{shadow}</g>{svg}'


Layer = Callable[["Head", "Tones", "AvatarSpec", str], str]


def layers(frame: Frame) -> tuple[Layer, Layer]:
    """The two drawing functions of a frame: what lies under the hair, and what stands before the face."""

    def behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        return _arms(_Pair(head, frame), tones, spec, uid)

    def front(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        return _front(_Pair(head, frame), tones, spec, uid)

    return behind, front


def add(name: str, words: str, frame: Frame) -> None:
    behind, front = layers(frame)
    GLASSES.add(Part(name=name, words=words, behind=behind, front=front))


GLASSES.add(Part(name="none", words=""))
add("round", "round glasses", Frame(lens=shapes.ROUND, wide=11.6, high=11.4, rim=1.7))
add("oval", "oval glasses", Frame(lens=shapes.OVAL, wide=12.2, high=9.2, rim=1.5))
add("square", "square glasses", Frame(lens=shapes.SQUARE, wide=12.2, high=10.0, rim=2.6, metal=False))
add("rectangle", "rectangular glasses", Frame(lens=shapes.RECTANGLE, wide=12.8, high=7.8, rim=2.2, metal=False))
add("slim", "narrow rectangular glasses", Frame(lens=shapes.RECTANGLE, wide=12.8, high=8.2, rim=1.4))
add(
    "wayfarer",
    "thick-rimmed glasses",
    Frame(lens=shapes.WAYFARER, wide=12.6, high=10.0, rim=2.7, brow=1.5, metal=False),
)
add("cat-eye", "cat-eye glasses", Frame(lens=shapes.CAT_EYE, wide=11.8, high=9.4, rim=2.3, brow=1.3, metal=False))
add("aviator", "aviator glasses", Frame(lens=shapes.AVIATOR, wide=13.0, high=11.2, rim=1.4, bars=2, drop=1.8))
add("hexagon", "six-sided glasses", Frame(lens=shapes.HEXAGON, wide=12.2, high=10.8, rim=1.5))
add("browline", "browline glasses", Frame(lens=shapes.BROWLINE, wide=12.4, high=10.0, rim=1.1, brow=3.0, metal=False))
add("half-rim", "half-rimmed glasses", Frame(lens=shapes.RECTANGLE, wide=12.8, high=8.4, rim=1.8, half=True))
add("rimless", "rimless glasses", Frame(lens=shapes.OVAL, wide=12.4, high=8.8, rim=0.0))
add(
    "oversized", "oversized glasses", Frame(lens=shapes.OVERSIZED, wide=14.6, high=12.8, rim=2.2, metal=False, drop=2.6)
)
