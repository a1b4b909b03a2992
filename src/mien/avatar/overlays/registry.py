"""What an overlay is: what no face muscle makes, drawn once for the plain face and fitted to any person's.

An overlay draws in the plain face's coordinates: the disc is centred on (64, 64) with radius 57, the eyes lie at
(42.5, 59) and (85.5, 59), the mouth at (64, 91) from x = 44 to 84, the chin at (64, 121). On a person the engine moves
and scales it so that its `area` lies where that part of the person's face is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Ramp, Tones

Area: TypeAlias = Literal["eyes", "mouth", "chin", "around"]
Layer: TypeAlias = Literal["skin", "face", "front"]

#: (uid, skin) -> SVG elements. `uid` prefixes every id; the gradient "<uid>w" is there for water. `skin`: of hands.
Draw: TypeAlias = "Callable[[str, Ramp], str]"

#: (head, tones, uid) -> SVG elements, for an overlay that is to be drawn otherwise on a person.
PersonDraw: TypeAlias = "Callable[[Head, Tones, str], str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A drawing on, before or around a face."""

    name: str  #: lower case, words joined by underscores
    draw: Draw
    area: Area = "eyes"  #: what it moves with; eyes fits everything from the brows to the cheeks
    layer: Layer = "face"  #: skin: under eyes and mouth; face: over them, under hair and glasses; front: over all
    hides: tuple[str, ...] = ()  #: of "eyes", "mouth", "brows", "glasses", "facial_hair"
    person: PersonDraw | None = None  #: a drawing of its own for people, in the head's coordinates
    skin: tuple[str, str, str, str] | None = None  #: colours the face: light, middle, dark, edge

    def on_plain(self, uid: str, skin: Ramp) -> str:
        return self.draw(uid, skin)

    def on_person(self, head: Head, tones: Tones, uid: str) -> str:
        """The drawing, moved and scaled to a person's face."""
        if self.person is not None:
            return self.person(head, tones, uid)
        svg = self.draw(uid, tones.skin)
        return f'<g transform="{_fit(head, self.area)}">{svg}</g>' if svg else ""


class Overlays(dict[str, Overlay]):
    """Overlays by name; the order is the painting order within a layer."""

    def add(self, overlay: Overlay) -> Overlay:
        if overlay.name in self:
            raise ValueError(f"an overlay named {overlay.name!r} is already there")
        self[overlay.name] = overlay
        return overlay


OVERLAYS = Overlays()


def _fit(head: Head, area: Area) -> str:
    if area == "eyes":
        scale, plain, here = head.eye_x / 21.5, 59.0, (CENTRE, head.eye_y)
    elif area == "mouth":
        scale, plain, here = head.mouth_half / 17.5, 91.0, (CENTRE, head.mouth_y)
    elif area == "chin":
        scale, plain, here = head.half / 50, 121.0, (CENTRE, head.rest_chin + 1)
    else:
        low, high = head.rest_chin + 2, head.top - 6
        scale, plain, here = (low - high) / 114, 64.0, (CENTRE, (low + high) / 2)
    x, y = here if area == "around" else head.warp(here)
    return f"matrix({n(scale)} 0 0 {n(scale)} {n(x - CENTRE * scale)} {n(y - plain * scale)})"
