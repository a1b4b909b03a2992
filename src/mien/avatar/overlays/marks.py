"""What shows on the skin: blushes."""

from __future__ import annotations

from mien.avatar.head import Head, ellipse
from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.palette import Ramp, Tones
from mien.avatar.shapes import CENTRE, n


def _blush(uid: str, skin: Ramp) -> str:
    return "".join(
        f'<ellipse cx="{n(x)}" cy="80" rx="11.5" ry="7" fill="#ff5a4a" fill-opacity=".5"/>' for x in (27, 101)
    )


def _flush(uid: str, skin: Ramp) -> str:
    return "".join(
        f'<ellipse cx="{n(x)}" cy="83" rx="15" ry="9.5" fill="#ff4a3d" fill-opacity=".62"/>' for x in (29, 99)
    )


def _glow(head: Head, tones: Tones, uid: str, rx: float, ry: float, y: float) -> str:
    """Soft cheeks in the person's own blush; the gradient is the face's."""
    style = f'fill="url(#{uid}blush)"'
    return "".join(ellipse(head, (CENTRE + out * (head.eye_x + 6.2), y), rx, ry, style) for out in (-1, 1))


def _blush_person(head: Head, tones: Tones, uid: str) -> str:
    return _glow(head, tones, uid, 11.5, 8.0, head.cheek_y)


def _flush_person(head: Head, tones: Tones, uid: str) -> str:
    return _glow(head, tones, uid, 14.5, 11.0, head.cheek_y + 1) + _glow(head, tones, uid, 11, 8, head.cheek_y + 1)


OVERLAYS.add(Overlay(name="blush", draw=_blush, person=_blush_person, layer="skin"))
OVERLAYS.add(Overlay(name="flush", draw=_flush, person=_flush_person, layer="skin"))
