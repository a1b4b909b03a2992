"""Path arithmetic of hair: relative path data, splines, curls along a line."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TypeAlias

from mien.avatar.shapes import Point, mix, n

Cubic: TypeAlias = tuple[Point, Point, Point, Point]
_RHYTHM = (1.0, 0.74, 1.22, 0.86, 1.1)  #: widths of curls beside each other: even bumps look like a biscuit


class Writer:
    """Writes relative path data, to a tenth of a unit: at 1024 pixels that is less than one."""

    def __init__(self, start: Point) -> None:
        self.x, self.y = round(start[0], 1), round(start[1], 1)
        self.d = "M" + _joined((self.x, self.y))

    def _to(self, *points: Point) -> str:
        flat = [round(v, 1) for p in points for v in p]
        text = _joined([v - (self.x, self.y)[i % 2] for i, v in enumerate(flat)])
        self.x, self.y = flat[-2], flat[-1]
        return text

    def cubic(self, cubic: Cubic) -> Writer:
        self.d += "c" + self._to(*cubic[1:])
        return self

    def bow(self, handle: Point, end: Point) -> Writer:
        self.d += "q" + self._to(handle, end)
        return self

    def line(self, end: Point) -> Writer:
        self.d += "l" + self._to(end)
        return self

    def bump(self, end: Point, sweep: int) -> Writer:
        radius = n(round(0.55 * math.hypot(end[0] - self.x, end[1] - self.y), 1))
        self.d += f"a{radius} {radius} 0 0{sweep}{self._to(end)}"
        return self


def _joined(numbers: Sequence[float]) -> str:
    """Numbers as short as path data may write them."""
    text = ""
    for i, value in enumerate(numbers):
        word = n(round(value, 1))
        if word.startswith("0."):
            word = word[1:]
        elif word.startswith("-0."):
            word = "-" + word[2:]
        text += word if i == 0 or word.startswith("-") else " " + word
    return text


def through(points: Sequence[Point], corners: Sequence[bool], bows: Sequence[float], closed: bool) -> list[Cubic]:
    """Cubics through points: tangents lean to the nearer neighbour, so that uneven distances do not overshoot."""
    count, tangents = len(points), []
    for i, (x, y) in enumerate(points):
        if corners[i] or (not closed and i in (0, count - 1)):
            tangents.append((0.0, 0.0))
            continue
        (px, py), (qx, qy) = points[i - 1], points[(i + 1) % count]
        before, after = math.hypot(x - px, y - py) or 1e-6, math.hypot(qx - x, qy - y) or 1e-6
        tx = (x - px) / before * after + (qx - x) / after * before
        ty = (y - py) / before * after + (qy - y) / after * before
        length = math.hypot(tx, ty) or 1.0
        tangents.append((tx / length, ty / length))
    cubics = []
    for i in range(count if closed else count - 1):
        j = (i + 1) % count
        (x0, y0), (x1, y1), (ax, ay), (bx, by) = points[i], points[j], tangents[i], tangents[j]
        reach = 0.37 * math.hypot(x1 - x0, y1 - y0)
        first, second = (x0 + ax * reach, y0 + ay * reach), (x1 - bx * reach, y1 - by * reach)
        if (ax, ay) == (0.0, 0.0):
            first = (mix(x0, second[0], 0.6), mix(y0, second[1], 0.6))
        if (bx, by) == (0.0, 0.0):
            second = (mix(x1, first[0], 0.6), mix(y1, first[1], 0.6))
        if bow := bows[i]:
            dx, dy = x1 - x0, y1 - y0
            if corners[i]:
                first = (x0 + 0.3 * dx + 1.3 * bow * dy, y0 + 0.3 * dy - 1.3 * bow * dx)
            if corners[j]:
                second = (x0 + 0.7 * dx + 1.3 * bow * dy, y0 + 0.7 * dy - 1.3 * bow * dx)
        cubics.append((points[i], first, second, points[j]))
    return cubics


def sampled(cubics: Sequence[Cubic], steps: int = 10) -> list[Point]:
    """Points along cubics, the first included."""
    points = [cubics[0][0]]
    for a, b, c, d in cubics:
        for i in range(1, steps + 1):
            t = i / steps
            k = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            points.append((
                k[0] * a[0] + k[1] * b[0] + k[2] * c[0] + k[3] * d[0],
                k[0] * a[1] + k[1] * b[1] + k[2] * c[1] + k[3] * d[1],
            ))  # fmt: skip
    return points


def spaced(points: Sequence[Point], marks: Sequence[float]) -> list[Point]:
    """The points that lie at the given lengths along a line of points."""
    found, walked, i = [], 0.0, 0
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        step = math.hypot(x1 - x0, y1 - y0)
        while i < len(marks) and marks[i] <= walked + step + 1e-9:
            t = (marks[i] - walked) / step if step else 0.0
            found.append((mix(x0, x1, t), mix(y0, y1, t)))
            i += 1
        walked += step
    return found


def curls(cubics: Sequence[Cubic], width: float) -> list[Point]:
    """Where curls of about that width end, the last at the end of the cubics."""
    line = sampled(cubics)
    total = sum(math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(line))
    count = max(1, round(total / width))
    shares = [_RHYTHM[i % len(_RHYTHM)] for i in range(count)]
    marks, walked = [], 0.0
    for share in shares[:-1]:
        walked += total * share / sum(shares)
        marks.append(walked)
    return [*spaced(line, marks), line[-1]]


def holds(ring: Sequence[Point], point: Point) -> bool:
    """Whether a closed line of points goes around a point (even-odd)."""
    x, y, inside = *point, False
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside
