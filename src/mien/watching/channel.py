"""What connects two threads: a short queue that either waits when it is full, or lets the oldest go."""

from __future__ import annotations

from collections import deque
from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")

#: Seconds after which a waiting thread looks up: on Windows a wait without end cannot be interrupted by Ctrl-C.
LOOK_UP = 0.2


class Closed(Exception):
    """Nothing more comes, or is wanted."""


class Channel(Generic[T]):
    """A queue of at most `room` items between threads.

    newest: a full queue drops its oldest item instead of making the sender wait; `dropped` counts those.
    """

    def __init__(self, room: int, *, newest: bool = False) -> None:
        self._items: deque[T] = deque()
        self._room, self._newest = room, newest
        self._changed = Condition()
        self._ended = self._closed = False
        self.dropped = 0

    def put(self, item: T) -> None:
        """Hand an item over. Raises `Closed` when nobody wants any more."""
        with self._changed:
            while len(self._items) >= self._room and not self._closed:
                if self._newest:
                    self._items.popleft()
                    self.dropped += 1
                else:
                    self._changed.wait()
            if self._closed:
                raise Closed
            self._items.append(item)
            self._changed.notify_all()

    def get(self) -> T:
        """The next item. Raises `Closed` when there will be none."""
        with self._changed:
            while not self._items and not self._ended and not self._closed:
                self._changed.wait(LOOK_UP)
            if self._closed or not self._items:
                raise Closed
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def end(self) -> None:
        """Say that no more will be put in; what is there can still be taken out."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of everything, on both sides."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()
