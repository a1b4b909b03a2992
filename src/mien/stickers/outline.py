"""The die-cut look: a white edge around the whole figure, and a hair line around that, as vector shapes.

White alone would be lost on a light chat, so a faint dark line closes it. WhatsApp asks for a white stroke of 8 pixels
at 512 (its guide to art); Telegram's and Signal's packs do the same by habit.
"""

from __future__ import annotations

import re

import pathops

from mien.avatar.shapes import CANVAS, n
from mien.stickers.vector import Gradient, NotFlat, Shape, clipped, shapes, stroked, union

#: Canvas units (a 128th of the side): the white edge, and the line that closes it.
EDGE = 2.6
HAIR = 0.45
HAIR_COLOUR, HAIR_OPACITY = "#1b1f27", 0.26
#: Room around the canvas for the edge.
ROOM = EDGE + HAIR + 0.35
#: What is fainter than this makes no edge: fog, glows, shadows.
SEEN_FROM = 0.45
#: A gap narrower than this between two parts is closed rather than edged twice.
CLOSED_GAP = 1.6


def silhouette(drawn: list[Shape]) -> pathops.Path:
    """The area that a drawing covers plainly, within the canvas, narrow gaps closed."""
    areas = [
        stroked(shape.path, shape.stroke, shape.cap, shape.join) if shape.stroke else shape.path
        for shape in drawn
        if _strength(shape) >= SEEN_FROM
    ]
    if not areas:
        return pathops.Path()
    canvas = pathops.Path()
    canvas.moveTo(0, 0)
    for x, y in ((CANVAS, 0), (CANVAS, CANVAS), (0, CANVAS)):
        canvas.lineTo(x, y)
    canvas.close()
    return clipped(union(areas), (canvas,))


def _strength(shape: Shape) -> float:
    if isinstance(shape.paint, Gradient):
        return shape.opacity * min(stop.opacity for stop in shape.paint.stops)
    return shape.opacity


def edged(svg: str) -> str:
    """A drawing with the die-cut edge; as it is where nothing can be told of its shape.

    The picture shows `ROOM` more on each side, so the figure is drawn a little smaller.
    """
    try:
        area = silhouette(shapes(svg))
    except NotFlat:
        return svg
    if not len(area):
        return svg
    data = path_data(area)
    line = (
        f'<path d="{data}" fill="none" stroke="{HAIR_COLOUR}" stroke-opacity="{HAIR_OPACITY}" '
        f'stroke-width="{n(2 * (EDGE + HAIR))}" stroke-linejoin="round"/>'
        f'<path d="{data}" fill="#fff" stroke="#fff" stroke-width="{n(2 * EDGE)}" stroke-linejoin="round"/>'
    )
    head, body = svg.split("</desc>", 1)
    wider = f'viewBox="{n(-ROOM)} {n(-ROOM)} {n(CANVAS + 2 * ROOM)} {n(CANVAS + 2 * ROOM)}"'
    inner = body.removesuffix("</svg>")
    # What reaches beyond the canvas stays cut off there, as it is without an edge.
    frame = f'<clipPath id="canvas"><path d="M0 0h{n(CANVAS)}v{n(CANVAS)}H0Z"/></clipPath>'
    head = re.sub(r'viewBox="[^"]*"', wider, head, count=1)
    return f'{head}</desc>{frame}{line}<g clip-path="url(#canvas)">{inner}</g></svg>'


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
