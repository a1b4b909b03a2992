"""Noses, and what comes out of them: steam, a bubble, a sneeze, a sigh."""

from __future__ import annotations

from mien.avatar.overlays import hands
from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import CLOUD, CLOUD_EDGE, group, line, shine
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.shapes import CENTRE


def _steam(w: Wearer) -> str:
    """A puff from each nostril, down and outwards."""
    puff = (
        "M-2-3C6-4 11-1 14 2C17-5 28-6 31 1C38-1 42 6 38 11C43 17 36 24 29 21C25 27 15 26 13 19C6 20 3 14 6 9"
        "C2 7-1 3-2-3Z"
    )
    cloud = (
        f'<path d="{puff}" fill="{CLOUD}" stroke="{w.edge or CLOUD_EDGE}" stroke-width="1.8" stroke-linejoin="round"/>'
    )
    if not w.bold:
        cloud += line("M16 9C20 5 27 7 27 12", CLOUD_EDGE, 1.8)
    y = w.nose_y + 2 * w.unit
    return "".join(group(w, (CENTRE + out * 6 * w.unit, y), cloud, 1.12, 4, flip=out < 0) for out in (-1, 1))


def _bubble(w: Wearer) -> str:
    """The bubble that a sleeper blows with the nose."""
    ball = (
        '<path d="M-3-3C0-9 10-14 19-9C29-3 29 11 20 17C11 22 0 18-3 8C-4 4-4 0-3-3Z" fill="#bfe6ff" '
        f'fill-opacity=".9" stroke="{w.edge or "#4fa5e6"}" stroke-width="2.2"/>' + shine(7, -3, 3, 4.6, 35)
    )
    return group(w, (CENTRE + 6 * w.unit, w.nose_y + 3 * w.unit), ball, 1.05)


def _sigh(w: Wearer) -> str:
    """A cloud of breath beside the mouth."""
    m = w.mouth
    cloud = (
        "M4-2C10-5 16-5 20-2C24-10 37-9 39 0C46 0 48 9 42 12C41 19 31 21 27 16C22 20 14 18 13 12C8 12 4 9 4 4Q2 1 4-2Z"
    )
    svg = f'<path d="{cloud}" fill="{CLOUD}" stroke="{w.edge or CLOUD_EDGE}" stroke-width="1.8"/>'
    if not w.bold:
        svg += line("M22 7C25 2 33 3 34 9", CLOUD_EDGE, 1.8)
    return group(w, (m.x + m.half + 1.5 * w.unit, m.y + 0.5 * w.unit), svg, 1.1, 26)


def _long_nose(w: Wearer) -> str:
    """A liar's nose, off to one side."""
    s = w.skin
    tube = "M-9 3C-10-6-2-10 8-11L44-15C56-16 58 2 46 4L8 9C0 11-8 10-9 3Z"
    under = "M-6 4C0 7 8 6 14 5L46 1C49 0 52-2 53-5C53 1 51 3 46 4L8 9C2 10-4 9-6 4Z"
    nose = (
        f'<path d="{tube}" fill="{s.shade}" stroke="{s.deep}" stroke-width="2.8" stroke-linejoin="round"/>'
        f'<path d="{under}" fill="{s.deep}" fill-opacity=".55"/>{line("M6-6.5L40-10.4", s.light, 3.6, 0.9)}'
    )
    return group(w, (CENTRE - 2 * w.unit, w.nose_y - 2 * w.unit), nose, 1.05, 9)


def _tissue(w: Wearer) -> str:
    """A handkerchief held to the nose, and what it does not catch."""
    cloth = (
        "M-19-16C-12-20-5-17 1-21C8-17 14-20 20-14C27-9 24 0 29 6C34 12 26 17 29 24C20 22 15 29 8 24C2 30-6 25-9 19"
        "C-17 21-21 13-28 9C-24 2-26-8-19-16Z"
    )
    folds = "M-10-10C-6-2-9 6-14 12M2-14C4-4 4 6 5 16M13-11C12-2 16 8 22 15"
    svg = (
        f'<path d="{cloth}" fill="#fbfdff" stroke="{w.edge or "#a9b8cf"}" stroke-width="2.2" stroke-linejoin="round"/>'
    )
    svg += line(folds, "#bccadd", 2.4)
    where, u = (CENTRE + 4 * w.unit, w.nose_y + 11 * w.unit), w.unit
    hand = group(w, (CENTRE + 21 * u, w.nose_y + 31 * u), hands.flat(w), 0.66, -38)
    return group(w, where, svg, 1.12, 8) + hand


OVERLAYS.add(Overlay(name="bubble", draw=_bubble, layer="front"))
OVERLAYS.add(Overlay(name="long_nose", draw=_long_nose, layer="front"))
OVERLAYS.add(Overlay(name="steam", draw=_steam, layer="front"))
OVERLAYS.add(Overlay(name="sigh", draw=_sigh, layer="front", room=Room(side=9, bottom=7, chin=16)))
OVERLAYS.add(Overlay(name="tissue", draw=_tissue, layer="front", hides=("mouth",), room=Room(bottom=4, chin=24)))
