"""A beret, a hood, a helmet, crowns and headphones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.headwear import below, colours, everywhere, forehead, on_top, rim_along, shine
from mien.avatar.parts.materials import flat, is_dark, lines, mass
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, at, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


# --- beret --------------------------------------------------------------------------------------------------------


def _beret(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A soft disc on a narrow band, drawn to the face's left."""
    r, x, f, top = colours(spec, "#a8323e"), head.half + 2, forehead(head) - 3, head.top - 9
    disc = (
        Pen(head).move(-x - 1, f + 6).curve(-x - 4, f - 6, -0.78 * x, top + 4, -0.2 * x, top)
        .curve(0.4 * x, top - 4, x + 7, top + 6, x + 9, f - 1)
        .curve(x + 10, f + 6, x + 4, f + 9, x - 1, f + 8).curve(0.55 * x, f - 4, -0.55 * x, f - 4, -x - 1, f + 6)
        .close()
    )  # fmt: skip
    band = (
        Pen(head).move(-x + 0.4, f + 8).curve(-0.58 * x, f - 3, 0.58 * x, f - 3, x - 0.4, f + 9).line(x - 0.4, f + 5)
        .curve(0.58 * x, f - 7.6, -0.58 * x, f - 7.6, -x + 0.4, f + 4.4).close()
    )  # fmt: skip
    stalk = Pen(head).move(0.12 * x, top).curve(0.12 * x, top - 2, 0.16 * x, top - 3, 0.19 * x, top - 4)
    svg = lines(stalk.d, r.shade, 2.2) + mass(head, disc.d, r, uid, "ha") + flat(band.d, r.deep)
    if head.bold:
        return svg
    folds = (
        Pen(head).move(x + 5, f + 3).curve(x + 4, f - 4, 0.8 * x, f - 8, 0.5 * x, f - 9)
        .move(x - 1, f + 5).curve(0.86 * x, f - 2, 0.6 * x, f - 5, 0.34 * x, f - 6.4)
        .move(-0.9 * x, f).curve(-0.8 * x, f - 5, -0.6 * x, f - 8, -0.4 * x, f - 9)
    )  # fmt: skip
    gleam = Pen(head).move(-0.8 * x, f - 8).curve(-0.7 * x, top + 8, -0.4 * x, top + 4, -0.1 * x, top + 3)
    return svg + lines(folds.d, r.deep, 1.2, 0.5) + lines(gleam.d, r.rim, 2.4, 0.5)


HEADWEAR.add(
    HeadwearPart(
        name="beret", words="a {colour} beret", on=_beret, hair=below(2, 7), covers="crown", reach=Reach(13.5, 12)
    )
)


# --- hood ---------------------------------------------------------------------------------------------------------


def _hood_opening(head: Head) -> Pen:
    x, top, low = head.half + 0.5, head.top - 2, head.rest_chin + 6
    return (
        Pen(head).move(0, top).curve(-0.62 * x, top, -x - 0.5, 32, -x - 0.5, 60)
        .curve(-x - 0.5, 84, -0.74 * x, low - 4, -0.3 * x, low + 3)
        .line(0.3 * x, low + 3).curve(0.74 * x, low - 4, x + 0.5, 84, x + 0.5, 60)
        .curve(x + 0.5, 32, 0.62 * x, top, 0, top).close()
    )  # fmt: skip


