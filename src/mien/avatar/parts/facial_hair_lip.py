"""Moustaches, and the tuft under the lip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.parts.facial_hair import Lip, fill, lips
from mien.avatar.parts.registry import FACIAL_HAIR, Part
from mien.avatar.pen import Pen
from mien.avatar.shapes import clamp, mix

if TYPE_CHECKING:
    from collections.abc import Callable

    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_DEPTH = 1.08  # a moustache stands a little before the lip


def _moustache(
    half: Callable[[Lip, Pen, float], Pen], combed: Callable[[Lip, Pen, float], Pen]
) -> Callable[[Head, Tones, AvatarSpec, str], str]:
    def draw(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        full = 0.8 + 0.45 * spec.facial_hair.density
        path, hairs = "", ""
        for out, at in zip((-1, 1), lips(head, spec), strict=True):
            path += half(at, Pen(head, out, _DEPTH), full).d
            hairs += combed(at, Pen(head, out, _DEPTH), full).d
        svg = fill(path, tones, spec, uid, "mo")
        if head.bold:
            return f'<path d="{path}" fill="{tones.beard.base}" stroke="{tones.beard.base}" stroke-width="1"/>'
        return svg + (
            f'<path d="{hairs}" fill="none" stroke="{tones.beard.deep}" stroke-opacity=".55" stroke-width=".8" '
            'stroke-linecap="round"/>'
        )

    return draw


def _chevron(at: Lip, pen: Pen, full: float) -> Pen:
    """Thick and straight down: from the nose to the corners, hiding the edge of the lip."""
    m, top, low = at.middle, at.nose + 0.5, at.edge(0.7)
    return (
        pen.move(m, top + 1.0).curve(m + 3, top - 0.6 * full, at.x - 3, mix(top, at.y, 0.35), at.x + 1.6, at.y - 0.2)
        .curve(at.x + 1.8, at.y + 1.2 * full, at.x + 0.4, at.y + 1.6 * full, at.x - 0.8, at.y + 0.4)
        .curve(at.x * 0.7, low + 0.9 * full, m + 3.5, low + 0.8 * full, m, low - 0.2).close()
    )  # fmt: skip


def _chevron_hairs(at: Lip, pen: Pen, full: float) -> Pen:
    top, low = at.nose + 1.8, at.top + 0.4
    for t in (0.2, 0.45, 0.7):
        x = mix(at.middle, at.x, t)
        pen.move(x, mix(top, at.y - 1, t * 0.6)).bow(x + 1.2, mix(top, low, 0.6), x + 1.6, mix(low, at.y, t * 0.6))
    return pen.move(at.middle, at.nose + 1.7).line(at.middle, at.top - 0.3)


def _pencil(at: Lip, pen: Pen, full: float) -> Pen:
    """A thin line half-way between nose and lip, bare in the middle."""
    m, y = at.middle, mix(at.nose, at.top, 0.68)
    return (
        pen.move(m + 1.0, y + 0.1).curve(m + 3, y - 1.2 * full, at.x * 0.7, y - 0.4, at.x + 1.4, at.y - 0.9)
        .curve(at.x * 0.7, y + 1.5 * full, m + 3.4, y + 1.0 * full, m + 1.0, y + 1.0).close()
    )  # fmt: skip


def _handlebar(at: Lip, pen: Pen, full: float) -> Pen:
    """Full at the nose, waxed ends that curl up beyond the corners."""
    m, top, low = at.middle, at.nose + 0.5, at.edge(0.8)
    tip = (at.x + 7.2, at.y - 7.0)
    return (
        pen.move(m, top + 1.6).curve(m + 3, top - 1.0 * full, at.x - 4, top + 0.8, at.x + 0.4, at.y - 1.2)
        .curve(at.x + 3.4, at.y + 0.4, at.x + 6.4, at.y - 1.6, *tip)
        .curve(at.x + 9.4, at.y - 0.4, at.x + 5.4, at.y + 3.4 * full, at.x, at.y + 2.2 * full)
        .curve(at.x - 3.4, at.y + 1.4, m + 4, low + 1.4 * full, m, low - 0.4).close()
    )  # fmt: skip


def _handlebar_hairs(at: Lip, pen: Pen, full: float) -> Pen:
    m, top = at.middle, at.nose
    pen.move(m + 2, top + 3.0).curve(m + 5, top + 2.6, at.x - 2, at.y - 0.6, at.x + 4.6, at.y - 0.2)
    return pen.move(m, top + 2.2).line(m, at.top - 0.2)


def _walrus(at: Lip, pen: Pen, full: float) -> Pen:
    """Bushy, hanging over the lip and past the corners."""
    m, top, low = at.middle, at.nose, at.edge(2.0)
    end = at.y + 5.6 * full
    return (
        pen.move(m, top + 1.0).curve(m + 4, top - 1.8 * full, at.x - 1, top + 0.5, at.x + 3.2, at.y - 0.4)
        .curve(at.x + 5.4, at.y + 2.4, at.x + 5.2, end - 2, at.x + 3.6, end)
        .curve(at.x + 2.2, end - 1.6, at.x + 0.8, end - 2.6, at.x - 0.6, at.y + 2.4 * full)
        .curve(at.x - 3, low + 2.4 * full, m + 4, low + 2.0 * full, m, low + 0.2).close()
    )  # fmt: skip


def _walrus_hairs(at: Lip, pen: Pen, full: float) -> Pen:
    low = at.top + 2.2 + 1.2 * full
    for t in (0.18, 0.42, 0.66, 0.9):
        x = mix(at.middle, at.x + 1, t)
        pen.move(x, mix(at.nose + 2.0, at.y - 1.6, t * t)).bow(
            x + 1.6, mix(at.nose, low, 0.5), x + 1.4 + 1.6 * t, mix(low - 0.6, at.y + 3 * full, t * t)
        )
    return pen.move(at.middle, at.nose + 2).line(at.middle, low - 1.2)


def _bar_end(at: Lip) -> float:
    """y of a bar's end: at the jaw, but a mouth wider than the jaw shortens it, or it would leave the face."""
    return mix(at.y + 6.0, max(at.low, at.y) + 7.0, clamp((at.jaw - at.x) / 6))


