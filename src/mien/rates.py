"""How often somebody may ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

#: Those who are remembered; the fullest buckets, which say nothing, go first.
MOST = 4096


class Buckets:
    """A token bucket for each user or address (Turner 1986): `rate` a second on average, `burst` at once."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] | None = None) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock or (lambda: time.monotonic())
        self._left: dict[str, tuple[float, float]] = {}  # who -> (what is left, when)
        self._told: set[str] = set()

    def take(self, who: str) -> int:
        """Take one. 0: it may pass; otherwise the seconds until one may."""
        left, now = self._now(who)
        if left < 1:
            return self._seconds(left)
        self._left[who] = left - 1, now
        self._told.discard(who)
        if len(self._left) > MOST:
            self._forget(now)
        return 0

    def put_back(self, who: str) -> None:
        """What was taken for nothing."""
        if who in self._left:
            left, when = self._left[who]
            self._left[who] = left + 1, when

    def wait(self, who: str) -> int:
        """The seconds until one may pass, 0 if one may now; none is taken."""
        left, _ = self._now(who)
        return 0 if left >= 1 else self._seconds(left)

    def _now(self, who: str) -> tuple[float, float]:
        """(what is left, the time)."""
        now = self._clock()
        left, when = self._left.get(who, (float(self._burst), now))
        return min(float(self._burst), left + (now - when) * self._rate), now

    def _seconds(self, left: float) -> int:
        return max(1, math.ceil((1 - left) / self._rate))

    def tell(self, who: str) -> bool:
        """Whether somebody who asked too often should hear so: once, until something of theirs passes again."""
        if who in self._told:
            return False
        self._told.add(who)
        return True

    def _forget(self, now: float) -> None:
        kept = {
            who: (left, when)
            for who, (left, when) in self._left.items()
            if left + (now - when) * self._rate < self._burst
        }
        self._left = dict(sorted(kept.items(), key=lambda item: item[1][1])[-MOST // 2 :])
        self._told &= self._left.keys()
