"""Cloth tied round the head: a head wrap with its knot in front, a bandana, a headband; and the kippah on the crown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import mixed, ramp, shift
from mien.avatar.parts.headwear import below, colours, everywhere, forehead, on_top
from mien.avatar.parts.materials import flat, lines, mass
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


# --- head wrap ----------------------------------------------------------------------------------------------------


def _wrap_shape(head: Head) -> Pen:
    x, f, top = head.half + 3, forehead(head) - 1, head.top - 9
    return (
        Pen(head).move(-x + 1, f + 20).curve(-x - 2, f + 12, -x - 1.6, top + 22, -x + 3, top + 13)
        .curve(-0.66 * x, top + 2, -0.3 * x, top, 0, top)
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
            .curve(14, top - rise - 1, 15, top - rise + 3, 14, top - rise + 5)
            .curve(19, top - rise, wide + 2, top - 6, wide, top - 1)
            .curve(wide - 3, top + 6, 16, top + 9, 5, top + 13).close().d
        )  # fmt: skip
    knot = (
        Pen(head, depth=0.9).move(-8.5, top + 11).curve(-9, top + 2, 8.5, top + 1, 8.5, top + 10)
        .curve(9, top + 17, -8, top + 18, -8.5, top + 11).close()
    )  # fmt: skip
    svg = (
        mass(head, leaves, r, uid, "hl")
        + mass(head, _wrap_shape(head).d, r, uid, "ha")
        + mass(head, knot.d, r, uid, "hk")
    )
    if head.bold:
        return svg + lines(
            Pen(head).move(-x + 4, f + 9).curve(-0.5 * x, f - 8, 0.5 * x, f - 8, x - 4, f + 9).d, other.base, 2.4
        )
    folds, stripes = Pen(head), Pen(head)
    for out in (-1, 1):
        folds.move(out * 8, top + 13).curve(out * 18, top + 12, out * (x - 8), top + 18, out * (x - 1.4), f + 2)
        folds.move(out * 7, top + 15.6).curve(out * 14, top + 18, out * (x - 12), f - 10, out * (x - 1), f + 12)
        folds.move(out * 3, top + 4).curve(out * 5, top - 2, out * 6, top - 6, out * 8, top - 9)
        folds.move(out * 6, top + 7).curve(out * 11, top + 2, out * 15, top, out * 20, top - 1.4)
    stripes.move(-x + 1.4, f + 14).curve(-0.72 * x, f, -0.46 * x, f - 6.4, 0, f - 6.4)
    stripes.curve(0.46 * x, f - 6.4, 0.72 * x, f, x - 1.4, f + 14)
    return (
        svg + lines(stripes.d, other.base, 2.6) + lines(stripes.d, r.deep, 0.8, 0.6, "1 2.4")
        + lines(folds.d, r.deep, 1.2, 0.5)
        + lines(Pen(head, depth=0.9).move(-5, top + 7).curve(-1, top + 5, 4, top + 5, 6.4, top + 8).d, r.rim, 1.4, 0.5)
    )  # fmt: skip


def _wrap_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _wrap_shape(head).d


# --- bandana, headband, kippah ------------------------------------------------------------------------------------


def _bandana(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec, "#b8323c"), head.half + 2.4, forehead(head) - 1, head.top - 8
    cloth = (
        Pen(head).move(-x, f + 10).curve(-x - 0.6, top + 16, -0.6 * x, top, 0, top)
        .curve(0.6 * x, top, x + 0.6, top + 16, x, f + 10)
        .curve(0.56 * x, f - 4.6, -0.56 * x, f - 4.6, -x, f + 10).close()
    )  # fmt: skip
    tails = (
        Pen(head).move(x - 1, f + 8).curve(x + 5, f + 6, x + 9, f + 9, x + 12, f + 16)
        .curve(x + 7, f + 15, x + 3, f + 14, x - 1, f + 11).close()
        .move(x - 1, f + 9).curve(x + 3, f + 12, x + 6, f + 18, x + 6, f + 26)
        .curve(x + 1, f + 22, x - 2, f + 16, x - 1, f + 9).close()
    )  # fmt: skip
    svg = flat(tails.d, r.shade) + mass(head, cloth.d, r, uid, "ha")
    if head.bold:
        return svg
    dots = "".join(
        f"M{head.at((CENTRE + px * x, y))}h.01"
        for px, y in (
            (-0.7, f - 6), (-0.36, f - 10), (0, f - 9), (0.36, f - 10), (0.7, f - 6), (-0.55, top + 13),
            (-0.2, top + 10), (0.2, top + 10), (0.55, top + 13), (0, top + 3.6), (-0.32, top + 4.4),
            (0.32, top + 4.4), (-0.86, f + 3), (0.86, f + 3),
        )
    )  # fmt: skip
    hem = Pen(head).move(-x + 0.6, f + 7).curve(-0.56 * x, f - 7, 0.56 * x, f - 7, x - 0.6, f + 7)
    knot = (
        Pen(head).move(x - 2.4, f + 7).curve(x + 1, f + 5, x + 3.4, f + 9, x + 0.6, f + 12)
        .curve(x - 2, f + 12.6, x - 3.4, f + 9, x - 2.4, f + 7).close()
    )  # fmt: skip
    fold = Pen(head).move(x - 2, f + 5).curve(0.8 * x, f - 4, 0.66 * x, f - 8, 0.5 * x, f - 10)
    return (
        svg + lines(dots, "#fff6ec", 2.2, 0.9) + lines(hem.d, r.rim, 0.8, 0.5) + flat(knot.d, r.base)
        + lines(knot.d + fold.d, r.deep, 0.9, 0.5)
    )  # fmt: skip


def _headband(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f = colours(spec), head.half + 0.7, forehead(head)
    band = (
        Pen(head).move(-x, f + 9).curve(-0.58 * x, f - 4.6, 0.58 * x, f - 4.6, x, f + 9)
        .bow(x + 1.6, f + 4, x - 0.2, f - 1).curve(0.58 * x, f - 15, -0.58 * x, f - 15, -x + 0.2, f - 1)
        .bow(-x - 1.6, f + 4, -x, f + 9).close()
    )  # fmt: skip
    svg = mass(head, band.d, r, uid, "ha", along='x1="0" y1="0" x2="1" y2=".4"')
    if head.bold:
        return svg
    rows = "".join(
        Pen(head).move(-x + 0.6, f + 9 - d).curve(-0.58 * x, f - 4.6 - d, 0.58 * x, f - 4.6 - d, x - 0.6, f + 9 - d).d
        for d in (2.4, 5.0, 7.6)
    )
    return svg + lines(rows, r.deep, 0.7, 0.4, "1.2 1")


def _band_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    x, f = head.half + 1.6, forehead(head)
    return (
        Pen(head).move(-x, f + 9).curve(-0.58 * x, f - 4.6, 0.58 * x, f - 4.6, x, f + 9).line(x, f - 6).line(-x, f - 6)
        .close().d
    )  # fmt: skip


def _kippah(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, top = colours(spec), on_top(head, spec)
    x, y, top = 0.54 * head.half, top + 8.0, top + 2.2
    cap = (
        Pen(head, depth=0.5).move(-x, y).curve(-0.9 * x, top - 1.5, -0.5 * x, top - 4.4, 0, top - 4.4)
        .curve(0.5 * x, top - 4.4, 0.9 * x, top - 1.5, x, y)
        .curve(0.56 * x, y + 2.6, -0.56 * x, y + 2.6, -x, y).close()
    )  # fmt: skip
    svg = mass(head, cap.d, r, uid, "ha")
    rim = Pen(head, depth=0.5).move(-x + 0.4, y - 0.6).curve(-0.56 * x, y + 1.8, 0.56 * x, y + 1.8, x - 0.4, y - 0.6)
    if head.bold:
        return svg + lines(rim.d, r.light, 1.5)
    seams = Pen(head, depth=0.5)
    for out in (-1, 1):
        seams.move(0, top - 4.2).curve(out * 0.3 * x, top - 3.4, out * 0.46 * x, top + 1, out * 0.46 * x, y + 0.8)
    return (
        svg
        + lines(seams.d, r.deep, 0.8, 0.6)
        + lines(rim.d, r.rim, 1.5, 0.75)
        + lines(rim.d, r.deep, 0.6, 0.5, "1.2 1.6")
    )


HEADWEAR.add(
    HeadwearPart(name="headwrap", words="a {colour} head wrap", on=_headwrap, shadow=_wrap_shadow, reach=Reach(26, 5))
)
HEADWEAR.add(
    HeadwearPart(
        name="bandana", words="a {colour} bandana", on=_bandana, hair=below(2.4, 9), covers="crown",
        shadow=_band_shadow, reach=Reach(9, 14),
    )
)  # fmt: skip
HEADWEAR.add(
    HeadwearPart(
        name="headband", words="a {colour} headband", on=_headband, hair=everywhere, shadow=_band_shadow,
        reach=Reach(0, 3),
    )
)  # fmt: skip
HEADWEAR.add(HeadwearPart(name="kippah", words="a {colour} kippah", on=_kippah, hair=everywhere, reach=Reach(12, 0)))
