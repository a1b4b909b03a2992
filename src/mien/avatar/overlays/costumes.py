"""Faces to dress up as: a clown, an alien, a ninja."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import group, line, on_skin
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE

_WHITE, _RED, _BLUE = "#fdfbf7", "#e5263c", "#4a9fe0"


def _clown_paint(w: Wearer) -> str:
    """White round the mouth, diamonds over the eyes, red cheeks."""
    u, parts = w.unit, []
    diamond = f'<path d="M0-27C7-14 14-10 14 0C14 11 8 16 0 26C-8 16-14 11-14 0C-14-10-7-14 0-27Z" fill="{_BLUE}"/>'
    cheek = f'<circle r="8.5" fill="{_RED}" fill-opacity=".85"/>'
    for out in (-1, 1):
        parts.append(group(w, (w.eye(out).x, w.eye_y), diamond))
        parts.append(group(w, (CENTRE + out * w.cheek_x * 1.08, w.cheek_y + 4 * u), cheek))
    lips = "M-34-10C-30-17-16-13 0-13C16-13 30-17 34-10C37 10 18 22 0 22C-18 22-37 10-34-10Z"
    parts.append(group(w, (w.mouth.x, w.mouth_y + 1 * u), f'<path d="{lips}" fill="{_WHITE}"/>'))
    return on_skin(w, "".join(parts))


def _clown_nose(w: Wearer) -> str:
    ball = f'<circle r="10.5" fill="{_RED}"/><ellipse cx="-3.6" cy="-4" rx="3" ry="2.4" fill="#ffb3b8"/>'
    return group(w, (CENTRE, w.nose_y - 5 * w.unit), ball)


def _clown_hair(w: Wearer) -> str:
    """Tufts at both sides."""
    tuft = (
        '<path d="M-8-22C0-31 13-27 13-17C23-17 26-5 18 0C25 7 19 18 10 16C6 25-8 25-11 16C-18 8-18-14-8-22Z" '
        'fill="#f0642c"/>' + line("M-2-12C4-14 8-9 5-4M2 2C8 2 10 8 5 10", "#c94716", 2.4)
    )
    y, x = w.brow_y + 4 * w.unit, w.half - 4 * w.unit
    return "".join(group(w, (CENTRE + out * x, y), tuft, flip=out < 0) for out in (-1, 1))


def _ninja(w: Wearer) -> str:
    """A dark hood with a slit for the eyes."""
    u, x, low, top = w.unit, w.half + 4 * w.unit, w.rest_chin + 3 * w.unit, w.top - 6 * w.unit
    cloth, fold, band = "#2c3344", "#1a1f2b", "#c3263b"
    y0, y1, z = w.brow_y - 9 * u, w.eye_y + 16 * u, w.half - 3 * u
    mid = (y0 + y1) / 2
    hood = (
        Pen(w, depth=0.4).move(0, top).curve(0.62 * x, top, x, top + 22 * u, x, mid - 6 * u)
        .curve(x, low - 22 * u, 0.55 * x, low, 0, low).curve(-0.55 * x, low, -x, low - 22 * u, -x, mid - 6 * u)
        .curve(-x, top + 22 * u, -0.62 * x, top, 0, top).close()
    )  # fmt: skip
    slit = (
        Pen(w).move(-z, mid).curve(-z, y0 + 4 * u, -0.6 * z, y0, 0, y0).curve(0.6 * z, y0, z, y0 + 4 * u, z, mid)
        .curve(z, y1 - 4 * u, 0.6 * z, y1, 0, y1).curve(-0.6 * z, y1, -z, y1 - 4 * u, -z, mid).close()
    )  # fmt: skip
    tie = Pen(w).move(-x, y0 + 2 * u).curve(-0.6 * x, y0 - 9 * u, 0.6 * x, y0 - 9 * u, x, y0 + 2 * u)
    folds = Pen(w).move(-0.5 * x, y1 + 9 * u).bow(0, y1 + 16 * u, 0.6 * x, y1 + 7 * u)
    ends = (
        f'<path d="M0 0C8-8 16-7 24-13C24-5 16 4 2 4ZM0 2C10 4 14 10 22 12C16 18 4 14-2 6Z" fill="{band}"/>'
        f'<circle r="5" fill="{band}"/>'
    )
    return (
        f'<path d="{hood.d}{slit.d}" fill="{cloth}" fill-rule="evenodd"/>{folds.stroke(fold, 2.8 * u)}'
        f"{tie.stroke(band, 7.5 * u)}{group(w, (CENTRE + x - 2 * u, y0 + 1 * u), ends, 0.78)}"
    )


OVERLAYS.add(Overlay(name="clown_hair", draw=_clown_hair, layer="front", room=Room(side=19)))
OVERLAYS.add(Overlay(name="clown_paint", draw=_clown_paint, layer="skin"))
OVERLAYS.add(Overlay(name="clown_nose", draw=_clown_nose, layer="face", hides=("nose",)))
OVERLAYS.add(Overlay(name="white", skin=("#ffffff", "#f1eee8", "#d9d3c9", "#a59d92"), tint=0.0))
OVERLAYS.add(Overlay(name="alien_green", skin=("#d8f7a8", "#a4dc5e", "#76b839", "#4a8422"), tint=0.85))
OVERLAYS.add(
    Overlay(
        name="ninja", draw=_ninja, layer="front", room=Room(top=2, side=19),
        hides=("mouth", "facial_hair", "hair", "headwear"),
    )
)  # fmt: skip
