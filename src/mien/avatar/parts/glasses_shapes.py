"""Outlines of lenses, in shares of half a lens's width and height: x outwards from its middle, y down."""

from __future__ import annotations

from mien.avatar.shapes import Point

Outline = tuple[Point, ...]  #: a start and cubics; begins at the inner side and runs over the top to the outer side


def rounded(
    inner: float = 0.0, top: float = 0.0, outer: float = 0.0, bottom: float = 0.0,
    corners: tuple[float, float, float, float] = (0.552, 0.552, 0.552, 0.552), wing: float = 1.0,
) -> Outline:  # fmt: skip
    """A closed lens of four cubics between the middles of its sides.

    inner, outer: where the sides lie, up and down; top, bottom: in and out. corners: how square the inner top, outer
    top, outer bottom and inner bottom are: 0.552 is a circle's, 1 a sharp corner. wing: how far the outer side reaches.
    """
    a, b, c, d = corners
    return (
        (-1, inner), (-1, inner + a * (-1 - inner)), (top + a * (-1 - top), -1), (top, -1),
        (top + b * (wing - top), -1), (wing, outer + b * (-1 - outer)), (wing, outer),
        (wing, outer + c * (1 - outer)), (bottom + c * (wing - bottom), 1), (bottom, 1),
        (bottom + d * (-1 - bottom), 1), (-1, inner + d * (1 - inner)), (-1, inner),
    )  # fmt: skip


ROUND = rounded()
OVAL = rounded(corners=(0.6, 0.6, 0.58, 0.58))
SQUARE = rounded(inner=-0.1, outer=-0.1, corners=(0.84, 0.86, 0.8, 0.78))
RECTANGLE = rounded(inner=-0.1, outer=-0.15, corners=(0.86, 0.9, 0.86, 0.84))
WAYFARER = rounded(inner=-0.3, top=0.1, outer=-0.45, bottom=-0.06, corners=(0.82, 0.94, 0.66, 0.66), wing=1.04)
AVIATOR = rounded(inner=-0.5, top=0.05, outer=-0.42, bottom=0.12, corners=(0.74, 0.8, 0.66, 0.52))
BROWLINE = rounded(inner=-0.4, outer=-0.5, corners=(0.82, 0.92, 0.62, 0.62), wing=1.02)
OVERSIZED = rounded(inner=-0.12, top=0.05, outer=-0.2, bottom=0.0, corners=(0.74, 0.8, 0.66, 0.66), wing=1.02)

#: The outer upper corner drawn up to a point.
CAT_EYE: Outline = (
    (-1, -0.05), (-1, -0.62), (-0.7, -0.86), (-0.2, -0.88), (0.3, -0.9), (0.8, -1.02), (1.26, -1.2),
    (1.26, -0.62), (1.12, 1), (0.1, 1), (-0.62, 1), (-1, 0.6), (-1, -0.05),
)  # fmt: skip

HEXAGON: Outline = (
    (-1, 0.0), (-0.93, -0.16), (-0.7, -0.72), (-0.6, -0.9), (-0.42, -1.0), (0.42, -1.0), (0.6, -0.9),
    (0.7, -0.72), (0.93, -0.16), (1, 0.0), (0.93, 0.16), (0.7, 0.78), (0.6, 0.92), (0.42, 1.0), (-0.42, 1.0),
    (-0.6, 0.92), (-0.7, 0.78), (-0.93, 0.16), (-1, 0.0),
)  # fmt: skip

HEART: Outline = (
    (0, -0.55), (0.14, -1.06), (1.12, -1.16), (1.12, -0.3), (1.12, 0.3), (0.5, 0.62), (0, 1.08),
    (-0.5, 0.62), (-1.12, 0.3), (-1.12, -0.3), (-1.12, -1.16), (-0.14, -1.06), (0, -0.55),
)  # fmt: skip
