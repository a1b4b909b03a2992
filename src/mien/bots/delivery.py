"""Every message answered once: not lost and not doubled when the bot or the server is restarted in between.

A server delivers a message again until the bot has noted that it stands behind it. So a message may come twice, and the
store tells which parts of its answer went out. Each part has a key of its own, the same at every try: a server that
knows it (Matrix: transaction id; XMPP: message id, looked for in the archive) sends it on only once, even where the bot
was stopped between sending a part and noting that.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable
from contextlib import aclosing
from typing import Any, TypeAlias, TypeVar

from mien.bots import wording
from mien.bots.conversation import Conversation
from mien.bots.errors import Refused, Unreachable
from mien.bots.messages import Incoming, Part, Text
from mien.bots.store import Store

Result = TypeVar("Result")
log = logging.getLogger("mien.bots")

#: Sends a part; given what it answers and its key. Raises `Unreachable` or `Refused`.
Send: TypeAlias = Callable[[Incoming, Part, str], Awaitable[None]]

#: Seconds before the second try, and the longest wait; doubled each time, with up to as much again by chance.
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
#: Seconds that a part on its way may take when the bot is told to stop.
GRACE = 5.0


def wait_before(attempt: int, asked: float | None = None, first: float = FIRST_WAIT) -> float:
    """Seconds to wait after so many failed attempts; at least what the server asks for."""
    wait = min(first * 2.0 ** min(attempt - 1, 16), LONGEST_WAIT) * (0.5 + random.random() / 2)
    return max(wait, asked or 0.0)


def key_of(message: str, part: int) -> str:
    """The key of a part of an answer, 32 letters and digits."""
    return hashlib.sha256(f"{message}\0{part}".encode()).hexdigest()[:32]


async def until_reachable(step: Callable[[], Awaitable[Result]], first: float = FIRST_WAIT) -> Result:
    """What a step gives, once it no longer raises `Unreachable`."""
    attempt = 0
    while True:
        try:
            return await step()
        except Unreachable as error:
            attempt += 1
            wait = wait_before(attempt, error.wait, first)
            log.warning("%s; trying again in %.1f s", error, wait)
            await asyncio.sleep(wait)


class Delivery:
    """Answers messages, those of one user one after the other. Tries again for as long as it takes."""

    def __init__(self, conversation: Conversation, store: Store, send: Send, *, first_wait: float = FIRST_WAIT) -> None:
        self._conversation, self._store, self._send, self._first_wait = conversation, store, send, first_wait
        self._users: dict[str, tuple[asyncio.Lock, int]] = {}  # user -> (their turn, how many wait for it)

    async def take(self, message: Incoming) -> None:
        """Answer a message, unless that is done."""
        if not (message.private or message.addressed):
            return
        turn, waiting = self._users.get(message.user, (asyncio.Lock(), 0))
        self._users[message.user] = turn, waiting + 1
        try:
            async with turn:
                await self._answer(message)
        finally:
            turn, waiting = self._users[message.user]
            self._users[message.user] = turn, waiting - 1
            if waiting == 1:
                del self._users[message.user]

    async def tell(self, message: Incoming, body: str) -> None:
        """Say something about a message that is not for the conversation, once."""
        if self._store.progress(message.id) is not None:
            await _finished(self._part(message, Text(body), 0))
            self._store.done(message.id)

    async def _answer(self, message: Incoming) -> None:
        if self._store.progress(message.id) is not None:
            await until_reachable(lambda: self._send_rest(message), self._first_wait)
            self._store.done(message.id)

    async def _send_rest(self, message: Incoming) -> None:
        """Send what was not sent yet, each part as soon as it is made."""
        already, number = self._store.progress(message.id) or 0, 0
        async with aclosing(self._compose(message)) as parts:
            async for part in parts:
                if number >= already and not await _finished(self._part(message, part, number)):
                    return
                number += 1

    async def _compose(self, message: Incoming) -> AsyncGenerator[Part, None]:
        try:
            async with aclosing(self._conversation.parts(message)) as parts:
                async for part in parts:
                    yield part
        except Unreachable:
            raise
        except Exception as error:  # a fault of ours must not stop the bot, and its text may hold what people sent
            log.error("no answer for a message: %s in %s", type(error).__name__, _where(error))
            yield Text(wording.BROKEN)

    async def _part(self, message: Incoming, part: Part, number: int) -> bool:
        """Send a part and note that; False where the server refuses it."""
        key = key_of(message.id, number)
        try:
            await until_reachable(lambda: self._send(message, part, key), self._first_wait)
        except Refused as error:
            log.warning("the server refused an answer: %s", error)
            return False
        self._store.sent(message.id, number + 1)
        return True


async def _finished(work: Coroutine[Any, Any, Result]) -> Result:
    """What is on its way is still noted when the bot is told to stop, if that takes no longer than `GRACE`."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE)
        task.cancel()
        raise


def _where(error: Exception) -> str:
    """File and line, without any value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else "?"


class Line:
    """Messages in work, in the order of the stream: its place is noted once all before it are answered."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._waiting: deque[tuple[str, set[asyncio.Task[None]]]] = deque()

    def add(self, place: str, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Start the work that leads up to a place in the stream."""
        tasks = {asyncio.create_task(one) for one in work}
        self._waiting.append((place, tasks))
        for task in tasks:
            task.add_done_callback(self._ended)
        self._advance()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("a message was left: %s", type(error).__name__)
        self._advance()

    def _advance(self) -> None:
        while self._waiting and all(_succeeded(task) for task in self._waiting[0][1]):
            place, _ = self._waiting.popleft()
            self._note(place)

    async def stop(self) -> None:
        """Leave what is not done; it comes again after the next start."""
        tasks = [task for _, tasks in self._waiting for task in tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _succeeded(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
