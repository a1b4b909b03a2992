"""How often an address may ask, and how many places a user may have at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from mien.rates import Buckets
from mien.studio.problems import Problem


class Rates:
    """`rate` a second on average, `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self._buckets = Buckets(rate, burst)

    def take(self, address: str, detail: str) -> None:
        """Count one request. Raises `Problem` "rate" when there were too many."""
        _refuse(self._buckets.take(address), detail)

    def check(self, address: str, detail: str) -> None:
        """Nothing is counted. Raises `Problem` as `take` would."""
        _refuse(self._buckets.wait(address), detail)


class Places:
    """Requests under way, of which no user may have more than `most`: others are served too."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, user: str) -> Iterator[None]:
        """One of a user's. Raises `Problem` "busy" where there is none."""
        if self._taken[user] >= self._most:
            raise Problem("busy", "too many requests of this user wait already", headers={"Retry-After": "1"})
        self._taken[user] += 1
        try:
            yield
        finally:
            self._taken[user] -= 1
            self._taken += Counter()  # those with none go


def _refuse(wait: int, detail: str) -> None:
    if wait:
        raise Problem("rate", f"{detail}; try again in {wait} s", headers={"Retry-After": str(wait)})
