"""Headwear: what all of it shares, caps and woollen hats. Families live in modules of their own beside this one.

Every part says which hair stays to be seen: `below` its rim, `everywhere`, or none at all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mien.avatar.palette import Ramp, mixed, ramp
from mien.avatar.parts.materials import flat, is_dark, lines, mass
from mien.avatar.parts.registry import HAIR, HEADWEAR, Draw, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, Point, at, mix

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

#: What a photo shows in the codebook's terms (N none, C cap or hat, H hijab or scarf, T turban, O other), and the style
#: that stands for it.
HEADWEAR_TRAITS = {"N": "none", "C": "cap", "H": "hijab", "T": "turban", "O": "headband"}

BLACK = "#2b2a33"  #: of silk and cloth that is black by nature
BLUE = "#2f5d8c"  #: of what has no colour of its own


# --- shared -------------------------------------------------------------------------------------------------------


def colours(spec: AvatarSpec, own: str | None = None) -> Ramp:
    """The ramp of the chosen colour. own: the colour a thing has by nature (straw, gold), where none was chosen."""
    return ramp(spec.headwear.colour or own or BLUE)


def forehead(head: Head) -> float:
    """y of a hat's rim in the middle of the forehead: clear of the brows, wherever the hairline is."""
    return head.brow_y - 15.5


