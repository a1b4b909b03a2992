"""A finished pack, as values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Sticker:
    """One sticker of a pack."""

    file: str  #: path in the pack's folder, with forward slashes
    code: str  #: short ASCII name, unique in the pack: file names and shortcodes are made of it
    emoji: tuple[str, ...]  #: those that call for it, its own first
    name: str  #: in the pack's language
    alt: str  #: alternative text in the pack's language
    keywords: tuple[str, ...]  #: in the pack's language
    format: str  #: "webp", "animated webp", "png", "apng", "gif", "webm" or "tgs"
    size: int  #: bytes
    width: int  #: pixels
    height: int  #: pixels
    how: str  #: what was chosen or given up to fit, in words


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder that a messenger takes."""

    folder: Path
    platform: str
    name: str
    language: str
    animated: bool
    stickers: tuple[Sticker, ...]
    tray: str | None = None  #: the pack's own picture
    archive: Path | None = None  #: the same as a zip file

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "folder": str(self.folder), "platform": self.platform, "name": self.name, "language": self.language,
            "animated": self.animated, "tray": self.tray, "archive": str(self.archive) if self.archive else None,
            "stickers": [
                {
                    "file": s.file, "code": s.code, "emoji": list(s.emoji), "name": s.name, "alt": s.alt,
                    "format": s.format, "bytes": s.size, "width": s.width, "height": s.height, "how": s.how,
                }
                for s in self.stickers
            ],
        }  # fmt: skip
