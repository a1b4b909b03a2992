"""One emoji, many drawings: features moved and resized apart, heads and hues changed, people's things put on.

The changes leave what tells the expression (which way lids, brows and lips go) and vary what does not. A Noto eye is a
brown bean; a person's has a white, so whites are put behind the beans. A Noto mouth is brown; a person's has lips,
teeth and a tongue. Most emoji have brows only to say something; a person always has some, so brows at rest are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from mien.appearance.oklab import hexed, linear, oklab
from mien.lab.roundtrip import dressing
from mien.lab.roundtrip.dressing import Ball
from mien.lab.roundtrip.layers import Drawing, Part, colours
from mien.lab.roundtrip.spoiling import VIEW

_YELLOW = oklab(linear(np.array([253, 213, 46], np.uint8)))
_LIPS = ("#b5524a", "#8a3b36", "#d98880", "#5a2a22", "#c43d55", "#422b0d")
_EYES = ("#2a1a10", "#422b0d", "#5b3a21", "#5f7d4e", "#4f80b4", "#7b8b95")
#: What is seen of a variant's 128 units: the features, which lie about 60 % down.
WINDOW = f"{64 * (1 - VIEW):.1f} {128 * (0.61 - VIEW / 2):.1f} {128 * VIEW:.1f} {128 * VIEW:.1f}"
Box = tuple[float, float, float, float]


def lab_of(colour: str) -> np.ndarray:
    """ "#rrggbb" as OKLab (3)."""
    return oklab(linear(np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.uint8)))


def tinted(skin: str, share: float) -> Callable[[str], str]:
    """Recolours what stands on Noto's yellow for another skin: a tint (green, blue, red) stays a tint of that skin.

    share: how much of the distance from Noto's yellow is kept.
    """
    base = lab_of(skin)
    known: dict[str, str] = {}

    def change(colour: str) -> str:
        if colour not in known:
            known[colour] = hexed(base + share * (lab_of(colour) - _YELLOW))
        return known[colour]

    return change


def recoloured(svg: str, change: Callable[[str], str]) -> str:
    swap = {colour: change(colour) for colour in colours(svg)}
    return re.sub(r"#[0-9A-Fa-f]{6}\b", lambda m: swap[m[0]], svg)


def union(parts: Sequence[Part]) -> Box | None:
    if not parts:
        return None
    x0, y0, x1, y1 = zip(*(part.box for part in parts), strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _about(box: Box | None, sx: float, sy: float, dx: float, dy: float) -> str:
    x, y = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else (64.0, 64.0)
    return f"matrix({sx:.3f} 0 0 {sy:.3f} {x * (1 - sx) + dx:.2f} {y * (1 - sy) + dy:.2f})"


def variant(drawing: Drawing, r: Random) -> str:
    """One drawing of the emoji as SVG, the window on its features, on a transparent ground."""
    person = r.random() < 0.8
    skin, hair = r.choice(dressing.SKIN), r.choice(dressing.HAIR)
    change = tinted(skin, r.uniform(0.55, 1.0))
    # Features as a whole first (a person's leave room for a forehead), then each kind about its own middle.
    size, drop = (r.uniform(0.62, 0.98), r.uniform(-3, 12)) if person else (r.uniform(0.85, 1.1), r.uniform(-4, 4))
    group = (
        f"matrix({size:.3f} 0 0 {size * r.uniform(0.88, 1.12):.3f} {64 * (1 - size):.2f} {64 * (1 - size) + drop:.2f})"
    )
    moves = {}
    for kind in ("brow", "eye", "mouth"):
        box = union([part for part in drawing.parts if part.kind == kind and part.ink])
        sx, sy = r.uniform(0.8, 1.25), r.uniform(0.8, 1.2)
        moves[kind] = _about(box, sx, sy, r.uniform(-2, 2), r.uniform(-4, 4))
    head = Ball(64, 63 + r.uniform(-2, 6), 56 * r.uniform(0.74, 1.0), 56 * r.uniform(0.86, 1.04))
    ground = _about((5.6, 7, 121.6, 118.8), head.rx / 57, head.ry / 56, 0, head.y - 63)
    heads = "".join(part.svg for part in drawing.parts if part.kind == "head")
    layers = [f'<g transform="{ground}">{recoloured(heads, change)}</g>']
    if person:
        layers = [dressing.behind(r, head, hair, skin), *layers]
    eyes, low = _anchors(drawing)
    ink = _Ink(r, skin if person else "#fdd52e", hair, person)
    inner = []
    if person and r.random() < 0.3:
        layers.append(dressing.beard(r, head, 64 + (low - 64) * size + drop, hair))
    if person:
        inner.append(dressing.nose(r, 64, eyes[1], low, hexed(lab_of(skin) * (0.82, 1.1, 1.1))))
    inner += [_moved(part, moves, ink) for part in drawing.parts if part.kind in ("eye", "mouth")]
    if person and r.random() < 0.2:
        inner.append(dressing.moustache(r, 64, low - r.uniform(1, 5), hair))
    layers.append(f'<g transform="{group}">{"".join(inner)}</g>')
    if person:
        layers.append(dressing.cap(r, head, hair))
    brows = [_moved(part, moves, ink) for part in drawing.parts if part.kind == "brow"]
    if person and not brows and r.random() < 0.85 and all(part.plain_eye for part in drawing.parts):
        rest = dressing.brows(r, 64, eyes[1] - r.uniform(13, 19), eyes[0], hair)
        brows.append(f'<g transform="{moves["eye"]}">{rest}</g>')
    if person and r.random() < 0.2:
        brows.append(dressing.glasses(r, 64, eyes[1], eyes[0]))
    layers.append(f'<g transform="{group}">{"".join(brows)}</g>')
    return _framed("".join(layers), recoloured(drawing.defs, change), r)


def _anchors(drawing: Drawing) -> tuple[tuple[float, float], float]:
    """From the middle to an eye and the height of the eyes; the top of the mouth."""
    eyes = union([part for part in drawing.parts if part.kind == "eye" and part.ink])
    mouth = union([part for part in drawing.parts if part.kind == "mouth" and part.ink])
    spread, y = ((eyes[2] - eyes[0]) / 3.1, (eyes[1] + eyes[3]) / 2) if eyes else (20.0, 56.0)
    return (max(spread, 17.0), y), (mouth[1] if mouth else 84.0)


class _Ink:
    """How this drawing's dark lines look: their colours, how thick they are, whether eyes show their white."""

    def __init__(self, r: Random, skin: str, hair: str, person: bool) -> None:
        self.r = r
        free = person and r.random() < 0.75
        self.brow = hair if free else "#422b0d"
        self.mouth = r.choice(_LIPS) if free and r.random() < 0.6 else "#3a1f14"
        deep = lab_of(skin)[0] < 0.5  # a dark line on deep skin is seen by the lips round it
        self.lips = r.choice(_LIPS[:3] if deep else _LIPS) if deep or (free and r.random() < 0.6) else ""
        self.eye = r.choice(_EYES[:3]) if free else "#422b0d"
        self.iris = r.choice(_EYES)
        self.teeth = r.uniform(0.2, 0.45) if free and r.random() < 0.5 else 0.0  # share of an open mouth
        self.tongue = r.random() < 0.5
        self.white = person and r.random() < 0.9
        self.grow = {kind: r.uniform(0, 2.5) if r.random() < 0.4 else 0.0 for kind in ("brow", "eye", "mouth")}
        self.size = r.uniform(1.25, 1.9), r.uniform(0.6, 0.85)


