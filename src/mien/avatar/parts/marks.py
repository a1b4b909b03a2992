"""What a skin carries and a photo shows: scars, vitiligo, a birthmark, dimples, a cleft chin; and painted faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.head import ellipse
from mien.avatar.palette import Lch, hexed, lch, mixed
from mien.avatar.parts.materials import flat, is_dark, lines
from mien.avatar.parts.registry import EXTRAS, ExtraPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, clamp

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_NONE = Reach(0, 0, 0)


def _scar(head: Head, tones: Tones, d: str) -> str:
    """A healed cut: lighter than the skin, with a thin shade beside it."""
    pale = mixed(tones.skin.rim, tones.blush, 0.25)
    return lines(d, tones.skin.deep, 2.3, 0.75) + lines(d, pale, 1.3)


def _brow_scar(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Through the face's left brow; it moves with the brow."""
    lift = 3.4 * head.pull("browOuterUpLeft") - 2.6 * head.pull("browDownLeft")
    x, y = head.eye_x + 3.4, head.brow_y - lift
    return _scar(head, tones, Pen(head).move(x + 1.6, y - 5.4).line(x - 1.0, y + 4.6).d)


def _cheek_scar(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    x, y = head.eye_x - 1, head.cheek_y
    pen = Pen(head, -1).move(x - 2, y + 8.6).curve(x + 2, y + 5, x + 6, y + 1.6, x + 11, y - 1)
    if not head.bold:
        for k in (0.25, 0.55, 0.85):
            px, py = x - 2 + 13 * k, y + 8.6 - 9.8 * k
            pen.move(px - 1.1, py - 1.7).line(px + 1.2, py + 1.5)
    return _scar(head, tones, pen.d)


def _vitiligo(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Patches without pigment: round an eye, at a corner of the mouth, on the chin and the forehead."""
    base = lch(tones.skin.base)
    pale = hexed(Lch(min(base.l + 0.19, 0.93), base.c * 0.62, base.h - 6))
    x, y, m, f = head.eye_x, head.eye_y, head.mouth_y, head.brow_y - 12
    left = (
        Pen(head, -1).move(x - 12, y - 5).curve(x - 9, y - 13, x + 5, y - 14, x + 11, y - 8)
        .curve(x + 16, y - 3, x + 12, y + 5, x + 14, y + 10)
        .curve(x + 10, y + 15, x + 3, y + 11, x - 4, y + 14).curve(x - 12, y + 15, x - 15, y + 2, x - 12, y - 5).close()
    )  # fmt: skip
    corner = (
        Pen(head).move(7, m - 5).curve(13, m - 8, 18, m - 3, 20, m + 2).curve(19, m + 9, 12, m + 8, 7, m + 12)
        .curve(-2, m + 15, -8, m + 10, -5, m + 6)
        .curve(2, m + 4, 4, m - 1, 7, m - 5).close()
    )  # fmt: skip
    brow = (
        Pen(head).move(6, f - 8).curve(12, f - 12, 20, f - 8, 22, f - 3).curve(20, f + 3, 14, f + 1, 9, f + 4)
        .curve(3, f + 4, 2, f - 4, 6, f - 8).close()
    )  # fmt: skip
    spots = (
        Pen(head).move(-20, m - 6).curve(-17, m - 8, -15, m - 4, -17, m - 2).curve(-20, m - 1, -22, m - 4, -20, m - 6)
        .close()
    )  # fmt: skip
    spots.move(x + 8, y + 12).curve(x + 12, y + 10, x + 14, y + 14, x + 11, y + 16)
    spots.curve(x + 7, y + 17, x + 5, y + 14, x + 8, y + 12).close()
    return flat(left.d + corner.d + brow.d + spots.d, pale, 0.9)


def _birthmark(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A port-wine stain over the face's left cheek and temple."""
    base, x, y, h = lch(tones.skin.base), head.eye_x, head.eye_y, head.half
    wine = hexed(Lch(base.l - 0.1, base.c + 0.055, 16))
    shape = (
        Pen(head).move(h + 3, y - 16).curve(x + 14, y - 18, x + 8, y - 12, x + 10, y - 4)
        .curve(x + 3, y + 2, x - 9, y + 6, x - 8, y + 12)
        .curve(x - 4, y + 20, x + 2, y + 17, x + 4, y + 23).curve(x + 8, y + 29, h - 2, y + 22, h + 3, y + 18).close()
    )  # fmt: skip
    return flat(shape.d, wine, 0.62)


def _dimples(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """In the cheeks: a hint at rest, deep in a smile."""
    path = ""
    for side, out in (("Right", -1), ("Left", 1)):
        smile = clamp(head.pull.side("mouthSmile", side) + 0.6 * head.pull.side("mouthDimple", side))
        x, y = head.mouth_half + 7.4 + 3.6 * smile, head.mouth_y - 1.5 - 3.4 * smile
        bend = Pen(head, out).move(x - 0.4, y - 2.8 - smile).bow(x + 1.6 + 0.8 * smile, y, x - 0.6, y + 2.8 + smile)
        path += lines(bend.d, tones.line, 1.3, 0.4 + 0.5 * smile)
    return path


def _cleft(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The furrow in a chin."""
    y, s = head.chin - 6.2, head.jaw_shift
    cut = Pen(head).move(s, y - 1.2).bow(s + 0.8, y + 0.6, s + 0.1, y + 2.2)
    side = Pen(head).move(s + 1.6, y - 1.2).bow(s + 2.4, y + 0.8, s + 1.7, y + 2.4)
    return lines(cut.d, tones.line, 1.3, 0.6) + lines(side.d, tones.skin.light, 0.9, 0.8)


def _stripes(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Two bars of a fan's colours on each cheek: the headwear's colour and white."""
    svg, y, own = "", head.cheek_y + 1.5, spec.headwear.colour or "#2f5d8c"
    for out in (-1, 1):
        for k, colour in enumerate((own, "#ffffff", own)):
            x = head.eye_x + 0.5
            bar = (
                Pen(head, out).move(x - 5.4, y + 3.4 * k - 0.6).bow(x + 2, y + 3.4 * k + 1.2, x + 9, y + 3.4 * k - 2.2)
            )  # fmt: skip
            svg += lines(bar.d, colour, 2.9, 0.92)
    return svg


def _cat(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A painted cat: the nose's tip, and whiskers that spread with a smile."""
    x, y, paint = head.nose_half, head.nose_y, "#f4efe6" if is_dark(tones.skin.shade) else "#2b2730"
    tip = (
        Pen(head, depth=1.3).move(-4.6, y - 3.4).bow(0, y - 5.6, 4.6, y - 3.4).bow(3.4, y + 0.6, 0, y + 1.6)
        .bow(-3.4, y + 0.6, -4.6, y - 3.4).close()
    )  # fmt: skip
    hairs = Pen(head)
    for out in (-1, 1):
        for k in (-1, 0, 1):
            hairs.move(out * (x + 9), y + 0.5 + 2.6 * k)
            hairs.bow(out * (x + 16), y - 0.4 + 3.6 * k, out * (x + 23), y - 1.4 + 5.0 * k)
    spots = "".join(ellipse(head, (CENTRE + out * (x + 3.6), y + 3.2), 0.7, 0.7, f'fill="{paint}"') for out in (-1, 1))
    return flat(tip.d, paint) + lines(hairs.d, paint, 1.6 if head.bold else 1.2, 0.9) + spots


EXTRAS.add(ExtraPart(name="brow-scar", words="a scar through the brow", front=_brow_scar, reach=_NONE))
for _name, _words, _draw in (
    ("cheek-scar", "a scar on the cheek", _cheek_scar), ("vitiligo", "vitiligo", _vitiligo),
    ("birthmark", "a birthmark", _birthmark), ("dimples", "dimples", _dimples), ("cleft-chin", "a cleft chin", _cleft),
    ("face-stripes", "painted stripes on the cheeks", _stripes),
):  # fmt: skip
    EXTRAS.add(ExtraPart(name=_name, words=_words, skin=_draw, reach=_NONE))
EXTRAS.add(ExtraPart(name="cat-face", words="a painted cat's face", on=_cat, reach=_NONE))
