"""What a pack's own files say it holds, and whether they say it as the messenger demands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien.emoji import catalogue
from mien.errors import MienError
from mien.stickers.findings import Finding
from mien.stickers.platforms import Platform

#: Without their metadata these are no packs at all; the others are uploaded one by one.
NEEDED = ("whatsapp", "telegram", "telegram-emoji", "signal", "imessage", "matrix")
PICTURES = (".png", ".webp", ".gif", ".webm", ".tgs", ".jpg", ".jpeg")
_XCODE = "Stickers.xcstickers"


@dataclass(slots=True)
class Listing:
    """A pack as its metadata has it."""

    stickers: list[str] = field(default_factory=list)  #: paths
    tray: str | None = None
    files: set[str] = field(default_factory=set)  #: the metadata's own
    animated: bool | None = None  #: what the metadata calls the pack
    formats: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: path -> what the metadata calls its format
    findings: list[Finding] = field(default_factory=list)


def listing(place: Path, kind: Platform) -> Listing:
    """Reads a pack's metadata; where there is none and none is needed, takes the pictures as they lie there."""
    if not (place / kind.metadata).is_file():
        found = Listing(sorted(p.name for p in place.iterdir() if p.suffix.lower() in PICTURES))
        if kind.key in NEEDED:
            found.findings.append(Finding("metadata", kind.metadata, f"is missing; {kind.title} packs need it"))
        return found
    found = Listing(files={kind.metadata})
    check = _Check(place, kind, found)
    try:
        _READERS[kind.key](check, check.json(kind.metadata))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        check.wrong("metadata", kind.metadata, f"is not as it should be ({type(error).__name__}: {error})")
    return found


class _Check:
    """Collects what metadata says and gets wrong."""

    def __init__(self, place: Path, kind: Platform, found: Listing) -> None:
        self.place, self.kind, self.found = place, kind, found
        self._names: set[str] = set()

    def json(self, path: str) -> Any:
        self.found.files.add(path)
        return json.loads((self.place / path).read_text(encoding="utf-8"))

    def wrong(self, rule: str, file: str, message: str) -> None:
        self.found.findings.append(Finding(rule, file, message))

    def sticker(self, path: str) -> str:
        if path in self.found.stickers:
            self.wrong("metadata", path, "is named twice in the pack")
        if path.startswith("/") or ".." in path.split("/"):
            raise ValueError(f"{path} lies outside the pack")
        self.found.stickers.append(path)
        return path

    def length(self, rule: str, file: str, what: str, text: Any, low: int, high: int) -> None:
        if not isinstance(text, str) or not low <= len(text) <= high:
            size = f"{len(text)} characters" if isinstance(text, str) else "missing"
            self.wrong(rule, file, f"{what}: {size}; {low} to {high} are demanded")

    def emoji(self, file: str, found: Any) -> None:
        low, high = self.kind.emoji
        if not isinstance(found, list) or not low <= len(found) <= high:
            count = len(found) if isinstance(found, list) else "no list of"
            self.wrong("emoji", file, f"{count} emoji; {low} to {high} are demanded")
            return
        for text in found:
            try:
                catalogue.get(text)
            except (MienError, AttributeError, TypeError):
                self.wrong("emoji", file, f"{text!r} is no emoji")

    def unique(self, file: str, name: str) -> None:
        if name in self._names:
            self.wrong("name", file, f"the name {name!r} is taken by another sticker")
        self._names.add(name)

    def matches(self, file: str, name: Any, pattern: str, how: str) -> None:
        if not isinstance(name, str) or not re.fullmatch(pattern, name):
            self.wrong("name", file, f"the name {name!r} must be {how}")
        else:
            self.unique(file, name)

    def alt(self, file: str, text: Any, most: int) -> None:
        if not isinstance(text, str) or not text.strip():
            self.wrong("alt-text", file, "has no alternative text")
        elif len(text) > most:
            self.wrong("alt-text", file, f"an alternative text of {len(text)} characters; at most {most} are read")


def _whatsapp(check: _Check, data: Any) -> None:
    packs = data["sticker_packs"]
    if len(packs) != 1:
        check.wrong("metadata", check.kind.metadata, f"{len(packs)} packs; one is checked at a time")
    pack, file = packs[0], check.kind.metadata
    identifier = pack["identifier"]
    if not re.fullmatch(r"[\w\-.,' ]{1,128}", identifier, re.ASCII) or ".." in identifier:
        check.wrong("name", file, f"the identifier {identifier!r} must be 1 to 128 of a-z, 0-9, _ - . , ' and blanks")
    check.length("name", file, "the name", pack["name"], 1, 128)
    check.length("name", file, "the publisher", pack["publisher"], 1, 128)
    if not str(pack["image_data_version"]):
        check.wrong("metadata", file, "image_data_version is empty")
    check.found.animated = bool(pack.get("animated_sticker_pack", False))
    check.found.tray = f"{identifier}/{pack['tray_image_file']}"
    for one in pack["stickers"]:
        path = check.sticker(f"{identifier}/{one['image_file']}")
        check.emoji(path, one.get("emojis"))
        check.alt(path, one.get("accessibility_text"), 255 if check.found.animated else 125)


