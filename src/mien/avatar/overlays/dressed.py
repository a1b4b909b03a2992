"""What is put on for an emoji: hats, glasses and beards of the house, a monocle, a disguise.

A person puts them on like any other part; the plain face gets the same drawing, fitted to its disc.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mien.avatar.overlays.registry import NO_ROOM, OVERLAYS, Draw, Overlay, Room
from mien.avatar.overlays.shapes import group, line
from mien.avatar.overlays.wearer import Wearer
from mien.avatar.palette import lch
from mien.avatar.pen import Pen
from mien.avatar.plain.ink import outlined
from mien.avatar.shapes import CENTRE, Pull, n

_INK = "#2b2326"
_DEEP = 0.58  # lightness (OKLab) of skin below which black on it is outlined


class Fit(NamedTuple):
    """How a part of the mean head is put on the disc: its size, and which height of the head lies at which of the
    disc."""

    scale: float
    head_y: float
    disc_y: float
    turn: float = 0.0  #: degrees round the disc's middle


def _on_plain(w: Wearer, wears: Mapping[str, object], fit: Fit) -> str:
    """The parts named, drawn for the mean head and moved."""
    from mien.avatar.head import build_head
    from mien.avatar.palette import person_tones
    from mien.avatar.parts import FACIAL_HAIR, GLASSES, HEADWEAR
    from mien.avatar.spec import AvatarSpec

    spec = AvatarSpec().edited(dict(wears))
    head = build_head(spec, Pull({}, bold=w.bold), None)
    tones = person_tones(spec.skin.colour, spec.hair.colour, beard=spec.facial_hair.colour)
    svg = ""
    for part in (
        FACIAL_HAIR[spec.facial_hair.style], GLASSES[spec.glasses.style], HEADWEAR[spec.headwear.style],
    ):  # fmt: skip
        args = (head, tones, spec, w.uid)
        svg += part.behind(*args) + part.on(*args) + part.front(*args)
    k, y = fit.scale, fit.disc_y - fit.head_y * fit.scale
    turn = f"rotate({n(fit.turn)} 64 64) " if fit.turn else ""
    return f'<g transform="{turn}matrix({n(k)} 0 0 {n(k)} {n(CENTRE * (1 - k))} {n(y)})">{svg}</g>'


def _dress(name: str, wears: dict[str, object], fit: Fit, room: Room = NO_ROOM) -> None:
    def draw(w: Wearer) -> str:
        return _on_plain(w, wears, fit) if w.plain else ""

    drawn: Draw = draw
    OVERLAYS.add(Overlay(name=name, draw=drawn, layer="front", wears=wears, room=room))


def _monocle(w: Wearer) -> str:
    e = w.eye(1)
    ring = (
        '<circle r="18.5" fill="#e6f4ff" fill-opacity=".28" stroke="#7a5a1e" stroke-width="5.4"/>'
        '<circle r="18.5" fill="none" stroke="#e8b93c" stroke-width="3"/>'
        + line("M-9-8Q-5-13 1-13", "#ffffff", 2.6, 0.8)
    )
    chain = line("M17 8C22 22 20 38 13 50", "#c08a1e", 2.8)
    return group(w, (e.x, e.y), chain + ring, 0.98)


def _disguise(w: Wearer) -> str:
    """Glasses with brows, a big nose and a moustache."""
    u, parts = w.unit, []
    lifted = ""
    rim = f'<circle r="16.4" fill="#ffffff" fill-opacity=".25" stroke="{_INK}" stroke-width="5"/>'
    if lch(w.skin.base).l < _DEEP:  # black on deep skin would go under
        lifted = outlined(w.skin.rim, 3.6) + ' paint-order="stroke"'
        rim = f'<circle r="16.4" fill="#ffffff" fill-opacity=".3" stroke="{w.skin.rim}" stroke-width="8"/>{rim}'
    brow = f'<path d="M-16 3C-15-7 8-10 16-3C18 1 15 4 11 3C3-1-7 0-11 5C-14 7-17 6-16 3Z" fill="{_INK}"{lifted}/>'
    for out in (-1, 1):
        e = w.eye(out)
        parts.append(
            group(w, (e.x, w.eye_y + 1 * u), rim) + group(w, (e.x, w.brow_y - 1 * u), brow, 1.05, flip=out < 0)
        )
        arm = Pen(w, out).move(w.eye_x + 18 * u, w.eye_y - 2 * u).line(w.half - 2 * u, w.eye_y - 4 * u)
        parts.append(arm.stroke(_INK, 4.2 * u))
    x = w.eye_x - 16 * u
    bridge = Pen(w).move(-x, w.eye_y - 3 * u).bow(0, w.eye_y - 9 * u, x, w.eye_y - 3 * u)
    tone, edge, shine = ("#f7a878", "#c9743f", "#ffd2b0") if w.plain else (w.skin.base, w.skin.deep, w.skin.light)
    nose = (
        f'<path d="M-6-20C-7-10-15-5-15 3C-15 11-7 12 0 12C7 12 15 11 15 3C15-5 7-10 6-20Q0-23-6-20Z" fill="{tone}" '
        f'stroke="{edge}" stroke-width="2.2"/><ellipse cx="-5" cy="1" rx="4" ry="5" fill="{shine}"/>'
    )
    moustache = (
        f'<path d="M0-3C7-9 19-8 25 1C28 5 33 5 35 2C36 10 28 15 20 13C12 12 4 8 0 4C-4 8-12 12-20 13C-28 15-36 10-35 2'
        f'C-33 5-28 5-25 1C-19-8-7-9 0-3Z" fill="{_INK}"{lifted}/>'
    )
    y = w.nose_y + 1 * u
    parts.append(bridge.stroke(_INK, 4.4 * u))
    return "".join(parts) + group(w, (CENTRE, y + 13 * u), moustache, 0.84) + group(w, (CENTRE, y - 3 * u), nose, 0.95)


_dress("sunglasses", {"glasses.style": "sunglasses", "glasses.colour": "#1d1a22"}, Fit(1.42, 66.5, 58))
_dress("spectacles", {"glasses.style": "wayfarer", "glasses.colour": "#2b2326"}, Fit(1.45, 66.5, 60))
_dress(
    "cowboy_hat",
    {"headwear.style": "cowboy-hat", "headwear.colour": "#a8703f"},
    Fit(1.4, 45, 34),
    Room(top=28, side=11),
)
_dress("party_hat", {"headwear.style": "party-hat", "headwear.colour": "#7d5bb0"}, Fit(1.2, 17, 15, -24), Room(top=27))
_dress("crown", {"headwear.style": "crown", "headwear.colour": "#e8b93c"}, Fit(1.4, 45, 36), Room(top=29))
_dress(
    "santa_hat", {"headwear.style": "santa-hat", "headwear.colour": "#d0262f"}, Fit(1.42, 45, 37), Room(top=20, side=12)
)
_dress("white_beard", {"facial_hair.style": "full", "facial_hair.colour": "#f6f4ef"}, Fit(1.45, 105, 122))
OVERLAYS.add(Overlay(name="monocle", draw=_monocle, layer="front", hides=("glasses",)))
OVERLAYS.add(Overlay(name="disguise", draw=_disguise, layer="front", hides=("glasses", "brows", "nose")))
