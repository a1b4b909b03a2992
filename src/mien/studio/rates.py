"""How often an address may ask."""

from __future__ import annotations

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


def _refuse(wait: int, detail: str) -> None:
    if wait:
        raise Problem("rate", f"{detail}; try again in {wait} s", headers={"Retry-After": str(wait)})
