"""Backgrounds: drawn behind everything in canvas units; they neither turn nor scale.

`colour` is the ground; `second` the other colour of a gradient or a pattern, derived from the first if none is given.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from mien.avatar.palette import Lch, hexed, lch, ramp
from mien.avatar.parts.registry import BACKGROUNDS, BackgroundPart, Draw
from mien.avatar.shapes import at, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_SQUARE = '<rect width="128" height="128"'
_HEART = "M0 3.4C-3.6 .6-5.4-1.4-5.4-3.6-5.4-6.8-1.4-7.4 0-4.6 1.4-7.4 5.4-6.8 5.4-3.6 5.4-1.4 3.6 .6 0 3.4Z"
_STAR = "M0-5.6L1.5-1.8 5.4-1.6 2.4.9 3.4 4.7 0 2.6-3.4 4.7-2.4.9-5.4-1.6-1.5-1.8Z"


def _other(spec: AvatarSpec, turn: float = 42.0) -> str:
    """The second colour: the given one, or the first turned on the colour circle and deepened."""
    if spec.background.second:
        return spec.background.second
    base = lch(spec.background.colour)
    return hexed(Lch(base.l - 0.1, max(base.c, 0.05) * 1.35, base.h + turn))


def _soft(spec: AvatarSpec) -> str:
    """The colour of a quiet pattern on the ground: a step lighter, or darker on a light ground."""
    if spec.background.second:
        return spec.background.second
    base = lch(spec.background.colour)
    return hexed(Lch(base.l + (-0.055 if base.l > 0.6 else 0.075), base.c * 1.15 + 0.004, base.h))


def _ground(shape: str) -> Draw:
    """One shape in the colour, or in the gradient to the second colour where one is given."""

    def draw(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        own = spec.background
        if own.second is None:
            return f'{shape} fill="{own.colour}"/>'
        return (
            f'<linearGradient id="{uid}bg" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{own.colour}"/>'
            f'<stop offset="1" stop-color="{own.second}"/></linearGradient>{shape} fill="url(#{uid}bg)"/>'
        )

    return draw


def _slope(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """From the upper left to the lower right."""
    return (
        f'<linearGradient id="{uid}bg" x1="0" y1="0" x2="1" y2="1"><stop stop-color="{spec.background.colour}"/>'
        f'<stop offset="1" stop-color="{_other(spec)}"/></linearGradient>{_SQUARE} fill="url(#{uid}bg)"/>'
    )


def _glow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Bright behind the head, deeper towards the corners."""
    return (
        f'<radialGradient id="{uid}bg" cx=".5" cy=".46" r=".72"><stop stop-color="{ramp(spec.background.colour).rim}"/>'
        f'<stop offset=".5" stop-color="{spec.background.colour}"/><stop offset="1" stop-color="{_other(spec, 20)}"/>'
        f'</radialGradient>{_SQUARE} fill="url(#{uid}bg)"/>'
    )


