"""Avatars that follow faces: posed by controls and head pose, placed, sized and tilted by landmarks."""

from __future__ import annotations

import math
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from mien.avatar.expression import LABEL_EMOJI
from mien.avatar.framing import extent, frame
from mien.avatar.head import build_head
from mien.avatar.shapes import CANVAS, CENTRE, Pull
from mien.clips.cast import Cast
from mien.clips.drawers import Drawers, Pixels
from mien.clips.sprites import Sprite
from mien.emoji import RECIPES
from mien.expression.one_euro import OneEuro
from mien.types import CONTROLS, Face, Pose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mien.avatar.spec import AvatarSpec

#: Controls and angles are rounded, so that a face that hardly moves is not drawn anew.
CONTROL_STEP, ANGLE_STEP = 1 / 20, 2.0
#: A face is drawn at most this often, as cartoons are "on twos" (Thomas and Johnston 1981); it is moved every frame.
DRAWN = 1 / 15.5
#: Of place, size and tilt: cutoff at rest in hertz; hertz more per face width a second.
STILL, QUICK = 1.6, 7.0
#: Drawings are made in sizes that differ by this factor, and scaled down to what is needed; above the largest, up.
SIZES, SMALLEST, LARGEST = 1.25, 48, 480


#: What an expression adds to a face's own controls, as a share of its emoji's recipe.
SHARE, ACTED = 0.8, ("brow", "mouthSmile", "mouthFrown", "noseSneer")
#: Lids that are read as a little lowered on open eyes, and would make every face look bored: up to here nothing shows.
LIDS = {"eyeLookDown": 0.3, "eyeSquint": 0.2, "eyeBlink": 0.1}
UNPLEASANT = ("sadness", "anger", "disgust", "fear")
SPOKEN = (*UNPLEASANT, "happiness", "surprise")


class Anchor(NamedTuple):
    """Where the face is on an avatar's square, 0..1 of its side."""

    middle: float  #: y of the face's middle, between brows and chin; x is 0.5
    height: float  #: from the brows to the chin
    width: float  #: between the temples


class Spot(NamedTuple):
    """Where a face is in a frame, pixels and degrees."""

    x: float
    y: float
    side: float  #: of the avatar's square
    roll: float  #: clockwise as seen


NOWHERE = Spot(0, 0, 0, 0)


@lru_cache(maxsize=64)
def anchor_of(spec: AvatarSpec) -> Anchor:
    """Where the face stands on the drawing of a spec: hair and hats move it."""
    head = build_head(spec, Pull({}), None)
    numbers = frame(spec, head, extent(spec, head)).removeprefix("matrix(").removesuffix(")").split()
    scale, _, _, _, _, down = map(float, numbers)
    top, chin = (scale * y + down for y in (head.brow_y, head.rest_chin))
    return Anchor((top + chin) / 2 / CANVAS, (chin - top) / CANVAS, 2 * head.half * scale / CANVAS)


def spot_of(face: Face, anchor: Anchor) -> Spot:
    """Where the avatar belongs so that it covers the face from brows to chin and from ear to ear."""
    points = face.landmarks.astype(np.float64)
    right, left = points[36:42].mean(0), points[42:48].mean(0)
    roll = math.atan2(left[1] - right[1], left[0] - right[0])
    turn = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    level = points @ turn.T
    low, high = level.min(0), level.max(0)
    x, y = turn.T @ ((low + high) / 2)
    across = (high[0] - low[0]) / max(0.75, math.cos(math.radians(face.pose.yaw)))
    side = max(1.1 * across / anchor.width, 0.98 * (high[1] - low[1]) / anchor.height)
    return Spot(float(x), float(y), float(side), math.degrees(roll))


def acted(face: Face) -> dict[str, float]:
    """The controls of a face with what its expression says: a grimace of pain has the mouth corners of a smile, and
    drawn alone they would be one; raised outer ends take the worry out of brows. The jaw stays as it is, so that
    speech does, and of the eyes all but what open ones are read as anyway."""
    said = face.expression
    recipe = RECIPES[LABEL_EMOJI[said.label]].controls if said.label in SPOKEN else {}
    controls = dict(face.controls)
    for name in controls:
        if said.label in UNPLEASANT and name.startswith(("mouthSmile", "browOuterUp")):
            controls[name] *= 1 - said.confidence
        least = LIDS.get(name.removesuffix("Left").removesuffix("Right"))
        if least is not None:
            controls[name] = max(0.0, controls[name] - least) / (1 - least)
        if name.startswith(ACTED):
            controls[name] = max(controls[name], SHARE * said.confidence * recipe.get(name, 0.0))
    return controls


