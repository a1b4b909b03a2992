"""Each message is answered once, whatever is restarted in between; tokens stay secret; one bot a store."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import stat
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from mien.bots import BotError, Conversation, Incoming, Part, Picture, Store, Text
from mien.bots.addresses import checked_url
from mien.bots.delivery import Delivery, Line, key_of, wait_before
from mien.bots.errors import Refused, Unreachable
from mien.bots.running import Redacted
from mien.bots.tokens import read_token

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

    async def answer(self, message: Incoming) -> list[Part]:
        return [Text("one"), Text("two"), Text("three")]


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
        async def answer(self, message: Incoming) -> list[Part]:
            raise ValueError(f"{message.text} {TOKEN}")

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


# The store


def test_the_store_is_readable_by_its_owner_alone(store: Store, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600


def test_two_bots_cannot_share_a_store(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BotError, match="another bot is using it"):
        Store(tmp_path / "store.db")


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("my notes, which are long enough to be no SQLite file" * 20)
    with pytest.raises(BotError, match="not a bot's store"):
        Store(tmp_path / "notes.txt")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(BotError, match="not a bot's store"):
        Store(tmp_path / "other.db")


def test_answers_are_forgotten_after_a_month(tmp_path: Path) -> None:
    for day, progress in ((0, None), (29, None), (61, 0)):
        with Store(tmp_path / "store.db", lambda day=day: day * 86400.0) as store:
            if not day:
                store.done("1")
            assert store.progress("1") == progress


# Tokens


def test_a_token_comes_from_the_environment_or_a_private_file(tmp_path: Path) -> None:
    assert read_token("MIEN_MATRIX_TOKEN", None, {"MIEN_MATRIX_TOKEN": f" {TOKEN}\n"}) == TOKEN
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    assert read_token("MIEN_MATRIX_TOKEN", path, {}) == TOKEN


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX's")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_token_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    path.write_text(TOKEN)
    path.chmod(mode)
    with pytest.raises(BotError, match="chmod 600") as refusal:
        read_token("MIEN_MATRIX_TOKEN", path, {})
    assert TOKEN not in str(refusal.value) and "\n" not in str(refusal.value)


def test_no_token_is_one_line(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_MATRIX_TOKEN", raising=False)
    code, out, err = run("bot", "matrix", "--homeserver", "https://example.org", "--store", tmp_path / "store.db")
    assert (code, out) == (2, "") and err.count("\n") == 1 and "MIEN_MATRIX_TOKEN" in err
    (tmp_path / "empty").touch(mode=0o600)
    with pytest.raises(BotError, match="no token in it"):
        read_token("X", tmp_path / "empty")
    with pytest.raises(BotError, match="cannot be read"):
        read_token("X", tmp_path / "nowhere")


def test_a_token_is_not_sent_unencrypted_to_another_machine() -> None:
    assert checked_url("--homeserver", "http://127.0.0.1:8008/") == "http://127.0.0.1:8008"
    assert checked_url("--homeserver", "https://example.org") == "https://example.org"
    for bad in ("http://example.org", "example.org", "https://user:pass@example.org", "ftp://example.org", "https://"):
        with pytest.raises(BotError):
            checked_url("--homeserver", bad)


def test_secrets_are_blotted_out_of_log_lines() -> None:
    record = logging.LogRecord("nio", logging.ERROR, "", 1, "GET /bot%s/x", (TOKEN,), None)
    try:
        raise ValueError(TOKEN)
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    line = Redacted([TOKEN]).format(record)
    assert TOKEN not in line and "/bot***/x" in line