def _moved(part: Part, moves: dict[str, str], ink: _Ink) -> str:
    """A part in its place, recoloured, with lips or the white of an eye behind it."""
    svg, under = part.svg, ""
    if part.ink:
        colour = {"brow": ink.brow, "eye": ink.eye, "mouth": ink.mouth}[part.kind]
        swap = svg.replace("#422B0D", colour).replace("#35220B", colour)
        if grow := ink.grow[part.kind]:
            swap = swap.replace("<path ", f'<path stroke="{colour}" stroke-width="{grow:.1f}" ', 1)
        if part.kind == "mouth" and ink.lips:
            under = svg.replace("<path ", f'<path stroke="{ink.lips}" stroke-width="5" ', 1)
        svg = swap
        if ink.white and part.ball:
            svg = _eyeball(part, ink)
        elif ink.white and part.scowl:
            (x, y), (width, height) = part.centre, part.size
            under = _white(x, y + 0.12 * height, 0.52 * width, 0.36 * height)
        elif ink.teeth and part.kind == "mouth":
            svg += _teeth(part, ink)
    elif ink.white and part.kind == "eye" and "#896024" in svg:
        svg = svg.replace("#896024", "#ffffff")
    return f'<g transform="{moves[part.kind]}">{under}{svg}</g>'


