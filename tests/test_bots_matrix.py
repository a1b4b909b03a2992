"""The Matrix bot against a real Synapse on loopback: the bot is a process of its own, people are plain HTTP."""

from __future__ import annotations

import io
import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest
from PIL import Image

from bot_process import BotProcess
from conftest import encode, make_photo
from mien.bots import drawing
from mien.doctor import sample_photo
from synapse_server import MatrixPerson, Synapse, synapse_python

pytest.importorskip("nio", reason="needs matrix-nio: pip install 'mien[bots]'")

from encrypted_person import EncryptedPerson, talking


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    python = synapse_python()
    if python is None:
        reason = "needs Synapse: pip install matrix-synapse in an environment DIR, MIEN_SYNAPSE_PYTHON=DIR/bin/python"
        pytest.fail(reason) if os.environ.get("MIEN_NEED_ALL") else pytest.skip(reason)
    server = Synapse(python, tmp_path_factory.mktemp("matrix") / "synapse")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def bot(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    me = synapse.person("mien")
    process = BotProcess("matrix", me.user, me.token, tmp_path_factory.mktemp("bot"), "--homeserver", synapse.url)
    process.start()
    yield process
    process.stop(signal.SIGKILL)


@pytest.fixture
def ada(synapse: Synapse, tmp_path: Path) -> MatrixPerson:
    return synapse.person(f"ada-{tmp_path.name.lower()}"[:60])


def bodies(events: list[dict[str, dict[str, str]]]) -> list[str]:
    return [event["content"]["body"] for event in events]


def test_invited_shown_a_photo_it_answers_with_a_sticker(bot: BotProcess, ada: MatrixPerson) -> None:
    room = ada.room(bot.user)
    ada.show(room, sample_photo())
    told, sticker, ask = ada.wait_for(room, bot.user, 3)
    assert told["content"]["msgtype"] == "m.notice" and "happiness" in told["content"]["body"]
    assert sticker["type"] == "m.sticker"
    content = sticker["content"]
    with Image.open(io.BytesIO(ada.media(content["url"]))) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (512, 512))
    assert content["info"]["mimetype"] == "image/webp" and content["info"]["size"] > 1000
    assert "/agree" in ask["content"]["body"]


def test_restarts_neither_lose_nor_double_an_answer_and_the_token_is_in_no_log(
    bot: BotProcess, synapse: Synapse, ada: MatrixPerson
) -> None:
    room = ada.room(bot.user)
    ada.show(room, sample_photo())
    ada.wait_for(room, bot.user, 3)
    ada.say(room, "/agree")
    ada.wait_for(room, bot.user, 4)

    # The bot is away while messages come in, more of them than one sync brings.
    assert bot.stop() == 0
    ada.say(room, "/expression sad")
    for number in range(60):
        ada.say(room, f"message {number}", msgtype="m.notice")
    bot.start()
    assert ada.wait_for(room, bot.user, 5)[-1]["type"] == "m.sticker"

    # The bot is killed while it works on photos.
    for _ in range(2):
        ada.show(room, sample_photo())
    ada.wait_for(room, bot.user, 6)
    bot.stop(signal.SIGKILL)
    bot.start()
    ada.wait_for(room, bot.user, 11)

    # The server is away, and comes back.
    synapse.stop()
    synapse.start()
    ada.say(room, "/expression happy")
    assert ada.wait_for(room, bot.user, 12)[-1]["type"] == "m.sticker"
    ada.say(room, "/forget")
    found = ada.wait_for(room, bot.user, 13)
    assert len(found) == 13 and bodies(found)[-1] == "Everything about you is deleted."
    kinds = [event["type"] for event in found]
    assert kinds.count("m.sticker") == 5, kinds
    assert len({event["event_id"] for event in found}) == len(found)
    assert "does not answer" in bot.log() and (bot.folder / "token").read_text() not in bot.log()


def test_in_a_group_it_answers_only_when_called(bot: BotProcess, ada: MatrixPerson, synapse: Synapse) -> None:
    bob = synapse.person(ada.user[1:].partition(":")[0].replace("ada", "bob"))
    room = ada.room(bot.user, bob.user)
    bob.join(room)
    ada.wait_for(room, ada.user, 0)
    ada.show(room, encode(make_photo(), "JPEG"))
    ada.say(room, "/help")
    bob.say(room, f"{bot.user}: /privacy")
    (only,) = bob.wait_for(room, bot.user, 1)
    assert "dropped" in only["content"]["body"]
    assert only["content"]["m.mentions"] == {"user_ids": [bob.user]}
    ada.show(room, sample_photo(), **{"m.mentions": {"user_ids": [bot.user]}})
    assert ada.wait_for(room, bot.user, 3)[-1]["type"] == "m.sticker"
    assert len(ada.seen(room)) == 7


