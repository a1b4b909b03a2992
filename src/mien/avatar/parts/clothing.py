"""Necklines: shoulders and what covers them, down to the picture's lower edge. Bodies do not turn with the head.

`behind` lies behind the neck (a hood, the back of a collar, bare shoulders), `on` over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import Ramp, ramp
from mien.avatar.parts.materials import flat, is_dark, lines, mass
from mien.avatar.parts.registry import CLOTHING, Draw, Part, Reach, nothing
from mien.avatar.pen import Pen

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

FLOOR = 170.0  #: y below every picture
_NO_REACH = Reach(0, 0, 0)


# --- shared -------------------------------------------------------------------------------------------------------


def collarbone(head: Head) -> float:
    """y of the pit of the neck."""
    return head.rest_chin + 14


def torso(head: Head, wide: float, rise: float, deep: float, *, vee: bool = False) -> Pen:
    """A garment from its neckline over the shoulders down. wide: half the neckline's width; rise: y of its ends, deep:
    y of its lowest point; vee: straight to that point, else a bow."""
    x, y = head.half + 9.5, collarbone(head) - 5
    pen = Pen(head, depth=0).move(-wide, rise).curve(-wide - 7, rise + 3, -0.66 * x, y + 5.4, -0.82 * x, y + 10)
    pen.curve(-x, y + 15, -x - 3, y + 26, -x - 4, FLOOR).line(x + 4, FLOOR)
    pen.curve(x + 3, y + 26, x, y + 15, 0.82 * x, y + 10)
    pen.curve(0.66 * x, y + 5.4, wide + 7, rise + 3, wide, rise)
    if vee:
        pen.curve(0.72 * wide, rise + 4, 0.3 * wide, deep - 5, 0, deep)
        return pen.curve(-0.3 * wide, deep - 5, -0.72 * wide, rise + 4, -wide, rise).close()
    low = rise + (deep - rise) * 4 / 3
    return pen.curve(0.72 * wide, low, -0.72 * wide, low, -wide, rise).close()


def neckline(head: Head, wide: float, rise: float, deep: float, *, vee: bool = False) -> Pen:
    """The edge of the same neckline as a line."""
    pen = Pen(head, depth=0).move(-wide, rise)
    if vee:
        pen.curve(-0.72 * wide, rise + 4, -0.3 * wide, deep - 5, 0, deep)
        return pen.curve(0.3 * wide, deep - 5, 0.72 * wide, rise + 4, wide, rise)
    low = rise + (deep - rise) * 4 / 3
    return pen.curve(-0.72 * wide, low, 0.72 * wide, low, wide, rise)


def seams(head: Head, r: Ramp) -> str:
    """The sleeves' seams, a fold on either side, and a rim of light on dark cloth."""
    if head.bold:
        return ""
    x, y, pen = head.half + 9.5, collarbone(head) - 5, Pen(head, depth=0)
    for out in (-1, 1):
        pen.move(out * 0.76 * x, y + 10.4).curve(out * 0.7 * x, y + 15, out * 0.7 * x, y + 22, out * 0.76 * x, y + 34)
        pen.move(out * 0.5 * x, y + 15).curve(out * 0.42 * x, y + 18, out * 0.36 * x, y + 23, out * 0.34 * x, y + 29)
    rim = ""
    if is_dark(r.base):
        edge = (
            Pen(head, depth=0).move(0.5 * x, y + 4.4).curve(0.74 * x, y + 7, 0.84 * x, y + 9, 0.9 * x, y + 15)
            .curve(x + 1, y + 21, x + 2, y + 28, x + 3, FLOOR)
        )  # fmt: skip
        rim = lines(edge.d, r.rim, 0.9, 0.5)
    return lines(pen.d, r.deep, 1.1, 0.42) + rim


def bare(head: Head, tones: Tones) -> str:
    """Neck and shoulders of skin, for wide necklines; collarbones catch the light."""
    x, y, s = head.half + 8, collarbone(head) - 5, tones.skin
    shape = (
        Pen(head, depth=0).move(-13.4, y - 4).curve(-14, y + 1, -0.66 * x, y + 4, -0.84 * x, y + 9)
        .curve(-x, y + 14, -x - 2, y + 26, -x - 3, FLOOR)
        .line(x + 3, FLOOR).curve(x + 2, y + 26, x, y + 14, 0.84 * x, y + 9)
        .curve(0.66 * x, y + 4, 14, y + 1, 13.4, y - 4).close()
    )  # fmt: skip
    svg = flat(shape.d, s.base)
    if head.bold:
        return svg
    bones, c = Pen(head, depth=0), collarbone(head)
    for out in (-1, 1):
        bones.move(out * 3.4, c + 2.6).curve(out * 8, c + 0.6, out * 15, c + 0.8, out * 22, c - 0.2)
    pit = Pen(head, depth=0).move(-2.4, c + 3.2).bow(0, c + 5, 2.4, c + 3.2)
    return svg + lines(bones.d + pit.d, s.shade, 1.2, 0.9)


def chest(head: Head, tones: Tones) -> str:
    """The skin in an open collar."""
    y = collarbone(head) - 12
    return flat(
        Pen(head, depth=0).move(-13.4, y).line(13.4, y, 16, y + 8, 0, y + 32, -16, y + 8).close().d, tones.skin.base
    )


def chosen(spec: AvatarSpec) -> Ramp:
    """The garment's ramp."""
    return ramp(spec.clothing.colour)


