"""A pen that writes path data in a head's own terms: x from the middle, mirrored at will, turned with the head."""

from __future__ import annotations

from typing import Protocol

from mien.avatar.shapes import CENTRE, Point, n


class Turned(Protocol):
    """What knows where a point of the straight face stands after the turn: a `Head`, or whoever wears an overlay."""

    def at(self, *points: Point, depth: float = 1.0) -> str: ...


class Pen:
    """Builds one `d`. Coordinates come in pairs: x counts from the middle of the face, outwards to `out`'s side; y is
    the canvas's. Every method gives the pen back.

    >>> from mien.avatar.head import mean_head
    >>> Pen(mean_head()).move(0, 30).curve(10, 30, 20, 40, 20, 50).close().d
    'M64 30C74 30 84 40 84 50Z'
    """

    def __init__(self, head: Turned, out: int = 1, depth: float = 1.0) -> None:
        """out: +1 counts x to the picture's right, -1 to its left. depth: see `Head.warp`."""
        self.head, self.out, self.depth = head, out, depth
        self.d = ""

    def _text(self, numbers: tuple[float, ...]) -> str:
        points: list[Point] = [(CENTRE + self.out * numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
        return self.head.at(*points, depth=self.depth)

    def move(self, x: float, y: float) -> Pen:
        self.d += "M" + self._text((x, y))
        return self

    def line(self, *xy: float) -> Pen:
        """Straight through any number of points."""
        self.d += "L" + self._text(xy)
        return self

    def curve(self, *xy: float) -> Pen:
        """Cubics: two handles and an end, any number of times over."""
        self.d += "C" + self._text(xy)
        return self

    def bow(self, *xy: float) -> Pen:
        """Quadratics: one handle and an end, any number of times over."""
        self.d += "Q" + self._text(xy)
        return self

    def chain(self, points: list[Point], *, join: bool = False) -> Pen:
        """A chain of cubics in canvas points, as `Head.side` and `Head.skull` give them. join: the pen is already at
        the first point, or a straight line leads there."""
        self.d += ("L" if join else "M") + self.head.at(points[0], depth=self.depth)
        self.d += "".join(f"C{self.head.at(*points[i : i + 3], depth=self.depth)}" for i in range(1, len(points), 3))
        return self

    def close(self) -> Pen:
        self.d += "Z"
        return self

    def fill(self, colour: str, opacity: float = 1.0) -> str:
        """The path as a filled element."""
        clear = "" if opacity >= 1 else f' fill-opacity="{n(opacity)}"'
        return f'<path d="{self.d}" fill="{colour}"{clear}/>'

    def stroke(self, colour: str, width: float, opacity: float = 1.0) -> str:
        """The path as a stroke with round ends."""
        clear = "" if opacity >= 1 else f' stroke-opacity="{n(opacity)}"'
        return (
            f'<path d="{self.d}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-linecap="round" '
            f'stroke-linejoin="round"{clear}/>'
        )
