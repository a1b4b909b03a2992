"""What comes in and what goes out, in the same words for every messenger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was sent, still on the server."""

    fetch: Callable[[int], Awaitable[bytes]]  #: at most so many bytes; raises `TooLarge`, `Unreachable`, `Refused`
    size: int | None = None  #: bytes, as the sender says


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to the bot."""

    id: str  #: the same however often it is delivered, and no other message's
    user: str  #: who sent it
    room: str  #: where the answer goes
    text: str = ""  #: without the bot's name
    picture: Picture | None = None
    private: bool = True  #: nobody else reads the answer
    addressed: bool = True  #: in a group: whether the bot is meant


@dataclass(frozen=True, slots=True)
class Text:
    body: str


@dataclass(frozen=True, slots=True)
class Sticker:
    data: bytes  #: WebP, 512x512
    emoji: str
    alt: str

    mime = "image/webp"
    side = 512  #: pixels


@dataclass(frozen=True, slots=True)
class Document:
    data: bytes
    name: str
    mime: str


#: One message of an answer.
Part: TypeAlias = Text | Sticker | Document
