"""Skull and crossbones: the disc becomes a skull, a person gets its paint."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.shapes import group, line, on_skin
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.shapes import CENTRE

_DARK, _BONE, _EDGE = "#2a2530", "#f6f3ec", "#a59d92"
#: The disc with hollow cheeks and a jaw.
_SKULL = (
    "M64 7C96 7 121 31 121 61C121 76 116 86 107 90C101 93 99 96 98 102L97 112C95 118 91 122 85 122H43"
    "C37 122 33 118 31 112L30 102C29 96 27 93 21 90C12 86 7 76 7 61C7 31 32 7 64 7Z"
)


def _paint(w: Wearer) -> str:
    """White over the face, dark sockets, the hole of a nose, teeth."""
    u, parts = w.unit, []
    if not w.plain:
        parts.append(on_skin(w, f'<path d="{w.outline}" fill="{_BONE}" fill-opacity=".94"/>'))
    socket = f'<path d="M-15-4C-15-16-6-20 3-19C13-18 18-9 17 1C16 12 8 17-1 16C-11 15-16 7-15-4Z" fill="{_DARK}"/>'
    for out in (-1, 1):
        parts.append(group(w, (w.eye(out).x, w.eye_y + 1 * u), socket, 1.08, flip=out < 0))
    nose = f'<path d="M0-9C4-4 9 3 7 7C4 9 2 6 0 4C-2 6-4 9-7 7C-9 3-4-4 0-9Z" fill="{_DARK}"/>'
    parts.append(group(w, (CENTRE, w.nose_y), nose, 1.1))
    if w.plain:
        teeth = line("M42 104V122M53 102V122M64 101V122M75 102V122M86 104V122", _DARK, 3.4)
    else:
        stitches = line("M-24 0H24M-18-7V7M-9-8V8M0-8V8M9-8V8M18-7V7", _DARK, 3.6)
        teeth = group(w, (w.mouth.x, w.mouth_y + 2 * u), stitches)
    return "".join(parts) + teeth


def _skull(w: Wearer, figure: str) -> str:
    if not w.plain:
        return figure
    edge = f'<path d="{_SKULL}" fill="none" stroke="{w.edge or _EDGE}" stroke-width="{6 if w.edge else 3.6}"/>'
    return f'<clipPath id="{w.uid}sk"><path d="{_SKULL}"/></clipPath><g clip-path="url(#{w.uid}sk)">{figure}{edge}</g>'


def _crossbones(w: Wearer, figure: str) -> str:
    """Two bones behind the jaw; a person's lie under the chin."""
    bone = line("M-56 0H56", w.edge or _EDGE, 15) + line("M-56 0H56", _BONE, 11)
    knobs = "M-58-6.5h.01M-58 6.5h.01M58-6.5h.01M58 6.5h.01"
    ends = line(knobs, w.edge or _EDGE, 18) + line(knobs, _BONE, 14) + line("M-54 0H54", _BONE, 11)
    if w.plain:
        return "".join(group(w, (CENTRE, 104), bone + ends, 1.0, turn) for turn in (24, -24)) + figure
    under = (CENTRE, w.rest_chin + 10 * w.unit)  # before long hair, behind which they would be lost
    return figure + "".join(group(w, under, bone + ends, 0.82, turn) for turn in (15, -15))


OVERLAYS.add(
    Overlay(
        name="skull", draw=_paint, stage=_skull,
        hides=("eyes", "brows", "nose", "mouth", "glasses", "facial_hair"),
    )
)  # fmt: skip
OVERLAYS.add(Overlay(name="crossbones", stage=_crossbones, room=Room(side=9, bottom=14, chin=18)))
