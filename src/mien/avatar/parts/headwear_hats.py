"""Hats with a brim, and hats for occasions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.palette import Ramp, ramp
from mien.avatar.parts.headwear import BLACK, below, colours, dome, forehead, shine
from mien.avatar.parts.materials import flat, is_dark, lines, mass
from mien.avatar.parts.registry import HEADWEAR, HeadwearPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, mix

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_STRAW, _FELT, _SUEDE = "#e3c078", "#6e655f", "#a8703f"
_DOWN = 'x1=".4" y1="0" x2=".55" y2="1"'


# --- bucket hat ---------------------------------------------------------------------------------------------------


def _bucket_brim(head: Head) -> Pen:
    x, f = head.half + 2, forehead(head)
    return (
        Pen(head, depth=1.1).move(-x + 1, f - 1).curve(-0.5 * x, f - 7, 0.5 * x, f - 7, x - 1, f - 1)
        .curve(x + 3, f + 6, x + 8, f + 12, x + 9.5, f + 16).curve(x + 9, f + 18.6, x + 5, f + 18, x + 2, f + 16.4)
        .curve(0.6 * x, f + 8, -0.6 * x, f + 8, -x - 2, f + 16.4)
        .curve(-x - 5, f + 18, -x - 9, f + 18.6, -x - 9.5, f + 16).curve(-x - 8, f + 12, -x - 3, f + 6, -x + 1, f - 1)
        .close()
    )  # fmt: skip


def _bucket(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec), head.half + 2, forehead(head), head.top - 8.5
    crown = (
        Pen(head).move(-x, f + 4).curve(-x + 1, top + 12, -x + 4, top + 3.5, -x + 9, top + 1.6)
        .curve(-0.4 * x, top - 1.6, 0.4 * x, top - 1.6, x - 9, top + 1.6)
        .curve(x - 4, top + 3.5, x - 1, top + 12, x, f + 4).close()
    )  # fmt: skip
    brim = _bucket_brim(head).d
    svg = mass(head, crown.d, r, uid, "ha") + mass(
        head, brim, ramp(r.shade) if head.bold else r, uid, "hb", along=_DOWN
    )
    if head.bold:
        return svg
    stitches = Pen(head, depth=1.1)
    for k in (0, 1, 2):
        y, w = f + 3.6 * k, x + 1.5 + 2.2 * k
        stitches.move(-w, y + 7).curve(-0.55 * w, y - 2.4, 0.55 * w, y - 2.4, w, y + 7)
    seam = Pen(head, depth=1.1).move(-x + 1, f - 1).curve(-0.5 * x, f - 7, 0.5 * x, f - 7, x - 1, f - 1)
    ring = Pen(head).move(-x + 6, top + 4.4).curve(-0.4 * x, top + 1.6, 0.4 * x, top + 1.6, x - 6, top + 4.4)
    return (
        svg + lines(stitches.d, r.deep, 0.7, 0.5, "2 1.5") + lines(seam.d, r.deep, 1.1, 0.6)
        + lines(ring.d, r.deep, 0.8, 0.4) + shine(head, x, f + 4, top, r)
    )  # fmt: skip


def _bucket_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _bucket_brim(head).d


HEADWEAR.add(
    HeadwearPart(
        name="bucket-hat", words="a {colour} bucket hat", on=_bucket, hair=below(3, 14, 4), covers="crown",
        shadow=_bucket_shadow, reach=Reach(10, 11),
    )
)  # fmt: skip


# --- brims seen as ellipses ---------------------------------------------------------------------------------------


def _brim(head: Head, wide: float, rise: float, deep: float, lift: float = 0.0) -> Pen:
    """A brim's outline seen from the front: wide: half its width; rise, deep: how far its far and near edges lie above
    and below the rim; lift: how much its sides turn up."""
    y = forehead(head) + 1
    side = y - lift
    return (
        Pen(head, depth=1.15).move(-wide, side).curve(-wide + 1, side - 0.7 * rise, -0.6 * wide, y - rise, 0, y - rise)
        .curve(0.6 * wide, y - rise, wide - 1, side - 0.7 * rise, wide, side)
        .curve(wide - 1, side + 0.8 * deep, 0.56 * wide, y + deep, 0, y + deep)
        .curve(-0.56 * wide, y + deep, -wide + 1, side + 0.8 * deep, -wide, side).close()
    )  # fmt: skip


def _ribbon(head: Head, x: float, high: float, colour: str) -> str:
    """A band round the crown, just over the brim."""
    f = forehead(head)
    band = (
        Pen(head).move(-x, f + 1).line(-x + 0.3, f + 1 - high)
        .curve(-0.5 * x, f - 3.4 - high, 0.5 * x, f - 3.4 - high, x - 0.3, f + 1 - high)
        .line(x, f + 1).curve(0.5 * x, f - 2, -0.5 * x, f - 2, -x, f + 1).close()
    )  # fmt: skip
    return flat(band.d, colour)


def _sun_hat(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec, _STRAW), head.half - 0.5, forehead(head), head.top - 9
    wide = head.half + 19
    brim = _brim(head, wide, 6.4, 9.2).d
    crown = dome(head, x, f + 2, top, f + 2, 0.62).d
    svg = mass(head, brim, r, uid, "hb", along=_DOWN) + mass(head, crown, r, uid, "ha")
    svg += _ribbon(head, x, 7, "#c2544f")
    if head.bold:
        return svg
    weave = Pen(head, depth=1.15)
    for k in (0.72, 0.86):
        w, y = wide * k, f + 1
        weave.move(-w, y + 1).curve(-w + 2, y + 8 * k, -0.56 * w, y + 9 * k, 0, y + 9.2 * k)
        weave.curve(0.56 * w, y + 9 * k, w - 2, y + 8 * k, w, y + 1)
    rows = Pen(head)
    for k in (0.34, 0.6, 0.82):
        y, w = mix(f - 7, top, k), x * (1 - 0.5 * k**2.6)
        rows.move(-w, y + 2.4).curve(-0.5 * w, y - 1, 0.5 * w, y - 1, w, y + 2.4)
    edge = (
        Pen(head, depth=1.15).move(-wide, f + 1).curve(-wide + 1, f + 8.4, -0.56 * wide, f + 10.2, 0, f + 10.2)
        .curve(0.56 * wide, f + 10.2, wide - 1, f + 8.4, wide, f + 1)
    )  # fmt: skip
    return (
        svg + lines(weave.d, r.deep, 0.7, 0.5, "2.4 1.2") + lines(rows.d, r.deep, 0.7, 0.45, "2.4 1.2")
        + lines(edge.d, r.shade, 1.3) + shine(head, x, f + 2, top, r)
    )  # fmt: skip


def _sun_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _brim(head, head.half + 19, 4, 10.4).d


HEADWEAR.add(
    HeadwearPart(
        name="sun-hat", words="a wide-brimmed sun hat", on=_sun_hat, hair=below(16, 6, 4), covers="crown",
        shadow=_sun_shadow, reach=Reach(10, 19.5),
    )
)  # fmt: skip


def _pinched(head: Head, x: float, top: float, dip: float) -> Pen:
    """A crown with a dent on top."""
    f = forehead(head)
    return (
        Pen(head).move(-x, f + 3).curve(-x + 1.4, f - 8, -x + 4, top + 6, -0.66 * x, top + 1)
        .curve(-0.5 * x, top - 2.4, -0.24 * x, top - 0.6, 0, top + dip)
        .curve(0.24 * x, top - 0.6, 0.5 * x, top - 2.4, 0.66 * x, top + 1)
        .curve(x - 4, top + 6, x - 1.4, f - 8, x, f + 3).curve(0.5 * x, f - 1, -0.5 * x, f - 1, -x, f + 3).close()
    )  # fmt: skip


def _dents(head: Head, x: float, top: float, r: Ramp) -> str:
    """The creases of a pinched crown."""
    pen = Pen(head).move(0, top + 3.4).curve(-1.4, top + 8, -1, top + 12, 0.4, top + 15)
    for out in (-1, 1):
        pen.move(out * 0.46 * x, top + 4)
        pen.curve(out * 0.3 * x, top + 8, out * 0.3 * x, top + 13, out * 0.42 * x, top + 17)
    return lines(pen.d, r.deep, 1.6, 0.45)


def _fedora(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec, _FELT), head.half - 1.5, forehead(head), head.top - 13
    brim = _brim(head, head.half + 11.5, 4, 9.4, 4.6).d
    svg = mass(head, brim, r, uid, "hb", along=_DOWN) + mass(head, _pinched(head, x, top, 2.6).d, r, uid, "ha")
    svg += _ribbon(head, x, 7.5, r.deep)
    if head.bold:
        return svg
    return (
        svg + _dents(head, x, top, r) + _edge(head, head.half + 11.5, 9.4, 4.6, r) + shine(head, x, f + 3, top - 1, r)
    )


def _edge(head: Head, wide: float, deep: float, lift: float, r: Ramp) -> str:
    """The light on the near edge of a brim."""
    y = forehead(head) + 1
    pen = (
        Pen(head, depth=1.15).move(-wide + 1, y - lift + 1.4)
        .curve(-wide + 3, y - lift + 0.7 * deep, -0.56 * wide, y + deep - 0.9, 0, y + deep - 0.9)
    )  # fmt: skip
    pen.curve(0.56 * wide, y + deep - 0.9, wide - 3, y - lift + 0.7 * deep, wide - 1, y - lift + 1.4)
    return lines(pen.d, r.rim if is_dark(r.base) else r.light, 0.9, 0.7)


def _fedora_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _brim(head, head.half + 10, 4, 9.6, 4).d


HEADWEAR.add(
    HeadwearPart(
        name="fedora", words="a {colour} fedora", on=_fedora, hair=below(8, 6, 4), covers="crown",
        shadow=_fedora_shadow, reach=Reach(15.5, 12),
    )
)  # fmt: skip


def _cowboy_brim(head: Head) -> Pen:
    """The sides roll up high, the front dips."""
    x, f = head.half + 17, forehead(head)
    return (
        Pen(head, depth=1.1).move(-x, f - 13).curve(-x + 3, f - 14.4, -x + 8, f - 11, -x + 13, f - 4)
        .curve(-0.45 * x, f + 1, 0.45 * x, f + 1, x - 13, f - 4).curve(x - 8, f - 11, x - 3, f - 14.4, x, f - 13)
        .curve(x + 1.6, f - 8, x - 4, f + 2, x - 13, f + 7).curve(0.5 * x, f + 11.4, -0.5 * x, f + 11.4, -x + 13, f + 7)
        .curve(-x + 4, f + 2, -x - 1.6, f - 8, -x, f - 13).close()
    )  # fmt: skip


def _cowboy(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec, _SUEDE), head.half - 2, forehead(head), head.top - 15
    svg = mass(head, _pinched(head, x, top, 4.2).d, r, uid, "ha") + _ribbon(head, x, 6, r.deep)
    svg += mass(head, _cowboy_brim(head).d, r, uid, "hb", along=_DOWN)
    if head.bold:
        return svg
    w = head.half + 17
    under = (
        Pen(head, depth=1.1).move(-w + 1.2, f - 11.6).curve(-w + 8, f - 4, -0.5 * w, f + 4.4, 0, f + 4.4)
        .curve(0.5 * w, f + 4.4, w - 8, f - 4, w - 1.2, f - 11.6)
    )  # fmt: skip
    buckle = f"M{head.at((CENTRE + 0.62 * x, f - 4.6))}h.01"
    return (
        svg + lines(under.d, r.deep, 0.8, 0.5, "1.8 1.6") + _dents(head, x, top, r) + shine(head, x, f, top - 1, r)
        + lines(buckle, "#e3b94a", 3.4)
    )  # fmt: skip


def _cowboy_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _cowboy_brim(head).d


HEADWEAR.add(
    HeadwearPart(
        name="cowboy-hat", words="a cowboy hat", on=_cowboy, hair=below(8, 5, 4), covers="crown", shadow=_cowboy_shadow,
        reach=Reach(17.5, 18.5),
    )
)  # fmt: skip


def _top_hat(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    r, x, f, top = colours(spec, BLACK), head.half - 4, forehead(head), head.top - 23
    tube = (
        Pen(head).move(-x, f + 2).curve(-x + 2, f - 14, -x, top + 10, -x - 2.4, top + 1)
        .curve(-0.5 * x, top - 4.4, 0.5 * x, top - 4.4, x + 2.4, top + 1).curve(x, top + 10, x - 2, f - 14, x, f + 2)
        .close()
    )  # fmt: skip
    wide = head.half + 8
    svg = mass(head, _brim(head, wide, 4.6, 7.6, 3.4).d, r, uid, "hb", along=_DOWN) + mass(head, tube.d, r, uid, "ha")
    svg += _ribbon(head, x, 8, "#a8323e")
    if head.bold:
        return svg
    lid = Pen(head).move(-x - 2.2, top + 1.2).curve(-0.5 * x, top + 5.6, 0.5 * x, top + 5.6, x + 2.2, top + 1.2)
    gloss = Pen(head).move(-0.72 * x, top + 6).curve(-0.66 * x, top + 14, -0.66 * x, f - 18, -0.7 * x, f - 12)
    side = Pen(head).move(x + 0.6, top + 4).curve(x - 1.4, top + 14, x - 2, f - 16, x - 1.2, f - 10)
    return (
        svg + lines(lid.d, r.rim, 0.9, 0.5) + lines(gloss.d, r.rim, 3.2, 0.5) + lines(side.d, r.rim, 0.9, 0.5)
        + _edge(head, wide, 7.6, 3.4, r)
    )  # fmt: skip


def _top_shadow(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _brim(head, head.half + 7, 4, 8, 3).d


HEADWEAR.add(
    HeadwearPart(
        name="top-hat",
        words="a top hat",
        on=_top_hat,
        hair=below(5, 5, 3),
        covers="crown",
        shadow=_top_shadow,
        reach=Reach(27, 9),
    )
)