@dataclass(slots=True)
class Puppet:
    """One person's avatar in motion."""

    spec: AvatarSpec
    place: OneEuro = field(default_factory=lambda: OneEuro(STILL, QUICK))
    drawing: Future[Pixels] | None = None
    drawn: float = -math.inf  #: seconds at which it was drawn last
    size: int = 0
    spot: Spot = NOWHERE
    seen: float = 0.0


class Puppeteer:
    """Moves the avatars of a cast. Drawings come from `drawers`, a little later: see `Future`.

    live: whoever is still being drawn is not drawn again, so that nothing piles up. finer: how many times more pixels
    drawings have than the size they are styled for. tilted: drawings tilt the head themselves, not the shoulders.
    """

    def __init__(
        self, cast: Cast, drawers: Drawers, *, live: bool = False, finer: int = 1, tilted: bool = False
    ) -> None:
        self._cast, self._drawers, self._live, self._finer = cast, drawers, live, finer
        self._tilted = tilted
        self.puppets: dict[int, Puppet] = {}

    def move(self, face: Face, time: float, size: int | None = None) -> Puppet:
        """The avatar of a face at `time` seconds. size: of its drawing in pixels; by default as large as the face."""
        assert face.track_id is not None
        spec = self._cast.spec(face.track_id)
        puppet = self.puppets.get(face.track_id)
        if puppet is None or puppet.spec is not spec:
            puppet = self.puppets[face.track_id] = Puppet(spec)
        spot = spot_of(face, anchor_of(spec))
        if time - puppet.seen > 1.0:
            puppet.place.reset()
        steady = puppet.place.update(time, np.array([spot.x, spot.y, spot.side, spot.roll * spot.side / 57]), spot.side)
        puppet.spot = Spot(steady[0], steady[1], steady[2], steady[3] * 57 / max(1.0, steady[2]))
        puppet.seen = time
        wanted = size or _bucket(puppet.spot.side)
        busy = self._live and puppet.drawing is not None and not puppet.drawing.done()
        if not busy and (time - puppet.drawn >= DRAWN or puppet.drawing is None or wanted != puppet.size):
            puppet.drawing, puppet.drawn, puppet.size = self._draw(puppet, face, wanted), time, wanted
        return puppet

    def _draw(self, puppet: Puppet, face: Face, size: int) -> Future[Pixels]:
        posing = acted(face)
        controls = tuple(round(posing.get(name, 0.0) / CONTROL_STEP) for name in CONTROLS)
        tilt = puppet.spot.roll if self._tilted else 0.0
        yaw, pitch, roll = (round(angle / ANGLE_STEP) for angle in (face.pose.yaw, face.pose.pitch, tilt))
        key = (id(puppet.spec), controls, yaw, pitch, roll, size)
        known = self._drawers.known(key)
        if known is not None:
            return known
        posed = {name: step * CONTROL_STEP for name, step in zip(CONTROLS, controls, strict=True) if step}
        pose = Pose(yaw * ANGLE_STEP, pitch * ANGLE_STEP, roll * ANGLE_STEP)
        svg = puppet.spec.svg(posed, size=size, pose=pose)
        return self._drawers.draw(key, svg, size * self._finer)


def _bucket(side: float) -> int:
    """The size of drawing for an avatar `side` pixels large: no smaller, if it need not be huge."""
    steps = math.ceil(math.log(max(side, SMALLEST) / SMALLEST) / math.log(SIZES))
    return min(LARGEST, round(SMALLEST * SIZES**steps))


def laid(picture: NDArray[np.uint8], drawing: Pixels, spot: Spot, anchor: Anchor) -> None:
    """Lay an avatar's drawing over a picture, its face's middle on the spot. picture: HxWx3, or HxWx4 with colours
    multiplied by alpha."""
    scale, roll = spot.side / drawing.shape[0], math.radians(spot.roll)
    cos, sin = math.cos(roll), math.sin(roll)
    half = math.ceil(spot.side * math.hypot(0.5, max(anchor.middle, 1 - anchor.middle))) + 1
    left, top = math.floor(spot.x) - half, math.floor(spot.y) - half
    side = 2 * half + 1
    # For every pixel of the patch the place in the drawing: turned back round the spot, scaled back, moved.
    a, b = cos / scale, sin / scale
    dx, dy = left + 0.5 - spot.x, top + 0.5 - spot.y
    cx, cy = CENTRE / CANVAS * drawing.shape[1], anchor.middle * drawing.shape[0]
    matrix = (a, b, a * dx + b * dy + cx - 0.5 * (a + b), -b, a, -b * dx + a * dy + cy - 0.5 * (a - b))
    patch = Image.fromarray(drawing, "RGBX").transform(
        (side, side), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
    )
    Sprite.of_rgba(np.asarray(patch), picture.shape[2]).over(picture, left, top)
