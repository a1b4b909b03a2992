"""The Telegram bot against a server on loopback that speaks the Bot API; the bot is a process of its own."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot_process import BotProcess
from mien.bots import drawing
from mien.doctor import sample_photo
from telegram_server import BOT, GROUP, TOKEN, Telegram

pytest.importorskip("aiohttp", reason="needs aiohttp: pip install 'mien[bots]'")


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    server = Telegram()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(telegram: Telegram, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    folder = tmp_path_factory.mktemp("telegram")
    process = BotProcess("telegram", BOT["username"], TOKEN, folder, "--api", telegram.url)
    process.start()
    yield process
    process.stop(signal.SIGKILL)


@pytest.fixture
def bot(running: BotProcess, telegram: Telegram) -> BotProcess:
    telegram.sent.clear()
    return running


def kinds(sent: list[dict[str, str]]) -> list[str]:
    return [message["kind"] for message in sent]


def test_shown_a_photo_it_answers_with_a_sticker(bot: BotProcess, telegram: Telegram) -> None:
    telegram.photo(sample_photo())
    told, _sticker, ask = sent = telegram.wait_for(3)
    assert kinds(sent) == ["text", "sticker", "text"]
    assert "happiness" in told["text"] and "/agree" in ask["text"]
    telegram.message(document={"file_id": "AgACAgIAAxkBAAM", "file_unique_id": "x", "mime_type": "image/jpeg"})
    assert kinds(telegram.wait_for(6))[3:] == ["text", "sticker", "text"]


def test_in_a_group_it_answers_only_when_called(bot: BotProcess, telegram: Telegram) -> None:
    telegram.message(GROUP, text="/help")
    telegram.message(GROUP, text="/help@another_bot")
    telegram.photo(sample_photo(), GROUP)
    telegram.message(GROUP, text="/privacy@mien_test_bot")
    telegram.message(GROUP, text="hello", **{"from": BOT})
    telegram.photo(sample_photo(), GROUP, caption="@mien_test_bot what is this?")
    sent = telegram.wait_for(3)
    assert sorted(kinds(sent)) == ["sticker", "text", "text"]
    assert {message["chat"] for message in sent} == {GROUP["id"]}
    telegram.message(text="/forget")
    assert len(telegram.wait_for(4)) == 4, "nothing else came"


def test_restarts_neither_lose_nor_double_an_answer(bot: BotProcess, telegram: Telegram) -> None:
    telegram.photo(sample_photo())
    telegram.wait_for(3)
    telegram.message(text="/agree")
    telegram.wait_for(4)

    assert bot.stop() == 0  # the bot is away
    telegram.message(text="/expression sad")
    bot.start()
    assert kinds(telegram.wait_for(5))[-1] == "sticker"

    telegram.stop()  # the server is away
    telegram.message(text="/expression happy")
    telegram.start()
    assert kinds(telegram.wait_for(6))[-1] == "sticker"

    overloaded = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
    telegram.errors += [overloaded | {"parameters": {"retry_after": 1}}]
    telegram.errors += [{"ok": False, "error_code": 502, "description": "Bad Gateway"}]
    telegram.message(text="/privacy")
    telegram.wait_for(7)
    telegram.errors += [{"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}]
    telegram.message(text="/help")
    telegram.message(text="/forget")
    sent = telegram.wait_for(8)
    assert sent[-1]["text"] == "Everything about you is deleted."
    assert len(sent) == 8


def test_the_token_is_in_no_log_and_a_wrong_one_ends_the_bot(
    bot: BotProcess,
    telegram: Telegram,
    tmp_path: Path,
    run: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "warm_up", lambda: None)
    telegram.stop()
    telegram.start()
    telegram.message(text="/privacy")
    telegram.wait_for(1)
    bot.stop()
    assert TOKEN not in bot.log()
    wrong = tmp_path / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("123456:wrong")
    arguments = ("--api", telegram.url, "--token-file", wrong, "--store", tmp_path / "other.db")
    code, out, err = run("bot", "telegram", *arguments)
    assert (code, out) == (2, "") and "BotFather" in err and "123456:wrong" not in err