def test_events_of_odd_shapes_do_not_stop_it(bot: BotProcess, ada: MatrixPerson) -> None:
    room, taken = ada.room(bot.user), 0
    for odd in (
        {"msgtype": "m.image", "body": "x", "url": "mxc://localhost/nothing", "info": "large"},
        {"msgtype": "m.image", "body": "x", "url": 7},
        {"msgtype": "m.text", "body": {"a": 1}, "m.relates_to": []},
        {"msgtype": "m.text", "body": "x", "m.relates_to": "reply", "m.mentions": 5},
        {"msgtype": ["m.text"]},
        {},
    ):
        with suppress(HTTPError):  # Synapse refuses some of them; other servers may not
            ada.send(room, odd)
            taken += 1
    assert taken >= 2
    ada.send(room, {"msgtype": "m.image", "body": "x", "url": "mxc://localhost/../../login"})
    ada.say(room, "/help")
    texts = bodies(ada.wait_for(room, bot.user, 2))
    assert "cannot get this picture" in texts[-2] and "/pack" in texts[-1]


def test_an_encrypted_room_is_answered_in_kind_also_after_a_restart(
    bot: BotProcess, synapse: Synapse, ada: MatrixPerson, tmp_path: Path
) -> None:
    (tmp_path / "ada").mkdir()

    async def talk(person: EncryptedPerson) -> None:
        room = await person.room(bot.user)
        await person.show(room, sample_photo())
        (_, told), (kind, sticker), (_, ask) = await person.wait_for(3)
        assert "happiness" in told["body"] and "/agree" in ask["body"]
        assert (kind, sticker["msgtype"]) == ("m.room.message", "m.image") and "url" not in sticker
        with Image.open(io.BytesIO(await person.opened(sticker["file"]))) as drawn:
            assert (drawn.format, drawn.size) == ("WEBP", (512, 512))
        await person.say(room, {"msgtype": "m.text", "body": "/agree"})
        await person.wait_for(4)

        bot.stop(signal.SIGKILL)
        await person.say(room, {"msgtype": "m.text", "body": "/expression sad"})
        bot.start()
        assert (await person.wait_for(5))[-1][1]["msgtype"] == "m.image"
        await person.say(room, {"msgtype": "m.text", "body": "/forget"})
        assert "deleted" in (await person.wait_for(6))[-1][1]["body"]
        assert person.unreadable == 0 and len(person.seen) == 6
        assert all(event["type"] == "m.room.encrypted" for event in ada.everything(room)), "nothing in the clear"

    talking(lambda: EncryptedPerson(ada, ada.device, tmp_path / "ada"), talk)
    assert stat.S_IMODE((bot.folder / "store-keys").stat().st_mode) == 0o700


def test_without_the_library_it_says_once_that_it_cannot_read_an_encrypted_room(
    synapse: Synapse, ada: MatrixPerson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['vodozemac'] = None")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    me = synapse.person(f"mien-{tmp_path.name.lower()}"[:60])
    bot = BotProcess("matrix", me.user, me.token, tmp_path, "--homeserver", synapse.url)
    bot.start()
    (tmp_path / "ada").mkdir()

    async def talk(person: EncryptedPerson) -> None:
        room = await person.room(bot.user)
        for _ in range(3):
            await person.say(room, {"msgtype": "m.text", "body": "/help"})
        (_, told), *more = await person.wait_for(1)
        assert "encrypted" in told["body"] and "\n" not in told["body"] and not more
        ada.say(room, "/privacy")  # in the clear
        assert len(await person.wait_for(2)) == 2 and "dropped" in person.seen[-1][1]["body"]

    try:
        talking(lambda: EncryptedPerson(ada, ada.device, tmp_path / "ada"), talk)
    finally:
        bot.stop(signal.SIGKILL)


def test_a_wrong_token_ends_the_bot(
    synapse: Synapse, tmp_path: Path, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "warm_up", lambda: None)
    monkeypatch.setenv("MIEN_MATRIX_TOKEN", "syt_wrong")
    code, out, err = run("bot", "matrix", "--homeserver", synapse.url, "--store", tmp_path / "store.db")
    assert (code, out) == (2, "") and "token" in err and "syt_wrong" not in err
