"""Hands at the face, in the skin of whoever wears them."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.palette import Ramp
from mien.avatar.shapes import n


def _finger(path: str, width: float, skin: Ramp) -> str:
    stroke = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    return (
        f'<path d="{path}" {stroke} stroke="{skin.deep}" stroke-width="{n(width + 3.2)}"/>'
        f'<path d="{path}" {stroke} stroke="{skin.base}" stroke-width="{n(width)}"/>'
    )


def _hand_on_chin(uid: str, skin: Ramp) -> str:
    fist = _finger("M42 116C50 112 60 113 66 116", 12, skin) + _finger("M46 123C52 121 58 121 62 123", 7, skin)
    thumb = _finger("M38 119C30 113 27 106 29 98", 10.5, skin)
    return thumb + _finger("M40 111C54 105 70 104 86 106", 8.5, skin) + fist


def _hand_on_mouth(uid: str, skin: Ramp) -> str:
    tips = ((53, 108), (62, 103.5), (71, 103), (80, 106.5))
    fingers = "".join(_finger(f"M{n(x)} 121L{n(x)} {n(y)}", 7.6, skin) for x, y in tips)
    palm = f'<path d="M49.2 116H83.8V119.5Q83.8 126.5 76 126.5H57Q49.2 126.5 49.2 119.5Z" fill="{skin.base}"/>'
    thumb = _finger("M84 119C90 116 93 112 94 107", 7.6, skin)
    return f'<g transform="rotate(-14 66 112)">{thumb}{fingers}{palm}</g>'


def _hands_on_cheeks(uid: str, skin: Ramp) -> str:
    parts = []
    for flip in ("", ' transform="matrix(-1 0 0 1 128 0)"'):
        hand = _finger("M15 117C10 106 10 96 13 85", 13, skin) + _finger("M23 117C20 105 19 94 20 79", 9, skin)
        parts.append(f"<g{flip}>{hand}{_finger('M30 117C30 106 28 98 28 85', 8.5, skin)}</g>")
    return "".join(parts)


OVERLAYS.add(Overlay(name="hand_on_chin", draw=_hand_on_chin, area="chin", layer="front"))
OVERLAYS.add(Overlay(name="hand_on_mouth", draw=_hand_on_mouth, area="chin", layer="front"))
OVERLAYS.add(Overlay(name="hands_on_cheeks", draw=_hands_on_cheeks, area="chin", layer="front"))
