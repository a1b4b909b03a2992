"""The head's skin with one soft light, the ears, the neck, blush and other marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.features.marks import marked
from mien.avatar.head import SIDES, Head, ellipse
from mien.avatar.palette import Tones
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec


def gradients(tones: Tones, uid: str) -> str:
    """The light on the skin, and the blush, which fades out."""
    s = tones.skin
    return (
        f'<radialGradient id="{uid}skin" gradientUnits="userSpaceOnUse" cx="46" cy="44" r="46"><stop '
        f'stop-color="{s.light}"/><stop offset="1" stop-color="{s.base}"/></radialGradient>'
        f'<radialGradient id="{uid}blush"><stop offset=".15" stop-color="{tones.blush}"/>'
        f'<stop offset="1" stop-color="{tones.blush}" stop-opacity="0"/></radialGradient>'
    )


def water(uid: str) -> str:
    """The gradient of tears and sweat."""
    return (
        f'<linearGradient id="{uid}w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b4e6ff"/>'
        f'<stop offset="1" stop-color="#3d9bec"/></linearGradient>'
    )


def ears(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Both ears, behind the head."""
    parts, top, h = [], head.ear_top, head.ear_bottom - head.ear_top
    for _, out in SIDES:
        x = head.half - 3.5 + out * head.ear_shift(out)
        far = head.half + head.ear_out + out * head.ear_shift(out)

        def y(share: float) -> float:
            return top + share * h

        shape = (
            Pen(head, out, 0).move(x, y(0.18)).curve(x + 2.5, y(-0.12), far + 0.6, y(-0.06), far, y(0.34))
            .curve(far - 0.5, y(0.62), far - 2.6, y(1), x + 3.6, y(1))
            .curve(x + 1.2, y(1), x, y(0.9), x, y(0.75)).close()
        )  # fmt: skip
        inner = (
            Pen(head, out, 0).move(x + 3.4, y(0.26)).curve(x + 5.2, y(0.1), far - 1.2, y(0.16), far - 1.8, y(0.38))
            .curve(far - 2.2, y(0.58), x + 5, y(0.6), x + 4, y(0.72)).close()
        )  # fmt: skip
        fill = f"url(#{uid}skin)" if out < 0 else tones.skin.base
        parts.append(shape.fill(fill))
        if not head.bold:
            parts.append(inner.fill(tones.ear))
    return "".join(parts)


def face(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The skin of the head; a clip path "<uid>head" of the same outline is left for everything that lies on it."""
    outline = head.outline()
    clip = f'<clipPath id="{uid}head"><path d="{outline}"/></clipPath>'
    if head.bold:
        return f'{clip}<path d="{outline}" fill="url(#{uid}skin)"/>{_marks(head, tones, spec, uid)}'
    # What the light does not reach stays as a crescent of shade; deep skin gets a rim of light beyond it.
    edges = f'<path d="{outline}" fill="{tones.skin.rim if tones.rim else tones.skin.shade}"/>'
    if tones.rim:
        edges += f'<path d="{head.lit(0.9, 0.7)}" fill="{tones.skin.shade}"/>'
    skin = f'<path d="{head.lit(2.7, 2.3)}" fill="url(#{uid}skin)"/>'
    if tones.edge:
        skin += f'<path d="{outline}" fill="none" stroke="{tones.edge}" stroke-width="1.2"/>'
    return f"{clip}{edges}{skin}{_marks(head, tones, spec, uid)}"


def _marks(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    parts, marks = [], spec.marks
    blush = max(marks.blush, 0.0)
    for side, out in SIDES:
        smile = min(head.pull.side("mouthSmile", side), 1.0)
        glow = 0.34 + 0.3 * smile + 0.66 * blush
        centre = (CENTRE + out * (head.eye_x + 6.2), head.cheek_y + 2 - 2.2 * smile)
        parts.append(ellipse(head, centre, 9.0, 6.2, f'fill="url(#{uid}blush)" fill-opacity="{n(min(glow, 1.0))}"'))
    if head.bold:
        return "".join(parts)
    return "".join(parts) + puffed(head, tones) + marked(head, tones, spec)


def puffed(head: Head, tones: Tones) -> str:
    """Cheeks filled with air: a light on each, and the fold beside the mouth."""
    if head.puff <= 0.02 or head.bold:
        return ""
    p, y, x = head.puff, head.mouth_y - 5, head.half_at(head.mouth_y - 5)
    parts = []
    for _, out in SIDES:
        light = f'fill="{tones.skin.rim}" fill-opacity="{n(0.5 * p)}"'
        parts.append(ellipse(head, (CENTRE + out * (x - 10) - 1.5, y - 5), 2.2 + 1.4 * p, 1.4 + p, light))
        fold = Pen(head, out).move(x - 18, y - 5.5).bow(x - 20.5 - 1.5 * p, y + 1.5, x - 16.5, y + 8)
        parts.append(fold.stroke(tones.line, 1.3, 0.6 * p))
    return "".join(parts)


def neck(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The neck, for a head that wears clothing, with the chin's shadow on it."""
    w, low = 13.5 + 1.6 * spec.shape.jaw + 0.8 * spec.shape.width, head.rest_chin + 20
    y = head.jaw_y - 8
    x0, x1 = CENTRE - w, CENTRE + w
    mid, flare = head.rest_chin + 7, w + 3.5  # it narrows a little below the jaw, and widens into the shoulders
    shape = (
        f"M{n(x0)} {n(y)}C{n(x0)} {n(mid)} {n(x0 + 1.4)} {n(mid)} {n(x0 + 1)} {n(mid + 3)}"
        f"C{n(x0 + 0.6)} {n(low - 4)} {n(CENTRE - flare)} {n(low)} {n(CENTRE - flare)} {n(low)}H{n(CENTRE + flare)}"
        f"C{n(CENTRE + flare)} {n(low)} {n(x1 - 0.6)} {n(low - 4)} {n(x1 - 1)} {n(mid + 3)}"
        f"C{n(x1 - 1.4)} {n(mid)} {n(x1)} {n(mid)} {n(x1)} {n(y)}Z"
    )
    shadow = f"M{n(x0)} {n(y)}V{n(head.chin - 1)}Q{n(CENTRE)} {n(head.chin + 14)} {n(x1)} {n(head.chin + 1)}V{n(y)}Z"
    return f'<path d="{shape}" fill="{tones.skin.base}"/><path d="{shadow}" fill="{tones.skin.deep}"/>'
