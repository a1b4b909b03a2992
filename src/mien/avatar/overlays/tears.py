"""Tears and sweat: they start at the lids and follow the cheeks."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import drop, on_skin, water
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, Point


def _tear(w: Wearer) -> str:
    """One drop under the face's left eye, with the trace it left."""
    e, u = w.eye(1), w.unit
    x, y = e.x + 9 * u, max(e.bottom, e.y + 4 * u)
    return drop(w, (x, y + 12 * u), 1.85)


def _streams(w: Wearer) -> str:
    """Both eyes run over, down to the chin."""
    parts, u = [], w.unit
    for out in (-1, 1):
        e = w.eye(out)
        x, half, top, low = out * (e.x - CENTRE), 0.62 * e.half_width, e.bottom - 1.5 * u, w.chin + 6 * u
        a, b, lean = x - half, x + half, 5 * u
        high = (low - top) / 3
        stream = (
            Pen(w, out).move(a, top).curve(a, top + high, a + 0.5 * lean, low - high, a + 0.5 * lean, low)
            .line(b + 2 * lean, low).curve(b + 1.6 * lean, low - high, b, top + high, b, top).close()
        )  # fmt: skip
        x -= 0.35 * half
        light = Pen(w, out).move(x, top + 6 * u).curve(x, top + 20 * u, x + lean, low - 40 * u, x + lean, low - 18 * u)
        parts.append(f'<path d="{stream.d}" {water(w)}/>' + light.stroke("#ffffff", 2.8 * u, 0.65))
    return on_skin(w, "".join(parts))


def _tears_of_joy(w: Wearer) -> str:
    """A big drop at the outer corner of each eye."""
    parts = []
    for out in (-1, 1):
        e = w.eye(out)
        where = (e.x + out * (e.half_width + 10 * w.unit), e.y + 13 * w.unit)
        parts.append(drop(w, where, 1.75, -48 * out))
    return "".join(parts)


def _welling(w: Wearer) -> str:
    """Tears that stand in the eyes."""
    parts, u = [], w.unit
    for out in (-1, 1):
        e = w.eye(out)
        x, half, y = out * (e.x - CENTRE), 0.96 * e.half_width, e.bottom - 6 * u
        pool = (
            Pen(w, out).move(x - half, y).curve(x - 0.5 * half, y + 4 * u, x + 0.5 * half, y + 4 * u, x + half, y)
            .curve(x + 1.1 * half, y + 13 * u, x - 1.1 * half, y + 13 * u, x - half, y).close()
        )  # fmt: skip
        light = (
            Pen(w)
            .move(e.x - CENTRE - 0.55 * half, y + 5.6 * u)
            .bow(e.x - CENTRE, y + 8 * u, e.x - CENTRE + 4 * u, y + 7.4 * u)
        )
        parts.append(f'<path d="{pool.d}" {water(w)}/>' + light.stroke("#ffffff", 2 * u, 0.85))
    return "".join(parts)


def _temple(w: Wearer, out: int, dx: float, y: float) -> Point:
    return CENTRE + out * (w.half - dx * w.unit), y


def _sweat(w: Wearer) -> str:
    """One drop at the temple."""
    return drop(w, _temple(w, 1, 15 if w.plain else 10, w.brow_y - (4 if w.plain else 9) * w.unit), 1.75)


def _cold_sweat(w: Wearer) -> str:
    """One drop down the cheek."""
    return drop(w, _temple(w, -1, 12, w.eye_y + 14 * w.unit), 1.75)


def _sweats(w: Wearer) -> str:
    """Drops all over a hot face."""
    u, y = w.unit, w.brow_y
    return (
        drop(w, _temple(w, 1, 16, y - 6 * u), 1.7)
        + drop(w, _temple(w, -1, 14, y + 2 * u), 1.3)
        + drop(w, _temple(w, -1, 13, w.mouth_y - 6 * u), 1.5)
    )


OVERLAYS.add(Overlay(name="welling", draw=_welling))
OVERLAYS.add(Overlay(name="streams", draw=_streams))
OVERLAYS.add(Overlay(name="tear", draw=_tear))
OVERLAYS.add(Overlay(name="tears_of_joy", draw=_tears_of_joy, layer="front"))
OVERLAYS.add(Overlay(name="sweat", draw=_sweat, layer="front"))
OVERLAYS.add(Overlay(name="cold_sweat", draw=_cold_sweat, layer="front"))
OVERLAYS.add(Overlay(name="sweats", draw=_sweats, layer="front", room=Room(top=0.5)))
