"""Scarves over head and shoulders: two ways to wear a hijab, a loose headscarf, a ghutra with its cord.

A hijab covers hair, ears and neck: the edge lies on the forehead below the hairline, over an underscarf, follows the
cheeks and passes under the chin; the long end is wrapped across and pinned at the side (`hijab`), or both ends cross
loosely over the chest (`hijab-draped`). A loose headscarf (dupatta, odhni) rests on the crown and shows the hair in
front. A ghutra is a square folded into a triangle over a small cap; a doubled cord, the agal, holds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import mixed, ramp
from mien.avatar.parts.headwear import colours, forehead
from mien.avatar.parts.materials import flat, is_dark, lines, mass
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, mix

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Ramp, Tones
    from mien.avatar.shapes import Point
    from mien.avatar.spec import AvatarSpec


# --- hijab --------------------------------------------------------------------------------------------------------


def _opening_half(head: Head, out: int, inset: float, top: float) -> list[Point]:
    """Half of the opening for the face, from the forehead down to the chin: a start and five cubics."""
    low = head.side(out, -inset)[6:]  # cheek, jaw, chin
    (cx, cy), (hx, hy) = low[0], low[1]
    x = head.half - inset
    upper = [
        (0.0, top), (0.5 * x, top + 0.4), (x - 5.5, top + 7), (x - 2.6, mix(top, 60, 0.62)),
        (x - 1.2, 62), (out * (2 * cx - hx - CENTRE), 2 * cy - hy),
    ]  # fmt: skip
    return [(CENTRE + out * px, py) for px, py in upper] + low


def _opening(head: Head, inset: float = 1.8, top: float | None = None) -> str:
    """The opening as path data, against the clock, so that it is a hole in a shape drawn with the clock."""
    y = forehead(head) - 2.5 if top is None else top
    left, right = _opening_half(head, -1, inset, y), _opening_half(head, 1, inset, y)
    return Pen(head).chain(left).chain(right[::-1], join=True).close().d


def _end(head: Head, spec: AvatarSpec, low: float) -> float:
    """y of a scarf's lower edge; over clothing it lies on the shoulders. A dropping jaw pulls it down a little."""
    return head.rest_chin + 0.3 * (head.chin - head.rest_chin) + low + (6 if spec.clothing.style != "none" else 0)


def _veil(head: Head, spec: AvatarSpec, wide: float, low: float) -> Pen:
    """The outline of a scarf over head and shoulders. wide: how far it stands out; low: how far below the chin."""
    x, top, end = head.half + wide, head.top - 6.5, _end(head, spec, low)
    neck = head.rest_chin + 1
    return (
        Pen(head, depth=0.3).move(0, top).curve(0.62 * x, top, x + 0.6, mix(top, 56, 0.4), x + 0.6, 56)
        .curve(x + 0.6, 74, x - 4.4, neck - 12, x - 7.6, neck).curve(x - 9.4, neck + 5, x, end - 10, x + 1.2, end - 5)
        .curve(x - 3, end - 0.4, 0.5 * x, end + 2.6, 0, end + 2.6)
        .curve(-0.5 * x, end + 2.6, -x + 3, end - 0.4, -x - 1.2, end - 5)
        .curve(-x, end - 10, -x + 9.4, neck + 5, -x + 7.6, neck).curve(-x + 4.4, neck - 12, -x - 0.6, 74, -x - 0.6, 56)
        .curve(-x - 0.6, mix(top, 56, 0.4), -0.62 * x, top, 0, top).close()
    )  # fmt: skip


def _underscarf(head: Head, r: Ramp) -> str:
    """The cap under the scarf: a narrow band along the forehead."""
    x, y = head.half - 5, forehead(head) - 2.8
    band = (
        Pen(head).move(-x, y + 13).curve(-x + 3, y + 4, -0.5 * x, y - 1, 0, y - 1)
        .curve(0.5 * x, y - 1, x - 3, y + 4, x, y + 13)
        .curve(x - 5, y + 6.4, 0.5 * x, y + 3, 0, y + 3).curve(-0.5 * x, y + 3, -x + 5, y + 6.4, -x, y + 13).close()
    )  # fmt: skip
    return flat(band.d, r.deep)


def _raised(r: Ramp) -> Ramp:
    """Of the layer on top, which catches more light."""
    return ramp(mixed(r.base, r.light, 0.4))


