"""Beards: stubble, chin beards, and all that runs along the jaw."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mien.avatar.parts.facial_hair import Lip, along, fill, jaw_side, lips, rim
from mien.avatar.parts.facial_hair_lip import chevron, handlebar, tuft
from mien.avatar.parts.registry import FACIAL_HAIR, Part, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, Point, mix, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

#: The outer edges of a beard's halves, the picture's left one first: chains of cubics from the sideburn to the chin.
Edges: TypeAlias = "tuple[list[Point], list[Point]]"

# --- the region of a whole beard ----------------------------------------------------------------------------------


def _inner(head: Head, pen: Pen, at: Lip, out: int, low: float, burn: float, start: float) -> Pen:
    """The upper edge of one half, from the sideburn over the cheek to the middle of the upper lip; for out = -1 from
    the middle back to the sideburn. low: how far the cheek is shaved, 0..1; burn: width of the sideburn."""
    smile, half = min(head.pull.both("mouthSmile"), 1.0), head.half
    x, cheek = at.x + 5.0, mix(at.y - 5.6, at.y - 1.0, low) - 0.8 * smile
    knee, top = mix(head.ear_bottom - 3, head.ear_bottom + 8, low), at.nose + 0.5
    wide = head.half_at(knee) - burn  # the face narrows below the ear, and the sideburn follows
    inward = (
        (half - 0.6, start), (half - burn - 0.4, mix(start, knee, 0.3)), (wide + 0.4, mix(start, knee, 0.7)),
        (wide - 0.8, knee), (wide - 2.0, knee + 2.6), (mix(x, wide, 0.5), cheek + 2.4), (x, cheek),
        (at.x + 2.0, cheek - 1.8), (at.x - 4, top - 0.6), (at.middle + 3.2, top - 0.4),
        (at.middle + 2, top - 0.2), (at.middle + 1, top + 0.8), (at.middle, top + 0.8),
    )  # fmt: skip
    points = inward if out > 0 else inward[::-1]
    signed = [(out * px, py) for px, py in points]
    if out > 0:
        pen.line(*signed[0])
    return pen.curve(*(value for point in signed[1:] for value in point))


def _jaw(head: Head, grow: float) -> Edges:
    """A beard that follows the jaw, so far outside it."""
    start = head.temple - 3.5
    return jaw_side(head, -1, grow, start), jaw_side(head, 1, grow, start)


def _region(head: Head, spec: AvatarSpec, edges: Edges, low: float, burn: float = 4.6) -> str:
    """Path data of a beard from sideburn to sideburn."""
    left, right = lips(head, spec)
    pen, start = Pen(head).chain(edges[0]).chain(edges[1][::-1], join=True), edges[0][0][1]
    _inner(head, pen, right, 1, low, burn, start)
    return _inner(head, pen, left, -1, low, burn, start).close().d


def _locks(head: Head, tones: Tones, edges: Edges, where: tuple[float, ...]) -> str:
    """Hairs combed from the mouth towards the beard's edge, at knots of the edge (0 the sideburn .. 4 the chin): light
    where the light falls, deep elsewhere."""
    parts, mouth = [], head.mouth_y - 2
    for chain, colour, clear in ((edges[0], tones.beard.rim, 0.55), (edges[1], tones.beard.deep, 0.5)):
        pen = Pen(head)
        for k in where:
            (x, y), (x2, y2) = along(chain, k), along(chain, min(k + 0.16, len(chain) // 3))
            start = mix(CENTRE, x, 0.74) - CENTRE, mix(mouth, y, 0.74)
            pen.move(*start).bow(
                mix(CENTRE, x, 0.9) - CENTRE, mix(mouth, y, 0.8), mix(CENTRE, x2, 0.93) - CENTRE, mix(mouth, y2, 0.93)
            )
        parts.append(pen.stroke(colour, 0.9, clear))
    return "".join(parts)


def _bulk(
    head: Head, tones: Tones, spec: AvatarSpec, uid: str, path: str, edges: Edges, where: tuple[float, ...]
) -> str:
    """A mass of beard with hairs, and a rim of light on dark hair."""
    svg = fill(path, tones, spec, uid, "be")
    if head.bold:
        return svg
    return svg + rim(head, tones, edges[1]) + _locks(head, tones, edges, where)


# --- stubble ------------------------------------------------------------------------------------------------------


def _stubble(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A veil over the beard's region, fading towards the ears, with single hairs in it."""
    density, low, edges = spec.facial_hair.density, head.chin, _jaw(head, 0.3)
    veil = (
        f'<linearGradient id="{uid}st" gradientUnits="userSpaceOnUse" x1="0" y1="{n(head.ear_top + 4)}" x2="0" '
        f'y2="{n(head.ear_bottom + 8)}"><stop stop-color="{tones.beard.base}" stop-opacity="0"/><stop offset="1" '
        f'stop-color="{tones.beard.base}"/></linearGradient><g stroke="none" clip-path="url(#{uid}head)">'
    )
    path = f'<path d="{_region(head, spec, edges, 0.3, 5.5)}" fill="url(#{uid}st)" fill-opacity='
    if head.bold:
        return f'{veil}{path}"{n(0.2 + 0.3 * density)}"/></g>'
    core = f'<path d="{_region(head, spec, edges, 0.85, 2.0)}" fill="url(#{uid}st)" fill-opacity='
    dots, odd = "", 0.0
    for row in range(5):
        y = mix(head.ear_bottom + 7, low - 2.6, row / 4)
        half, count = head.half_at(y) - 2.4, 3 if row < 2 else 6
        for i in range(count):
            x, dy = half - (i + odd) * (2.7 if row < 2 else half / 6.2), 0.8 * (i % 3)
            for out in (-1, 1):
                dots += Pen(head, out).move(x, y + dy).line(x - 0.1, y + dy + 0.6).d
        odd = 0.5 - odd
    return (
        f'{veil}{path}"{n(0.1 + 0.16 * density)}"/>{core}"{n(0.06 + 0.14 * density)}"/>'
        f'<path d="{dots}" fill="none" stroke="{tones.beard.shade}" stroke-opacity="{n(0.2 + 0.4 * density)}" '
        'stroke-width=".6" stroke-linecap="round"/></g>'
    )


