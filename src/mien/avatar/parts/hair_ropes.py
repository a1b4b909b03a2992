"""Braids, locs, twists and plaits."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from mien.avatar.palette import lch, mixed
from mien.avatar.parts.hair_path import Writer, sampled, spaced
from mien.avatar.shapes import Point, mix, n

if TYPE_CHECKING:
    from mien.avatar.palette import Tones
    from mien.avatar.parts.hair_comb import Comb
    from mien.avatar.parts.hair_cut import Ropes

DARK = 0.335  #: lightness of hair that gets no darker towards the lower right, and edges of light


def line(d: str, colour: str, width: float, opacity: float = 1.0) -> str:
    """A stroke with round ends; nothing for an empty path."""
    if not d:
        return ""
    clear = "" if opacity >= 1 else f' stroke-opacity="{n(opacity)}"'
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-linecap="round"{clear}/>'


def strings(ropes: Ropes, comb: Comb, tones: Tones, paint: str, key: str) -> str:
    """Ropes as strings of beads; every second one lies on top of its neighbours. paint: of the beads. key: for ids."""
    hair, w, svg = tones.hair, ropes.width, []
    # Flat beads: a gradient along hundreds of them costs a fifth of the picture. Those on top catch more light.
    tops, body = (hair.base, mixed(hair.base, hair.light, 0.6)), hair.shade
    if ropes.far:
        tops, body = (hair.shade, hair.shade), hair.deep
    dark = lch(hair.base).l < DARK
    for start in (0, 1):
        d = "".join(comb.path(points, closed=False) for points in ropes.lines[start::2])
        if not d:
            continue
        if comb.head.bold:
            svg.append((line(d, hair.rim, w + 0.8) if dark else "") + line(d, paint, w))
            continue
        use = f'<use href="#{key}{start}" stroke'
        rim = f'{use}="{hair.rim}" stroke-width="{n(w + 0.8)}" transform="translate(1.2 .1)"/>' if dark else ""
        edge = f'{use}="{hair.deep}" stroke-width="{n(w + 0.7)}" transform="translate(.5 .4)"/>'
        if ropes.far:  # what hangs behind is dark enough without an edge of its own
            rim = edge = ""
        dyed = tones.streak.base if tones.streak != hair and start and not ropes.far else tops[start]
        svg.append(
            f'<g fill="none" stroke-linecap="round"><path id="{key}{start}" d="{d}"/>{rim}{edge}'
            f'{use}="{body}" stroke-width="{n(w)}"/>'
            f'{use}="{dyed}" stroke-width="{n(w * 0.92)}" stroke-dasharray="0 {n(ropes.bead * w)}"/></g>'
        )
    return "".join(svg)


def plaits(ropes: Ropes, comb: Comb, tones: Tones, paint: str, key: str) -> str:
    """Three strands, woven: leaves that cross the middle from the left and from the right in turn."""
    hair, w, leaves, core = tones.hair, ropes.width, "", ""
    for points in ropes.lines:
        core += comb.path(points, closed=False)
        curve = sampled([cubic for cubics, _ in comb.pieces(points, False) for cubic in cubics])
        leaves += "".join(_leaves(curve, w, ropes.bead * w))
    dark = lch(hair.base).l < DARK
    if comb.head.bold:
        return (line(core, hair.rim, w * 0.86 + 1) if dark else "") + line(core, paint, w * 0.86)
    rim = f'<path d="{leaves}" fill="{hair.rim}" transform="translate(1 .2)"/>' if dark else ""
    edge = f'stroke="{hair.deep}" stroke-width=".9" stroke-linejoin="round"'
    return f'{line(core, hair.deep, 0.62 * w)}{rim}<path d="{leaves}" fill="{paint}" {edge}/>'


def _leaves(line: list[Point], width: float, step: float) -> list[str]:
    """The leaves of a plait along a line of points, each `step` long, from its beginning on."""
    total = sum(math.dist(a, b) for a, b in itertools.pairwise(line))
    count = max(2, round(2 * total / step) - 2)
    gap = total / (count + 2)
    marks = spaced(line, [i * gap for i in range(count + 3)])
    marks += [line[-1]] * (count + 3 - len(marks))
    leaves = []
    for i in range(count):
        (x0, y0), (x1, y1), thin = marks[i], marks[i + 3 if i + 3 < len(marks) else -1], 1 - 0.25 * i / count
        length = math.dist((x0, y0), (x1, y1)) or 1.0
        tx, ty, side = (x1 - x0) / length, (y1 - y0) / length, (1 if i % 2 else -1) * width * thin
        nx, ny = -ty * side, tx * side
        start, end = (x0 + 0.3 * nx, y0 + 0.3 * ny), (x1 - 0.08 * nx, y1 - 0.08 * ny)
        outer = (mix(x0, x1, 0.5) + 0.92 * nx, mix(y0, y1, 0.5) + 0.92 * ny)
        inner = (mix(x0, x1, 0.3) - 0.24 * nx, mix(y0, y1, 0.3) - 0.24 * ny)
        leaves.append(Writer(start).bow(outer, end).bow(inner, start).d)
    return leaves
