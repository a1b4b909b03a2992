"""How often an address may ask: a token bucket each (Turner 1986), kept for those who asked of late."""

from __future__ import annotations

import math
import time

from mien.studio.problems import Problem

#: Addresses that are remembered; the fullest buckets, which say nothing, go first.
MOST = 4096


class Rates:
    """`rate` a second on average, `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._left: dict[str, tuple[float, float]] = {}  # address -> (what is left, when)

    def take(self, address: str, detail: str) -> None:
        """Count one request. Raises `Problem` "rate" when there were too many."""
        left, now = self.check(address, detail)
        self._left[address] = left - 1, now
        if len(self._left) > MOST:
            self._forget(now)

    def check(self, address: str, detail: str) -> tuple[float, float]:
        """(what is left, now), and nothing is counted. Raises `Problem` as `take` would."""
        now = time.monotonic()
        left, when = self._left.get(address, (float(self._burst), now))
        left = min(self._burst, left + (now - when) * self._rate)
        if left < 1:
            self._left[address] = left, now
            wait = str(math.ceil((1 - left) / self._rate))
            raise Problem("rate", f"{detail}; try again in {wait} s", headers={"Retry-After": wait})
        return left, now

    def _forget(self, now: float) -> None:
        kept = {
            a: (left, when) for a, (left, when) in self._left.items() if left + (now - when) * self._rate < self._burst
        }
        self._left = dict(sorted(kept.items(), key=lambda item: item[1][1])[-MOST // 2 :])
