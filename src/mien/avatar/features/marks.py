"""Freckles, moles, lines of age, and make-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.features.eyes import build_eye
from mien.avatar.head import SIDES, Head, ellipse
from mien.avatar.palette import Tones
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, clamp

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

#: (x, y, radius) from an eye, in the order they appear as freckles grow denser.
_FRECKLES = (
    (-7.5, 12.2, 0.72), (-1.0, 13.4, 0.85), (4.5, 11.8, 0.7), (-4.6, 15.2, 0.8), (2.4, 16.2, 0.66), (8.2, 13.6, 0.74),
    (-10.6, 14.2, 0.66), (-2.0, 10.2, 0.6), (6.4, 16.8, 0.62), (-7.8, 17.0, 0.6), (10.6, 10.8, 0.6), (0.8, 18.6, 0.58),
    (-12.8, 11.2, 0.62),
)  # fmt: skip


def marked(head: Head, tones: Tones, spec: AvatarSpec) -> str:
    """Everything that lies on the skin, under the features. Nothing on small pictures."""
    marks = spec.marks
    parts = [_shadow(head, spec, marks.eye_shadow)] if marks.eye_shadow else []
    if marks.freckles > 0.02:
        parts.append(_freckles(head, tones, marks.freckles))
    if marks.wrinkles > 0.02:
        parts.append(_wrinkles(head, tones, marks.wrinkles))
    parts += [_mole(head, tones, place) for place in marks.moles]
    return "".join(parts)


def _freckles(head: Head, tones: Tones, share: float) -> str:
    count = max(3, round(share * len(_FRECKLES)))
    style = f'fill="{tones.nose}" fill-opacity="{0.5 + 0.25 * share:.2f}"'
    dots = [
        ellipse(head, (CENTRE + out * (head.eye_x + x), head.eye_y + y), r, 0.86 * r, style)
        for _, out in SIDES
        for x, y, r in _FRECKLES[:count]
    ]
    return "".join(dots) + ellipse(head, (CENTRE + 1.6, head.nose_y - 7.4), 0.6, 0.55, style)


def _mole(head: Head, tones: Tones, place: str) -> str:
    m, e, y = head.mouth_y, head.eye_x, head.eye_y
    where, _, side = place.rpartition("-")
    out = {"left": 1, "right": -1}.get(side, 1)
    x, down = {
        "cheek": (e + 5.5, y + 15), "lip": (head.mouth_half - 1.0, m - 6.2), "brow": (e + 4.0, head.brow_y - 6.5),
        "": (6.0, head.chin - 6.5) if place == "chin" else (2.4, head.nose_y - 5.0),
    }[where]  # fmt: skip
    return ellipse(head, (CENTRE + out * x, down), 1.05, 1.0, f'fill="{tones.line}"')


def _wrinkles(head: Head, tones: Tones, share: float) -> str:
    """Lines from the nose to the mouth first, then at the eyes, then on the forehead; each fades in."""
    x, y, paths = head.eye_x, head.eye_y, []
    smile = head.pull.both("mouthSmile")
    for _, out in SIDES:
        fold = Pen(head, out).move(head.nose_half + 2.6, head.nose_y - 1.5)
        fold.bow(
            head.mouth_half + 3.5 + 3 * smile, head.nose_y + 3, head.mouth_half + 3.8 + 3.6 * smile, head.mouth_y + 1
        )
        paths.append(fold.stroke(tones.line, 1.2, 0.55 * clamp(1.6 * share)))
        feet = Pen(head, out).move(x + 11.2, y - 1.2).bow(x + 13.4, y - 2.0, x + 15.2, y - 3.6)
        feet.move(x + 11.4, y + 1.4).bow(x + 13.6, y + 1.6, x + 15.6, y + 0.8)
        feet.move(x - 6.5, y + 9.4).bow(x + 0.5, y + 12.6, x + 7.5, y + 9.2)
        paths.append(feet.stroke(tones.line, 1.0, 0.5 * clamp(1.6 * share - 0.35)))
    lift = 3 * head.pull("browInnerUp")
    brow = Pen(head)
    for k, half in ((0, 15.0), (1, 11.5)):
        level = head.brow_y - 7.2 - 4.2 * k - lift
        brow.move(-half, level).bow(-0.5 * half, level - 1.6, 0, level).bow(0.5 * half, level - 1.6, half, level)
    return "".join(paths) + brow.stroke(tones.line, 1.0, 0.42 * clamp(1.8 * share - 0.75))


def _shadow(head: Head, spec: AvatarSpec, colour: str) -> str:
    """Eye shadow: over the lid, up to the fold and beyond it outwards."""
    parts = []
    for side, _ in SIDES:
        e = build_eye(head, spec, side)
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = e.fold
        top = [(x0, y0 - 0.4), (x1, y1 - 3.4), (x2 + e.out * 1.6, y2 - 3.8), (x3 + e.out * 2.6, y3 - 2.6)]
        path = f"M{head.cubics(top)}L{head.at(e.outer)}C{head.at(e.upper[1], e.upper[0], e.inner)}Z"
        parts.append(f'<path d="{path}" fill="{colour}" fill-opacity=".5"/>')
    return "".join(parts)
