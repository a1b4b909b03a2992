"""What else is worn on a face: hearing aids, piercings, plasters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.registry import EXTRAS, Part
from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _nose_stud(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    x, y = head.warp((CENTRE + head.nose_half * 0.9, head.nose_y - 2.6), 1.3)
    gold = ramp("#e3b94a")
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="1.2" fill="{gold.base}"/>'


EXTRAS.add(Part(name="nose-stud", words="a nose stud", on=_nose_stud))
