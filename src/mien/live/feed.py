"""Frames as they happen: a camera's newest, or those of a clip at the pace at which they were taken."""

from __future__ import annotations

import time as clock
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mien.media.frames import Frame
from mien.types import Scene
from mien.watching import Watcher

#: Seconds that a clip may run behind before what is late is shown less often (it is all read): every so many seconds.
#: Further behind, it is played slower.
LATE, OFTEN, SLOWER = 0.15, 0.1, 1.0
#: Seconds over which the rate is measured.
MEASURED = 2.0


class Moment(NamedTuple):
    """One frame of the feed."""

    frame: Frame
    scene: Scene
    shown: bool  #: False where there is no time to show it


class Feed:
    """Iterates over the moments of a watched source. `idle` is called while it waits, some 30 times a second."""

    def __init__(self, watcher: Watcher, idle: Callable[[], None] = lambda: None) -> None:
        self.watcher, self._idle = watcher, idle
        self.paused = False
        self.rate = 0.0  #: frames a second, measured
        self.delay = 0.0  #: seconds from the frame's arrival until it was read
        self._start: float | None = None
        self._shown = 0.0
        self._arrived: deque[float] = deque()

    def __iter__(self) -> Iterator[Moment]:
        for frame, scene in self.watcher:
            now = clock.monotonic()
            self._measure(now, frame)
            late = False if self.watcher.clip.live else self._pace(frame.time)
            yield Moment(frame, scene, not late)
            self._wait_while_paused()

    def _measure(self, now: float, frame: Frame) -> None:
        self._arrived.append(now)
        while now - self._arrived[0] > MEASURED:
            self._arrived.popleft()
        if len(self._arrived) > 1:
            self.rate = (len(self._arrived) - 1) / max(1e-6, now - self._arrived[0])
        self.delay += 0.1 * (now - frame.arrived - self.delay)

    def _pace(self, time: float) -> bool:
        """Wait until a clip's frame is due; True when that was too long ago."""
        if self._start is None:
            self._start = clock.monotonic() - time
        while (left := self._start + time - clock.monotonic()) > 0:
            clock.sleep(min(left, 1 / 30))
            if left > 1 / 30:
                self._idle()
        if -left > SLOWER:
            self._start -= left
        now = clock.monotonic()
        late = -left > LATE and now - self._shown < OFTEN
        self._shown = self._shown if late else now
        return late

    def _wait_while_paused(self) -> None:
        if not self.paused:
            return
        began = clock.monotonic()
        while self.paused:
            self._idle()
            clock.sleep(1 / 30)
        if self._start is not None:
            self._start += clock.monotonic() - began
        self._arrived.clear()