def _patterned(pattern: Callable[[AvatarSpec, str], str]) -> Draw:
    """A plain ground with a pattern on it."""

    def draw(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        return f'{_SQUARE} fill="{spec.background.colour}"/>{pattern(spec, uid)}'

    return draw


def _rays(spec: AvatarSpec, uid: str) -> str:
    """Broad rays from behind the head."""
    d, count = "", 12
    for i in range(count):
        a, b = 2 * math.pi * (i - 0.25) / count, 2 * math.pi * (i + 0.25) / count
        far = [(64 + 100 * math.sin(t), 66 - 100 * math.cos(t)) for t in (a, b)]
        d += f"M64 66L{at(*far)}Z"
    return f'<path d="{d}" fill="{_soft(spec)}"/>'


def _tiled(tile: str, wide: float, high: float) -> Callable[[AvatarSpec, str], str]:
    """A tile over and over."""

    def pattern(spec: AvatarSpec, uid: str) -> str:
        colour = _soft(spec)
        return (
            f'<pattern id="{uid}bt" width="{n(wide)}" height="{n(high)}" patternUnits="userSpaceOnUse">'
            f'<g fill="{colour}" stroke="{colour}">{tile}</g></pattern>{_SQUARE} fill="url(#{uid}bt)"/>'
        )

    return pattern


def _pair(shape: str) -> str:
    """A tile with one shape twice, the second half a step on and turned."""
    return (
        f'<path stroke="none" transform="translate(8 8) rotate(-14)" d="{shape}"/>'
        f'<path stroke="none" transform="translate(24 24) rotate(16) scale(.8)" d="{shape}"/>'
    )


def _hills(spec: AvatarSpec, uid: str) -> str:
    """A landscape: a sun, and two rows of hills."""
    far = ramp(spec.background.second or "#8fbf7f")
    near = ramp(far.shade)
    sun = f'<circle cx="100" cy="30" r="15" fill="{hexed(Lch(0.9, 0.13, 88))}"/>'
    return (
        f'{sun}<path d="M-2 86C18 66 40 64 60 82 78 66 106 60 130 80V130H-2Z" fill="{far.light}"/>'
        f'<path d="M-2 108C22 90 46 92 66 106 88 94 112 92 130 104V130H-2Z" fill="{near.base}"/>'
    )


_PAPER = ("#f25c69", "#f6b73c", "#4fb286", "#4f8fe0", "#a770e0", "#f58cb4")


def _confetti(spec: AvatarSpec, uid: str) -> str:
    """Paper in the air round the head: squares, dots and streamers."""
    r, kinds = random.Random(7), ["", "", ""]
    groups = {colour: list(kinds) for colour in _PAPER}
    for i in range(49):
        x, y = 18.3 * (i % 7) + 9 + r.uniform(-6, 6), 18.3 * (i // 7) + 9 + r.uniform(-6, 6)
        if math.hypot(x - 64, y - 72) < 38:
            continue
        a, colour = r.uniform(0, 2 * math.pi), r.choice(_PAPER)
        c, s = math.cos(a), math.sin(a)
        if i % 3 == 0:
            groups[colour][0] += f"M{at((x, y))}l{at((2.6 * c, 2.6 * s))}"
        elif i % 3 == 1:
            groups[colour][1] += f"M{at((x, y))}h.01"
        else:
            groups[colour][2] += (
                f"M{at((x, y))}q{at((2 * c - 3 * s, 2 * s + 3 * c), (4 * c, 4 * s))}t{at((4 * c, 4 * s))}"
            )
    svg = ""
    for colour, (squares, dots, ribbons) in groups.items():
        svg += f'<g stroke="{colour}" fill="none" stroke-width="4"><path d="{squares}"/>'
        svg += f'<path stroke-linecap="round" d="{dots}"/>'
        svg += f'<path stroke-width="1.8" stroke-linecap="round" d="{ribbons}"/></g>'
    return svg


#: Where a figure shows on a ground with round corners: its head may stand out above, its shoulders may not below.
_IN_CIRCLE = "M-40-40H168V64H128A64 64 0 0 1 0 64H-40Z"
_IN_ROUNDED = "M-40-40H168V98H128A30 30 0 0 1 98 128H30A30 30 0 0 1 0 98H-40Z"

BACKGROUNDS.add(BackgroundPart(name="none", words=""))
BACKGROUNDS.add(BackgroundPart(name="square", words="", behind=_ground(_SQUARE)))
BACKGROUNDS.add(
    BackgroundPart(name="circle", words="", behind=_ground('<circle cx="64" cy="64" r="64"'), within=_IN_CIRCLE)
)
BACKGROUNDS.add(
    BackgroundPart(
        name="rounded", words="", behind=_ground('<rect width="128" height="128" rx="30"'), within=_IN_ROUNDED
    )
)
BACKGROUNDS.add(BackgroundPart(name="gradient", words="", behind=_slope))
BACKGROUNDS.add(BackgroundPart(name="glow", words="", behind=_glow))
for _name, _pattern in (
    ("rays", _rays),
    ("dots", _tiled('<path d="M5 5h.01M13.5 19.7h.01" stroke-width="6" stroke-linecap="round"/>', 17, 29.4)),
    ("stripes", _tiled('<path d="M-4 4L4-4M-4 20L20-4M12 20L20 12" stroke-width="5.6"/>', 16, 16)),
    ("hearts", _tiled(_pair(_HEART), 32, 32)), ("stars", _tiled(_pair(_STAR), 32, 32)), ("confetti", _confetti),
    ("hills", _hills),
):  # fmt: skip
    BACKGROUNDS.add(BackgroundPart(name=_name, words="", behind=_patterned(_pattern)))
