"""The same shape through the poses of an animation: which shape of one drawing is which of the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import pathops

from mien.stickers.outline import drawn_segments
from mien.stickers.vector import Shape

Point = tuple[float, float]
#: Vertices of a shape that is drawn anew so that it can move smoothly.
RESAMPLED = 28


@dataclass(frozen=True, slots=True)
class Contour:
    """A run of cubic curves as Lottie has it: vertices, and handles relative to them."""

    points: tuple[Point, ...]
    entering: tuple[Point, ...]
    leaving: tuple[Point, ...]
    closed: bool

    @property
    def middle(self) -> Point:
        count = len(self.points)
        return sum(x for x, _ in self.points) / count, sum(y for _, y in self.points) / count


@dataclass(slots=True)
class Track:
    """One shape, pose by pose; None where it is not there."""

    shapes: list[Shape | None]

    @property
    def first(self) -> Shape:
        return next(shape for shape in self.shapes if shape is not None)


def align(poses: Sequence[Sequence[Shape]]) -> list[Track]:
    """Tracks in the order of drawing, from back to front."""
    tracks = [Track([shape]) for shape in poses[0]]
    for number, drawn in enumerate(poses[1:], 1):
        ours, theirs = [_key(track.first) for track in tracks], [_key(shape) for shape in drawn]
        merged: list[Track] = []
        for what, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            old, new = tracks[a:b], list(drawn[c:d])
            alike = len(old) == len(new) and all(_kin(t.first, s) for t, s in zip(old, new, strict=True))
            if what == "equal" or alike:
                for track, shape in zip(old, new, strict=True):
                    track.shapes.append(shape)
                merged += old
                continue
            for track in old:
                track.shapes.append(None)
            merged += [*old, *(Track([None] * number + [shape]) for shape in new)]
        tracks = merged
    return tracks


def _key(shape: Shape) -> tuple[object, ...]:
    paint = shape.paint if isinstance(shape.paint, str) else shape.paint.stops
    return (paint, shape.stroke > 0, shape.cap, shape.path.fillType)


def _kin(one: Shape, two: Shape) -> bool:
    """Whether a change of colour alone can make one of the other."""
    a, b = one.paint, two.paint
    if one.path.fillType != two.path.fillType:
        return False
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and (one.stroke > 0) == (two.stroke > 0)
    return a.radial == b.radial and len(a.stops) == len(b.stops)


def contours(path: pathops.Path) -> list[Contour]:
    """All runs of a path."""
    found, points, entering, leaving = [], list[Point](), list[Point](), list[Point]()

    def end(closed: bool) -> None:
        nonlocal points, entering, leaving
        if closed and len(points) > 1 and math.dist(points[0], points[-1]) < 1e-3:
            entering[0] = entering[-1]
            points, entering, leaving = points[:-1], entering[:-1], leaving[:-1]
        if len(points) > 1:
            found.append(Contour(tuple(points), tuple(entering), tuple(leaving), closed))
        points, entering, leaving = [], [], []

    for kind, p in drawn_segments(path):
        if kind in ("closePath", "endPath"):
            end(kind == "closePath")
            continue
        if kind == "moveTo":
            end(False)
            points, entering, leaving = [p[0]], [(0.0, 0.0)], [(0.0, 0.0)]
            continue
        (x, y), (tx, ty) = points[-1], p[-1]
        first, second = (x, y), (tx, ty)
        if kind == "qCurveTo":
            (qx, qy), _ = p
            first = (x + (qx - x) * 2 / 3, y + (qy - y) * 2 / 3)
            second = (tx + (qx - tx) * 2 / 3, ty + (qy - ty) * 2 / 3)
        elif kind == "curveTo":
            first, second = p[0], p[1]
        leaving[-1] = (first[0] - x, first[1] - y)
        points.append((tx, ty))
        entering.append((second[0] - tx, second[1] - ty))
        leaving.append((0.0, 0.0))
    end(False)
    return found


def alike(one: Sequence[Contour], two: Sequence[Contour]) -> bool:
    """Whether one can move into the other, vertex by vertex."""
    return [(len(c.points), c.closed) for c in one] == [(len(c.points), c.closed) for c in two]


def resampled(contour: Contour, count: int = RESAMPLED, *, alone: bool = True) -> Contour:
    """The same run with `count` vertices at even distances and straight sides, begun at the right of its middle.

    alone: its way round tells nothing of holes, and may be made the same in all poses."""
    dense: list[Point] = []
    pairs = range(len(contour.points) if contour.closed else len(contour.points) - 1)
    for i in pairs:
        j = (i + 1) % len(contour.points)
        a, d = contour.points[i], contour.points[j]
        b = (a[0] + contour.leaving[i][0], a[1] + contour.leaving[i][1])
        c = (d[0] + contour.entering[j][0], d[1] + contour.entering[j][1])
        for step in range(12):
            t = step / 12
            u = 1 - t
            p, q, r, s = u**3, 3 * u * u * t, 3 * u * t * t, t**3  # Bernstein's weights
            dense.append((p * a[0] + q * b[0] + r * c[0] + s * d[0], p * a[1] + q * b[1] + r * c[1] + s * d[1]))
    if not contour.closed:
        return contour
    if alone and sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(dense, [*dense[1:], dense[0]], strict=True)) < 0:
        dense.reverse()
    x, y = contour.middle
    start = min(range(len(dense)), key=lambda i: abs(math.atan2(dense[i][1] - y, dense[i][0] - x)))
    dense = [*dense[start:], *dense[:start]]
    return Contour(tuple(_evenly([*dense, dense[0]], count)), ((0.0, 0.0),) * count, ((0.0, 0.0),) * count, True)


def _evenly(run: list[Point], count: int) -> list[Point]:
    lengths = [0.0]
    for a, b in pairwise(run):
        lengths.append(lengths[-1] + math.dist(a, b))
    found, at = [], 0
    for i in range(count):
        want = lengths[-1] * i / count
        while at < len(run) - 2 and lengths[at + 1] < want:
            at += 1
        gap = lengths[at + 1] - lengths[at]
        t = (want - lengths[at]) / gap if gap else 0.0
        a, b = run[at], run[at + 1]
        found.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    return found
