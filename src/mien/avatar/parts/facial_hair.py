"""Beards and moustaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.features.mouth import build_mouth
from mien.avatar.parts.registry import FACIAL_HAIR, Part
from mien.avatar.pen import Pen

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec


def _full_beard(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Follows the jaw from sideburn to sideburn, a little outside it; its upper edge runs over the cheeks and over the
    lip, wherever the mouth is."""
    grow, m, half, y0 = 1.2 + 2.6 * spec.facial_hair.density, build_mouth(head, spec), head.half, head.temple + 5
    right, left = head.side(1, grow)[6:], head.side(-1, grow)[6:]  # from the cheeks down to the chin
    lip = m.top - m.upper - 1.0
    pen = Pen(head).move(-half - 0.3, y0).chain(left, join=True).chain(right[::-1], join=True)
    return (
        pen.line(half + 0.3, y0, half - 3, y0).curve(half - 3.6, y0 + 10, half - 5, 84, 19, lip - 1)
        .curve(12, lip - 4, 4, lip - 4.5, 0, lip - 2.2).curve(-4, lip - 4.5, -12, lip - 4, -19, lip - 1)
        .curve(-half + 5, 84, -half + 3.6, y0 + 10, -half + 3, y0).close().fill(tones.beard.base)
    )  # fmt: skip


FACIAL_HAIR.add(Part(name="none", words=""))
FACIAL_HAIR.add(Part(name="full", words="a full {colour} beard", on=_full_beard))
