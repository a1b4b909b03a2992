"""The XMPP bot against a real Prosody on loopback, with TLS; the bot is a process of its own."""

from __future__ import annotations

import io
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot_process import BotProcess
from conftest import need_program
from mien.doctor import sample_photo

pytest.importorskip("slixmpp", reason="needs slixmpp: pip install 'mien[bots]'")

from prosody_server import Prosody, XmppPerson, downloaded


@pytest.fixture
def prosody(tmp_path: Path) -> Iterator[Prosody]:
    need_program("openssl", "apt-get install openssl")
    need_program("prosodyctl", "apt-get install prosody")
    server = Prosody(need_program("prosody", "apt-get install prosody"), tmp_path / "prosody")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bot(prosody: Prosody, tmp_path: Path) -> Iterator[BotProcess]:
    reach = ("--connect", f"127.0.0.1:{prosody.port}", "--ca", str(prosody.certificate))
    account = prosody.account("mien", "bots-password")
    process = BotProcess("xmpp", account, "bots-password", tmp_path, account, *reach)
    process.start()
    yield process
    process.stop(signal.SIGKILL)


@pytest.fixture
def ada(prosody: Prosody) -> Iterator[XmppPerson]:
    person = XmppPerson(prosody, prosody.account("ada"))
    yield person
    person.close()


def test_shown_a_photo_it_answers_with_a_sticker(bot: BotProcess, ada: XmppPerson) -> None:
    ada.show(bot.user, sample_photo())
    told, sticker, ask = ada.wait_for(3)
    assert "happiness" in told["body"] and "/agree" in ask["body"]
    with Image.open(io.BytesIO(downloaded(sticker["url"]))) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (512, 512))


def test_a_picture_from_elsewhere_is_not_fetched(bot: BotProcess, ada: XmppPerson, prosody: Prosody) -> None:
    elsewhere = f"http://localhost:{prosody.http}/file_share/x/photo.jpg"
    ada.say(bot.user, elsewhere, elsewhere)
    assert "cannot get this picture" in ada.wait_for(1)[0]["body"]


def test_restarts_neither_lose_nor_double_an_answer(bot: BotProcess, ada: XmppPerson, prosody: Prosody) -> None:
    ada.show(bot.user, sample_photo())
    ada.wait_for(3)
    ada.say(bot.user, "/agree")
    ada.wait_for(4)

    assert bot.stop() == 0  # the bot is away while a message comes in
    ada.say(bot.user, "/expression sad")
    bot.start()
    assert ada.wait_for(5)[-1]["url"].endswith(".webp")

    for _ in range(2):  # killed while it works on photos
        ada.show(bot.user, sample_photo())
    ada.wait_for(6)
    bot.stop(signal.SIGKILL)
    bot.start()
    ada.wait_for(11)

    ada.leave()  # the server is away, and comes back
    prosody.stop()
    prosody.start()
    ada.connect()
    ada.say(bot.user, "/expression happy")
    assert ada.wait_for(12)[-1]["url"].endswith(".webp")
    ada.say(bot.user, "/forget")
    received = ada.wait_for(13)
    assert received[-1]["body"] == "Everything about you is deleted."
    assert len(received) == 13
    assert len({message["id"] for message in received}) == 13


def test_an_answer_that_arrived_but_was_not_noted_is_not_sent_again(
    bot: BotProcess, ada: XmppPerson, tmp_path: Path
) -> None:
    before = tmp_path / "before.db"
    bot.stop()
    shutil.copy(tmp_path / "store.db", before)
    bot.start()
    ada.say(bot.user, "/help")
    ada.wait_for(1)
    bot.stop(signal.SIGKILL)
    shutil.copy(before, tmp_path / "store.db")  # as if it had been killed just before it noted the answer
    bot.start()
    ada.say(bot.user, "/privacy")
    received = ada.wait_for(2)
    assert ["/pack" in message["body"] for message in received] == [True, False]


def test_a_wrong_password_ends_the_bot_and_is_in_no_log(
    bot: BotProcess, prosody: Prosody, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    prosody.stop()
    prosody.start()  # so that something is logged
    bot.stop()
    assert "bots-password" not in bot.log() and "trying again" in bot.log()
    wrong = tmp_path / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("wrong-password")
    reach = ("--connect", f"127.0.0.1:{prosody.port}", "--ca", prosody.certificate)
    code, out, err = run("bot", "xmpp", bot.user, *reach, "--token-file", wrong, "--store", tmp_path / "other.db")
    assert (code, out) == (2, "") and "refuses" in err and "wrong-password" not in err
