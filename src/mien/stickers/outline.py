"""The die-cut look: a white edge around the whole figure, and a hair line around that, as vector shapes.

White alone would be lost on a light chat, so a faint dark line closes it. WhatsApp asks for a white stroke of 8 pixels
at 512 and 16 pixels of clear margin (its guide to art); Telegram's and Signal's packs do the same by habit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pathops

from mien.avatar.shapes import CANVAS, n
from mien.stickers.areas import clipped, stroked, union
from mien.stickers.vector import Gradient, NotFlat, Shape, shapes

#: Canvas units (a 128th of the side): the white edge, and the line that closes it.
EDGE = 2.4
HAIR = 0.4
HAIR_COLOUR, HAIR_OPACITY = "#1b1f27", 0.28
#: Clear room beyond the edge.
MARGIN = 2.6
#: How much larger than in the canvas a figure is drawn at most, so that no head outgrows the others of its pack.
GROWTH = 1.16
#: A hole of less than this, in square canvas units, is closed.
PINHOLE = 14.0
#: What is fainter than this makes no edge: fog, glows, shadows.
SEEN_FROM = 0.45


@dataclass(frozen=True, slots=True)
class Window:
    """The square of the canvas that a sticker shows."""

    x: float
    y: float
    side: float


WHOLE = Window(0.0, 0.0, CANVAS)


def silhouette(drawn: Sequence[Shape]) -> pathops.Path:
    """The area that a drawing covers plainly, within the canvas."""
    areas = [
        stroked(shape.path, shape.stroke, shape.cap, shape.join) if shape.stroke else shape.path
        for shape in drawn
        if _strength(shape) >= SEEN_FROM
    ]
    return without_pinholes(clipped(union(areas), (canvas(),))) if areas else pathops.Path()


def without_pinholes(area: pathops.Path) -> pathops.Path:
    """Narrow gaps between locks of hair or fingers closed: edged, they would be white specks."""
    runs = list(area.contours)
    small = [run for run in runs if abs(run.area) < PINHOLE]
    large = [run for run in runs if abs(run.area) >= PINHOLE]
    kept = pathops.Path(fillType=area.fillType)
    for run in [*large, *(run for run in small if not any(one.contains(next(iter(run.points))) for one in large))]:
        kept.addPath(run)
    return kept


def canvas() -> pathops.Path:
    path = pathops.Path()
    path.moveTo(0, 0)
    for x, y in ((CANVAS, 0), (CANVAS, CANVAS), (0, CANVAS)):
        path.lineTo(x, y)
    path.close()
    return path


def _strength(shape: Shape) -> float:
    if isinstance(shape.paint, Gradient):
        return shape.opacity * min(stop.opacity for stop in shape.paint.stops)
    return shape.opacity


def window(areas: Sequence[pathops.Path]) -> Window:
    """The square that holds all areas with their edges and margin: the same for all frames, so that nothing jumps."""
    boxes = [area.bounds for area in areas if len(area)]
    if not boxes:
        return WHOLE
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    side = max(right - left, bottom - top) + 2 * (EDGE + HAIR + MARGIN)
    side = max(side, CANVAS / GROWTH)
    return Window((left + right - side) / 2, (top + bottom - side) / 2, side)


def edged(svgs: Sequence[str]) -> list[str]:
    """The frames of a sticker (or its one picture) with the die-cut edge, drawn as large as fits.

    A frame whose shape cannot be told (it has a mask) stays without an edge.
    """
    areas = [_area(svg) for svg in svgs]
    shown = window(areas)
    return [_framed(svg, area, shown) for svg, area in zip(svgs, areas, strict=True)]


def _area(svg: str) -> pathops.Path:
    try:
        return silhouette(shapes(svg))
    except NotFlat:
        return canvas()


def _framed(svg: str, area: pathops.Path, shown: Window) -> str:
    head, body = svg.split("</desc>", 1)
    box = f'viewBox="{n(shown.x)} {n(shown.y)} {n(shown.side)} {n(shown.side)}"'
    head = re.sub(r'viewBox="[^"]*"', box, head, count=1)
    line = ""
    if area != canvas():
        data = path_data(area)
        line = (
            f'<path d="{data}" fill="none" stroke="{HAIR_COLOUR}" stroke-opacity="{HAIR_OPACITY}" '
            f'stroke-width="{n(2 * (EDGE + HAIR))}" stroke-linejoin="round"/>'
            f'<path d="{data}" fill="#fff" stroke="#fff" stroke-width="{n(2 * EDGE)}" stroke-linejoin="round"/>'
        )
    # What reaches beyond the canvas stays cut off there, as it is without an edge.
    frame = f'<clipPath id="canvas"><path d="M0 0h{n(CANVAS)}v{n(CANVAS)}H0Z"/></clipPath>'
    return f'{head}</desc>{frame}{line}<g clip-path="url(#canvas)">{body.removesuffix("</svg>")}</g></svg>'


def path_data(path: pathops.Path) -> str:
    """SVG path data."""
    letters = {"moveTo": "M", "lineTo": "L", "qCurveTo": "Q", "curveTo": "C", "closePath": "Z", "endPath": ""}
    return "".join(
        letters[kind] + " ".join(f"{n(x)} {n(y)}" for x, y in points) for kind, points in drawn_segments(path)
    )


def drawn_segments(path: pathops.Path) -> list[tuple[str, tuple[tuple[float, float], ...]]]:
    """Segments with one control point at most in each quadratic curve; pathops chains several as TrueType does."""
    found = []
    for kind, points in path.segments:
        if kind == "qCurveTo" and len(points) > 2:
            found += [(kind, part) for part in pathops.decompose_quadratic_segment(points)]
        else:
            found.append((kind, tuple(points)))
    return found
