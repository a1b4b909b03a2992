"""The Discord bot against a server on loopback that speaks the Gateway and the REST API; the bot is its own process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot_process import BotProcess
from mien.bots import drawing
from mien.doctor import sample_photo

pytest.importorskip("aiohttp", reason="needs aiohttp: pip install 'mien[bots]'")

from discord_server import Discord
from discord_shapes import CHANNEL, DIRECT, EVE, ME, TOKEN, person


@pytest.fixture(scope="module")
def discord() -> Iterator[Discord]:
    server = Discord()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(discord: Discord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    process = BotProcess("discord", "mien", TOKEN, tmp_path_factory.mktemp("discord"), "--api", discord.url)
    process.start()
    yield process
    process.stop(signal.SIGKILL)


@pytest.fixture
def bot(running: BotProcess, discord: Discord) -> BotProcess:
    discord.sent.clear()
    return running


def kinds(sent: list[dict[str, str]]) -> list[str]:
    return [message["kind"] for message in sent]


def test_it_answers_photos_and_slash_commands_and_in_a_server_only_who_means_it(
    bot: BotProcess, discord: Discord
) -> None:
    discord.message(photo=sample_photo())
    told, sticker, ask = sent = discord.wait_for(3)
    assert kinds(sent) == ["text", "sticker", "text"]
    assert "happiness" in told["content"] and "/agree" in ask["content"]
    assert "hair" in sticker["attachments"][0]["description"]
    assert told["allowed_mentions"] == {"parse": []}

    assert {command["name"] for command in discord.commands} >= {"help", "pack", "expression", "set", "forget"}
    discord.command("agree")
    assert "keep" in discord.wait_for(4)[-1]["content"]
    token = discord.command("expression", direct=False, expression="sad")
    answer = discord.wait_for(5)[-1]
    assert (answer["kind"], answer["channel"], answer["quiet"]) == ("sticker", token, False)
    discord.command("forget", direct=False)
    assert discord.wait_for(6)[-1]["quiet"]

    discord.message("/help", direct=False)
    discord.message(photo=sample_photo(), direct=False)
    discord.message("/help", author=ME)
    discord.message("/help", direct=False, mention=True, webhook_id="1")
    discord.message("what is this?", photo=sample_photo(), direct=False, mention=True, author=person(EVE))
    sent = discord.wait_for(8)[6:]
    assert kinds(sent) == ["text", "sticker"]
    asked = discord.history[CHANNEL][-3]["id"]
    assert {(one["channel"], one["message_reference"]["message_id"]) for one in sent} == {(CHANNEL, asked)}
    for odd in (
        {},
        {"id": "x"},
        {"id": "1", "channel_id": DIRECT, "type": 0, "content": 5, "author": {}, "mentions": 7},
    ):
        discord.event("MESSAGE_CREATE", odd)
        discord.event("INTERACTION_CREATE", odd | {"type": 2})
    discord.message("/privacy", author=person(EVE))
    assert len(discord.wait_for(9)) == 9, "nothing else came"


def test_restarts_neither_lose_nor_double_an_answer_and_the_token_is_in_no_log(
    bot: BotProcess, discord: Discord
) -> None:
    discord.message(photo=sample_photo())
    discord.wait_for(3)
    discord.command("agree")
    discord.wait_for(4)

    discord.message(photo=sample_photo())  # the bot is killed while it works on it
    discord.wait_for(5)
    bot.stop(signal.SIGKILL)
    discord.message("/expression sad")
    sessions = discord.identified
    bot.start()
    sent = discord.wait_for(8)
    assert sorted(kinds(sent[4:])) == ["sticker", "sticker", "text", "text"]
    assert (discord.identified, discord.resumed) == (sessions, 1)

    discord.tell(op=7)  # Discord asks it to come again, then asks for a heartbeat
    discord.message("/help")
    discord.wait_for(9)
    discord.tell(op=1)

    discord.stop()  # the server is away, forgets the session, and hears of messages meanwhile
    discord.session = None
    discord.history[DIRECT].append(
        discord.history[DIRECT][0] | {"id": discord.snowflake(), "content": "/expression happy", "attachments": []}
    )
    discord.history[CHANNEL].append(discord.history[DIRECT][-1] | {
        "id": discord.snowflake(), "channel_id": CHANNEL, "content": "/privacy", "mentions": [ME],
    })  # fmt: skip
    discord.start()
    sent = discord.wait_for(11)
    assert sorted(kinds(sent[9:])) == ["sticker", "text"]
    assert discord.identified == sessions + 1

    wait = {"message": "You are being rate limited.", "retry_after": 0.6, "global": False}
    discord.refusals += [(429, wait, {"Retry-After": "1", "X-RateLimit-Scope": "user"}), (502, {}, {})]
    discord.lose = 1  # and what it sends then arrives, but nobody tells it
    discord.message("/privacy")
    discord.wait_until(lambda: discord.repeated == 1)
    discord.refusals += [(403, {"message": "Cannot send messages to this user", "code": 50007}, {})]
    discord.message("/help")
    discord.message("/forget")
    sent = discord.wait_for(13)
    assert sent[-1]["content"] == "Everything about you is deleted."
    assert len(sent) == 13 and discord.beats > 2
    assert bot.stop() == 0 and discord.session, "to be taken up again"
    assert "429; trying again in 0.6 s" in bot.log() and "not connected" in bot.log() and TOKEN not in bot.log()


def test_a_wrong_token_ends_the_bot(
    discord: Discord, tmp_path: Path, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "warm_up", lambda: None)
    monkeypatch.setenv("MIEN_DISCORD_TOKEN", "wrong.token.here")
    code, out, err = run("bot", "discord", "--api", discord.url, "--store", tmp_path / "store.db")
    assert (code, out) == (2, "") and "developer portal" in err and "wrong.token" not in err
