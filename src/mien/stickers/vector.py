"""A drawing of ours as a flat list of painted shapes: groups, uses, transforms and clips resolved.

Sticker outlines and Lottie need plain shapes: Telegram's player knows no clips. What SVG we read is what
`mien.avatar` writes, nothing more (paths, circles, ellipses, rectangles, groups, uses, gradients, clips).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import pathops

from mien.stickers.areas import clipped, stroked, union
from mien.stickers.path_data import append_path

Matrix = tuple[float, float, float, float, float, float]  #: a b c d e f of SVG's matrix()
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_INHERITED = ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray",
              "fill-opacity", "stroke-opacity", "fill-rule", "clip-rule", "paint-order")  # fmt: skip
_SHAPES = ("path", "circle", "ellipse", "rect")


class NotFlat(ValueError):
    """A drawing that no list of shapes can stand for: it has a mask."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One colour of a gradient."""

    offset: float  #: 0..1
    colour: str  #: "#rrggbb"
    opacity: float


@dataclass(frozen=True, slots=True)
class Gradient:
    """A linear or radial gradient in canvas units."""

    radial: bool
    start: tuple[float, float]  #: of a radial one, its centre
    end: tuple[float, float]  #: of a radial one, a point on its rim
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A path with one paint, in canvas units (128 x 128)."""

    path: pathops.Path
    paint: str | Gradient  #: "#rrggbb" or a gradient
    opacity: float  #: 0..1
    stroke: float = 0.0  #: width of the line; 0 for a filled shape
    cap: str = "butt"
    join: str = "miter"


@dataclass(frozen=True, slots=True)
class _State:
    attributes: Mapping[str, str]
    matrix: Matrix = IDENTITY
    opacity: float = 1.0
    clips: tuple[pathops.Path, ...] = ()


def shapes(svg: str) -> list[Shape]:
    """All that a drawing paints, from back to front. Raises `NotFlat` for one with a mask."""
    return list(_Reader(ElementTree.fromstring(svg)).read())


def multiply(m: Matrix, k: Matrix) -> Matrix:
    """The matrix that applies `k` first, then `m`."""
    a, b, c, d, e, f = m
    g, h, i, j, x, y = k
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * x + c * y + e, b * x + d * y + f)


def parse_transform(text: str) -> Matrix:
    """SVG's transform attribute: translate, scale, rotate, matrix and skew, one after the other."""
    matrix = IDENTITY
    for name, inner in re.findall(r"(\w+)\(([^)]*)\)", text):
        v = [float(x) for x in re.split(r"[\s,]+", inner.strip())]
        if name == "rotate":
            angle, (x, y) = math.radians(v[0]), (v[1:3] if len(v) == 3 else (0.0, 0.0))
            cos, sin = math.cos(angle), math.sin(angle)
            step = multiply((cos, sin, -sin, cos, x, y), (1.0, 0.0, 0.0, 1.0, -x, -y))
        elif name == "translate":
            step = (1.0, 0.0, 0.0, 1.0, v[0], v[1] if len(v) > 1 else 0.0)
        elif name == "scale":
            step = (v[0], 0.0, 0.0, v[1] if len(v) > 1 else v[0], 0.0, 0.0)
        else:
            step = (v[0], v[1], v[2], v[3], v[4], v[5])
        matrix = multiply(matrix, step)
    return matrix


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _reference(text: str) -> str:
    return text.strip().removeprefix("url(").removesuffix(")").removeprefix("#")


