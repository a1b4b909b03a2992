"""Eyes that are no eyes: hearts, stars, crosses, spirals, coins."""

from __future__ import annotations

import itertools
import math

from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.overlays.shapes import STAR, group, heart, line
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.plain.ink import outlined
from mien.avatar.shapes import Point, at


def _centre(w: Wearer, out: int) -> Point:
    e = w.eye(out)
    return e.x, w.eye_y


def _heart_eyes(w: Wearer) -> str:
    return "".join(heart(w, _centre(w, out), 1.95, 8 * out) for out in (-1, 1))


def _star_eyes(w: Wearer) -> str:
    star = f'<path d="{STAR}" fill="#e4472b" stroke="{w.edge or "#e4472b"}" stroke-width="3" stroke-linejoin="round"/>'
    if not w.bold:
        star += line("M-5.6-2.2L-2.6-2.6L-1-6", "#ffab8a", 1.8)
    return "".join(group(w, _centre(w, out), star, 1.8, 8 * out) for out in (-1, 1))


def _crossed_eyes(w: Wearer) -> str:
    cross = line("M-9-9L9 9M9-9L-9 9", w.ink, 5.6)
    return "".join(group(w, _centre(w, out), cross) for out in (-1, 1))


def _coil(turns: float, radius: float, start: float) -> str:
    """A spiral from the middle outwards, in eighths of a turn."""
    count = round(turns * 8)
    points: list[Point] = []
    for i in range(count + 1):
        angle, r = start + i * math.pi / 4, radius * i / count
        points.append((r * math.cos(angle), r * math.sin(angle)))
    d = f"M{at(points[0])}"
    for a, b in itertools.pairwise(points[1:]):
        d += f"Q{at(a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2))}"
    return d + f"L{at(points[-1])}"


def _spiral_eyes(w: Wearer) -> str:
    parts = []
    for out in (-1, 1):
        ball = f'<circle r="17" fill="#fffefb"{outlined(w.edge)}/>{line(_coil(2.4, 14.5, 0.4), "#4a2a16", 4)}'
        parts.append(group(w, _centre(w, out), ball, flip=out > 0))
    return "".join(parts)


def _money_eyes(w: Wearer) -> str:
    sign = line(
        "M6.2-6.2Q4-9.4-.6-9.2Q-6.4-8.8-6.2-4.6Q-5.6-.8 0 0Q6 1 6.2 4.8Q6 9.2 0 9.3Q-5 9.2-6.8 5.6", "#157a3d", 3.8
    )
    sign += line("M0-13V13", "#157a3d", 3.4)
    ball = f'<ellipse rx="14.6" ry="17" fill="#fffefb"{outlined(w.edge)}/>'
    return "".join(group(w, _centre(w, out), ball + sign, 1.0, 6 * out) for out in (-1, 1))


def _dark_eyes(w: Wearer) -> str:
    """The big dark almonds of an alien."""
    parts = []
    for out in (-1, 1):
        d = "M-15-6C-8-15 9-13 14-1C17 8 11 15 3 14C-7 12-15 3-15-6Z"
        eye = (
            f'<path d="{d}" fill="#14161c"/><ellipse cx="-4" cy="-5" rx="3.4" ry="4.6" fill="#fff" fill-opacity=".85"/>'
        )
        parts.append(f'<g transform="{w.spot(_centre(w, out), 1.22, 0, out < 0)}">{eye}</g>')
    return "".join(parts)


def _glossy(w: Wearer) -> str:
    return ""  # the eyes themselves are drawn with more light in them


OVERLAYS.add(Overlay(name="glossy_eyes", draw=_glossy))
OVERLAYS.add(Overlay(name="heart_eyes", draw=_heart_eyes, layer="front", hides=("eyes",)))
OVERLAYS.add(Overlay(name="star_eyes", draw=_star_eyes, layer="front", hides=("eyes",)))
OVERLAYS.add(Overlay(name="crossed_eyes", draw=_crossed_eyes, layer="front", hides=("eyes",)))
OVERLAYS.add(Overlay(name="spiral_eyes", draw=_spiral_eyes, layer="front", hides=("eyes",)))
OVERLAYS.add(Overlay(name="money_eyes", draw=_money_eyes, layer="front", hides=("eyes",)))
OVERLAYS.add(Overlay(name="dark_eyes", draw=_dark_eyes, hides=("eyes", "brows", "glasses")))
