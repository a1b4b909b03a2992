"""Garments with a collar, a hood or a drape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import Ramp, ramp
from mien.avatar.parts.clothing import (
    FLOOR,
    add,
    bare_shoulders,
    chest,
    chosen,
    collarbone,
    neckline,
    seams,
    second,
    torso,
)
from mien.avatar.parts.materials import edged, flat, lines, mass
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_WHITE, _GOLD = "#f3f3f1", "#dfb04a"


def _collar_back(head: Head, r: Ramp) -> str:
    """The standing part of a collar behind the neck."""
    y = collarbone(head) - 6
    pen = (
        Pen(head, depth=0).move(-17, y + 3).curve(-16, y - 5, -14, y - 7, -13, y - 8).line(13, y - 8)
        .curve(14, y - 7, 16, y - 5, 17, y + 3).close()
    )  # fmt: skip
    return flat(pen.d, r.deep)


def _wings(head: Head, r: Ramp, uid: str, open_to: float) -> str:
    """A shirt's collar, turned down. open_to: half the gap between its points."""
    y, d = collarbone(head) - 6, ""
    for out in (-1, 1):
        d += (
            Pen(head, out, 0).move(14.6, y - 6).curve(17.4, y - 4, 18.6, y - 1, 18.4, y + 3)
            .line(open_to + 8.5, y + 17, open_to, y + 8)
            .curve(6, y + 5, 11, y - 1, 14.6, y - 6).close().d
        )  # fmt: skip
    return edged(head, d, r.light, r.deep, 0.7, 0.5)


def _buttons(head: Head, r: Ramp, top: float) -> str:
    if head.bold:
        return ""
    placket = Pen(head, depth=0).move(-2.6, top).line(-2.6, FLOOR).move(2.6, top).line(2.6, FLOOR)
    dots = "".join(f"M{head.at((CENTRE, top + 5 + 9 * k), depth=0)}h.01" for k in range(3))
    return lines(placket.d, r.deep, 0.7, 0.4) + lines(dots, r.deep, 2.2, 0.8)


