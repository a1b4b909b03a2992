"""Earrings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.registry import EARRINGS, Part
from mien.avatar.shapes import n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _studs(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, parts = ramp(spec.earrings.colour), []
    for out in (-1, 1):
        if not head.ear_seen(out):
            continue
        x, y = head.lobe(out)
        parts.append(
            f'<circle cx="{n(x)}" cy="{n(y)}" r="1.9" fill="{r.base}"/><circle cx="{n(x - 0.6)}" cy="{n(y - 0.6)}" '
            f'r=".7" fill="{r.rim}"/>'
        )
    return "".join(parts)


EARRINGS.add(Part(name="none", words=""))
EARRINGS.add(Part(name="studs", words="ear studs", on=_studs))
