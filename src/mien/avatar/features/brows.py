"""Brows: strokes of varying width with an inner and an outer end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.head import Head
from mien.avatar.palette import Tones
from mien.avatar.shapes import CENTRE, Point, clamp

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

#: shape -> (lift of the middle, of the outer end, of the inner end, half the thickness inside, in the middle, outside).
#: An inner end that hangs looks angry, so that at rest it never lies much below the outer one.
_SHAPES = {
    "soft": (2.6, -0.5, 0.5, 1.2, 1.75, 0.2), "straight": (1.0, 0.5, 0.2, 1.25, 1.6, 0.4),
    "arched": (4.0, -1.5, 1.0, 1.05, 1.5, 0.1), "angled": (3.4, 1.4, 0.0, 1.0, 2.0, 0.1),
    "bushy": (1.8, -0.6, 0.4, 2.0, 2.7, 1.1),
}  # fmt: skip


def brow(head: Head, tones: Tones, spec: AvatarSpec, uid: str, side: str) -> str:
    """One brow as SVG; the outer end leans away and thins."""
    c, out, own = head.pull, 1 if side == "Left" else -1, spec.brows
    arch, tail, head_up, *thickness = _SHAPES[own.shape]
    down, up, outer_up = c.side("browDown", side), c("browInnerUp"), c.side("browOuterUp", side)
    lift = 1.4 * c.side("eyeWide", side) + 0.8 * c.side("cheekSquint", side) * c.side("eyeBlink", side)
    y, x0 = head.brow_y + 1.4 - lift, head.eye_x
    inner = (
        x0 - 8.6 - 1.7 * down,
        y - head_up - 4.4 * up * (1 - 0.5 * clamp(down)) - 1.6 * outer_up + 4.6 * down + 0.9 * own.angle,
    )
    middle = (x0 + 1.8, y - arch - 2.2 * up - 4.6 * outer_up + 3.3 * down)
    outer = (x0 + 9.4, y - tail + 1.5 * up * clamp(1 - outer_up) - 3.9 * outer_up + 0.6 * down - 2.6 * own.angle)
    bend = (2 * middle[0] - (inner[0] + outer[0]) / 2, 2 * middle[1] - (inner[1] + outer[1]) / 2)
    grow = (
        (1 + (0.6 if own.thickness > 0 else 0.5) * own.thickness)
        * (1.28 if head.bold else 1)
        * (1 + 0.08 * clamp(down))
    )
    points = [(CENTRE + out * x, py) for x, py in (inner, bend, outer)]

    def edge(sign: int) -> list[Point]:
        return [(x, py + sign * t * grow) for (x, py), t in zip(points, thickness, strict=True)]

    top, bottom = edge(-1), edge(1)
    top[0] = top[0][0] + out * 1.1, top[0][1]  # the inner end is cut on a slant
    path = f"M{head.at(top[0])}Q{head.at(*top[1:])}L{head.at(bottom[2])}Q{head.at(bottom[1], bottom[0])}Z"
    return f'<path d="{path}" fill="{tones.brow}" stroke="{tones.brow}" stroke-width="1.5" stroke-linejoin="round"/>'
