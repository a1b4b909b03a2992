"""Tiny valid packs for the tests of the check: coloured discs, with the metadata that `mien.stickers` writes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from mien.stickers.encode import Film, encode_film, encode_still
from mien.stickers.metadata import describe, pack_identifier, sticker_path, tray_path
from mien.stickers.pack import Sticker
from mien.stickers.platforms import PLATFORMS

NAME = "Test pack"
EMOJI = ("😂", "😍", "😭")


def disc(side: int, colour: str = "#e05030", inner: float = 0.8, height: int | None = None) -> Image.Image:
    picture = Image.new("RGBA", (side, height or side))
    edge = side * (1 - inner) / 2
    ImageDraw.Draw(picture).ellipse((edge, edge, side - edge, (height or side) - edge), fill=colour)
    return picture


def film(side: int, milliseconds: tuple[int, ...] = (60, 40, 200)) -> Film:
    return Film([disc(side, inner=0.9 - 0.1 * i) for i in range(len(milliseconds))], milliseconds)


def tiny_lottie(**changes: Any) -> dict[str, Any]:
    ellipse = {"ty": "el", "p": {"a": 0, "k": [0, 0]}, "s": {"a": 0, "k": [300, 300]}}
    fill = {"ty": "fl", "c": {"a": 0, "k": [1, 0, 0, 1]}, "o": {"a": 0, "k": 100}}
    layer = {"ty": 4, "ip": 0, "op": 60, "st": 0, "ks": {"p": {"a": 0, "k": [256, 256]}}, "shapes": [ellipse, fill]}
    whole = {"tgs": 1, "v": "5.5.2", "fr": 60, "ip": 0, "op": 60, "w": 512, "h": 512, "layers": [layer], "assets": []}
    return whole | changes


def gzipped(document: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps(document).encode())


def sticker_bytes(platform: str, format_name: str) -> bytes:
    rule = PLATFORMS[platform].rules[format_name]
    if format_name == "tgs":
        return gzipped(tiny_lottie())
    if rule.moves:
        return encode_film(film(rule.side), format_name, rule.limit, "test").data
    return encode_still(disc(rule.side), format_name, rule.limit, "test").data


def write_pack(folder: Path, platform: str, format_name: str) -> Path:
    """A valid pack of three."""
    kind = PLATFORMS[platform]
    rule, data = kind.rules[format_name], sticker_bytes(platform, format_name)
    stickers = [
        Sticker(
            sticker_path(platform, i + 1, code, format_name, pack_identifier(NAME)), code, (EMOJI[i],),
            code.title(), f"A disc that is {code}", ("disc",), format_name, len(data), rule.side, rule.side, "",
        )
        for i, code in enumerate(("one", "two", "three"))
    ]  # fmt: skip
    tray = tray_path(platform, pack_identifier(NAME))
    files = describe(platform, NAME, rule.moves, stickers, tray) | {s.file: data for s in stickers}
    if tray:
        side = kind.tray_rules["png"].side
        files[tray] = encode_still(disc(side), "png", 50_000, "test").data
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder
