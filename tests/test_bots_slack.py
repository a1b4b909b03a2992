"""The Slack bot against a server on loopback that speaks Socket Mode and the Web API; the bot is its own process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot_process import BotProcess
from mien.bots import BotError, drawing
from mien.bots.tokens import read_tokens
from mien.doctor import sample_photo

pytest.importorskip("aiohttp", reason="needs aiohttp: pip install 'mien[bots]'")

from slack_server import APP_TOKEN, BOT, BOT_TOKEN, CHANNEL, DIRECT, ELSEWHERE, EVE, Slack


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    server = Slack()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(slack: Slack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    secret = f"{APP_TOKEN}\n{BOT_TOKEN}\n"
    process = BotProcess("slack", "mien", secret, tmp_path_factory.mktemp("slack"), "--api", slack.url)
    process.start()
    yield process
    process.stop(signal.SIGKILL)


@pytest.fixture
def bot(running: BotProcess, slack: Slack) -> BotProcess:
    slack.sent.clear()
    return running


def kinds(sent: list[dict[str, str]]) -> list[str]:
    return [message["kind"] for message in sent]


def test_it_answers_photos_and_slash_commands_and_in_a_channel_only_who_means_it(bot: BotProcess, slack: Slack) -> None:
    slack.message(photo=sample_photo())
    told, sticker, ask = sent = slack.wait_for(3)
    assert kinds(sent) == ["text", "sticker", "text"]
    assert "happiness" in told["text"] and "hair" in sticker["alt"] and "/agree" in ask["text"]

    slack.command("agree")
    assert slack.wait_for(4)[-1]["channel"] == "ephemeral"
    slack.command("expression sad", ELSEWHERE)  # the bot is not there: the answer goes to who asked
    assert slack.wait_for(5)[-1] | {"kind": "sticker", "channel": DIRECT} == slack.sent[-1]
    slack.command("forget", ELSEWHERE)
    slack.wait_for(6)

    slack.message("!help", direct=False)
    slack.message(photo=sample_photo(), direct=False)
    slack.message("!help", user=BOT)
    slack.message("!help", direct=False, mention=True, bot_id="B00000002")
    slack.message("!help", direct=False, mention=True, subtype="message_changed")
    began = {"thread_ts": "1700000000.000100", "parent_user_id": BOT}
    slack.message("!privacy", direct=False, user=EVE, **began)
    slack.message("this?", photo=sample_photo(), direct=False, mention=True, user=EVE)
    answer, *sent = slack.wait_for(9)[6:]
    assert answer["thread"] == "1700000000.000100" and "dropped" in answer["text"]
    assert [(one["kind"], one["channel"], one["thread"]) for one in sent] == [
        ("text", CHANNEL, None),
        ("sticker", CHANNEL, None),
    ]
    for odd in ({}, {"event": 5}, {"event": {"type": "message", "user": 1, "channel": DIRECT, "ts": "1", "files": 7}}):
        slack.envelope("events_api", odd)
        slack.envelope("slash_commands", odd)
    slack.message("!help", user=EVE)
    assert len(slack.wait_for(10)) == 10, "nothing else came, though mentions come as two events"


def test_restarts_neither_lose_nor_double_an_answer_and_the_tokens_are_in_no_log(bot: BotProcess, slack: Slack) -> None:
    slack.message(photo=sample_photo())
    slack.wait_for(3)
    slack.message("!agree")
    slack.wait_for(4)

    slack.message(photo=sample_photo())  # the bot is killed while it works on it
    slack.wait_for(5)
    bot.stop(signal.SIGKILL)
    slack.deaf = True  # and Slack gives up sending what comes in meanwhile
    slack.message("!expression sad")
    slack.deaf = False
    bot.start()
    assert sorted(kinds(slack.wait_for(8)[4:])) == ["sticker", "sticker", "text", "text"]

    connections = slack.connections
    slack.tell({"type": "disconnect", "reason": "warning", "debug_info": {"host": "applink"}})
    slack.tell({"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "applink"}})
    slack.message("!help")
    slack.wait_for(9)
    assert slack.connections == connections + 1

    slack.stop()  # the server is away
    slack.deaf = True
    slack.message("!expression happy")
    slack.deaf = False
    slack.start()
    assert kinds(slack.wait_for(10))[-1] == "sticker"

    slack.errors += [(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}), (503, {}, {})]
    slack.lose = 1  # and what the bot sends then arrives, but nobody tells it
    looked = slack.looked
    slack.message("!privacy")
    slack.wait_for(11)
    slack.wait_until(lambda: slack.lose == 0 and slack.looked >= looked + 3)
    slack.message("!help")
    slack.wait_for(12)
    slack.errors += [(200, {"ok": False, "error": "channel_not_found"}, {})]
    slack.message("!help")
    slack.message("!forget")
    sent = slack.wait_for(13)
    assert sent[-1]["text"] == "Everything about you is deleted." and len(sent) == 13
    assert bot.stop() == 0
    log = bot.log()
    assert "429; trying again in 1.0 s" in log and "missing_scope" in log
    assert BOT_TOKEN not in log and APP_TOKEN not in log


def test_a_wrong_token_ends_the_bot_and_both_are_needed(
    slack: Slack, tmp_path: Path, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "warm_up", lambda: None)
    monkeypatch.setenv("MIEN_SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("MIEN_SLACK_APP_TOKEN", "xapp-1-wrong")
    code, out, err = run("bot", "slack", "--api", slack.url, "--store", tmp_path / "store.db")
    assert (code, out) == (2, "") and "app token" in err and "xapp-1" not in err
    one = tmp_path / "token"
    one.touch(mode=0o600)
    one.write_text(BOT_TOKEN)
    with pytest.raises(BotError, match="begins with xapp-") as refusal:
        read_tokens({"xoxb-": "X", "xapp-": "Y"}, one)
    assert BOT_TOKEN not in str(refusal.value)
