"""Necklines: shoulders and what covers them, down to the picture's lower edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.registry import CLOTHING, Part
from mien.avatar.shapes import CENTRE, at

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _crew(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, c, y = ramp(spec.clothing.colour), CENTRE, head.rest_chin + 9
    body = (
        f"M{at((c - 16.5, y))}C{at((c - 12, y + 8), (c + 12, y + 8), (c + 16.5, y))}"
        f"C{at((c + 34, y + 3), (c + 47, y + 10), (c + 50, 140))}L{at((c - 50, 140))}"
        f"C{at((c - 47, y + 10), (c - 34, y + 3), (c - 16.5, y))}Z"
    )
    rib = f"M{at((c - 16.5, y + 0.8))}C{at((c - 12, y + 9), (c + 12, y + 9), (c + 16.5, y + 0.8))}"
    return (
        f'<path d="{body}" fill="{r.base}"/>'
        f'<path d="{rib}" fill="none" stroke="{r.shade}" stroke-width="3" stroke-linecap="round"/>'
    )


CLOTHING.add(Part(name="none", words=""))
CLOTHING.add(Part(name="crew", words="a {colour} crew-neck shirt", on=_crew))
