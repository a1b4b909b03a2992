"""Cloth wound and tied round the head: dastar, turban, head wrap, bandana, headband; and the kippah.

A dastar (Sikh turban) is pleated cloth wound so that the layers of both sides rise one above the other and meet over
the forehead in an upside-down V; the band worn under it (the fifty) shows in the triangle, and the hair, kept uncut, is
covered whole with the tops of the ears. Other turbans are wound round a cap in slanting turns. A head wrap is knotted
above the forehead. A kippah lies on the crown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import mixed, ramp, shift
from mien.avatar.parts.headwear import below, colours, everywhere, forehead
from mien.avatar.parts.headwear_hats import on_top
from mien.avatar.parts.materials import flat, is_dark, lines, mass
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, mix

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
    pen.curve(-x - 3.4, 28, -x + 4, top + 8, -0.42 * x, top + 2).curve(-0.22 * x, top - 1.4, -0.1 * x, top - 2.6, 0, top - 2.8)
    pen.curve(0.1 * x, top - 2.6, 0.22 * x, top - 1.4, 0.42 * x, top + 2).curve(x - 4, top + 8, x + 3.4, 28, x + 2.4, ear - 14)
    pen.curve(x + 2, ear - 6, x + 1, ear + 1, x - 4, ear + 2.6).curve(0.86 * x, ear - 12, 0.4 * x, f - 1.5, 0, f - 6.5)
    return pen.curve(-0.4 * x, f - 1.5, -0.86 * x, ear - 12, -x + 4, ear + 2.6).close()


def _fifty(head: Head) -> Pen:
    """The band under the turban, seen in the triangle on the forehead."""
    f, x = forehead(head), head.half
    return (
        Pen(head).move(-0.62 * x, f + 8).curve(-0.4 * x, f - 4, -0.2 * x, f - 8, 0, f - 10).curve(0.2 * x, f - 8, 0.4 * x, f - 4, 0.62 * x, f + 8)
        .curve(0.4 * x, f + 0.6, 0.2 * x, f - 1, 0, f - 1).curve(-0.2 * x, f - 1, -0.4 * x, f + 0.6, -0.62 * x, f + 8).close()
    )  # fmt: skip


def _dastar(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r = colours(spec)
    band = ramp("#d9772b" if not 20 < _hue(r.base) < 80 else "#2f3d63")
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


def _hue(colour: str) -> float:
    from mien.avatar.palette import lch

    return lch(colour).h


def _dastar_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _fifty(head).d + _dastar_shape(head).d


# --- turban -------------------------------------------------------------------------------------------------------


def _turban_shape(head: Head) -> Pen:
    """The windings: a thick ring round the head."""
    x, f, top = head.half + 7, forehead(head), head.top - 4
    return (
        Pen(head).move(-x + 6.4, f + 15).curve(-x + 1.4, f + 12, -x - 2.4, f + 4, -x - 0.8, f - 6)
        .curve(-x + 4, top + 9, -0.56 * x, top, 0, top).curve(0.56 * x, top, x - 4, top + 9, x + 0.8, f - 6)
        .curve(x + 2.4, f + 4, x - 1.4, f + 12, x - 6.4, f + 15).curve(0.78 * x, f + 4, 0.5 * x, f - 1, 0, f - 1)
        .curve(-0.5 * x, f - 1, -0.78 * x, f + 4, -x + 6.4, f + 15).close()
    )  # fmt: skip


def _turban(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec), head.half + 7, forehead(head), head.top - 4
    shape, cap = _turban_shape(head).d, ramp(mixed(r.light, "#ffffff", 0.3))
    dome = Pen(head).move(-0.62 * x, top + 9).curve(-0.56 * x, top - 6, -0.3 * x, top - 10, 0, top - 10).curve(0.3 * x, top - 10, 0.56 * x, top - 6, 0.62 * x, top + 9).close()
    under_it, svg = mass(head, dome.d, cap, uid, "hk"), mass(head, shape, r, uid, "ha")
    if head.bold:
        deep = Pen(head).move(-x + 2, f + 3).curve(-0.4 * x, f - 12, 0.3 * x, f - 16, 0.84 * x, f - 16)
        return under_it + svg + lines(deep.d, r.shade, 2.2)
    over, under, light, ribs = Pen(head), Pen(head), Pen(head), Pen(head)
    for k in range(4):  # turns that rise to the picture's right lie over those that rise to its left
        y, end = f + 13 - 8 * k, f - 12 - 5.4 * k
        over.move(-x - 3, y).curve(-0.66 * x, y - 13, -0.1 * x, end + 1, 0.56 * x, end - 0.6)
        light.move(-x - 3, y - 1.5).curve(-0.68 * x, y - 14.4, -0.2 * x, end - 0.4, 0.36 * x, end - 2)
        under.move(x + 3, y).curve(0.86 * x, y - 9, 0.7 * x, y - 13, (0.34 + 0.05 * k) * x, y - 17)
    for k in (-0.66, 0, 0.66):
        ribs.move(0, top - 9.6).curve(0.4 * k * x, top - 9, 0.62 * k * x, top - 4, 0.66 * k * x, top + 4)
    return (
        f'{under_it}{lines(ribs.d, cap.deep, 0.8, 0.5)}{svg}<clipPath id="{uid}tc"><path d="{shape}"/></clipPath><g clip-path="url(#{uid}tc)">'
        + lines(under.d, r.deep, 1.3, 0.75) + lines(light.d, r.rim, 1.3, 0.38) + lines(over.d, r.deep, 1.3, 0.75)
        + f"</g>{_edge_light(head, r, x + 1, top, f)}"
    )  # fmt: skip


def _turban_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _turban_shape(head).d


# --- head wrap ----------------------------------------------------------------------------------------------------


def _wrap_shape(head: Head) -> Pen:
    x, f, top = head.half + 3, forehead(head) - 1, head.top - 9
    return (
        Pen(head).move(-x + 1, f + 20).curve(-x - 2, f + 12, -x - 1.6, top + 22, -x + 3, top + 13).curve(-0.66 * x, top + 2, -0.3 * x, top, 0, top)
        .curve(0.3 * x, top, 0.66 * x, top + 2, x - 3, top + 13).curve(x + 1.6, top + 22, x + 2, f + 12, x - 1, f + 20)
        .curve(0.8 * x, f + 6, 0.5 * x, f - 2, 0, f - 2).curve(-0.5 * x, f - 2, -0.8 * x, f + 6, -x + 1, f + 20).close()
    )  # fmt: skip


def _headwrap(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec, "#c2622d"), head.half + 3, forehead(head) - 1, head.top - 9
    other = ramp(mixed(shift(r.base, l=0.1, h=35), "#f4c95d", 0.55))
    leaves = ""
    for out, rise, wide in ((-1, 12, 26), (1, 15, 27)):  # the ends of the cloth fan out behind the knot
        leaves += (
            Pen(head, out, 0.7).move(-1, top + 9).curve(-2, top - 6, 4, top - rise - 2, 10, top - rise - 1)
            .curve(14, top - rise - 1, 15, top - rise + 3, 14, top - rise + 5).curve(19, top - rise, wide + 2, top - 6, wide, top - 1)
            .curve(wide - 3, top + 6, 16, top + 9, 5, top + 13).close().d
        )  # fmt: skip
    knot = Pen(head, depth=0.9).move(-8.5, top + 11).curve(-9, top + 2, 8.5, top + 1, 8.5, top + 10).curve(9, top + 17, -8, top + 18, -8.5, top + 11).close()
    svg = mass(head, leaves, r, uid, "hl") + mass(head, _wrap_shape(head).d, r, uid, "ha") + mass(head, knot.d, r, uid, "hk")
    if head.bold:
        return svg + lines(Pen(head).move(-x + 4, f + 9).curve(-0.5 * x, f - 8, 0.5 * x, f - 8, x - 4, f + 9).d, other.base, 2.4)
    folds, stripes = Pen(head), Pen(head)
    for out in (-1, 1):
        folds.move(out * 8, top + 13).curve(out * 18, top + 12, out * (x - 8), top + 18, out * (x - 1.4), f + 2)
        folds.move(out * 7, top + 15.6).curve(out * 14, top + 18, out * (x - 12), f - 10, out * (x - 1), f + 12)
        folds.move(out * 3, top + 4).curve(out * 5, top - 2, out * 6, top - 6, out * 8, top - 9)
        folds.move(out * 6, top + 7).curve(out * 11, top + 2, out * 15, top, out * 20, top - 1.4)
    stripes.move(-x + 1.4, f + 14).curve(-0.72 * x, f, -0.46 * x, f - 6.4, 0, f - 6.4).curve(0.46 * x, f - 6.4, 0.72 * x, f, x - 1.4, f + 14)
    return (
        svg + lines(stripes.d, other.base, 2.6) + lines(stripes.d, r.deep, 0.8, 0.6, "1 2.4") + lines(folds.d, r.deep, 1.2, 0.5)
        + lines(Pen(head, depth=0.9).move(-5, top + 7).curve(-1, top + 5, 4, top + 5, 6.4, top + 8).d, r.rim, 1.4, 0.5)
    )  # fmt: skip


def _wrap_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _wrap_shape(head).d


# --- bandana, headband, kippah ------------------------------------------------------------------------------------


def _bandana(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec, "#b8323c"), head.half + 2.4, forehead(head) - 1, head.top - 8
    cloth = (
        Pen(head).move(-x, f + 10).curve(-x - 0.6, top + 16, -0.6 * x, top, 0, top).curve(0.6 * x, top, x + 0.6, top + 16, x, f + 10)
        .curve(0.56 * x, f - 4.6, -0.56 * x, f - 4.6, -x, f + 10).close()
    )  # fmt: skip
    tails = (
        Pen(head).move(x - 1, f + 8).curve(x + 5, f + 6, x + 9, f + 9, x + 12, f + 16).curve(x + 7, f + 15, x + 3, f + 14, x - 1, f + 11).close()
        .move(x - 1, f + 9).curve(x + 3, f + 12, x + 6, f + 18, x + 6, f + 26).curve(x + 1, f + 22, x - 2, f + 16, x - 1, f + 9).close()
    )  # fmt: skip
    svg = flat(tails.d, r.shade) + mass(head, cloth.d, r, uid, "ha")
    if head.bold:
        return svg
    dots = "".join(
        f"M{head.at((CENTRE + px * x, y))}h.01"
        for px, y in (
            (-0.7, f - 6), (-0.36, f - 10), (0, f - 9), (0.36, f - 10), (0.7, f - 6), (-0.55, top + 13), (-0.2, top + 10),
            (0.2, top + 10), (0.55, top + 13), (0, top + 3.6), (-0.32, top + 4.4), (0.32, top + 4.4), (-0.86, f + 3), (0.86, f + 3),
        )
    )  # fmt: skip
    hem = Pen(head).move(-x + 0.6, f + 7).curve(-0.56 * x, f - 7, 0.56 * x, f - 7, x - 0.6, f + 7)
    knot = Pen(head).move(x - 2.4, f + 7).curve(x + 1, f + 5, x + 3.4, f + 9, x + 0.6, f + 12).curve(x - 2, f + 12.6, x - 3.4, f + 9, x - 2.4, f + 7).close()
    fold = Pen(head).move(x - 2, f + 5).curve(0.8 * x, f - 4, 0.66 * x, f - 8, 0.5 * x, f - 10)
    return (
        svg + lines(dots, "#fff6ec", 2.2, 0.9) + lines(hem.d, r.rim, 0.8, 0.5) + flat(knot.d, r.base)
        + lines(knot.d + fold.d, r.deep, 0.9, 0.5)
    )  # fmt: skip


def _headband(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f = colours(spec), head.half + 0.7, forehead(head)
    band = (
        Pen(head).move(-x, f + 9).curve(-0.58 * x, f - 4.6, 0.58 * x, f - 4.6, x, f + 9).line(x - 0.2, f - 1)
        .curve(0.58 * x, f - 15, -0.58 * x, f - 15, -x + 0.2, f - 1).close()
    )  # fmt: skip
    svg = mass(head, band.d, r, uid, "ha", along='x1="0" y1="0" x2="1" y2=".4"')
    if head.bold:
        return svg
    rows = "".join(
        Pen(head).move(-x + 0.6, f + 9 - d).curve(-0.58 * x, f - 4.6 - d, 0.58 * x, f - 4.6 - d, x - 0.6, f + 9 - d).d for d in (2.4, 5.0, 7.6)
    )
    return svg + lines(rows, r.deep, 0.7, 0.4, "1.2 1")


def _band_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    x, f = head.half + 1.6, forehead(head)
    return Pen(head).move(-x, f + 9).curve(-0.58 * x, f - 4.6, 0.58 * x, f - 4.6, x, f + 9).line(x, f - 6).line(-x, f - 6).close().d


def _kippah(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, top = colours(spec), on_top(head, spec)
    x, y, top = 0.54 * head.half, top + 8.0, top + 2.2
    cap = (
        Pen(head, depth=0.5).move(-x, y).curve(-0.9 * x, top - 1.5, -0.5 * x, top - 4.4, 0, top - 4.4).curve(0.5 * x, top - 4.4, 0.9 * x, top - 1.5, x, y)
        .curve(0.56 * x, y + 2.6, -0.56 * x, y + 2.6, -x, y).close()
    )  # fmt: skip
    svg = mass(head, cap.d, r, uid, "ha")
    rim = Pen(head, depth=0.5).move(-x + 0.4, y - 0.6).curve(-0.56 * x, y + 1.8, 0.56 * x, y + 1.8, x - 0.4, y - 0.6)
    if head.bold:
        return svg + lines(rim.d, r.light, 1.5)
    seams = Pen(head, depth=0.5)
    for out in (-1, 1):
        seams.move(0, top - 4.2).curve(out * 0.3 * x, top - 3.4, out * 0.46 * x, top + 1, out * 0.46 * x, y + 0.8)
    return svg + lines(seams.d, r.deep, 0.8, 0.6) + lines(rim.d, r.rim, 1.5, 0.75) + lines(rim.d, r.deep, 0.6, 0.5, "1.2 1.6")


HEADWEAR.add(
    HeadwearPart(
        name="dastar", words="a {colour} dastar", on=_dastar, ears=True, shadow=_dastar_shadow, reach=Reach(18.5, 9)
    )
)
HEADWEAR.add(
    HeadwearPart(name="turban", words="a {colour} turban", on=_turban, shadow=_turban_shadow, reach=Reach(14.5, 10))
)
HEADWEAR.add(
    HeadwearPart(name="headwrap", words="a {colour} head wrap", on=_headwrap, shadow=_wrap_shadow, reach=Reach(26, 5))
)
HEADWEAR.add(
    HeadwearPart(
        name="bandana", words="a {colour} bandana", on=_bandana, hair=below(2.4, 9), shadow=_band_shadow,
        reach=Reach(9, 14),
    )
)  # fmt: skip
HEADWEAR.add(
    HeadwearPart(
        name="headband", words="a {colour} headband", on=_headband, hair=everywhere, shadow=_band_shadow,
        reach=Reach(0, 3),
    )
)  # fmt: skip
HEADWEAR.add(
    HeadwearPart(name="kippah", words="a {colour} kippah", on=_kippah, hair=everywhere, reach=Reach(12, 0))
)
