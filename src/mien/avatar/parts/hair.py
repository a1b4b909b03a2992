"""Hair styles: bald and the first short ones. Others live in modules of their own beside this one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mien.avatar.parts.registry import FRINGES, HAIR, HairPart, Part, Reach
from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _parting(spec: AvatarSpec) -> int:
    """+1 when the parting is on the picture's right (the face's left), -1 on its left, 0 in the middle."""
    return {"left": 1, "right": -1, "middle": 0}[spec.hair.parting]


# --- short: a side parting swept over -----------------------------------------------------------------------------


def _short_path(head: Head, spec: AvatarSpec) -> str:
    full = 1 + 0.35 * spec.hair.volume
    arc = head.skull(6.5 * full, 2.6 * full, head.temple + 5)
    part = _parting(spec) or 1
    low, corner, line = head.temple + 5, head.hairline_corner, head.hairline
    inner = head.half - 3.4

    def p(x: float, y: float) -> tuple[float, float]:
        return CENTRE + part * x, y

    # From the parting's side: sideburn, temple, up to the parting, then one sweep to the other temple.
    edge = (
        f"L{head.at(p(inner, low))}C{head.at(p(inner, low - 6), p(inner - 0.6, corner + 6), p(inner - 4, corner))}"
        f"C{head.at(p(inner - 7, corner - 5), p(20, line + 1), p(17, line - 1.5))}"
        f"C{head.at(p(9, line + 3.5), p(-8, line + 4.5), p(-18, line + 5))}"
        f"C{head.at(p(-26, line + 6), p(-inner + 1.6, corner + 1), p(-inner, low - 8))}L{head.at(p(-inner, low))}Z"
    )
    if part < 0:
        arc = arc[::-1]
    return f"M{head.cubics(arc)}{edge}"


def _short(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    svg = f'<path d="{_short_path(head, spec)}" fill="{tones.hair.base}"/>'
    if head.bold:
        return svg
    part, top, line = _parting(spec) or 1, head.top, head.hairline

    def p(x: float, y: float) -> tuple[float, float]:
        return CENTRE + part * x, y

    strands = "".join(
        f"M{head.at(p(16 - 2 * i, line - 1.5 - 1.8 * i))}"
        f"C{head.at(p(6 - 4 * i, line - 2 - 3 * i), p(-12 - 2 * i, line - 1 - 3.4 * i), p(-24 - 2.2 * i, line + 6 - 3 * i))}"
        for i in range(3)
    )
    shine = f"M{head.at((CENTRE - 27, top + 14))}C{head.at((CENTRE - 22, top + 3), (CENTRE - 12, top - 2), (CENTRE - 3, top - 2.6))}"
    return (
        f'{svg}<path d="{strands}" fill="none" stroke="{tones.hair.shade}" stroke-width="1.1" stroke-linecap="round"/>'
        f'<path d="{shine}" fill="none" stroke="{tones.hair.light}" stroke-width="2.6" stroke-linecap="round"/>'
    )


def _short_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _short_path(head, spec)


# --- afro: one round mass, behind and in front ---------------------------------------------------------------------


def _ring(head: Head, rx: float, ry: float, cy: float, bumps: int) -> str:
    """A closed outline of round bumps."""
    step = 2 * math.pi / bumps
    points = [(CENTRE + rx * math.sin(i * step), cy - ry * math.cos(i * step)) for i in range(bumps)]
    r = n(0.6 * step * (rx + ry) / 2)
    arcs = "".join(f"A{r} {r} 0 0 1 {head.at(p, depth=-0.2)}" for p in [*points[1:], points[0]])
    return f"M{head.at(points[0], depth=-0.2)}{arcs}Z"


def _afro_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    grow = 1 + 0.16 * spec.hair.volume
    ring = _ring(head, (head.half + 15) * grow, 46 * grow, head.top + 29, 22)
    return f'<path d="{ring}" fill="{tones.hair.base}"/>'


def _afro_edge(head: Head) -> str:
    low, corner, line, inner = head.temple + 4, head.hairline_corner, head.hairline, head.half - 3
    c = CENTRE
    arc = head.skull(5, 4, low)
    return (
        f"M{head.cubics(arc)}L{head.at((c + inner, low))}C{head.at((c + inner, low - 8), (c + inner - 2, corner), (c + inner - 8, corner - 4))}"
        f"C{head.at((c + 18, line + 1), (c + 10, line), (c, line + 0.6))}C{head.at((c - 10, line), (c - 18, line + 1), (c - inner + 8, corner - 4))}"
        f"C{head.at((c - inner + 2, corner), (c - inner, low - 8), (c - inner, low))}Z"
    )


def _afro(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    svg = f'<path d="{_afro_edge(head)}" fill="{tones.hair.base}"/>'
    if head.bold:
        return svg
    grow, coils = 1 + 0.16 * spec.hair.volume, []
    for i, (x, y) in enumerate(
        ((-34, 6), (-22, -6), (-8, -10), (7, -10), (21, -5), (33, 6), (-14, 2), (1, -1), (15, 3), (-40, 20), (40, 20))
    ):
        a = head.at((CENTRE + x * grow - 2, head.top + y * grow), depth=-0.1)
        coils.append(f"M{a}q2.4-3.2 4.6-.4" + ("" if i % 2 else "q1.6 2.6-1 3.4"))
    return (
        f'{svg}<path d="{"".join(coils)}" fill="none" stroke="{tones.hair.light}" stroke-width="1.3" '
        f'stroke-linecap="round"/>'
    )


def _afro_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _afro_edge(head)


# --- long: a curtain behind, a middle parting in front -------------------------------------------------------------


def _long_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    full, end = 1 + 0.3 * spec.hair.volume, head.rest_chin + 13 + 9 * spec.hair.length
    x, c = head.half + 6 * full, CENTRE

    def at(*points: tuple[float, float]) -> str:
        return head.at(*points, depth=-0.5)

    shape = (
        f"M{at((c, head.top - 7))}C{at((c + 0.6 * x, head.top - 7), (c + x, head.top + 10), (c + x, 54))}"
        f"C{at((c + x, 76), (c + x + 5 * full, 92), (c + x + 1, end))}C{at((c + x - 10, end + 3), (c + 20, end + 2), (c + 14, end - 1))}"
        f"L{at((c - 14, end - 1))}C{at((c - 20, end + 2), (c - x + 10, end + 3), (c - x - 1, end))}"
        f"C{at((c - x - 5 * full, 92), (c - x, 76), (c - x, 54))}C{at((c - x, head.top + 10), (c - 0.6 * x, head.top - 7), (c, head.top - 7))}Z"
    )
    return f'<path d="{shape}" fill="{tones.hair.shade}"/>'


def _long_half(head: Head, spec: AvatarSpec, out: int) -> str:
    """One side of the hair from the parting over the temple, past the ear, down to the ends."""
    full, end = 1 + 0.3 * spec.hair.volume, head.rest_chin + 13 + 9 * spec.hair.length
    x, c, line, corner = head.half + 6 * full, CENTRE, head.hairline, head.hairline_corner
    part = 5.0 * {"left": 1, "right": -1, "middle": 0}[spec.hair.parting]

    def p(px: float, py: float) -> tuple[float, float]:
        return c + out * px, py

    s = out * part
    return (
        f"M{head.at(p(s, head.top - 7))}C{head.at(p(0.6 * x, head.top - 7), p(x, head.top + 10), p(x, 54))}"
        f"C{head.at(p(x, 76), p(x + 5 * full, 92), p(x + 1, end))}C{head.at(p(x - 5, end + 2), p(x - 8, end), p(x - 9, end - 3))}"
        f"C{head.at(p(x - 4, 96), p(x - 6, 82), p(head.half - 2.4, 70))}C{head.at(p(head.half - 3.6, 60), p(head.half - 4, corner + 6), p(head.half - 9, corner - 1))}"
        f"C{head.at(p(head.half - 15, line + 4), p(s + 7, line + 1), p(s, line - 4))}Z"
    )


def _long_front(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    svg = "".join(f'<path d="{_long_half(head, spec, out)}" fill="{tones.hair.base}"/>' for out in (-1, 1))
    if head.bold:
        return svg
    c, x = CENTRE, head.half + 6
    strands = "".join(
        f"M{head.at((c + out * (x - 3.2), 52))}C{head.at((c + out * (x - 3), 74), (c + out * (x + 0.6), 90), (c + out * (x - 2.5), head.rest_chin + 6))}"
        for out in (-1, 1)
    )
    shine = f"M{head.at((c - 31, head.top + 18))}C{head.at((c - 26, head.top + 6), (c - 17, head.top), (c - 9, head.top - 1.5))}"
    return (
        f'{svg}<path d="{strands}" fill="none" stroke="{tones.hair.shade}" stroke-width="1.2" stroke-linecap="round"/>'
        f'<path d="{shine}" fill="none" stroke="{tones.hair.light}" stroke-width="2.8" stroke-linecap="round"/>'
    )


def _long_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _long_half(head, spec, -1) + _long_half(head, spec, 1)


HAIR.add(HairPart(name="bald", words="a bald head", length=0, form="-", reach=Reach(top=2, side=6)))
HAIR.add(HairPart(name="short", words="short {colour} hair", on=_short, shadow=_short_shadow))
HAIR.add(
    HairPart(
        name="afro", words="a {colour} afro", form="K", length=3, behind=_afro_behind, on=_afro, shadow=_afro_shadow,
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
