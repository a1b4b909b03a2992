"""Drawings: emoji of a person from an `AvatarSpec`, the plain yellow emoji, and a user's pictures in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mien.avatar.overlays import OVERLAYS
from mien.avatar.painter import EmojiPainter
from mien.avatar.plain.face import face_svg, recipe_svg
from mien.avatar.raster import emoji_picture, emoji_svg, known_emoji, rasterise

if TYPE_CHECKING:
    from mien.avatar.spec import MONK, AvatarSpec

__all__ = [
    "MONK", "OVERLAYS", "AvatarSpec", "EmojiPainter", "emoji_picture", "emoji_svg", "face_svg", "known_emoji",
    "rasterise", "recipe_svg",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # pydantic costs a tenth of a second: who only wants the yellow emoji does not pay for it.
    if name in ("MONK", "AvatarSpec"):
        from mien.avatar import spec

        return getattr(spec, name)
    raise AttributeError(f"module 'mien.avatar' has no attribute {name!r}")
