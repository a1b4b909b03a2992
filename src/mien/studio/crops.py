"""One part of a drawing, seen from near: for pickers, where a whole head hides what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mien.avatar.framing import extent, frame
from mien.avatar.head import build_head
from mien.avatar.shapes import CANVAS, CENTRE, Pull

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.spec import AvatarSpec

_WHOLE = f'viewBox="0 0 {CANVAS:g} {CANVAS:g}"'


class Place(NamedTuple):
    """A square in canvas units."""

    x: float  #: of its middle
    y: float
    side: float


def place_of(part: str, head: Head) -> Place:
    """Where a part of a head lies before it is fitted into the canvas."""
    eyes = head.eye_x + head.eye_half_width
    places = {
        "eyes": Place(CENTRE, head.eye_y - 2, 2.25 * eyes),
        "brows": Place(CENTRE, (head.brow_y + head.eye_y) / 2, 2.25 * eyes),
        "nose": Place(CENTRE, head.nose_y - 8, 40.0),
        "mouth": Place(CENTRE, head.mouth_y, 44.0),
        "ears": Place(CENTRE, (head.ear_top + head.ear_bottom) / 2, 2.1 * (head.half + head.ear_out)),
        "face": Place(CENTRE, (head.hairline + head.rest_chin) / 2, 1.15 * (head.rest_chin - head.hairline)),
        "hair": Place(CENTRE, (head.top + head.eye_y) / 2, 2.4 * head.half),
    }
    return places[part]


def cropped(svg: str, spec: AvatarSpec, part: str) -> str:
    """The drawing of a spec, straight ahead, with nothing but a part of it in view."""
    head = build_head(spec, Pull({}), None)
    matrix = frame(spec, head, extent(spec, head)).removeprefix("matrix(").removesuffix(")").split()
    scale, _, _, _, right, down = map(float, matrix)
    x, y, side = place_of(part, head)
    side *= scale
    left, top = scale * x + right - side / 2, scale * y + down - side / 2
    return svg.replace(_WHOLE, f'viewBox="{left:.2f} {top:.2f} {side:.2f} {side:.2f}"', 1)