def _shirt(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y = chosen(spec), collarbone(head) - 6
    svg = mass(head, torso(head, 15, y - 2, y + 12, vee=True).d, r, uid, "cl") + seams(head, r)
    return svg + _buttons(head, r, y + 11) + _wings(head, r, uid, 1.6)


def _shirt_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return chest(head, tones) + _collar_back(head, chosen(spec))


def _knot(head: Head, r: Ramp, uid: str) -> str:
    """A tie: the knot and the blade."""
    y = collarbone(head) - 6
    blade = (
        Pen(head, depth=0).move(-2.8, y + 12).line(2.8, y + 12).curve(4.2, y + 20, 6.2, y + 30, 6.6, FLOOR)
        .line(-6.6, FLOOR).curve(-6.2, y + 30, -4.2, y + 20, -2.8, y + 12).close()
    )  # fmt: skip
    knot = (
        Pen(head, depth=0).move(-5, y + 6).curve(-2, y + 5, 2, y + 5, 5, y + 6).curve(5, y + 9, 4, y + 12, 3, y + 14)
        .line(-3, y + 14).curve(-4, y + 12, -5, y + 9, -5, y + 6).close()
    )  # fmt: skip
    svg = mass(head, blade.d, r, uid, "ct") + edged(head, knot.d, r.light, r.deep, 0.7, 0.5)
    stripes = Pen(head, depth=0).move(-3.6, y + 21).line(4.4, y + 17).move(-5, y + 28).line(5.6, y + 23)
    return svg if head.bold else svg + lines(stripes.d, r.rim, 1.6, 0.6)


def _tie(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A shirt in the second colour with a tie in the first."""
    r, y = second(spec, _WHITE), collarbone(head) - 6
    svg = mass(head, torso(head, 15, y - 2, y + 10, vee=True).d, r, uid, "cl") + seams(head, r)
    return svg + _knot(head, chosen(spec), uid) + _wings(head, r, uid, 3.0)


def _tie_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _collar_back(head, second(spec, _WHITE))


def _front(head: Head, r: Ramp) -> str:
    """The part of a shirt that shows in an open jacket."""
    y = collarbone(head) - 6
    pen = (
        Pen(head, depth=0).move(-16, y - 2).curve(-11, y + 2, -4, y + 6, 0, y + 10)
        .curve(4, y + 6, 11, y + 2, 16, y - 2)
    )  # fmt: skip
    return flat(pen.line(20, FLOOR, -20, FLOOR).close().d, r.base)


def _lapels(head: Head, r: Ramp, uid: str) -> str:
    """A jacket, open in a V, its lapels turned over."""
    x, y, d = head.half + 10.5, collarbone(head) - 6, ""
    coat = ""
    for out in (-1, 1):
        coat += (
            Pen(head, out, 0).move(16.4, y - 3).curve(24, y + 2, 0.66 * x, y + 5, 0.82 * x, y + 10)
            .curve(x, y + 15, x + 3, y + 26, x + 4, FLOOR)
            .line(0, FLOOR, 1.5, y + 42).curve(8, y + 28, 14, y + 12, 16.4, y - 3).close().d
        )  # fmt: skip
        d += (
            Pen(head, out, 0).move(16.8, y - 4).curve(19.6, y - 1, 21.4, y + 3, 22, y + 7)
            .line(27, y + 11, 22.6, y + 14.4)
            .curve(19, y + 22, 10, y + 34, 2, y + 42).curve(8, y + 28, 14, y + 12, 16.8, y - 4).close().d
        )  # fmt: skip
    svg = mass(head, coat, r, uid, "cl") + seams(head, r)
    return svg + edged(head, d, r.light, r.deep, 0.9, 0.7)


def _blazer(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, under, y = chosen(spec), second(spec, _WHITE), collarbone(head) - 6
    return _front(head, under) + _buttons(head, under, y + 10) + _wings(head, under, uid, 1.6) + _lapels(head, r, uid)


def _blazer_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return chest(head, tones) + _collar_back(head, second(spec, _WHITE))


def _suit(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A jacket with a shirt and a tie; the second colour is the tie's."""
    white, red = ramp(_WHITE), second(spec, "#a8323e")
    return (
        _front(head, white) + _knot(head, red, uid) + _wings(head, white, uid, 3.0) + _lapels(head, chosen(spec), uid)
    )


def _suit_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _collar_back(head, ramp(_WHITE))


def _hoodie(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y, d = chosen(spec), collarbone(head) - 6, ""
    for out in (-1, 1):  # the hood lies round the neck in a thick roll
        d += (
            Pen(head, out, 0).move(14, y - 8).curve(22, y - 9, 27, y - 3, 25, y + 4)
            .curve(22, y + 12, 10, y + 17, 0, y + 19)
            .line(0, y + 11).curve(8, y + 9, 15, y + 2, 14, y - 8).close().d
        )  # fmt: skip
    svg = mass(head, torso(head, 16, y, y + 12).d, r, uid, "cl") + seams(head, r) + mass(head, d, r, uid, "ch")
    if head.bold:
        return svg
    creases, cords, tips = Pen(head, depth=0), "", ""
    for out in (-1, 1):
        creases.move(out * 25, y + 3).curve(out * 22, y + 12, out * 10, y + 17, out * 1, y + 19)
        creases.move(out * 20.5, y - 5).curve(out * 21, y + 4, out * 14, y + 10, out * 5, y + 13.4)
        cords += Pen(head, out, 0).move(7, y + 14.6).curve(7.6, y + 19, 6.4, y + 22, 7.2, y + 27).d
        tips += Pen(head, out, 0).move(7.2, y + 27).line(7.3, y + 29).d
    return svg + lines(creases.d, r.deep, 1.2, 0.6) + lines(cords, "#f1eee8", 1.7) + lines(tips, "#c9ccd2", 2.2)


def _hoodie_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, y = chosen(spec), collarbone(head) - 6
    pen = (
        Pen(head, depth=0).move(-25, y + 4).curve(-29, y - 8, -22, y - 14, -12, y - 14).line(12, y - 14)
        .curve(22, y - 14, 29, y - 8, 25, y + 4).close()
    )  # fmt: skip
    return flat(pen.d, r.deep)


def _kurta(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A band collar, and a placket with embroidery."""
    r, trim, y = chosen(spec), second(spec, _GOLD), collarbone(head) - 6
    band = (
        Pen(head, depth=0).move(-15, y - 6).curve(-16, y - 2, -16, y + 1, -16, y + 3)
        .curve(-8, y + 10, -2, y + 11.6, -1.2, y + 12)
        .line(-1.2, y + 6.4).curve(-7, y + 4.6, -12, y - 0.6, -15, y - 6).close()
    )  # fmt: skip
    other = (
        Pen(head, -1, 0).move(-15, y - 6).curve(-16, y - 2, -16, y + 1, -16, y + 3)
        .curve(-8, y + 10, -2, y + 11.6, -1.2, y + 12)
        .line(-1.2, y + 6.4).curve(-7, y + 4.6, -12, y - 0.6, -15, y - 6).close()
    )  # fmt: skip
    placket = Pen(head, depth=0).move(-4.6, y + 9).line(4.6, y + 9, 4.6, FLOOR, -4.6, FLOOR).close()
    svg = mass(head, torso(head, 15.6, y, y + 9).d, r, uid, "cl") + seams(head, r)
    svg += flat(placket.d, r.shade) + mass(head, band.d + other.d, r, uid, "cb")
    if head.bold:
        return svg + lines(neckline(head, 15.6, y + 2, y + 11).d, trim.base, 1.6)
    sides = Pen(head, depth=0).move(-4.6, y + 11).line(-4.6, FLOOR).move(4.6, y + 11).line(4.6, FLOOR)
    dots = "".join(f"M{head.at((CENTRE, y + 17 + 8 * k), depth=0)}h.01" for k in range(3))
    hem = (
        Pen(head, depth=0).move(-15.8, y + 2.4).curve(-8, y + 9.4, -3, y + 10.8, -1.2, y + 11.4).move(15.8, y + 2.4)
        .curve(8, y + 9.4, 3, y + 10.8, 1.2, y + 11.4)
    )  # fmt: skip
    return (
        svg + lines(sides.d, trim.base, 1.4, 1.0, "0.1 2.4") + lines(hem.d, trim.base, 1.3)
        + lines(dots, trim.base, 2.6) + lines(dots, trim.rim, 1.0)
    )  # fmt: skip


def _sari(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A blouse, and the pallu in pleats over the left shoulder (the picture's right), with a border of gold."""
    r, blouse, y, x = chosen(spec), second(spec, "#b5523a"), collarbone(head) - 5, head.half + 10
    body = torso(head, 22, y + 1.4, y + 19).d
    svg = mass(head, body, blouse, uid, "cl") + seams(head, blouse)
    pallu = (
        Pen(head, depth=0).move(19, y - 1).curve(26, y + 1, 0.7 * x, y + 3, 0.84 * x, y + 8.6)
        .curve(x, y + 14, x + 2.6, y + 26, x + 4, FLOOR)
        .line(-0.62 * x, FLOOR).curve(-0.5 * x, y + 34, -2, y + 22, 12, y + 8).curve(15, y + 5, 17, y + 2, 19, y - 1)
        .close()
    )  # fmt: skip
    svg += mass(head, pallu.d, r, uid, "cp")
    border = (
        Pen(head, depth=0).move(19.6, y).curve(17, y + 3, 15, y + 6, 12.6, y + 9)
        .curve(-1, y + 23, -0.48 * x, y + 34, -0.6 * x, FLOOR)
    )  # fmt: skip
    svg += lines(border.d, _GOLD, 3.0)
    if head.bold:
        return svg
    pleats = Pen(head, depth=0)
    for k in (0.0, 0.34, 0.68):
        a = 26 + 14 * k
        pleats.move(a, y + 2 + 4 * k).curve(a - 3, y + 12, 12 + 22 * k, y + 24, -10 + 36 * k, y + 40)
    return svg + lines(border.d, "#8a5a1e", 0.8, 0.7, "0.1 2") + lines(pleats.d, r.deep, 1.2, 0.5)


def _scarf(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A knitted scarf over a coat in the second colour."""
    r, coat, y, top = chosen(spec), second(spec, "#4c4f5c"), collarbone(head) - 6, head.rest_chin
    svg = mass(head, torso(head, 16, y, y + 6).d, coat, uid, "cl") + seams(head, coat)
    end = (
        Pen(head, depth=0).move(3, y + 9).line(17, y + 7).curve(19, y + 18, 20, y + 26, 20, y + 31).line(5, y + 33)
        .curve(5, y + 24, 4, y + 16, 3, y + 9).close()
    )  # fmt: skip
    roll = (
        Pen(head, depth=0).move(-20, top + 3).curve(-25, top + 6, -26, y + 6, -21, y + 8)
        .curve(-8, y + 16, 8, y + 16, 21, y + 8)
        .curve(26, y + 6, 25, top + 6, 20, top + 3).curve(10, top + 10, -10, top + 10, -20, top + 3).close()
    )  # fmt: skip
    svg += mass(head, end.d, r, uid, "ce") + mass(head, roll.d, r, uid, "cf")
    if head.bold:
        return svg
    folds = (
        Pen(head, depth=0).move(-22, top + 7).curve(-12, y + 9, 6, y + 8, 20, top + 8)
        .move(-21, top + 12).curve(-8, y + 13, 8, y + 12, 18, y + 4).move(5, y + 29).line(20, y + 27)
    )  # fmt: skip
    fringe = Pen(head, depth=0)
    for k in range(5):
        fringe.move(6 + 3.2 * k, y + 32.4 - 0.4 * k).line(6.2 + 3.2 * k, y + 36)
    return svg + lines(folds.d, r.deep, 1.3, 0.5) + lines(fringe.d, r.shade, 1.2)


add("shirt", "a {colour} shirt with a collar", _shirt, _shirt_behind)
add("tie", "a shirt and a {colour} tie", _tie, _tie_behind)
add("blazer", "a {colour} blazer", _blazer, _blazer_behind)
add("suit", "a {colour} suit and a tie", _suit, _suit_behind)
add("hoodie", "a {colour} hoodie", _hoodie, _hoodie_behind)
add("kurta", "a {colour} kurta", _kurta)
add("sari", "a {colour} sari", _sari, bare_shoulders)
add("scarf", "a {colour} scarf", _scarf)
