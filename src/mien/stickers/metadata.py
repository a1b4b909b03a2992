"""The files that describe a pack to its messenger."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mien.stickers.naming import cut, slug
from mien.stickers.pack import Sticker
from mien.stickers.platforms import PLATFORMS

AUTHOR = "mien"
MIME = {
    "webp": "image/webp", "animated webp": "image/webp", "png": "image/png", "apng": "image/apng", "gif": "image/gif",
    "webm": "video/webm", "tgs": "application/x-tgsticker",
}  # fmt: skip
ENDINGS = {
    "webp": "webp", "animated webp": "webp", "png": "png", "apng": "png", "gif": "gif", "webm": "webm", "tgs": "tgs",
}  # fmt: skip
TELEGRAM_FORMAT = {"webp": "static", "png": "static", "webm": "video", "tgs": "animated"}
XCODE = {"info": {"author": AUTHOR, "version": 1}}
CATALOG = "Stickers.xcstickers"
STICKER_PACK = f"{CATALOG}/Sticker Pack.stickerpack"
GRID = {300: "small", 408: "regular", 618: "large"}

Files = dict[str, bytes]


def sticker_path(platform: str, number: int, code: str, format_name: str, identifier: str) -> str:
    """Where a sticker lies in its pack."""
    stem, ending = f"{number:02d}-{code}", ENDINGS[format_name]
    if platform == "whatsapp":
        return f"{identifier}/{stem}.{ending}"
    if platform == "imessage":
        return f"{STICKER_PACK}/{stem}.sticker/{stem}.{ending}"
    return f"{stem}.{ending}"


def tray_path(platform: str, identifier: str) -> str | None:
    tray = PLATFORMS[platform].tray
    return f"{identifier}/{tray}" if tray and platform == "whatsapp" else tray


def pack_identifier(name: str) -> str:
    """ASCII, for folders and identifiers."""
    return slug(name)[:60].rstrip("-") or "mien-stickers"


def describe(platform: str, name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> Files:
    """Path in the pack -> bytes, of all files but the pictures."""
    found: dict[str, Any] = _WRITERS[platform](name, animated, stickers, tray)
    found["alt-text.json"] = {
        "name": name,
        "stickers": [{"file": s.file, "emoji": list(s.emoji), "name": s.name, "alt": s.alt} for s in stickers],
    }
    return {path: (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode() for path, value in found.items()}


def _whatsapp(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
    """contents.json as in the assets of WhatsApp's sample app for Android."""
    return {
        "contents.json": {
            "android_play_store_link": "",
            "ios_app_store_link": "",
            "sticker_packs": [
                {
                    "identifier": pack_identifier(name), "name": cut(name, 128), "publisher": AUTHOR,
                    "tray_image_file": str(tray).rpartition("/")[2], "image_data_version": "1", "avoid_cache": False,
                    "publisher_email": "", "publisher_website": "", "privacy_policy_website": "",
                    "license_agreement_website": "", "animated_sticker_pack": animated,
                    "stickers": [
                        {
                            "image_file": s.file.rpartition("/")[2], "emojis": list(s.emoji),
                            "accessibility_text": cut(s.alt, 255 if animated else 125),
                        }
                        for s in stickers
                    ],
                }
            ],
        }
    }  # fmt: skip


def _telegram(sticker_type: str) -> Callable[..., dict[str, Any]]:
    def write(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
        """The parameters of the Bot API's createNewStickerSet; the bot adds `_by_<its name>` to the name."""
        items = [
            {
                "sticker": s.file, "format": TELEGRAM_FORMAT[s.format], "emoji_list": list(s.emoji),
                "keywords": list(s.keywords),
            }
            for s in stickers
        ]  # fmt: skip
        short = pack_identifier(name).replace("-", "_")
        short = short if short[0].isalpha() else f"m_{short}"
        return {
            "pack.json": {
                "name": short, "title": cut(name, 64), "sticker_type": sticker_type, "thumbnail": tray,
                "stickers": items,
            }
        }  # fmt: skip

    return write


def _discord(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
    """The fields of Discord's Create Guild Sticker; tags as discord.py writes them."""
    items = [
        {"file": s.file, "name": _discord_name(s), "description": cut(s.alt, 100), "tags": discord_tag(s.emoji[0])}
        for s in stickers
    ]
    return {"pack.json": {"name": name, "stickers": items}}


def _discord_name(sticker: Sticker) -> str:
    short = cut(sticker.name, 30)
    return short if len(short) >= 2 else sticker.code


def discord_tag(emoji: str) -> str:
    """The emoji's Unicode name with "_" for blanks."""
    return unicodedata.name(emoji[0]).lower().replace(" ", "_")


def _discord_emoji(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
    return _named_emoji(name, stickers, [s.code.replace("-", "_")[:32] for s in stickers])


def _slack(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
    """The pack's name comes first: Slack refuses the names of its own emoji, such as "grinning"."""
    pack = pack_identifier(name)
    return _named_emoji(name, stickers, [f"{pack}-{s.code}".replace("-", "_") for s in stickers])


def _named_emoji(name: str, stickers: Sequence[Sticker], names: Sequence[str]) -> dict[str, Any]:
    items = [
        {"file": s.file, "name": own, "emoji": s.emoji[0], "alt": s.alt} for s, own in zip(stickers, names, strict=True)
    ]
    return {"pack.json": {"name": name, "emoji": items}}


def _signal(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
    """manifest.json as signal-cli's uploadStickerPack reads it."""
    items = [{"file": s.file, "contentType": MIME[s.format], "emoji": s.emoji[0]} for s in stickers]
    return {"manifest.json": {"title": name, "author": AUTHOR, "cover": items[0], "stickers": items}}


def _imessage(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
    """An asset catalog as Xcode keeps it (Asset Catalog Format Reference: sticker pack and sticker types)."""
    folders = [s.file.rpartition("/")[0] for s in stickers]
    files: dict[str, Any] = {
        f"{CATALOG}/Contents.json": XCODE,
        f"{STICKER_PACK}/Contents.json": XCODE | {
            "properties": {"grid-size": GRID[stickers[0].width]},
            "stickers": [{"filename": folder.rpartition("/")[2]} for folder in folders],
        },
    }  # fmt: skip
    for folder, s in zip(folders, stickers, strict=True):
        own = {"accessibility-label": s.alt, "filename": s.file.rpartition("/")[2]}
        files[f"{folder}/Contents.json"] = XCODE | {"properties": own}
    return files


def _matrix(name: str, animated: bool, stickers: Sequence[Sticker], tray: str | None) -> dict[str, Any]:
    """An image pack of MSC2545 (im.ponies.user_emotes, im.ponies.room_emotes). `url` names the file until it is
    uploaded and has an mxc: address."""
    images: Mapping[str, Any] = {
        s.code.replace("-", "_"): {
            "url": s.file, "body": s.alt, "usage": ["sticker"],
            "info": {"w": s.width, "h": s.height, "size": s.size, "mimetype": MIME[s.format]},
        }
        for s in stickers
    }  # fmt: skip
    return {
        "pack.json": {"images": images, "pack": {"display_name": name, "usage": ["sticker"], "attribution": AUTHOR}}
    }


_WRITERS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "whatsapp": _whatsapp, "telegram": _telegram("regular"), "telegram-emoji": _telegram("custom_emoji"),
    "discord": _discord, "discord-emoji": _discord_emoji, "slack": _slack, "signal": _signal,
    "imessage": _imessage, "matrix": _matrix,
}  # fmt: skip
