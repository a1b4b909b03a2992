"""What happens to a whole figure: it melts, shakes, bursts, fades, hides in a cloud."""

from __future__ import annotations

import math

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import CLOUD, CLOUD_EDGE, group, line
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, at, n


def _named(w: Wearer, figure: str, key: str) -> tuple[str, str]:
    """The figure kept under a name, and what draws it again."""
    name = f"{w.uid}{key}"
    return f'<defs><g id="{name}">{figure}</g></defs>', f'<use href="#{name}"/>'


# --- shaking ------------------------------------------------------------------------------------------------------


def _shaking(w: Wearer, figure: str) -> str:
    """Seen three times side by side, between waves in the air."""
    kept, again = _named(w, figure, "fs")
    u, waves = w.unit, ""
    ghosts = "".join(
        f'<g transform="translate({n(x * u)} 0)" opacity="{a}">{again}</g>'
        for x, a in ((-9, 0.32), (9, 0.32), (-4.5, 0.5), (4.5, 0.5))
    )
    y, x = w.eye_y + 8 * u, max(w.half, w.wide)
    for out in (-1, 1):
        for reach, high in ((15, 30), (23, 18)):
            far, h = CENTRE + out * (x + reach * u), high * u / 2
            waves += f"M{at((far, y - 2 * h))}Q{at((far + 7 * u, y - 1.5 * h), (far, y - h))}"
            waves += f"T{at((far, y))}T{at((far, y + h))}T{at((far, y + 2 * h))}"
    return f"{kept}{ghosts}{again}{line(waves, '#7f8aa6', 3.8 * u)}"


# --- bursting -----------------------------------------------------------------------------------------------------


def _cloud() -> str:
    """The mushroom over an open head."""
    stem = '<path d="M-17 30C-11 14-13 2-17-6H17C13 2 11 14 17 30Z" fill="#ffb347"/>'
    stem += '<path d="M-8 30C-4 14-5 2-8-6H8C5 2 4 14 8 30Z" fill="#ffe08a"/>'
    cap = (
        "M-34-6C-46-8-47-24-35-28C-37-42-18-48-11-38C-4-50 16-48 18-36C30-44 44-32 37-22C47-16 42-3 31-5C24 3 10 2 6-3"
        "C-2 4-14 3-18-3C-23 2-31 0-34-6Z"
    )
    glow = (
        "M-25-12C-32-16-28-25-21-25C-20-34-9-35-5-28C1-37 13-34 13-26C22-31 30-22 25-15C17-9 5-10 2-13C-6-8-18-8-25-12Z"
    )
    return (
        f'{stem}<path d="{cap}" fill="#e8562b" stroke="#b93a18" stroke-width="2"/><path d="{glow}" fill="#ffb347"/>'
        '<path d="M-14-17C-15-24-4-26-1-20C5-25 14-21 11-16C5-13-6-13-14-17Z" fill="#ffe9a8"/>'
    )


def _bursting(w: Wearer, figure: str) -> str:
    """The head opens above the brows, its lid flies off, a cloud rises."""
    kept, again = _named(w, figure, "fb")
    u, cut = w.unit, w.brow_y - 8 * w.unit
    edge = "".join(f"L{n(CENTRE - 88 + 8 * i)} {n(cut + (4 if i % 2 else -4) * u)}" for i in range(23))
    below = f"M-60 240L-60 {n(cut)}{edge}L200 {n(cut)}L200 240Z"
    above = f"M-60-140L-60 {n(cut)}{edge}L200 {n(cut)}L200-140Z"
    inside = "".join(
        f'<ellipse cx="{n(CENTRE)}" cy="{n(cut + y * u)}" rx="{n(x * w.half)}" ry="{n(high * u)}" fill="{colour}"/>'
        for y, x, high, colour in ((1, 0.88, 8, "#5a1d12"), (2, 0.62, 5.4, "#ff8a3c"))
    )
    lid = (
        f'<g transform="translate({n(4 * u)} {n(-26 * u)}) rotate(16 {n(CENTRE)} {n(cut)})">'
        f'<g clip-path="url(#{w.uid}up)">{again}</g></g>'
    )
    return (
        f'{kept}<clipPath id="{w.uid}low"><path d="{below}"/></clipPath><clipPath id="{w.uid}up"><path d="{above}"/>'
        f"</clipPath>{lid}{inside}{group(w, (CENTRE - 6 * u, cut - 18 * u), _cloud(), 0.86)}"
        f'<g clip-path="url(#{w.uid}low)">{again}</g>'
    )


# --- melting ------------------------------------------------------------------------------------------------------


