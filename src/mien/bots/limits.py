"""How much one user may ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Users that are remembered; the fullest buckets, which say nothing, go first.
MOST = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each user, if not said otherwise."""

    messages: int = 20  #: a minute
    burst: int = 10  #: messages at once
    packs: int = 6  #: an hour
    bytes: int = 10_000_000  #: of a picture
    pixels: int = 40_000_000  #: of a picture
    faces: int = 10  #: told of, in one picture
    minutes: int = 30  #: that an emoji not yet agreed to is remembered


class Buckets:
    """A token bucket for each user (Turner 1986): `rate` a second on average, `burst` at once."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: dict[str, tuple[float, float]] = {}  # user -> (what is left, when)
        self._told: set[str] = set()

    def wait(self, user: str) -> int:
        """Take one. 0: it may pass; otherwise the seconds until one may."""
        now = self._clock()
        left, when = self._left.get(user, (float(self._burst), now))
        left = min(float(self._burst), left + (now - when) * self._rate)
        if left < 1:
            self._left[user] = left, now
            return max(1, math.ceil((1 - left) / self._rate))
        self._left[user] = left - 1, now
        self._told.discard(user)
        if len(self._left) > MOST:
            self._forget(now)
        return 0

    def tell(self, user: str) -> bool:
        """Whether a user who asked too often should hear so: once, until something of theirs passes again."""
        if user in self._told:
            return False
        self._told.add(user)
        return True

    def _forget(self, now: float) -> None:
        kept = {
            user: (left, when)
            for user, (left, when) in self._left.items()
            if left + (now - when) * self._rate < self._burst
        }
        self._left = dict(sorted(kept.items(), key=lambda item: item[1][1])[-MOST // 2 :])
        self._told &= self._left.keys()
