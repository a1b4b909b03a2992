"""Clips in which avatars take the place of faces, or play alone."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mien.clips.cast import Cast
from mien.clips.drawers import Drawers, Pixels
from mien.clips.output import ClipOutput
from mien.clips.puppets import Anchor, Puppeteer, Spot, anchor_of, laid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mien.clips.reaction import Reaction
    from mien.media.frames import Frame
    from mien.types import Scene

#: Seconds that an avatar stays where a face was just lost: nobody is to be seen for a moment between two frames.
HOLD = 0.5
#: Frames that wait for their drawings.
AHEAD = 6


class _Moved(NamedTuple):
    drawing: Future[Pixels]
    spot: Spot
    anchor: Anchor


class _Waiting(NamedTuple):
    frame: Frame
    scene: Scene
    moved: list[_Moved]


class _Puppets(ClipOutput):
    """Frames wait until the avatars in them are drawn, so that drawing and reading go side by side."""

    def __init__(
        self, path: str | os.PathLike[str] | None, cast: Cast, *, source: object = None, alpha: bool = False,
        reaction: Reaction | None = None,
    ) -> None:  # fmt: skip
        super().__init__(path, source=source, alpha=alpha)
        self._drawers = Drawers()
        self._cast, self._puppeteer = cast, Puppeteer(cast, self._drawers)
        self._waiting: deque[_Waiting] = deque()
        self._reaction = reaction

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        try:
            while self._waiting and kind is None:
                self._finish(self._waiting.popleft())
        except BaseException as problem:
            self._drawers.close()
            super().__exit__(type(problem), problem, trace)
            raise
        self._drawers.close()
        super().__exit__(kind, error, trace)

    def add(self, frame: Frame, scene: Scene) -> None:
        self._waiting.append(_Waiting(frame, scene, self._move(scene)))
        if len(self._waiting) > AHEAD:
            self._finish(self._waiting.popleft())

    def _finish(self, waiting: _Waiting) -> None:
        picture = self._drawn(waiting)
        self.write(waiting.frame, picture)
        if self._reaction is not None:
            self._reaction.take(waiting.frame, waiting.scene, picture)

    def _move(self, scene: Scene) -> list[_Moved]:
        raise NotImplementedError

    def _drawn(self, waiting: _Waiting) -> NDArray[np.uint8]:
        raise NotImplementedError


class Replaced(_Puppets):
    """The clip with everybody's avatar over their face, sound kept. cast: see `Cast.scout`.

    path: .mp4 .mov .mkv .webm .webp .apng .gif, or None where only the `reaction` is wanted.
    """

    def _move(self, scene: Scene) -> list[_Moved]:
        time = scene.time or 0.0
        for face in sorted(scene.faces, key=lambda face: face.box.width * face.box.height):
            if face.track_id is not None:
                self._puppeteer.move(face, time)
        here = [p for p in self._puppeteer.puppets.values() if time - p.seen <= HOLD and p.drawing is not None]
        here.sort(key=lambda puppet: puppet.spot.side)  # the nearest on top
        return [_Moved(p.drawing, p.spot, anchor_of(p.spec)) for p in here if p.drawing is not None]

    def _drawn(self, waiting: _Waiting) -> NDArray[np.uint8]:
        picture = np.array(waiting.frame.picture)
        for drawing, spot, anchor in waiting.moved:
            laid(picture, drawing.result(), spot, anchor)
        return picture


class AvatarOnly(_Puppets):
    """The avatars alone, side by side in squares, on a transparent or coloured ground; sound kept where it can be.

    size: pixels of a square. ground: an RGB colour; None is transparent (.webm .webp .apng .gif). Up to `MOST`
    persons, those who are in view longest, from left to right as they mostly stand.
    """

    MOST = 4
    MARGIN = 0.9  #: of a square that the avatar fills, so that a tilted head stays inside

    def __init__(
        self, path: str | os.PathLike[str] | None, cast: Cast, *, source: object = None, size: int = 512,
        ground: tuple[int, int, int] | None = None, reaction: Reaction | None = None,
    ) -> None:  # fmt: skip
        super().__init__(path, cast, source=source, alpha=ground is None, reaction=reaction)
        self._size, self._ground = size, ground
        self._tracks = cast.leading(self.MOST)

    def _move(self, scene: Scene) -> list[_Moved]:
        time = scene.time or 0.0
        inner = round(self.MARGIN * self._size)
        for face in scene.faces:
            if face.track_id in self._tracks:
                self._puppeteer.move(face, time, inner)
        moved = []
        for place, track in enumerate(self._tracks):
            puppet = self._puppeteer.puppets.get(track)
            if puppet is None or puppet.drawing is None or time - puppet.seen > HOLD:
                continue
            # Turned round the neck: the anchor is there, and stays where it is.
            neck = Anchor(0.8, 0, 0)
            spot = Spot((place + 0.5) * self._size, (0.5 + 0.3 * self.MARGIN) * self._size, inner, puppet.spot.roll)
            moved.append(_Moved(puppet.drawing, spot, neck))
        return moved

    def _drawn(self, waiting: _Waiting) -> NDArray[np.uint8]:
        shape = (self._size, self._size * max(1, len(self._tracks)))
        picture = np.zeros((*shape, 4), np.uint8)
        if self._ground is not None:
            picture[:] = (*self._ground, 255)
        for drawing, spot, anchor in waiting.moved:
            laid(picture, drawing.result(), spot, anchor)
        if self._ground is not None:
            return picture[..., :3]
        alpha = picture[..., 3:].astype(np.uint16)
        colour = np.minimum(picture[..., :3] * np.uint16(255) // np.maximum(alpha, 1), 255)
        return np.concatenate([colour.astype(np.uint8), picture[..., 3:]], axis=2)
