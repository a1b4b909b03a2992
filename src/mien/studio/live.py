"""Live frames read one after the other, and avatars that do as the faces in them do."""

from __future__ import annotations

import time as clock
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mien.clips.cast import Cast
from mien.clips.puppets import ANGLE_STEP, CONTROL_STEP, acted
from mien.studio.pictures import decoded
from mien.types import CONTROLS, Pose
from mien.watching.following import Follower
from mien.watching.reading import SceneReader

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec
    from mien.pipeline import Reader
    from mien.types import Face, Scene

#: Stands for everybody in the message that says who wears which avatar.
EVERYBODY = "*"
#: Drawings that are kept for when the same pose comes again.
KEPT = 64
#: Persons in one frame who are drawn, the largest first.
DRAWN = 6

Avatars = Mapping[str, "AvatarSpec | None"]


class Mirrored(NamedTuple):
    """What one frame became."""

    scene: Scene
    avatars: dict[str, str]  #: track_id -> SVG


class LiveReader:
    """Reads the frames of one live connection, in order. Not safe to share between threads.

    It is what `mien.Watcher` does for a camera, without threads of its own: the connection decides which frame is next.
    """

    def __init__(self, reader: Reader, pixels: int) -> None:
        """pixels: the most that a frame may have."""
        self.models, self._pixels = reader, pixels
        self._start = clock.monotonic()
        self._smooth = True
        self._begin()

    def _begin(self) -> None:
        self._follower = Follower(self.models)
        self._scenes = SceneReader(self.models, smooth=self._smooth)
        self._cast = Cast()
        self._drawn: OrderedDict[tuple[object, ...], tuple[AvatarSpec, str]] = OrderedDict()

    @property
    def smooth(self) -> bool:
        """Whether faces are told steadily. Changing it begins anew: persons get new numbers."""
        return self._smooth

    @smooth.setter
    def smooth(self, wanted: bool) -> None:
        if wanted != self._smooth:
            self._smooth = wanted
            self._begin()

    def read(self, encoded: bytes, avatars: Avatars) -> Mirrored:
        """The scene of a frame, and the avatars of those in it.

        encoded: a JPEG, or another picture. avatars: track_id -> spec; `EVERYBODY` for all others; None draws a person
        as the camera shows them, and whoever has none is not drawn. Raises `PictureError`.
        """
        picture = decoded(encoded, "frame", self._pixels)
        time = clock.monotonic() - self._start
        followed = self._follower.follow(picture, time)
        scene = self._scenes.read(picture, followed, self._scenes.recognise(picture, followed), time)
        if any(spec is None for spec in avatars.values()):
            self._cast.meet(scene)
        drawn = {}
        for face in scene.faces[:DRAWN]:
            key = str(face.track_id)
            if key in avatars or EVERYBODY in avatars:
                spec = avatars[key] if key in avatars else avatars[EVERYBODY]
                drawn[key] = self._draw(face, spec)
        return Mirrored(scene, drawn)

    def _draw(self, face: Face, spec: AvatarSpec | None) -> str:
        """The person's avatar, doing as the face does. Poses are rounded, so that one at rest is not drawn anew."""
        assert face.track_id is not None
        wearer = self._cast.spec(face.track_id) if spec is None else spec
        posing = acted(face)
        controls = tuple(round(posing.get(name, 0.0) / CONTROL_STEP) for name in CONTROLS)
        angles = tuple(round(angle / ANGLE_STEP) for angle in face.pose)
        key = (id(wearer), controls, angles)
        kept, svg = self._drawn.get(key, (None, ""))
        if kept is not wearer:  # ids of specs that are gone are given anew
            posed = {name: step * CONTROL_STEP for name, step in zip(CONTROLS, controls, strict=True) if step}
            svg = wearer.svg(posed, pose=Pose(*(ANGLE_STEP * step for step in angles)))
            self._drawn[key] = wearer, svg
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        return svg
