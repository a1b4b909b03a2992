"""Pictures that come one after the other, as a source of frames like a clip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mien.errors import ClipError
from mien.media.frames import Frame, Trouble


class Pictures:
    """Pictures one after the other as a clip: what a program makes itself, or an animation that Pillow reads.

    `pictures` yields HxWx3 uint8 RGB arrays, or (seconds, array) pairs; without seconds, `rate` frames a second.
    """

    frames: int | None = None
    duration: float | None = None

    def __init__(
        self, pictures: Iterable[Any], *, name: str = "pictures", live: bool = False, rate: float = 30.0
    ) -> None:
        self._pictures, self.name, self.live, self.rate = pictures, name, live, rate
        self.trouble = Trouble()

    def __enter__(self) -> Pictures:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Tell a generator that no more is wanted."""
        close = getattr(self._pictures, "close", None)
        if close is not None:
            close()

    def __iter__(self) -> Iterator[Frame]:
        first: float | None = None
        index = -1
        for index, item in enumerate(self._pictures):
            seconds, picture = item if isinstance(item, tuple) else (index / self.rate, item)
            if getattr(picture, "dtype", None) != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
                raise ClipError(f"{self.name}: frame {index} is no height x width x 3 uint8 array; convert it to RGB")
            first = float(seconds) if first is None else first
            yield Frame(np.ascontiguousarray(picture), float(seconds) - first, index, stamp=float(seconds))
        if index < 0:
            raise ClipError(f"{self.name}: without frames; pass at least one picture")