def _telegram(check: _Check, data: Any) -> None:
    file, formats = check.kind.metadata, {"static": ("webp", "png"), "animated": ("tgs",), "video": ("webm",)}
    if not re.fullmatch(r"[A-Za-z](?:_?[A-Za-z0-9])*", data["name"]) or len(data["name"]) > 64:
        check.wrong("name", file, "the name must be up to 64 of a-z, 0-9 and single _, beginning with a letter")
    check.length("name", file, "the title", data["title"], 1, 64)
    wanted = "custom_emoji" if check.kind.key == "telegram-emoji" else "regular"
    if data["sticker_type"] != wanted:
        check.wrong("metadata", file, f"sticker_type is {data['sticker_type']!r}; {wanted!r} is demanded")
    check.found.tray = data.get("thumbnail")
    for one in data["stickers"]:
        path = check.sticker(one["sticker"])
        if one["format"] not in formats:
            check.wrong("metadata", path, f"the format {one['format']!r}; one of {', '.join(formats)} is demanded")
        else:
            check.found.formats[path] = formats[one["format"]]
        check.emoji(path, one.get("emoji_list"))
        words = one.get("keywords", [])
        if len(words) > 20 or sum(map(len, words)) > 64:
            check.wrong("metadata", path, "keywords: at most 20, of 64 characters in all")


def _discord(check: _Check, data: Any) -> None:
    for one in data["stickers"]:
        path = check.sticker(one["file"])
        check.length("name", path, "the name", one.get("name"), 2, 30)
        if one.get("description"):
            check.length("alt-text", path, "the description", one["description"], 2, 100)
        else:
            check.alt(path, one.get("description"), 100)
        check.length("metadata", path, "the tags", one.get("tags"), 2, 200)


def _named(pattern: str, how: str) -> Callable[[_Check, Any], None]:
    def read(check: _Check, data: Any) -> None:
        for one in data["emoji"]:
            path = check.sticker(one["file"])
            check.matches(path, one.get("name"), pattern, how)

    return read


def _signal(check: _Check, data: Any) -> None:
    file = check.kind.metadata
    kinds = {"image/webp": ("webp",), "image/png": ("png", "apng"), "image/apng": ("apng",)}
    check.length("name", file, "the title", data.get("title"), 1, 80)
    check.length("name", file, "the author", data.get("author"), 1, 80)
    for one in data["stickers"]:
        path = check.sticker(one["file"])
        check.emoji(path, [one["emoji"]] if one.get("emoji") else [])
        if (told := one.get("contentType")) is not None:
            check.found.formats[path] = kinds.get(told, ("webp, png or apng, not " + str(told),))
    if data.get("cover", {"file": None})["file"] not in (None, *check.found.stickers):
        check.wrong("tray", file, f"the cover {data['cover']['file']!r} is not in the pack")


def _imessage(check: _Check, data: Any) -> None:
    folder = check.kind.metadata.rpartition("/")[0]
    grid = data["properties"]["grid-size"]
    if grid not in ("small", "regular", "large"):
        check.wrong("metadata", check.kind.metadata, f"grid-size {grid!r}; small, regular or large is demanded")
    check.json(f"{_XCODE}/Contents.json")
    for one in data["stickers"]:
        own = f"{folder}/{one['filename']}/Contents.json"
        properties = check.json(own)["properties"]
        path = check.sticker(f"{folder}/{one['filename']}/{properties['filename']}")
        check.alt(path, properties.get("accessibility-label"), 255)


def _matrix(check: _Check, data: Any) -> None:
    pack, file = data.get("pack", {}), check.kind.metadata
    check.length("name", file, "the display name", pack.get("display_name"), 1, 255)
    for usage in _usages(data):
        if usage not in ("sticker", "emoticon"):
            check.wrong("metadata", file, f"usage {usage!r}; sticker or emoticon is demanded")
    for shortcode, image in data["images"].items():
        path = check.sticker(image["url"])
        if not shortcode or len(shortcode.encode()) > 100:
            check.wrong("name", path, f"a shortcode of {len(shortcode.encode())} bytes; 1 to 100 are demanded")
        if re.search(r"[:\s]", shortcode):
            check.wrong("name", path, f"the shortcode {shortcode!r} has a blank or a colon")
        check.alt(path, image.get("body"), 255)
        info = image.get("info", {})
        if info.get("mimetype") not in ("image/png", "image/webp", "image/apng", "image/gif"):
            check.wrong("metadata", path, f"mimetype {info.get('mimetype')!r} is no picture")
        if not all(isinstance(info.get(key), int) for key in ("w", "h", "size")):
            check.wrong("metadata", path, "info lacks w, h or size")


def _usages(data: Any) -> Iterator[str]:
    yield from data.get("pack", {}).get("usage", [])
    for image in data["images"].values():
        yield from image.get("usage", [])


_READERS: Mapping[str, Callable[[_Check, Any], None]] = {
    "whatsapp": _whatsapp, "telegram": _telegram, "telegram-emoji": _telegram, "discord": _discord,
    "discord-emoji": _named(r"\w{2,32}", "2 to 32 letters, digits or _"),
    "slack": _named(r"[a-z0-9_\-]{1,100}", "up to 100 lower case letters, digits, _ or -"),
    "signal": _signal, "imessage": _imessage, "matrix": _matrix,
}  # fmt: skip
