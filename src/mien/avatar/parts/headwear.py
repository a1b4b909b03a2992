"""Headwear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.shapes import CENTRE

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


def _cap_shape(head: Head) -> str:
    c, y, x = CENTRE, _brim_line(head), head.half + 3
    return (
        f"M{head.at((c - x, y + 6))}C{head.at((c - x - 0.5, head.top + 4), (c - 0.62 * x, head.top - 10), (c, head.top - 10))}"
        f"C{head.at((c + 0.62 * x, head.top - 10), (c + x + 0.5, head.top + 4), (c + x, y + 6))}"
        f"C{head.at((c + 0.6 * x, y - 5), (c - 0.6 * x, y - 5), (c - x, y + 6))}Z"
    )


def _visor_shape(head: Head) -> str:
    c, y, x = CENTRE, _brim_line(head), head.half - 2
    return (
        f"M{head.at((c - x, y + 3), depth=1.2)}C{head.at((c - 0.6 * x, y - 5), (c + 0.6 * x, y - 5), (c + x, y + 3), depth=1.2)}"
        f"C{head.at((c + x + 1, y + 9), (c + x - 4, y + 10), (c + x - 8, y + 9), depth=1.4)}"
        f"C{head.at((c + 0.45 * x, y + 4.5), (c - 0.45 * x, y + 4.5), (c - x + 8, y + 9), depth=1.4)}"
        f"C{head.at((c - x + 4, y + 10), (c - x - 1, y + 9), (c - x, y + 3), depth=1.4)}Z"
    )


def _cap(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, c = ramp(spec.headwear.colour), CENTRE
    svg = f'<path d="{_cap_shape(head)}" fill="{r.base}"/>'
    if not head.bold:
        seams = f"M{head.at((c, head.top - 10))}L{head.at((c, _brim_line(head) - 1))}"
        shine = f"M{head.at((c - 28, head.top + 10))}Q{head.at((c - 22, head.top - 3), (c - 10, head.top - 5.5))}"
        svg += (
            f'<path d="{seams}" fill="none" stroke="{r.shade}" stroke-width="1.2"/>'
            f'<path d="{shine}" fill="none" stroke="{r.light}" stroke-width="2.6" stroke-linecap="round"/>'
        )
    return svg


def _visor(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r = ramp(spec.headwear.colour)
    return f'<path d="{_visor_shape(head)}" fill="{r.shade}"/>'


def _visor_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _visor_shape(head)


HEADWEAR.add(HeadwearPart(name="none", words="", hair=_everywhere, reach=Reach(0, 0, 0)))
HEADWEAR.add(
    HeadwearPart(
        name="cap", words="a {colour} cap", on=_cap, front=_visor, hair=_cap_hair, shadow=_visor_shadow,
        reach=Reach(top=11, side=4),
    )
)  # fmt: skip
