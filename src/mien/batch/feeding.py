"""`Feeder`: from inputs to tasks for the workers. What is done is passed over; what is known by content is a copy."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mien.batch.fetching import Content, SpoolError, fetch
from mien.batch.index import Index
from mien.batch.items import Item, Packed
from mien.batch.sources import members
from mien.batch.tasks import Outcome, Task, plainly
from mien.errors import MienError

#: Inputs read side by side: disks and networks answer late, and processors need not wait for them.
READERS = 8
#: Inputs, and bytes of them, that are read ahead.
AHEAD, AHEAD_BYTES = 64, 32 << 20
#: Inputs, and bytes, that a worker gets at once.
CHUNK, CHUNK_BYTES = 16, 4 << 20


@dataclass(frozen=True, slots=True)
class Copy:
    """An input whose content an earlier one has."""

    source: str
    stamp: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Passed:
    """Inputs that were done already, by an earlier run or because the sources name them twice."""

    count: int


#: What a feeder yields and an engine hands on: tasks to do, and things that need no worker.
Fed = list[Task] | Copy | Passed | Outcome


class Feeder:
    """Yields chunks of tasks, and notes. It remembers which contents workers have in hand, until told that they are
    `done`."""

    def __init__(self, items: Iterable[Item], index: Index, stop: threading.Event, spool: Path | None) -> None:
        self._items, self._index, self._stop, self._spool = items, index, stop, spool
        self._in_hand: set[str] = set()
        self._passed = 0

    def in_hand(self, sha256: str) -> bool:
        return sha256 in self._in_hand

    def done(self, sha256: str) -> None:
        """Call when the index knows it, or when it turned out to be bad."""
        self._in_hand.discard(sha256)

    def unread(self) -> Iterator[Fed]:
        """For engines whose workers read by themselves: a task a chunk, which may be a whole archive."""
        for item in self._new(self._items):
            if item.place is None:
                yield Outcome(item.source, item.stamp, bad=item.problem, container=item.container)
            else:
                yield [Task(item.source, item.stamp, place=item.place)]
            yield from self._notes()
        yield from self._notes()

    def __iter__(self) -> Iterator[Fed]:
        """Read by threads of this process, in order."""
        chunk: list[Task] = []
        size = 0
        for item, content in self._read():
            yield from self._notes()
            if isinstance(content, Outcome):
                yield content
                continue
            if self._index.source_of(content.sha256) is not None or content.sha256 in self._in_hand:
                content.drop()
                yield Copy(item.source, item.stamp, content.sha256)
                continue
            self._in_hand.add(content.sha256)
            chunk.append(Task(item.source, item.stamp, content))
            size += len(content.data)
            if len(chunk) >= CHUNK or size >= CHUNK_BYTES or content.clip:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk
        yield from self._notes()

    def _new(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            if self._stop.is_set():
                return
            if item.container:
                if self._index.reason_of(item.source) is not None:
                    yield item
            elif self._index.has(item.source, item.stamp):
                self._passed += 1
            else:
                yield item

    def _unpacked(self) -> Iterator[Item]:
        for item in self._new(self._items):
            if isinstance(item.place, Packed):
                yield from self._new(members(item))
            else:
                yield item

    def _notes(self) -> Iterator[Fed]:
        if self._passed:
            yield Passed(self._passed)
            self._passed = 0

    def _read(self) -> Iterator[tuple[Item, Content | Outcome]]:
        """Items with their contents, in order, a few ahead."""
        ahead: deque[tuple[Item, Future[Content | Outcome]]] = deque()
        size = 0
        with ThreadPoolExecutor(READERS, thread_name_prefix="mien read") as pool:
            try:
                for item in self._unpacked():
                    ahead.append((item, pool.submit(self._fetch, item)))
                    size += item.size
                    while len(ahead) > AHEAD or (size > AHEAD_BYTES and ahead):
                        first, future = ahead.popleft()
                        size -= first.size
                        yield first, future.result()
                while ahead and not self._stop.is_set():
                    first, future = ahead.popleft()
                    yield first, future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, item: Item) -> Content | Outcome:
        if item.place is None or isinstance(item.place, Packed):
            return Outcome(item.source, item.stamp, bad=item.problem, container=item.container)
        try:
            return fetch(item.source, item.place, self._spool)
        except SpoolError as error:
            return Outcome(item.source, item.stamp, fatal=f"the copy of a clip cannot be written ({error.strerror})")
        except MienError as error:
            return Outcome(item.source, item.stamp, bad=plainly(error, item.source))
        except Exception as error:  # whatever it is, it is this input's fault
            return Outcome(item.source, item.stamp, bad=f"cannot be read ({type(error).__name__}: {error})")
