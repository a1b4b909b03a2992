"""What a sticker is called: a short code for files, its name and alternative text in a language."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mien.emoji import RECIPES, catalogue

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

_PERSON = {"m": "👨", "f": "👩", "n": "🧑"}
#: Characters of an alternative text: WhatsApp reads 125 of a still sticker, Discord 100.
ALT_LENGTH = 100


def slug(text: str) -> str:
    """ASCII words joined by "-": "Face with Tears of Joy" -> "face-with-tears-of-joy"."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", folded.lower()))


def code(emoji: str) -> str:
    """A short English code: "tears-of-joy"."""
    name = RECIPES[emoji].name if emoji in RECIPES else catalogue.name(emoji)
    words = slug(name).split("-")
    told = [w for w in words if w not in ("face", "with", "person")]
    return "-".join(told or words)[:28].rstrip("-")


def name(emoji: str, language: str) -> str:
    """The emoji's CLDR name."""
    return catalogue.name(emoji, language)


def keywords(emoji: str, language: str, *, most: int = 20, letters: int = 64) -> tuple[str, ...]:
    """Words to find it by, as many as `letters` in all hold (Telegram's limit)."""
    found: list[str] = []
    for word in catalogue.get(emoji, language).keywords:
        if len(found) < most and sum(map(len, found)) + len(word) <= letters:
            found.append(word)
    return tuple(found)


def alt_text(spec: AvatarSpec, emoji: str, language: str, most: int = ALT_LENGTH) -> str:
    """What a screen reader says: in English the drawing's own title, in other languages who it is and what they show,
    in CLDR's words; at most so many characters."""
    if language == "en" and not spec.plain:
        from mien.avatar.alt_text import describe
        from mien.avatar.expression import look

        title = describe(spec, look(emoji))[0]
        if len(title) <= most:
            return title
    shown = catalogue.name(emoji, language)
    if spec.plain:
        return cut(shown, most)
    return cut(f"{catalogue.name(_PERSON[spec.presentation], language)}: {shown}", most)


def cut(text: str, most: int) -> str:
    """At most so many characters, whole words, an ellipsis where something is missing."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,:;") + "…"