def _melting(w: Wearer, figure: str) -> str:
    """The chin sinks into a puddle."""
    u, s, y = w.unit, w.skin, w.rest_chin
    start = y - 30 * u if w.plain else y - 17 * u
    x, z = w.half_at(start) - 1 * u, w.half + 5 * u
    sink = start + 0.55 * (y - start)
    pool = (
        Pen(w, depth=0).move(-x, start).curve(-x - u, sink, -z, sink, -z - 2 * u, y - 4 * u)
        .curve(-z - 2 * u, y + 6 * u, -0.6 * z, y + 6 * u, -0.3 * z, y + 5 * u)
        .curve(0, y + 9 * u, 0.3 * z, y + 9 * u, 0.55 * z, y + 5 * u)
        .curve(0.9 * z, y + 6 * u, z + 6 * u, y + 5 * u, z + 4 * u, y - 5 * u)
        .curve(z + 2 * u, sink, x + u, sink, x, start)
        .curve(0.5 * x, sink + 3 * u, -0.5 * x, sink + 3 * u, -x, start).close()
    )  # fmt: skip
    light = (
        Pen(w, depth=0).move(-z + 7 * u, y - 4 * u).curve(-0.5 * z, y + 1 * u, -0.2 * z, y - 2 * u, 0, y + 1 * u)
        .curve(0.3 * z, y + 4 * u, 0.7 * z, y - 1 * u, z - 4 * u, y - 4 * u)
    )  # fmt: skip
    return figure + pool.fill(s.base) + light.stroke(s.light, 3 * u, 0.8)


# --- fading -------------------------------------------------------------------------------------------------------


def _dashed(w: Wearer, figure: str) -> str:
    """Pale, with a broken line for an outline: rays show wherever a grown figure stands out behind it."""
    kept, again = _named(w, figure, "fd")
    x, y, count, far = CENTRE, (w.peak + w.rest_chin) / 2, 22, 130.0
    rays = ""
    for i in range(count):
        a, b = (2 * math.pi * (i + k) / count for k in (0.0, 0.56))
        tips = [(x + far * math.cos(turn), y + far * math.sin(turn)) for turn in (a, b)]
        rays += f"M{at((x, y))}L{at(*tips)}Z"
    k = 1.085
    grown = f"matrix({k} 0 0 {k} {n(x * (1 - k))} {n(y * (1 - k))})"
    mask = 'mask-type="alpha" maskUnits="userSpaceOnUse" x="-60" y="-60" width="248" height="248"'
    return (
        f'{kept}<mask id="{w.uid}mo" {mask}><g transform="{grown}">{again}</g></mask>'
        f'<mask id="{w.uid}mi" {mask}>{again}</mask>'
        f'<g mask="url(#{w.uid}mo)"><path d="{rays}" fill="{"#d98a12" if w.plain else w.skin.deep}"/></g>'
        f'<g mask="url(#{w.uid}mi)"><path d="M-60-60H190V190H-60Z" fill="#fff6e0"/></g><g opacity=".42">{again}</g>'
    )


# --- clouds -------------------------------------------------------------------------------------------------------


def _fog(w: Wearer) -> str:
    """Clouds round the chin and over the brow."""
    low = (
        "M-58 24C-70 22-70 6-58 4C-58-10-40-14-34-4C-28-16-8-16-4-4C2-14 22-14 26-2C34-12 52-8 52 4C66 4 70 20 58 24"
        "C50 32 36 30 32 26C22 34 6 34 0 27C-10 34-26 33-32 26C-40 32-52 31-58 24Z"
    )
    high = "M-24 10C-34 9-34-4-24-5C-24-14-10-16-6-8C0-16 14-13 15-4C25-5 29 7 20 10C12 16 2 15-1 11C-8 16-20 15-24 10Z"
    style = f'fill="{CLOUD}" stroke="{CLOUD_EDGE}" stroke-width="2" stroke-linejoin="round"'
    y = w.mouth_y + 4 * w.unit
    brow = (CENTRE + 0.62 * w.half, w.brow_y - 8 * w.unit)
    return group(w, (CENTRE, y), f'<path d="{low}" {style}/>', 0.98) + group(
        w, brow, f'<path d="{high}" {style}/>', 0.95
    )


OVERLAYS.add(Overlay(name="fog", draw=_fog, layer="front", hides=("mouth",), room=Room(side=10, bottom=3)))
OVERLAYS.add(Overlay(name="melting", stage=_melting, room=Room(side=8, bottom=5)))
OVERLAYS.add(Overlay(name="bursting", stage=_bursting, room=Room(top=34)))
OVERLAYS.add(Overlay(name="shaking", stage=_shaking, room=Room(side=26)))
OVERLAYS.add(Overlay(name="dashed", stage=_dashed, room=Room(top=4, side=4, bottom=4)))
