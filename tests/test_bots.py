"""The bot without any messenger: what it answers, what it keeps, and that it answers each message once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot_talk import Clock, message, picture, run, small_person, talk, words
from conftest import encode, make_photo
from mien.avatar.spec import AvatarSpec
from mien.bots import Conversation, Document, Incoming, Limits, Part, Sticker, Store, Text, drawing
from mien.doctor import sample_photo
from mien.errors import SpecError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "bots" / "store.db") as opened:
        yield opened


# A photo


def test_a_photo_is_answered_with_the_emoji_and_a_sticker(store: Store) -> None:
    (parts,) = talk(store, message(photo=sample_photo()))
    told, sticker, ask = parts
    assert isinstance(told, Text) and told.body.endswith("happiness")
    assert isinstance(sticker, Sticker) and told.body.startswith(sticker.emoji)
    with Image.open(io.BytesIO(sticker.data)) as drawn:
        assert (drawn.format, drawn.size, drawn.mode) == ("WEBP", (512, 512), "RGBA")
        assert drawn.getpixel((2, 2))[3] == 0
    assert "hair" in sticker.alt
    assert isinstance(ask, Text) and "/agree" in ask.body


def test_a_picture_without_a_face_is_told_so(store: Store) -> None:
    (parts,) = talk(store, message(photo=encode(make_photo(), "PNG")))
    assert "no face" in words(parts)


def test_what_is_no_picture_is_told_in_one_line(store: Store) -> None:
    (parts,) = talk(store, message(photo=b"%PDF-1.7 not a photo"))
    assert "not a picture" in words(parts)
    assert "\n" not in words(parts)


def test_several_faces_get_their_emoji_and_no_question(store: Store) -> None:
    with Image.open(io.BytesIO(sample_photo())) as face:
        pair = Image.new("RGB", (face.width * 2, face.height))
        pair.paste(face, (0, 0))
        pair.paste(face.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (face.width, 0))
    first, second = talk(store, message(photo=encode(pair, "JPEG")), message("/agree"))
    assert len(words(first).splitlines()[0].split()) == 2
    assert any(isinstance(part, Sticker) for part in first)
    assert "/agree" not in words(first)
    assert "photo of you" in words(second), "whose emoji it would be is not known"


@pytest.mark.parametrize("told", [None, 3_000])
def test_a_picture_over_the_limit_is_refused(store: Store, told: int | None) -> None:
    big = Incoming("1", "ada", "room", picture=picture(b"x" * 3_000, told))
    (parts,) = talk(store, big, limits=Limits(bytes=2_000))
    assert "too large" in words(parts)


def test_too_many_pixels_are_refused(store: Store) -> None:
    (parts,) = talk(store, message(photo=sample_photo()), limits=Limits(pixels=10_000))
    assert "megapixels" in words(parts)


# Consent


def test_nothing_is_kept_before_the_user_agrees(store: Store, tmp_path: Path) -> None:
    talk(store, message(photo=sample_photo(), user="ada-lovelace"), message("/expression sad", user="ada-lovelace"))
    assert store.spec("ada-lovelace") is None
    assert b"lovelace" not in (tmp_path / "bots" / "store.db").read_bytes()


def test_an_agreed_emoji_outlives_the_bot(store: Store) -> None:
    talk(store, message(photo=sample_photo()), message("/agree"))
    (parts,) = talk(store, message("/expression sad"))
    assert isinstance(parts[0], Sticker)


def test_an_emoji_not_agreed_to_is_forgotten_in_time(store: Store) -> None:
    clock = Clock()

    async def talk_with_a_pause() -> list[Part]:
        conversation = Conversation(store, Limits(minutes=30), clock=clock)
        await conversation.answer(message(photo=sample_photo()))
        clock.now += 29 * 60
        assert isinstance((await conversation.answer(message("/expression sad")))[0], Sticker)
        clock.now += 2 * 60
        return await conversation.answer(message("/agree"))

    assert "send me a photo" in words(run(talk_with_a_pause()))


def test_a_photo_in_a_group_never_becomes_the_senders_emoji(store: Store) -> None:
    first, second = talk(store, message(photo=sample_photo(), private=False), message("/agree"))
    assert any(isinstance(part, Sticker) for part in first)
    assert "/agree" not in words(first)
    assert "send me a photo" in words(second)


def test_forget_deletes_everything_down_to_the_files_bytes(store: Store, tmp_path: Path) -> None:
    name = "ada-lovelace"
    talk(store, message(photo=sample_photo(), user=name), message("/agree", user=name))
    store.done("message of ada-lovelace")
    path = tmp_path / "bots" / "store.db"
    assert name.encode() in path.read_bytes()
    first, second = talk(store, message("/forget", user=name), message("/expression", user=name))
    assert "deleted" in words(first)
    assert "photo" in words(second)
    files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert name.encode() not in files and b"hair" not in files


def test_forget_forgets_what_was_not_agreed_to_yet(store: Store) -> None:
    _, forgotten, agreed = talk(store, message(photo=sample_photo()), message("/forget"), message("/agree"))
    assert "deleted" in words(forgotten)
    assert "send me a photo" in words(agreed)


# Commands


def test_help_names_every_command_and_privacy_the_time(store: Store) -> None:
    text, privacy = (words(parts) for parts in talk(store, message("/help"), message("!privacy")))
    for command in ("/expression", "/set", "/pack", "/agree", "/forget", "/privacy"):
        assert command in text
    assert "30 minutes" in privacy and "/forget" in privacy


@pytest.mark.parametrize("text", ["hello", "", "/nonsense", "/"])
def test_other_messages_are_pointed_to_help(store: Store, text: str) -> None:
    (parts,) = talk(store, message(text))
    assert "/help" in words(parts)


@pytest.mark.parametrize(
    ("asked", "worn"),
    [
        ("happy", "happiness"),
        ("SAD", "sadness"),
        ("fear", "fear"),
        ("😎", "😎"),
        ("crying", "😢"),
        ("sunglasses", "😎"),
    ],
)
def test_expressions_go_by_everyday_words(asked: str, worn: str) -> None:
    assert drawing.wearable(asked) == worn


def test_expressions_differ_and_unknown_ones_are_told(store: Store) -> None:
    store.keep("ada", small_person())
    happy, sad, none = talk(store, *(message(f"/expression {word}") for word in ("happy", "sad", "qwertz")))
    assert isinstance(happy[0], Sticker) and isinstance(sad[0], Sticker)
    assert happy[0].data != sad[0].data
    assert "qwertz" in words(none)


@pytest.mark.parametrize(
    ("asked", "path", "value"),
    [
        ("hair afro", "hair.style", "afro"), ("hair.style=afro", "hair.style", "afro"),
        ("nose snub", "nose.kind", "snub"),
        ("hair red", "hair.colour", "#b0512a"), ("hair colour red", "hair.colour", "#b0512a"),
        ("skin monk-7", "skin.colour", "#825c43"), ("shape.jaw 0.4", "shape.jaw", 0.4),
    ],
)  # fmt: skip
def test_a_spec_is_changed_in_plain_words(asked: str, path: str, value: object) -> None:
    group, field = path.split(".")
    assert getattr(getattr(drawing.changed(AvatarSpec(), asked), group), field) == value


@pytest.mark.parametrize("asked", ["", "hair", "hair qwertz", "engine loud", "version 2", "plain true"])
def test_a_change_that_cannot_be_is_told(asked: str) -> None:
    if asked == "plain true":
        assert drawing.changed(AvatarSpec(), asked).plain
        return
    with pytest.raises(SpecError):
        drawing.changed(AvatarSpec(), asked)


def test_set_changes_the_kept_emoji(store: Store) -> None:
    store.keep("ada", small_person())
    changed, wrong = talk(store, message("/set hair afro"), message("/set hair qwertz"))
    assert isinstance(changed[0], Sticker)
    assert AvatarSpec.from_json(store.spec("ada") or "").hair.style == "afro"
    assert "afro" in words(wrong), "it says what there is"


@pytest.mark.parametrize("command", ["/expression happy", "/set hair afro", "/pack"])
def test_without_an_emoji_a_photo_is_asked_for(store: Store, command: str) -> None:
    (parts,) = talk(store, message(command))
    assert "photo of you" in words(parts)


def test_a_pack_is_whole_and_leaves_no_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mien.stickers import check_pack, making

    real = making.make_pack
    places: list[Path] = []

    def short_pack(spec: AvatarSpec, platform: str, out: Path, **how: Any) -> Any:
        places.append(out.parent)
        return real(spec, platform, out, **how, count=3, processes=1)

    monkeypatch.setattr(making, "make_pack", short_pack)
    store.keep("ada", small_person())
    pack, other, unknown = talk(store, message("/pack"), message("/pack WhatsApp"), message("/pack fax"))
    assert isinstance(pack[0], Document) and pack[0].name == "mien-signal.zip"
    assert isinstance(other[0], Document)
    zipfile.ZipFile(io.BytesIO(other[0].data)).extractall(tmp_path / "whatsapp")
    assert check_pack(tmp_path / "whatsapp", "whatsapp") == []
    assert "whatsapp" in words(unknown)
    assert len(places) == 2 and not any(place.exists() for place in places)
