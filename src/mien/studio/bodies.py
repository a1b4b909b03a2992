"""How much of what is sent in may be in memory at once, all requests together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mien.studio.problems import Problem

#: Takes so many bytes more. Raises `Problem` "busy" where there is no room for them.
Hold = Callable[[int], None]


class Bodies:
    """Counts bytes. limit: as many as there may be. Use from one event loop."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.bytes = 0  #: in memory now

    @contextmanager
    def held(self) -> Iterator[Hold]:
        """For one request, until it is answered: what it holds counts, and is given back at the end."""
        mine = 0

        def hold(size: int) -> None:
            nonlocal mine
            if self.bytes + size > self._limit:
                raise Problem("busy", "too many bytes are being received; try again soon", headers={"Retry-After": "5"})
            self.bytes += size
            mine += size

        try:
            yield hold
        finally:
            self.bytes -= mine
