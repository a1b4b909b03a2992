"""Shapes that several overlays share: drops, hearts, stars, a shine. Coordinates as in the plain face."""

from __future__ import annotations

from mien.avatar.shapes import CENTRE, n

DROP = "M0-9C3.6-3.4 6.2-.4 6.2 3.2A6.2 6.2 0 0 1-6.2 3.2C-6.2-.4-3.6-3.4 0-9Z"
HEART = "M0 8.6C-9.6 1.8-10.6-3-9.4-6C-7.8-9.8-2-9.9 0-5.4C2-9.9 7.8-9.8 9.4-6C10.6-3 9.6 1.8 0 8.6Z"
STAR = "M0-11L3.3-4L10.9-3.1L5.3 2.1L6.8 9.7L0 6L-6.8 9.7L-5.3 2.1L-10.9-3.1L-3.3-4Z"
EYES = ((CENTRE - 21.5, 59.0), (CENTRE + 21.5, 59.0))


def place(shape: str, x: float, y: float, scale: float, fill: str, turn: float = 0) -> str:
    rotate = f" rotate({n(turn)})" if turn else ""
    return f'<path transform="translate({n(x)} {n(y)}){rotate} scale({n(scale)})" d="{shape}" {fill}/>'


def drop(uid: str, x: float, y: float, scale: float, turn: float = 0) -> str:
    return place(DROP, x, y, scale, water(uid), turn) + (
        f'<ellipse cx="{n(x - 2 * scale)}" cy="{n(y + 2 * scale)}" rx="{n(1.5 * scale)}" ry="{n(2.4 * scale)}" '
        f'fill="#fff" fill-opacity=".8"/>'
    )


def shine(x: float, y: float, rx: float, ry: float, turn: float) -> str:
    return (
        f'<ellipse transform="translate({n(x)} {n(y)}) rotate({n(turn)})" rx="{n(rx)}" ry="{n(ry)}" fill="#fff" '
        f'fill-opacity=".6"/>'
    )


def water(uid: str) -> str:
    """The fill of tears and sweat: a gradient that every drawing with overlays defines."""
    return f'fill="url(#{uid}w)"'
