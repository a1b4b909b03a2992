"""Each message is answered once, whatever is restarted in between; tokens stay secret; one bot a store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from mien.bots import Conversation, Incoming, Part, Picture, Store, Text
from mien.bots.delivery import Delivery, Line, key_of, wait_before
from mien.bots.errors import Refused, Unreachable

TOKEN = "syt_bWllbg_SecretSecret"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.db") as opened:
        yield opened


class Server:
    """What reached the server, by key; can be made to fail."""

    def __init__(self, *failures: Exception | None) -> None:
        self.arrived: list[str] = []
        self.failures = list(failures)

    async def send(self, message: Incoming, part: Part, key: str) -> None:
        if self.failures and (failure := self.failures.pop(0)):
            raise failure
        self.arrived.append(key)


class Talkative(Conversation):
    """Three messages an answer, without faces or drawings."""

    async def parts(self, message: Incoming) -> AsyncGenerator[Part, None]:
        for body in ("one", "two", "three"):
            yield Text(body)


def asked(id: str = "1", user: str = "ada", **how: Any) -> Incoming:
    return Incoming(id, user, "room", "/help", **how)


def deliver(store: Store, server: Server, *messages: Incoming) -> None:
    async def all_of_them() -> None:
        delivery = Delivery(Talkative(store), store, server.send, first_wait=0.001)
        await asyncio.gather(*(delivery.take(message) for message in messages))

    asyncio.run(all_of_them())


KEYS = [key_of("1", part) for part in range(3)]


def test_a_message_that_comes_twice_is_answered_once(store: Store) -> None:
    server = Server()
    deliver(store, server, asked(), asked())
    deliver(store, server, asked())
    assert server.arrived == KEYS


def test_an_answer_cut_short_goes_on_where_it_stopped(store: Store) -> None:
    """The bot is killed after the first part, before the second reached the server."""
    server = Server(None, asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        deliver(store, server, asked())
    assert server.arrived == KEYS[:1]
    deliver(store, server, asked())
    assert server.arrived == KEYS


def test_a_part_sent_but_not_noted_keeps_its_key(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot is killed between sending and noting: the server sees the same key again, and can drop it."""
    server = Server()
    with monkeypatch.context() as killed:
        killed.setattr(Store, "sent", lambda *_: (_ for _ in ()).throw(asyncio.CancelledError()))
        with pytest.raises(asyncio.CancelledError):
            deliver(store, server, asked())
    deliver(store, server, asked())
    assert server.arrived == [KEYS[0], *KEYS]


def test_what_is_on_its_way_is_noted_when_the_bot_is_told_to_stop(store: Store) -> None:
    arrived: list[str] = []

    async def slowly(message: Incoming, part: Part, key: str) -> None:
        arrived.append(key)
        await asyncio.sleep(0.05)  # the server has it; its answer is still to come

    async def stopped() -> None:
        task = asyncio.create_task(Delivery(Talkative(store), store, slowly).take(asked()))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(stopped())
    assert arrived == KEYS[:1] and store.progress("1") == 1
    server = Server()
    deliver(store, server, asked())
    assert server.arrived == KEYS[1:]


def test_an_unreachable_server_is_tried_again(store: Store) -> None:
    server = Server(Unreachable("down"), Unreachable("down"), None, Unreachable("down", 0.002))
    deliver(store, server, asked())
    assert server.arrived == KEYS


def test_a_refused_answer_is_left(store: Store) -> None:
    server = Server(None, Refused("banned from this room"))
    deliver(store, server, asked())
    deliver(store, server, asked())
    assert server.arrived == KEYS[:1]


def test_a_picture_that_cannot_be_fetched_now_is_fetched_later(store: Store) -> None:
    tries = []

    async def fetch(most: int) -> bytes:
        tries.append(most)
        if len(tries) < 3:
            raise Unreachable("down")
        return b"no picture"

    async def one() -> None:
        conversation = Conversation(store)
        await Delivery(conversation, store, server.send, first_wait=0.001).take(
            Incoming("1", "ada", "room", picture=Picture(fetch))
        )

    server = Server()
    asyncio.run(one())
    assert len(tries) == 3 and len(server.arrived) == 1


def test_a_fault_of_ours_is_answered_and_tells_no_secret(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Conversation):
        async def parts(self, message: Incoming) -> AsyncGenerator[Part, None]:
            raise ValueError(f"{message.text} {TOKEN}")
            yield

    async def one() -> None:
        await Delivery(Broken(store), store, server.send).take(asked())

    server = Server()
    with caplog.at_level(logging.DEBUG, "mien.bots"):
        asyncio.run(one())
    assert len(server.arrived) == 1
    assert "ValueError" in caplog.text and TOKEN not in caplog.text and "/help" not in caplog.text


def test_one_users_messages_are_answered_in_turn(store: Store) -> None:
    busy: dict[str, int] = {}
    most: list[int] = []

    async def send(message: Incoming, part: Part, key: str) -> None:
        busy[message.user] = busy.get(message.user, 0) + 1
        most.append(busy[message.user])
        await asyncio.sleep(0.001)
        busy[message.user] -= 1

    async def several() -> None:
        delivery = Delivery(Talkative(store), store, send)
        await asyncio.gather(*(delivery.take(asked(str(i), user)) for i in range(3) for user in ("ada", "bob")))
        assert not delivery._users, "nobody is remembered"

    asyncio.run(several())
    assert len(most) == 18 and max(most) == 1


def test_nobody_is_noted_who_did_not_mean_the_bot(store: Store) -> None:
    server = Server()
    deliver(store, server, asked(private=False, addressed=False))
    assert server.arrived == [] and store.progress("1") == 0


def test_waits_grow_and_heed_the_server() -> None:
    assert 0.25 <= wait_before(1) <= 0.5
    assert 30 <= wait_before(50) <= 60
    assert wait_before(1, asked=300) == 300


def test_the_stream_stands_where_all_before_is_answered() -> None:
    noted: list[str] = []

    async def stream() -> None:
        slow, failing = asyncio.Event(), asyncio.Event()

        async def fail() -> None:
            await failing.wait()
            raise RuntimeError

        line = Line(noted.append)
        line.add("a", [])
        line.add("b", [wait(slow)])
        line.add("c", [])
        await asyncio.sleep(0.01)
        assert noted == ["a"]
        slow.set()
        await asyncio.sleep(0.01)
        assert noted == ["a", "b", "c"]
        line.add("d", [fail()])
        failing.set()
        line.add("e", [])
        await asyncio.sleep(0.01)
        assert noted == ["a", "b", "c"], "what failed comes again"
        await line.stop()

    def wait(event: asyncio.Event) -> Coroutine[Any, Any, None]:
        async def until() -> None:
            await event.wait()

        return until()

    asyncio.run(stream())
