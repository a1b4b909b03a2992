"""The geometry of one head: where everything stands, after shape, expression and pose.

Canvas units: the picture is 128 x 128, x to the right, y down; the mean head is centred on x = 64, its crown at y = 17
and its chin at y = 105. Parts draw for a head that looks straight ahead and put every point through `Head.at` or
`Head.warp`, which turn it with the head. `out` is +1 on the picture's right (the face's left side), -1 on its left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.shapes import CENTRE, Point, Pull, at, clamp, mix, n
from mien.types import Pose

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

SIDES: tuple[tuple[str, int], ...] = (("Right", -1), ("Left", 1))  #: the face's own sides; its right first
_TURN = 32.0  #: degrees at which the shift is largest


@dataclass(frozen=True, slots=True)
class Head:
    """Read-only numbers in canvas units, straight ahead; only `at` and `warp` know the pose."""

    pull: Pull  #: the 52 controls
    bold: bool  #: small picture: strokes under 1.5 units go, mouth and brows widen
    yaw: float  #: -1..1, +1 turned to the picture's right
    pitch: float  #: -1..1, +1 looking up
    top: float  #: crown of the skull, without hair
    chin: float  #: lowest point, dropped with the jaw
    rest_chin: float  #: the same with the mouth shut
    half: float  #: half the width at the temples (y = `temple_y`), where the face is widest
    cheeks: float  #: how much fuller the cheeks are
    jaw_power: float  #: 1.7 tapering .. 3.3 square
    chin_power: float  #: 1.4 pointed .. 2.9 broad
    temple_y: float
    cheek_y: float  #: where a blush lies
    jaw_y: float  #: the jaw's corner
    jaw_shift: float  #: the chin's sideways shift
    puff: float  #: 0..1 cheeks filled with air
    eye_x: float  #: from the middle to an eye's centre
    eye_y: float
    eye_half_width: float
    eye_half_height: float
    brow_y: float  #: middle of a brow at rest
    nose_y: float  #: base of the nose
    nose_half: float  #: half the width over the nostrils
    mouth_y: float  #: the line between the lips at rest
    mouth_half: float  #: half the width at rest
    ear_top: float
    ear_bottom: float
    ear_out: float  #: how far the ear stands out beyond the head
    hairline: float  #: y of the hairline in the middle of the forehead
    hairline_corner: float  #: y where the hairline turns down at the temples

    # --- pose ---------------------------------------------------------------------------------------------------

    def warp(self, point: Point, depth: float = 1.0) -> Point:
        """Where a point of the straight head stands after the turn. The head is a ball: its middle moves most, its
        silhouette stays. depth: 1 on the face, 1.3 a nose or a pair of glasses, negative behind the head."""
        if not (self.yaw or self.pitch):
            return point
        x, y = point
        if depth < 0:
            return x + 7 * self.yaw * depth, y - 4 * self.pitch * depth
        u, v = (x - CENTRE) / (self.half + 1), (y - 60) / 53
        z = depth * max(0.0, 1 - u * u - 0.8 * v * v)
        return x + 12.5 * self.yaw * z, y - 9 * self.pitch * z

    def at(self, *points: Point, depth: float = 1.0) -> str:
        """Points as path text, turned with the head: f"M{head.at(a)}C{head.at(b, c, d)}"."""
        if not (self.yaw or self.pitch):
            return at(*points)
        return at(*(self.warp(point, depth) for point in points))

    # --- anchors ------------------------------------------------------------------------------------------------

    def eye(self, out: int) -> Point:
        return CENTRE + out * self.eye_x, self.eye_y

    def lobe(self, out: int) -> Point:
        """Where an earring hangs, turned with the head. Ask `ear_seen` first."""
        x, y = CENTRE + out * (self.half + 0.35 * self.ear_out), self.ear_bottom - 1.6
        return x + self.ear_shift(out), y

    def ear_seen(self, out: int) -> bool:
        """Whether the ear's lobe shows: the far one goes behind a head that turns by more than 12 degrees."""
        return out * self.yaw < 0.38

    def ear_shift(self, out: int) -> float:
        """The far ear slides behind the head."""
        return -5.5 * out * max(0.0, out * self.yaw) + 1.2 * out * max(0.0, -out * self.yaw)

    @property
    def temple(self) -> float:
        """y where a sideburn begins: the top of the ear."""
        return self.ear_top

    # --- outlines -----------------------------------------------------------------------------------------------

    def half_at(self, y: float) -> float:
        """Half the width of the face at height y, from the temples down; 0 at the chin and below."""
        t = (y - self.temple_y) / (self.chin - self.temple_y)
        if t >= 1:
            return 0.0
        t = max(t, 0.0)
        fuller = self.cheeks * math.exp(-(((t - 0.42) / 0.24) ** 2)) + 5.2 * self.puff * math.exp(
            -(((t - 0.6) / 0.22) ** 2)
        )
        return float(self.half * (1 - t**self.jaw_power) ** (1 / self.chin_power) + fuller * (1 - t**6))

    def side(self, out: int, grow: float = 0.0) -> list[Point]:
        """The outline of one half from the crown down to the chin: a start and five cubics, 16 points; index 3 lies at
        the temple, 6 at the cheek, 9 at the jaw, 15 at the chin. grow: outset."""
        top, half, low = self.top - grow, self.half + grow, self.temple_y
        chain = [(0.0, top), (0.57 * half, top), (half, mix(top, low, 0.37)), (half, low)]
        knots = [(half, low)]
        slopes = [(0.0, 1.0)]
        for share in (0.38, 0.74, 0.93):
            y = mix(low, self.chin, share)
            dx = self.half_at(y + 0.5) - self.half_at(y - 0.5)
            length = math.hypot(dx, 1.0)
            slopes.append((dx / length, 1 / length))
            knots.append((self.half_at(y) + grow / length, y - grow * dx / length))
        knots.append((0.0, self.chin + grow))
        slopes.append((-1.0, 0.0))
        for (x0, y0), (x1, y1), (ax, ay), (bx, by) in zip(knots, knots[1:], slopes, slopes[1:], strict=False):
            reach = 0.36 * math.hypot(x1 - x0, y1 - y0)
            chain += [(x0 + ax * reach, y0 + ay * reach), (x1 - bx * reach, y1 - by * reach), (x1, y1)]
        s, depth = self.jaw_shift, self.chin - self.temple_y
        return [(CENTRE + out * x + s * clamp((y - low) / depth) ** 1.5, y) for x, y in chain]

    def outline(self, grow: float = 0.0) -> str:
        """The silhouette of the skin as path data, turned with the head."""
        right, left = self.side(1, grow), self.side(-1, grow)
        return f"M{self.cubics(right)}{self.cubics(left[::-1], first=False)}Z"

    def lit(self, dx: float, dy: float) -> str:
        """The part of the skin that the light reaches: the outline, drawn in by dx at the right and dy at the chin."""
        inset = (0, 0.1, 0.4, 0.75, 0.9, 1, 1, 1, 1, 1, 1, 1, 0.95, 0.8, 0.4, 0)
        raised = (0, 0, 0, 0, 0, 0.1, 0.2, 0.35, 0.5, 0.62, 0.75, 0.85, 0.95, 1, 1, 1)
        right = [(x - dx * i, y - dy * r) for (x, y), i, r in zip(self.side(1), inset, raised, strict=True)]
        under = (0,) * 10 + (0.05, 0.15, 0.3, 0.6, 1, 1)
        left = [(x, y - dy * r) for (x, y), r in zip(self.side(-1), under, strict=True)]
        return f"M{self.cubics(right)}{self.cubics(left[::-1], first=False)}Z"

    def cubics(self, points: list[Point], first: bool = True, depth: float = 1.0) -> str:
        """A start and triples of a chain of cubics as path text, without the M. first=False: without the start."""
        start = self.at(points[0], depth=depth) if first else ""
        return start + "".join(f"C{self.at(*points[i : i + 3], depth=depth)}" for i in range(1, len(points), 3))

    def skull(self, rise: float, side: float, low: float) -> list[Point]:
        """The arc of hair over the skull from the face's right side (picture left) over the crown to its left: a start
        and four cubics, 13 points. rise: above the crown; side: beyond the temples; low: y where it starts and ends."""
        x, top, mid = self.half + side, self.top - rise, self.temple_y - 6
        right = [
            (0.0, top), (0.58 * x, top), (x, mix(top, mid, 0.36)), (x, mid),
            (x, mix(mid, low, 0.4)), (x - 0.2 * side, mix(mid, low, 0.75)), (x - 0.5 * side, low),
        ]  # fmt: skip
        left = [(CENTRE - px, py) for px, py in right]
        return left[::-1] + [(CENTRE + px, py) for px, py in right[1:]]


