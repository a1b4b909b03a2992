"""Where a figure stands in the canvas: how far it reaches, what it turns round, how large it is drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mien.avatar.parts import EARRINGS, EXTRAS, FACIAL_HAIR, HEADWEAR, Reach
from mien.avatar.parts.hair_style import hair_reach
from mien.avatar.shapes import CANVAS, CENTRE, clamp, mix, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.spec import AvatarSpec

NO_REACH = Reach(0, 0, 0)


class Extent(NamedTuple):
    """How far a figure reaches, in canvas units before it is fitted."""

    top: float  #: y
    half: float  #: half the width
    bottom: float  #: y

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _hair_reach(spec: AvatarSpec, head: Head) -> Reach:
    hat = HEADWEAR[spec.headwear.style]
    return hair_reach(head, spec) if hat.hair and hat.covers != "all" else NO_REACH


def peak(spec: AvatarSpec, head: Head) -> float:
    """y of the top of hair and hat."""
    hat = HEADWEAR[spec.headwear.style]
    return head.top - max(0.0 if hat.covers else _hair_reach(spec, head).top, hat.reach.top)


def breadth(spec: AvatarSpec, head: Head) -> float:
    """Half the width with ears, hair and hat."""
    return head.half + max(head.ear_out + 0.5, _hair_reach(spec, head).side, HEADWEAR[spec.headwear.style].reach.side)


def extent(spec: AvatarSpec, head: Head, more: Reach = NO_REACH, around: float = 0.0) -> Extent:
    """more: what overlays need beyond peak, temples and chin. around: the same beyond everything at both sides."""
    worn = [more, _hair_reach(spec, head), HEADWEAR[spec.headwear.style].reach]
    beard = FACIAL_HAIR[spec.facial_hair.style].reach
    if beard.bottom > 2:  # it drops with the jaw
        beard = beard._replace(bottom=beard.bottom + 6)
    worn += [beard, EARRINGS[spec.earrings.style].reach]
    worn += [EXTRAS[name].reach for name in spec.extras.worn]
    half = max(head.half + max(reach.side for reach in worn), breadth(spec, head) + around)
    bottom = head.rest_chin + max(6.0, *(reach.bottom for reach in worn))
    return Extent(peak(spec, head) - more.top, half, bottom)


def pivot(head: Head, reach: Extent, roll: float) -> float:
    """y of the point that a head turns round: the neck for a small tilt, the figure's middle when it stands on its
    head. roll: degrees."""
    return mix(head.rest_chin - 40, reach.middle, clamp(abs(roll) / 60))


def frame(spec: AvatarSpec, head: Head, reach: Extent, roll: float = 0.0) -> str:
    """The transform that fits a figure into the canvas. It depends on the spec, on what overlays need and on the roll,
    not on the face's controls, so that a face that moves does not make the picture breathe."""
    top, half, bottom = reach
    if spec.clothing.style != "none":
        low = head.rest_chin + 34  # a bust: down to below the collar
        scale = min(1.0, 124 / (low - top), 61 / half)
        return f"matrix({n(scale)} 0 0 {n(scale)} {n(CENTRE * (1 - scale))} {n(CANVAS - scale * low)})"
    scale = min(121 / (bottom - top), 60.5 / half, 1.14)
    x, y = CENTRE, reach.middle
    if roll:
        # Turned, the figure fills about the box of a turned ellipse; hair has corners, hence a little more, and what
        # hangs below the chin has the most.
        turn, high, about = math.radians(roll), (bottom - top) / 2, pivot(head, reach, roll)
        hangs = clamp((bottom - head.rest_chin - 6) / 12)
        grow = 1 + (0.18 + 0.14 * hangs) * clamp(abs(math.sin(2 * turn)))
        across = grow * math.hypot(half * math.cos(turn), high * math.sin(turn))
        along = grow * math.hypot(high * math.cos(turn), half * math.sin(turn))
        scale = min(scale, 60.5 / across, 60.5 / along)
        centred = clamp(abs(roll) / 20)
        x -= centred * (y - about) * math.sin(turn)
        y = mix(y, about + (y - about) * math.cos(turn), centred)
    return f"matrix({n(scale)} 0 0 {n(scale)} {n(CENTRE - scale * x)} {n(CANVAS / 2 - scale * y)})"