def _hood_hair(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _hood_opening(head).d


def _hood_outline(head: Head) -> Pen:
    x, top, end = head.half + 7.5, head.top - 9, head.rest_chin + 15
    return (
        Pen(head, depth=0.3).move(0, top).curve(0.62 * x, top, x + 1.5, 28, x + 1.5, 58)
        .curve(x + 1.5, 80, x - 2, end - 16, x - 7, end - 8)
        .curve(x - 9, end - 3, 16, end + 1, 0, end + 1).curve(-16, end + 1, -x + 9, end - 3, -x + 7, end - 8)
        .curve(-x + 2, end - 16, -x - 1.5, 80, -x - 1.5, 58).curve(-x - 1.5, 28, -0.62 * x, top, 0, top).close()
    )  # fmt: skip


def _hood_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return flat(_hood_outline(head).d, ramp(colours(spec).deep).shade)


def _hood(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, top = colours(spec), head.half + 7.5, head.top - 9
    svg = mass(head, _hood_outline(head).d + _hood_opening(head).d, r, uid, "ha")
    if head.bold:
        return svg
    low, seam = head.rest_chin + 8, Pen(head, depth=0.3)
    for out in (-1, 1):
        seam.move(0, top + 4.4).curve(out * 0.6 * (x - 3), top + 4.4, out * (x - 3.2), 30, out * (x - 3.2), 58)
        seam.curve(out * (x - 3.2), 80, out * 0.76 * x, low - 4, out * 0.34 * x, low + 4.6)
    cords = "".join(
        Pen(head, out).move(9.5, low + 2).curve(10, low + 5, 9.6, low + 8, 10.4, low + 11).d for out in (-1, 1)
    )
    eyelets = "".join(f"M{head.at((CENTRE + out * 9.5, low + 2))}h.01" for out in (-1, 1))
    edge = ""
    if is_dark(r.base):
        rim = (
            rim_along(head, ((0, top), (0.62 * x, top), (x + 1.5, 28), (x + 1.5, 58)), 58, 0.3)
            .curve(x + 0.4, 74, x - 1, 86, x - 4, 98)
        )  # fmt: skip
        edge = lines(rim.d, r.rim, 0.9, 0.55)
    return svg + lines(seam.d, r.deep, 0.9, 0.6) + lines(eyelets, "#cfd3da", 2.6) + lines(cords, "#efece6", 1.5) + edge


HEADWEAR.add(
    HeadwearPart(
        name="hood",
        words="a {colour} hood",
        behind=_hood_behind,
        on=_hood,
        hair=_hood_hair,
        covers="all",
        ears=False,
        reach=Reach(10, 9.5, 19.5),
    )
)


# --- helmet -------------------------------------------------------------------------------------------------------


def _helmet(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A cycling helmet: a shell with vents, and straps that meet under the ears."""
    r, x, f, top = colours(spec), head.half + 5, forehead(head) - 2, head.top - 12
    shell = (
        Pen(head).move(-x - 0.6, f + 7).curve(-x - 2.6, top + 18, -0.66 * x, top, 0, top)
        .curve(0.66 * x, top, x + 2.6, top + 18, x + 0.6, f + 7)
        .curve(x - 1, f + 10, x - 5, f + 8, x - 8, f + 4).curve(0.5 * x, f - 4.6, -0.5 * x, f - 4.6, -x + 8, f + 4)
        .curve(-x + 5, f + 8, -x + 1, f + 10, -x - 0.6, f + 7).close()
    )  # fmt: skip
    chin, y, strap = head.chin, head.ear_bottom + 3, Pen(head)
    for out in (-1, 1):
        cheek = head.half_at(y) - 0.4
        strap.move(out * (head.half - 5), f + 8).line(out * cheek, y).line(out * (head.half + 0.6), f + 12)
        strap.move(out * cheek, y).chain(head.side(out, 0.4)[9:], join=True)
    buckle = Pen(head).move(-4, chin - 1.6).line(4, chin - 1.6, 4, chin + 2, -4, chin + 2).close()
    svg = lines(strap.d, "#2b2d33", 2.2 if head.bold else 1.7) + mass(head, shell.d, r, uid, "ha")
    vents = Pen(head)
    for out in (-1, 1):
        vents.move(out * 0.12 * x, f - 7)
        vents.curve(out * 0.13 * x, top + 14, out * 0.12 * x, top + 9, out * 0.08 * x, top + 5)
        vents.curve(out * 0.24 * x, top + 6, out * 0.3 * x, top + 14, out * 0.3 * x, f - 6.4).close()
        vents.move(out * 0.48 * x, f - 5)
        vents.curve(out * 0.47 * x, top + 16, out * 0.4 * x, top + 11, out * 0.34 * x, top + 7)
        vents.curve(out * 0.56 * x, top + 10, out * 0.68 * x, top + 17, out * 0.69 * x, f - 2.6).close()
    svg += flat(vents.d, ramp(r.deep).shade)
    if head.bold:
        return svg
    edge = (
        Pen(head).move(-x + 1, f + 6.4).curve(-x + 6, f + 4, -0.5 * x, f - 6.4, 0, f - 6.4)
        .curve(0.5 * x, f - 6.4, x - 6, f + 4, x - 1, f + 6.4)
    )  # fmt: skip
    return svg + flat(buckle.d, "#3a3d45") + lines(edge.d, r.light, 1.0, 0.8) + shine(head, x, f + 8, top, r)


HEADWEAR.add(
    HeadwearPart(
        name="helmet",
        words="a {colour} cycling helmet",
        on=_helmet,
        hair=below(3.6, 8),
        covers="crown",
        reach=Reach(13.5, 8, 6),
    )
)


# --- crowns -------------------------------------------------------------------------------------------------------


def _crown(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, y = colours(spec, "#ecbc3f"), 0.74 * head.half, head.top + 7.5
    tips = ((-1.12, -17), (-0.56, -20), (0, -23), (0.56, -20), (1.12, -17))
    body = Pen(head, depth=0.7).move(-x, y)
    back = (
        Pen(head, depth=-0.1).move(-x, y - 6).curve(-0.6 * x, y - 10, 0.6 * x, y - 10, x, y - 6)
        .line(x, y + 2, -x, y + 2).close()
    )  # fmt: skip
    for i, (px, py) in enumerate(tips):
        body.line(px * x, y + py)
        if i < 4:
            body.line((px + tips[i + 1][0]) / 2 * x, y - 9.5 + 1.4 * abs(i - 1.5))
    body.line(x, y).curve(0.56 * x, y + 5, -0.56 * x, y + 5, -x, y).close()
    svg = flat(back.d, r.deep) + mass(head, body.d, r, uid, "ha")
    if head.bold:
        return svg
    pearls = "".join(f"M{head.at((CENTRE + px * x, y + py), depth=0.7)}h.01" for px, py in tips)
    band = Pen(head, depth=0.7).move(-x, y - 4).curve(-0.56 * x, y + 0.6, 0.56 * x, y + 0.6, x, y - 4)
    gems, stones = ("#d13b52", "#3f7fd0", "#d13b52"), ""
    for colour, px in zip(gems, (-0.56, 0, 0.56), strict=True):
        cx, cy = head.warp((CENTRE + px * x, y - 4.6 + 3.0 * (1 - abs(px))), 0.7)
        stones += f'<path d="M{at((cx, cy - 3.2), (cx + 2.3, cy), (cx, cy + 3.2), (cx - 2.3, cy))}Z" fill="{colour}"/>'
    gleam = Pen(head, depth=0.7).move(-0.94 * x, y - 5).line(-1.04 * x, y - 13)
    return (
        svg + lines(band.d, r.deep, 0.9, 0.6) + lines(pearls, r.light, 4.2) + stones + lines(gleam.d, r.rim, 1.5, 0.8)
    )


HEADWEAR.add(HeadwearPart(name="crown", words="a crown", on=_crown, hair=everywhere, reach=Reach(18.5, 6.5)))


_FLOWERS = (
    (-0.98, "#f2799b", 5.0), (0.98, "#f2799b", 5.0), (-0.72, "#fff3e6", 5.4), (0.72, "#f6c344", 5.4),
    (-0.4, "#b48ae0", 6.4), (0.4, "#fff3e6", 6.4), (0.0, "#f2799b", 7.4),
)  # fmt: skip
_LEAVES = (-0.86, -0.6, -0.54, -0.2, 0.2, 0.5, 0.58, 0.86)


def _flower(x: float, y: float, size: float, colour: str, bold: bool) -> str:
    heart = "#e8a33a" if colour != "#f6c344" else "#c9722b"
    dot = f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(0.3 * size)}" fill="{heart}"/>'
    if bold:
        return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(0.95 * size)}" fill="{colour}"/>{dot}'
    turns = (2 * math.pi * i / 5 - math.pi / 2 for i in range(5))
    d = "".join(f"M{at((x + 0.54 * size * math.cos(a), y + 0.54 * size * math.sin(a)))}h.01" for a in turns)
    return lines(d, colour, 0.9 * size) + dot


def _flower_crown(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Flowers and leaves on a wreath across the hair."""
    x, f = head.half + 0.5, forehead(head) - 4

    def place(u: float) -> tuple[float, float]:
        return head.warp((CENTRE + u * x, f - 3 + 11 * u * u))

    wreath = Pen(head).move(-x, f + 8).curve(-0.6 * x, f - 7, 0.6 * x, f - 7, x, f + 8)
    leaves, shades, svg = "", "", lines(wreath.d, "#4f8a4c", 3.0)
    for i, u in enumerate(_LEAVES):
        (px, py), rise = place(u), -8.6 if i % 2 else 6.4
        tip = px + (2.4 if u > 0 else -2.4), py + rise
        mid = py + 0.7 * rise
        leaves += f"M{at((px - 2.4, py))}Q{at((px - 3.4, mid), tip)}Q{at((px + 3.4, mid), (px + 2.4, py))}Z"
        shades += f"M{at((px, py))}L{at((px + 0.8 * (tip[0] - px), py + 0.8 * rise))}"
    svg += flat(leaves, "#6aa860") + ("" if head.bold else lines(shades, "#4f8a4c", 0.8))
    for u, colour, size in _FLOWERS:
        if not (head.bold and abs(u) > 0.9):
            svg += _flower(*place(u), size, colour, head.bold)
    return svg


HEADWEAR.add(
    HeadwearPart(name="flower-crown", words="a crown of flowers", on=_flower_crown, hair=everywhere, reach=Reach(3, 5))
)


# --- headphones ---------------------------------------------------------------------------------------------------


def _headphones(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A band over the hair and two cups over the ears, which follow the ears as the head turns."""
    r, pad = colours(spec), ramp("#33353c")
    x, top = head.half + 5.5, min(max(on_top(head, spec), head.top - 9.5), head.top - 2.6)
    y, cups, ends = (head.ear_top + head.ear_bottom) / 2 - 1, "", []
    for out in (-1, 1):
        near, far = max(0.0, -out * head.yaw), max(0.0, out * head.yaw)
        cx, w = (
            CENTRE + out * (head.half + 3.4) + 0.6 * head.ear_shift(out) - 2 * out * near,
            6.6 + 3.0 * near - 2.4 * far,
        )
        ends.append(cx + out * 1.2)
        outer = cx + out * (1.8 + 0.4 * near)
        cups += (
            f'<rect x="{n(cx - out * 2.2 - w / 2)}" y="{n(y - 11)}" width="{n(w)}" height="22" rx="{n(w / 2)}" '
            f'fill="{pad.base}"/><rect x="{n(outer - w / 2)}" y="{n(y - 12.5)}" width="{n(w)}" height="25" '
            f'rx="{n(w / 2)}" fill="{r.base if out < 0 else r.shade}"/>'
        )
        if not head.bold:
            cups += lines(f"M{at((outer - 0.2 * w, y - 7.5))}L{at((outer - 0.2 * w, y + 3))}", r.rim, 1.3, 0.6)

    def arc(inset: float) -> str:
        (lx, rx), up = ends, top + inset
        return (
            f"M{at((lx + inset, y - 9))}C{at((lx - 2.4 + inset, 24), (CENTRE - 0.6 * x, up), (CENTRE, up))}"
            f"C{at((CENTRE + 0.6 * x, up), (rx + 2.4 - inset, 24), (rx - inset, y - 9))}"
        )

    svg = lines(arc(0), r.base, 4.8)
    if not head.bold:
        svg += lines(arc(1.9), r.deep, 1.2, 0.7) + lines(arc(-1.0), r.rim, 1.0, 0.4)
    return svg + cups


HEADWEAR.add(
    HeadwearPart(name="headphones", words="{colour} headphones", on=_headphones, hair=everywhere, reach=Reach(12.5, 10))
)
