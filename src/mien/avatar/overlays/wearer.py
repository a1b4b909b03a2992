"""Whoever wears an overlay: where the parts of a face lie, and its colours."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from mien.avatar.features.eyes import build_eye
from mien.avatar.features.mouth import build_mouth
from mien.avatar.palette import Ramp, Tones
from mien.avatar.plain.eyes import eye_geometry
from mien.avatar.plain.ink import SOFT, Inks
from mien.avatar.plain.mouth import MOUTH_Y, mouth_geometry
from mien.avatar.shapes import CENTRE, Point, Pull, at, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.spec import AvatarSpec

Area: TypeAlias = Literal["eyes", "mouth", "chin", "around"]

#: The plain face: a disc round (64, 64), eyes at (42.5, 59) and (85.5, 59), brows at 37, mouth at (64, 91).
RADIUS = 57.0


@dataclass(frozen=True, slots=True)
class EyeSpot:
    """One eye as it stands: its centre, half its size at rest, and where the lids lie in the middle."""

    x: float
    y: float
    half_width: float
    half_height: float
    top: float
    bottom: float
    closed: float  #: 0 open .. 1 shut


@dataclass(frozen=True, slots=True)
class MouthSpot:
    """The mouth as it stands: corners, and the middle of the opening's edges with the lips."""

    left: Point  #: the corner on the picture's left
    right: Point
    x: float
    top: float
    bottom: float
    lower: float  #: thickness of the lower lip

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def half(self) -> float:
        return (self.right[0] - self.left[0]) / 2


@dataclass(frozen=True, slots=True)
class Wearer:
    """A face to draw on. Canvas units, straight ahead; `at` and `warp` turn points with the head."""

    uid: str  #: prefix of every id; the gradient "<uid>w" is there for water
    plain: bool  #: the yellow face
    bold: bool  #: small picture: strokes under 1.5 units go
    unit: float  #: size of the face; the plain one is 1
    eyes: tuple[EyeSpot, EyeSpot]  #: on the picture's left, on its right
    eye_x: float
    eye_y: float  #: at rest
    brow_y: float
    nose_y: float  #: base of the nose; where one would be
    mouth: MouthSpot
    mouth_y: float  #: at rest
    cheek_x: float  #: from the middle
    cheek_y: float
    chin: float
    rest_chin: float
    top: float  #: crown of the head
    peak: float  #: top of the hair or hat on it
    half: float  #: half the width at the temples
    wide: float  #: half the width of head, ears and hair
    outline: str  #: path data of the skin
    half_at: Callable[[float], float]  #: half the width of the face at a height below the temples
    skin: Ramp
    ink: str  #: lines on the face: brows, closed lips
    warp: Callable[..., Point]  #: (point, depth) -> point, turned with the head
    edge: str | None = None  #: outline of what lies on the face, with high contrast

    def at(self, *points: Point, depth: float = 1.0) -> str:
        """Points as path text, turned with the head."""
        return at(*(self.warp(point, depth) for point in points))

    def eye(self, out: int) -> EyeSpot:
        """out: -1 the eye on the picture's left, +1 on its right."""
        return self.eyes[out > 0]

    def path(self, shape: str, where: Point, size: float, style: str, turn: float = 0.0) -> str:
        """A shape of `shapes`, drawn round (0, 0) for the plain face, put at a place of this one."""
        return f'<path transform="{self.spot(where, size, turn)}" d="{shape}" {style}/>'

    def spot(self, where: Point, size: float = 1.0, turn: float = 0.0, flip: bool = False) -> str:
        """The transform from (0, 0) in units of the plain face to a place of this one."""
        x, y = self.warp(where)
        k = size * self.unit
        rotate = f" rotate({n(turn)})" if turn else ""
        scale = f"scale({n(-k)} {n(k)})" if flip else f"scale({n(k)})"
        return f"translate({n(x)} {n(y)}){rotate} {scale}"

    def fit(self, area: Area, svg: str) -> str:
        """A drawing in the plain face's coordinates, moved and scaled to where `area` lies on this face: eyes (from
        the brows to the cheeks), mouth, chin, or around (the whole figure)."""
        if self.plain or not svg:
            return svg
        if area == "eyes":
            scale, plain, here = self.eye_x / 21.5, 59.0, (CENTRE, self.eye_y)
        elif area == "mouth":
            scale, plain, here = self.unit, MOUTH_Y, (CENTRE, self.mouth_y)
        elif area == "chin":
            scale, plain, here = self.unit, 121.0, (CENTRE, self.rest_chin + 1)
        else:
            low, high = self.rest_chin + 2, self.peak
            scale, plain, here = (low - high) / 114, 64.0, (CENTRE, (low + high) / 2)
        x, y = here if area == "around" else self.warp(here, 1.0)
        return (
            f'<g transform="matrix({n(scale)} 0 0 {n(scale)} {n(x - CENTRE * scale)} {n(y - plain * scale)})">{svg}</g>'
        )


