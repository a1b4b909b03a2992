"""SVG text to pixels, with resvg."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from mien.avatar.plain.face import recipe_svg
from mien.emoji import RECIPES

if TYPE_CHECKING:
    from PIL import Image

_VARIATION = "\ufe0e\ufe0f"
_UNKNOWN = "🫥"
_BOLD_BELOW = 48  # pixels


def known_emoji(emoji: str) -> str:
    """The key of `RECIPES` that stands for an emoji: itself; else the one that differs only in the variation selector
    (☺ and ☺️); else the one whose first code point is the same; else 🫥."""
    if emoji in RECIPES:
        return emoji
    bare = emoji.strip(_VARIATION)
    near = [key for key in RECIPES if key.strip(_VARIATION) == bare] or [key for key in RECIPES if key[0] == emoji[:1]]
    return near[0] if near else _UNKNOWN


def can_draw(emoji: str) -> bool:
    """Whether there is a drawing of this emoji, or of one that `known_emoji` puts in its place."""
    return known_emoji(emoji) != _UNKNOWN or emoji.strip(_VARIATION) == _UNKNOWN


def emoji_svg(emoji: str, *, bold: bool = False, high_contrast: bool = False) -> str:
    """Our own drawing of an emoji as a 128x128 SVG; one we do not know is drawn as `known_emoji` says.

    bold, high_contrast: as for `face_svg`.
    """
    return recipe_svg(RECIPES[known_emoji(emoji)], bold=bold, high_contrast=high_contrast)


def rasterise(svg: str, size: int) -> bytes:
    """A square SVG of ours as PNG bytes, size x size pixels, RGBA, transparent ground.

    Only for SVG that mien generated. Raises ValueError for a size below 1, or text that is no SVG.
    """
    import resvg_py

    if size < 1:
        raise ValueError(f"size must be at least 1 pixel, not {size}")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))


@lru_cache(maxsize=512)
def _picture(emoji: str, size: int) -> Image.Image:
    from PIL import Image

    return Image.open(BytesIO(rasterise(emoji_svg(emoji, bold=size < _BOLD_BELOW), size))).convert("RGBA")


def emoji_picture(emoji: str, size: int) -> Image.Image:
    """Our drawing of an emoji, size x size pixels, RGBA. The pictures are kept: treat them as read-only."""
    return _picture(known_emoji(emoji), size)
