"""What the sick wear: mask, thermometer, bandage."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.overlays.shapes import group, line, on_skin
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.pen import Pen
from mien.avatar.plain.ink import outlined


def _mask(w: Wearer) -> str:
    """A medical mask from the bridge of the nose to the chin, its loops at the ears."""
    u, top, low = w.unit, w.nose_y - 8 * w.unit, w.rest_chin - 3.5 * w.unit
    high, deep = top + 4 * u, low - 13 * u
    x, z, edge = 0.78 * w.half_at(high), 0.74 * w.half_at(deep), w.half + 1 * u
    loops = ""
    for out in (-1, 1):
        upper = Pen(w, out).move(x, high).bow(edge - 5 * u, high - 3 * u, edge, w.eye_y + 6 * u)
        lower = Pen(w, out).move(z, deep).bow(0.96 * w.half, deep - 8 * u, edge, w.eye_y + 12 * u)
        loops += line(upper.d + lower.d, w.edge or "#a9bfd4", 2.6 * u)
    cloth = (
        Pen(w).move(-x, high).curve(-0.5 * x, top - u, -0.25 * x, top - 4 * u, 0, top - 4 * u)
        .curve(0.25 * x, top - 4 * u, 0.5 * x, top - u, x, high)
        .curve(x, high + 9 * u, z + 2 * u, deep - 6 * u, z, deep)
        .curve(0.75 * z, low - u, 0.4 * z, low + 1.5 * u, 0, low + 1.5 * u)
        .curve(-0.4 * z, low + 1.5 * u, -0.75 * z, low - u, -z, deep)
        .curve(-z - 2 * u, deep - 6 * u, -x, high + 9 * u, -x, high).close()
    )  # fmt: skip
    svg = f'{loops}<path d="{cloth.d}" fill="#eaf4fb"{outlined(w.edge or "#9db6cd")}/>'
    folds = Pen(w)
    for share, reach in ((0.36, 0.82), (0.6, 0.76)):
        y, half = high + (low - high) * share, reach * (x + (z - x) * share)
        folds.move(-half, y).bow(0, y + 4.5 * u, half, y)
    return svg if w.bold else svg + folds.stroke("#b9ccdd", 2 * u)


def _thermometer(w: Wearer) -> str:
    m = w.mouth
    tube = (
        f'<rect x="-4" y="-5.5" width="48" height="11" rx="5.5" fill="#f7fbff"{outlined(w.edge or "#8798b3", 2.2)}/>'
        + line("M2 0H28", "#e0353b", 4.2)
        + line("M33-2V2M38-2V2", "#8798b3", 1.8)
    )
    return group(w, (m.x + 0.45 * m.half, m.y - 0.5 * w.unit), tube, 1.15, -33)


def _bandage(w: Wearer) -> str:
    """A strip round the head, down over one brow, and a second turn of it above."""
    u, x, y = w.unit, w.half + 3 * w.unit, w.brow_y

    def strip(left: float, right: float, thick: float, bend: float) -> str:
        mid = (left + right) / 2 - bend
        turn = Pen(w, depth=1.05).move(-x, left - thick).bow(0, mid - thick, x, right - thick)
        turn.line(x, right + thick).bow(0, mid + thick, -x, left + thick).close()
        return f'<path d="{turn.d}" fill="#fbf6ea"{outlined(w.edge or "#c4b698")}/>'

    under = strip(y + 2 * u, y - 22 * u, 6 * u, 5 * u)
    over = strip(y - 22 * u, y + 1 * u, 7 * u, 6 * u)
    return on_skin(w, under + over)


OVERLAYS.add(Overlay(name="mask", draw=_mask, layer="front", hides=("mouth",)))
OVERLAYS.add(Overlay(name="thermometer", draw=_thermometer, layer="front"))
OVERLAYS.add(Overlay(name="bandage", draw=_bandage, layer="front"))