# --- along the jaw ------------------------------------------------------------------------------------------------


def _full(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    edges = _jaw(head, 1.6 + 3.2 * spec.facial_hair.density)
    return _bulk(head, tones, spec, uid, _region(head, spec, edges, 0.15), edges, (1.2, 1.7, 2.15, 2.6, 3.1, 3.6))


def _boxed(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Short, with a sharp cheek line."""
    edges = _jaw(head, 0.4 + 0.6 * spec.facial_hair.density)
    return _bulk(head, tones, spec, uid, _region(head, spec, edges, 0.62, 3.0), edges, ())


def _long(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Down to the chest, in locks that end at different heights."""
    d = spec.facial_hair.density
    end = head.rest_chin + 13 + 5 * d + 0.5 * (head.chin - head.rest_chin)

    def hanging(out: int, chain: list[Point]) -> list[Point]:
        chain = chain[:-6]  # down to the jaw's corner
        x, y = out * (chain[-1][0] - CENTRE), chain[-1][1]
        tips = (
            (x + 0.2, y + 4), (x - 0.6, end - 13), (x - 4.4, end - 7.4), (x - 6, end - 8), (x - 7, end - 7),
            (x - 7.8, end - 6), (x - 9.4, end - 5), (0.5 * x, end - 2), (0.42 * x, end - 1.4),
            (0.36 * x, end - 2.6), (0.2 * x, end), (0, end + 2),
        )  # fmt: skip
        return chain + [(CENTRE + out * px, py) for px, py in tips]

    left, right = _jaw(head, 1.6 + 1.8 * d)
    edges = hanging(-1, left), hanging(1, right)
    return _bulk(
        head, tones, spec, uid, _region(head, spec, edges, 0.1, 4.8), edges, (1.3, 1.9, 2.5, 3.1, 4.3, 4.7, 5.3, 5.75)
    )


def _band(head: Head, spec: AvatarSpec, thick: float, grow: float, start: float) -> str:
    """Path data of a band along the jaw from ear to ear, without the chin's middle growing thin."""
    outer, other = jaw_side(head, -1, grow, start), jaw_side(head, 1, grow, start)
    inside = [jaw_side(head, out, -thick, start) for out in (1, -1)]
    for chain, out in zip(inside, (1, -1), strict=True):
        chain[0] = CENTRE + out * (head.half - 0.4), start
        chain[1] = CENTRE + out * (head.half - 0.8 * thick), chain[1][1]
    return (
        Pen(head).chain(outer).chain(other[::-1], join=True).chain(inside[0], join=True)
        .chain(inside[1][::-1], join=True).close().d
    )  # fmt: skip


def _chin_strap(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    d = spec.facial_hair.density
    return fill(_band(head, spec, 2.6 + 1.4 * d, 0.6, head.temple - 3.0), tones, spec, uid, "be")


def _mutton_chops(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Wide sideburns that reach the corners of the mouth; the chin is shaved."""
    start, grow, path = head.temple - 3.0, 1.4 + 2.4 * spec.facial_hair.density, ""
    low = head.ear_bottom
    wide = head.half_at(low) - 5.5  # the inner edge keeps its distance from a jaw that tapers
    edges = jaw_side(head, -1, grow, start)[:-3], jaw_side(head, 1, grow, start)[:-3]
    for out, at, chain in zip((-1, 1), lips(head, spec), edges, strict=True):
        x, y = out * (chain[-1][0] - CENTRE), chain[-1][1]
        path += (
            Pen(head, 1).chain(chain).d
            + Pen(head, out).move(x, y).curve(x - 3, y + 1.6, x - 5.4, y + 0.4, x - 5.6, y - 3)
            .curve(x - 6, y - 8, at.x + 3.6, at.y + 4, at.x + 0.4, at.y + 0.6).line(at.x + 0.2, at.y - 1.8)
            .curve(at.x + 2.8, at.y - 3, at.x + 4, at.y - 4.2, at.x + 6.4, at.y - 5)
            .curve(mix(at.x, wide, 0.56), at.y - 6.2, wide - 1.5, low + 2, wide - 0.4, low - 6)
            .line(head.half - 0.6, start, head.half + 0.2, start).d.replace("M", "L", 1)
            + "Z"
        )  # fmt: skip
    return _bulk(head, tones, spec, uid, path, edges, (1.0, 1.5, 1.9, 2.4))


# --- at the chin --------------------------------------------------------------------------------------------------


def _chin_tuft(head: Head, spec: AvatarSpec, grow: float, point: float, wide: float) -> str:
    """Path data of a beard on the chin alone. point: how far its tip hangs; wide: half its width."""
    left, right = lips(head, spec)
    top, tip, s = mix(right.low, head.chin, 0.28), head.chin + grow + point, head.jaw_shift
    side = mix(right.low, head.chin, 0.62)
    pen = Pen(head)
    pen.move(right.middle, top).curve(wide * 0.5, top + 0.4, wide * 0.9, side - 2, wide + s, side)
    pen.curve(wide + s + 0.4, mix(side, tip, 0.5), wide * 0.62 + s, tip - 0.6 * grow, s, tip)
    pen.curve(-wide * 0.62 + s, tip - 0.6 * grow, -wide + s - 0.4, mix(side, tip, 0.5), -wide + s, side)
    pen.curve(-wide * 0.9, side - 2, -wide * 0.5, top + 0.4, left.middle * -1, top)
    return pen.close().d


def _tufts(head: Head, tones: Tones, svg: str) -> str:
    """A tuft's mass with a few hairs drawn down it."""
    c, pen = head.chin, Pen(head)
    for x in (-4.6, -1.4, 2.0, 5.0):
        pen.move(x, c - 4.6).bow(x * 1.1, c - 2.2, x * 0.72, c - 0.2)
    return svg if head.bold else svg + pen.stroke(tones.beard.deep, 0.8, 0.5)


def _goatee(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    d = spec.facial_hair.density
    path = tuft(head, spec, 3.0) + _chin_tuft(head, spec, 1.2, 1.4 + 1.8 * d, 9.5)
    return _tufts(head, tones, fill(path, tones, spec, uid, "be"))


def _circle(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The ring round the mouth; the moustache closes it from in front."""
    d, (left, right) = spec.facial_hair.density, lips(head, spec)
    low, s = head.chin + 0.6 + 1.2 * d, head.jaw_shift
    pen = Pen(head).move(0, right.nose + 1.4)
    for at, out in ((right, 1), (left, -1)):
        x, y = max(at.x, 10.5), mix(at.y, low, 0.86)
        tip = min(0.86 * x, max(head.half_at(y), 6.0))  # no wider than the chin
        knots = [
            (3, at.nose - 0.2), (at.x - 1, at.nose + 0.2), (x + 2.8, at.y - 2.4),
            (x + 4.4, at.y + 2.4), (x + 3.6, mix(at.y, low, 0.7)), (tip + out * s, y),
            (tip * 0.72 + out * s, low - 0.4), (tip * 0.42 + out * s, low), (out * s, low),
        ]  # fmt: skip
        if out < 0:
            knots = [*knots[:-1][::-1], (0, at.nose + 1.4)]
        pen.curve(*(value for px, py in knots for value in (out * px, py)))
    path = pen.close().d
    return _tufts(head, tones, fill(path, tones, spec, uid, "be"))


def _van_dyke(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A pointed beard, apart from the moustache."""
    path = tuft(head, spec, 2.4) + _chin_tuft(head, spec, 1.0, 5.0 + 3.0 * spec.facial_hair.density, 6.8)
    return _tufts(head, tones, fill(path, tones, spec, uid, "be"))


FACIAL_HAIR.add(Part(name="stubble", words="{colour} stubble", on=_stubble))
FACIAL_HAIR.add(Part(name="goatee", words="a {colour} goatee", on=_goatee, reach=Reach(0, 0, 8)))
FACIAL_HAIR.add(Part(name="circle", words="a {colour} circle beard", on=_circle, front=chevron, reach=Reach(0, 0, 6)))
FACIAL_HAIR.add(
    Part(
        name="van-dyke",
        words="a pointed {colour} beard and moustache",
        on=_van_dyke,
        front=handlebar,
        reach=Reach(0, 0, 12),
    )
)
FACIAL_HAIR.add(Part(name="chin-strap", words="a {colour} chin strap beard", on=_chin_strap))
FACIAL_HAIR.add(Part(name="mutton-chops", words="{colour} mutton chops", on=_mutton_chops, front=chevron))
FACIAL_HAIR.add(Part(name="boxed", words="a short {colour} beard", on=_boxed, front=chevron))
FACIAL_HAIR.add(Part(name="full", words="a full {colour} beard", on=_full, front=chevron, reach=Reach(0, 0, 8)))
FACIAL_HAIR.add(Part(name="long", words="a long {colour} beard", on=_long, front=chevron, reach=Reach(0, 0, 22)))
