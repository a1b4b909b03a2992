"""Piercings, hearing aids and plasters, and what lies over the eyes: what else is worn on a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.avatar.features.mouth import build_mouth
from mien.avatar.head import ellipse
from mien.avatar.palette import ramp
from mien.avatar.parts.earrings import ball
from mien.avatar.parts.materials import flat, lines
from mien.avatar.parts.registry import EXTRAS, ExtraPart, Reach
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, Point, at, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_GOLD, _STEEL = ramp("#e3b94a"), ramp("#c3c8d0")
_NONE = Reach(0, 0, 0)


# --- piercings ----------------------------------------------------------------------------------------------------


def _nostril(head: Head, out: int) -> Point:
    """The side of a nostril, turned with the head."""
    return head.warp((CENTRE + out * head.nose_half * 0.92, head.nose_y - 2.4), 1.3)


def _nose_stud(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return ball(*_nostril(head, 1), 1.7 if head.bold else 1.4, _GOLD)


def _nose_ring(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A hoop through a nostril, open where it goes in."""
    x, y = _nostril(head, 1)
    ring = f"M{at((x - 0.6, y - 1.4))}A2.5 2.5 0 1 1 {at((x - 1.4, y + 2.2))}"
    light = f"M{at((x + 1.2, y - 0.9))}A2.5 2.5 0 0 1 {at((x + 2.2, y + 1))}"
    return lines(ring, _GOLD.base, 1.7 if head.bold else 1.2) + ("" if head.bold else lines(light, _GOLD.rim, 0.6))


