"""What stands on a person's head and face and not on a Noto emoji: hair, ears, nose, glasses, beard, all by chance.

These blobs are drawn here, roughly and at random, and are none of mien's parts: the judge is never shown a drawing of
ours. They carry no information about the expression, and that is what the judge is to learn of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

HAIR = ("#15110f", "#2b211d", "#4a3020", "#7a5230", "#a8814f", "#d8b878", "#a84a22", "#8f8f90", "#e6e2dc", "#5a3d78")
CLOTH = ("#2f5d8c", "#8c2f3d", "#3f8f7a", "#d8a93f", "#30343c", "#c8643c", "#e8e4dc")
#: From pale to deep, with Noto's yellow twice: people's skin is a line from pink-white to brown-black.
SKIN = (
    "#f6ede4", "#f2d9c6", "#e8c2a0", "#dbb07e", "#c68c5a", "#a86f45", "#8a5637", "#67432c", "#54392a", "#463025",
    "#fdd52e", "#fdd52e",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ball:
    """The head as an ellipse, in canvas units."""

    x: float
    y: float
    rx: float
    ry: float


def _ellipse(x: float, y: float, rx: float, ry: float, style: str) -> str:
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" {style}/>'


def behind(r: Random, head: Ball, hair: str, skin: str) -> str:
    """Hair that falls behind the head, and ears."""
    parts = []
    if r.random() < 0.4:
        wide, low = r.uniform(1.05, 1.35), r.uniform(-0.1, 0.55)
        style = f'fill="{hair}"'
        parts.append(
            _ellipse(head.x, head.y + low * head.ry * 0.4, head.rx * wide, head.ry * r.uniform(0.95, 1.2), style)
        )
        if low > 0.2:
            x, y = head.x - head.rx * wide, head.y
            parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{2 * head.rx * wide:.1f}" height="{head.ry:.1f}" '
                         f'rx="{r.uniform(2, 20):.1f}" {style}/>')  # fmt: skip
    if r.random() < 0.6:
        y, size = head.y + r.uniform(-0.05, 0.25) * head.ry, r.uniform(0.1, 0.2) * head.rx
        parts += [
            _ellipse(head.x + out * head.rx, y, size, 1.4 * size, f'fill="{skin}" stroke="#000" stroke-opacity=".15"')
            for out in (-1, 1)
        ]
    return "".join(parts)


def cap(r: Random, head: Ball, hair: str) -> str:
    """Hair or a hat over the top of the head: down to a hairline, with or without a fringe."""
    if r.random() < 0.25:
        return ""
    colour = r.choice(CLOTH) if r.random() < 0.2 else hair
    line = head.y - head.ry * r.uniform(0.35, 0.85)
    grow, dip = r.uniform(1.0, 1.18), r.uniform(-14, 16)
    rx, ry = head.rx * grow, head.ry * grow
    half = rx * math.sqrt(max(0.05, 1 - ((line - head.y) / ry) ** 2))
    left, right = head.x - half, head.x + half
    middle = head.x + r.uniform(-0.5, 0.5) * half
    edge = f"Q{middle:.1f} {line + dip:.1f} {left:.1f} {line:.1f}"
    if r.random() < 0.3:  # locks
        steps = r.randint(3, 7)
        edge = "".join(
            f"L{right - (right - left) * (k + 0.5) / steps:.1f} {line + r.uniform(0, 13):.1f}"
            f"L{right - (right - left) * (k + 1) / steps:.1f} {line + r.uniform(-4, 4):.1f}"
            for k in range(steps)
        )
    shape = f'<path d="M{left:.1f} {line:.1f}A{rx:.1f} {ry:.1f} 0 0 1 {right:.1f} {line:.1f}{edge}Z" fill="{colour}"/>'
    if r.random() < 0.4:  # sides
        for out in (-1, 1):
            shape += _ellipse(
                head.x + out * rx * 0.96,
                head.y,
                rx * r.uniform(0.06, 0.2),
                ry * r.uniform(0.3, 0.9),
                f'fill="{colour}"',
            )
    return shape


def brows(r: Random, x: float, y: float, spread: float, colour: str) -> str:
    """Brows at rest: level or softly arched, both alike. spread: from the middle to an eye."""
    half, arch, tail, width = r.uniform(7, 12), r.uniform(0, 6), r.uniform(-2, 2), r.uniform(2, 6)
    return "".join(
        f'<path d="M{x + out * (spread - half):.1f} {y:.1f}Q{x + out * spread:.1f} {y - arch:.1f} '
        f'{x + out * (spread + half):.1f} {y + tail:.1f}" fill="none" stroke="{colour}" stroke-width="{width:.1f}" '
        'stroke-linecap="round"/>'
        for out in (-1, 1)
    )


def nose(r: Random, x: float, top: float, bottom: float, colour: str) -> str:
    """A nose between the eyes and the mouth, in one of four manners; or none, as on an emoji."""
    way, y = r.random(), top + (bottom - top) * r.uniform(0.4, 0.75)
    wide, high = r.uniform(3, 9), r.uniform(2, 5)
    line = f'fill="none" stroke="{colour}" stroke-width="{r.uniform(1, 3):.1f}" stroke-linecap="round"'
    if way < 0.15:
        return ""
    if way < 0.5:
        return f'<path d="M{x - wide:.1f} {y:.1f}Q{x:.1f} {y + 2 * high:.1f} {x + wide:.1f} {y:.1f}" {line}/>'
    if way < 0.75:
        return _ellipse(x, y, wide, high, f'fill="{colour}"')
    if way < 0.9:
        return f'<path d="M{x:.1f} {y - 3 * high:.1f}L{x + wide:.1f} {y:.1f}H{x - 2:.1f}" {line}/>'
    return "".join(_ellipse(x + out * wide / 2, y, 1.6, 1.1, f'fill="{colour}"') for out in (-1, 1))


def glasses(r: Random, x: float, y: float, spread: float) -> str:
    """Rings round the eyes, now and then with dark or light panes. spread: from the middle to an eye."""
    colour = r.choice((*HAIR, *CLOTH))
    rx, ry = min(r.uniform(13, 20), spread), r.uniform(10, 18)
    chance = r.random()
    fill = 'fill="#15151a"' if chance < 0.04 else 'fill="#cfe4f2" fill-opacity=".35"' if chance < 0.4 else 'fill="none"'
    style = f'{fill} stroke="{colour}" stroke-width="{r.uniform(1.2, 4.5):.1f}"'
    round_ = r.uniform(2, min(rx, ry))
    lenses = "".join(
        f'<rect x="{x + out * spread - rx:.1f}" y="{y - ry:.1f}" width="{2 * rx:.1f}" height="{2 * ry:.1f}" '
        f'rx="{round_:.1f}" {style}/>'
        for out in (-1, 1)
    )
    bridge = f'<path d="M{x - spread + rx:.1f} {y:.1f}H{x + spread - rx:.1f}" {style}/>'
    return lenses + bridge


def beard(r: Random, head: Ball, y: float, hair: str) -> str:
    """A beard under the mouth's place: over the jaw, or on the chin. y: of the mouth."""
    if r.random() < 0.5:
        return _ellipse(
            head.x, head.y + head.ry * 0.86, head.rx * r.uniform(0.15, 0.4), head.ry * 0.18, f'fill="{hair}"'
        )
    top = y - r.uniform(2, 18)
    x0, x1 = head.x - head.rx, head.x + head.rx
    low = head.y + head.ry * r.uniform(1, 1.15)
    return (
        f'<path d="M{x0:.1f} {head.y:.1f}Q{head.x - head.rx * 0.7:.1f} {top:.1f} {head.x:.1f} {top:.1f}'
        f'Q{head.x + head.rx * 0.7:.1f} {top:.1f} {x1:.1f} {head.y:.1f}Q{x1:.1f} {low:.1f} {head.x:.1f} {low:.1f}'
        f'Q{x0:.1f} {low:.1f} {x0:.1f} {head.y:.1f}Z" fill="{hair}" fill-opacity="{r.uniform(0.3, 1):.2f}"/>'
    )  # fmt: skip


def moustache(r: Random, x: float, y: float, hair: str) -> str:
    """A moustache that hangs over the mouth's upper edge. y: of that edge."""
    wide, thick, droop = r.uniform(10, 22), r.uniform(2, 7), r.uniform(-4, 8)
    return (
        f'<path d="M{x - wide:.1f} {y + droop:.1f}Q{x:.1f} {y - 2 * thick:.1f} {x + wide:.1f} {y + droop:.1f}'
        f'Q{x:.1f} {y + thick * 0.6:.1f} {x - wide:.1f} {y + droop:.1f}Z" fill="{hair}"/>'
    )
