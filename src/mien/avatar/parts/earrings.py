"""Earrings. They hang from the lobes; the far one goes with its ear when the head turns.

Small ones lie under the hair. Long ones hang in front of hair that covers the ears, so that they are seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mien.avatar.palette import Ramp, ramp
from mien.avatar.parts.materials import lines
from mien.avatar.parts.registry import EARRINGS, HAIR, HEADWEAR, Draw, Part, Reach, nothing
from mien.avatar.shapes import at, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

#: One earring: (x, y) of the lobe, the ramp of its metal, small pictures -> SVG.
Ring = Callable[[float, float, Ramp, bool], str]


def ball(x: float, y: float, radius: float, r: Ramp) -> str:
    """A bead with the light at its upper left."""
    return (
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{r.shade}"/>'
        f'<circle cx="{n(x - 0.12 * radius)}" cy="{n(y - 0.12 * radius)}" r="{n(0.84 * radius)}" fill="{r.base}"/>'
        f'<circle cx="{n(x - 0.32 * radius)}" cy="{n(y - 0.36 * radius)}" r="{n(0.34 * radius)}" fill="{r.rim}"/>'
    )


def _pair(ring: Ring, *, over: bool = False) -> tuple[Draw, Draw]:
    """(under the hair, over it). over: hangs so low that it is drawn over hair that hides the ears."""

    def draw(head: Head, spec: AvatarSpec, front: bool) -> str:
        hat = HEADWEAR[spec.headwear.style]
        covered = hat.hair is not None and not HAIR[spec.hair.style].ears
        if not hat.ears or front != (over and covered):
            return ""
        r = ramp(spec.earrings.colour)
        return "".join(ring(*head.lobe(out), r, head.bold) for out in (-1, 1) if head.ear_seen(out))

    def on(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        return draw(head, spec, False)

    def front(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
        return draw(head, spec, True)

    return on, front if over else nothing


def _stud(x: float, y: float, r: Ramp, bold: bool) -> str:
    return ball(x, y - 0.2, 2.3 if bold else 2.0, r)


def _pearl(x: float, y: float, r: Ramp, bold: bool) -> str:
    pearl = ramp("#f3ebe0")
    return lines(f"M{at((x, y))}v2.2", r.base, 1.2) + ball(x, y + 3.6, 3.2, pearl)


def _hoop_of(radius: float, width: float) -> Ring:
    def hoop(x: float, y: float, r: Ramp, bold: bool) -> str:
        rx, cy = 0.84 * radius, y + radius - 0.8
        style = f'fill="none" stroke="{r.base}" stroke-width="{n(width + (0.8 if bold else 0))}"'
        svg = f'<ellipse cx="{n(x)}" cy="{n(cy)}" rx="{n(rx)}" ry="{n(radius)}" {style}/>'
        if bold:
            return svg
        low = f"M{at((x - 0.7 * rx, cy + 0.71 * radius))}A{n(rx)} {n(radius)} 0 0 0 {at((x + rx, cy))}"
        light = f"M{at((x - rx, cy))}A{n(rx)} {n(radius)} 0 0 1 {at((x - 0.3 * rx, cy - 0.95 * radius))}"
        return svg + lines(low, r.shade, 0.5 * width) + lines(light, r.rim, 0.5 * width)

    return hoop


def _drop(x: float, y: float, r: Ramp, bold: bool) -> str:
    """A stone on a hook."""
    top = y + 4.6
    stone = (
        f"M{at((x, top - 2))}C{at((x + 1.4, top + 2), (x + 3.4, top + 4), (x + 3.4, top + 6.6))}"
        f"A3.4 3.4 0 0 1 {at((x - 3.4, top + 6.6))}C{at((x - 3.4, top + 4), (x - 1.4, top + 2), (x, top - 2))}Z"
    )
    svg = lines(f"M{at((x, y))}V{n(top - 1.6)}", r.base, 1.2) + f'<path d="{stone}" fill="{r.base}"/>'
    if bold:
        return svg
    gleam = f"M{at((x - 1.8, top + 6.8))}Q{at((x - 1.9, top + 4.6), (x - 0.6, top + 2.4))}"
    return svg + ball(x, y, 1.3, r) + lines(gleam, r.rim, 1.1)


def _jhumka(x: float, y: float, r: Ramp, bold: bool) -> str:
    """A bell under a stud, with a row of beads: Indian."""
    top, low = y + 2.6, y + 9.4
    bell = (
        f"M{at((x - 1.4, top))}C{at((x - 4.6, top + 1.4), (x - 5, low - 2), (x - 5.2, low))}H{n(x + 5.2)}"
        f"C{at((x + 5, low - 2), (x + 4.6, top + 1.4), (x + 1.4, top))}Z"
    )
    svg = f'<path d="{bell}" fill="{r.base}"/>' + ball(x, y, 2.2, r)
    if bold:
        return svg
    beads = "".join(f"M{at((x + k * 2.5, low + 1.5))}h.01" for k in (-2, -1, 0, 1, 2))
    bands = f"M{at((x - 4.4, low - 3))}Q{at((x, low - 1.8), (x + 4.4, low - 3))}M{at((x - 5, low - 0.6))}H{n(x + 5)}"
    return (
        svg
        + lines(bands, r.deep, 0.8, 0.7)
        + lines(beads, r.light, 2.2)
        + lines(f"M{at((x - 2.2, top + 2))}l-.8 2.4", r.rim, 1)
    )


def _plug(x: float, y: float, r: Ramp, bold: bool) -> str:
    """A tunnel in a stretched lobe."""
    return (
        f'<circle cx="{n(x)}" cy="{n(y - 0.4)}" r="2.9" fill="{r.base}"/>'
        f'<circle cx="{n(x)}" cy="{n(y - 0.4)}" r="1.7" fill="{r.deep}"/>'
    ) + ("" if bold else lines(f"M{at((x - 2.2, y - 1))}A2.4 2.4 0 0 1 {at((x, y - 2.8))}", r.rim, 0.8))


EARRINGS.add(Part(name="none", words=""))
for _name, _words, _ring, _over, _reach in (
    ("studs", "ear studs", _stud, False, Reach(0, 6, 0)), ("pearls", "pearl earrings", _pearl, False, Reach(0, 6, 0)),
    ("hoops", "hoop earrings", _hoop_of(5.2, 1.7), True, Reach(0, 7.5, 0)),
    ("big-hoops", "big hoop earrings", _hoop_of(10.0, 1.9), True, Reach(0, 11, 0)),
    ("drops", "drop earrings", _drop, True, Reach(0, 7, 0)),
    ("jhumkas", "bell earrings", _jhumka, True, Reach(0, 8.5, 0)),
    ("plugs", "ear plugs", _plug, False, Reach(0, 6, 0)),
):  # fmt: skip
    _on, _front = _pair(_ring, over=_over)
    EARRINGS.add(Part(name=_name, words=_words, on=_on, front=_front, reach=_reach))
