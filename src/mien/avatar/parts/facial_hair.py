"""Beards and moustaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.features.mouth import build_mouth
from mien.avatar.parts.registry import FACIAL_HAIR, Part
from mien.avatar.shapes import CENTRE

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _full_beard(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Follows the jaw from sideburn to sideburn, a little outside it; its upper edge runs over the cheeks and under
    the lip, wherever the mouth is."""
    grow, c, m = 1.2 + 2.6 * spec.facial_hair.density, CENTRE, build_mouth(head, spec)
    left, right = head.side(-1, grow)[3:], head.side(1, grow)[3:]
    y0 = head.temple + 5
    lip = m.top - m.upper - 1.0
    start = (c - head.half - 0.3, y0)
    top = (
        f"C{head.at((c + head.half - 3.6, y0 + 10), (c + head.half - 5, 84), (c + 19, lip - 1))}"
        f"C{head.at((c + 12, lip - 4), (c + 4, lip - 4.5), (c, lip - 2.2))}C{head.at((c - 4, lip - 4.5), (c - 12, lip - 4), (c - 19, lip - 1))}"
        f"C{head.at((c - head.half + 5, 84), (c - head.half + 3.6, y0 + 10), (c - head.half + 3, y0))}Z"
    )
    back = right[::-1]
    path = f"M{head.at(start)}L{head.at(left[3])}" + "".join(
        f"C{head.at(*left[i : i + 3])}" for i in range(4, len(left), 3)
    )
    path += "".join(f"C{head.at(*back[i : i + 3])}" for i in range(1, len(back) - 3, 3))
    path += f"L{head.at((c + head.half + 0.3, y0), (c + head.half - 3, y0))}{top}"
    return f'<path d="{path}" fill="{tones.beard.base}"/>'


FACIAL_HAIR.add(Part(name="none", words=""))
FACIAL_HAIR.add(Part(name="full", words="a full {colour} beard", on=_full_beard))