def second(spec: AvatarSpec, own: str) -> Ramp:
    """The ramp of what is worn below, or of a pattern. own: where the spec names none."""
    return ramp(spec.clothing.second or own)


def add(name: str, words: str, on: Draw, behind: Draw = nothing) -> None:
    CLOTHING.add(Part(name=name, words=words, on=on, behind=behind, reach=_NO_REACH))


# --- shirts without a collar --------------------------------------------------------------------------------------


def bare_shoulders(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return bare(head, tones)


def _chest(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return chest(head, tones)


def _crew(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y = chosen(spec), collarbone(head) - 7
    svg = mass(head, torso(head, 16, y, y + 9).d, r, uid, "cl") + seams(head, r)
    band = neckline(head, 16, y + 0.4, y + 9.2).d
    return svg + lines(band, r.deep, 4.4) + lines(band, r.shade, 3.0)


def _vneck(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y = chosen(spec), collarbone(head) - 7
    svg = mass(head, torso(head, 17, y, y + 23, vee=True).d, r, uid, "cl") + seams(head, r)
    band = neckline(head, 17, y + 0.3, y + 23.4, vee=True).d
    return svg + lines(band, r.deep, 4.0) + lines(band, r.shade, 2.8)


def _turtleneck(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y, top = chosen(spec), collarbone(head) - 6, head.rest_chin - 0.5
    roll = (
        Pen(head, depth=0).move(-15.6, top + 4).curve(-16.4, top + 9, -16.8, y + 2, -17.6, y + 5)
        .curve(-9, y + 10.6, 9, y + 10.6, 17.6, y + 5)
        .curve(16.8, y + 2, 16.4, top + 9, 15.6, top + 4).curve(8, top + 9.4, -8, top + 9.4, -15.6, top + 4).close()
    )  # fmt: skip
    svg = mass(head, torso(head, 17, y + 2, y + 6).d, r, uid, "cl") + seams(head, r)
    svg += mass(head, roll.d, r, uid, "cr")
    if head.bold:
        return svg
    ribs = Pen(head, depth=0)
    for k in range(-5, 6):
        u = k / 5.6
        ribs.move(15.6 * u, top + 8.4 - 4 * u * u).line(17 * u, y + 7.6 - 4 * u * u)
    fold = Pen(head, depth=0).move(-17.4, y + 5).curve(-9, y + 10.6, 9, y + 10.6, 17.4, y + 5)
    return svg + lines(ribs.d, r.deep, 0.9, 0.4) + lines(fold.d, r.deep, 1.4, 0.6)


def _tank(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A top with straps."""
    r, y, x = chosen(spec), collarbone(head) - 5, head.half + 8
    top = (
        Pen(head, depth=0).move(-0.62 * x, y + 3.4).curve(-0.6 * x, y + 12, -0.66 * x, y + 20, -0.82 * x, y + 27)
        .line(-0.84 * x, FLOOR)
        .line(0.84 * x, FLOOR, 0.82 * x, y + 27).curve(0.66 * x, y + 20, 0.6 * x, y + 12, 0.62 * x, y + 3.4)
        .line(0.46 * x, y + 2.2)
        .curve(0.42 * x, y + 26, -0.42 * x, y + 26, -0.46 * x, y + 2.2).close()
    )  # fmt: skip
    svg = mass(head, top.d, r, uid, "cl")
    if head.bold:
        return svg
    edge = Pen(head, depth=0).move(-0.46 * x, y + 3).curve(-0.42 * x, y + 27, 0.42 * x, y + 27, 0.46 * x, y + 3)
    sides = Pen(head, depth=0)
    for out in (-1, 1):
        sides.move(out * 0.61 * x, y + 4).curve(out * 0.59 * x, y + 12, out * 0.65 * x, y + 20, out * 0.81 * x, y + 27)
    return svg + lines(edge.d + sides.d, r.shade, 1.4)


def _off_shoulder(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y, x = chosen(spec), collarbone(head), head.half + 10
    frill = (
        Pen(head, depth=0).move(-x + 3, y + 8).curve(-0.6 * x, y + 13, 0.6 * x, y + 13, x - 3, y + 8)
        .curve(x + 2, y + 14, x + 3, y + 19, x + 4, FLOOR)
        .line(-x - 4, FLOOR).curve(-x - 3, y + 19, -x - 2, y + 14, -x + 3, y + 8).close()
    )  # fmt: skip
    svg = mass(head, frill.d, r, uid, "cl")
    if head.bold:
        return svg
    hem = Pen(head, depth=0).move(-x + 3, y + 8.6).curve(-0.6 * x, y + 13.6, 0.6 * x, y + 13.6, x - 3, y + 8.6)
    folds = Pen(head, depth=0)
    for k in (-0.8, -0.55, -0.3, 0.0, 0.3, 0.55, 0.8):
        folds.move(k * x, y + 13.4 - 4 * k * k).line(1.04 * k * x, y + 19)
    return svg + lines(hem.d, r.light, 1.5) + lines(folds.d, r.deep, 1.0, 0.45)


CLOTHING.add(Part(name="none", words="", reach=_NO_REACH))
add("crew", "a {colour} crew-neck shirt", _crew)
add("v-neck", "a {colour} v-neck shirt", _vneck, _chest)
add("turtleneck", "a {colour} turtleneck", _turtleneck)
add("tank", "a {colour} top with straps", _tank, bare_shoulders)
add("off-shoulder", "a {colour} off-shoulder top", _off_shoulder, bare_shoulders)
