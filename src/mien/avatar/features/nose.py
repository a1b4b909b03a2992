"""Noses: a soft shade under the tip, the wings, and the folds of a sneer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.head import Head, ellipse
from mien.avatar.palette import Tones
from mien.avatar.shapes import CENTRE, Point, n

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

#: kind -> (width, tip's drop below the wings, roundness of the tip, strength of the bridge)
_KINDS = {
    "straight": (1.0, 1.0, 1.0, 0.6), "button": (0.9, 0.0, 1.15, 0.0), "broad": (1.3, 0.6, 1.2, 0.2),
    "aquiline": (1.0, 2.3, 0.9, 1.0), "snub": (0.95, -1.0, 1.05, 0.2), "bulbous": (1.12, 1.6, 1.45, 0.3),
    "narrow": (0.78, 1.2, 0.85, 0.9),
}  # fmt: skip


def nose(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The nose as SVG."""
    c = head.pull

    def at(*points: Point) -> str:
        return head.at(*points, depth=1.32)

    width, drop, tip, bridge = _KINDS[spec.nose.kind]
    half, y, x = head.nose_half * width, head.nose_y, CENTRE
    lift_r, lift_l = 1.9 * c.side("noseSneer", "Right"), 1.9 * c.side("noseSneer", "Left")
    wide = 1 + 0.06 * (lift_r + lift_l)
    wing_r, wing_l = (x - half * wide, y - 2.4 - lift_r), (x + half * wide, y - 2.4 - lift_l)
    low = y + drop
    t = 0.62 * half * tip
    under = (
        f"M{at(wing_r)}C{at((wing_r[0] - 0.2, wing_r[1] + 3.0), (x - t, low - 0.4), (x - 0.45 * t, low))}"
        f"Q{at((x, low + 0.9), (x + 0.45 * t, low))}"
        f"C{at((x + t, low - 0.4), (wing_l[0] + 0.2, wing_l[1] + 3.0), wing_l)}"
    )
    parts = []
    if not head.bold:
        side = (
            f"M{at((x + 2.2, head.eye_y - 3))}C{at((x + 1.2, head.eye_y + 4), (x + 3.2, y - 9), (x + half * 0.72, y - 4.6))}"
            f"C{at((x + half, y - 3.4), (x + half * 0.9, y), (x + half * 0.3, y - 0.4))}"
            f"C{at((x + 1, y - 3), (x + 0.6, head.eye_y + 6), (x + 2.2, head.eye_y - 3))}Z"
        )
        parts.append(f'<path d="{side}" fill="{tones.skin.shade}" fill-opacity="{n(0.35 + 0.45 * bridge)}"/>')
        parts.append(ellipse(head, (x - 0.8, y - 4.6), 1.7 * tip, 2.3, f'fill="{tones.skin.light}"', 1.32))
        parts.append(f'<path d="{under}Q{at((x, low - 3.4), wing_r)}Z" fill="{tones.skin.shade}" fill-opacity=".8"/>')
    stroke = 1.9 if head.bold else 1.5
    parts.append(
        f'<path d="{under}" fill="none" stroke="{tones.line}" stroke-width="{n(stroke)}" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-opacity=".85"/>'
    )
    return "".join(parts) + ("" if head.bold else _wrinkles(head, tones))


def _wrinkles(head: Head, tones: Tones) -> str:
    parts = []
    for side, out in (("Right", -1), ("Left", 1)):
        sneer = head.pull.side("noseSneer", side)
        if sneer > 0.02:
            for k, y in enumerate((head.eye_y + 1.5, head.eye_y + 5.0)):
                x = CENTRE + out * (2.0 + 0.8 * k)
                bow = head.at((x + out * 1.6, y - 1.0), (x + out * 3.4, y - 0.4 + sneer))
                parts.append(
                    f'<path d="M{head.at((x, y + sneer))}Q{bow}" fill="none" stroke="{tones.line}" stroke-width="1.2" '
                    f'stroke-opacity="{n(0.8 * min(sneer, 1.0))}" stroke-linecap="round"/>'
                )
    return "".join(parts)
