"""Styles: how they are registered, how far they reach, what shadow they throw."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from mien.avatar.parts.hair_comb import Comb, Outline, pressed
from mien.avatar.parts.hair_cut import Cut, Mass
from mien.avatar.parts.hair_paint import Barber
from mien.avatar.parts.hair_path import Writer
from mien.avatar.parts.registry import HAIR, HairPart, Reach
from mien.avatar.shapes import CENTRE, Point

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.parts.registry import Draw
    from mien.avatar.spec import AvatarSpec

_CHEEK = 70.0  #: how low the shadow of hair falls on the mean head

_CUTS: dict[str, Cut] = {}  #: by the name of the style


#: Layers of hair as drawn last: an expression moves the face below them, and half of the time of a drawing is hair.
_DRAWN: dict[tuple[object, ...], str] = {}
KEPT = 64  #: at most so many, about 5 kB each
_UID = "\0"  #: stands for the ids' beginning in what is kept


def _still(head: Head) -> tuple[object, ...]:
    """All of a head that hair is drawn by; nothing of it moves with the controls, but the pose does."""
    return (
        head.bold, head.yaw, head.pitch, head.top, head.half, head.rest_chin, head.temple_y, head.brow_y,
        head.hairline, head.hairline_corner, head.ear_top, head.ear_bottom,
    )  # fmt: skip


def shadow_of(cut: Cut, barber: Barber, own: bool | None = None) -> str:
    """Path data of what throws a shadow on the face: the main mass above its inner edge. It keeps to the face and to
    what hair covers, so that it needs no clipping. own: with the style's own fringe; None: where the spec keeps it."""
    masses = [piece for piece in (*cut.on, *cut.front) if isinstance(piece, Mass) and not piece.shaved]
    own = barber.spec.hair.fringe == "style" if own is None else own
    comb = barber.comb(1.0, masses[0].still if masses else False)
    if cut.edge and masses:
        outline, (first, end) = masses[0].outline, cut.edge
        ring, end = (*outline, outline[0]), end or len(outline) + 1
        cubics = [cubic for run, _ in comb.pieces(outline, True) for cubic in run]
    elif cut.brim and own:
        ring, first, end = cut.brim[::-1], 0, len(cut.brim)
        cubics = [cubic for run, _ in comb.pieces(ring, False) for cubic in run]
    else:
        return ""
    while ring[first][1] > _CHEEK and first < end - 2:  # below the cheeks the edge leaves the face
        first += 1
    while ring[end - 1][1] > _CHEEK and end > first + 2:
        end -= 1
    writer = Writer(cubics[first][0])
    for cubic in cubics[first : end - 1]:
        writer.cubic(cubic)
    for point in ((-36, 50), (-28, 29), (0, 15), (28, 29), (36, 50)):
        writer.line(comb.at(*point))
    return writer.d + "z"


def _extent(cut: Cut, place: Callable[[float, float], Point], below: float = -math.inf) -> Reach:
    """The box of all that is drawn, as (top y, x beyond the middle, bottom y); only what lies lower than `below`."""
    top, side, bottom = math.inf, 0.0, -math.inf
    for piece in (*cut.behind, *cut.on, *cut.front):
        if isinstance(piece, Mass):
            if piece.shaved:
                continue
            lines: tuple[Outline, ...] = (
                piece.outline,
                tuple(wisp[i : i + 2] for wisp in piece.wisps for i in (3, len(wisp) - 2)),
            )
            more = 0.8 + 0.3 * max((p[2] for p in piece.outline if len(p) > 2), default=0.0)
        else:
            lines, more = piece.lines, 0.6 + piece.width / 2
        for x, y in (place(p[0], p[1]) for line in lines for p in line):
            if y > below:
                top, side, bottom = min(top, y - more), max(side, abs(x - CENTRE) + more), max(bottom, y + more)
    return Reach(top, side, bottom)


def hair_reach(head: Head, spec: AvatarSpec) -> Reach:
    """How far the spec's hair goes beyond this head: fullness, length and a hat move it."""
    cut = _CUTS.get(spec.hair.style)
    if cut is None:
        return HAIR[spec.hair.style].reach
    comb = Comb(head, spec, short=cut.short, parting=cut.parting, hairline=cut.hairline)
    held = pressed(head, spec)
    top, side, bottom = _extent(cut, comb.place, head.hairline + 8 if held else -math.inf)
    return Reach(
        0.0 if held else max(head.top - top, 2.0), max(side - head.half, 6.0), max(bottom - head.rest_chin, 0.0)
    )


def add(
    name: str, words: str, cut: Cut, *, length: int, form: str, fringe: bool = False, ears: bool = True
) -> HairPart:
    """Registers a style."""
    _CUTS[name] = cut
    top, side, bottom = _extent(cut, lambda x, y: (CENTRE + x, y))
    reach = Reach(max(17 - top, 2.0), max(side - 38.2, 6.0), max(bottom - 105.5, 0.0))

    def layer(which: str, letter: str) -> Draw:
        def draw(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
            key = (name, letter, _still(head), tones, spec.hair, spec.headwear, spec.clothing)
            text = _DRAWN.get(key)
            if text is None:
                if len(_DRAWN) >= KEPT:
                    _DRAWN.clear()
                text = _DRAWN[key] = Barber(cut, head, tones, spec, _UID).layer(getattr(cut, which), letter)
            return text.replace(_UID, uid)

        return draw

    def shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        return shadow_of(cut, Barber(cut, head, tones, spec, uid))

    return HAIR.add(
        HairPart(
            name=name, words=words, length=length, form=form, fringe=fringe, ears=ears, reach=reach, shadow=shadow,
            behind=layer("behind", "hb"), on=layer("on", "ho"), front=layer("front", "hf"),
        )
    )  # fmt: skip
