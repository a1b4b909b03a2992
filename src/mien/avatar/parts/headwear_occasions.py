"""Hats for occasions: a birthday, a graduation, Christmas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.headwear import BLACK, below, colours, everywhere, forehead, on_top, shine
from mien.avatar.parts.materials import flat, lines, mass
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, at, mix, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _party_hat(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y = colours(spec, "#7d5bb0"), max(on_top(head, spec), head.top - 8) + 8.5
    x, top = 15.0, y - 26

    def level(t: float, sag: float = 3.0) -> tuple[float, float, float]:
        """Half the width, height and sag of a cross-section, 0 at the rim .. 1 at the tip."""
        return x * (1 - t), mix(y, top, t), sag * (1 - t)

    cone = (
        Pen(head, depth=0.6).move(-x, y).line(-0.6, top).line(0.6, top).line(x, y)
        .curve(0.5 * x, y + 4, -0.5 * x, y + 4, -x, y).close()
    )  # fmt: skip
    bands, pale = "", "#ffd866"
    for a, b in ((0.12, 0.27), (0.45, 0.58), (0.74, 0.85)):
        (xa, ya, sa), (xb, yb, sb) = level(a), level(b)
        bands += (
            Pen(head, depth=0.6).move(-xa, ya).curve(-0.5 * xa, ya + 1.3 * sa, 0.5 * xa, ya + 1.3 * sa, xa, ya)
            .line(xb, yb).curve(0.5 * xb, yb + 1.3 * sb, -0.5 * xb, yb + 1.3 * sb, -xb, yb).close().d
        )  # fmt: skip
    px, py = head.warp((CENTRE, top - 1), 0.6)
    ball = (
        f'<circle cx="{n(px)}" cy="{n(py)}" r="4.6" fill="#ff8fb0"/>'
        f'<circle cx="{n(px - 1.4)}" cy="{n(py - 1.4)}" r="1.6" fill="#ffd0dd"/>'
    )
    return mass(head, cone.d, r, uid, "ha") + flat(bands, pale) + ball


HEADWEAR.add(HeadwearPart(name="party-hat", words="a party hat", on=_party_hat, hair=everywhere, reach=Reach(31, 6)))


def _mortarboard(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A cap with a square board, seen a little from below, and its tassel."""
    r, x, f, top = colours(spec, BLACK), head.half + 1.6, forehead(head), head.top - 6
    cap = (
        Pen(head).move(-x, f + 7).curve(-x - 0.4, top + 18, -x + 3, top + 6, -x + 9, top).line(x - 9, top)
        .curve(x - 3, top + 6, x + 0.4, top + 18, x, f + 7).curve(0.5 * x, f - 4.4, -0.5 * x, f - 4.4, -x, f + 7)
        .close()
    )  # fmt: skip
    wide, y = head.half + 12, head.top - 5
    board = Pen(head, depth=0.7).move(-wide, y).line(0, y - 12).line(wide, y).line(0, y + 10.5).close()
    rim = (
        Pen(head, depth=0.7).move(-wide, y).line(0, y + 10.5).line(wide, y).line(wide, y + 1.8).line(0, y + 12.6)
        .line(-wide, y + 1.8).close()
    )  # fmt: skip
    gold, (bx, by) = ramp("#e3b94a"), head.warp((CENTRE, y - 1), 0.7)
    hang = CENTRE + 0.72 * wide, y + 3
    tail = hang[0] + 0.6, y + 22
    cord = f"M{at((bx, by))}Q{at((bx + 12, by - 1), hang)}L{at(tail)}"
    tx, ty = tail
    fringe = f"M{at((tx - 2.6, ty + 8), (tx - 1.2, ty - 1), (tx + 1.2, ty - 1), (tx + 2.6, ty + 8))}Z"
    svg = mass(head, cap.d, r, uid, "ha") + flat(rim.d, r.deep) + mass(head, board.d, ramp(r.light), uid, "hb")
    svg += lines(cord, gold.base, 1.9 if head.bold else 1.3) + flat(fringe, gold.base)
    if head.bold:
        return svg
    edge = Pen(head, depth=0.7).move(-wide, y + 0.2).line(0, y + 10.7).line(wide, y + 0.2)
    band = Pen(head).move(-x + 0.6, f + 4).curve(-0.5 * x, f - 7.4, 0.5 * x, f - 7.4, x - 0.6, f + 4)
    return svg + lines(edge.d, r.rim, 0.8, 0.6) + lines(band.d, r.rim, 0.7, 0.3) + (
        f'<circle cx="{n(bx)}" cy="{n(by)}" r="1.9" fill="{gold.shade}"/>'
    )  # fmt: skip


HEADWEAR.add(
    HeadwearPart(
        name="graduation-cap",
        words="a graduation cap",
        on=_mortarboard,
        hair=below(1.6, 7),
        covers="crown",
        reach=Reach(18, 12.5),
    )
)


def _santa(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A soft red cone that falls to one side, with white fur."""
    r, fur = colours(spec, "#c8323c"), ramp("#f3f1ee")
    x, f, top = head.half + 2.4, forehead(head), head.top - 12
    cone = (
        Pen(head).move(-x, f + 8).curve(-x, top + 14, -0.7 * x, top, -0.1 * x, top)
        .curve(0.5 * x, top - 0.6, x + 2, top + 10, x + 8, f + 14).curve(x + 4, f + 17, x + 1, f + 13, x - 2, f + 6)
        .curve(0.5 * x, f - 4, -0.5 * x, f - 4, -x, f + 8).close()
    )  # fmt: skip
    band = (
        Pen(head, depth=1.1).move(-x - 2, f + 9).curve(-x - 3.6, f + 4, -x - 1, f - 2.4, -x + 3, f - 3)
        .curve(-0.5 * x, f - 11, 0.5 * x, f - 11, x - 3, f - 3).curve(x + 1, f - 2.4, x + 3.6, f + 4, x + 2, f + 9)
        .curve(0.55 * x, f + 0.6, -0.55 * x, f + 0.6, -x - 2, f + 9).close()
    )  # fmt: skip
    bx, by = CENTRE + x + 6, f + 17
    ball = f'<circle cx="{n(bx)}" cy="{n(by)}" r="6.4" fill="{fur.base}"/>'
    svg = mass(head, cone.d, r, uid, "ha") + mass(head, band.d, fur, uid, "hb")
    if head.bold:
        return svg + ball
    folds = (
        Pen(head).move(0.3 * x, top + 3).curve(0.7 * x, top + 10, 0.9 * x, f - 4, x + 3, f + 10)
        .move(-0.2 * x, top + 4).curve(0.2 * x, top + 8, 0.5 * x, f - 16, 0.7 * x, f - 7)
    )  # fmt: skip
    moon = f"M{at((bx - 4.6, by + 3))}A5.6 5.6 0 0 0 {at((bx + 5, by + 2))}A7 7 0 0 1 {at((bx - 4.6, by + 3))}Z"
    return svg + lines(folds.d, r.deep, 1.2, 0.5) + shine(head, x, f, top, r) + ball + flat(moon, fur.shade)


HEADWEAR.add(
    HeadwearPart(
        name="santa-hat", words="a {colour} Santa hat", on=_santa, hair=below(3, 9), covers="crown", reach=Reach(13, 13)
    )
)
