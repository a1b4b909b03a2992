"""Whom the bot answers in a group, and how often anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot_talk import Clock, message, run, small_person, talk, words
from mien.bots import Conversation, Document, Incoming, Limits, Picture, Store, drawing
from mien.bots.addressing import addressed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "bots" / "store.db") as opened:
        yield opened


# Groups


@pytest.mark.parametrize(
    ("text", "called", "rest"),
    [
        ("mien: /help", True, "/help"), ("Mien, /pack", True, "/pack"), ("@mien /help", True, "/help"),
        ("mien /help", True, "/help"), ("look, @mien!", True, "look, !"), ("mien", True, ""),
        ("@mien:example.org: /help", True, "/help"), ("/help", False, "/help"),
        ("mienne: /help", False, "mienne: /help"),
        ("the mien of a king", False, "the mien of a king"), ("write to ada@mien.org", False, "write to ada@mien.org"),
        ("hello @mienne", False, "hello @mienne"),
    ],
)  # fmt: skip
def test_who_is_called(text: str, called: bool, rest: str) -> None:
    assert addressed(text, ("@mien:example.org", "mien")) == (called, rest)


def test_in_a_group_only_who_calls_the_bot_is_answered(store: Store) -> None:
    quiet, told = talk(
        store,
        message("/help", private=False, addressed=False),
        message("/help", private=False, addressed=True),
    )
    assert quiet == []
    assert "/pack" in words(told)


# Limits


def test_who_asks_too_often_is_told_once_and_answered_later(store: Store) -> None:
    clock = Clock()

    async def flood() -> tuple[list[str], str, str]:
        conversation = Conversation(store, Limits(messages=6, burst=3), clock=clock)
        told = [words(await conversation.answer(message("/help"))) for _ in range(6)]
        other = words(await conversation.answer(message("/help", user="bob")))
        clock.now += 11
        return told, other, words(await conversation.answer(message("/help")))

    told, other, later = run(flood())
    assert ["/pack" in text for text in told] == [True] * 3 + [False] * 3
    assert "try again in 10 s" in told[3]
    assert told[4:] == ["", ""], "no answer at all, so that nobody can make the bot flood a room"
    assert "/pack" in other and "/pack" in later


def test_a_photo_over_the_rate_is_not_even_fetched(store: Store) -> None:
    async def fetch(most: int) -> bytes:
        raise AssertionError("fetched")

    photo = Incoming("2", "ada", "room", picture=Picture(fetch))
    _, parts = talk(store, message("/help"), photo, limits=Limits(burst=1))
    assert "try again" in words(parts)


def test_forget_works_for_who_asked_too_often(store: Store) -> None:
    store.keep("ada", small_person())
    talk(store, message("/help"), message("/forget"), limits=Limits(burst=1))
    assert store.spec("ada") is None


def test_packs_have_a_limit_of_their_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "pack", lambda spec, platform: Document(b"", "mien.zip", "application/zip"))
    store.keep("ada", small_person())
    one, two = talk(store, message("/pack"), message("/pack"), limits=Limits(packs=1))
    assert isinstance(one[0], Document)
    assert "60 minutes" in words(two)
