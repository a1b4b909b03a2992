"""How much one user may ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each user, if not said otherwise."""

    messages: int = 20  #: a minute
    burst: int = 10  #: messages at once
    packs: int = 6  #: an hour
    bytes: int = 10_000_000  #: of a picture
    pixels: int = 40_000_000  #: of a picture
    faces: int = 10  #: told of, in one picture
    minutes: int = 30  #: that an emoji not yet agreed to is remembered