def _septum(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A horseshoe with two beads."""
    x, y = head.warp((CENTRE, head.nose_y + 0.6), 1.3)
    arc = f"M{at((x - 2.3, y + 0.2))}C{at((x - 3, y + 4.2), (x + 3, y + 4.2), (x + 2.3, y + 0.2))}"
    return lines(arc, _STEEL.shade, 1.6 if head.bold else 1.2) + "".join(
        ball(x + k * 2.5, y + 0.4, 1.1, _STEEL) for k in (-1, 1)
    )


def _lip_ring(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A ring round the lower lip, off the middle."""
    m = build_mouth(head, spec)
    x, y = head.warp((m.bottom_x + 0.3 * (m.right[0] - m.bottom_x), m.bottom + 0.6 * m.lower))
    ring = f"M{at((x - 0.8, y - 1.9))}C{at((x + 2.2, y - 1.6), (x + 2.4, y + 2.2), (x - 0.4, y + 2.2))}"
    return lines(ring, _STEEL.shade, 1.6 if head.bold else 1.3) + ("" if head.bold else lines(ring, _STEEL.rim, 0.5))


def _brow_ring(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """A barbell through the end of the face's left brow; it rises with the brow."""
    c = head.pull
    y = head.brow_y + 0.4 - 4.2 * c("browOuterUpLeft") + 1.6 * c("browDownLeft") - 1.4 * c("eyeWideLeft")
    x, y = head.warp((CENTRE + head.eye_x + 6.6, y))
    return "".join(ball(x + 0.6 * k, y + 2.9 * k, 1.5 if head.bold else 1.3, _STEEL) for k in (-1, 1))


for _name, _words, _draw in (
    ("nose-stud", "a nose stud", _nose_stud), ("nose-ring", "a nose ring", _nose_ring),
    ("septum-ring", "a septum ring", _septum), ("lip-ring", "a lip ring", _lip_ring),
):  # fmt: skip
    EXTRAS.add(ExtraPart(name=_name, words=_words, on=_draw, reach=_NONE))
EXTRAS.add(ExtraPart(name="brow-ring", words="a pierced brow", front=_brow_ring, reach=_NONE))


# --- hearing ------------------------------------------------------------------------------------------------------


def _ear(head: Head, out: int) -> tuple[float, float, float, float]:
    """(x where the ear joins the head, x of its far edge, top, height) as it stands in the picture."""
    shift = head.ear_shift(out)
    return (
        CENTRE + out * (head.half - 0.6) + shift, CENTRE + out * (head.half + head.ear_out) + shift,
        head.ear_top, head.ear_bottom - head.ear_top,
    )  # fmt: skip


def _processor(head: Head, out: int, colour: str, size: float) -> str:
    """The case behind the ear, where it looks out beyond the ear's edge."""
    _, far, top, high = _ear(head, out)
    r, o = ramp(colour), out
    back = far + o * 3.4 * size
    case = (
        f"M{at((far - o * 5, top - 1.6 * size))}"
        f"C{at((far - o * 1, top - 4.4 * size), (back, top - 0.5), (back, top + 0.34 * high))}"
        f"C{at((back, top + 0.6 * high), (far + o * 1.6, top + 0.74 * high), (far - o * 0.6, top + 0.72 * high))}"
        f"C{at((far - o * 3, top + 0.6 * high), (far - o * 2, top + 0.1 * high), (far - o * 5, top - 1.6 * size))}Z"
    )
    bend = (far + o * 2.4 * size, top + 0.16 * high), (far + o * 2.2 * size, top + 0.4 * high)
    light = f"M{at((far + o * 1.2 * size, top + 0.5))}Q{at(*bend)}"
    return flat(case, r.base if out < 0 else r.shade) + ("" if head.bold else lines(light, r.rim, 0.8, 0.8))


def _hearing_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return "".join(_processor(head, out, "#8d97a8", 1.0) for out in (-1, 1) if head.ear_seen(out))


def _hearing_aid(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The clear tube from the case over the top of the ear, down its front edge into the ear, and the ear mould."""
    svg = ""
    for out in (-1, 1):
        if not head.ear_seen(out):
            continue
        join, far, top, high = _ear(head, out)
        hook = far - out * 4.2, top - 1.2
        end = join + out * 2.0, top + 0.56 * high
        tube = (
            f"M{at((far - out * 1.4, top - 0.4))}"
            f"C{at(hook, (join + out * 0.6, top - 0.4), (join + out * 0.8, top + 0.2 * high))}"
            f"C{at((join + out * 0.9, top + 0.36 * high), (join + out * 0.8, top + 0.5 * high), end)}"
        )
        svg += lines(tube, "#7f8ea3", 2.2 if head.bold else 1.9, 0.9) + (
            "" if head.bold else lines(tube, "#eef6ff", 0.9)
        )
        centre = f'cx="{n(end[0])}" cy="{n(end[1])}"'
        svg += f'<circle {centre} r="1.7" fill="#e7eef6"/><circle {centre} r=".7" fill="#9aa8bb"/>'
    return svg


def _implant_behind(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _processor(head, 1, "#5d6a80", 1.25) if head.ear_seen(1) else ""


def _implant(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """The round coil that a magnet holds on the head above the ear, and its cable to the processor behind the ear."""
    r = ramp("#5d6a80")
    if not head.ear_seen(1):
        return ""
    x, y = head.warp((CENTRE + head.half - 3.4, head.ear_top - 15), 0.5)
    near = 1 - 0.5 * max(0.0, head.yaw)
    coil = f'cx="{n(x)}" cy="{n(y)}" rx="{n(4.8 * near)}" ry="5.4"'
    svg = f'<ellipse {coil} fill="{r.base}"/>'
    _, far, top, _ = _ear(head, 1)
    cable = f"M{at((x + 2, y + 4.4))}C{at((x + 4, y + 9), (far + 3.4, top - 8), (far + 0.4, top - 1))}"
    svg = lines(cable, r.base, 1.7 if head.bold else 1.4) + svg
    if head.bold:
        return svg
    return svg + (
        f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(3.5 * near)}" ry="4" fill="{r.light}"/>'
        f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(1.3 * near)}" ry="1.5" fill="{r.shade}"/>'
        + lines(f"M{at((x - 2.4 * near, y - 1.6))}Q{at((x - 1.4 * near, y - 3.2), (x + 0.2, y - 3.3))}", r.rim, 0.8)
    )


EXTRAS.add(
    ExtraPart(name="hearing-aid", words="hearing aids", behind=_hearing_behind, on=_hearing_aid, reach=Reach(0, 9.5, 0))
)
EXTRAS.add(
    ExtraPart(
        name="cochlear-implant",
        words="a cochlear implant",
        behind=_implant_behind,
        front=_implant,
        reach=Reach(0, 10.5, 0),
    )
)


# --- eyes and cheeks ----------------------------------------------------------------------------------------------


def _eye_patch(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Over the face's left eye, its cord across the forehead and under the ear."""
    r, x, y = ramp("#33323b"), head.eye_x, head.eye_y
    patch = (
        Pen(head, depth=1.1).move(x - 11, y - 8.4).curve(x - 5, y - 10.6, x + 6, y - 10.6, x + 11.4, y - 8)
        .curve(x + 12.4, y + 2, x + 7, y + 11.4, x, y + 11.4).curve(x - 7, y + 11.4, x - 12, y + 2, x - 11, y - 8.4)
        .close()
    )  # fmt: skip
    cord = (
        Pen(head, depth=1.04).move(x - 10.6, y - 8).curve(0, y - 18, -0.6 * head.half, y - 30, -head.half - 2, y - 42)
        .move(x + 11, y - 7.6).curve(x + 15, y - 8, head.half - 2, y - 7, head.half + 3, y - 5)
    )  # fmt: skip
    cords = lines(cord.d, r.base, 1.8 if head.bold else 1.4)
    svg = f'<g clip-path="url(#{uid}head)">{cords}</g>{flat(patch.d, r.base)}'
    if head.bold:
        return svg
    seam = (
        Pen(head, depth=1.1).move(x - 9.4, y - 6.8).curve(x - 4, y - 8.6, x + 5, y - 8.6, x + 9.8, y - 6.6)
        .curve(x + 10.4, y + 2, x + 6, y + 9.6, x, y + 9.6).curve(x - 6, y + 9.6, x - 10.4, y + 2, x - 9.4, y - 6.8)
    )  # fmt: skip
    gleam = Pen(head, depth=1.1).move(x - 7.6, y - 1).curve(x - 7.4, y - 4, x - 6, y - 5.4, x - 3, y - 6)
    return svg + lines(seam.d, r.rim, 0.7, 0.6, "1.5 1.3") + lines(gleam.d, r.rim, 1.4, 0.6)


def _strip(centre: Point, slant: float, long: float) -> str:
    """An adhesive plaster."""
    x, y = centre
    holes = "".join(f"M{n(x + dx)} {n(y + dy)}h.01" for dx in (-1.2, 1.2) for dy in (-1.1, 1.1))
    return (
        f'<g transform="rotate({n(slant)} {n(x)} {n(y)})"><rect x="{n(x - long)}" y="{n(y - 3.3)}" '
        f'width="{n(2 * long)}" height="6.6" rx="3.3" fill="#e6b58c" stroke="#c98f63" stroke-width=".6"/>'
        f'<rect x="{n(x - 3)}" y="{n(y - 3.3)}" width="6" height="6.6" fill="#f4d3b3"/>'
        + lines(holes, "#c98f63", 0.9)
        + lines(f"M{n(x - long + 2)} {n(y - 1.9)}H{n(x - 4)}", "#f9e3cd", 0.9)
        + "</g>"
    )


def _plaster(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    x, y = head.warp((CENTRE + head.eye_x + 4, head.cheek_y + 4.6))
    return _strip((x, y), -24, 8.6)


def _nose_plaster(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    return _strip(head.warp((CENTRE, head.nose_y - 8.4), 1.25), -4, 9.4)


def _bindi(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """Between the brows, a little above them."""
    y = head.brow_y - 3.2 + 1.6 * head.pull.both("browDown") - 2.2 * head.pull("browInnerUp")
    dot = ellipse(head, (CENTRE, y), 2.1, 2.1, 'fill="#b3122e"', 1.05)
    light = ellipse(head, (CENTRE - 0.6, y - 0.7), 0.6, 0.5, 'fill="#e8657b"', 1.05)
    return dot + ("" if head.bold else light)


EXTRAS.add(ExtraPart(name="eye-patch", words="an eye patch", on=_eye_patch, reach=_NONE))
EXTRAS.add(ExtraPart(name="plaster", words="a plaster on the cheek", on=_plaster, reach=_NONE))
EXTRAS.add(ExtraPart(name="nose-plaster", words="a plaster across the nose", on=_nose_plaster, reach=_NONE))
EXTRAS.add(ExtraPart(name="bindi", words="a bindi", on=_bindi, reach=_NONE))
