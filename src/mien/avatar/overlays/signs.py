"""Signs around the head: halo, hearts, sweat, sleep."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.overlays.shapes import HEART, drop, place, shine
from mien.avatar.palette import Ramp
from mien.avatar.shapes import n


def _halo(uid: str, skin: Ramp) -> str:
    return (
        '<ellipse cx="64" cy="13" rx="38" ry="8.6" fill="none" stroke="#2f9fe8" stroke-width="6.4"/>'
        '<path d="M28 11.5C33 5 95 5 100 11.5" fill="none" stroke="#a9e0ff" stroke-width="2.4" stroke-linecap="round"/>'
    )


def _heart(uid: str, skin: Ramp) -> str:
    return place(HEART, 103, 97, 1.85, 'fill="#e8283f"', 14) + shine(94.5, 90.5, 2.6, 4, 30)


def _hearts(uid: str, skin: Ramp) -> str:
    places = ((104, 28, 1.35, 14), (113, 92, 1.25, 10), (17, 96, 1.5, -14))
    return "".join(place(HEART, x, y, s, 'fill="#e8283f"', t) for x, y, s, t in places)


def _zzz(uid: str, skin: Ramp) -> str:
    return "".join(
        f'<path transform="translate({n(x)} {n(y)}) scale({n(s)})" d="M-6-6H6L-6 6H6" fill="none" stroke="{c}" '
        'stroke-width="3.1" stroke-linecap="round" stroke-linejoin="round"/>'
        for x, y, s, c in ((88, 44, 0.8, "#2d7fd0"), (101, 29, 1.1, "#2d7fd0"), (116, 12, 1.45, "#2d7fd0"))
    )


def _sweat(uid: str, skin: Ramp) -> str:
    return drop(uid, 104, 32, 1.7)


OVERLAYS.add(Overlay(name="sweat", draw=_sweat, area="around", layer="front"))
OVERLAYS.add(Overlay(name="halo", draw=_halo, area="around", layer="front"))
OVERLAYS.add(Overlay(name="heart", draw=_heart, area="mouth", layer="front"))
OVERLAYS.add(Overlay(name="hearts", draw=_hearts, area="around", layer="front"))
OVERLAYS.add(Overlay(name="zzz", draw=_zzz, area="around", layer="front"))
