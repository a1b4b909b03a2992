"""Drawings: a face driven by the 52 controls, our own pictures of the emoji, and a user's pictures in their place."""

from __future__ import annotations

from mien.avatar.face import face_svg, recipe_svg
from mien.avatar.overlays import OVERLAYS
from mien.avatar.painter import EmojiPainter
from mien.avatar.raster import emoji_picture, emoji_svg, known_emoji, rasterise

__all__ = [
    "OVERLAYS", "EmojiPainter", "emoji_picture", "emoji_svg", "face_svg", "known_emoji", "rasterise", "recipe_svg",
]  # fmt: skip
