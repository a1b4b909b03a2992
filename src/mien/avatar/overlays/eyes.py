"""Eyes that are no eyes, tears, and what stands before the eyes."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.overlays.shapes import EYES, HEART, STAR, drop, place, shine, water
from mien.avatar.palette import Ramp
from mien.avatar.shapes import INK, n


def _heart_eyes(uid: str, skin: Ramp) -> str:
    return "".join(place(HEART, x, y, 1.85, 'fill="#e8283f"', t) + shine(x - 9, y - 7, 3.2, 4.6, 35)
                   for (x, y), t in zip(EYES, (-8, 8), strict=True))  # fmt: skip


def _star_eyes(uid: str, skin: Ramp) -> str:
    return "".join(
        place(STAR, x, y, 1.85, 'fill="#e4472b" stroke="#e4472b" stroke-width="2.4" stroke-linejoin="round"', t)
        + place(STAR, x - 1, y - 1, 0.95, 'fill="#ffd9a8"', t)
        for (x, y), t in zip(EYES, (-8, 8), strict=True)
    )


def _crossed_eyes(uid: str, skin: Ramp) -> str:
    path = "".join(f"M{n(x - 9)} 50L{n(x + 9)} 68M{n(x + 9)} 50L{n(x - 9)} 68" for x, _ in EYES)
    return f'<path d="{path}" stroke="{INK}" stroke-width="5.4" stroke-linecap="round"/>'


def _welling(uid: str, skin: Ramp) -> str:
    return "".join(
        f'<path d="M{n(x - 10)} 70Q{n(x)} 78 {n(x + 10)} 70Q{n(x)} 74 {n(x - 10)} 70Z" fill="#8fd3ff"/>'
        for x, _ in EYES
    )


def _streams(uid: str, skin: Ramp) -> str:
    parts = []
    for x, out in ((42.5, -1), (85.5, 1)):
        path = f"M{n(x - 7)} 66C{n(x - 8 + out * 2)} 84 {n(x - 8 + out * 5)} 96 {n(x - 9 + out * 5)} 112"
        path += (
            f"Q{n(x + out * 4)} 122 {n(x + 9 + out * 3)} 113C{n(x + 8 + out * 3)} 96 {n(x + 8 + out)} 84 {n(x + 7)} 66Z"
        )
        parts.append(f'<path d="{path}" {water(uid)}/>')
        shine = f"M{n(x - 2)} 71C{n(x - 2)} 86 {n(x - 1 + out * 2)} 96 {n(x - 1 + out * 2)} 108"
        parts.append(
            f'<path d="{shine}" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="2.6" '
            'stroke-linecap="round"/>'
        )
    return "".join(parts)


def _tears_of_joy(uid: str, skin: Ramp) -> str:
    return drop(uid, 20, 74, 1.65, 48) + drop(uid, 108, 74, 1.65, -48)


def _sunglasses(uid: str, skin: Ramp) -> str:
    dark, light = "#1d1a22", "#7c7f9a"
    parts = [
        f'<path d="M6.5 52C9 45 16 44 24 44H104C112 44 119 45 121.5 52" fill="none" stroke="{dark}" stroke-width="6"/>'
    ]
    for a, b in ((19, 60), (68, 109)):
        lens = f"M{a} 46H{b}C{b} 64 {b - 6} 75 {(a + b) / 2} 75C{a + 6} 75 {a} 66 {a} 46Z"
        glint = f"M{a + 5} 50H{a + 19}L{a + 9} 66C{a + 6} 62 {a + 5} 56 {a + 5} 50Z"
        parts += [
            f'<path d="{lens}" fill="{dark}" stroke="{dark}" stroke-width="4" stroke-linejoin="round"/>',
            f'<path d="{glint}" fill="{light}" fill-opacity=".75"/>',
        ]
    return "".join(parts)


def _spectacles(uid: str, skin: Ramp) -> str:
    rings = "".join(
        f'<circle cx="{n(x)}" cy="{n(y)}" r="20" fill="#fff" fill-opacity=".18" stroke="#3a2d2a" stroke-width="4.6"/>'
        for x, y in EYES
    )
    return (
        rings
        + '<path d="M62 57Q64 55 66 57M22 56L9 52M106 56L119 52" stroke="#3a2d2a" stroke-width="4.4" fill="none"/>'
    )


def _tear(uid: str, skin: Ramp) -> str:
    return drop(uid, 92, 86, 1.5)


def _glossy(uid: str, skin: Ramp) -> str:
    return ""  # the eyes themselves are drawn with more light in them


OVERLAYS.add(Overlay(name="glossy_eyes", draw=_glossy))
OVERLAYS.add(Overlay(name="heart_eyes", draw=_heart_eyes, hides=("eyes",)))
OVERLAYS.add(Overlay(name="star_eyes", draw=_star_eyes, hides=("eyes",)))
OVERLAYS.add(Overlay(name="crossed_eyes", draw=_crossed_eyes, hides=("eyes",)))
OVERLAYS.add(Overlay(name="welling", draw=_welling))
OVERLAYS.add(Overlay(name="streams", draw=_streams))
OVERLAYS.add(Overlay(name="tear", draw=_tear))
OVERLAYS.add(Overlay(name="tears_of_joy", draw=_tears_of_joy, layer="front"))
OVERLAYS.add(Overlay(name="sunglasses", draw=_sunglasses, layer="front", hides=("eyes", "glasses")))
OVERLAYS.add(Overlay(name="spectacles", draw=_spectacles, layer="front", hides=("glasses",)))
