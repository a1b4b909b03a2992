"""The slim strip along the bottom of an annotated clip: what each person showed so far, and the playhead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mien.clips.people import Shown
from mien.clips.sprites import Sprite
from mien.media.drawing import Canvas, Rect, text_width
from mien.media.palette import INK, MUTED, PAPER, colour

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Persons that have a row of their own, in the order in which they came; seconds they must have been seen for it.
ROWS, SEEN = 4, 0.4
#: Seconds that the strip spans where a source does not tell how long it is; it then runs along.
WINDOW = 30.0
#: Pictures narrower than this have no strip.
NARROWEST = 160


class _Row:
    """Colours of one person, a pixel of the strip each; `there` is 0 where they were not in view."""

    def __init__(self, width: int) -> None:
        self.colours = np.zeros((width, 3), np.float32)
        self.there = np.zeros(width, np.float32)
        self.seconds = 0.0


class Timeline:
    """size: of the picture, pixels. duration: of the clip, seconds; None where it is not known."""

    def __init__(self, size: tuple[int, int], duration: float | None) -> None:
        width, height = size
        self._span = duration if duration and duration > 0.2 else WINDOW
        self._running = self._span == WINDOW and duration != WINDOW
        self._text = max(10.0, 0.0125 * max(size))
        margin = max(4, round(0.014 * width))
        self._bar = max(4, round(0.013 * height))
        self._gap = max(
            2, round(0.5 * self._bar), round(1.05 * self._text) - self._bar
        )  # numbers stand beside the bars
        self._pad = max(4, round(0.55 * self._text))
        self._panel = (margin, height - margin, width - margin)  # left, bottom, right
        self.visible = width >= NARROWEST and height >= 0.4 * NARROWEST
        self._numbers = text_width("88", self._text)
        self._clock = text_width(_clock(self._span), self._text) + 0.4 * self._text
        self._rows: dict[int, _Row] = {}
        self._time = 0.0
        self._ground = lru_cache(maxsize=8)(self._drawn)

    @property
    def top(self) -> int:
        """Where the strip begins, pixels from the picture's upper edge."""
        if not self.visible:
            return self._panel[1]
        return self._panel[1] - self._height(max(1, len(self._numbered())))

    def see(self, people: Sequence[Shown], time: float) -> None:
        """Take in what a frame shows, at `time` in seconds; in order."""
        step, self._time = max(0.0, time - self._time), time
        left, right = self._track()
        width = right - left
        if self._running and time > self._span:
            self._move(round(time / self._span * width) - round((time - step) / self._span * width))
        at = min(width - 1, int(min(time, self._span) / self._span * width))
        begin = max(0, at - math.ceil(min(step, 1.0) / self._span * width))
        for person in people:
            if person.number < 0:
                continue
            row = self._rows.setdefault(person.number, _Row(width))
            row.seconds += step
            row.colours[at:], row.there[begin : at + 1] = colour(person.expression.label), 1.0
            row.colours[begin:at][row.there[begin:at] == 0] = colour(person.expression.label)
        if len(self._rows) > 64:  # in a long clip of a crowd: who was hardly seen is forgotten first
            del self._rows[min(self._rows, key=lambda number: self._rows[number].seconds)]

    def draw(self, picture: NDArray[np.uint8]) -> None:
        """Lay the strip over an HxWx3 picture."""
        if not self.visible:
            return
        numbers = self._numbered()
        count = max(1, len(numbers))
        left, bottom, _ = self._panel
        self._ground(tuple(numbers) if len(numbers) > 1 else (), count, _clock(self._time)).over(
            picture, left, bottom - self._height(count)
        )
        start, end = self._track()
        top = bottom - self._height(count) + self._inset(count)
        for place, number in enumerate(numbers):
            y = top + place * (self._bar + self._gap)
            row = self._rows[number]
            cover = row.there[None, :, None] * _rounded(end - start, self._bar)[..., None]
            ground = picture[y : y + self._bar, start:end]
            ground[...] = (ground + (row.colours[None] - ground) * cover[: len(ground)]).astype(np.uint8)
        self._head(picture, start, end, top, count)

    def _head(self, picture: NDArray[np.uint8], start: int, end: int, top: int, count: int) -> None:
        """The playhead: a light line with a dark edge."""
        at = start + round(min(self._time, self._span) / self._span * (end - start - 1))
        reach = max(2, self._bar // 2)
        low = top + count * self._bar + (count - 1) * self._gap
        picture[top - reach : low + reach, max(0, at - 1) : at + 3] = INK
        picture[top - reach + 1 : low + reach - 1, at : at + 2] = PAPER

    def _numbered(self) -> list[int]:
        """Who has a row."""
        return sorted(number for number, row in self._rows.items() if row.seconds >= SEEN)[:ROWS]

    def _track(self) -> tuple[int, int]:
        left, _, right = self._panel
        return round(left + 2 * self._pad + self._numbers), round(right - 2 * self._pad - self._clock)

    def _inset(self, count: int) -> int:
        bars = count * self._bar + (count - 1) * self._gap
        return (self._height(count) - bars) // 2

    def _height(self, count: int) -> int:
        bars = count * self._bar + (count - 1) * self._gap
        return max(bars + 2 * self._pad, round(1.9 * self._text))

    def _move(self, by: int) -> None:
        for row in self._rows.values():
            if by > 0:
                row.colours, row.there = np.roll(row.colours, -by, 0), np.roll(row.there, -by)
                row.there[-by:] = 0

    def _drawn(self, numbers: tuple[int, ...], count: int, clock: str) -> Sprite:
        left, _, right = self._panel
        width, height = right - left, self._height(count)
        start, end = (edge - left for edge in self._track())
        top = self._inset(count)

        def paint(canvas: Canvas) -> None:
            canvas.fill(Rect(0, 0, width, height), min(height / 2, 0.9 * self._text + 2), INK, opacity=0.74)
            for place in range(count):
                y = top + place * (self._bar + self._gap)
                canvas.fill(Rect(start, y, end, y + self._bar), self._bar / 2, PAPER, opacity=0.16)
                if numbers:
                    said, base = str(numbers[place]), y + self._bar / 2 + 0.36 * self._text
                    canvas.text(start - self._pad - text_width(said, self._text), base, said, self._text, MUTED)
            said, base = clock, height / 2 + 0.36 * self._text
            canvas.text(width - 1.4 * self._pad - text_width(said, self._text), base, said, self._text, MUTED)

        return Sprite.drawn(width, height, paint)


@lru_cache(maxsize=8)
def _rounded(width: int, height: int) -> NDArray[np.float32]:
    """How much of each pixel a bar with round ends covers, height x width."""
    radius = height / 2
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5 - radius
    beyond = np.maximum(np.maximum(radius - x, x - (width - radius)), 0)[None]
    cover: NDArray[np.float32] = np.clip(radius + 0.5 - np.hypot(beyond, y), 0, 1).astype(np.float32)
    return cover


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
