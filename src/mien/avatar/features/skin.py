"""The head's skin with one soft light, the ears, the neck, blush and other marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.head import SIDES, Head, ellipse
from mien.avatar.palette import Tones
from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec


def gradients(tones: Tones, uid: str) -> str:
    """The light on the skin, and the blush, which fades out."""
    s = tones.skin
    return (
        f'<radialGradient id="{uid}skin" gradientUnits="userSpaceOnUse" cx="46" cy="44" r="72"><stop offset=".08" '
        f'stop-color="{s.light}"/><stop offset=".62" stop-color="{s.base}"/></radialGradient>'
        f'<radialGradient id="{uid}blush"><stop offset=".15" stop-color="{tones.blush}"/>'
        f'<stop offset="1" stop-color="{tones.blush}" stop-opacity="0"/></radialGradient>'
    )


def ears(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Both ears, behind the head."""
    parts = []
    for _, out in SIDES:
        dx, top, low = head.ear_shift(out), head.ear_top, head.ear_bottom
        x, far, h = CENTRE + out * (head.half - 3.5) + dx, CENTRE + out * (head.half + head.ear_out) + dx, low - top
        p = head.at
        shape = (
            f"M{p((x, top + 0.18 * h), depth=0)}C{p((x + out * 2.5, top - 0.12 * h), (far + out * 0.6, top - 0.06 * h), (far, top + 0.34 * h), depth=0)}"
            f"C{p((far - out * 0.5, top + 0.62 * h), (far - out * 2.6, low), (x + out * 3.6, low), depth=0)}"
            f"C{p((x + out * 1.2, low), (x, low - 0.1 * h), (x, low - 0.25 * h), depth=0)}Z"
        )
        inner = (
            f"M{p((x + out * 3.4, top + 0.26 * h), depth=0)}C{p((x + out * 5.2, top + 0.1 * h), (far - out * 1.2, top + 0.16 * h), (far - out * 1.8, top + 0.38 * h), depth=0)}"
            f"C{p((far - out * 2.2, top + 0.58 * h), (x + out * 5, top + 0.6 * h), (x + out * 4.0, top + 0.72 * h), depth=0)}Z"
        )
        fill = f"url(#{uid}skin)" if out < 0 else tones.skin.base
        parts.append(f'<path d="{shape}" fill="{fill}"/>')
        if not head.bold:
            parts.append(f'<path d="{inner}" fill="{tones.ear}"/>')
    return "".join(parts)


def face(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The skin of the head; a clip path "<uid>head" of the same outline is left for everything that lies on it."""
    outline = head.outline()
    clip = f'<clipPath id="{uid}head"><path d="{outline}"/></clipPath>'
    if head.bold:
        return f'{clip}<path d="{outline}" fill="url(#{uid}skin)"/>{_marks(head, tones, spec, uid)}'
    # The outline again, moved towards the light, leaves the shade as a crescent; deep skin gets a rim of light.
    rim = f'<path d="{outline}" fill="{tones.skin.rim}"/>' if tones.rim else ""
    shade = f'<path d="{outline}" fill="{tones.skin.shade}"' + (' transform="translate(-.9 -.5)"/>' if rim else "/>")
    return (
        f'{clip}<g clip-path="url(#{uid}head)">{rim}{shade}'
        f'<path d="{outline}" transform="translate(-2.6 -2.1)" fill="url(#{uid}skin)"/></g>'
        f"{_marks(head, tones, spec, uid)}"
    )


def _marks(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    parts, marks = [], spec.marks
    blush = max(marks.blush, 0.0)
    for side, out in SIDES:
        smile = min(head.pull.side("mouthSmile", side), 1.0)
        glow = 0.34 + 0.3 * smile + 0.66 * blush
        centre = (CENTRE + out * (head.eye_x + 6.2), head.cheek_y + 2 - 2.2 * smile)
        parts.append(ellipse(head, centre, 9.0, 6.2, f'fill="url(#{uid}blush)" fill-opacity="{n(min(glow, 1.0))}"'))
    return "".join(parts)


def neck(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The neck, for a head that wears clothing, with the chin's shadow on it."""
    w, low = 13.5 + 1.6 * spec.shape.jaw + 0.8 * spec.shape.width, head.rest_chin + 20
    y = head.jaw_y - 8
    x0, x1 = CENTRE - w, CENTRE + w
    shape = f"M{n(x0)} {n(y)}V{n(low)}H{n(x1)}V{n(y)}Z"
    shadow = f"M{n(x0)} {n(y)}V{n(head.chin - 1)}Q{n(CENTRE)} {n(head.chin + 14)} {n(x1)} {n(head.chin + 1)}V{n(y)}Z"
    return f'<path d="{shape}" fill="{tones.skin.base}"/><path d="{shadow}" fill="{tones.skin.deep}"/>'
