"""Talking to the bot's conversation, without any messenger."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from mien.avatar.spec import AvatarSpec
from mien.bots import Conversation, Incoming, Limits, Part, Picture, Store, Text
from mien.bots.errors import TooLarge

T = TypeVar("T")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def picture(data: bytes, size: int | None = None) -> Picture:
    async def fetch(most: int) -> bytes:
        if len(data) > most:
            raise TooLarge("too large")
        return data

    return Picture(fetch, size)


def message(text: str = "", photo: bytes | None = None, *, id: str = "1", user: str = "ada", **how: Any) -> Incoming:
    return Incoming(id, user, "room", text, picture(photo) if photo else None, **how)


def words(parts: list[Part]) -> str:
    return "\n".join(part.body for part in parts if isinstance(part, Text))


def talk(
    store: Store, *messages: Incoming, clock: Clock | None = None, limits: Limits | None = None
) -> list[list[Part]]:
    async def all_of_it() -> list[list[Part]]:
        conversation = Conversation(store, limits, platform="signal", clock=clock or Clock())
        return [await conversation.answer(one) for one in messages]

    return run(all_of_it())


def small_person() -> str:
    return AvatarSpec().edited({"hair.style": "bob"}).to_json(indent=None)