def _horseshoe(at: Lip, pen: Pen, full: float) -> Pen:
    """Down past the corners to the jaw, in two bars."""
    m, top, low = at.middle, at.nose + 0.7, at.edge(0.5)
    end = _bar_end(at)
    return (
        pen.move(m, top + 1.0).curve(m + 3, top - 0.6 * full, at.x - 2, top + 1, at.x + 2.6, at.y - 1.4)
        .curve(at.x + 4.4, at.y + 3, at.x + 4.6, end - 4, at.x + 3.8, end - 0.6)
        .bow(at.x + 2.0, end + 0.8, at.x + 0.2, end - 0.4)
        .curve(at.x + 1.0, end - 5, at.x + 0.9, at.y + 3, at.x - 0.9, at.y + 0.6)
        .curve(at.x - 3, low + 1.0 * full, m + 4, low + 0.8 * full, m, low - 0.2).close()
    )  # fmt: skip


def _horseshoe_hairs(at: Lip, pen: Pen, full: float) -> Pen:
    end = _bar_end(at) - 1.8
    pen.move(at.x * 0.5, at.nose + 2.6).curve(at.x, at.nose + 3, at.x + 2.6, at.y + 1, at.x + 2.3, end)
    return pen.move(at.middle, at.nose + 2).line(at.middle, at.top - 0.2)


def _no_hairs(at: Lip, pen: Pen, full: float) -> Pen:
    return pen


chevron = _moustache(_chevron, _chevron_hairs)
handlebar = _moustache(_handlebar, _handlebar_hairs)

_MOUSTACHES = (
    ("chevron", "a thick {colour} moustache", chevron),
    ("pencil", "a thin {colour} moustache", _moustache(_pencil, _no_hairs)),
    ("handlebar", "a {colour} handlebar moustache", handlebar),
    ("walrus", "a bushy {colour} moustache", _moustache(_walrus, _walrus_hairs)),
    ("horseshoe", "a {colour} horseshoe moustache", _moustache(_horseshoe, _horseshoe_hairs)),
)
for _name, _words, _draw in _MOUSTACHES:
    FACIAL_HAIR.add(Part(name=_name, words=_words, front=_draw))


def tuft(head: Head, spec: AvatarSpec, wide: float = 3.4) -> str:
    """Path data of the hair under the lower lip."""
    at = lips(head, spec)[1]
    room = max(head.chin - at.low, 2.4)
    y, m, low = at.low - 0.4, at.middle, at.low + min(6.0, 0.8 * room)
    return (
        Pen(head, 1).move(m - wide, y).curve(m - 0.8 * wide, y + 0.7, m + 0.8 * wide, y + 0.7, m + wide, y)
        .curve(m + 0.9 * wide, mix(y, low, 0.6), m + 0.5 * wide, low, m, low)
        .curve(m - 0.5 * wide, low, m - 0.9 * wide, mix(y, low, 0.6), m - wide, y).close().d
    )  # fmt: skip


def _soul_patch(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return fill(tuft(head, spec), tones, spec, uid, "sp")


FACIAL_HAIR.add(Part(name="soul-patch", words="a {colour} soul patch", on=_soul_patch))
