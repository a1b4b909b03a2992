"""The most expressive seconds of a clip as a loop."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from PIL import Image

from mien.errors import ClipError
from mien.media.clip_formats import way_for
from mien.media.clip_writing import ClipWriter
from mien.media.drawing import Rect
from mien.media.sources import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mien.media.frames import Frame
    from mien.types import Expression, Scene

#: Seconds of a reaction; its end may lie this much earlier where the picture is then more like the first.
SECONDS, SLACK = 2.0, 0.4
#: Long side of what is kept of each frame while looking, and of the reaction at most, in pixels.
KEPT, LARGEST = 720, 480
#: Frames a second at most: what GIFs show evenly, and messengers expect.
RATE = 20.0
#: Heights of the face that the reaction shows, and the shape it may have at most.
AROUND, WIDEST = 2.6, 4 / 3


class _Kept(NamedTuple):
    time: float
    picture: NDArray[np.uint8]
    strength: float
    face: Rect | None  #: of the most expressive face, in pixels of `picture`


def strength(expression: Expression) -> float:
    """How much a face shows, 0..1: its intensity, by how surely it is not neutral."""
    if "neutral" in expression.probabilities:
        return expression.intensity * (1 - expression.probabilities["neutral"])
    return expression.intensity


class Reaction:
    """Cuts the two seconds in which the most is shown into a loop: .gif, .webp, .apng (or .mp4, .webm).

    Only what may become the reaction is kept of a clip, at most twice two seconds of small frames. fed: the frames come
    from another output by `take`, such as those with avatars.
    """

    def __init__(self, path: str | os.PathLike[str], *, seconds: float = SECONDS, fed: bool = False) -> None:
        self._path, self._seconds, self._fed = path, seconds, fed
        way_for(path)
        self._recent: deque[_Kept] = deque()
        self._best: list[_Kept] = []
        self._most = -1.0
        self.start: float | None = None  #: seconds into the clip, once it is written

    def __enter__(self) -> Self:
        return self

    def add(self, frame: Frame, scene: Scene) -> None:
        if not self._fed:
            self.take(frame, scene, frame.picture)

    def take(self, frame: Frame, scene: Scene, picture: NDArray[np.uint8]) -> None:
        """A frame as it is to be shown, HxWx3 or HxWx4, and what was seen in the clip's own."""
        if self._recent and frame.time - self._recent[-1].time < 1 / RATE - 0.008:
            return
        self._recent.append(_reduced(frame.time, scene, picture))
        while frame.time - self._recent[0].time > self._seconds + 1e-6:
            self._recent.popleft()
        span = frame.time - self._recent[0].time + 1 / RATE
        mean = sum(kept.strength for kept in self._recent) / len(self._recent)
        shown_now = mean * min(1.0, span / self._seconds)
        if shown_now > self._most or frame.time <= self._seconds:
            self._most, self._best = shown_now, list(self._recent)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if kind is not None:
            return
        if not any(kept.face for kept in self._best):
            raise ClipError(f"{shown(self._path)}: nobody to be seen in this clip, so there is no reaction to cut out")
        frames = _looping(self._best)
        self.start = frames[0].time
        cut = _cut([kept.face for kept in frames if kept.face], frames[0].picture.shape[1], frames[0].picture.shape[0])
        scale = min(1.0, LARGEST / max(cut.width, cut.height))
        size = (max(2, round(cut.width * scale)), max(2, round(cut.height * scale)))
        with ClipWriter(self._path, alpha=frames[0].picture.shape[2] == 4) as writer:
            for kept in frames:
                image = Image.fromarray(kept.picture).resize(
                    size, Image.Resampling.LANCZOS, box=(cut.left, cut.top, cut.right, cut.bottom)
                )
                writer.write(np.asarray(image), kept.time - frames[0].time)


def _reduced(time: float, scene: Scene, picture: NDArray[np.uint8]) -> _Kept:
    height, width = picture.shape[:2]
    scale = min(1.0, KEPT / max(width, height))
    if scale < 1:
        size = (round(width * scale), round(height * scale))
        picture = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))
    if not scene.faces:
        return _Kept(time, picture, 0.0, None)
    face = max(scene.faces, key=lambda face: strength(face.expression) * face.box.height)
    x, y, wide, high = face.box
    across, down = scale * width / scene.width, scale * height / scene.height
    rect = Rect(x * across, y * down, (x + wide) * across, (y + high) * down)
    return _Kept(time, picture, strength(face.expression), rect)


def _looping(frames: list[_Kept]) -> list[_Kept]:
    """The frames up to the one that leads back to the first with the smallest jump."""
    earliest = frames[-1].time - SLACK
    first = _small(frames[0].picture)
    choices = [i for i, kept in enumerate(frames) if kept.time >= earliest and i > 0]
    if not choices:
        return frames
    best = min(choices, key=lambda i: float(np.abs(_small(frames[i].picture) - first).mean()))
    return frames[:best] if best > 1 else frames


def _small(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(Image.fromarray(picture).resize((48, 32), Image.Resampling.BOX), np.float32)


def _cut(faces: list[Rect], width: int, height: int) -> Rect:
    """The part of the picture to show: the face wherever it goes, with some of what is around it."""
    whole = Rect(
        min(f.left for f in faces), min(f.top for f in faces), max(f.right for f in faces), max(f.bottom for f in faces)
    )
    high = min(height, max(AROUND * float(np.median([f.height for f in faces])), 1.25 * whole.height))
    wide = min(width, max(high, 1.25 * whole.width, min(WIDEST, width / height) * high if high == height else 0.0))
    wide = min(wide, WIDEST * high)
    x, y = (whole.left + whole.right) / 2 - wide / 2, (whole.top + whole.bottom) / 2 - 0.48 * high
    x, y = min(max(0.0, x), width - wide), min(max(0.0, y), height - high)
    return Rect(x, y, x + wide, y + high)