def _hem(head: Head, inset: float, colour: str, width: float, opacity: float) -> str:
    """A line along the edge that frames the face."""
    return lines(_opening(head, inset, forehead(head) - 2.5 - (1.8 - inset) * 0.9), colour, width, opacity)


def _crown_folds(head: Head, wide: float) -> str:
    """Soft folds from the crown down the sides."""
    x, top, pen = head.half + wide, head.top - 6.5, Pen(head, depth=0.3)
    for out in (-1, 1):
        pen.move(out * 0.2 * x, top + 4).curve(out * 0.7 * x, top + 7, out * (x - 3.4), 40, out * (x - 3.6), 66)
        pen.move(out * 0.42 * x, top + 11).curve(out * 0.74 * x, top + 18, out * (x - 6.4), 48, out * (x - 6), 78)
    return pen.d


def _rim(head: Head, r: Ramp, wide: float) -> str:
    if not is_dark(r.base):
        return ""
    x, top = head.half + wide, head.top - 6.5
    pen = (
        Pen(head, depth=0.3).move(0.3 * x, top + 1.6).curve(0.72 * x, top + 4, x - 0.4, mix(top, 56, 0.5), x - 0.4, 57)
        .curve(x - 0.4, 72, x - 3.6, 92, x - 6, head.rest_chin + 2)
    )  # fmt: skip
    return lines(pen.d, r.rim, 0.9, 0.55)


