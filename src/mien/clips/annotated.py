"""A clip with a box, the emoji, the expression and its confidence by every face, and a strip of what was shown when."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mien.avatar.painter import EmojiPainter
from mien.clips.labels import Labels
from mien.clips.output import ClipOutput
from mien.clips.people import People, Shown
from mien.clips.timeline import Timeline
from mien.media.drawing import Canvas
from mien.media.overlay import draw_box, line_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mien.media.frames import Frame
    from mien.media.overlay import Paint
    from mien.types import Scene


class Annotator:
    """Draws what was seen over one frame after the other.

    duration: of the clip in seconds, where it is known. timeline: whether the strip is drawn along the bottom. lone:
    whether somebody who is alone has a card.
    """

    def __init__(
        self, paint: Paint | None = None, duration: float | None = None, *, timeline: bool = True, lone: bool = True
    ) -> None:
        self._strip, self._lone = timeline, lone
        self._people, self._labels = People(), Labels(paint or EmojiPainter())
        self._duration = duration
        self._timeline: Timeline | None = None
        self._numbers: set[int] = set()

    def draw(self, picture: NDArray[np.uint8], scene: Scene) -> NDArray[np.uint8]:
        """A copy of an upright HxWx3 picture with the annotation of its scene; call it in the order of the frames."""
        canvas, time = Canvas(picture), scene.time or 0.0
        size = (canvas.width, canvas.height)
        if self._timeline is None:
            self._timeline = Timeline(size, self._duration)
        people = self._people.see(scene, size)
        self._number(people)
        self._timeline.see(people, time)
        line = line_width(canvas)
        for person in reversed(people):  # the largest, which is nearest, on top
            side = min(person.rect.width, person.rect.height)
            draw_box(canvas, person.rect, person.expression, min(line, 0.06 * side))
        if self._lone or len(people) > 1:
            room = (size[0], self._timeline.top if self._strip else size[1])
            self._labels.draw(canvas, people, time, room, line + 1)
        if self._strip:
            self._timeline.draw(canvas.pixels)
        return canvas.pixels

    def _number(self, people: Sequence[Shown]) -> None:
        """Cards carry numbers as soon as there is more than one person to tell apart."""
        self._numbers |= {p.number for p in people if p.number >= 0 and p.since >= 0.4}
        self._labels.numbered = len(self._numbers) > 1


class Annotated(ClipOutput):
    """Writes the annotated clip, with its sound. path: .mp4 .mov .mkv .webm .webp .apng .gif."""

    def __init__(
        self, path: str | os.PathLike[str], *, source: object = None, duration: float | None = None,
        paint: Paint | None = None,
    ) -> None:  # fmt: skip
        super().__init__(path, source=source)
        self._annotator = Annotator(paint, duration)

    def add(self, frame: Frame, scene: Scene) -> None:
        self.write(frame, self._annotator.draw(frame.picture, scene))
