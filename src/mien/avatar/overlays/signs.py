"""Signs around the head: halo, hearts, sleep, horns, confetti."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import group, heart, line
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.shapes import CENTRE


def _halo(w: Wearer) -> str:
    ring = '<ellipse rx="42" ry="9.5" fill="none" stroke="#1f8fdc" stroke-width="7.5"/>'
    ring += line("M-40-2.5C-33-10.5 33-10.5 40-2.5", "#9fdcff", 2.8)
    return group(w, (CENTRE, w.peak + 4 * w.unit), ring)


def _heart(w: Wearer) -> str:
    m, u = w.mouth, w.unit
    return heart(w, (m.x + max(m.half + 17 * u, 30 * u), m.y + 6 * u), 1.9, 14)


def _hearts(w: Wearer) -> str:
    u, half = w.unit, w.half
    return (
        heart(w, (CENTRE + half - 13 * u, w.brow_y - 10 * u), 1.7, 14)
        + heart(w, (CENTRE + half - 9 * u, w.mouth_y + 1 * u), 1.35, 10)
        + heart(w, (CENTRE - half + 9 * u, w.mouth_y + 2 * u), 1.6, -14)
    )


def _zzz(w: Wearer) -> str:
    letter = "M-6-6H6L-6 6H6"
    u, x, y = w.unit, CENTRE + w.half, w.brow_y
    parts = []
    for dx, dy, size in ((-33, 8, 0.9), (-19, -7, 1.25), (-4, -24, 1.65)):
        glyph = line(letter, "#ffffff", 6.6) + line(letter, "#2467c9", 3.6)
        parts.append(group(w, (x + dx * u, y + dy * u), glyph, size))
    return "".join(parts)


def _horns(w: Wearer) -> str:
    parts, s = [], w.skin
    horn = (
        f'<path d="M-13 12C-15-2-5-9 4-14C10-18 12-24 11-31C22-21 24-6 15 8C11 15-8 20-13 12Z" fill="{s.deep}"/>'
        f'<path d="M-13 12C-15-2-5-9 4-14C10-18 12-24 11-31C15-24 14-15 6-9C-3-3-6 4-4 14C-8 15-12 14-13 12Z" '
        f'fill="{s.shade}"/>'
    )
    for out in (-1, 1):
        where = (CENTRE + out * 0.62 * w.half, w.top + 12 * w.unit)
        parts.append(group(w, where, horn, 1.08, 4 * out, flip=out < 0))
    return "".join(parts)


def _confetti(w: Wearer) -> str:
    """Scraps of paper in the air."""
    u, parts = w.unit, []
    scraps = (
        (-52, -26, "#e8485f", 20), (-60, 4, "#3fa0e8", -30), (-46, 34, "#3db36b", 10), (50, -12, "#8d5be0", 35),
        (58, 12, "#f29a2e", -15), (40, 46, "#e8485f", 25), (34, -44, "#3db36b", -40), (-49, -51, "#f29a2e", 10),
    )  # fmt: skip
    for x, y, colour, turn in scraps:
        scrap = f'<rect x="-3.4" y="-3.4" width="6.8" height="6.8" rx="1.4" fill="{colour}"/>'
        parts.append(group(w, (CENTRE + x * u, w.eye_y + 5 * u + y * u), scrap, 1.0, turn))
    return "".join(parts)


def _blower(w: Wearer) -> str:
    """A paper blower in the mouth, rolled out."""
    m = w.mouth
    tube = (
        '<path d="M0-4.5L34-8V8L0 4.5Z" fill="#3fa0e8"/><path d="M8-5.3L15-6V6L8 5.3ZM22-6.8L29-7.5V7.5L22 6.8Z" '
        'fill="#bfe3ff"/>' + line("M33-8C43-8 47-2 45 4C43 10 34 10 33 4C33 1 36 0 38 2", "#1f78c4", 4.6)
    )
    return group(w, (m.x + 0.3 * m.half, m.y), tube, 1.1, 14)


def _turn(w: Wearer, upright: bool) -> str:
    """Two arrows: which way a head is shaken."""
    u, parts = w.unit, []
    arrow = line("M-13 0H13M5-8L14 0L5 8", "#2467c9", 6.4)
    halo = line("M-13 0H13M5-8L14 0L5 8", "#ffffff", 10.4)
    for out in (-1, 1):
        if upright:
            where, turn = (CENTRE + w.wide + 9 * u, w.eye_y + 8 * u + out * 24 * u), 90.0 * out
        else:
            where, turn = (CENTRE + out * 0.62 * w.half, w.rest_chin + 4 * u), 90.0 - 90.0 * out
        parts.append(group(w, where, halo + arrow, 0.92, turn))
    return "".join(parts)


def _shake_arrows(w: Wearer) -> str:
    return _turn(w, upright=False)


def _nod_arrows(w: Wearer) -> str:
    return _turn(w, upright=True)


OVERLAYS.add(Overlay(name="halo", draw=_halo, layer="front", room=Room(top=6)))
OVERLAYS.add(Overlay(name="heart", draw=_heart, layer="front"))
OVERLAYS.add(Overlay(name="hearts", draw=_hearts, layer="front", room=Room(side=1)))
OVERLAYS.add(Overlay(name="zzz", draw=_zzz, layer="front", room=Room(top=8, side=4)))
OVERLAYS.add(Overlay(name="horns", draw=_horns, layer="front", room=Room(top=16)))
OVERLAYS.add(Overlay(name="confetti", draw=_confetti, layer="front", room=Room(side=7)))
OVERLAYS.add(Overlay(name="blower", draw=_blower, layer="front"))
OVERLAYS.add(Overlay(name="shake_arrows", draw=_shake_arrows, layer="front", room=Room(bottom=12)))
OVERLAYS.add(Overlay(name="nod_arrows", draw=_nod_arrows, layer="front", room=Room(around=19)))
