"""Headwear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _everywhere(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return ""


def _brim_line(head: Head) -> float:
    return head.hairline + 6


def _cap_hair(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Hair shows below the cap's rim."""
    y = _brim_line(head)
    return f"M-40 {y + 4}Q64 {y - 10} 168 {y + 4}V200H-40Z"


def _cap_shape(head: Head) -> Pen:
    y, x, top = _brim_line(head), head.half + 3, head.top - 10
    return (
        Pen(head).move(-x, y + 6).curve(-x - 0.5, top + 14, -0.62 * x, top, 0, top)
        .curve(0.62 * x, top, x + 0.5, top + 14, x, y + 6).curve(0.6 * x, y - 5, -0.6 * x, y - 5, -x, y + 6).close()
    )  # fmt: skip


def _visor_shape(head: Head) -> Pen:
    y, x = _brim_line(head), head.half - 2
    return (
        Pen(head, depth=1.3).move(-x, y + 3).curve(-0.6 * x, y - 5, 0.6 * x, y - 5, x, y + 3)
        .curve(x + 1, y + 9, x - 4, y + 10, x - 8, y + 9).curve(0.45 * x, y + 4.5, -0.45 * x, y + 4.5, -x + 8, y + 9)
        .curve(-x + 4, y + 10, -x - 1, y + 9, -x, y + 3).close()
    )  # fmt: skip


def _cap(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, top, svg = ramp(spec.headwear.colour), head.top, _cap_shape(head).fill(ramp(spec.headwear.colour).base)
    if head.bold:
        return svg
    seam = Pen(head).move(0, top - 10).line(0, _brim_line(head) - 1)
    shine = Pen(head).move(-28, top + 10).bow(-22, top - 3, -10, top - 5.5)
    return svg + seam.stroke(r.shade, 1.2) + shine.stroke(r.light, 2.6)


def _visor(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _visor_shape(head).fill(ramp(spec.headwear.colour).shade)


def _visor_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _visor_shape(head).d


HEADWEAR.add(HeadwearPart(name="none", words="", hair=_everywhere, reach=Reach(0, 0, 0)))
HEADWEAR.add(
    HeadwearPart(
        name="cap", words="a {colour} cap", on=_cap, front=_visor, hair=_cap_hair, shadow=_visor_shadow,
        reach=Reach(top=11, side=4),
    )
)  # fmt: skip