def everywhere(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """All hair is seen."""
    return ""


def below(side: float, drop: float, front: float = 0.0) -> Draw:
    """Hair shows below a rim: side: half the rim's width beyond the temples; drop: how much lower it is at the sides
    than in front; front: how much lower in front than the usual rim. The hat presses the hair, which swells further
    out."""

    def region(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        x, y, low = head.half + side, forehead(head) + front, forehead(head) + drop
        pen = (
            Pen(head).move(-x - 17, 200).line(-x - 17, low + 34)
            .curve(-x - 17, low + 10, -x - 8, low - 1, -x + 1, low - 3)
        )  # fmt: skip
        pen.curve(-0.5 * x, y - 5, 0.5 * x, y - 5, x - 1, low - 3)
        pen.curve(x + 8, low - 1, x + 17, low + 10, x + 17, low + 34)
        return pen.line(x + 17, 200).close().d

    return region


def on_top(head: Head, spec: AvatarSpec) -> float:
    """y of the top of the hair over the skull, in front of any bun: where small things sit."""
    hair = HAIR[spec.hair.style]
    return head.top - (7.0 if hair.length == 5 else min(0.72 * hair.reach.top, 18.0))


def dome(head: Head, x: float, low: float, top: float, front: float, square: float = 0.6) -> Pen:
    """A crown over the skull, closed. x: half its width; low: y at the sides; front: y of its rim in the middle;
    square: 0.5 pointed .. 0.8 boxy."""
    rim = mix(low, front, 4 / 3)
    return (
        Pen(head).move(-x, low).curve(-x - 0.6, mix(low, top, square + 0.06), -square * x, top, 0, top)
        .curve(square * x, top, x + 0.6, mix(low, top, square + 0.06), x, low)
        .curve(0.58 * x, rim, -0.58 * x, rim, -x, low).close()
    )  # fmt: skip


def shine(head: Head, x: float, low: float, top: float, r: Ramp, square: float = 0.6) -> str:
    """The light on a dome, and a rim of light on dark cloth. square: as of the dome."""
    gleam = (
        Pen(head).move(-0.84 * x, mix(low, top, 0.5))
        .curve(-0.78 * x, mix(low, top, 0.8), -0.5 * x, top + 3, -0.22 * x, top + 2.6)
    )  # fmt: skip
    svg = lines(gleam.d, r.rim, 2.2, 0.5)
    if is_dark(r.base):
        edge = ((0, top), (square * x, top), (x + 0.6, mix(low, top, square + 0.06)), (x, low))
        svg += lines(rim_along(head, edge, low).d, r.rim, 0.9, 0.55)
    return svg


def rim_along(head: Head, edge: tuple[Point, Point, Point, Point], low: float, depth: float = 1.0) -> Pen:
    """The path of a rim of light inside the upper right edge of a dome, a cubic in x from the middle and y. low: the y
    by which it has come back to a thin distance from the edge."""
    top = edge[0][1]
    a, b, c, d = ((0.975 * x, y + 1.6 * (low - y) / (low - top)) for x, y in edge)
    ab, bc, cd = (tuple(mix(p, q, 0.34) for p, q in zip(*pair, strict=True)) for pair in ((a, b), (b, c), (c, d)))
    abc, bcd = (tuple(mix(p, q, 0.34) for p, q in zip(*pair, strict=True)) for pair in ((ab, bc), (bc, cd)))
    start = tuple(mix(p, q, 0.34) for p, q in zip(abc, bcd, strict=True))
    return Pen(head, depth=depth).move(*start).curve(*bcd, *cd, *d)


# --- caps ---------------------------------------------------------------------------------------------------------


def _cap_size(head: Head) -> tuple[float, float, float, float]:
    """(half the width, y at the sides, top, y in front)."""
    f = forehead(head)
    return head.half + 2.6, f + 9, head.top - 9.5, f


def _panels(head: Head, r: Ramp) -> str:
    """Seams from the button down, and the button."""
    x, low, top, front = _cap_size(head)
    pen = Pen(head).move(0, top).line(0, front)
    for out in (-1, 1):
        pen.move(0, top).curve(out * 0.42 * x, top + 3, out * 0.62 * x, mix(low, top, 0.5), out * 0.66 * x, low - 5)
    button = Pen(head).move(-2.6, top + 0.8).curve(-2.4, top - 1.8, 2.4, top - 1.8, 2.6, top + 0.8).close()
    return lines(pen.d, r.deep, 0.9, 0.55) + flat(button.d, r.shade)


def _cap(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, (x, low, top, front) = colours(spec), _cap_size(head)
    svg = mass(head, dome(head, x, low, top, front).d, r, uid, "ha")
    return svg if head.bold else svg + shine(head, x, low, top, r) + _panels(head, r)


def _bill_shape(head: Head) -> Pen:
    x, f = head.half + 2.6, forehead(head)
    return (
        Pen(head, depth=1.25).move(-0.86 * x, f + 4.5).curve(-0.5 * x, f - 5.6, 0.5 * x, f - 5.6, 0.86 * x, f + 4.5)
        .curve(0.97 * x, f + 10, 0.96 * x, f + 14.5, 0.86 * x, f + 13.6)
        .curve(0.5 * x, f + 6.8, -0.5 * x, f + 6.8, -0.86 * x, f + 13.6)
        .curve(-0.96 * x, f + 14.5, -0.97 * x, f + 10, -0.86 * x, f + 4.5).close()
    )  # fmt: skip


def _bill(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f = colours(spec), head.half + 2.6, forehead(head)
    svg = mass(head, _bill_shape(head).d, ramp(r.shade), uid, "hb", along='x1=".3" y1="0" x2=".5" y2="1"')
    if head.bold:
        return svg
    edge = Pen(head, depth=1.25).move(-0.88 * x, f + 13).curve(-0.5 * x, f + 6.2, 0.5 * x, f + 6.2, 0.88 * x, f + 13)
    seam = Pen(head, depth=1.25).move(-0.84 * x, f + 9).curve(-0.5 * x, f + 0.6, 0.5 * x, f + 0.6, 0.84 * x, f + 9)
    return svg + lines(edge.d, r.light, 0.9, 0.8) + lines(seam.d, r.light, 0.6, 0.6, "1.6 1.5")


def _bill_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _bill_shape(head).d


def _opening(head: Head) -> Pen:
    """The gap over the strap of a cap that is worn backwards."""
    f = forehead(head)
    return (
        Pen(head).move(-12, f - 4.6).curve(-12, f - 17, 12, f - 17, 12, f - 4.6)
        .curve(5, f - 6, -5, f - 6, -12, f - 4.6).close()
    )  # fmt: skip


def _backwards(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, (x, low, top, front) = colours(spec), _cap_size(head)
    hole = _opening(head).d
    svg = mass(head, dome(head, x, low, top, front).d + hole, r, uid, "ha")
    if head.bold:
        return svg
    seams = Pen(head).move(0, top).line(0, front - 15)
    for out in (-1, 1):
        seams.move(0, top).curve(out * 0.42 * x, top + 3, out * 0.66 * x, mix(low, top, 0.5), out * 0.7 * x, low - 5)
    strap = Pen(head).move(-12, front - 3.4).curve(-5, front - 4.8, 5, front - 4.8, 12, front - 3.4)
    holes = "".join(f"M{head.at((CENTRE + k * 2.6, front - 2.4))}h.01" for k in (-2, -1, 0, 1, 2))
    return (
        svg + shine(head, x, low, top, r) + lines(seams.d, r.deep, 0.9, 0.55) + lines(hole, r.deep, 1.0, 0.8)
        + lines(strap.d, r.light, 0.8, 0.7) + lines(holes, r.deep, 1.2)
    )  # fmt: skip


def _backwards_hair(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return below(2.6, 9)(head, tones, spec, uid) + _opening(head).d


HEADWEAR.add(HeadwearPart(name="none", words="", hair=everywhere, reach=Reach(0, 0, 0)))
HEADWEAR.add(
    HeadwearPart(
        name="cap", words="a {colour} cap", on=_cap, front=_bill, hair=below(2.6, 9), covers="crown",
        shadow=_bill_shadow, reach=Reach(11, 4),
    )
)  # fmt: skip
HEADWEAR.add(
    HeadwearPart(
        name="cap-backwards",
        words="a {colour} cap worn backwards",
        on=_backwards,
        hair=_backwards_hair,
        covers="crown",
        reach=Reach(11, 4),
    )
)


# --- wool ---------------------------------------------------------------------------------------------------------


def _beanie_size(head: Head) -> tuple[float, float, float, float]:
    f = forehead(head)
    return head.half + 3.6, f + 15, head.top - 11, f - 3


def _cuff(head: Head) -> Pen:
    """The turned-up rim: a band round the head."""
    x, low, _, front = _beanie_size(head)
    x += 1.0
    return (
        Pen(head, depth=1.1).move(-x, low + 2).curve(-x - 1.2, low - 3, -x - 0.8, low - 8, -x + 1.4, low - 10)
        .curve(-0.55 * x, front - 13, 0.55 * x, front - 13, x - 1.4, low - 10)
        .curve(x + 0.8, low - 8, x + 1.2, low - 3, x, low + 2)
        .curve(0.55 * x, front + 1, -0.55 * x, front + 1, -x, low + 2).close()
    )  # fmt: skip


def _ribs(head: Head) -> str:
    """Upright ribs on the cuff."""
    x, low, _, front = _beanie_size(head)
    pen = Pen(head, depth=1.1)
    for i in range(-6, 7):
        u = i / 6.6
        drop = (abs(u) ** 2.2) * (low - front)
        px = math.sin(u * 1.5) * x
        pen.move(px, front - 8.4 + drop).line(px * 1.02, front + 0.6 + drop)
    return pen.d


def _beanie(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, (x, low, top, front) = colours(spec), _beanie_size(head)
    svg = mass(head, dome(head, x, low, top, front, 0.58).d, r, uid, "ha")
    cuff = _cuff(head).d
    if head.bold:
        return svg + flat(cuff, r.shade)
    knit = Pen(head)
    for i in range(-3, 4):
        u = i / 3.4
        knit.move(0.5 * u * x, top + 3 + 4 * u * u).curve(
            0.86 * u * x, top + 8, 0.98 * u * x, mix(top, low, 0.5), 0.98 * u * x, mix(top, front, 0.62) + 10 * u * u
        )
    return (
        svg + lines(knit.d, r.shade, 1.5, 0.8) + shine(head, x, low, top, r, 0.58)
        + mass(head, cuff, r, uid, "hc", along='x1="0" y1="0" x2="1" y2=".6"') + lines(_ribs(head), r.deep, 0.9, 0.5)
    )  # fmt: skip


def _bobble(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A ball of wool on top."""
    r, (cx, cy) = ramp(mixed(colours(spec).light, "#ffffff", 0.55)), head.warp((CENTRE, head.top - 16), 0.8)
    turns = [2 * math.pi * i / 13 for i in range(14)]
    rim = [(cx + 10.4 * math.sin(a), cy - 10.4 * math.cos(a)) for a in turns]
    ball = f"M{at(rim[0])}" + "".join(f"A2.9 2.9 0 0 1 {at(point)}" for point in rim[1:]) + "Z"
    tufts = ""
    for a in turns[::2]:
        end = cx + 7.4 * math.sin(a + 0.2), cy - 7.4 * math.cos(a + 0.2)
        tufts += f"M{at((cx + 4 * math.sin(a), cy - 4 * math.cos(a)))}L{at(end)}"
    fluff = "" if head.bold else lines(tufts, r.shade, 1.2)
    return mass(head, ball, r, uid, "hp") + fluff + _beanie(head, tones, spec, uid)


HEADWEAR.add(
    HeadwearPart(
        name="beanie", words="a {colour} woollen hat", on=_beanie, hair=below(4, 14), covers="crown", reach=Reach(12, 6)
    )
)
HEADWEAR.add(
    HeadwearPart(
        name="bobble-hat",
        words="a {colour} bobble hat",
        on=_bobble,
        hair=below(4, 14),
        covers="crown",
        reach=Reach(27, 6),
    )
)
