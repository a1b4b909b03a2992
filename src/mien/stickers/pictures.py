"""Stickers from a user's own pictures: read, cut to what is seen, set into a square; transparency kept."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mien.emoji import RECIPES, catalogue
from mien.errors import MienError, PictureError

if TYPE_CHECKING:
    from PIL import Image

#: Clear room around a cut-out picture, as a share of the side.
MARGIN = 0.03
#: Emoji of a picture whose name tells of none.
UNNAMED = "🙂"
DEFAULT_FRAME = 100  #: milliseconds, of a frame that says nothing


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder in natural order. Raises `PictureError` for a folder without one."""
    from mien.media.finding import find_pictures

    found = list(find_pictures([folder], recursive=False))
    if not found:
        raise PictureError(f"{folder}: no pictures in this folder; pass a photo, a spec or a folder of pictures")
    return found


def emoji_of(path: Path) -> str:
    """The emoji that a file's name has in it or tells of ("02 crying.png" -> 😢); 🙂 where it does neither."""
    name = path.stem
    for emoji in sorted(RECIPES, key=len, reverse=True):
        if emoji.strip("\ufe0f") in name:
            return emoji
    words = " ".join(re.findall(r"[^\W\d_]{3,}", name))
    for hit in catalogue.search(words, "en", 30) if words else []:
        if hit.emoji.text in RECIPES:
            return hit.emoji.text
    return UNNAMED


def read_frames(data: bytes, *, moving: bool, seconds: float | None = None) -> tuple[list[Image.Image], list[int]]:
    """(RGBA frames, milliseconds each); of a still picture, or where nothing may move, one frame of 0 ms.

    seconds: what is longer is cut off there.
    """
    from PIL import Image, ImageOps, ImageSequence

    with Image.open(io.BytesIO(data)) as picture:
        if not moving:
            return [ImageOps.exif_transpose(picture).convert("RGBA")], [0]
        if getattr(picture, "n_frames", 1) < 2:
            raise MienError("a still picture cannot be an animated sticker; leave out --animated")
        pictures, times = [], list[int]()
        for frame in ImageSequence.Iterator(picture):
            frame.load()  # the duration is known once a frame is decoded
            time = int(frame.info.get("duration") or DEFAULT_FRAME)
            if seconds is not None and sum(times) + time > seconds * 1000:
                break
            pictures.append(frame.convert("RGBA"))
            times.append(time)
    return pictures, times


def fitted(pictures: list[Image.Image], side: int, *, square: bool) -> list[Image.Image]:
    """Cut to what any frame shows, scaled so that the longer side is `side`; with clear bars to a square if asked."""
    from PIL import Image

    boxes = [box for picture in pictures if (box := picture.getchannel("A").getbbox())]
    if not boxes:
        raise MienError("a picture with nothing on it cannot be a sticker; leave it out")
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    width, height = box[2] - box[0], box[3] - box[1]
    whole = box == (0, 0, *pictures[0].size)  # a photo without clear parts fills its sticker
    margin = 0 if whole else round(MARGIN * side) if square else 0
    scale = (side - 2 * margin) / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    found = []
    for picture in pictures:
        small = picture.convert("RGBa").crop(box).resize(size, Image.Resampling.LANCZOS).convert("RGBA")
        if square:
            ground = Image.new("RGBA", (side, side))
            ground.paste(small, ((side - size[0]) // 2, (side - size[1]) // 2))
            small = ground
        found.append(small)
    return found