def _hijab(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, chin, x = colours(spec), head.chin, head.half + 5
    ring = _veil(head, spec, 5.0, 18).d + _opening(head)
    svg = _underscarf(head, r) + mass(head, ring, r, uid, "ha")
    if head.bold:
        return svg + _hem(head, 1.2, r.shade, 1.6, 1.0)
    end, s, half = _end(head, spec, 18), head.jaw_shift, head.half
    hang = mix(chin, head.rest_chin, 0.75)  # what hangs below follows the jaw a little only
    top_edge = (  # the long end: from the far cheek across under the chin, up to the pin on the face's left side
        Pen(head, depth=0.8).move(-x + 4, 74).curve(-x + 7, chin - 7, -17 + s, chin + 2.4, 2 + s, chin + 2.6)
        .curve(17 + s, chin + 2, half - 6, chin - 10, half - 0.4, 72)
    )  # fmt: skip
    wrap = (
        Pen(head, depth=0.8).move(-x + 4, 74).curve(-x + 7, chin - 7, -17 + s, chin + 2.4, 2 + s, chin + 2.6)
        .curve(17 + s, chin + 2, half - 6, chin - 10, half - 0.4, 72).curve(half + 3.5, 80, x - 3, 92, x - 7, hang - 1)
        .curve(22, hang + 13.5, -4, hang + 16, -x + 11, hang + 7).curve(-x + 5, hang - 1, -x + 2, 86, -x + 4, 74)
        .close()
    )  # fmt: skip
    low = Pen(head, depth=0.8).move(-x + 11, hang + 7).curve(-4, hang + 16, 22, hang + 13.5, x - 7, hang - 1)
    folds = (
        Pen(head, depth=0.8).move(-x + 6.4, 84).curve(-20, chin + 5, 14, chin + 9.6, half - 1.6, 81)
        .move(-x + 8.4, 94).curve(-14, hang + 11, 16, hang + 11.4, half - 3, 92)
        .move(10, hang + 13).bow(17, hang + 15, 21, end - 0.4)
        .move(-12, hang + 12.6).bow(-20, hang + 15, -24, end - 1)
    )  # fmt: skip
    pin = f"M{head.at((CENTRE + half - 0.2, 75))}h.01"
    return (
        svg + lines(_crown_folds(head, 5.0), r.deep, 1.4, 0.6) + mass(head, wrap.d, _raised(r), uid, "hw")
        + lines(low.d + folds.d, r.deep, 1.3, 0.6) + lines(top_edge.d, r.rim, 0.9, 0.6)
        + _hem(head, 1.0, r.light, 1.0, 0.8) + _rim(head, r, 5.0) + lines(pin, "#f3e3b4", 3.2)
    )  # fmt: skip


def _hijab_draped(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, chin, wide = colours(spec), head.chin, 7.0
    x, end = head.half + wide, _end(head, spec, 20)
    svg = _underscarf(head, r) + mass(head, _veil(head, spec, wide, 20).d + _opening(head, 2.2), r, uid, "ha")
    if head.bold:
        return svg + _hem(head, 1.4, r.shade, 1.6, 1.0)
    s = head.jaw_shift
    over = (  # one side laid across the other, hanging in a cowl under the chin
        Pen(head, depth=0.6).move(head.half, 66).curve(head.half - 3, chin - 8, 17 + s, chin + 1.6, 1 + s, chin + 2)
        .curve(-9, chin + 4, -20, chin + 9, -29, end - 2).curve(-14, end + 3.4, 20, end + 3.4, x + 0.4, end - 5)
        .curve(x - 9, chin + 4, x - 2, 84, head.half, 66).close()
    )  # fmt: skip
    edge = (
        Pen(head, depth=0.6).move(head.half, 66).curve(head.half - 3, chin - 8, 17 + s, chin + 1.6, 1 + s, chin + 2)
        .curve(-9, chin + 4, -20, chin + 9, -29, end - 2)
    )  # fmt: skip
    folds = (
        Pen(head, depth=0.6).move(head.half + 0.6, 78).curve(head.half - 2, chin - 1, 16, chin + 7, -16, end)
        .move(head.half + 0.4, 90).curve(head.half - 3, chin + 6, 18, chin + 11, -2, end + 1)
        .move(head.half - 2, chin - 2).curve(head.half - 4, chin + 9, 24, chin + 14, 16, end + 1)
        .move(-head.half + 1, 80).curve(-head.half + 2, chin - 4, -26, chin + 4, -31, chin + 9)
    )  # fmt: skip
    return (
        svg + lines(_crown_folds(head, wide), r.deep, 1.5, 0.6) + mass(head, over.d, _raised(r), uid, "hw")
        + lines(folds.d, r.deep, 1.4, 0.6) + lines(edge.d, r.rim, 1.0, 0.6) + _hem(head, 0.8, r.light, 1.2, 0.75)
        + _rim(head, r, wide)
    )  # fmt: skip


def _edge_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The scarf's edge over the forehead throws a shadow; its sides do not reach the face."""
    return _veil(head, spec, 5.0, 18).d + _opening(head)


# --- headscarf ----------------------------------------------------------------------------------------------------


def _scarf_opening(head: Head) -> Pen:
    """Wide and open below: the hair shows over the forehead and at the temples."""
    x, top = head.half - 0.5, head.top - 1.5
    return (
        Pen(head).move(0, top).curve(-0.6 * x, top, -x - 1, 34, -x - 0.6, 60).curve(-x, 84, -x + 4, 104, -x + 6, 200)
        .line(x - 6, 200).curve(x - 4, 104, x, 84, x + 0.6, 60).curve(x + 1, 34, 0.6 * x, top, 0, top).close()
    )  # fmt: skip


def _scarf_hair(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _scarf_opening(head).d


def _headscarf_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r = colours(spec)
    return flat(_veil(head, spec, 8.0, 17).d, r.deep)


def _headscarf(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, top, end = colours(spec), head.half + 8, head.top - 6.5, _end(head, spec, 17)
    inner, path = head.half - 0.5, ""
    for out in (-1, 1):
        path += (
            Pen(head, out, 0.3).move(0, top).curve(0.62 * x, top, x + 0.6, 30, x + 0.6, 56)
            .curve(x + 0.8, 76, x - 1, end - 14, x + 1, end - 3)
            .curve(x - 5, end + 0.6, inner - 4, end + 1, inner - 9, end - 1.6)
            .curve(inner - 5, end - 12, inner, 84, inner + 0.6, 60)
            .curve(inner + 1, 34, 0.6 * inner, top + 5, 0, top + 5).close().d
        )  # fmt: skip
    svg = mass(head, path, r, uid, "ha")
    if head.bold:
        return svg
    folds, hem = Pen(head, depth=0.3), Pen(head, depth=0.3)
    for out in (-1, 1):
        folds.move(out * (x - 3.4), 50).curve(out * (x - 2.4), 76, out * (x - 5), end - 14, out * (x - 4), end - 2)
        folds.move(out * 0.5 * x, top + 4.6).curve(out * 0.84 * x, top + 12, out * (x - 5), 44, out * (x - 4.8), 64)
        hem.move(0, top + 5.6).curve(out * 0.62 * inner, top + 5.6, out * (inner + 1.4), 34, out * (inner + 1.2), 60)
        hem.curve(out * (inner + 0.8), 84, out * (inner - 4), end - 12, out * (inner - 8), end - 2)
    gold = ramp("#e0b75a")
    return svg + lines(folds.d, r.deep, 1.3, 0.45) + lines(hem.d, gold.base, 1.5, 0.9) + _rim(head, r, 8.0)


# --- ghutra -------------------------------------------------------------------------------------------------------


def _pale(spec: AvatarSpec) -> Ramp:
    """A ghutra is white; a chosen colour tints it."""
    return ramp(mixed(colours(spec, "#f2efe9").base, "#f7f4ee", 0.72))


def _ghutra_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return flat(_veil(head, spec, 7.0, 15).d, _pale(spec).shade)


def _ghutra(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, cord = _pale(spec), ramp("#2a272b")
    x, top, f, end = head.half + 7, head.top - 8, forehead(head) - 1, _end(head, spec, 14)
    inner, path = head.half - 2, ""
    for out in (-1, 1):
        path += (
            Pen(head, out, 0.4).move(0, top).curve(0.6 * x, top, x - 3, 26, x - 2, 42)
            .curve(x + 2, 62, x + 2, 86, x - 3, end)
            .curve(x - 10, end + 2, inner - 4, end - 2, inner - 8, end - 7)
            .curve(inner - 1, 96, inner + 2, 82, inner, 64)
            .curve(inner - 1.4, f + 14, inner - 6, f + 6, inner - 12, f + 2.6)
            .curve(0.3 * x, f - 2, 0.14 * x, f - 1, 0, f + 1.4).close().d
        )  # fmt: skip
    svg = mass(head, path, r, uid, "ha")
    rings = Pen(head)
    for y, w in ((top + 12.5, 0.8), (top + 16.5, 0.84)):
        rings.move(-w * x, y + 6.5).curve(-0.5 * x, y - 2, 0.5 * x, y - 2, w * x, y + 6.5)
    agal = lines(rings.d, cord.base, 4.2)
    if head.bold:
        return svg + agal
    folds = Pen(head, depth=0.4)
    for out in (-1, 1):
        folds.move(out * (x - 5), 46).curve(out * (x - 2), 66, out * (x - 4), 88, out * (x - 8), end - 1)
        folds.move(out * (inner - 3), f + 7)
        folds.curve(out * (inner + 4), 58, out * (inner + 4), 80, out * (inner - 1), end - 6)
        folds.move(out * 3, f + 0.6).curve(out * 8, top + 24, out * 14, top + 21, out * 20, top + 20)
    glint = Pen(head).move(-0.6 * x, top + 14.4).curve(-0.4 * x, top + 11.4, -0.2 * x, top + 10.4, 0, top + 10.2)
    return (
        svg + lines(folds.d, r.deep, 1.2, 0.5) + agal + lines(rings.d, cord.rim, 0.7, 0.4, "1.4 2")
        + lines(glint.d, cord.rim, 0.8, 0.6)
    )  # fmt: skip


def _ghutra_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    f, x = forehead(head), head.half
    return (
        Pen(head).move(-x, 10).line(x, 10).line(x - 3, f + 12).curve(0.6 * x, f - 1, 0.2 * x, f - 2, 0, f + 0.6)
        .curve(-0.2 * x, f - 2, -0.6 * x, f - 1, -x + 3, f + 12).close().d
    )  # fmt: skip


HEADWEAR.add(
    HeadwearPart(
        name="hijab", words="a {colour} hijab", on=_hijab, ears=False, shadow=_edge_shadow, reach=Reach(7.5, 7, 20)
    )
)
HEADWEAR.add(
    HeadwearPart(
        name="hijab-draped", words="a loosely draped {colour} hijab", on=_hijab_draped, ears=False, shadow=_edge_shadow,
        reach=Reach(7.5, 9, 22),
    )
)  # fmt: skip
HEADWEAR.add(
    HeadwearPart(
        name="headscarf", words="a {colour} headscarf", behind=_headscarf_behind, on=_headscarf,
        hair=_scarf_hair, covers="all", ears=False, reach=Reach(7.5, 10, 18),
    )
)  # fmt: skip
HEADWEAR.add(
    HeadwearPart(
        name="ghutra", words="a ghutra with a black cord", behind=_ghutra_behind, on=_ghutra, ears=False,
        shadow=_ghutra_shadow, reach=Reach(9, 10, 17),
    )
)  # fmt: skip