def _eyeball(part: Part, ink: _Ink) -> str:
    """A bean as an iris in an almond of white under a dark lid. A bean that is cut flat by its lid stays cut."""
    (x, y), (width, height) = part.centre, part.size
    rx, ry = ink.size[0] * min(width, 17) * 0.55, ink.size[1] * height * 0.62
    top = y - ry
    cut = part.box[1] - 1 if width > 1.2 * height else top - 5
    name = f"w{int(x)}x{int(y)}"
    clip = (
        f'<clipPath id="{name}"><path d="M{x - rx:.1f} {max(y, cut):.1f}Q{x:.1f} {top - 0.9 * ry:.1f} {x + rx:.1f} '
        f'{max(y, cut):.1f}Q{x:.1f} {y + 1.9 * ry:.1f} {x - rx:.1f} {max(y, cut):.1f}Z"/></clipPath>'
    )
    body = part.svg.replace("#422B0D", ink.iris).replace("#35220B", ink.iris)
    edge = max(y, cut)
    lid = f"M{x - rx:.1f} {edge:.1f}Q{x:.1f} {max(top - 0.9 * ry, 2 * cut - edge):.1f} {x + rx:.1f} {edge:.1f}"
    pupil = f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{0.2 * width:.1f}" ry="{0.22 * height:.1f}" fill="#140d08"/>'
    high = max(cut, top - ry)
    white = f'<rect x="{x - rx:.1f}" y="{high:.1f}" width="{2 * rx:.1f}" height="{4 * ry:.1f}" fill="#fdfaf6"/>'
    return (
        f'{clip}<g clip-path="url(#{name})">{white}{body}{pupil}</g>'
        f'<path d="{lid}" fill="none" stroke="#2a1a10" stroke-width="{ink.r.uniform(1, 3.2):.1f}"/>'
    )


def _white(x: float, y: float, rx: float, ry: float) -> str:
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="#fdfaf6"/>'


def _teeth(part: Part, ink: _Ink) -> str:
    """Teeth along the top of an open mouth, perhaps a tongue at its bottom: a person's mouth is not all dark."""
    (x0, y0, x1, y1), (width, height) = part.box, part.size
    if height < 14 or width > 3.2 * height:
        return ""
    shape = part.svg[part.svg.index(' d="') :].split('"')[1]
    name = f"m{int(x0)}x{int(y0)}"
    drawn = f'<rect x="{x0}" y="{y0}" width="{width}" height="{ink.teeth * height:.1f}" fill="#ffffff"/>'
    if ink.tongue:
        drawn += (
            f'<ellipse cx="{(x0 + x1) / 2}" cy="{y1}" rx="{0.35 * width:.1f}" ry="{0.35 * height:.1f}" fill="#e8636b"/>'
        )
    return f'<clipPath id="{name}"><path d="{shape}"/></clipPath><g clip-path="url(#{name})">{drawn}</g>'


def _framed(body: str, defs: str, r: Random) -> str:
    """The whole figure turned, squashed, scaled and shifted, half of them seen in a mirror, through the window."""
    roll, mirror = r.gauss(0, 5), r.choice((-1, 1))
    sx = r.uniform(0.88, 1.15)
    sy = sx * r.uniform(0.9, 1.12)
    x, y = 64 + r.uniform(-5, 5), 64 + r.uniform(-6, 6)
    frame = f"translate({x:.1f} {y:.1f}) rotate({roll:.1f}) scale({mirror * sx:.3f} {sy:.3f}) translate(-64 -64)"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{WINDOW}">{defs}<g transform="{frame}">{body}</g></svg>'
