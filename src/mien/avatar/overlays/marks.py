"""What shows on the skin: blushes."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.palette import Ramp
from mien.avatar.shapes import n


def _blush(uid: str, skin: Ramp) -> str:
    return "".join(
        f'<ellipse cx="{n(x)}" cy="80" rx="11.5" ry="7" fill="#ff5a4a" fill-opacity=".5"/>' for x in (27, 101)
    )


def _flush(uid: str, skin: Ramp) -> str:
    return "".join(
        f'<ellipse cx="{n(x)}" cy="83" rx="15" ry="9.5" fill="#ff4a3d" fill-opacity=".62"/>' for x in (29, 99)
    )


OVERLAYS.add(Overlay(name="blush", draw=_blush, layer="skin"))
OVERLAYS.add(Overlay(name="flush", draw=_flush, layer="skin"))
