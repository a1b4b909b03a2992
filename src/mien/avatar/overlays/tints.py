"""What changes the colour of the whole face."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.palette import Ramp

YELLOW = ("#ffe98f", "#ffd23f", "#ffb62c", "#f0941b")  #: light, middle, dark, edge of the plain face


def _nothing(uid: str, skin: Ramp) -> str:
    return ""


OVERLAYS.add(Overlay(name="red", draw=_nothing, skin=("#ffa06a", "#f8643f", "#e8432f", "#bf2a22")))
OVERLAYS.add(Overlay(name="green", draw=_nothing, skin=("#e6ee7c", "#b6d148", "#8db537", "#5f8a26")))
OVERLAYS.add(Overlay(name="cold", draw=_nothing, skin=("#c9ecff", "#8accfa", "#5ba8ee", "#3479cf")))
OVERLAYS.add(Overlay(name="pale", draw=_nothing))
OVERLAYS.add(Overlay(name="dashed", draw=_nothing))
