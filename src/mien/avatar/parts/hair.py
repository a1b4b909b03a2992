"""Hair styles: the first four, as examples. Families live in modules of their own beside this one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mien.avatar.parts.registry import FRINGES, HAIR, HairPart, Part, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def parting(spec: AvatarSpec) -> int:
    """+1: the parting is on the picture's right (the face's left), -1: on its left, 0: in the middle."""
    return {"left": 1, "right": -1, "middle": 0}[spec.hair.parting]


# --- short: parted at the side, swept over ------------------------------------------------------------------------


def _short_shape(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    full, part = 1 + 0.35 * spec.hair.volume, parting(spec) or 1
    low, corner, line, inner = head.temple + 5, head.hairline_corner, head.hairline, head.half - 3.4
    arc = head.skull(6.5 * full, 2.6 * full, low)  # from the picture's left to its right
    # Then back along the face: sideburn, temple, up to the parting, and one sweep to the other temple.
    return (
        Pen(head, part).chain(arc if part > 0 else arc[::-1]).line(inner, low)
        .curve(inner, low - 6, inner - 0.6, corner + 6, inner - 4, corner)
        .curve(inner - 7, corner - 5, 20, line + 1, 17, line - 1.5)
        .curve(9, line + 3.5, -8, line + 4.5, -18, line + 5)
        .curve(-26, line + 6, -inner + 1.6, corner + 1, -inner, low - 8).line(-inner, low).close().d
    )  # fmt: skip


def _short(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    svg = f'<path d="{_short_shape(head, tones, spec, uid)}" fill="{tones.hair.base}"/>'
    if head.bold:
        return svg
    strands, top, line = Pen(head, parting(spec) or 1), head.top, head.hairline
    for i in range(3):
        strands.move(16 - 2 * i, line - 1.5 - 1.8 * i).curve(
            6 - 4 * i, line - 2 - 3 * i, -12 - 2 * i, line - 1 - 3.4 * i, -24 - 2.2 * i, line + 6 - 3 * i
        )
    shine = Pen(head).move(-27, top + 14).curve(-22, top + 3, -12, top - 2, -3, top - 2.6)
    return svg + strands.stroke(tones.hair.shade, 1.1) + shine.stroke(tones.hair.light, 2.6)


# --- afro: one round mass, behind and in front --------------------------------------------------------------------


def _ring(head: Head, rx: float, ry: float, cy: float, bumps: int) -> str:
    """A closed outline of round bumps."""
    step = 2 * math.pi / bumps
    points = [(CENTRE + rx * math.sin(i * step), cy - ry * math.cos(i * step)) for i in range(bumps)]
    r = n(0.3 * step * (rx + ry))
    arcs = "".join(f"A{r} {r} 0 0 1 {head.at(p, depth=-0.2)}" for p in [*points[1:], points[0]])
    return f"M{head.at(points[0], depth=-0.2)}{arcs}Z"


def _afro_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    grow = 1 + 0.16 * spec.hair.volume
    ring = _ring(head, (head.half + 15) * grow, 46 * grow, head.top + 29, 22)
    return f'<path d="{ring}" fill="{tones.hair.base}"/>'


def _afro_edge(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    low, corner, line, inner = head.temple + 4, head.hairline_corner, head.hairline, head.half - 3
    return (
        Pen(head).chain(head.skull(5, 4, low)).line(inner, low)
        .curve(inner, low - 8, inner - 2, corner, inner - 8, corner - 4).curve(18, line + 1, 10, line, 0, line + 0.6)
        .curve(-10, line, -18, line + 1, -inner + 8, corner - 4).curve(-inner + 2, corner, -inner, low - 8, -inner, low)
        .close().d
    )  # fmt: skip


_COILS = ((-34, 6), (-22, -6), (-8, -10), (7, -10), (21, -5), (33, 6), (-14, 2), (1, -1), (15, 3), (-40, 20), (40, 20))


def _afro(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    svg = f'<path d="{_afro_edge(head, tones, spec, uid)}" fill="{tones.hair.base}"/>'
    if head.bold:
        return svg
    grow, coils = 1 + 0.16 * spec.hair.volume, ""
    for i, (x, y) in enumerate(_COILS):
        start = head.at((CENTRE + x * grow - 2, head.top + y * grow), depth=-0.1)
        coils += f"M{start}q2.4-3.2 4.6-.4" + ("" if i % 2 else "q1.6 2.6-1 3.4")
    return f'{svg}<path d="{coils}" fill="none" stroke="{tones.hair.light}" stroke-width="1.3" stroke-linecap="round"/>'


# --- long: a curtain behind, two halves in front ------------------------------------------------------------------


def _ends(head: Head, spec: AvatarSpec) -> tuple[float, float, float]:
    """(half the width, fullness, y of the ends)."""
    full = 1 + 0.3 * spec.hair.volume
    return head.half + 6 * full, full, head.rest_chin + 13 + 9 * spec.hair.length


def _long_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    (x, full, end), top = _ends(head, spec), head.top
    return (
        Pen(head, depth=-0.5).move(0, top - 7).curve(0.6 * x, top - 7, x, top + 10, x, 54)
        .curve(x, 76, x + 5 * full, 92, x + 1, end).curve(x - 10, end + 3, 20, end + 2, 14, end - 1).line(-14, end - 1)
        .curve(-20, end + 2, -x + 10, end + 3, -x - 1, end).curve(-x - 5 * full, 92, -x, 76, -x, 54)
        .curve(-x, top + 10, -0.6 * x, top - 7, 0, top - 7).close().fill(tones.hair.shade)
    )  # fmt: skip


def _long_half(head: Head, spec: AvatarSpec, out: int) -> str:
    """One side of the hair from the parting over the temple, past the ear, down to the ends."""
    (x, full, end), top = _ends(head, spec), head.top
    line, corner, half, s = head.hairline, head.hairline_corner, head.half, 5.0 * out * parting(spec)
    return (
        Pen(head, out).move(s, top - 7).curve(0.6 * x, top - 7, x, top + 10, x, 54)
        .curve(x, 76, x + 5 * full, 92, x + 1, end).curve(x - 5, end + 2, x - 8, end, x - 9, end - 3)
        .curve(x - 4, 96, x - 6, 82, half - 2.4, 70).curve(half - 3.6, 60, half - 4, corner + 6, half - 9, corner - 1)
        .curve(half - 15, line + 4, s + 7, line + 1, s, line - 4).close().d
    )  # fmt: skip


def _long_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _long_half(head, spec, -1) + _long_half(head, spec, 1)


def _long_front(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    svg = f'<path d="{_long_shadow(head, tones, spec, uid)}" fill="{tones.hair.base}"/>'
    if head.bold:
        return svg
    x, low, top = head.half + 6, head.rest_chin + 6, head.top
    strands = "".join(Pen(head, o).move(x - 3.2, 52).curve(x - 3, 74, x + 0.6, 90, x - 2.5, low).d for o in (-1, 1))
    shine = Pen(head).move(-31, top + 18).curve(-26, top + 6, -17, top, -9, top - 1.5)
    return (
        f'{svg}<path d="{strands}" fill="none" stroke="{tones.hair.shade}" stroke-width="1.2" stroke-linecap="round"/>'
        + shine.stroke(tones.hair.light, 2.8)
    )


HAIR.add(HairPart(name="bald", words="a bald head", length=0, form="-", reach=Reach(top=2, side=6)))
HAIR.add(HairPart(name="short", words="short {colour} hair", on=_short, shadow=_short_shape))
HAIR.add(
    HairPart(
        name="afro", words="a {colour} afro", form="K", length=3, behind=_afro_behind, on=_afro, shadow=_afro_edge,
        reach=Reach(top=21, side=19),
    )
)  # fmt: skip
HAIR.add(
    HairPart(
        name="long-straight", words="long straight {colour} hair", length=4, behind=_long_behind, front=_long_front,
        shadow=_long_shadow, ears=False, reach=Reach(top=8, side=10, bottom=15),
    )
)  # fmt: skip

FRINGES.add(Part(name="style", words=""))
