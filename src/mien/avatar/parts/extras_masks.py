"""Face masks. They reach from the nose to under the chin, drop with the jaw, and lie over beards and under glasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import ramp
from mien.avatar.parts.materials import lines, mass
from mien.avatar.parts.registry import EXTRAS, ExtraPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import mix

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_DEPTH = 1.14


def _loops(head: Head, upper: tuple[float, float], lower: tuple[float, float], colour: str) -> str:
    """Elastics from the mask's corners round the ears."""
    pen = Pen(head)
    for out in (-1, 1):
        pen.move(out * upper[0], upper[1])
        pen.bow(out * (head.half - 2), upper[1] - 3, out * (head.half + 0.4), head.ear_top + 5)
        pen.move(out * lower[0], lower[1])
        pen.bow(out * (head.half_at(lower[1]) - 0.5), lower[1] - 3, out * (head.half + 0.4), head.ear_bottom - 3)
    return lines(pen.d, colour, 1.8 if head.bold else 1.2)


def _medical(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, top, chin = ramp("#a9d6e2"), head.nose_y - 8.5, head.chin
    x, y = head.half_at(head.eye_y + 12) - 5.5, head.eye_y + 11
    low_y = mix(y, chin, 0.66)
    low = head.half_at(low_y) - 3.4
    s = head.jaw_shift
    shape = (
        Pen(head, depth=_DEPTH).move(-x, y).curve(-0.6 * x, y + 0.6, -9, top + 0.6, 0, top)
        .curve(9, top + 0.6, 0.6 * x, y + 0.6, x, y)
        .curve(x + 0.6, mix(y, low_y, 0.5), low + 0.8, low_y - 5, low, low_y)
        .curve(low - 3, chin - 1, 0.4 * low + s, chin + 2.2, s, chin + 2.2)
        .curve(-0.4 * low + s, chin + 2.2, -low + 3, chin - 1, -low, low_y)
        .curve(-low - 0.8, low_y - 5, -x - 0.6, mix(y, low_y, 0.5), -x, y).close()
    )  # fmt: skip
    svg = _loops(head, (x - 0.5, y + 0.8), (low, low_y - 1), "#d5e0e5") + mass(head, shape.d, r, uid, "mk")
    pleats = Pen(head, depth=_DEPTH)
    for k in (0.3, 0.52, 0.74):
        py, px = mix(top + 4, chin, k), mix(x, low, k * 1.2) - 1
        pleats.move(-px, py - 1).curve(-0.5 * px, py + 2.4, 0.5 * px, py + 2.4, px, py - 1)
    if head.bold:
        return svg + lines(pleats.d, r.shade, 1.5)
    wire = (
        Pen(head, depth=_DEPTH).move(-13, top + 5).curve(-8, top + 2.6, -4, top + 1.9, 0, top + 1.8)
        .curve(4, top + 1.9, 8, top + 2.6, 13, top + 5)
    )  # fmt: skip
    return svg + lines(pleats.d, r.shade, 1.4) + lines(wire.d, r.rim, 1.5, 0.9)


def _cloth(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Two halves sewn along the middle, close to the face."""
    r, top, chin, s = ramp("#4b5a86"), head.nose_y - 9.5, head.chin, head.jaw_shift
    y = head.eye_y + 11.5
    low_y = mix(y, chin, 0.62)
    x, low = head.half_at(y) - 1.0, head.half_at(low_y) - 0.2
    shape = (
        Pen(head, depth=1.08).move(-x, y).curve(-0.5 * x, y + 1, -8, top + 2.4, 0, top)
        .curve(8, top + 2.4, 0.5 * x, y + 1, x, y)
        .curve(x, mix(y, low_y, 0.5), low + 0.6, low_y - 4, low, low_y)
        .curve(low - 4, chin - 1.6, 0.42 * low + s, chin + 1.6, s, chin + 1.8)
        .curve(-0.42 * low + s, chin + 1.6, -low + 4, chin - 1.6, -low, low_y)
        .curve(-low - 0.6, low_y - 4, -x, mix(y, low_y, 0.5), -x, y).close()
    )  # fmt: skip
    svg = _loops(head, (x, y + 1), (low, low_y), r.deep) + mass(head, shape.d, r, uid, "mk")
    if head.bold:
        return svg
    seam = (
        Pen(head, depth=1.3).move(0, top + 0.6)
        .curve(2.4, mix(top, chin, 0.3), 2.4 + 0.5 * s, mix(top, chin, 0.6), s, chin + 1.4)
    )  # fmt: skip
    hem = (
        Pen(head, depth=1.08).move(-x + 1, y + 2).curve(-0.5 * x, y + 3, -8, top + 4.6, 0, top + 2.2)
        .curve(8, top + 4.6, 0.5 * x, y + 3, x - 1, y + 2)
    )  # fmt: skip
    fold = (
        Pen(head, depth=1.1).move(-low + 2, low_y - 8)
        .curve(-0.6 * low, low_y - 4, -0.4 * low, low_y - 3, -0.24 * low, low_y - 4)
    )  # fmt: skip
    fold.move(low - 2, low_y - 7).curve(0.62 * low, low_y - 3, 0.44 * low, low_y - 2, 0.3 * low, low_y - 3)
    return (
        svg
        + lines(seam.d, r.deep, 1.1, 0.7)
        + lines(hem.d, r.rim, 0.8, 0.7, "1.6 1.4")
        + lines(fold.d, r.deep, 1.1, 0.4)
    )


_REACH = Reach(0, 0, 3)
EXTRAS.add(ExtraPart(name="medical-mask", words="a medical mask", on=_medical, reach=_REACH))
EXTRAS.add(ExtraPart(name="cloth-mask", words="a cloth mask", on=_cloth, reach=_REACH))
