"""SVG path data into pathops paths."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pathops

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: Numbers that each command takes.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """(command, its numbers) one by one; repeated numbers repeat the command."""
    command, numbers, at = "", list[float](), 0
    while found := _TOKEN.search(data, at):
        token, at = found[0], found.end()
        if token.isalpha():
            command, numbers = token, []
            if token in "Zz":
                yield token, []
            continue
        if command in "Aa" and len(numbers) in (3, 4):  # a flag is one digit, and nothing need follow it
            token, at = token[0], found.start() + 1
        numbers.append(float(token))
        if len(numbers) == _TAKES[command.upper()]:
            yield command, numbers
            numbers = []
            command = {"M": "L", "m": "l"}.get(command, command)


def append_path(path: pathops.Path, data: str) -> None:
    """Adds SVG path data to a path; arcs become cubic curves."""
    x = y = start_x = start_y = 0.0
    bend: tuple[float, float] | None = None  # the last control point, which S and T mirror
    bent = "-"
    for command, v in commands(data):
        kind = command.upper()
        if kind == "Z":
            path.close()
            x, y, bent = start_x, start_y, "-"
            continue
        v = _absolute(command, v, x, y)
        same = bend is not None and bent in ("CS" if kind == "S" else "QT")
        mirrored = (2 * x - bend[0], 2 * y - bend[1]) if bend and same else (x, y)
        if kind == "M":
            path.moveTo(*v)
            start_x, start_y = v
        elif kind in "LHV":
            path.lineTo(*v)
        elif kind in "CS":
            v = v if kind == "C" else [*mirrored, *v]
            path.cubicTo(*v)
            bend = (v[2], v[3])
        elif kind in "QT":
            v = v if kind == "Q" else [*mirrored, *v]
            path.quadTo(*v)
            bend = (v[0], v[1])
        else:
            _arc(path, x, y, v)
        x, y, bent = v[-2], v[-1], kind


def _absolute(command: str, v: list[float], x: float, y: float) -> list[float]:
    """The numbers as absolute coordinates; H and V as whole points."""
    kind, relative = command.upper(), command.islower()
    if kind == "H":
        return [v[0] + x * relative, y]
    if kind == "V":
        return [x, v[0] + y * relative]
    if not relative:
        return v
    if kind == "A":
        return [*v[:5], v[5] + x, v[6] + y]
    return [value + (y if i % 2 else x) for i, value in enumerate(v)]


def _arc(path: pathops.Path, x0: float, y0: float, v: list[float]) -> None:
    """An elliptical arc as cubic curves of a quarter turn at most (SVG 1.1, appendix F.6)."""
    rx, ry, turn, large, sweep, x1, y1 = v
    if not (rx and ry) or (x0, y0) == (x1, y1):
        path.lineTo(x1, y1)
        return
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    dx, dy = (x0 - x1) / 2, (y0 - y1) / 2
    px, py = (cos * dx + sin * dy) / rx, (cos * dy - sin * dx) / ry  # on the unit circle's scale
    reach = px * px + py * py
    grow = max(1.0, math.sqrt(reach))
    rx, ry, px, py, reach = rx * grow, ry * grow, px / grow, py / grow, min(reach, 1.0)
    root = math.sqrt(max(0.0, 1 / reach - 1)) * (-1 if bool(large) == bool(sweep) else 1)
    cx, cy = root * py, -root * px
    first = math.atan2(py - cy, px - cx)
    swept = math.atan2(-py - cy, -px - cx) - first
    if sweep and swept < 0:
        swept += 2 * math.pi
    elif not sweep and swept > 0:
        swept -= 2 * math.pi
    steps = max(1, math.ceil(abs(swept) / (math.pi / 2) - 1e-6))
    k = 4 / 3 * math.tan(swept / steps / 4)
    ox, oy = (x0 + x1) / 2, (y0 + y1) / 2

    def placed(ux: float, uy: float) -> tuple[float, float]:
        ux, uy = (ux + cx) * rx, (uy + cy) * ry
        return cos * ux - sin * uy + ox, sin * ux + cos * uy + oy

    for i in range(steps):
        a, b = first + swept * i / steps, first + swept * (i + 1) / steps
        path.cubicTo(
            *placed(math.cos(a) - k * math.sin(a), math.sin(a) + k * math.cos(a)),
            *placed(math.cos(b) + k * math.sin(b), math.sin(b) - k * math.cos(b)),
            *placed(math.cos(b), math.sin(b)),
        )
