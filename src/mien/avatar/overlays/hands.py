"""Hands, built of fingers and a palm in the skin of whoever wears them; units of the plain face, round (0, 0)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mien.avatar.overlays.wearer import Wearer
from mien.avatar.palette import Ramp
from mien.avatar.shapes import n

_OUTLINE = 1.7


class Finger(NamedTuple):
    """A stroke with round ends."""

    d: str
    width: float


def _outlined(finger: Finger, skin: Ramp, edge: str, *, light: bool) -> str:
    stroke = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    svg = (
        f'<path d="{finger.d}" {stroke} stroke="{edge}" stroke-width="{n(finger.width + 2 * _OUTLINE)}"/>'
        f'<path d="{finger.d}" {stroke} stroke="{skin.base}" stroke-width="{n(finger.width)}"/>'
    )
    if light:
        svg += (
            f'<path transform="translate(-1.5 -.6)" d="{finger.d}" {stroke} stroke="{skin.light}" '
            f'stroke-width="{n(0.36 * finger.width)}"/>'
        )
    return svg


def build(w: Wearer, palm: str, fingers: Sequence[Finger], under: Sequence[Finger] = ()) -> str:
    """A hand. under: fingers behind the palm (a thumb); fingers: before it, their roots merge into the palm."""
    skin = w.skin
    edge, light = skin.deep, not w.bold
    behind = "".join(_outlined(finger, skin, edge, light=light) for finger in under)
    before = "".join(_outlined(finger, skin, edge, light=light) for finger in fingers)
    return (
        f'{behind}<path d="{palm}" fill="{skin.base}" stroke="{edge}" stroke-width="{n(2 * _OUTLINE)}" '
        f'stroke-linejoin="round"/>{before}<path d="{palm}" fill="{skin.base}"/>'
    )


_PALM = "M-18.5 3C-20 18-18 29-12.5 35Q0 38.5 12 35C17.5 29 19.5 18 18 4Q12-2 0-2Q-12-2-18.5 3Z"
#: root, tip and width of the fingers of an upright hand, from the index to the little finger
_FINGERS = (
    ((-13.2, 5.0), (-13.6, -21.0), 9.6), ((-4.4, 4.0), (-4.5, -27.0), 10.0), ((4.8, 4.0), (4.8, -24.0), 9.6),
    ((13.3, 6.0), (13.6, -14.5), 8.6),
)  # fmt: skip


def flat(w: Wearer, spread: Sequence[float] = (0, 0, 0, 0), *, thumb: str | None = "M-12 22Q-24 14-28 1") -> str:
    """An upright hand. spread: how far each fingertip leans to the right."""
    fingers = [
        Finger(f"M{n(a)} {n(b)}L{n(x + lean)} {n(y + 0.06 * abs(lean))}", width)
        for ((a, b), (x, y), width), lean in zip(_FINGERS, spread, strict=True)
    ]
    return build(w, _PALM, fingers, [Finger(thumb, 9.6)] if thumb else [])


def chin(w: Wearer) -> str:
    """A fist under the chin: the index along the jaw, the thumb up the cheek."""
    palm = "M-30-3C-36 8-31 19-17 21C-4 23 6 19 8 11Q9 4 0 0Q-16-9-30-3Z"
    curled = [
        Finger("M-12 15.5Q-3 18 5 14.5", 8.2),
        Finger("M-13 8.5Q-2 10.5 9 6.5", 8.8),
        Finger("M-22 1Q-4-6 20-7.5", 10.2),
    ]
    inner = "M-30-3C-36 8-31 19-17 21Q-10 21-13 12Q-14 5-18 1Q-24-6-30-3Z"
    thumb = Finger("M-25 4C-33-3-35-11-33-22", 10.4)
    return build(w, palm, curled, [thumb]) + f'<path d="{inner}" fill="{w.skin.base}"/>'


def pointing(w: Wearer) -> str:
    """A fist seen from its thumb's side, the index upright at its edge."""
    palm = "M-6 14C-9 24-7 34 0 39C8 43 24 42 29 35C33 29 33 22 30 17Q20 9 6 10Q-3 10-6 14Z"
    curled = [Finger("M25.5 20L25 27", 8.4), Finger("M17.5 16.5L17 26", 9.0), Finger("M8.8 14.5L8.6 25", 9.4)]
    index = Finger("M-.5 27Q-1.5 4-.5-17", 10.8)
    thumb = Finger("M3 34.5Q12 35.5 21 31", 8.6)
    skin, light = w.skin, not w.bold
    folded = "".join(_outlined(finger, skin, skin.deep, light=light) for finger in (*curled, thumb))
    return build(w, palm, [index]) + folded


def forearm(w: Wearer, length: float) -> str:
    """What a raised hand stands on."""
    d = f"M-9.5 28L-10.5 {n(28 + length)}Q0 {n(32 + length)} 10.5 {n(28 + length)}L9.5 28Z"
    return (
        f'<path d="{d}" fill="{w.skin.base}" stroke="{w.skin.deep}" stroke-width="{n(2 * _OUTLINE)}" '
        f'stroke-linejoin="round"/>'
    )
