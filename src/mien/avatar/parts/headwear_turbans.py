"""Turbans.

A dastar (Sikh turban) is pleated cloth wound so that the layers of both sides rise one above the other and meet over
the forehead in an upside-down V; the band worn under it (the fifty) shows in the triangle, and the hair, kept uncut, is
covered whole with the tops of the ears. Other turbans are wound round a cap in slanting turns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import lch, ramp
from mien.avatar.parts.headwear import colours, forehead
from mien.avatar.parts.materials import flat, is_dark, lines, mass
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import mix

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Ramp, Tones
    from mien.avatar.spec import AvatarSpec


# --- dastar -------------------------------------------------------------------------------------------------------


def _arm(head: Head, pen: Pen, k: float, out: int, cross: float = 0.0) -> Pen:
    """One edge of a layer on one side, from the ear to the middle; k: 0 the lowest layer .. 1 the highest."""
    x, f, top = head.half + 5.5 + 1.6 * k - 7.0 * k**3, forehead(head), head.top - 15
    side, peak = mix(head.ear_top + 3, head.top - 1, k), mix(f - 6.5, top + 1, k**0.85)
    pen.move(out * (x - 0.6), side)
    return pen.curve(out * 0.86 * x, side - 10 + 4 * k, out * 0.4 * x, peak + 5 - 3 * k, -out * cross, peak)


def _dastar_shape(head: Head) -> Pen:
    x, f, top, ear = head.half + 5.5, forehead(head), head.top - 15, head.ear_top + 3
    pen = Pen(head).move(-x + 4, ear + 2.6).curve(-x - 1, ear + 1, -x - 2, ear - 6, -x - 2.4, ear - 14)
    pen.curve(-x - 3.4, 28, -x + 4, top + 8, -0.42 * x, top + 2)
    pen.curve(-0.22 * x, top - 1.4, -0.1 * x, top - 2.6, 0, top - 2.8)
    pen.curve(0.1 * x, top - 2.6, 0.22 * x, top - 1.4, 0.42 * x, top + 2)
    pen.curve(x - 4, top + 8, x + 3.4, 28, x + 2.4, ear - 14)
    pen.curve(x + 2, ear - 6, x + 1, ear + 1, x - 4, ear + 2.6).curve(0.86 * x, ear - 12, 0.4 * x, f - 1.5, 0, f - 6.5)
    return pen.curve(-0.4 * x, f - 1.5, -0.86 * x, ear - 12, -x + 4, ear + 2.6).close()


def _fifty(head: Head) -> Pen:
    """The band under the turban, seen in the triangle on the forehead."""
    f, x = forehead(head), head.half
    return (
        Pen(head).move(-0.62 * x, f + 8).curve(-0.4 * x, f - 4, -0.2 * x, f - 8, 0, f - 10)
        .curve(0.2 * x, f - 8, 0.4 * x, f - 4, 0.62 * x, f + 8)
        .curve(0.4 * x, f + 0.6, 0.2 * x, f - 1, 0, f - 1).curve(-0.2 * x, f - 1, -0.4 * x, f + 0.6, -0.62 * x, f + 8)
        .close()
    )  # fmt: skip


def _dastar(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r = colours(spec)
    band = ramp("#d9772b" if not 20 < lch(r.base).h < 80 else "#2f3d63")
    svg = flat(_fifty(head).d, band.base) + mass(head, _dastar_shape(head).d, r, uid, "ha")
    edge = _arm(head, _arm(head, Pen(head), 0.0, 1), 0.0, -1)
    if head.bold:
        deep = _arm(head, _arm(head, Pen(head), 0.4, 1), 0.4, -1)
        return svg + lines(deep.d, r.shade, 2.0)
    right, left, light = Pen(head), Pen(head), Pen(head)
    for k in (0.17, 0.34, 0.52, 0.7, 0.87):
        _arm(head, right, k, 1)
        _arm(head, left, k, -1, 2.6 * (1 - k))
        _arm(head, light, k - 0.045, -1)
    return (
        svg + lines(light.d, r.rim, 1.2, 0.38) + lines(right.d + left.d, r.deep, 1.2, 0.75)
        + lines(edge.d, r.light, 0.9, 0.6) + _edge_light(head, r, head.half + 7.4, head.top - 15, head.ear_top - 6)
    )  # fmt: skip


def _edge_light(head: Head, r: Ramp, x: float, top: float, low: float) -> str:
    if not is_dark(r.base):
        return ""
    pen = Pen(head).move(x - 0.8, low).curve(x - 0.2, 28, x - 6, top + 8, 0.44 * x, top + 3)
    return lines(pen.d, r.rim, 0.9, 0.55)


def _dastar_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _fifty(head).d + _dastar_shape(head).d


# --- turban -------------------------------------------------------------------------------------------------------


def _turban_shape(head: Head) -> Pen:
    """The windings: a thick ring round the head."""
    x, f, top = head.half + 6.5, forehead(head), head.top - 8
    return (
        Pen(head).move(-x + 5.4, f + 16).curve(-x + 2.4, f + 12, -x - 0.6, f + 4, -x - 1.4, f - 6)
        .curve(-x - 1.6, top + 13, -0.66 * x, top, 0, top).curve(0.66 * x, top, x + 1.6, top + 13, x + 1.4, f - 6)
        .curve(x + 0.6, f + 4, x - 2.4, f + 12, x - 5.4, f + 16).curve(0.8 * x, f + 4, 0.5 * x, f - 2, 0, f - 2)
        .curve(-0.5 * x, f - 2, -0.8 * x, f + 4, -x + 5.4, f + 16).close()
    )  # fmt: skip


def _turban(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec), head.half + 6.5, forehead(head), head.top - 8
    shape, cap = _turban_shape(head).d, ramp(r.shade)
    dome = (
        Pen(head).move(-0.5 * x, top + 6).curve(-0.44 * x, top - 4, -0.24 * x, top - 6.6, 0, top - 6.6)
        .curve(0.24 * x, top - 6.6, 0.44 * x, top - 4, 0.5 * x, top + 6).close()
    )  # fmt: skip
    under_it, svg = mass(head, dome.d, cap, uid, "hk"), mass(head, shape, r, uid, "ha")
    if head.bold:
        deep = Pen(head).move(-x + 2, f + 3).curve(-0.4 * x, f - 12, 0.3 * x, f - 16, 0.84 * x, f - 16)
        return under_it + svg + lines(deep.d, r.shade, 2.2)
    over, under, light, ribs = Pen(head), Pen(head), Pen(head), Pen(head)
    for k in range(4):  # turns that rise to the picture's right lie over those that rise to its left
        y, end = f + 13 - 9 * k, f - 13 - 6.6 * k
        over.move(-x - 3, y).curve(-0.66 * x, y - 13, -0.1 * x, end + 1, 0.56 * x, end - 0.6)
        light.move(-x - 3, y - 1.5).curve(-0.68 * x, y - 14.4, -0.2 * x, end - 0.4, 0.36 * x, end - 2)
        under.move(x + 3, y).curve(0.86 * x, y - 9, 0.7 * x, y - 13, (0.34 + 0.05 * k) * x, y - 17)
    for u in (-0.66, 0.0, 0.66):
        ribs.move(0, top - 6.4).curve(0.3 * u * x, top - 6, 0.5 * u * x, top - 3, 0.56 * u * x, top + 3)
    return (
        f'{under_it}{lines(ribs.d, cap.deep, 0.8, 0.5)}{svg}<clipPath id="{uid}tc"><path d="{shape}"/></clipPath>'
        f'<g clip-path="url(#{uid}tc)">'
        + lines(under.d, r.deep, 1.3, 0.75) + lines(light.d, r.rim, 1.3, 0.38) + lines(over.d, r.deep, 1.3, 0.75)
        + f"</g>{_edge_light(head, r, x + 1, top, f)}"
    )  # fmt: skip


def _turban_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _turban_shape(head).d


HEADWEAR.add(
    HeadwearPart(
        name="dastar", words="a {colour} dastar", on=_dastar, ears=True, shadow=_dastar_shadow, reach=Reach(18.5, 9)
    )
)
HEADWEAR.add(
    HeadwearPart(name="turban", words="a {colour} turban", on=_turban, shadow=_turban_shadow, reach=Reach(15.5, 9))
)