class _Reader:
    def __init__(self, root: ElementTree.Element) -> None:
        self.root = root
        self.named = {name: e for e in root.iter() if (name := e.get("id"))}

    def read(self) -> Iterator[Shape]:
        yield from self._children(self.root, _State({}))

    def _children(self, element: ElementTree.Element, state: _State) -> Iterator[Shape]:
        for child in element:
            yield from self._element(child, state)

    def _element(self, e: ElementTree.Element, state: _State) -> Iterator[Shape]:
        tag = _tag(e)
        if tag not in (*_SHAPES, "g", "use"):
            return
        if e.get("mask"):
            raise NotFlat("the drawing has a mask")
        state = self._inside(e, state)
        if tag == "use":
            target = self.named[_reference(e.get("href", ""))]
            offset: Matrix = (1.0, 0.0, 0.0, 1.0, float(e.get("x", 0)), float(e.get("y", 0)))
            yield from self._element(target, replace(state, matrix=multiply(state.matrix, offset)))
        elif tag == "g":
            yield from self._children(e, state)
        else:
            yield from self._painted(outline_of(e), state)

    def _inside(self, e: ElementTree.Element, state: _State) -> _State:
        own = {name: value for name in _INHERITED if (value := e.get(name)) is not None}
        matrix = multiply(state.matrix, parse_transform(e.get("transform", "")))
        clips = state.clips
        if clip := e.get("clip-path"):
            clips = (*clips, self._clip(self.named[_reference(clip)], matrix))
        return _State({**state.attributes, **own}, matrix, state.opacity * float(e.get("opacity", 1)), clips)

    def _clip(self, e: ElementTree.Element, matrix: Matrix) -> pathops.Path:
        """The area of a clipPath, in canvas units."""
        areas = []
        for child in e:
            node = self.named[_reference(child.get("href", ""))] if _tag(child) == "use" else child
            path = outline_of(node)
            if node.get("clip-rule") == "evenodd":
                path.fillType = pathops.FillType.EVEN_ODD
            own = multiply(matrix, parse_transform(node.get("transform", "")))
            if node is not child:
                own = multiply(multiply(matrix, parse_transform(child.get("transform", ""))), own)
            areas.append(path.transform(*own))
        return areas[0] if len(areas) == 1 else union(areas)

    def _painted(self, path: pathops.Path, state: _State) -> Iterator[Shape]:
        a, scale = (
            state.attributes,
            math.sqrt(abs(state.matrix[0] * state.matrix[3] - state.matrix[1] * state.matrix[2])),
        )
        fill, stroke = a.get("fill", "#000"), a.get("stroke", "none")
        if a.get("fill-rule") == "evenodd":
            path.fillType = pathops.FillType.EVEN_ODD
        painted = []
        if fill != "none":
            opacity = state.opacity * float(a.get("fill-opacity", 1))
            placed = clipped(path.transform(*state.matrix), state.clips)
            painted.append(Shape(placed, self._paint(fill, path, state.matrix), opacity))
        if stroke != "none" and (width := float(a.get("stroke-width", 1))) > 0:
            painted.append(self._line(path, self._paint(stroke, path, state.matrix), width, scale, state))
        if a.get("paint-order") == "stroke":
            painted.reverse()
        yield from (shape for shape in painted if shape.opacity > 0.004 and len(shape.path))

    def _line(self, path: pathops.Path, paint: str | Gradient, width: float, scale: float, state: _State) -> Shape:
        a = state.attributes
        opacity = state.opacity * float(a.get("stroke-opacity", 1))
        cap, join = a.get("stroke-linecap", "butt"), a.get("stroke-linejoin", "miter")
        dashes = [float(v) for v in re.split(r"[\s,]+", a["stroke-dasharray"])] if "stroke-dasharray" in a else []
        if not state.clips and not dashes:
            return Shape(path.transform(*state.matrix), paint, opacity, width * scale, cap, join)
        area = stroked(path, width, cap, join, dashes).transform(*state.matrix)
        return Shape(clipped(area, state.clips), paint, opacity)

    def _paint(self, text: str, path: pathops.Path, matrix: Matrix) -> str | Gradient:
        if not text.startswith("url("):
            return full_colour(text)
        e = self.named[_reference(text)]
        radial, units = _tag(e) == "radialGradient", e.get("gradientUnits", "objectBoundingBox")
        if units == "objectBoundingBox":
            left, top, right, bottom = path.bounds
            width, height = right - left, bottom - top
            if radial:  # Lottie knows circles only; one of the shorter side is never cut off by the shape
                left, top = left + (width - min(width, height)) / 2, top + (height - min(width, height)) / 2
                width = height = min(width, height)
            matrix = multiply(matrix, (width, 0.0, 0.0, height, left, top))
        matrix = multiply(matrix, parse_transform(e.get("gradientTransform", "")))
        at = _numbers(e, {"cx": 0.5, "cy": 0.5, "r": 0.5} if radial else {"x1": 0.0, "y1": 0.0, "x2": 1.0, "y2": 0.0})
        if radial:
            start, end = (at["cx"], at["cy"]), (at["cx"] + at["r"], at["cy"])
        else:
            start, end = (at["x1"], at["y1"]), (at["x2"], at["y2"])
        stops = tuple(
            Stop(float(s.get("offset", 0)), full_colour(s.get("stop-color", "#000")), float(s.get("stop-opacity", 1)))
            for s in e
        )
        return Gradient(radial, moved(start, matrix), moved(end, matrix), stops)


def _numbers(e: ElementTree.Element, defaults: Mapping[str, float]) -> dict[str, float]:
    return {name: float(e.get(name, default)) for name, default in defaults.items()}


def moved(point: tuple[float, float], m: Matrix) -> tuple[float, float]:
    x, y = point
    return (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])


def full_colour(text: str) -> str:
    """ "#abc" and "white" as "#aabbcc" and "#ffffff"."""
    text = {"white": "#ffffff", "black": "#000000"}.get(text, text)
    return "#" + "".join(c * 2 for c in text[1:]) if len(text) == 4 else text


def outline_of(e: ElementTree.Element) -> pathops.Path:
    """The outline of a path, circle, ellipse or rectangle in its own units."""
    path, tag = pathops.Path(), _tag(e)
    if tag == "path":
        append_path(path, e.get("d", ""))
        return path
    if tag == "rect":
        at = _numbers(e, {"x": 0.0, "y": 0.0, "width": 0.0, "height": 0.0})
        radius = min(float(e.get("rx", e.get("ry", 0))), at["width"] / 2, at["height"] / 2)
        append_path(path, _rounded(at["x"], at["y"], at["width"], at["height"], radius))
        return path
    x, y = float(e.get("cx", 0)), float(e.get("cy", 0))
    rx = float(e.get("rx", e.get("r", 0)))
    ry = float(e.get("ry", e.get("r", 0)))
    _ellipse(path, x, y, rx, ry)
    return path


def _ellipse(path: pathops.Path, x: float, y: float, rx: float, ry: float) -> None:
    """Four cubic arcs: the usual approximation, 0.03 % off."""
    k = 0.5522847498
    path.moveTo(x + rx, y)
    for px, py in ((0, 1), (-1, 0), (0, -1), (1, 0)):
        qx, qy = py, -px  # the quarter before
        path.cubicTo(
            x + rx * (qx + k * px), y + ry * (qy + k * py), x + rx * (px + k * qx), y + ry * (py + k * qy),
            x + rx * px, y + ry * py,
        )  # fmt: skip
    path.close()


def _rounded(x: float, y: float, w: float, h: float, r: float) -> str:
    if r <= 0:
        return f"M{x} {y}h{w}v{h}h{-w}Z"
    arc = f"a{r} {r} 0 0 1"
    return (f"M{x + r} {y}h{w - 2 * r}{arc} {r} {r}v{h - 2 * r}{arc} {-r} {r}h{2 * r - w}{arc} {-r} {-r}"
            f"v{2 * r - h}{arc} {r} {-r}Z")  # fmt: skip
