"""Mouths that no muscle makes, and what comes out of mouth and nose."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.overlays.shapes import drop, shine
from mien.avatar.palette import Ramp
from mien.avatar.shapes import INK, TEETH, TEETH_SHADE


def _buck_teeth(uid: str, skin: Ramp) -> str:
    return (
        f'<path d="M55 95.5H73V104Q73 107.5 69.5 107.5H58.5Q55 107.5 55 104Z" fill="{TEETH}"/>'
        f'<path d="M64 96V107" stroke="{TEETH_SHADE}" stroke-width="1.8"/>'
    )


def _censored(uid: str, skin: Ramp) -> str:
    signs = (
        "M35 84V98M42 84V98M30.5 88.5H46M30.5 94H46"  # a hash
        "M66 86.5Q64 83.5 60 83.5Q54.5 84 55 87.5Q56 90.5 60.5 91"  # a dollar
        "Q66 92 66 95Q65 98.6 60 98.5Q55.5 98.2 54 95M60.3 80.5V101.5"
        "M77 83L86 99M86 83L77 99M74 91H89"
        "M98 83V93M98 98V98.5"
    )
    return (
        '<rect x="20" y="78" width="88" height="26" rx="9" fill="#35222b"/>'
        f'<path d="{signs}" fill="none" stroke="#fff" stroke-width="3.6" stroke-linecap="round"/>'
    )


def _steam(uid: str, skin: Ramp) -> str:
    puff = "M0 0C5-5 12-4 14 0C19-4 27-1 27 5C33 8 31 17 24 16C21 21 13 20 11 16C6 17 3 12 5 8C1 7-1 3 0 0Z"
    style = 'fill="#f4f8ff" stroke="#b9c8de" stroke-width="1.6"'
    left = f'<path transform="translate(50 83) scale(-1.25 1.25)" d="{puff}" {style}/>'
    return left + f'<path transform="translate(78 83) scale(1.25)" d="{puff}" {style}/>'


def _vomit(uid: str, skin: Ramp) -> str:
    return (
        '<path d="M50 92C49 104 44 112 42 124Q64 129 86 124C84 112 79 104 78 92Q64 84 50 92Z" fill="#8cc63a"/>'
        '<path d="M57 98C56 108 54 114 53 122M71 98C72 108 73 113 75 121" stroke="#6aa326" stroke-width="3.4" '
        'fill="none" stroke-linecap="round"/>'
    )


def _lick(uid: str, skin: Ramp) -> str:
    return (
        '<path transform="rotate(-32 82 95)" d="M73.5 90H90.5V100A8.5 8.5 0 0 1 73.5 100Z" fill="#f2606b"/>'
        '<path transform="rotate(-32 82 95)" d="M82 92V101" stroke="#cf3f52" stroke-width="2" stroke-linecap="round"/>'
    )


def _no_mouth(uid: str, skin: Ramp) -> str:
    return ""


def _wavy(uid: str, skin: Ramp) -> str:
    path = "M42 92" + "".join(f"q3.67 {-7 if i % 2 == 0 else 7} 7.33 0" for i in range(6))
    return (
        f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _drool(uid: str, skin: Ramp) -> str:
    return drop(uid, 84, 106, 1.25)


def _bubble(uid: str, skin: Ramp) -> str:
    return (
        '<circle cx="80" cy="84" r="13" fill="#bfe6ff" fill-opacity=".85" stroke="#6bb8ec" stroke-width="1.8"/>'
        + shine(75, 79, 2.6, 4, 40)
    )


OVERLAYS.add(Overlay(name="no_mouth", draw=_no_mouth, hides=("mouth",)))
OVERLAYS.add(Overlay(name="wavy_mouth", draw=_wavy, area="mouth", hides=("mouth",)))
OVERLAYS.add(Overlay(name="drool", draw=_drool, area="mouth"))
OVERLAYS.add(Overlay(name="bubble", draw=_bubble, layer="front"))
OVERLAYS.add(Overlay(name="buck_teeth", draw=_buck_teeth, area="mouth"))
OVERLAYS.add(Overlay(name="lick", draw=_lick, area="mouth"))
OVERLAYS.add(Overlay(name="vomit", draw=_vomit, area="mouth"))
OVERLAYS.add(Overlay(name="censored", draw=_censored, area="mouth", layer="front", hides=("mouth",)))
OVERLAYS.add(Overlay(name="steam", draw=_steam, layer="front"))
