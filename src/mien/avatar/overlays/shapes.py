"""Shapes that several overlays share, round (0, 0), for the plain face; `Wearer.path` puts them in their place."""

from __future__ import annotations

from mien.avatar.overlays.wearer import Wearer
from mien.avatar.plain.ink import outlined
from mien.avatar.shapes import Point, n

DROP = "M0-9.5C3.4-3.8 6.2-.4 6.2 3.2A6.2 6.2 0 0 1-6.2 3.2C-6.2-.4-3.4-3.8 0-9.5Z"
HEART = "M0 8.6C-9.6 1.8-10.6-3-9.4-6C-7.8-9.8-2-9.9 0-5.4C2-9.9 7.8-9.8 9.4-6C10.6-3 9.6 1.8 0 8.6Z"
STAR = "M0-11L3.3-4L10.9-3.1L5.3 2.1L6.8 9.7L0 6L-6.8 9.7L-5.3 2.1L-10.9-3.1L-3.3-4Z"
PUFF = "M0 0C5-5 12-4 14 0C19-4 27-1 27 5C33 8 31 17 24 16C21 21 13 20 11 16C6 17 3 12 5 8C1 7-1 3 0 0Z"

RED, ROSE = "#e8283f", "#ff8a94"
CLOUD, CLOUD_EDGE = "#f4f8ff", "#aebfd8"


def drop(w: Wearer, where: Point, size: float, turn: float = 0.0) -> str:
    """A drop of water, its tip up; on few pixels it gets an edge, since its light blue is hardly darker than a face."""
    fill = f'fill="url(#{w.uid}w)"{outlined(w.edge or "#2478c8", 1.6)}' if w.bold else water(w)
    return (
        f'<g transform="{w.spot(where, size, turn)}"><path d="{DROP}" {fill}/><ellipse cx="-2" cy="2.2" rx="1.5" '
        f'ry="2.4" fill="#fff" fill-opacity=".8"/></g>'
    )


def heart(w: Wearer, where: Point, size: float, turn: float = 0.0) -> str:
    shine = (
        "" if w.bold else f'<ellipse cx="-5" cy="-4.4" rx="1.7" ry="2.5" transform="rotate(35 -5 -4.4)" fill="{ROSE}"/>'
    )
    return (
        f'<g transform="{w.spot(where, size, turn)}"><path d="{HEART}" fill="{RED}"{outlined(w.edge, 1.2)}/>{shine}</g>'
    )


def group(w: Wearer, where: Point, svg: str, size: float = 1.0, turn: float = 0.0, *, flip: bool = False) -> str:
    """A drawing round (0, 0) in units of the plain face, put at a place of this one."""
    return f'<g transform="{w.spot(where, size, turn, flip)}">{svg}</g>'


def line(d: str, colour: str, width: float, opacity: float = 1.0) -> str:
    """A stroke with round ends."""
    clear = "" if opacity >= 1 else f' stroke-opacity="{n(opacity)}"'
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-linecap="round" '
        f'stroke-linejoin="round"{clear}/>'
    )


def shine(x: float, y: float, rx: float, ry: float, turn: float) -> str:
    return (
        f'<ellipse transform="translate({n(x)} {n(y)}) rotate({n(turn)})" rx="{n(rx)}" ry="{n(ry)}" fill="#fff" '
        f'fill-opacity=".6"/>'
    )


def water(w: Wearer) -> str:
    """The fill of tears and sweat: a gradient that every drawing with overlays defines."""
    return f'fill="url(#{w.uid}w)"{outlined(w.edge, 1.4 * w.unit)}'


def on_skin(w: Wearer, svg: str) -> str:
    """Clipped to the face."""
    return f'<g clip-path="url(#{w.uid}head)">{svg}</g>' if svg else ""
