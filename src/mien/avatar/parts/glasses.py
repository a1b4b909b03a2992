"""Glasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.parts.registry import GLASSES, Part
from mien.avatar.shapes import CENTRE, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_DEPTH = 1.12  # glasses stand a little before the face


def _temples(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The arms, from the frame to the ear: under the hair."""
    x0, x1, y = head.eye_x + 11.5, head.half + 0.5, head.eye_y - 1.5
    arms = "".join(
        f"M{head.at((CENTRE + o * x0, y), depth=_DEPTH)}L{head.at((CENTRE + o * x1, y - 1.5), depth=0)}"
        for o in (-1, 1)
    )
    return f'<path d="{arms}" fill="none" stroke="{spec.glasses.colour}" stroke-width="2.2"/>'


def _round(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    width = 3.0 if head.bold else 2.1
    r, (x, y) = 12.2, (head.eye_x, head.eye_y + 0.8)
    lens = f'fill="{spec.glasses.lens}" fill-opacity=".55"' if spec.glasses.lens else 'fill="#fff" fill-opacity=".13"'
    parts = []
    for out in (-1, 1):
        cx, cy = head.warp((CENTRE + out * x, y), _DEPTH)
        rx = r * (1 - 0.16 * abs(head.yaw) * (1 if out * head.yaw > 0 else 0.3))
        parts.append(
            f'<ellipse cx="{n(cx)}" cy="{n(cy)}" rx="{n(rx)}" ry="{n(r)}" {lens} stroke="{spec.glasses.colour}" '
            f'stroke-width="{n(width)}"/>'
        )
        if not head.bold:
            glint = f"M{n(cx - 6.4)} {n(cy - 3.4)}Q{n(cx - 5)} {n(cy - 7)} {n(cx - 1.6)} {n(cy - 8)}"
            parts.append(
                f'<path d="{glint}" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="1.5" '
                f'stroke-linecap="round"/>'
            )
    gap = x - r
    bridge = head.at((CENTRE - gap, y - 1), (CENTRE, y - 4), (CENTRE + gap, y - 1), depth=1.3).split()
    path = f"M{bridge[0]} {bridge[1]}Q{' '.join(bridge[2:])}"
    parts.append(f'<path d="{path}" fill="none" stroke="{spec.glasses.colour}" stroke-width="{n(width)}"/>')
    return "".join(parts)


GLASSES.add(Part(name="none", words=""))
GLASSES.add(Part(name="round", words="round glasses", behind=_temples, front=_round))
