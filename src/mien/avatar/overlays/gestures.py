"""What hands do at a face: think, hush, hug, hide, salute."""

from __future__ import annotations

from mien.avatar.overlays import hands
from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import group
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.shapes import CENTRE


def _hand_on_chin(w: Wearer) -> str:
    return group(w, (CENTRE - 5 * w.unit, w.mouth.bottom + w.mouth.lower + 15 * w.unit), hands.chin(w), 1.08)


def _hand_on_mouth(w: Wearer) -> str:
    """The back of a hand before the mouth, fingers up and to the side."""
    where = (CENTRE + 5 * w.unit, w.mouth_y + 7 * w.unit)
    return group(w, where, hands.flat(w), 0.98, -38)


def _hand_on_yawn(w: Wearer) -> str:
    """A hand that leaves the upper half of a wide mouth to be seen."""
    where = (w.mouth.x + 17 * w.unit, w.mouth.bottom + 1 * w.unit)
    return group(w, where, hands.flat(w), 0.82, -50)


def _hush(w: Wearer) -> str:
    return group(w, (w.mouth.x + 1 * w.unit, w.mouth_y - 1 * w.unit), hands.pointing(w), 1.0, -8)


def _hug(w: Wearer) -> str:
    """Open hands at both sides, ready for a hug."""
    u = w.unit
    hand = hands.flat(w, (-9, -3, 3, 8))
    return "".join(
        group(w, (CENTRE + out * 43 * u, w.rest_chin - 10 * u), hand, 0.68, 24 * out, flip=out < 0) for out in (-1, 1)
    )


def _hands_on_cheeks(w: Wearer) -> str:
    u = w.unit
    hand = hands.flat(w, (2, 1, 0, -1), thumb=None)
    parts = []
    for out in (-1, 1):
        x = w.half_at(w.mouth_y) - 3 * u
        parts.append(group(w, (CENTRE + out * x, w.mouth_y + 4 * u), hand, 0.86, -9 * out, flip=out < 0))
    return "".join(parts)


def _peek(w: Wearer) -> str:
    """Both hands before the face; one eye looks out between the fingers."""
    u, e = w.unit, w.eye(-1)
    shut = hands.flat(w, (3, 1, 0, -2), thumb=None)
    gap = hands.flat(w, (-11, -13, 14, 12), thumb=None)
    y = w.eye_y + 20 * u
    return group(w, (CENTRE + (w.eye_x + 2 * u), y), shut, 1.08, -6) + group(w, (e.x, y + 7 * u), gap, 1.08, 2)


def _salute(w: Wearer) -> str:
    """A flat hand at the brow."""
    u = w.unit
    where = (CENTRE - w.half + (19 if w.plain else 10) * u, w.brow_y - (1 if w.plain else 5) * u)
    return group(w, where, hands.flat(w, (2.5, 1, -1, -3), thumb="M-12 20Q-18 12-18 2"), 0.82, 58)


def _facepalm(w: Wearer) -> str:
    u = w.unit
    return group(w, (CENTRE - 8 * u, w.eye_y - 3 * u), hands.flat(w, (-2, -1, 1, 2)), 1.08, 16)


def _shrug(w: Wearer) -> str:
    """Open palms at both sides, turned up."""
    u = w.unit
    hand = hands.flat(w, (-4, -1, 1, 4), thumb="M-12 22Q-22 12-22-1")
    return "".join(
        group(w, (CENTRE + out * (w.half - 2 * u), w.rest_chin - 14 * u), hand, 0.72, 62 * out, flip=out < 0)
        for out in (-1, 1)
    )


def _raised(w: Wearer) -> str:
    u = w.unit
    hand = hands.forearm(w, 44) + hands.flat(w, (-6, -2, 2, 7))
    return group(w, (CENTRE + w.half - 7 * u, w.brow_y + 12 * u), hand, 0.82, 8, flip=True)


OVERLAYS.add(Overlay(name="hand_on_chin", draw=_hand_on_chin, layer="front", room=Room(bottom=8, chin=15)))
OVERLAYS.add(Overlay(name="hand_on_mouth", draw=_hand_on_mouth, layer="front", room=Room(bottom=9, chin=16)))
OVERLAYS.add(Overlay(name="hand_on_yawn", draw=_hand_on_yawn, layer="front", room=Room(bottom=22, chin=8)))
OVERLAYS.add(Overlay(name="hush", draw=_hush, layer="front", room=Room(bottom=7, chin=14)))
OVERLAYS.add(Overlay(name="hug", draw=_hug, layer="front", room=Room(side=4, bottom=9, chin=8)))
OVERLAYS.add(
    Overlay(name="hands_on_cheeks", draw=_hands_on_cheeks, layer="front", room=Room(side=4, bottom=6, chin=11))
)
OVERLAYS.add(Overlay(name="peek", draw=_peek, layer="front", room=Room(bottom=5, chin=15)))
OVERLAYS.add(Overlay(name="salute", draw=_salute, layer="front", room=Room(side=8)))
OVERLAYS.add(Overlay(name="facepalm", draw=_facepalm, layer="front"))
OVERLAYS.add(Overlay(name="shrug", draw=_shrug, layer="front", room=Room(side=21, bottom=3, chin=8)))
OVERLAYS.add(Overlay(name="raised_hand", draw=_raised, layer="front", room=Room(side=18, bottom=2, chin=8)))