def build_head(spec: AvatarSpec, pull: Pull, pose: Pose | None) -> Head:
    """The head of a spec, moved by the controls and turned by the pose (held within 32 degrees of yaw and pitch)."""
    s, e, m = spec.shape, spec.eyes, spec.mouth
    stretch = 1 + 0.085 * s.length
    jaw_open = clamp(pull("jawOpen"), 0, 1.15) * (1 - 0.85 * pull("mouthClose"))
    rest = 105.5 + 5.2 * s.length + 0.8 * max(-s.chin, 0.0)
    chin = rest + 7.0 * jaw_open + 1.2 * pull("jawForward") - 1.6 * pull("mouthShrugLower")
    half = 38.2 * (1 + 0.105 * s.width) - 0.8 * s.length
    ears = 1 + 0.3 * spec.ears.size

    def y(value: float) -> float:  # a longer face grows below the brows
        return 52 + (value - 52) * stretch

    eye_y = y(66.5)
    return Head(
        pull=pull, bold=pull.bold,
        yaw=clamp(pose.yaw / _TURN, -1, 1) if pose else 0.0, pitch=clamp(pose.pitch / _TURN, -1, 1) if pose else 0.0,
        top=17 - 1.6 * s.length, chin=chin, rest_chin=rest,
        half=half, cheeks=3.6 * s.cheeks + 0.4, jaw_power=2.15 * (1.52 if s.jaw > 0 else 1.28) ** s.jaw,
        chin_power=2.02 * 1.42**s.chin,
        temple_y=55.0, cheek_y=y(79.0), jaw_y=y(92.0) + 0.45 * (chin - rest),
        jaw_shift=4.2 * (pull("jawLeft") - pull("jawRight")), puff=pull("cheekPuff"),
        eye_x=17.2 * (1 + 0.05 * s.width) + 2.6 * e.spacing, eye_y=eye_y,
        eye_half_width=9.2 * (1 + 0.15 * e.size), eye_half_height=7.8 * (1 + 0.2 * e.size),
        brow_y=eye_y - 14.2 - 1.4 * e.size,
        nose_y=y(81.5) + 2.8 * spec.nose.length, nose_half=6.0 * (1 + 0.38 * spec.nose.width),
        mouth_y=y(91.2) + 0.9 * spec.nose.length, mouth_half=11.2 * (1 + 0.24 * m.width),
        ear_top=eye_y - 3 - 9 * (ears - 1), ear_bottom=eye_y + 16 + 6 * (ears - 1),
        ear_out=5.6 * (1 + 0.3 * spec.ears.size) + 3.2 * spec.ears.stick_out,
        hairline=31.0 - 4.5 * max(spec.hair.hairline, 0.0) - 3.5 * min(spec.hair.hairline, 0.0),
        hairline_corner=41.0 - 9.0 * max(spec.hair.hairline, 0.0) - 2.0 * min(spec.hair.hairline, 0.0),
    )  # fmt: skip


def ellipse(head: Head, centre: Point, rx: float, ry: float, style: str, depth: float = 1.0) -> str:
    """An ellipse whose centre turns with the head."""
    x, y = head.warp(centre, depth)
    return f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}" {style}/>'


def mean_head() -> Head:
    """The mean head at rest, straight ahead."""
    from mien.avatar.spec import AvatarSpec

    return build_head(AvatarSpec(), Pull({}), None)
