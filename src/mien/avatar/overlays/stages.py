"""What happens to a whole figure: it melts, shakes, bursts, fades, hides in a cloud."""

from __future__ import annotations

import math

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import CLOUD, CLOUD_EDGE, group, line, on_skin
from mien.avatar.overlays.wearer import RADIUS, Wearer
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
    y, x = w.eye_y + 8 * u, w.wide
    for out in (-1, 1):
        for reach, high in ((12, 30), (19, 17)):
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
    wide = min(w.half, 1.08 * w.half_at(cut))
    inside = "".join(
        f'<ellipse cx="{n(CENTRE)}" cy="{n(cut + y * u)}" rx="{n(x * wide)}" ry="{n(high * u)}" fill="{colour}"/>'
        for y, x, high, colour in ((1, 0.88, 8, "#5a1d12"), (2, 0.62, 5.4, "#ff8a3c"))
    )
    lid = (
        f'<g transform="translate({n(-20 * u)} {n(-24 * u)}) rotate(-26 {n(CENTRE)} {n(cut)})">'
        f'<g clip-path="url(#{w.uid}up)">{again}</g></g>'
    )
    return (
        f'{kept}<clipPath id="{w.uid}low"><path d="{below}"/></clipPath><clipPath id="{w.uid}up"><path d="{above}"/>'
        f"</clipPath>{lid}{inside}{group(w, (CENTRE + 8 * u, cut - 16 * u), _cloud(), 0.8)}"
        f'<g clip-path="url(#{w.uid}low)">{again}</g>'
    )


# --- melting ------------------------------------------------------------------------------------------------------


#: The drips of a melting face, from left to right: end of each in shares of the curtain's half width, and its length.
_DRIPS = ((-0.72, 8.0), (-0.48, -6.0), (-0.2, 15.0), (0.06, -3.0), (0.3, 6.0), (0.5, -7.0), (0.76, 13.0), (1.0, -12.0))


def _melting(w: Wearer, figure: str) -> str:
    """Jaw and chin run down in drips."""
    u, s, low = w.unit, w.skin, w.rest_chin - 2 * w.unit
    start = low - 34 * u
    x = w.half_at(start) - 0.5 * u
    z = x + 3 * u
    curtain = Pen(w, depth=0).move(-x, start).curve(-x - u, low - 20 * u, -z, low - 18 * u, -z, low - 12 * u)
    shine, at_x = Pen(w, depth=0), -z
    for share, length in _DRIPS:
        to_x, to_y = share * z, low + length * u
        if length > 0:  # down one side, round the end
            curtain.curve(at_x, to_y - 2 * u, at_x + 0.5 * u, to_y + 4 * u, (at_x + to_x) / 2, to_y + 4 * u)
            curtain.curve(to_x - 0.5 * u, to_y + 4 * u, to_x, to_y - 2 * u, to_x, to_y - 6 * u)
            shine.move((at_x + to_x) / 2 - 2.4 * u, to_y - 9 * u).line((at_x + to_x) / 2 - 2.4 * u, to_y - 2.5 * u)
        else:  # up and over to the next
            curtain.curve(at_x, to_y - 5 * u, to_x, to_y - 5 * u, to_x, to_y + 1 * u)
        at_x = to_x
    curtain.curve(z, low - 18 * u, x + u, low - 20 * u, x, start).curve(
        0.5 * x, start + 9 * u, -0.5 * x, start + 9 * u, -x, start
    )
    curtain.close()
    if not w.plain:  # under the chin, before hair and cloth
        clip = f'<clipPath id="{w.uid}melt"><path d="M-60-60H190V190H-60Z{w.outline}" clip-rule="evenodd"/></clipPath>'
        drips = curtain.fill(s.base) + shine.stroke(s.light, 2.6 * u, 0.9)
        return f'{figure}{clip}<g clip-path="url(#{w.uid}melt)">{drips}</g>'
    flow = (
        f'<linearGradient id="{w.uid}melt" x1="0" y1="0" x2="0" y2="1"><stop offset=".08" stop-color="{s.base}" '
        f'stop-opacity="0"/><stop offset=".5" stop-color="{s.base}"/><stop offset="1" stop-color="{s.shade}"/>'
        "</linearGradient>"
    )
    front = f'<path d="{curtain.d}" fill="url(#{w.uid}melt)"/>'
    front = front if w.edge else on_skin(w, front)  # the outline of the disc goes under
    edge = curtain.stroke(w.edge, 3) if w.edge else ""
    return f"{edge}{curtain.fill(s.base)}{figure}{flow}{front}{shine.stroke(s.light, 2.6 * u, 0.9)}"


