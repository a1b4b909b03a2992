"""Freckles, moles, lines of age, and make-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    parts = []
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
        feet.move(x - 5.5, y + 9.0).bow(x + 0.5, y + 12.2, x + 6.5, y + 8.8)
        paths.append(feet.stroke(tones.line, 1.0, 0.42 * clamp(1.6 * share - 0.35)))
    lift = 3 * head.pull("browInnerUp")
    brow = Pen(head)
    for k, half in ((0, 17.0), (1, 13.0)):
        level = head.brow_y - 7.0 - 4.4 * k - lift
        brow.move(-half, level + 0.8).bow(0, level - 2.2, half, level + 0.8)
    return "".join(paths) + brow.stroke(tones.line, 1.0, 0.42 * clamp(1.8 * share - 0.75))
