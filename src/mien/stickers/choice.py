"""Which expressions a pack has, in which order."""

from __future__ import annotations

from mien.emoji import RECIPES
from mien.errors import MienError

#: What people send most comes first (Unicode's frequency lists of 2019 and 2021, faces only), thinned so that no two of
#: the first 24 say the same: joy, love, tears, warmth, doubt, cool, anger, a party, fear, sleep, a shrug.
FIRST = (
    "😂", "😍", "😭", "😊", "🤣", "😘", "🥺", "🤔", "😎", "😅", "😡", "🥳",
    "😱", "🙄", "😉", "🥰", "😢", "🤗", "😴", "😏", "🤷", "😜", "🤯", "🤦",
)  # fmt: skip
THEN = (
    "🙋", "😳", "🤩", "😇", "🤢", "😬", "🤭", "🫡", "🤫", "🥹", "😋", "🤪", "🥱", "😷", "🥶", "🥵", "🤬", "😈", "🤠",
    "🤑", "😤", "🫠", "😔", "😌", "😒", "😩", "😁", "😆", "😄", "🙂", "😐", "😀", "😲", "😠", "☹️", "🙃",
)  # fmt: skip

#: A further emoji or two that call for the same sticker; WhatsApp takes three, Telegram twenty.
ALSO = {
    "😂": "😆", "😍": "❤️", "😭": "😿", "😊": "☺️", "🤣": "😹", "😘": "💋", "🥺": "🙏", "🤔": "❓", "😎": "👍",
    "😅": "💦", "😡": "😠", "🥳": "🎉", "😱": "😨", "🙄": "😒", "😉": "👌", "🥰": "💕", "😢": "💔", "🤗": "🫂",
    "😴": "💤", "😏": "😼", "🤷": "❔", "😜": "😛", "🤯": "💥", "🤦": "😑", "🙋": "👋", "🤩": "⭐", "🤢": "🤮",
    "😇": "👼", "🫡": "✅", "🤫": "🤐", "😋": "😛", "🥱": "💤", "🥶": "❄️", "🥵": "🔥", "🤬": "😡", "😈": "👿",
}  # fmt: skip


def order() -> tuple[str, ...]:
    """All emoji that can be a sticker, the most useful first."""
    chosen = (*FIRST, *THEN)
    return (*chosen, *(emoji for emoji in RECIPES if emoji not in chosen))


def expressions(count: int) -> tuple[str, ...]:
    """The first `count`. Raises `MienError` for more than there are."""
    everything = order()
    if not 1 <= count <= len(everything):
        raise MienError(f"a pack of {count} stickers: there are 1 to {len(everything)} expressions to choose")
    return everything[:count]


def meant(emoji: str, most: int) -> tuple[str, ...]:
    """The emoji that call for a sticker, at most so many, the sticker's own first."""
    return tuple(e for e in (emoji, ALSO.get(emoji)) if e)[:most]
