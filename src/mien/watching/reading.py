"""From followed faces to a `Scene`: expression and quality of each, appearance once a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.pipeline import Reader
from mien.types import Appearance, Box, Face, HeadCut, Quality, Scene
from mien.vision.head import cut_head
from mien.vision.quality import assess
from mien.watching.following import Followed
from mien.watching.steadying import Calibrate, Steadier

Picture = NDArray[np.uint8]

#: A person's head is cut out (and their appearance read) when they are first seen, and again when they are seen better
#: by this much, at most every so many seconds.
BETTER, APART = 0.1, 0.5
FORGET = 5.0  #: seconds after which what is remembered of a person who is gone is let go


class Portrait(NamedTuple):
    """What is remembered of a person while they are in view."""

    quality: float
    time: float  #: when it was taken
    seen: float  #: when they were last seen
    appearance: Appearance | None


class SceneReader:
    """Turns followed faces into scenes, one source each. Not safe to share between threads."""

    def __init__(
        self, reader: Reader, *, appearance: bool = False, source: str | None = None, smooth: bool = True,
        calibrate: Calibrate = None,
    ) -> None:  # fmt: skip
        self._reader, self._appearance, self._source = reader, appearance, source
        self._steadier = Steadier(reader, calibrate) if smooth or calibrate is not None else None
        self._portraits: dict[int, Portrait] = {}

    def recalibrate(self, seconds: float) -> None:
        """See `Steadier.recalibrate`; nothing where faces are told by each frame alone."""
        if self._steadier is not None:
            self._steadier.recalibrate(seconds)

    def recognise(self, picture: Picture, followed: Sequence[Followed]) -> NDArray[np.float32]:
        """N x C probabilities of each face's expression, by this frame alone. Safe beside `read`."""
        return self._reader.probabilities(picture, [f.reading for f in followed])

    def read(
        self, picture: Picture, followed: Sequence[Followed], rows: NDArray[np.float32], time: float,
        size: tuple[int, int] | None = None,
    ) -> Scene:  # fmt: skip
        """The scene at `time` seconds. rows: what `recognise` said; size: width and height that places are told in,
        where `picture` is a reduced copy."""
        height, width = picture.shape[:2]
        size = size or (width, height)
        faces = []
        for one, row in zip(followed, rows, strict=True):
            said = one.reading
            quality = assess(said.crop, one.box, said.pose, said.face_score, (width, height), said.visible)
            appearance, head = self._portrait(picture, one, quality, time)
            if self._steadier:
                box, said, expression = self._steadier.steady(one.number, time, one.box, row, said, quality)
            else:
                box, expression = one.box, self._reader.expression(row, said, quality)
            face = Face(
                box, one.score, said.points, said.pose, said.controls, expression, quality,
                appearance, one.number, head,
            )  # fmt: skip
            faces.append(_enlarged(face, size[0] / width, size[1] / height) if size != (width, height) else face)
        faces.sort(key=lambda face: -face.box.width * face.box.height)
        if self._steadier:
            self._steadier.forget(time)
        self._portraits = {n: p for n, p in self._portraits.items() if time - p.seen <= FORGET}
        return Scene(*size, faces, time=time, source=self._source)

    def _portrait(
        self, picture: Picture, one: Followed, quality: Quality, time: float
    ) -> tuple[Appearance | None, HeadCut | None]:
        """The person's appearance as last read, and the cut of their head where this frame shows it best so far."""
        known = self._portraits.get(one.number)
        if known and (quality.score < known.quality + BETTER or time - known.time < APART):
            self._portraits[one.number] = known._replace(seen=time)
            return known.appearance, None
        appearance = self._reader.appearance_reader.read(picture, [one.reading])[0] if self._appearance else None
        self._portraits[one.number] = Portrait(quality.score, time, time, appearance)
        return appearance, cut_head(picture, one.reading.points, one.reading.matrix)


def _enlarged(face: Face, across: float, down: float) -> Face:
    """The face in pixels of the frame that a reduced copy was read from."""
    x, y, width, height = face.box
    head = face.head and HeadCut(face.head.pixels, face.head.matrix / [across, down, 1], face.head.crop)
    return Face(
        Box(x * across, y * down, width * across, height * down), face.score,
        face.landmarks * np.array([across, down], np.float32), face.pose, face.controls, face.expression, face.quality,
        face.appearance, face.track_id, head,
    )  # fmt: skip
