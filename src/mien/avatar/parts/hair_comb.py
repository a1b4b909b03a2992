"""Geometry of hair: outlines drawn once, on the mean head, and carried over to any head, hairline and fullness.

Design coordinates: x from the middle, + to the side of the parting; y the canvas's. On the mean head the crown is at
y = 17, the hairline at 31 (41 at the temples), the eyes at 66, the tops of the ears at 64 and the chin at 105; the head
is 38 wide to each side at the temples.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from mien.avatar.palette import person_tones
from mien.avatar.parts.hair_path import Cubic, Writer, curls, through
from mien.avatar.parts.registry import HEADWEAR
from mien.avatar.shapes import CENTRE, Point, clamp, mix

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.spec import AvatarSpec

#: Points in design coordinates. (x, y): the outline runs smoothly through it; (x, y, 0): it has a corner there;
#: (x, y, 0, b): a corner, and the way to the next corner bows outwards by a share b of its length, inwards if negative;
#: (x, y, c): from here on it is made of curls c units wide; (x, y, 1): from here on it is smooth again.
Outline: TypeAlias = tuple[tuple[float, ...], ...]

#: Strands: a width, then three points that the strand runs through, or the two ends and two handles of an S, in the
#: order of a cubic.
Strands: TypeAlias = tuple[tuple[float, ...], ...]

_HALF, _CROWN, _LOW, _CHIN = 38.2, 17.0, 52.0, 105.5  # the mean head
FULLER = 0.55  #: how much further a volume of 1 makes hair stand off the skull
LONGER = 0.34  #: how much longer a length of 1 makes hair below `_NAPE`
_LIFT = 0.4  #: how much higher a length of 1 makes the top of short hair
_NAPE = 86.0


def smooth(x: float, low: float, high: float) -> float:
    """0 below low, 1 above high, an even S between."""
    t = clamp((x - low) / (high - low))
    return t * t * (3 - 2 * t)


def outline(text: str) -> Outline:
    """Points from their short notation: "x,y" smooth, "x,y!" a corner, "x,y!b" a corner with a bow, "x,y~c" curls.

    >>> outline("-3,7 2,1! 4,5!.2 9,9~6")
    ((-3.0, 7.0), (2.0, 1.0, 0.0), (4.0, 5.0, 0.0, 0.2), (9.0, 9.0, 6.0))
    """
    points: list[tuple[float, ...]] = []
    for word in text.split():
        place, corner, bow = word.partition("!")
        place, _, curl = place.partition("~")
        x, y = place.split(",")
        extra = ([0.0] if corner else []) + [float(v) for v in (bow, curl) if v]
        points.append((float(x), float(y), *extra))
    return tuple(points)


def strands(text: str) -> Strands:
    """Strands from their short notation, "width x,y x,y x,y; ...".

    >>> strands("1.2 0,1 2,3 4,5")
    ((1.2, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0),)
    """
    return tuple(tuple(float(v) for v in strand.replace(",", " ").split()) for strand in text.split(";"))


class Comb:
    """Carries design coordinates over to one head."""

    def __init__(
        self, head: Head, spec: AvatarSpec, *,
        out: int = 1, depth: float = 1.0, short: bool = False, parting: float | None = None, hairline: bool = True,
    ) -> None:  # fmt: skip
        """out: -1 mirrors. depth: as for `Head.warp`. short: `hair.length` raises the top. parting: x of the parting,
        which moves to the middle where the spec asks for it. hairline: follow `hair.hairline`."""
        self.head, self.out, self.depth = head, out, depth
        self.volume = spec.hair.volume
        self.longer = 1 + LONGER * spec.hair.length
        self.lift = _LIFT * spec.hair.length if short else 0.0
        self.middle = parting if parting is not None and spec.hair.parting == "middle" else 0.0
        self.pressed = pressed(head, spec)
        self.recede = hairline

    # --- from the mean head to this one -------------------------------------------------------------------------

    def _height(self, y: float) -> float:
        head = self.head
        if y < _LOW:
            return _LOW - (_LOW - y) * (_LOW - head.top) / (_LOW - _CROWN)
        if y < _CHIN:
            return _LOW + (y - _LOW) * (head.rest_chin - _LOW) / (_CHIN - _LOW)
        return y + head.rest_chin - _CHIN

    def _fuller(self, x: float, y: float) -> Point:
        u, v = x / _HALF, min((y - 55) / 38, 0.0)
        r = math.hypot(u, v)
        if r <= 1:
            return x, y
        grow = 1 + FULLER * self.volume + self.lift * smooth(-v, 0.3, 0.8)
        if self.pressed:  # a hat holds the hair down
            grow = min(grow, 1.2) * mix(0.35, 1.0, smooth(y, 44, 74))
        k = (1 + (r - 1) * max(grow, 0.25)) / r
        return x * k, 55 + (y - 55) * k if y < 55 else y

    def _skull(self, x: float) -> float:
        """y of the head's outline over x, and a little below it."""
        crown, low = self.head.top, self.head.temple_y
        return low - (low - crown) * float((1 - min(abs(x) / _HALF, 1.0) ** 2.2) ** 0.4545) + 2.0

    def place(self, x: float, y: float) -> Point:
        """A design point on this head, straight ahead, in canvas units."""
        head, side = self.head, abs(x) / _HALF
        if self.middle:
            x -= self.middle * clamp(1 - (x / 40) ** 2) * smooth(-y, -52, -24)
        above = 0.0
        if self.recede and y < 54 and side < 1:
            weight = smooth(y, 18, 29) * (1 - smooth(y, 43, 54)) * (1 - smooth(side, 0.84, 1.0))
            corner = smooth(side, 0.35, 0.75)
            above = weight * mix(head.hairline - self._height(31), head.hairline_corner - self._height(41), corner)
        bare = y
        x, y = self._fuller(x, y)
        if above < 0:  # a hairline that goes back stays on the skull
            above = max(self._height(bare) + above, min(self._height(bare), self._skull(x))) - self._height(y)
        if y > _NAPE:
            y = _NAPE + (y - _NAPE) * self.longer
        wide = x * head.half / _HALF if abs(x) < _HALF else x + math.copysign(1.0, x) * (head.half - _HALF)
        return CENTRE + self.out * wide, self._height(y) + above

    def at(self, x: float, y: float) -> Point:
        """The same, turned with the head."""
        return self.head.warp(self.place(x, y), self.depth)

    # --- paths --------------------------------------------------------------------------------------------------

    def path(self, points: Outline, *, closed: bool = True) -> str:
        """Path data of an outline."""
        pieces = self.pieces(points, closed)
        writer = Writer(pieces[0][0][0][0])
        ring = [p for cubics, _ in pieces for cubic in cubics for p in (cubic[0], cubic[3])]
        sweep = int(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) > 0)
        for cubics, curl in pieces:
            if curl <= 1:
                for cubic in cubics:
                    writer.cubic(cubic)
            else:
                for point in curls(cubics, curl):
                    writer.bump(point, sweep)
        return writer.d + ("z" if closed else "")

    def pieces(self, points: Outline, closed: bool) -> list[tuple[list[Cubic], float]]:
        """The outline as cubics, in runs of one curl: (cubics, curl); a curl of 1 is smooth."""
        bows = [p[3] * self.out if len(p) > 3 else 0.0 for p in points]
        corners = [len(p) > 2 and p[2] == 0 for p in points]
        cubics = through([self.at(p[0], p[1]) for p in points], corners, bows, closed)
        runs: list[tuple[list[Cubic], float]] = []
        curl = 1.0
        for point, cubic in zip(points, cubics, strict=False):
            wanted = point[2] if len(point) > 2 and point[2] > 0 else curl
            if not runs or wanted != curl:
                runs.append(([], wanted))
                curl = wanted
            runs[-1][0].append(cubic)
        return runs

    def blade(self, points: tuple[float, ...]) -> str:
        """A strand that thins to both ends; see `Strands`."""
        width, xy = points[0], [self.at(*points[i : i + 2]) for i in range(1, len(points), 2)]
        (x0, y0), (x1, y1) = xy[0], xy[-1]
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        nx, ny = -(y1 - y0) / length * width, (x1 - x0) / length * width
        if len(xy) == 3:
            mx, my = 2 * xy[1][0] - (x0 + x1) / 2, 2 * xy[1][1] - (y0 + y1) / 2
            return Writer(xy[0]).bow((mx + nx, my + ny), xy[2]).bow((mx - nx, my - ny), xy[0]).d
        nx, ny = 0.67 * nx, 0.67 * ny
        (ax, ay), (bx, by) = xy[1:3]
        there = (xy[0], (ax + nx, ay + ny), (bx + nx, by + ny), xy[3])
        return Writer(xy[0]).cubic(there).cubic((xy[3], (bx - nx, by - ny), (ax - nx, ay - ny), xy[0])).d


def pressed(head: Head, spec: AvatarSpec) -> bool:
    """Whether headwear holds the hair down: it shows only below the rim."""
    shown = HEADWEAR[spec.headwear.style].hair
    return shown is not None and shown(head, person_tones(spec.skin.colour, spec.hair.colour), spec, "") != ""
