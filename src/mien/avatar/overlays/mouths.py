"""Mouths that no muscle makes, and what comes out of a mouth."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import group, line, water
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.pen import Pen
from mien.avatar.plain.ink import outlined
from mien.avatar.shapes import CENTRE, TEETH, TEETH_SHADE, TONGUE, TONGUE_SHADE, n

_BILL, _BILL_EDGE, _BILL_DARK = "#7fcf7a", "#3f9a4c", "#1c6b34"


def _nothing(w: Wearer) -> str:
    return ""


def _buck_teeth(w: Wearer) -> str:
    teeth = (
        f'<path d="M-9.4 0H9.4V9Q9.4 12.5 6 12.5H-6Q-9.4 12.5-9.4 9Z" fill="{TEETH}" stroke="{TEETH_SHADE}" '
        f'stroke-width="1"/>' + line("M0 1V11.4", TEETH_SHADE, 1.8)
    )
    return group(w, (w.mouth.x, w.mouth.top + 1.2 * w.unit), teeth)


def _lick(w: Wearer) -> str:
    """The tongue at the corner of the mouth."""
    m, u = w.mouth, w.unit
    x, y = m.x + 0.52 * m.half, m.y + (m.right[1] - m.y) * 0.25
    tongue = f'<path d="M-8.5-3H8.5V8.5A8.5 8.5 0 0 1-8.5 8.5Z" fill="{TONGUE}"{outlined(w.edge)}/>' + line(
        "M0 0V8.5", TONGUE_SHADE, 2
    )
    return group(w, (x, y + 1.5 * u), tongue, 1.4 if w.bold else 1.25, -32)


def _money_mouth(w: Wearer) -> str:
    """A bank note for a tongue."""
    sign = "M3.4 2.9Q2 .9-.4 1Q-3.6 1.2-3.4 3.8Q-3 6 0 6.8Q3.6 7.6 3.6 10Q3.4 12.8 0 12.8Q-2.8 12.7-3.8 10.7M0-1V15"
    note = (
        f'<path d="M-13-9H13V17Q13 20.5 9.5 20.5H-9.5Q-13 20.5-13 17Z" fill="{_BILL}" stroke="{w.edge or _BILL_EDGE}" '
        f'stroke-width="2.2"/><circle cy="7" r="8.4" fill="#c4efc0"/>{line(sign, _BILL_DARK, 2.2)}'
    )
    return group(w, (w.mouth.x, w.mouth.bottom - 4 * w.unit), note, 1.1)


def _censored(w: Wearer) -> str:
    signs = (
        "M-29-8V8M-22-8V8M-33.5-3.2H-17.5M-33.5 3.2H-17.5"  # a hash
        "M3-5.6Q1-8.4-3-8.4Q-8.5-8-8-4.4Q-7-1.2-2.5-.9Q3 .2 3 3.4Q2 7.4-3 7.4Q-7.5 7.1-9 4M-2.7-11.4V10.4"  # a dollar
        "M15-8L24 8M24-8L15 8M12 0H27"  # a star
        "M35.5-9V2.5M35.5 8.2V8.6"
    )
    bar = f'<rect x="-43" y="-14.5" width="86" height="29" rx="8" fill="#2c1a22"/>{line(signs, "#ffffff", 3.9)}'
    return group(w, (w.mouth.x, w.mouth_y + 2 * w.unit), bar, 1.0, -5)


def _vomit(w: Wearer) -> str:
    m, u = w.mouth, w.unit
    x, top, low = m.x - CENTRE, m.top + 0.4 * (m.bottom - m.top), w.rest_chin + (4 if w.plain else 10) * u
    h, y = (0.95 if w.plain else 0.86) * m.half, low - top
    flow = (
        Pen(w).move(x - h, top).curve(x - 1.1 * h, top + 0.4 * y, x - 1.6 * h, top + 0.6 * y, x - 1.8 * h, low - 3 * u)
        .bow(x - 1.5 * h, low + 5 * u, x - 0.9 * h, low).bow(x - 0.5 * h, low - 2 * u, x - 0.2 * h, low + 3 * u)
        .bow(x + 0.3 * h, low + 7 * u, x + 0.8 * h, low + 1 * u).bow(x + 1.5 * h, low + 4 * u, x + 1.8 * h, low - 4 * u)
        .curve(x + 1.6 * h, top + 0.6 * y, x + 1.1 * h, top + 0.4 * y, x + h, top)
        .bow(x, top - 6 * u, x - h, top).close()
    )  # fmt: skip
    runs = Pen(w)
    for k, end in ((-0.5, 0.75), (0.08, 0.9), (0.6, 0.7)):
        runs.move(x + k * h, top + 0.2 * y)
        runs.curve(x + k * h, top + 0.4 * y, x + 1.5 * k * h, top + 0.6 * y, x + 1.6 * k * h, top + end * y)
    edge = flow.stroke(w.edge, 3 * u) if w.edge else ""
    return edge + flow.fill("#8cc63a") + runs.stroke("#6aa326", 3.4 * u)


def _zigzag(w: Wearer) -> str:
    d = "M-21 0" + "".join(f"q3.5 {-8 if i % 2 == 0 else 8} 7 0" for i in range(6))
    return group(w, (w.mouth.x, w.mouth_y + 2 * w.unit), line(d, w.ink, 5.4 if w.bold else 4.6), 1.16)


def _woozy(w: Wearer) -> str:
    """One slow wave, higher on one side."""
    d = "M-23 3C-17-9-9-9-3 0C2 8 9 9 13 2C15-2 19-4 23-3"
    return group(w, (w.mouth.x, w.mouth_y + 1.5 * w.unit), line(d, w.ink, 6.4 if w.bold else 5.2))


def _drool(w: Wearer) -> str:
    """A thread from the corner of the mouth down to the chin."""
    m, u = w.mouth, w.unit
    x, top, low = m.x - CENTRE + 0.5 * m.half, m.bottom - 1.5 * u, w.rest_chin + (-1 if w.plain else 6) * u
    a, b = x - 4.5 * u, x + 5 * u
    thread = (
        Pen(w).move(a, top).line(b, top - 2.5 * u)
        .curve(b, low - 12 * u, b + 2.5 * u, low - 8 * u, b + 2.5 * u, low - 2 * u)
        .curve(b + 2.5 * u, low + 6 * u, a - 2.5 * u, low + 6 * u, a - 2.5 * u, low - 2 * u)
        .curve(a - 2.5 * u, low - 8 * u, a, low - 12 * u, a, top).close()
    )  # fmt: skip
    light = Pen(w).move(x - 2 * u, low - 6 * u).bow(x - 3.4 * u, low - 2 * u, x - 2 * u, low + 0.5 * u)
    return f'<path d="{thread.d}" {water(w)}/>' + light.stroke("#ffffff", 2 * u, 0.8)


def _zipper(w: Wearer) -> str:
    teeth = "".join(f"M{n(-27 + 5.4 * i)} -3.6V3.6" for i in range(11))
    tape = (
        f'<rect x="-32" y="-7.5" width="64" height="15" rx="5" fill="#5d6b80"{outlined(w.edge)}/>'
        + line("M-29 0H29", "#39435a", 5.6)
        + line(teeth, "#e8edf5", 2.7)
    )
    slider = (
        '<rect x="22" y="-9.5" width="14" height="19" rx="4" fill="#f2c63c" stroke="#b98511" stroke-width="1.8"/>'
        '<rect x="25.4" y="6" width="7.4" height="15" rx="3.4" fill="#f2c63c" stroke="#b98511" stroke-width="1.8"/>'
        + line("M29.1 14.6V16.4", "#b98511", 2)
    )
    return group(w, (w.mouth.x, w.mouth_y + 1 * w.unit), tape + slider)


OVERLAYS.add(Overlay(name="no_mouth", draw=_nothing, hides=("mouth",)))
OVERLAYS.add(Overlay(name="wavy_mouth", draw=_zigzag, hides=("mouth",)))
OVERLAYS.add(Overlay(name="woozy_mouth", draw=_woozy, hides=("mouth",)))
OVERLAYS.add(Overlay(name="drool", draw=_drool, layer="front", room=Room(bottom=2, chin=7)))
OVERLAYS.add(Overlay(name="buck_teeth", draw=_buck_teeth))
OVERLAYS.add(Overlay(name="lick", draw=_lick, layer="front"))
OVERLAYS.add(Overlay(name="money_mouth", draw=_money_mouth, layer="front"))
OVERLAYS.add(Overlay(name="vomit", draw=_vomit, layer="front", room=Room(bottom=5, chin=9)))
OVERLAYS.add(Overlay(name="zipper", draw=_zipper, layer="front", hides=("mouth",)))
OVERLAYS.add(Overlay(name="censored", draw=_censored, layer="front", hides=("mouth",)))