def _unmoved(point: Point, depth: float = 1.0) -> Point:
    return point


def _middle(inner: float, handles: tuple[float, float], outer: float) -> float:
    return (inner + 3 * handles[0] + 3 * handles[1] + outer) / 8


def plain_wearer(c: Pull, uid: str, skin: Ramp, outline: str, inks: Inks = SOFT, *, glossy: bool = False) -> Wearer:
    """The yellow face with its controls. glossy: its eyes are."""
    m = mouth_geometry(c)
    eyes = []
    for side in ("Right", "Left"):
        e = eye_geometry(c, side, glossy=glossy)
        top, bottom = (_middle(e.inner_y, lid, e.outer_y) for lid in (e.upper, e.lower))
        eyes.append(EyeSpot(e.x, e.y, e.half_width, e.half_height, top, bottom, e.closed))

    def half_at(y: float) -> float:
        return math.sqrt(max(RADIUS**2 - (y - CENTRE) ** 2, 0.0))

    return Wearer(
        uid=uid, plain=True, bold=c.bold, unit=1.0, eyes=(eyes[0], eyes[1]), eye_x=21.5, eye_y=59.0, brow_y=36.0,
        nose_y=76.0, mouth=MouthSpot(m.left, m.right, m.bottom_x, m.top, m.bottom, 2.0), mouth_y=MOUTH_Y,
        cheek_x=37.0, cheek_y=80.0, chin=CENTRE + RADIUS + 2.5 * c("jawOpen"), rest_chin=CENTRE + RADIUS,
        top=CENTRE - RADIUS, peak=CENTRE - RADIUS, half=RADIUS, wide=RADIUS, outline=outline, half_at=half_at,
        skin=skin, ink=inks.line, warp=_unmoved, edge=inks.edge,
    )  # fmt: skip


def person_wearer(head: Head, tones: Tones, spec: AvatarSpec, uid: str, *, peak: float, wide: float) -> Wearer:
    """A person. peak: y of the top of hair and hat. wide: half the width with ears and hair."""
    m = build_mouth(head, spec)
    eyes = []
    for side in ("Right", "Left"):
        e = build_eye(head, spec, side)
        upper, lower = (_middle(e.inner[1], (lid[0][1], lid[1][1]), e.outer[1]) for lid in (e.upper, e.lower))
        eyes.append(EyeSpot(e.x, e.y, e.half_width, e.half_height, upper, lower, e.closed))
    unit = 0.4 * head.half / 38.2 + 0.4 * (head.rest_chin - head.top) / 88.5
    return Wearer(
        uid=uid, plain=False, bold=head.bold, unit=unit, eyes=(eyes[0], eyes[1]), eye_x=head.eye_x, eye_y=head.eye_y,
        brow_y=head.brow_y, nose_y=head.nose_y,
        mouth=MouthSpot(m.left, m.right, m.bottom_x, m.top, m.bottom, m.lower), mouth_y=head.mouth_y,
        cheek_x=head.eye_x + 6.2, cheek_y=head.cheek_y, chin=head.chin, rest_chin=head.rest_chin, top=head.top,
        peak=peak, half=head.half, wide=wide, outline=head.outline(), half_at=head.half_at, skin=tones.skin,
        ink=tones.lash, warp=head.warp, edge=tones.edge,
    )  # fmt: skip
