"""Stills of a clip: the pictures shown at a few given times, without decoding all of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from av.error import FFmpegError

from mien.errors import ClipError
from mien.media.clips import Clip, open_clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Frames decoded at most from a key frame on: where key frames stand further apart, an earlier picture does.
REACH = 300


def duration(clip: str | os.PathLike[str]) -> float:
    """Seconds of a clip; counted where the file does not tell. Raises `ClipError`."""
    with open_clip(clip, live=False) as opened:
        if opened.duration:
            return opened.duration
        return max(frame.time for frame in opened) or 0.04


def stills(clip: str | os.PathLike[str], times: Sequence[float], width: int) -> list[NDArray[np.uint8]]:
    """The pictures at these times (seconds from the first frame), HxWx3 uint8 RGB, upright, at most `width` wide.

    Times beyond the end give the last picture. Raises `ClipError` for what is no clip, or shows nothing.
    """
    order = sorted(range(len(times)), key=lambda place: times[place])
    found: dict[int, NDArray[np.uint8]] = {}
    with open_clip(clip, live=False) as opened:
        shown: Any = _sought if isinstance(opened, Clip) else _Played(opened).until
        latest: Any = None
        for place in order:
            latest = shown(opened, times[place]) or latest
            if latest is not None:
                found[place] = latest.scaled(min(1.0, width / latest.width))
    if times and not found:
        raise ClipError(f"{opened.name}: no picture of it can be decoded; copy it again, or pass another")
    first = found[min(found, key=lambda place: times[place])] if found else None
    return [found.get(place, first) for place in range(len(times))]  # type: ignore[misc]


def _sought(clip: Clip, time: float) -> Any:
    """The frame that is shown at a time: from the key frame before it on. None where nothing can be decoded."""
    stream, container = clip._stream, clip._container
    start = float((stream.start_time or 0) * stream.time_base)
    with suppress(FFmpegError, OSError):
        container.seek(int(max(0.0, time + start) / stream.time_base), stream=stream)
    clip._first, clip._last = start, 0.0
    shown = None
    for count, frame in enumerate(clip):
        if shown is not None and (frame.time > time + 1e-3 or count > REACH):
            break
        shown = frame
    return shown


class _Played:
    """Pictures that can only be gone through once, from the first to the last."""

    def __init__(self, pictures: Any) -> None:
        self._frames = iter(pictures)
        self._shown: Any = None
        self._ahead: Any = next(self._frames, None)

    def until(self, _: Any, time: float) -> Any:
        while self._ahead is not None and (self._shown is None or self._ahead.time <= time + 1e-3):
            self._shown, self._ahead = self._ahead, next(self._frames, None)
        return self._shown
