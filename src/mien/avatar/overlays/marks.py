"""What shows on the skin: blushes, pallor, bags under the eyes."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import group, line
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, n


def _cheeks(w: Wearer, rx: float, ry: float, drop: float = 0.0) -> str:
    """Both cheeks in the wearer's own blush, which fades out."""
    parts = []
    for out in (-1, 1):
        x, y = w.warp((CENTRE + out * w.cheek_x, w.cheek_y + drop * w.unit))
        parts.append(
            f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx * w.unit)}" ry="{n(ry * w.unit)}" fill="url(#{w.uid}blush)"/>'
        )
        if w.edge:  # not by colour alone
            parts.append(group(w, (CENTRE + out * w.cheek_x, y), line("M-9 4L-5-4M-2 4L2-4M5 4L9-4", w.edge, 2.2)))
    return "".join(parts)


def _blush(w: Wearer) -> str:
    return _cheeks(w, 14.5, 10)


def _flush(w: Wearer) -> str:
    return _cheeks(w, 19, 14, 1) + _cheeks(w, 14, 10, 1)


def _wash(w: Wearer, key: str, stops: tuple[tuple[float, str, float], ...], turned: str = 'x2="0" y2="1"') -> str:
    """A colour that lies over the whole face from one end to the other. stops: (offset, colour, opacity)."""
    marks = "".join(f'<stop offset="{n(o)}" stop-color="{c}" stop-opacity="{n(a)}"/>' for o, c, a in stops)
    return (
        f'<linearGradient id="{w.uid}{key}" x1="0" y1="0" {turned}>{marks}</linearGradient>'
        f'<path d="{w.outline}" fill="url(#{w.uid}{key})"/>'
    )


def _pale(w: Wearer) -> str:
    """The blue of fright, from the forehead down."""
    if w.plain:
        return _wash(w, "pale", ((0, "#4f8df2", 1), (0.28, "#77a9f5", 0.9), (0.62, "#a9c8f0", 0)))
    return _wash(w, "pale", ((0.1, "#5d8fe6", 0.72), (0.6, "#9dbfee", 0)))


def _nausea(w: Wearer) -> str:
    """Green round the mouth."""
    return _wash(w, "ill", ((0.3, "#8fc43a", 0), (0.95, "#7fb52a", 0.5)))


def _fever(w: Wearer) -> str:
    """The heat of a hot or a raging face, strongest at the forehead."""
    return _wash(w, "hot", ((0, "#e8321f", 0.55), (0.75, "#f2603a", 0)))


def _frost(w: Wearer) -> str:
    """Cold from the forehead down."""
    return _wash(w, "ice", ((0, "#dff4ff", 0.85), (0.45, "#8fcbf5", 0.35), (1, "#5aa6ea", 0.3)))


def _bags(w: Wearer) -> str:
    """Dark rings under tired eyes."""
    parts, u = [], w.unit
    for out in (-1, 1):
        e = w.eye(out)
        x, half, y = out * (e.x - CENTRE), 0.95 * e.half_width, e.bottom - 1.5 * u
        ring = (
            Pen(w, out).move(x - half, y).curve(x - 0.7 * half, y + 12 * u, x + 0.7 * half, y + 12 * u, x + half, y)
            .curve(x + 0.6 * half, y + 4 * u, x - 0.6 * half, y + 4 * u, x - half, y).close()
        )  # fmt: skip
        fold = Pen(w, out).move(x - 0.8 * half, y + 9 * u).bow(x, y + 15 * u, x + 0.8 * half, y + 9 * u)
        parts.append(ring.fill("#7d4f86", 0.6) + fold.stroke(w.skin.deep, 2.2 * u, 0.9))
    return "".join(parts)


def _icicles(w: Wearer) -> str:
    """Icicles at the chin, flakes in the air."""
    u, parts = w.unit, []
    ice = (
        '<path d="M-31-7C-22-2-11 0 0 0C11 0 22-2 31-7C31 2 29 8 27 12C25 7 23 4 20 2C19 9 17 15 15 19C12 13 11 8 10 4'
        'C6 10 4 18 1 25C-3 18-4 10-7 4C-9 9-11 13-13 16C-16 11-17 7-18 3C-22 5-24 8-26 12C-29 7-31 1-31-7Z" '
        f'fill="#eefaff" stroke="{w.edge or "#8cc8f2"}" stroke-width="1.8" stroke-linejoin="round"/>'
    )
    parts.append(group(w, (CENTRE, w.rest_chin - 11 * u), ice, 0.95))
    arms = "M0-11V11M-9.5-5.5L9.5 5.5M9.5-5.5L-9.5 5.5M-3.4-9.4L0-6L3.4-9.4M-3.4 9.4L0 6L3.4 9.4"
    flake = line(arms, w.edge or "#5aa9ea", 6.4) + line(arms, "#ffffff", 3.2)
    for x, y, size in ((-1, -14, 0.95), (0.98, -30, 1.15), (1.02, 28, 0.8)):
        parts.append(group(w, (CENTRE + x * (w.half - 5 * u), w.eye_y + y * u), flake, size, 15))
    return "".join(parts)


OVERLAYS.add(Overlay(name="pale", draw=_pale, layer="skin"))
OVERLAYS.add(Overlay(name="nausea", draw=_nausea, layer="skin"))
OVERLAYS.add(Overlay(name="fever", draw=_fever, layer="skin"))
OVERLAYS.add(Overlay(name="frost", draw=_frost, layer="skin"))
OVERLAYS.add(Overlay(name="icicles", draw=_icicles, layer="front", room=Room(bottom=7, chin=8)))
OVERLAYS.add(Overlay(name="blush", draw=_blush, layer="skin"))
OVERLAYS.add(Overlay(name="flush", draw=_flush, layer="skin"))
OVERLAYS.add(Overlay(name="bags", draw=_bags, layer="skin"))