# --- fading -------------------------------------------------------------------------------------------------------


_PALE, _DASHES = "#fff6e0", 22


def _dashed(w: Wearer, figure: str) -> str:
    """Pale, with a broken line for an outline."""
    if not w.plain:
        return _dashed_person(w, figure)
    step = 2 * math.pi * RADIUS / _DASHES
    dashes = f'stroke-width="5" stroke-dasharray="{n(0.56 * step)} {n(0.44 * step)}"'
    return (
        f'<g transform="{_about(CENTRE, CENTRE, 0.93)}"><path d="{w.outline}" fill="{_PALE}"/></g>'
        f'<g transform="{_about(CENTRE, CENTRE, 0.93)}" opacity=".58">{figure}</g>'
        f'<path d="{w.outline}" fill="none" stroke="{w.edge or "#d98a12"}" {dashes}/>'
    )


def _about(x: float, y: float, scale: float) -> str:
    """The transform that scales about a point."""
    return f"matrix({n(scale)} 0 0 {n(scale)} {n(x * (1 - scale))} {n(y * (1 - scale))})"


def _dashed_person(w: Wearer, figure: str) -> str:
    """The same round any silhouette: rays show wherever a grown figure stands out behind it."""
    kept, again = _named(w, figure, "fd")
    x, y, count, far = CENTRE, (w.peak + w.rest_chin) / 2, _DASHES, 130.0
    rays = ""
    for i in range(count):
        a, b = (2 * math.pi * (i + k) / count for k in (0.0, 0.56))
        tips = [(x + far * math.cos(turn), y + far * math.sin(turn)) for turn in (a, b)]
        rays += f"M{at((x, y))}L{at(*tips)}Z"
    grown, small = _about(x, y, 1.085), _about(x, y, 0.93)
    mask = 'mask-type="alpha" maskUnits="userSpaceOnUse" x="-60" y="-60" width="248" height="248"'
    return (
        f'{kept}<g transform="{small}"><mask id="{w.uid}mo" {mask}><g transform="{grown}">{again}</g></mask>'
        f'<mask id="{w.uid}mi" {mask}>{again}</mask>'
        f'<g mask="url(#{w.uid}mo)"><path d="{rays}" fill="{w.edge or w.skin.deep}"/></g>'
        f'<g mask="url(#{w.uid}mi)"><path d="M-60-60H190V190H-60Z" fill="{_PALE}"/></g><g opacity=".58">{again}</g></g>'
    )


# --- clouds -------------------------------------------------------------------------------------------------------


def _fog(w: Wearer) -> str:
    """Clouds round the chin and over the brow."""
    low = (
        "M-58 24C-70 22-70 6-58 4C-58-10-40-14-34-4C-28-16-8-16-4-4C2-14 22-14 26-2C34-12 52-8 52 4C66 4 70 20 58 24"
        "C50 32 36 30 32 26C22 34 6 34 0 27C-10 34-26 33-32 26C-40 32-52 31-58 24Z"
    )
    high = "M-24 10C-34 9-34-4-24-5C-24-14-10-16-6-8C0-16 14-13 15-4C25-5 29 7 20 10C12 16 2 15-1 11C-8 16-20 15-24 10Z"
    style = f'fill="{CLOUD}" stroke="{w.edge or CLOUD_EDGE}" stroke-width="2" stroke-linejoin="round"'
    y = w.mouth_y + 4 * w.unit
    brow = (CENTRE + 0.62 * w.half, w.brow_y - 8 * w.unit)
    return group(w, (CENTRE, y), f'<path d="{low}" {style}/>', 0.98) + group(
        w, brow, f'<path d="{high}" {style}/>', 0.95
    )


OVERLAYS.add(Overlay(name="fog", draw=_fog, layer="front", hides=("mouth",), room=Room(side=14, bottom=3, chin=14)))
OVERLAYS.add(Overlay(name="melting", stage=_melting, room=Room(bottom=19)))
OVERLAYS.add(Overlay(name="bursting", stage=_bursting, hides=("brows",), room=Room(top=34)))
OVERLAYS.add(Overlay(name="shaking", stage=_shaking, room=Room(around=22)))
OVERLAYS.add(Overlay(name="dashed", stage=_dashed))
